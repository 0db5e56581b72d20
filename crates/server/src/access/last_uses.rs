//! When keys were last accepted, to the minute.
//!
//! *Invariant:* it is only kept in memory, and takes an entry for each key that was used since the server started.

use std::{
    collections::HashMap,
    sync::{
        Arc, PoisonError, RwLock,
        atomic::{AtomicI64, Ordering},
    },
};

use tenseven_model::{Timestamp, access::KeyId};

const MICROS_PER_MINUTE: i64 = 60_000_000;

/// When keys were last accepted. A clone is the same.
#[derive(Debug, Clone, Default)]
pub(crate) struct LastUses(Arc<RwLock<HashMap<KeyId, AtomicI64>>>);

impl LastUses {
    /// Notes that a key is accepted.
    pub(super) fn note(&self, key: &KeyId, now: Timestamp) {
        let minute = now.as_micros().div_euclid(MICROS_PER_MINUTE);
        let known = self.0.read().unwrap_or_else(PoisonError::into_inner);
        if let Some(last) = known.get(key) {
            last.fetch_max(minute, Ordering::Relaxed);
            return;
        }
        drop(known);
        let mut known = self.0.write().unwrap_or_else(PoisonError::into_inner);
        known.entry(key.clone()).or_default().fetch_max(minute, Ordering::Relaxed);
    }

    /// When a key was last accepted; none if it was not.
    pub(crate) fn of(&self, key: &KeyId) -> Option<Timestamp> {
        let known = self.0.read().unwrap_or_else(PoisonError::into_inner);
        let minute = known.get(key)?.load(Ordering::Relaxed);
        Some(Timestamp::from_micros(minute * MICROS_PER_MINUTE))
    }
}

#[cfg(test)]
mod tests {
    use tenseven_model::access::ApiKey;

    use super::*;

    #[test]
    fn the_last_use_of_a_key_is_known_to_the_minute() {
        let (uses, key) = (LastUses::default(), ApiKey::from_random([7; ApiKey::RANDOM_BYTES]));
        assert_eq!(uses.of(key.id()), None);
        for micros in [90_000_000, 30_000_000] {
            uses.note(key.id(), Timestamp::from_micros(micros));
        }
        assert_eq!(uses.of(key.id()), Some(Timestamp::from_micros(60_000_000)));
    }
}
