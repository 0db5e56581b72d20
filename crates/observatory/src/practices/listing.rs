//! Listings of practices at a revision.

use std::sync::Arc;

use tenseven_model::{
    PartnerId, Practice, PracticeId, PracticeSelection, Revision, SubmissionId, Timestamp,
    event::PracticeVersion,
};
use tenseven_state::practices::Held;

use super::{
    error::{ListPracticesError, PracticeLookupError},
    filter::Known,
};
use crate::{Cursor, Unreadable, View};

/// Approximate maximum bytes of practices in a page of any size; one practice always fits.
pub(super) const PAGE_BYTES_MAX: usize = 1024 * 1024;

/// A version of a practice, and who brought it when.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RecordedPractice {
    /// What became of the practice.
    pub version: PracticeVersion,
    /// The revision that accepted it.
    pub revision: Revision,
    /// When it was accepted.
    pub accepted_at: Timestamp,
    /// The submission that brought it.
    pub submission: SubmissionId,
    /// The partner that made it; none where nobody had to identify themselves.
    pub author: Option<PartnerId>,
}

/// One page of practices.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PracticePage {
    /// The practices, by id.
    pub practices: Vec<RecordedPractice>,
    /// The cursor of the next page; none on the last page.
    pub next: Option<Cursor>,
}

impl View {
    /// The practices that pass the filter, by id.
    pub fn practices(
        &self,
        filter: &PracticeSelection,
        size: usize,
        after: Option<&Cursor>,
    ) -> Result<PracticePage, ListPracticesError> {
        let filter = Known::of(filter, self.world(), self.published())?;
        let later = |practice: &Practice| after.is_none_or(|after| practice.id.as_str() > &*after.after);
        let mut listed = self.state().practices().current();
        let mut listed = listed.by_ref().filter(|(_, one)| later(one) && filter.takes(one)).peekable();
        let (mut practices, mut bytes) = (Vec::new(), 0);
        while practices.len() < size
            && bytes < PAGE_BYTES_MAX
            && let Some((held, practice)) = listed.next()
        {
            bytes += practice.text_bytes();
            practices.push(self.recorded_practice(held)?);
        }
        let last = practices.last().filter(|_| listed.peek().is_some());
        let next = last.map(|last| self.cursor(last.version.id().to_string()));
        if next.is_some() {
            self.keep();
        }
        Ok(PracticePage { practices, next })
    }

    /// One practice; an error if there never was one with the id, or it was withdrawn.
    pub fn practice(&self, id: &PracticeId) -> Result<RecordedPractice, PracticeLookupError> {
        let held = self.state().practices().get(id).filter(|held| held.practice().is_some());
        let held = held.ok_or_else(|| self.state().practices().unknown(id))?;
        Ok(self.recorded_practice(held)?)
    }

    pub(super) fn recorded_practice(&self, held: &Arc<Held>) -> Result<RecordedPractice, Unreadable> {
        self.signed_practice(held.version.clone(), held.revision)
    }

    pub(super) fn signed_practice(
        &self,
        version: PracticeVersion,
        revision: Revision,
    ) -> Result<RecordedPractice, Unreadable> {
        let stamp = self.stamp(revision)?;
        let (accepted_at, submission) = (stamp.committed_at, stamp.submission);
        Ok(RecordedPractice { version, revision, accepted_at, submission, author: self.author(revision) })
    }
}
