//! What callers without a credential may do.

use std::net::SocketAddr;

use crate::config::{AllowAnonymous, Config};

/// What is decided by: the setting, where the server listens, and whether there are partners.
#[derive(Debug, Clone, Copy)]
pub(super) struct Anonymous {
    /// The setting.
    pub(super) allowed: AllowAnonymous,
    /// Whether only this machine reaches the server: it listens on loopback, and not for a proxy.
    pub(super) is_local: bool,
}

impl Anonymous {
    /// For calls that arrive at an address.
    pub(super) fn at(listen: SocketAddr, config: &Config) -> Self {
        let is_local = listen.ip().to_canonical().is_loopback() && !config.tls_terminated_by_proxy;
        Self { allowed: config.allow_anonymous, is_local }
    }

    /// What is allowed. A server that only this machine reaches lets everybody write until it has partners; from then on, as elsewhere,
    /// only the setting counts.
    pub(super) fn allowed(self, has_partners: bool) -> AllowAnonymous {
        let unset = self.allowed == AllowAnonymous::No;
        if unset && self.is_local && !has_partners { AllowAnonymous::Write } else { self.allowed }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_a_local_server_without_partners_lets_everybody_write_unasked() {
        let of = |allowed, is_local, has_partners| Anonymous { allowed, is_local }.allowed(has_partners);
        assert_eq!(of(AllowAnonymous::No, true, false), AllowAnonymous::Write);
        assert_eq!(of(AllowAnonymous::No, true, true), AllowAnonymous::No);
        assert_eq!(of(AllowAnonymous::No, false, false), AllowAnonymous::No);
        for (is_local, has_partners) in [(true, false), (true, true), (false, false), (false, true)] {
            assert_eq!(of(AllowAnonymous::Read, is_local, has_partners), AllowAnonymous::Read);
            assert_eq!(of(AllowAnonymous::Write, is_local, has_partners), AllowAnonymous::Write);
        }
    }
}
