//! Publishing: how a new version of a framework is submitted.

use std::sync::{Arc, PoisonError, atomic::Ordering};

use tenseven_state::frameworks::{PublicationReceipt, PublishFramework};

use crate::{
    Attributed, Closing, Observatory, Publication, PublicationUnderWay, PublishError, SubmissionError,
    publication::{Running, first_receipt},
};

impl Observatory {
    /// Publishes a new version of a framework, or follows the publication of the same submission. Answers at once; what
    /// becomes of it is reported by the steps. Only a publication that cannot begin is refused here.
    pub fn publish(
        &self,
        by: impl Into<Attributed>,
        definition: String,
    ) -> Result<Publication, PublishError> {
        let by = by.into();
        let mut running = self.publication.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(under_way) = running.as_ref().filter(|running| !running.is_over()) {
            return if under_way.is_of(by.submission, &definition) {
                Ok(under_way.follow())
            } else {
                Err(PublicationUnderWay.into())
            };
        }
        if self.shared.is_closing.load(Ordering::Acquire) {
            return Err(SubmissionError::from(Closing).into());
        }
        let started = Running::start(Arc::clone(&self.shared), by, definition)?;
        Ok(running.insert(started).follow())
    }

    /// What [`Self::publish`] would end in now, found without scoring anything. Stores nothing. Takes as long as reading
    /// the text.
    pub fn preview_publication(
        &self,
        by: impl Into<Attributed>,
        definition: &str,
    ) -> Result<PublicationReceipt, PublishError> {
        let state = self.shared.state.load_full();
        let (by, revision) = (by.into(), state.revision());
        if let Some(known) = first_receipt(&self.shared, &state, by.submission, definition)? {
            return Ok(PublicationReceipt { revision, accepted_at: None, ..known });
        }
        let command = PublishFramework::read(definition.to_owned(), &self.shared.limits.rules())?;
        self.allow(&state, &by, &command).map_err(PublishError::Denied)?;
        let cost = command.check(&state, &self.shared.rules())?;
        let framework = command.framework().reference();
        Ok(PublicationReceipt { framework, revision, accepted_at: None, cost })
    }
}
