//! Statuses of views that do not exist, of watches that cannot start, and of backups that cannot continue.

use tenseven_api::v1::ErrorReason;
use tenseven_model::Revision;
use tenseven_observatory::{
    BackupStartError, BeforeFirst, Compacted, NoSuchMoment, NoSuchRevision, RevisionError,
    RevisionNotReached, ScoreWatchError, StampedAhead, UnsettledMoment, ViewError, WatchScoresError,
    WatchStartError,
};
use tonic::Code;

use super::{
    details::{details, status},
    history::other_history,
    refusal::{Refusal, Refused, refused_by},
};

refused_by!(RevisionError { NoSuchRevision, Compacted, Unreadable });
refused_by!(ViewError {
    WrongHistory,
    NotReached,
    Revision,
    NoSuchMoment,
    BeforeFirst,
    StampedAhead,
    Unsettled
});
refused_by!(WatchStartError { WrongHistory, NoSuchRevision, Compacted });
refused_by!(WatchScoresError { Start, Framework, Frequency, Areas, Nodes, NotScored });
refused_by!(ScoreWatchError { Revision, Framework, NotScored });

impl Refusal for NoSuchRevision {
    fn refuse(self) -> Refused {
        out_of_range(self.newest, self.to_string())
    }
}

impl Refusal for NoSuchMoment {
    fn refuse(self) -> Refused {
        out_of_range(self.newest, self.to_string())
    }
}

impl Refusal for StampedAhead {
    fn refuse(self) -> Refused {
        out_of_range(self.newest, self.to_string())
    }
}

impl Refusal for BeforeFirst {
    fn refuse(self) -> Refused {
        out_of_range(self.newest, self.to_string())
    }
}

/// There is no such revision; the newest is named.
fn out_of_range(newest: Revision, message: String) -> Refused {
    let newest = [("revision", newest.number().to_string())];
    status(Code::OutOfRange, message, details(ErrorReason::NoSuchRevision, &newest))
}

impl Refusal for Compacted {
    fn refuse(self) -> Refused {
        let oldest = [("oldest_revision", self.oldest.number().to_string())];
        status(Code::OutOfRange, self.to_string(), details(ErrorReason::Compacted, &oldest))
    }
}

impl Refusal for RevisionNotReached {
    fn refuse(self) -> Refused {
        let newest = [("revision", self.newest.number().to_string())];
        status(Code::DeadlineExceeded, self.to_string(), details(ErrorReason::RevisionNotReached, &newest))
    }
}

impl Refusal for UnsettledMoment {
    fn refuse(self) -> Refused {
        status(Code::Unavailable, self.to_string(), details(ErrorReason::JournalFailed, &[]))
    }
}

impl Refusal for BackupStartError {
    fn refuse(self) -> Refused {
        let message = self.to_string();
        match self {
            Self::OtherHistory { after, current } => other_history(after.revision, current, &[], message),
            Self::WrongHistory(wrong) => wrong.refuse(),
            Self::Unreadable(unreadable) => unreadable.refuse(),
        }
    }
}
