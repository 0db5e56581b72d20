//! Records: the lines of the log.
//!
//! *Invariant:* a line is JSON, and shorter than [`LINE_BYTES_MAX`]. Every text in it is cut to a length.

use serde::{Deserialize, Serialize};
use tenseven_api::convert::timestamp_message;
use tenseven_model::Timestamp;
use tonic::Code;

/// Longest text in a record, in bytes.
const TEXT_BYTES_MAX: usize = 256;
/// Longest line that is read.
pub(super) const LINE_BYTES_MAX: usize = 16 * 1024;
/// Runs of revisions in a record.
pub(super) const RUNS_MAX: usize = 64;

/// What became of a call.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default, Serialize, Deserialize)]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
pub(crate) enum Outcome {
    /// It changed the registry.
    Accepted,
    /// It was rejected.
    Rejected,
    /// It read, or only checked.
    Read,
    /// Unknown: it was not recorded.
    #[default]
    Lost,
}

/// What is recorded of a call, or of calls that are alike.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(default)]
pub(crate) struct Record {
    /// Where it is in the log: the time at which it was written, in microseconds, or one more than the record before.
    pub(crate) at: i64,
    /// When the call was answered.
    pub(crate) time: String,
    /// What became of it.
    pub(crate) outcome: Outcome,
    /// The method, as `AccessService/IssueKey`; empty if it is none of the contract.
    #[serde(skip_serializing_if = "String::is_empty")]
    pub(crate) method: String,
    /// The partner.
    #[serde(skip_serializing_if = "String::is_empty")]
    pub(crate) partner: String,
    /// How it showed who it is: `key`, `certificate`, `token`.
    #[serde(skip_serializing_if = "String::is_empty")]
    pub(crate) credential: String,
    /// By which.
    #[serde(skip_serializing_if = "String::is_empty")]
    pub(crate) credential_id: String,
    /// Where the connection comes from: an address, or a network where calls of many addresses are counted together.
    #[serde(skip_serializing_if = "String::is_empty")]
    pub(crate) peer: String,
    /// The revision of the grant that allowed it.
    #[serde(skip_serializing_if = "is_zero")]
    pub(crate) grant: u64,
    /// What it was not granted.
    #[serde(skip_serializing_if = "String::is_empty")]
    pub(crate) missing: String,
    /// Its status.
    #[serde(skip_serializing_if = "String::is_empty")]
    pub(crate) code: String,
    /// The reason of that.
    #[serde(skip_serializing_if = "String::is_empty")]
    pub(crate) reason: String,
    /// Its request id.
    #[serde(skip_serializing_if = "String::is_empty")]
    pub(crate) request_id: String,
    /// How many calls it is of.
    pub(crate) count: u64,
    /// The revisions that accepted changes, as runs of a first and a last one.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub(crate) revisions: Vec<(u64, u64)>,
    /// How many rows these stored.
    #[serde(skip_serializing_if = "is_zero")]
    pub(crate) rows: u64,
    /// How many events were not recorded.
    #[serde(skip_serializing_if = "is_zero")]
    pub(crate) dropped: u64,
}

#[expect(clippy::trivially_copy_pass_by_ref, reason = "serde passes a reference")]
fn is_zero(number: &u64) -> bool {
    *number == 0
}

impl Record {
    /// The record that events were dropped.
    pub(super) fn dropped(count: u64, time: Timestamp) -> Self {
        Self { time: instant(time), dropped: count, ..Self::default() }
    }

    /// Adds a revision; returns whether there was room for it.
    pub(super) fn add_revision(&mut self, revision: u64) -> bool {
        if let Some((_, last)) = self.revisions.last_mut()
            && last.checked_add(1) == Some(revision)
        {
            *last = revision;
            return true;
        }
        let has_room = self.revisions.len() < RUNS_MAX;
        if has_room {
            self.revisions.push((revision, revision));
        }
        has_room
    }

    /// Whether it is about the change of this revision.
    #[cfg(test)]
    pub(super) fn has_revision(&self, revision: u64) -> bool {
        self.revisions.iter().any(|(first, last)| (*first..=*last).contains(&revision))
    }

    /// Its line, with the line end.
    pub(super) fn line(&self) -> Vec<u8> {
        // Such a record can be written.
        let mut line = serde_json::to_vec(self).unwrap_or_default();
        line.push(b'\n');
        line
    }

    /// The record of a line; none if it is not one, as a line that was cut short.
    pub(super) fn of_line(line: &[u8]) -> Option<Self> {
        serde_json::from_slice(line).ok()
    }
}

/// An instant as a text.
pub(super) fn instant(time: Timestamp) -> String {
    timestamp_message(time).to_string()
}

/// A text, cut to a length.
pub(super) fn cut(text: &str) -> String {
    let mut end = text.len().min(TEXT_BYTES_MAX);
    while !text.is_char_boundary(end) {
        end -= 1;
    }
    text[..end].to_owned()
}

/// The name of a status.
pub(super) fn code_name(code: Code) -> &'static str {
    match code {
        Code::Ok => "OK",
        Code::Cancelled => "CANCELLED",
        Code::Unknown => "UNKNOWN",
        Code::InvalidArgument => "INVALID_ARGUMENT",
        Code::DeadlineExceeded => "DEADLINE_EXCEEDED",
        Code::NotFound => "NOT_FOUND",
        Code::AlreadyExists => "ALREADY_EXISTS",
        Code::PermissionDenied => "PERMISSION_DENIED",
        Code::ResourceExhausted => "RESOURCE_EXHAUSTED",
        Code::FailedPrecondition => "FAILED_PRECONDITION",
        Code::Aborted => "ABORTED",
        Code::OutOfRange => "OUT_OF_RANGE",
        Code::Unimplemented => "UNIMPLEMENTED",
        Code::Internal => "INTERNAL",
        Code::Unavailable => "UNAVAILABLE",
        Code::DataLoss => "DATA_LOSS",
        Code::Unauthenticated => "UNAUTHENTICATED",
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_record_comes_back_from_its_line_and_no_text_can_end_it() {
        let text = cut(&"\"\n\u{0}é".repeat(200));
        assert!(text.len() <= TEXT_BYTES_MAX);
        let mut record =
            Record { at: 7, count: 1, partner: text.clone(), missing: text, ..Record::default() };
        for revision in (0..2 * RUNS_MAX as u64).map(|index| u64::MAX - 3 * (2 * RUNS_MAX as u64 - index)) {
            assert_eq!(record.add_revision(revision), record.has_revision(revision));
        }
        assert_eq!(record.revisions.len(), RUNS_MAX);
        let line = record.line();
        assert!(line.len() < LINE_BYTES_MAX);
        assert_eq!(line.iter().position(|byte| *byte == b'\n'), Some(line.len() - 1));
        assert_eq!(Record::of_line(&line), Some(record));
        assert_eq!(Record::of_line(&line[..line.len() / 2]), None);
    }

    #[test]
    fn revisions_in_a_row_take_one_run() {
        let mut record = Record::default();
        assert!((5..1_000).chain(2_000..3_000).all(|revision| record.add_revision(revision)));
        assert_eq!(record.revisions, [(5, 999), (2_000, 2_999)]);
        assert!(record.has_revision(999) && !record.has_revision(1_000));
    }
}
