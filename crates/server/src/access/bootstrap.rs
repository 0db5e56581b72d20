//! The first admin: a partner, its grant and a key, made by who has the machine.
//!
//! *Invariant:* it adds what is missing and changes nothing else, so that it can be repeated. A key that was revoked stays revoked.

use std::{fs::File, io::Read as _, path::Path};

use tenseven_model::{
    PartnerId, SubmissionId,
    access::{ApiKey, Grant, IssuedKey, KeyName, Partner, PartnerDraft, PartnerStatus, Quota},
};
use tenseven_observatory::{AccessError, AddGrant, IssueKey, KEYS_MAX, Observatory, PutPartner, RevokeKey};
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
    let mut text = String::new();
    let file = File::open(path).map_err(|error| named(error.to_string()))?;
    file.take(KEY_FILE_BYTES_MAX + 1).read_to_string(&mut text).map_err(|error| named(error.to_string()))?;
    if text.len() as u64 > KEY_FILE_BYTES_MAX {
        return Err(named(format!("has more than {KEY_FILE_BYTES_MAX} bytes, which no key has")));
    }
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
            quota: Quota::default(),
        };
        if let Ok(partner) = Partner::new(draft) {
            let put = PutPartner { partner, keeps_status: true, keeps_quota: true };
            observatory.change_access(submission(), put).await?;
            info!(partner = ADMIN, "the first admin is registered");
        }
    }
    if !stored.as_ref().is_some_and(|stored| stored.grants().is_admin()) {
        observatory
            .change_access(submission(), AddGrant { partner: id.clone(), grant: Grant::Admin })
            .await?;
    }
    if !observatory.has_key(key.id()) {
        make_room(observatory, &id).await?;
        let (hash, expires_at) = (key.hash(), None);
        let issued = IssuedKey { id: key.id().clone(), partner: id, name, hash, expires_at };
        observatory.change_access(submission(), IssueKey(issued)).await?;
        info!(key = %key.id(), partner = ADMIN, "the admin's key is issued");
    }
    match observatory.partner_of_key(key) {
        Ok(shown) if shown.as_str() == ADMIN => {}
        Ok(shown) => warn!(key = %key.id(), partner = %shown, "the admin's key is one of another partner"),
        Err(problem) => warn!(key = %key.id(), %problem, "the admin's key is not accepted"),
    }
    Ok(())
}

/// Revokes the oldest valid key of a partner that has as many as it can have: who has the machine cannot call, and so not revoke one.
async fn make_room(observatory: &Observatory, id: &PartnerId) -> Result<(), AdminKeyError> {
    let (Some(stored), now) = (observatory.partner(id), observatory.now()) else { return Ok(()) };
    let valid: Vec<_> = stored.keys.iter().filter(|stored| stored.is_valid(now)).collect();
    if let Some(oldest) = valid.first().filter(|_| valid.len() >= KEYS_MAX) {
        let (partner, key) = (id.clone(), oldest.key.id.clone());
        // The text is a reason.
        let Ok(reason) = "replaced by a newer key of the admin".parse() else { return Ok(()) };
        warn!(%key, "the partner has as many keys as it can have; the oldest is revoked");
        observatory.change_access(submission(), RevokeKey { partner, key, reason }).await?;
    }
    Ok(())
}

/// Has the admin call again if it is suspended. Only who has the machine does this.
pub(crate) async fn reinstate_admin(observatory: &Observatory) -> Result<(), AdminKeyError> {
    let stored = ADMIN.parse::<PartnerId>().ok().and_then(|id| observatory.partner(&id));
    if let Some(stored) = stored.filter(|stored| !stored.is_active()) {
        let partner = stored.partner.clone().with_status(PartnerStatus::Active);
        observatory
            .change_access(submission(), PutPartner { partner, keeps_status: false, keeps_quota: true })
            .await?;
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

    async fn registry() -> Observatory {
        let open = || {
            let world = World::new(Catalog::bundled());
            Observatory::open(Box::new(MemoryJournal::new()), world, Limits::default(), Box::new(SystemClock))
                .expect("an empty journal opens")
        };
        tokio::task::spawn_blocking(open).await.expect("opening does not panic")
    }

    #[tokio::test]
    async fn an_admin_is_made_once_and_a_second_key_is_another_of_the_same() {
        let (registry, name) = (registry().await, || "first".parse::<KeyName>().unwrap());
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

    #[tokio::test]
    async fn who_has_the_machine_gets_a_key_however_many_there_are_and_also_where_the_admin_is_suspended() {
        let (registry, name) = (registry().await, || "first".parse::<KeyName>().unwrap());
        for byte in 0..=u8::try_from(KEYS_MAX).unwrap() {
            ensure_admin(&registry, &key(byte), name()).await.unwrap();
        }
        assert!(registry.partner_of_key(&key(0)).is_err(), "the oldest was revoked");
        assert!(registry.partner_of_key(&key(1)).is_ok());
        ensure_admin(&registry, &key(0), name()).await.unwrap();
        assert!(registry.partner_of_key(&key(0)).is_err(), "a key that was revoked stays revoked");
        let second: PartnerId = "second".parse().unwrap();
        let draft = |id: &PartnerId, status| PartnerDraft {
            id: id.clone(),
            name: "A name".to_owned(),
            contact: String::new(),
            status,
            certificate_names: Vec::new(),
            quota: Quota::default(),
        };
        let put = |id: &PartnerId, status| PutPartner {
            partner: Partner::new(draft(id, status)).unwrap(),
            keeps_status: false,
            keeps_quota: true,
        };
        registry.change_access(submission(), put(&second, PartnerStatus::Active)).await.unwrap();
        let grant = AddGrant { partner: second.clone(), grant: Grant::Admin };
        registry.change_access(submission(), grant).await.unwrap();
        let (id, hash) = (key(99).id().clone(), key(99).hash());
        let issued = IssuedKey { id, partner: second, name: name(), hash, expires_at: None };
        registry.change_access(submission(), IssueKey(issued)).await.unwrap();
        let admin: PartnerId = ADMIN.parse().unwrap();
        registry.change_access(submission(), put(&admin, PartnerStatus::Suspended)).await.unwrap();
        assert!(registry.partner_of_key(&key(1)).is_err());
        reinstate_admin(&registry).await.unwrap();
        assert!(registry.partner_of_key(&key(1)).is_ok());
    }

    #[test]
    fn a_file_without_a_key_is_named_with_what_is_wrong() {
        let directory = tempfile::tempdir().unwrap();
        let path = directory.path().join("key");
        assert!(read_key(&path).is_err_and(|problem| problem.starts_with(path.to_str().unwrap())));
        std::fs::write(&path, format!("{}\n", key(1).reveal())).unwrap();
        assert_eq!(read_key(&path), Ok(key(1)));
        std::fs::write(&path, key(1).reveal().replace("t7", "t8")).unwrap();
        let problem = read_key(&path).unwrap_err();
        assert!(problem.contains("is no key") && !problem.contains("0101"), "{problem}");
    }
}
