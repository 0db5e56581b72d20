//! Every version of one observation.

use tenseven_model::{ObservationKey, Revision, event::VersionBody};

use super::observations::PAGE_BYTES_MAX;
use crate::{
    Cursor, InvalidPageToken, RecordedVersion, UnknownArea, UnknownIndicator, Unreadable, View, records,
};

/// Why the versions of an observation are not listed.
#[derive(Debug, Clone, PartialEq, thiserror::Error)]
pub enum VersionsError {
    /// There is no such area.
    #[error(transparent)]
    Area(#[from] UnknownArea),
    /// No framework has the indicator.
    #[error(transparent)]
    Indicator(#[from] UnknownIndicator),
    /// The page token is of no such listing.
    #[error(transparent)]
    PageToken(#[from] InvalidPageToken),
    /// The journal cannot be read.
    #[error(transparent)]
    Unreadable(#[from] Unreadable),
}

/// One page of versions of an observation.
pub struct VersionPage {
    /// The versions, newest first; withdrawals are among them.
    pub versions: Vec<RecordedVersion>,
    /// The cursor of the next page; none on the last page.
    pub next: Option<Cursor>,
    /// Whether older versions were given up by the operator.
    pub compacted: bool,
}

impl View {
    /// The versions of an observation up to this revision, newest first. Each names the one before it, so a page costs
    /// one look into the journal a version, however large the registry is. An observation that was never made has
    /// none.
    pub fn versions(
        &self,
        key: &ObservationKey,
        size: usize,
        after: Option<&Cursor>,
    ) -> Result<VersionPage, VersionsError> {
        self.world().check(&key.area)?;
        self.published().indicator(&key.indicator)?;
        let mut next = match after {
            None => self.state().newest_version(key),
            Some(cursor) => Some(read_revision(&cursor.after).ok_or(InvalidPageToken)?),
        };
        let (mut versions, mut bytes, mut compacted) = (Vec::new(), 0, false);
        while let Some(revision) = next
            && versions.len() < size
            && bytes < PAGE_BYTES_MAX
        {
            let Some(version) = records::version(self.journal(), revision, key)? else {
                if revision > self.journal().horizon() {
                    return Err(Unreadable { revision }.into());
                }
                (next, compacted) = (None, true);
                break;
            };
            bytes += version.text_bytes();
            next = version.previous;
            versions.push(self.sign_version(revision, version.body)?);
        }
        let next = next.map(|revision| self.cursor(revision.number().to_string()));
        if next.is_some() {
            self.keep();
        }
        Ok(VersionPage { versions, next, compacted })
    }

    /// A version with who brought it, and when.
    fn sign_version(&self, revision: Revision, body: VersionBody) -> Result<RecordedVersion, Unreadable> {
        let stamp = self.stamp(revision)?;
        let (accepted_at, submission) = (stamp.committed_at, stamp.submission);
        Ok(RecordedVersion { body, revision, accepted_at, submission, author: self.author(revision) })
    }
}

fn read_revision(text: &str) -> Option<Revision> {
    text.parse().ok().map(Revision::new)
}
