//! The first admin: a partner, its grant and a key, made by who has the machine.
//!
//! *Invariant:* it adds what is missing and changes nothing else, so that it can be repeated. A key that was revoked stays revoked.

use std::{fs, path::Path};

use tenseven_model::{
    PartnerId, SubmissionId,
    access::{ApiKey, Grant, IssuedKey, KeyName, Partner, PartnerDraft, PartnerStatus},
};
use tenseven_observatory::{AccessError, AddGrant, IssueKey, Observatory, PutPartner};
use tracing::{info, warn};
use uuid::Uuid;

/// The id of the partner that is made.
pub const ADMIN: &str = "admin";
/// Its name.
const ADMIN_NAME: &str = "Administrator of this registry";
/// Longest file that is read for a key, in bytes.
const KEY_FILE_BYTES_MAX: u64 = 4_096;

/// Why there is no key of an admin.
#[derive(Debug, thiserror::Error)]
pub enum AdminKeyError {
    /// The registry does not accept it.
    #[error("the admin's key cannot be made: {0}")]
    Refused(#[from] AccessError),
    /// The operating system gives no random bytes.
    #[error("the operating system gives no random bytes, of which a key is made: {0}")]
    Random(getrandom::Error),
}

/// The key in a file, or what is wrong with it.
pub(crate) fn read_key(path: &Path) -> Result<ApiKey, String> {
    let named = |problem: String| format!("{}: {problem}", path.display());
    let length = fs::metadata(path).map_err(|error| named(error.to_string()))?.len();
    if length > KEY_FILE_BYTES_MAX {
        return Err(named(format!("has {length} bytes, which no key has")));
    }
    let text = fs::read_to_string(path).map_err(|error| named(error.to_string()))?;
    text.trim().parse().map_err(|error| {
        named(format!("{error}; `tenseven key generate` prints a key that such a file can hold"))
    })
}

/// A new key.
pub fn generate_key() -> Result<ApiKey, AdminKeyError> {
    let mut random = [0; ApiKey::RANDOM_BYTES];
    getrandom::fill(&mut random).map_err(AdminKeyError::Random)?;
    Ok(ApiKey::from_random(random))
}

/// Makes sure that there is an admin, and that the key shows it.
pub(crate) async fn ensure_admin(
    observatory: &Observatory,
    key: &ApiKey,
    name: KeyName,
) -> Result<(), AdminKeyError> {
    // The id has the form of one.
    let Ok(id) = ADMIN.parse::<PartnerId>() else { return Ok(()) };
    let stored = observatory.partner(&id);
    if stored.is_none() {
        let draft = PartnerDraft {
            id: id.clone(),
            name: ADMIN_NAME.to_owned(),
            contact: String::new(),
            status: PartnerStatus::Active,
            certificate_names: Vec::new(),
        };
        if let Ok(partner) = Partner::new(draft) {
            observatory.change_access(submission(), PutPartner(partner)).await?;
            info!(partner = ADMIN, "the first admin is registered");
        }
    }
    if !stored.as_ref().is_some_and(|stored| stored.grants().is_admin()) {
        observatory
            .change_access(submission(), AddGrant { partner: id.clone(), grant: Grant::Admin })
            .await?;
    }
    if !observatory.has_key(key.id()) {
        let (hash, expires_at) = (key.hash(), None);
        let issued = IssuedKey { id: key.id().clone(), partner: id, name, hash, expires_at };
        observatory.change_access(submission(), IssueKey(issued)).await?;
        info!(key = %key.id(), partner = ADMIN, "the admin's key is issued");
    } else if let Err(problem) = observatory.partner_of_key(key) {
        warn!(key = %key.id(), %problem, "the admin's key is not accepted");
    }
    Ok(())
}

/// A submission of its own: what is there is looked up before.
fn submission() -> SubmissionId {
    let random = Uuid::new_v4().into_bytes();
    SubmissionId::of_version_8(random)
}

#[cfg(test)]
mod tests {
    use tenseven_catalog::Catalog;
    use tenseven_observatory::{Limits, SystemClock, World};
    use tenseven_store::MemoryJournal;

    use super::*;

    fn key(byte: u8) -> ApiKey {
        ApiKey::from_random([byte; ApiKey::RANDOM_BYTES])
    }

    fn registry() -> Observatory {
        let world = World::new(Catalog::bundled());
        Observatory::open(Box::new(MemoryJournal::new()), world, Limits::default(), Box::new(SystemClock))
            .expect("an empty journal opens")
    }

    #[tokio::test]
    async fn an_admin_is_made_once_and_a_second_key_is_another_of_the_same() {
        let (registry, name) = (registry(), || "first".parse::<KeyName>().unwrap());
        ensure_admin(&registry, &key(1), name()).await.unwrap();
        let made = registry.revision();
        ensure_admin(&registry, &key(1), name()).await.unwrap();
        assert_eq!(registry.revision(), made, "nothing was missing");
        ensure_admin(&registry, &key(2), name()).await.unwrap();
        for shown in [key(1), key(2)] {
            assert_eq!(registry.partner_of_key(&shown).map(|id| id.to_string()), Ok(ADMIN.to_owned()));
        }
        let admin = registry.partner(&ADMIN.parse().unwrap()).unwrap();
        assert_eq!((admin.keys.len(), admin.grants.len()), (2, 1));
    }

    #[test]
    fn a_file_without_a_key_is_named_with_what_is_wrong() {
        let directory = tempfile::tempdir().unwrap();
        let path = directory.path().join("key");
        assert!(read_key(&path).is_err_and(|problem| problem.starts_with(path.to_str().unwrap())));
        fs::write(&path, format!("{}\n", key(1).reveal())).unwrap();
        assert_eq!(read_key(&path), Ok(key(1)));
        fs::write(&path, key(1).reveal().replace("t7", "t8")).unwrap();
        let problem = read_key(&path).unwrap_err();
        assert!(problem.contains("is no key") && !problem.contains("_"), "{problem}");
    }
}
