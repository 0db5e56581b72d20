//! History: every version of one practice.

use tenseven_model::{
    PracticeId, Revision,
    event::{Event, PracticeVersion},
};

use super::{RecordedPractice, error::PracticeVersionsError, listing::PAGE_BYTES_MAX};
use crate::{Cursor, InvalidPageToken, Unreadable, View, records::unreadable};

/// One page of versions of a practice.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PracticeVersionPage {
    /// The versions, newest first.
    pub versions: Vec<RecordedPractice>,
    /// The cursor of the next page; none on the last page.
    pub next: Option<Cursor>,
}

impl View {
    /// The versions of a practice up to this revision, newest first, withdrawals among them. Each names the one before
    /// it, so a page costs one look into the journal a version. Compaction gives none of them up.
    pub fn practice_versions(
        &self,
        id: &PracticeId,
        size: usize,
        after: Option<&Cursor>,
    ) -> Result<PracticeVersionPage, PracticeVersionsError> {
        let practices = self.state().practices();
        let held = practices.get(id).ok_or_else(|| practices.unknown(id))?;
        let mut next = match after {
            None => Some(held.revision),
            Some(cursor) => Some(cursor.after.parse().map(Revision::new).map_err(|_| InvalidPageToken)?),
        };
        let (mut versions, mut bytes) = (Vec::new(), 0);
        while let Some(revision) = next
            && versions.len() < size
            && bytes < PAGE_BYTES_MAX
        {
            let version = self.practice_version(id, revision)?;
            next = version.previous;
            bytes += match &version.change {
                tenseven_model::event::PracticeChange::Put(practice) => practice.text_bytes(),
                tenseven_model::event::PracticeChange::Withdrawn { id: _, reason } => reason.as_str().len(),
            };
            versions.push(self.signed_practice(version, revision)?);
        }
        let next = next.map(|revision| self.cursor(revision.number().to_string()));
        if next.is_some() {
            self.keep();
        }
        Ok(PracticeVersionPage { versions, next })
    }

    /// The version of a practice that an entry holds.
    fn practice_version(&self, id: &PracticeId, revision: Revision) -> Result<PracticeVersion, Unreadable> {
        let entry = self.journal().read(revision).map_err(|error| unreadable(&error))?;
        let found = match entry.event {
            Event::Practices(versions) => versions.into_iter().find(|version| version.id() == id),
            Event::Observations(_)
            | Event::Framework(_)
            | Event::Retirement(_)
            | Event::Coding(_)
            | Event::Adjudication(_)
            | Event::Access(_) => None,
        };
        found.ok_or(Unreadable { revision })
    }
}
