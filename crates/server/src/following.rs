//! What the server follows while it runs: the files of its certificates, and the keys of token issuers.

use tenseven_observatory::{Clock as _, SystemClock};

use crate::{services::Draining, tls::Certificates, tokens::Tokens};

/// Follows all of them until the server drains.
pub(crate) fn follow(certificates: Option<Certificates>, tokens: &Tokens, draining: &Draining) {
    let stop = || {
        let mut draining = draining.clone();
        async move { draining.begun().await }
    };
    if let Some(certificates) = certificates {
        tokio::spawn(certificates.follow(stop()));
    }
    tokens.follow(|| SystemClock.now(), stop);
}
