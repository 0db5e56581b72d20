//! Which submissions were accepted.

use tenseven_model::SubmissionId;
use tenseven_store::Outcome;

use crate::{QueryError, Receipt, View, records::unreadable};

impl View {
    /// The submissions of these that were accepted up to this revision, in their order, with what they were answered.
    /// That is read from the journal, one entry after the other; none is kept.
    pub fn accepted(&self, submissions: &[SubmissionId]) -> Result<Vec<(SubmissionId, Receipt)>, QueryError> {
        let ledger = &self.state().ledger;
        let known = submissions.iter().filter_map(|id| {
            let revision = ledger.revision_of(*id)?;
            Some((*id, revision, ledger.of(revision)?.accepted_at))
        });
        let answered = known.map(|(id, revision, accepted_at)| {
            let outcome = self.journal().outcome(revision).map_err(|error| unreadable(&error))?;
            let Outcome { new, revised, unchanged } = outcome;
            Ok((id, Receipt { revision, accepted_at, new, revised, unchanged }))
        });
        answered.collect()
    }
}
