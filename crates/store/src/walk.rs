//! Walking over records in order, each checked to follow the one before.

use std::path::Path;

use bytes::Bytes;
use tenseven_model::{ObservationKey, Revision};

use crate::{
    ChainHash, Corruption, Entry, EntryFault, Outcome, ReadError, Record, Versioned,
    record::{self, Link},
};

/// Where the records of a journal come from.
pub(crate) trait Source: Send {
    /// The bytes of a record that the journal has.
    fn record(&self, revision: Revision) -> Result<Bytes, ReadError>;

    /// The last revision that may be compacted.
    fn horizon(&self) -> Revision;

    /// The name of the journal.
    fn path(&self) -> &Path;

    /// The error for a record that is damaged so.
    fn damaged(&self, revision: Revision, fault: EntryFault) -> ReadError {
        ReadError::Corrupt(Corruption { revision, path: self.path().to_owned(), fault })
    }

    /// The entry of a revision that the journal has, its record, and how that is chained.
    fn decoded(&self, revision: Revision) -> Result<(Entry, Bytes, Link), ReadError> {
        let bytes = self.record(revision)?;
        let (entry, link) =
            record::decode(revision, bytes.clone()).map_err(|fault| self.damaged(revision, fault))?;
        if link.compacted_from.is_some() && revision > self.horizon() {
            return Err(self.damaged(revision, EntryFault::Compacted { horizon: self.horizon() }));
        }
        Ok((entry, bytes, link))
    }

    /// One version of one observation.
    fn find(&self, revision: Revision, key: &ObservationKey) -> Result<Option<Versioned>, ReadError> {
        let found = record::find(revision, self.record(revision)?, key);
        found.map_err(|fault| self.damaged(revision, fault))
    }

    /// What the submission of an entry was answered.
    fn outcome(&self, revision: Revision) -> Result<Outcome, ReadError> {
        let outcome = record::outcome(revision, self.record(revision)?);
        outcome.map_err(|fault| self.damaged(revision, fault))
    }

    /// The chain hash of a revision that the journal has; zeros before the first.
    fn chain(&self, revision: Revision) -> Result<ChainHash, ReadError> {
        if revision == Revision::ZERO {
            return Ok(ChainHash::ZERO);
        }
        let (_, bytes, link) = self.decoded(revision)?;
        Ok(link.chain(&bytes))
    }
}

/// Succeeds if a journal with this head has the revision.
pub(crate) fn check_present(revision: Revision, head: Revision) -> Result<(), ReadError> {
    if revision == Revision::ZERO || revision > head {
        return Err(ReadError::Absent { revision, head });
    }
    Ok(())
}

/// Walks over the entries of some revisions.
pub(crate) struct Walk<S> {
    source: S,
    last: Revision,
    head: Revision,
    /// The chain hash of `last`, once it is known.
    chain: Option<ChainHash>,
}

impl<S: Source> Walk<S> {
    /// Walks over what follows `after`, up to `head`.
    pub(crate) fn new(source: S, after: Revision, head: Revision) -> Self {
        Self { source, last: after, head, chain: None }
    }

    fn step(&mut self) -> Result<(Entry, Record), ReadError> {
        let expected = match self.chain {
            Some(chain) => chain,
            None => self.source.chain(self.last)?,
        };
        let revision = self.last.next();
        let (entry, bytes, link) = self.source.decoded(revision)?;
        if link.previous != expected {
            let fault = EntryFault::Link { expected, found: link.previous };
            return Err(self.source.damaged(revision, fault));
        }
        let chain = link.chain(&bytes);
        (self.last, self.chain) = (revision, Some(chain));
        Ok((entry, Record { revision, chain, bytes: bytes.into() }))
    }
}

impl<S: Source> Iterator for Walk<S> {
    type Item = Result<(Entry, Record), ReadError>;

    fn next(&mut self) -> Option<Self::Item> {
        if self.last >= self.head {
            return None;
        }
        let found = self.step();
        if found.is_err() {
            // Nothing follows an error.
            self.head = Revision::ZERO;
        }
        Some(found)
    }
}
