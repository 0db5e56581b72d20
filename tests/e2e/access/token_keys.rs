//! The keys of identity providers: how they are read, replaced, and kept while they cannot be read.

use std::{
    sync::{
        Arc, Mutex,
        atomic::{AtomicBool, AtomicUsize, Ordering},
    },
    time::Duration,
};

use tenseven_api::v1::{GetServerStatusRequest, TokenIssuer, admin_service_client::AdminServiceClient};
use tenseven_testkit::TokenSigner;
use tenseven_tests::{
    Refusal, Server,
    admin::{Guarded, with_key},
};
use tonic::{Code, transport::Channel};

use super::{
    provider::{Answer, KeyServer, Provider, claims},
    tokens::{read, registry},
};

/// Callers at once while keys are replaced.
const CALLERS: usize = 4;

async fn issuer(guarded: &Guarded, channel: &Channel) -> TokenIssuer {
    let mut service = AdminServiceClient::new(channel.clone());
    let status = service.get_server_status(with_key(&guarded.admin, GetServerStatusRequest {})).await;
    status.unwrap().into_inner().token_issuers.remove(0)
}

/// Waits until the state of the issuer is as it has to be.
async fn until(guarded: &Guarded, channel: &Channel, holds: impl Fn(&TokenIssuer) -> bool) -> TokenIssuer {
    let mut last = issuer(guarded, channel).await;
    for _ in 0..200 {
        if holds(&last) {
            return last;
        }
        tokio::time::sleep(Duration::from_millis(100)).await;
        last = issuer(guarded, channel).await;
    }
    panic!("{last:?}; the log:\n{}", guarded.server.log());
}

/// Callers that call with the present token until they are stopped, and count their calls.
struct Load {
    stop: Arc<AtomicBool>,
    called: Arc<AtomicUsize>,
    callers: Vec<tokio::task::JoinHandle<()>>,
}

impl Load {
    fn begin(channel: &Channel, token: &Arc<Mutex<String>>) -> Self {
        let (stop, called) = (Arc::new(AtomicBool::new(false)), Arc::new(AtomicUsize::new(0)));
        let callers = (0..CALLERS).map(|_| {
            let (channel, token) = (channel.clone(), Arc::clone(token));
            let (stop, called) = (Arc::clone(&stop), Arc::clone(&called));
            tokio::spawn(async move {
                while !stop.load(Ordering::Relaxed) {
                    let token = token.lock().unwrap().clone();
                    read(&channel, &token).await.expect("no call fails");
                    called.fetch_add(1, Ordering::Relaxed);
                }
            })
        });
        let callers = callers.collect();
        Self { stop, called, callers }
    }

    /// Waits until each caller called again, on average.
    async fn go_on(&self) {
        let before = self.called.load(Ordering::Relaxed);
        while self.called.load(Ordering::Relaxed) < before + 10 * CALLERS {
            assert!(self.callers.iter().all(|caller| !caller.is_finished()), "a call failed");
            tokio::time::sleep(Duration::from_millis(10)).await;
        }
    }

    async fn end(self) {
        self.stop.store(true, Ordering::Relaxed);
        for caller in self.callers {
            caller.await.expect("no call fails");
        }
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn keys_at_a_url_are_replaced_under_load_and_fetched_once_a_minute_for_unknown_ids() {
    let (first, second) = (TokenSigner::es256("first"), TokenSigner::ed25519("second"));
    let keys = KeyServer::start(Answer::keys(&[&first])).await;
    let provider = Provider::of_server(&keys);
    let (guarded, channel) = registry(&provider, &[]).await;
    let old = first.token(&claims("hcp"));
    let token = Arc::new(Mutex::new(old.clone()));
    read(&channel, &old).await.unwrap();
    let load = Load::begin(&channel, &token);
    load.go_on().await;
    assert_eq!(keys.fetches(), 1, "calls with known keys fetch nothing");
    keys.set(Answer::keys(&[&first, &second]));
    *token.lock().unwrap() = second.token(&claims("hcp"));
    load.go_on().await;
    assert_eq!(keys.fetches(), 2, "the new key was fetched for all callers at once");
    let unknown = (0..40).map(|number| {
        let (channel, token) =
            (channel.clone(), TokenSigner::es256(&format!("unknown-{number}")).token(&claims("hcp")));
        async move { Refusal::of(read(&channel, &token).await) }
    });
    for refused in futures_util::future::join_all(unknown).await {
        assert_eq!((refused.code, refused.reason.as_str()), (Code::Unauthenticated, "INVALID_CREDENTIAL"));
    }
    assert_eq!(keys.fetches(), 2, "an unknown id is fetched for once a minute");
    load.go_on().await;
    load.end().await;
    // The issuer withdraws the first key.
    keys.set(Answer::keys(&[&second]));
    guarded.server.signal("HUP");
    until(&guarded, &channel, |issuer| issuer.key_count == 1).await;
    let refused = Refusal::of(read(&channel, &old).await);
    assert!(refused.message.contains("publishes no key \"first\""), "{}", refused.message);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn keys_stay_in_use_while_others_cannot_be_fetched() {
    let own = TokenSigner::es256("own");
    let keys = KeyServer::start(Answer::keys(&[&own])).await;
    let provider = Provider::of_server(&keys);
    let (guarded, channel) = registry(&provider, &[]).await;
    let token = own.token(&claims("hcp"));
    read(&channel, &token).await.unwrap();
    let whole = |head: &str, body: &str| Answer::Whole(head.to_owned(), body.to_owned());
    for (answer, says) in [
        (Answer::Down, "https://127.0.0.1"),
        (whole("HTTP/1.1 302 Found\r\nlocation: https://127.0.0.1:1/\r\n", ""), "302 Found, not 200"),
        (whole("HTTP/1.1 200 OK\r\n", "<html>"), "is no JSON Web Key Set"),
        (whole("HTTP/1.1 200 OK\r\n", "{\"keys\":[]}"), "has no key that verifies"),
        (whole("HTTP/1.1 200 OK\r\n", &" ".repeat(300 * 1024)), "length limit exceeded"),
        (whole("HTTP/1.1 503 Service Unavailable\r\n", ""), "503 Service Unavailable"),
    ] {
        keys.set(answer);
        guarded.server.signal("HUP");
        let state = until(&guarded, &channel, |issuer| issuer.fetch_error.contains(says)).await;
        assert_eq!(state.key_count, 1, "{says}");
        read(&channel, &token).await.unwrap();
    }
    assert_eq!(guarded.server.log().matches("302 Found").count(), 1, "a problem is logged once");
    keys.set(Answer::keys(&[&own]));
    guarded.server.signal("HUP");
    until(&guarded, &channel, |issuer| issuer.fetch_error.is_empty()).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_server_starts_without_the_keys_and_rejects_tokens_until_they_are_there() {
    let own = TokenSigner::es256("own");
    let keys = KeyServer::start(Answer::Down).await;
    let provider = Provider::of_server(&keys);
    let (guarded, channel) = registry(&provider, &[]).await;
    let token = own.token(&claims("hcp"));
    let refused = Refusal::of(read(&channel, &token).await);
    assert_eq!((refused.code, refused.reason.as_str()), (Code::Unavailable, "TOKEN_KEYS_UNAVAILABLE"));
    assert!(guarded.server.log().contains("the issuer has no keys yet"), "{}", guarded.server.log());
    read(&channel, &guarded.admin).await.expect("keys are accepted meanwhile");
    keys.set(Answer::keys(&[&own]));
    // By itself, within the longest wait after so few failures.
    until(&guarded, &channel, |issuer| issuer.key_count == 1).await;
    read(&channel, &token).await.unwrap();
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_server_of_keys_with_a_certificate_of_another_authority_is_not_believed() {
    let own = TokenSigner::es256("own");
    let keys = KeyServer::start(Answer::keys(&[&own])).await;
    let provider = Provider::of_server(&keys);
    let other = tenseven_tests::certificates::Authority::new();
    std::fs::write(provider.path("ca.pem"), other.pem()).unwrap();
    let (guarded, channel) = registry(&provider, &[]).await;
    let state = until(&guarded, &channel, |issuer| !issuer.fetch_error.is_empty()).await;
    assert!(state.fetch_error.contains("certificate") && state.key_count == 0, "{state:?}");
    let refused = Refusal::of(read(&channel, &own.token(&claims("hcp"))).await);
    assert_eq!(refused.reason, "TOKEN_KEYS_UNAVAILABLE");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn keys_in_a_file_are_replaced_under_load_and_a_broken_file_replaces_none() {
    let (first, second) = (TokenSigner::es256("first"), TokenSigner::rs256("second"));
    let provider = Provider::of_file(&[&first]);
    let (guarded, channel) = registry(&provider, &[]).await;
    let token = Arc::new(Mutex::new(first.token(&claims("hcp"))));
    let load = Load::begin(&channel, &token);
    provider.publish(&[&first, &second]);
    // Without a signal, too.
    until(&guarded, &channel, |issuer| issuer.key_count == 2).await;
    *token.lock().unwrap() = second.token(&claims("hcp"));
    load.go_on().await;
    std::fs::write(provider.path("keys.json"), "{").unwrap();
    guarded.server.signal("HUP");
    let state = until(&guarded, &channel, |issuer| !issuer.fetch_error.is_empty()).await;
    assert!(state.fetch_error.contains("keys.json") && state.key_count == 2, "{state:?}");
    load.go_on().await;
    load.end().await;
}

#[test]
fn issuers_that_cannot_be_used_are_refused_at_the_start_with_their_file_and_line() {
    let provider = Provider::of_file(&[&TokenSigner::es256("own")]);
    std::fs::write(provider.path("bad.json"), r#"{"keys":[{"kty":"oct","k":"AA"}]}"#).unwrap();
    std::fs::write(provider.path("text.pem"), "no certificate").unwrap();
    for (lines, says) in [
        ("jwks = \"absent.json\"\n", "absent.json cannot be read"),
        ("jwks = \"bad.json\"\n", "bad.json: has no key that verifies RS256, ES256 or EdDSA; keys[0]"),
        ("jwks = \"http://127.0.0.1:1/keys\"\n", "issuers.toml, line 4: `jwks`"),
        ("jwks = \"https://idp.example/keys\"\nca = \"text.pem\"\n", "text.pem contains no certificate"),
        ("jwks = \"keys.json\"\nalgorithm = \"none\"\n", "unknown field `algorithm`"),
    ] {
        provider.configure(lines);
        let data = provider.path("data");
        assert!(Server::try_start_on(&data, &["--jwt-issuers", &provider.file()]).is_none(), "{lines}");
        let log = std::fs::read_to_string(data.with_extension("log")).unwrap();
        assert!(log.contains(says), "{says}: {log}");
        assert!(!data.exists(), "a journal was made");
    }
}
