//! Partners as a state holds them, each with its keys and grants.

use std::{
    collections::{BTreeMap, BTreeSet, HashMap},
    sync::Arc,
};

use tenseven_model::{
    PartnerId, Revision, Timestamp,
    access::{AccessChange, IssuedKey, KeyId, Partner, PartnerStatus},
    closest,
};

use super::{
    grants::{Grants, StoredGrant},
    rejection::{UnknownKey, UnknownPartner},
};

/// Revoked keys of a partner that are kept whole; of older ones only their ids are, so that none is issued again.
const REVOKED_KEYS_MAX: usize = 32;

/// A key with what became of it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct StoredKey {
    /// The key.
    pub key: IssuedKey,
    /// The revision that issued it.
    pub revision: Revision,
    /// When that was.
    pub issued_at: Timestamp,
    /// When it was revoked, if it was.
    pub revoked_at: Option<Timestamp>,
}

impl StoredKey {
    /// Whether it is accepted at a moment.
    pub fn is_valid(&self, now: Timestamp) -> bool {
        self.revoked_at.is_none() && self.key.expires_at.is_none_or(|expires_at| now < expires_at)
    }
}

/// A partner with its keys and grants.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct StoredPartner {
    /// What is known of it.
    pub partner: Partner,
    /// The revision that wrote that.
    pub revision: Revision,
    /// When it was registered.
    pub registered_at: Timestamp,
    /// Its keys in the order in which they were issued, revoked ones too.
    pub keys: Vec<StoredKey>,
    /// Its grants in the order in which they were added.
    pub grants: Vec<StoredGrant>,
}

impl StoredPartner {
    /// What it may do.
    pub fn grants(&self) -> Grants<'_> {
        Grants::of(&self.partner.id, &self.grants)
    }

    /// Whether it may call.
    pub fn is_active(&self) -> bool {
        self.partner.status == PartnerStatus::Active
    }
}

#[derive(Debug, Clone, Default, PartialEq)]
struct Stored {
    partners: BTreeMap<PartnerId, Arc<StoredPartner>>,
    /// Every key that was ever issued.
    keys: HashMap<KeyId, PartnerId>,
    certificate_names: HashMap<String, PartnerId>,
    /// The entries that changed it, of which a checkpoint names all.
    revisions: BTreeSet<Revision>,
}

/// Every partner. Cloning is cheap.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Partners(Arc<Stored>);

impl Partners {
    /// Folds in a change.
    pub(crate) fn fold(&mut self, revision: Revision, accepted_at: Timestamp, change: &AccessChange) {
        let stored = Arc::make_mut(&mut self.0);
        stored.revisions.insert(revision);
        match change {
            AccessChange::PartnerPut(partner) => stored.put(revision, accepted_at, partner),
            AccessChange::KeyIssued(key) => {
                stored.keys.insert(key.id.clone(), key.partner.clone());
                stored.edit(&key.partner, |partner| {
                    let (key, issued_at) = (key.clone(), accepted_at);
                    partner.keys.push(StoredKey { key, revision, issued_at, revoked_at: None });
                });
            }
            AccessChange::KeyRevoked { partner, key, .. } => {
                stored.edit(partner, |partner| partner.revoke(key, accepted_at));
            }
            AccessChange::GrantAdded { partner, grant } => {
                stored.edit(partner, |partner| {
                    let grant = grant.clone();
                    partner.grants.push(StoredGrant { revision, added_at: accepted_at, grant });
                });
            }
            AccessChange::GrantRevoked { partner, grant, .. } => {
                stored.edit(partner, |partner| partner.grants.retain(|stored| stored.revision != *grant));
            }
        }
    }

    /// Whether there are none: nobody ever had to identify themselves.
    pub fn is_empty(&self) -> bool {
        self.0.partners.is_empty()
    }

    /// How many there are.
    pub fn count(&self) -> usize {
        self.0.partners.len()
    }

    /// All, by id.
    pub fn iter(&self) -> impl Iterator<Item = &Arc<StoredPartner>> {
        self.0.partners.values()
    }

    /// Those after an id, by id.
    pub fn after(&self, id: Option<&PartnerId>) -> impl Iterator<Item = &Arc<StoredPartner>> {
        use std::ops::Bound;
        let start = id.map_or(Bound::Unbounded, Bound::Excluded);
        self.0.partners.range::<PartnerId, _>((start, Bound::Unbounded)).map(|(_, partner)| partner)
    }

    /// A partner.
    pub fn get(&self, id: &PartnerId) -> Result<&Arc<StoredPartner>, UnknownPartner> {
        self.0.partners.get(id).ok_or_else(|| {
            let known = self.0.partners.keys().map(PartnerId::as_str);
            UnknownPartner { partner: id.clone(), suggestion: closest(id.as_str(), known).map(str::to_owned) }
        })
    }

    /// Whether a key with this id was ever issued.
    pub fn knows_key(&self, id: &KeyId) -> bool {
        self.0.keys.contains_key(id)
    }

    /// A key and whose it is; none if it was revoked long ago.
    pub fn key(&self, id: &KeyId) -> Option<(&Arc<StoredPartner>, &StoredKey)> {
        let partner = self.0.partners.get(self.0.keys.get(id)?)?;
        partner.keys.iter().find(|stored| stored.key.id == *id).map(|key| (partner, key))
    }

    /// The partner that a certificate with this name is of.
    pub fn by_certificate_name(&self, name: &str) -> Option<&Arc<StoredPartner>> {
        self.0.partners.get(self.0.certificate_names.get(name)?)
    }

    /// The partner that has the name of a certificate already, if it is another.
    pub(super) fn owner_of_name(&self, name: &str) -> Option<&PartnerId> {
        self.0.certificate_names.get(name)
    }

    /// The revisions that changed partners, keys or grants.
    pub fn revisions(&self) -> &BTreeSet<Revision> {
        &self.0.revisions
    }
}

impl Stored {
    fn put(&mut self, revision: Revision, accepted_at: Timestamp, partner: &Partner) {
        let before = self.partners.get(&partner.id);
        for name in before.iter().flat_map(|stored| &stored.partner.certificate_names) {
            self.certificate_names.remove(name);
        }
        for name in &partner.certificate_names {
            self.certificate_names.insert(name.clone(), partner.id.clone());
        }
        let stored = match before {
            Some(before) => StoredPartner { partner: partner.clone(), revision, ..(**before).clone() },
            None => StoredPartner {
                partner: partner.clone(),
                revision,
                registered_at: accepted_at,
                keys: Vec::new(),
                grants: Vec::new(),
            },
        };
        self.partners.insert(partner.id.clone(), Arc::new(stored));
    }

    /// Changes a partner. One that is not there was never decided on.
    fn edit<T>(&mut self, id: &PartnerId, change: impl FnOnce(&mut StoredPartner) -> T) -> Option<T> {
        self.partners.get_mut(id).map(|partner| change(Arc::make_mut(partner)))
    }
}

impl StoredPartner {
    /// Succeeds if it has a key that is not revoked.
    pub(crate) fn check_key(&self, id: &KeyId) -> Result<(), UnknownKey> {
        let found = self.keys.iter().any(|stored| stored.key.id == *id && stored.revoked_at.is_none());
        let unknown = || UnknownKey { partner: self.partner.id.clone(), key: id.clone() };
        found.then_some(()).ok_or_else(unknown)
    }

    /// Revokes a key.
    fn revoke(&mut self, id: &KeyId, revoked_at: Timestamp) {
        for stored in &mut self.keys {
            if stored.key.id == *id {
                stored.revoked_at = Some(revoked_at);
            }
        }
        let revoked = self.keys.iter().filter(|stored| stored.revoked_at.is_some()).count();
        let mut excess = revoked.saturating_sub(REVOKED_KEYS_MAX);
        self.keys.retain(|stored| {
            let is_kept = excess == 0 || stored.revoked_at.is_none();
            excess -= usize::from(!is_kept);
            is_kept
        });
    }
}
