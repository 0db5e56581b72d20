//! Lookup of accepted submissions.

use tenseven_model::SubmissionId;

use crate::{Receipt, Unreadable, View, records::unreadable};

impl View {
    /// The submissions of these that were accepted up to this revision, in their order, with what they were answered.
    /// That is read from the journal, one entry after the other; none is kept.
    pub fn accepted(&self, submissions: &[SubmissionId]) -> Result<Vec<(SubmissionId, Receipt)>, Unreadable> {
        let mut accepted = Vec::new();
        for id in submissions {
            let revision = self.journal().revision_of(*id).map_err(|error| unreadable(&error))?;
            let Some(revision) = revision.filter(|revision| *revision <= self.revision()) else { continue };
            let record = self.journal().record(revision).map_err(|error| unreadable(&error))?;
            let (_, outcome) = record.answer().map_err(|error| unreadable(&error))?;
            accepted.push((*id, Receipt::new(revision, record.stamp().committed_at, outcome)));
        }
        Ok(accepted)
    }
}
