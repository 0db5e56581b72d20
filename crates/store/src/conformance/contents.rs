//! Everything that can be read from a journal.

use std::io::Read as _;

use tenseven_model::{Lineage, Revision, SubmissionId, Timestamp};

use crate::{CheckpointInfo, Head, Record, Stamp, Storage};

/// Times that are asked for, at most.
const TIMES: usize = 60;

/// Everything that can be read from a journal.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Contents {
    head: Head,
    lineage: Lineage,
    horizon: Revision,
    /// By a walk.
    records: Vec<Record>,
    /// One at a time, the last first.
    single: Vec<(Stamp, Record)>,
    revisions_of: Vec<(SubmissionId, Option<Revision>)>,
    revisions_at: Vec<(Timestamp, Revision)>,
    checkpoints: Vec<(CheckpointInfo, Vec<u8>)>,
}

impl Contents {
    pub(super) fn of(journal: &dyn Storage) -> Self {
        let head = journal.head();
        let records: Vec<Record> = journal.records_after(Revision::ZERO).map(Result::unwrap).collect();
        assert_eq!(records.len() as u64, head.revision.number(), "a walk reads up to the head");
        let single = (1..=head.revision.number()).rev().map(Revision::new);
        let single =
            single.map(|revision| (journal.stamp(revision).unwrap(), journal.record(revision).unwrap()));
        let unknown = SubmissionId::from_bytes([0xab; 16]).unwrap();
        let submissions = records.iter().map(|record| record.stamp().submission).chain([unknown]);
        // Each takes some reads, so of many records only some are asked for.
        let apart = records.len() / TIMES + 1;
        let times = records.iter().step_by(apart).map(|record| record.stamp().committed_at.as_micros());
        let times = times.flat_map(|time| [time - 1, time, time + 1]).map(Timestamp::from_micros);
        let checkpoints = journal.checkpoints().unwrap().into_iter().map(|listed| {
            let (info, mut content) = journal.read_checkpoint(listed.head.revision).unwrap();
            assert_eq!(info, listed);
            let mut bytes = Vec::new();
            content.read_to_end(&mut bytes).unwrap();
            (info, bytes)
        });
        Self {
            head,
            lineage: journal.lineage(),
            horizon: journal.horizon(),
            single: single.collect(),
            revisions_of: submissions.map(|id| (id, journal.revision_of(id).unwrap())).collect(),
            revisions_at: times.map(|time| (time, journal.revision_at(time).unwrap())).collect(),
            checkpoints: checkpoints.collect(),
            records,
        }
    }

    pub(super) fn without_checkpoints(self) -> Self {
        Self { checkpoints: Vec::new(), ..self }
    }

    /// Compares field by field, because a difference of whole contents is too long to be read.
    pub(super) fn assert_same(&self, other: &Self, when: &str) {
        assert_eq!(self.head, other.head, "head, {when}");
        assert_eq!((&self.lineage, self.horizon), (&other.lineage, other.horizon), "lineage, {when}");
        assert!(self.records == other.records, "the records of a walk are others, {when}");
        for (ours, theirs) in self.single.iter().zip(&other.single) {
            assert_eq!(ours.0, theirs.0, "stamp, {when}");
            assert!(ours.1 == theirs.1, "record {} is another, {when}", ours.0.revision);
        }
        assert_eq!(self.revisions_of, other.revisions_of, "revisions of submissions, {when}");
        assert_eq!(self.revisions_at, other.revisions_at, "revisions at times, {when}");
        let infos = |contents: &Self| contents.checkpoints.iter().map(|(info, _)| *info).collect::<Vec<_>>();
        assert_eq!(infos(self), infos(other), "checkpoints, {when}");
        assert!(self == other, "the contents are others, {when}");
    }
}
