//! Verifies tokens by the keys of their issuers.

use std::{path::Path, pin::pin, sync::Arc, time::Duration};

use tenseven_model::{PartnerId, Timestamp};
use tenseven_observatory::StoredPartner;
use tokio::sync::Notify;

use super::{
    IssuerStatus, TokenRefusal, TokensError, claims,
    fetch::Fetch,
    follow::{follow_file, follow_url, read_keys},
    issuer::Issuer,
    public_key::PublicKey,
    refusal::Named,
    settings::{self, Source},
    token::Unverified,
};

/// How long a call waits for the keys of an issuer.
const KEYS_WAIT_MAX: Duration = Duration::from_secs(3);

/// The issuers whose tokens are accepted. A clone has the same ones.
#[derive(Clone, Default)]
pub(crate) struct Tokens(Arc<[Followed]>);

#[derive(Clone)]
struct Followed {
    issuer: Arc<Issuer>,
    /// None where the keys are in a file.
    fetch: Option<Fetch>,
}

/// What was shown by a token, so that it can be checked again without the token.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct TokenCredential {
    index: usize,
    issuer: Arc<str>,
    key: Arc<PublicKey>,
    ends: Timestamp,
}

impl TokenCredential {
    /// The issuer's name.
    pub(crate) fn issuer(&self) -> &str {
        &self.issuer
    }
}

impl Tokens {
    /// Reads a file of issuers, and the keys that are in files.
    pub(crate) fn open(path: &Path, now: Timestamp) -> Result<Self, TokensError> {
        let opened = settings::read(path)?.into_iter().map(|settings| {
            let fetch = match &settings.source {
                Source::Url(url, ca) => Some(Fetch::new(url.clone(), ca.as_deref())?),
                Source::File(_) => None,
            };
            let issuer = Issuer::new(settings);
            if let Source::File(path) = &issuer.settings.source {
                issuer.replace(read_keys(path)?, now);
            }
            Ok(Followed { issuer: Arc::new(issuer), fetch })
        });
        Ok(Self(opened.collect::<Result<_, TokensError>>()?))
    }

    /// Whether there is none.
    pub(crate) fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// What reading the keys again is requested by.
    pub(crate) fn requested(&self) -> impl Iterator<Item = Arc<Notify>> {
        self.0.iter().map(|followed| Arc::clone(followed.issuer.refresh.requested()))
    }

    /// The state of each issuer.
    pub(crate) fn statuses(&self) -> Vec<IssuerStatus> {
        self.0.iter().map(|followed| followed.issuer.status()).collect()
    }

    /// Starts following the keys of each issuer until `stop` is ready.
    pub(crate) fn follow<S>(&self, now: impl Fn() -> Timestamp + Clone + Send + 'static, stop: impl Fn() -> S)
    where
        S: Future<Output = ()> + Send + 'static,
    {
        for Followed { issuer, fetch } in self.0.iter().cloned() {
            let (now, stop) = (now.clone(), stop());
            tokio::spawn(async move {
                let stop = pin!(stop);
                match (fetch, issuer.settings.source.clone()) {
                    (Some(fetch), _) => follow_url(issuer, fetch, now, stop).await,
                    (None, Source::File(path)) => follow_file(issuer, &path, now, stop).await,
                    // A URL has what fetches it.
                    (None, Source::Url(..)) => {}
                }
            });
        }
    }

    /// What a call with this token waits for before it is admitted: keys that are being fetched. None where nothing is to come.
    pub(crate) fn awaited(&self, token: &str) -> Option<impl Future<Output = ()> + Send + use<>> {
        let unverified = Unverified::read(token).ok()?;
        let (_, followed) = self.followed(claims::issuer(&unverified.claims).ok()?)?;
        followed.fetch.as_ref()?;
        let kid = unverified.kid?;
        if followed.issuer.knows(&kid) {
            return None;
        }
        let keys = followed.issuer.refresh.ask()?;
        Some(async move { drop(tokio::time::timeout(KEYS_WAIT_MAX, keys).await) })
    }

    /// Whom a token shows now, and by what.
    pub(crate) fn verify(
        &self,
        token: &str,
        now: Timestamp,
    ) -> Result<(PartnerId, TokenCredential), TokenRefusal> {
        let unverified = Unverified::read(token)?;
        let Unverified { algorithm, ref kid, ref claims, signed, ref signature } = unverified;
        let name = claims::issuer(claims)?;
        let (index, Followed { issuer, .. }) =
            self.followed(name).ok_or_else(|| TokenRefusal::UnknownIssuer(Named::new(name)))?;
        let key = issuer.find(kid.as_deref(), algorithm)?;
        if !key.verifies(signed.as_bytes(), signature) {
            return Err(TokenRefusal::Signature(issuer.named()));
        }
        let (partner, ends) = claims::check(claims, &issuer.settings, now)?;
        let id = partner.parse().map_err(|_| TokenRefusal::UnknownPartner(Named::new(partner)))?;
        Ok((id, TokenCredential { index, issuer: Arc::from(name), key, ends }))
    }

    /// Succeeds if what a token showed still holds: it is valid, and its issuer may name this partner, which is stored.
    pub(crate) fn check(
        &self,
        credential: &TokenCredential,
        (id, stored): (&PartnerId, Option<&StoredPartner>),
        now: Timestamp,
    ) -> Result<(), TokenRefusal> {
        let TokenCredential { index, issuer: ref name, ref key, ends } = *credential;
        let named = Named::new(id.as_str());
        let followed = self.0.get(index).ok_or_else(|| TokenRefusal::UnknownIssuer(Named::new(name)))?;
        if now >= ends {
            return Err(TokenRefusal::Expired);
        }
        followed.issuer.check_key(key)?;
        let is_admin = stored.is_some_and(|stored| stored.grants().is_admin());
        if !followed.issuer.settings.nameable.includes(id, is_admin) {
            return Err(TokenRefusal::NotIts { issuer: followed.issuer.named(), partner: named });
        }
        stored.map(drop).ok_or(TokenRefusal::UnknownPartner(named))
    }

    fn followed(&self, issuer: &str) -> Option<(usize, &Followed)> {
        self.0.iter().enumerate().find(|(_, followed)| followed.issuer.settings.issuer == issuer)
    }
}
