//! Every version of one observation.

use tenseven_model::{ObservationKey, Revision};

use crate::{Cursor, QueryError, Recorded, View, records};

/// One page of versions of an observation.
pub struct VersionPage {
    /// The versions, newest first.
    pub versions: Vec<Recorded>,
    /// Where the listing goes on.
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
    ) -> Result<VersionPage, QueryError> {
        self.world().check(&key.area)?;
        self.shelf().indicator(&key.indicator)?;
        let mut next = match after {
            None => self.state().panel.get(key).map(|cell| cell.revision),
            Some(cursor) => Some(read_revision(&cursor.after).ok_or(QueryError::PageToken)?),
        };
        let (mut versions, mut compacted) = (Vec::new(), false);
        while let Some(revision) = next
            && versions.len() < size
        {
            let Some(version) = records::version(self.journal(), revision, key)? else {
                if revision > self.journal().horizon() {
                    return Err(QueryError::Unreadable { revision });
                }
                (next, compacted) = (None, true);
                break;
            };
            versions.push(self.sign(revision, version.observation)?);
            next = version.previous;
        }
        let next =
            next.map(|revision| Cursor { revision: self.revision(), after: revision.number().to_string() });
        if next.is_some() {
            self.keep();
        }
        Ok(VersionPage { versions, next, compacted })
    }
}

fn read_revision(text: &str) -> Option<Revision> {
    text.parse().ok().map(Revision::new)
}
