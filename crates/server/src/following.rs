//! What the server follows while it runs: the files of its certificates, the keys of token issuers, and the journal for the audit log.

use tenseven_observatory::{Clock as _, SystemClock};

use crate::{audit::AuditFollower, services::Draining, tls::Certificates, tokens::Tokens};

/// Follows all of them until the server drains.
pub(crate) fn follow(
    certificates: Option<Certificates>,
    (tokens, audit): (&Tokens, &AuditFollower),
    draining: &Draining,
) {
    let stop = || {
        let mut draining = draining.clone();
        async move { draining.begun().await }
    };
    if let Some(certificates) = certificates {
        tokio::spawn(certificates.follow(stop()));
    }
    tokio::spawn(audit.clone().run(draining.clone()));
    tokens.follow(|| SystemClock.now(), stop);
}
