//! Records as they are read: decoded as far as is asked for.

use bytes::Bytes;
use tenseven_model::{
    ContentDigest, ObservationKey, Revision,
    event::{ChangeCounts, ObservationVersion},
};

use crate::{
    ChainHash, Corruption, DecodeError, Entry, EntryFault, LogPosition, ReadError, RecordHash, Stamp,
    chain::ChainTag, record::decode,
};

/// One entry of the journal as bytes. Its checksum was verified; its content is decoded when it is asked for.
#[derive(Debug, Clone)]
pub struct Record {
    stamp: Stamp,
    tag: ChainTag,
    body: Bytes,
    position: LogPosition,
}

impl Record {
    pub(crate) fn new(stamp: Stamp, tag: ChainTag, body: Bytes, position: LogPosition) -> Self {
        Self { stamp, tag, body, position }
    }

    /// Which entry it is of.
    pub fn stamp(&self) -> Stamp {
        self.stamp
    }

    pub(crate) fn tag(&self) -> ChainTag {
        self.tag
    }

    /// The entry's revision.
    pub fn revision(&self) -> Revision {
        self.stamp.revision
    }

    /// The bytes of its content, as described in `FORMAT.md`.
    pub fn body(&self) -> &Bytes {
        &self.body
    }

    /// Where it was read.
    pub fn position(&self) -> &LogPosition {
        &self.position
    }

    /// The entry.
    pub fn entry(&self) -> Result<Entry, ReadError> {
        self.decoded(decode::entry(self.stamp, self.body.clone()))
    }

    /// The version of an observation in it, without decoding the rest; none if it holds no such key, or other content.
    pub fn find(&self, key: &ObservationKey) -> Result<Option<ObservationVersion>, ReadError> {
        self.decoded(decode::find(self.revision(), self.body.clone(), key))
    }

    /// What [`Self::find`] finds for each of these keys, in their order, in one pass.
    pub fn find_all(&self, keys: &[&ObservationKey]) -> Result<Vec<Option<ObservationVersion>>, ReadError> {
        self.decoded(decode::find_all(self.revision(), self.body.clone(), keys))
    }

    /// What its submission sent, as a digest, and what it was answered.
    pub fn answer(&self) -> Result<(ContentDigest, ChangeCounts), ReadError> {
        self.decoded(decode::answer(self.body.clone()))
    }

    /// The entry's chain hash, if `previous` is that of the entry before it. An error if this entry does not follow that one,
    /// or is compacted after the horizon.
    pub fn chain(&self, previous: ChainHash, horizon: Revision) -> Result<ChainHash, ReadError> {
        let (hash, is_compacted) = self.hash()?;
        let chain = previous.next(hash);
        if chain.tag() != self.tag {
            return Err(self.corrupt(EntryFault::Link));
        }
        if is_compacted && self.revision() > horizon {
            return Err(self.corrupt(EntryFault::Compacted { horizon }));
        }
        Ok(chain)
    }

    /// Whether its chain hash may be this one.
    pub fn has_chain(&self, chain: ChainHash) -> bool {
        chain.tag() == self.tag
    }

    /// Its hash in the chain, and whether it was compacted.
    pub(crate) fn hash(&self) -> Result<(RecordHash, bool), ReadError> {
        self.decoded(decode::hash(self.stamp, &self.body))
    }

    fn decoded<T>(&self, decoded: Result<T, DecodeError>) -> Result<T, ReadError> {
        decoded.map_err(|error| self.corrupt(EntryFault::Record(Box::new(error))))
    }

    fn corrupt(&self, fault: EntryFault) -> ReadError {
        ReadError::Corrupt(Corruption { revision: self.revision(), position: self.position.clone(), fault })
    }
}

/// Two records are the same if they hold the same entry at the same point of the chain, wherever they were read.
impl PartialEq for Record {
    fn eq(&self, other: &Self) -> bool {
        self.stamp == other.stamp && self.tag == other.tag && self.body == other.body
    }
}

impl Eq for Record {}
