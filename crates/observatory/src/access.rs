//! Access: how changes of partners, keys and grants are submitted, and who a credential shows.

use std::sync::Arc;

use tenseven_model::{
    PartnerId, Timestamp,
    access::{ApiKey, KeyId},
};
use tenseven_state::{
    Operation, Preview, Receipt,
    access::{
        AccessRejection, AddGrant, CredentialError, IssueKey, NotGranted, PutPartner, RevokeGrant, RevokeKey,
        StoredPartner,
    },
};

use crate::{AccessError, Attributed, Observatory};

/// A change of partners, keys or grants.
pub trait ChangeAccess: Operation<Rejection = AccessRejection> + Send + 'static {}

impl ChangeAccess for PutPartner {}
impl ChangeAccess for IssueKey {}
impl ChangeAccess for RevokeKey {}
impl ChangeAccess for AddGrant {}
impl ChangeAccess for RevokeGrant {}

impl Observatory {
    /// Changes who may do what. Answers once that is flushed; from then on it holds for every call.
    pub async fn change_access(
        &self,
        by: impl Into<Attributed>,
        change: impl ChangeAccess,
    ) -> Result<Receipt, AccessError> {
        self.write(by.into(), change).await
    }

    /// What [`Self::change_access`] would answer now. Stores nothing.
    pub fn preview_access(
        &self,
        by: impl Into<Attributed>,
        change: impl ChangeAccess,
    ) -> Result<Preview, AccessError> {
        let state = self.newest();
        let outcome = self.preview_of(&state, &by.into(), change)?;
        Ok(Preview::new(state.revision(), outcome))
    }

    /// Whether there is a partner.
    pub fn has_partners(&self) -> bool {
        !self.shared.state.load().partners().is_empty()
    }

    /// A partner as it is now.
    pub fn partner(&self, id: &PartnerId) -> Option<Arc<StoredPartner>> {
        self.shared.state.load().partners().get(id).ok().cloned()
    }

    /// Whether a key with this id was ever issued.
    pub fn has_key(&self, id: &KeyId) -> bool {
        self.shared.state.load().partners().knows_key(id)
    }

    /// Succeeds if a key of a partner is still accepted.
    pub fn check_key(&self, partner: &PartnerId, key: &KeyId) -> Result<(), CredentialError> {
        let state = self.shared.state.load();
        state.partners().check_key(partner, key, self.now())
    }

    /// Who a key shows now.
    pub fn partner_of_key(&self, key: &ApiKey) -> Result<PartnerId, CredentialError> {
        let (state, now) = (self.shared.state.load(), self.now());
        state.partners().of_key(key, now).map(|partner| partner.partner.id.clone())
    }

    /// Who the names in a client certificate show now, and which of them does.
    pub fn partner_of_certificate<'a>(
        &self,
        names: &'a [String],
    ) -> Result<(PartnerId, &'a str), CredentialError> {
        let state = self.shared.state.load();
        state.partners().of_certificate(names).map(|(partner, name)| (partner.partner.id.clone(), name))
    }

    /// Succeeds if a name in a certificate still shows a partner.
    pub fn check_certificate(&self, partner: &PartnerId, name: &str) -> Result<(), CredentialError> {
        self.shared.state.load().partners().check_certificate(partner, name)
    }

    /// What a check of the grants of a partner returns now; a partner that is suspended has none.
    pub fn check_grants<T>(
        &self,
        partner: &PartnerId,
        check: impl FnOnce(&StoredPartner) -> Result<T, NotGranted>,
    ) -> Result<T, NotGranted> {
        match self.shared.state.load().partners().get(partner) {
            Ok(stored) if stored.is_active() => check(stored),
            _ => Err(NotGranted::Suspended(partner.clone())),
        }
    }

    /// Now, by the clock of the registry.
    pub fn now(&self) -> Timestamp {
        self.shared.clock.now()
    }
}
