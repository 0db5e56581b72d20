//! Journals of format 1, to be read and made new ones of.
//!
//! *Invariant:* nothing is appended to such a journal. Its entries are not chained, and do not say which version an
//! observation replaced.

use std::{fmt, path::Path};

use tenseven_model::Revision;

use super::{
    open::{Opened, open_format_1},
    options::JournalOptions,
    source::SledSource,
};
use crate::{Entries, OpenError, walk::Source as _};

/// A journal of format 1, which can only be read.
pub struct FormatOneJournal {
    source: SledSource,
    head: Revision,
}

/// Opens the journal of format 1 in the directory `path`, to read it.
pub fn read_format_1(path: impl AsRef<Path>, options: JournalOptions) -> Result<FormatOneJournal, OpenError> {
    let Opened { source, head, .. } = open_format_1(path.as_ref(), options)?;
    Ok(FormatOneJournal { source, head: head.revision })
}

impl FormatOneJournal {
    /// The last entry.
    pub fn head(&self) -> Revision {
        self.head
    }

    /// The entries after `revision`, read as they are asked for. No observation names the version that it replaced.
    pub fn read_after(&self, revision: Revision) -> Entries {
        let (source, mut failed) = (self.source.clone(), false);
        let revisions = revision.number().saturating_add(1)..=self.head.number();
        Box::new(revisions.map_while(move |revision| {
            let found = (!failed).then(|| source.decoded(Revision::new(revision)));
            failed |= found.as_ref().is_some_and(Result::is_err);
            found.map(|found| found.map(|(entry, ..)| entry))
        }))
    }
}

impl fmt::Debug for FormatOneJournal {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("FormatOneJournal")
            .field("path", &self.source.path)
            .field("head", &self.head)
            .finish_non_exhaustive()
    }
}
