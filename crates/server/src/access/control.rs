//! Admission: the one place where a call is let in or rejected.

use std::{net::SocketAddr, sync::Arc};

use http::{HeaderMap, header::AUTHORIZATION};
use tenseven_model::{
    PartnerId, Revision, Timestamp,
    access::{ApiKey, KeyId, Role},
};
use tenseven_observatory::{CredentialError, NotGranted, Observatory, StoredGrant, StoredPartner};
use tonic::Status;

use super::{
    anonymous::Anonymous,
    last_uses::LastUses,
    methods::Need,
    principal::{Credential, Principal},
};
use crate::{
    config::{AllowAnonymous, Config},
    connections::ClientCertificate,
    status::{self, Refusal as _},
    tokens::{TokenCredential, TokenRefusal, Tokens},
};

/// The scheme of a key or token in the metadata `authorization`.
const SCHEME: &str = "bearer ";
/// What keys begin with, and tokens do not.
const KEY_PREFIX: &str = "t7_";

/// A call that may begin.
pub(crate) struct Admitted {
    /// Who makes it.
    pub(crate) principal: Principal,
    /// By what it may go on; none where nobody had to identify themselves.
    pub(crate) guard: Option<Guard>,
    /// The revision of the grant that allows more than to read, if only one of the caller's can.
    pub(crate) grant: Option<Revision>,
}

/// A call that may not begin.
pub(crate) struct Rejected {
    /// The answer.
    pub(crate) status: Status,
    /// Who makes it, as far as that was shown.
    pub(crate) caller: Option<Principal>,
    /// Whether the caller is who it is shown to be; without that, somebody else may be named.
    pub(crate) is_identified: bool,
    /// Whether it may be admitted once keys of its issuer were fetched.
    pub(crate) awaits_keys: bool,
}

impl From<Status> for Rejected {
    fn from(status: Status) -> Self {
        Self { status, caller: None, is_identified: false, awaits_keys: false }
    }
}

/// Decides who may call what. A clone decides the same.
#[derive(Clone)]
pub(crate) struct AccessControl {
    observatory: Arc<Observatory>,
    anonymous: Anonymous,
    last_uses: LastUses,
    /// Whether methods of administration are rejected, because they are answered at an address of their own.
    is_without_administration: bool,
    tokens: Tokens,
}

impl AccessControl {
    /// For the calls that arrive at the address of everybody.
    pub(crate) fn new(observatory: Arc<Observatory>, tokens: Tokens, config: &Config) -> Self {
        let anonymous = Anonymous::at(config.listen, config);
        let is_without_administration = config.admin_listen.is_some();
        let last_uses = LastUses::default();
        Self { observatory, anonymous, last_uses, is_without_administration, tokens }
    }

    /// For the calls that arrive at the address of administration.
    pub(crate) fn of_administration(&self, listen: SocketAddr, config: &Config) -> Self {
        let anonymous = Anonymous::at(listen, config);
        Self { anonymous, is_without_administration: false, ..self.clone() }
    }

    /// The registry that it decides for.
    pub(crate) fn observatory(&self) -> &Arc<Observatory> {
        &self.observatory
    }

    /// When keys were last accepted.
    pub(crate) fn last_uses(&self) -> &LastUses {
        &self.last_uses
    }

    /// What callers without a credential may do now.
    pub(crate) fn anonymous(&self) -> AllowAnonymous {
        self.anonymous.allowed(self.observatory.has_partners())
    }

    /// Who makes a call of this method, if they may. A credential that shows nobody is rejected even where none is needed: who sends one
    /// relies on it.
    pub(crate) fn admit(
        &self,
        path: &str,
        headers: &HeaderMap,
        certificate: Option<&ClientCertificate>,
    ) -> Result<Admitted, Rejected> {
        let need = Need::of(path);
        let principal = self.principal(headers, certificate, need)?;
        let checked = if self.is_without_administration && need.is_administration() {
            Err(status::not_at_this_address())
        } else {
            self.check(&principal, need)
        };
        if let Err(status) = checked {
            let caller = Some(principal);
            return Err(Rejected { caller, is_identified: true, ..Rejected::from(status) });
        }
        let guard = principal.partner().map(|_| Guard::new(self, &principal, need));
        let grant = self.only_grant(&principal, need);
        Ok(Admitted { principal, guard, grant })
    }

    /// What a call that was rejected may wait for before it is tried again: the key of its token, if that is being fetched.
    pub(crate) fn awaited(&self, headers: &HeaderMap) -> Option<impl Future<Output = ()> + Send + use<>> {
        let sent = headers.get(AUTHORIZATION)?.to_str().ok().and_then(bearer)?;
        if self.is_token(sent) { self.tokens.awaited(sent) } else { None }
    }

    /// Succeeds if the caller of a call under way still has the credential and the role that the call needs.
    pub(super) fn check_again(&self, principal: &Principal, need: Need) -> Result<(), Status> {
        let checked = match principal {
            Principal::Anonymous => Ok(()),
            Principal::Partner { id, credential: Credential::Key(key) } => {
                self.observatory.check_key(id, key)
            }
            Principal::Partner { id, credential: Credential::Certificate(name) } => {
                self.observatory.check_certificate(id, name)
            }
            Principal::Partner { id, credential: Credential::Token(token) } => {
                self.check_token(id, token, self.observatory.now())?;
                Ok(())
            }
        };
        checked.map_err(|error| status::invalid_credential(&error.to_string()))?;
        self.check(principal, need)
    }

    fn principal(
        &self,
        headers: &HeaderMap,
        certificate: Option<&ClientCertificate>,
        need: Need,
    ) -> Result<Principal, Rejected> {
        let mut values = headers.get_all(AUTHORIZATION).iter();
        if let Some(value) = values.next() {
            if values.next().is_some() {
                let problem = "there is more than one `authorization`; send one";
                return Err(status::invalid_credential(problem).into());
            }
            let sent = value.to_str().ok().and_then(bearer).ok_or_else(status::not_bearer)?;
            if self.is_token(sent) {
                return self.of_token(sent);
            }
            let key: ApiKey =
                sent.parse().map_err(|error| status::invalid_credential(&format!("{error}")))?;
            let now = self.observatory.now();
            let id = self.observatory.partner_of_key(&key);
            let id = id.map_err(|error| status::invalid_credential(&error.to_string()))?;
            self.last_uses.note(key.id(), now);
            return Ok(Principal::Partner { id, credential: Credential::Key(key.id().clone()) });
        }
        let Some(certificate) = certificate else { return Ok(Principal::Anonymous) };
        match self.observatory.partner_of_certificate(&certificate.names) {
            Ok((id, name)) => {
                Ok(Principal::Partner { id, credential: Credential::Certificate(Arc::from(name)) })
            }
            // A certificate is sent with every call of a connection, unlike a key; some only need it to get through a proxy.
            Err(CredentialError::UnknownCertificate(_)) if need.allows_anonymous(self.anonymous()) => {
                Ok(Principal::Anonymous)
            }
            Err(error) => Err(status::invalid_credential(&error.to_string()).into()),
        }
    }

    /// Whether what was sent can only be a token. Where none is accepted, it can only be a key.
    fn is_token(&self, sent: &str) -> bool {
        !self.tokens.is_empty() && !sent.starts_with(KEY_PREFIX)
    }

    fn of_token(&self, token: &str) -> Result<Principal, Rejected> {
        let now = self.observatory.now();
        let (id, token) = self.tokens.verify(token, now).map_err(|refusal| {
            let awaits_keys = matches!(refusal, TokenRefusal::UnknownKey { .. } | TokenRefusal::NoKeys(_));
            Rejected { awaits_keys, ..Rejected::from(status::token_refused(&refusal)) }
        })?;
        let checked = self.check_token(&id, &token, now);
        let principal = Principal::Partner { id, credential: Credential::Token(Arc::new(token)) };
        match checked {
            Ok(()) => Ok(principal),
            // Its issuer may not be one that may name the partner.
            Err(status) => Err(Rejected { caller: Some(principal), ..Rejected::from(status) }),
        }
    }

    /// Succeeds if what a token showed still holds, and its partner may call.
    fn check_token(&self, id: &PartnerId, token: &TokenCredential, now: Timestamp) -> Result<(), Status> {
        let stored = self.observatory.partner(id);
        self.tokens
            .check(token, (id, stored.as_deref()), now)
            .map_err(|refusal| status::token_refused(&refusal))?;
        if stored.is_some_and(|stored| stored.is_active()) {
            return Ok(());
        }
        Err(status::invalid_credential(&CredentialError::Suspended(id.clone()).to_string()))
    }

    /// The revision of the grant that allows a call that does not only read, if only one of the caller's has a role for it.
    fn only_grant(&self, principal: &Principal, need: Need) -> Option<Revision> {
        let roles = need.roles().filter(|_| !matches!(need, Need::Read(_)))?;
        let stored = self.observatory.partner(principal.partner()?)?;
        let role = |stored: &&StoredGrant| stored.grant.role();
        let mut fitting = stored
            .grants
            .iter()
            .filter(|stored| role(stored) == Role::Admin || roles.contains(&role(stored)));
        let first = fitting.next()?;
        fitting.next().is_none().then_some(first.revision)
    }

    fn check(&self, principal: &Principal, need: Need) -> Result<(), Status> {
        let Some(roles) = need.roles() else { return Ok(()) };
        let Some(partner) = principal.partner() else {
            return if need.allows_anonymous(self.anonymous()) {
                Ok(())
            } else {
                Err(status::unauthenticated())
            };
        };
        self.observatory
            .check_grants(partner, |stored: &StoredPartner| stored.grants().check_role(roles))
            .map_err(|not_granted: NotGranted| not_granted.into_status())
    }
}

/// What the caller of a call was admitted by. Callers who did not identify themselves have none.
#[derive(Clone)]
pub(crate) struct Guard {
    control: AccessControl,
    principal: Principal,
    need: Need,
}

impl Guard {
    fn new(control: &AccessControl, principal: &Principal, need: Need) -> Self {
        Self { control: control.clone(), principal: principal.clone(), need }
    }

    /// Whether the call only reads: until its first answer is sent, nothing was done.
    pub(crate) fn is_read(&self) -> bool {
        matches!(self.need, Need::Read(_))
    }

    /// Succeeds if the caller still has the credential and the role that the call needs.
    pub(crate) fn check(&self) -> Result<(), Status> {
        self.control.check_again(&self.principal, self.need)
    }
}

impl std::fmt::Debug for Guard {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Guard")
            .field("principal", &self.principal)
            .field("need", &self.need)
            .finish_non_exhaustive()
    }
}

/// The id of the key that a call showed, whether it is one of the registry or not.
pub(crate) fn shown_key(headers: &HeaderMap) -> Option<KeyId> {
    let key: ApiKey = bearer(headers.get(AUTHORIZATION)?.to_str().ok()?)?.parse().ok()?;
    Some(key.id().clone())
}

/// The key in a value of the metadata `authorization`.
fn bearer(value: &str) -> Option<&str> {
    let (scheme, key) = value.split_at_checked(SCHEME.len())?;
    scheme.eq_ignore_ascii_case(SCHEME).then(|| key.trim())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_key_comes_as_a_bearer_token_in_any_case() {
        for value in ["Bearer abc", "bearer abc", "BEARER  abc "] {
            assert_eq!(bearer(value), Some("abc"), "{value:?}");
        }
        for value in ["abc", "Basic abc", "Bearer", "", "Bearerabc def"] {
            assert_eq!(bearer(value), None, "{value:?}");
        }
    }
}
