//! Publishing: how a new version of a framework is submitted.

use std::sync::{Arc, PoisonError, atomic::Ordering};

use tenseven_model::SubmissionId;
use tenseven_state::frameworks::{PublicationReceipt, PublishFramework};

use crate::{
    Closing, Observatory, Publication, PublicationUnderWay, PublishError, SubmissionError,
    publication::{Running, first_receipt},
};

impl Observatory {
    /// Publishes a new version of a framework, or follows the publication of the same submission. Answers at once; what
    /// becomes of it is reported by the steps. Only a publication that cannot begin is refused here.
    pub fn publish(&self, id: SubmissionId, definition: String) -> Result<Publication, PublishError> {
        let mut running = self.publication.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(under_way) = running.as_ref().filter(|running| !running.is_over()) {
            return if under_way.is_of(id, &definition) {
                Ok(under_way.follow())
            } else {
                Err(PublicationUnderWay.into())
            };
        }
        if self.shared.is_closing.load(Ordering::Acquire) {
            return Err(SubmissionError::from(Closing).into());
        }
        let started = Running::start(Arc::clone(&self.shared), id, definition)?;
        Ok(running.insert(started).follow())
    }

    /// What [`Self::publish`] would end in now, found without scoring anything. Stores nothing. Takes as long as reading
    /// the text.
    pub fn preview_publication(
        &self,
        id: SubmissionId,
        definition: &str,
    ) -> Result<PublicationReceipt, PublishError> {
        let state = self.shared.state.load_full();
        let revision = state.revision();
        if let Some(known) = first_receipt(&self.shared, &state, id, definition)? {
            return Ok(PublicationReceipt { revision, accepted_at: None, ..known });
        }
        let command = PublishFramework::read(definition.to_owned(), &self.shared.limits.rules())?;
        let cost = command.check(&state, &self.shared.rules())?;
        let framework = command.framework().reference();
        Ok(PublicationReceipt { framework, revision, accepted_at: None, cost })
    }
}
