//! Digests of changes of access.
//!
//! *Invariant:* must stay stable: they are stored with each submission. The secret of a key is not part of them, because it is made
//! for each request.

use blake3::Hasher;
use tenseven_model::{
    ContentDigest, Timestamp,
    access::{AccessChange, PartnerDraft, QuotaLimit},
};

use crate::content_hash::{finished, names, text};

/// Starts every digest of a change of access. Must stay stable.
const MARK: &[u8] = b"tenseven access 1";

/// The digest of a change.
pub(super) fn of_change(change: &AccessChange) -> ContentDigest {
    let mut hasher = Hasher::new();
    text(&mut hasher, MARK);
    text(&mut hasher, change.partner().as_str().as_bytes());
    match change {
        AccessChange::PartnerPut(partner) => {
            let PartnerDraft { id: _, name, contact, status, certificate_names, quota } = &**partner;
            hasher.update(&[1]);
            for part in [name.as_str(), contact, status.as_str()] {
                text(&mut hasher, part.as_bytes());
            }
            names(&mut hasher, certificate_names.iter().map(String::as_str));
            // Nothing without a quota, as before there were any.
            for limit in QuotaLimit::ALL {
                if let Some(value) = quota.get(limit) {
                    text(&mut hasher, limit.as_str().as_bytes());
                    hasher.update(&value.get().to_le_bytes());
                }
            }
        }
        AccessChange::KeyIssued(key) => {
            hasher.update(&[2]);
            text(&mut hasher, key.name.as_str().as_bytes());
            hasher.update(&key.expires_at.map_or(i64::MIN, Timestamp::as_micros).to_le_bytes());
        }
        AccessChange::KeyRevoked { partner: _, key, reason } => {
            hasher.update(&[3]);
            text(&mut hasher, key.as_str().as_bytes());
            text(&mut hasher, reason.as_str().as_bytes());
        }
        AccessChange::GrantAdded { partner: _, grant } => {
            hasher.update(&[4]);
            text(&mut hasher, grant.to_string().as_bytes());
        }
        AccessChange::GrantRevoked { partner: _, grant, reason } => {
            hasher.update(&[5]).update(&grant.number().to_le_bytes());
            text(&mut hasher, reason.as_str().as_bytes());
        }
    }
    finished(&hasher)
}
