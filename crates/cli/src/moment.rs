//! The moment of a read, an argument of all commands that read.

use clap::Args;
use tenseven_client::v1;
use tenseven_model::HistoryId;

/// The moment of a read.
#[derive(Debug, Clone, Copy, Default, Args)]
pub(crate) struct Moment {
    /// Answer as of this past revision
    #[arg(long, value_name = "N", conflicts_with = "at_time")]
    pub(crate) at_revision: Option<u64>,
    /// Answer as of the last revision accepted at or before this time, for example 2026-03-01T12:00:00Z
    #[arg(long, value_name = "TIME")]
    pub(crate) at_time: Option<jiff::Timestamp>,
    /// Wait until the server has applied this revision
    #[arg(long, value_name = "N", default_value_t = 0)]
    pub(crate) min_revision: u64,
    /// History that these revisions belong to, from the answer that they were copied from; refused if the registry has another
    #[arg(long, value_name = "ID")]
    pub(crate) history: Option<HistoryId>,
}

impl Moment {
    /// The moment as the contract has it.
    pub(crate) fn read_at(&self) -> v1::ReadAt {
        use v1::read_at::AsOf;
        let as_of = match (self.at_revision, self.timestamp()) {
            (Some(revision), _) => Some(AsOf::AtRevision(revision)),
            (None, Some(time)) => Some(AsOf::AtTime(time)),
            (None, None) => None,
        };
        let history_id = self.history.map(|history| history.to_string()).unwrap_or_default();
        v1::ReadAt { min_revision: self.min_revision, as_of, history_id }
    }

    /// The time as the contract has it.
    fn timestamp(&self) -> Option<prost_types::Timestamp> {
        self.at_time.map(timestamp)
    }
}

/// A time as the contract has it.
pub(crate) fn timestamp(time: jiff::Timestamp) -> prost_types::Timestamp {
    let (seconds, nanos) = (time.as_second(), time.subsec_nanosecond());
    // The contract counts nanoseconds forwards also before 1970.
    if nanos < 0 {
        prost_types::Timestamp { seconds: seconds - 1, nanos: nanos + 1_000_000_000 }
    } else {
        prost_types::Timestamp { seconds, nanos }
    }
}

/// The newest state, of a history that a revision in the same request belongs to.
pub(crate) fn of_history(history: Option<HistoryId>) -> v1::ReadAt {
    let history_id = history.map(|history| history.to_string()).unwrap_or_default();
    v1::ReadAt { history_id, ..v1::ReadAt::default() }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_time_before_1970_counts_its_nanoseconds_forwards() {
        let moment = Moment { at_time: "1969-12-31T23:59:59.25Z".parse().ok(), ..Moment::default() };
        assert_eq!(moment.timestamp(), Some(prost_types::Timestamp { seconds: -1, nanos: 250_000_000 }));
    }
}
