//! An issuer while the server runs: its settings, and the keys that it publishes.

use std::sync::{Arc, Mutex, PoisonError};

use arc_swap::ArcSwapOption;
use tenseven_model::Timestamp;

use super::{
    TokenRefusal,
    key_set::KeySet,
    public_key::{Algorithm, PublicKey},
    refresh::Refresh,
    refusal::Named,
    settings::IssuerSettings,
};

/// An issuer, and the keys that it publishes.
pub(super) struct Issuer {
    pub(super) settings: IssuerSettings,
    pub(super) refresh: Refresh,
    /// None until they are fetched.
    keys: ArcSwapOption<KeySet>,
    read: Mutex<Read>,
}

/// How reading the keys went.
#[derive(Debug, Clone, Default)]
struct Read {
    last_success: Option<Timestamp>,
    /// Why the last attempt failed; none if it did not.
    problem: Option<String>,
}

/// The state of an issuer.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct IssuerStatus {
    pub(crate) issuer: String,
    pub(crate) key_count: usize,
    /// When its keys were last read; none if they never were.
    pub(crate) last_success: Option<Timestamp>,
    /// Why they could not be read the last time; none if they could.
    pub(crate) problem: Option<String>,
}

impl Issuer {
    pub(super) fn new(settings: IssuerSettings) -> Self {
        let (keys, read) = (ArcSwapOption::empty(), Mutex::default());
        Self { settings, refresh: Refresh::new(), keys, read }
    }

    /// How messages call it.
    pub(super) fn named(&self) -> Named {
        Named::new(&self.settings.issuer)
    }

    /// Takes in keys that were read. Returns whether they differ from those in use.
    pub(super) fn replace(&self, keys: KeySet, now: Timestamp) -> bool {
        let is_new = self.keys.load().as_deref() != Some(&keys);
        if is_new {
            self.keys.store(Some(Arc::new(keys)));
        }
        *self.read() = Read { last_success: Some(now), problem: None };
        is_new
    }

    /// Notes why the keys could not be read. Returns whether the same was noted before.
    pub(super) fn note_problem(&self, problem: String) -> bool {
        let mut read = self.read();
        let is_known = read.problem.as_ref() == Some(&problem);
        read.problem = Some(problem);
        is_known
    }

    /// Whether there are keys.
    pub(super) fn has_keys(&self) -> bool {
        self.keys.load().is_some()
    }

    /// Whether a key with this id is known.
    pub(super) fn knows(&self, kid: &str) -> bool {
        self.keys.load().as_deref().is_some_and(|keys| keys.knows(kid))
    }

    /// The key that a token is signed by, as it claims.
    pub(super) fn find(
        &self,
        kid: Option<&str>,
        algorithm: Algorithm,
    ) -> Result<Arc<PublicKey>, TokenRefusal> {
        let keys = self.keys.load();
        let Some(keys) = keys.as_deref() else { return Err(TokenRefusal::NoKeys(self.named())) };
        keys.find(kid, algorithm).cloned().ok_or_else(|| match kid {
            None => TokenRefusal::NoKeyId(self.named()),
            Some(_) if self.refresh.is_awaited() => TokenRefusal::NoKeys(self.named()),
            Some(kid) => TokenRefusal::UnknownKey { issuer: self.named(), kid: Named::new(kid) },
        })
    }

    /// Succeeds if a key is published still.
    pub(super) fn check_key(&self, key: &PublicKey) -> Result<(), TokenRefusal> {
        let is_published = self.keys.load().as_deref().is_some_and(|keys| keys.contains(key));
        is_published.then_some(()).ok_or_else(|| TokenRefusal::KeyWithdrawn(self.named()))
    }

    pub(super) fn status(&self) -> IssuerStatus {
        let Read { last_success, problem } = self.read().clone();
        let key_count = self.keys.load().as_deref().map_or(0, KeySet::len);
        IssuerStatus { issuer: self.settings.issuer.clone(), key_count, last_success, problem }
    }

    fn read(&self) -> std::sync::MutexGuard<'_, Read> {
        self.read.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
