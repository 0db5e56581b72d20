//! Keys: which rows of a file are about the same observation.
//!
//! *Invariant:* a key takes some 50 bytes, independent of its length. That two keys share a hash of 128 bits is not expected to
//! happen.

use std::collections::{HashMap, hash_map::Entry};

use tenseven_client::v1;

/// The keys of the rows that were read, each with the line of the first.
#[derive(Debug, Default)]
pub(super) struct Keys(HashMap<[u8; 16], u64>);

impl Keys {
    /// Notes the key of an observation; returns the line of an earlier row that has it.
    pub(super) fn earlier(&mut self, observation: &v1::Observation, line: u64) -> Option<u64> {
        let v1::Observation { indicator, area, period, source, .. } = observation;
        let mut hash = blake3::Hasher::new();
        for part in [indicator, area, period, source] {
            hash.update(&(part.len() as u64).to_le_bytes()).update(part.as_bytes());
        }
        let mut key = [0; 16];
        hash.finalize_xof().fill(&mut key);
        match self.0.entry(key) {
            Entry::Occupied(earlier) => Some(*earlier.get()),
            Entry::Vacant(vacant) => {
                vacant.insert(line);
                None
            }
        }
    }
}
