//! Tokens of identity providers: which are accepted, the error for one that is not, and when one ends.

use std::time::Duration;

use serde_json::{Value, json};
use tenseven_api::v1::{
    CredentialKind, GetCallerRequest, GetFrameworkRequest, GetServerStatusRequest, Partner, PartnerStatus,
    Role, WatchObservationsRequest, WatchObservationsResponse, access_service_client::AccessServiceClient,
    admin_service_client::AdminServiceClient, framework_service_client::FrameworkServiceClient,
    observation_service_client::ObservationServiceClient,
};
use tenseven_testkit::{RSA_PUBLIC_PEM, TokenSigner, hs256, signed_part};
use tenseven_tests::{
    Refusal,
    admin::{Guarded, with_key},
};
use tonic::{Code, Request, Status, Streaming, transport::Channel};

use super::{
    provider::{ISSUER, Provider, claims, now, with},
    registry::{everything, partner, put},
};

/// Reads something that every reader may.
pub(super) async fn read(channel: &Channel, token: &str) -> Result<(), Status> {
    let request = GetFrameworkRequest { framework: "target-10-7".to_owned(), ..Default::default() };
    FrameworkServiceClient::new(channel.clone()).get_framework(with_key(token, request)).await.map(drop)
}

/// A registry with the partner `hcp`, a reader, that accepts the tokens of a provider.
pub(super) async fn registry(provider: &Provider, arguments: &[&str]) -> (Guarded, Channel) {
    let guarded = Guarded::start(&[&["--jwt-issuers", &provider.file()], arguments].concat());
    let channel = guarded.server.channel().await;
    partner(&guarded, &channel, "hcp", vec![everything(Role::Reader)]).await;
    (guarded, channel)
}

async fn watch(channel: &Channel, token: &str) -> Streaming<WatchObservationsResponse> {
    let request = with_key(token, WatchObservationsRequest::default());
    ObservationServiceClient::new(channel.clone()).watch_observations(request).await.unwrap().into_inner()
}

/// How a stream ends.
async fn end(mut stream: Streaming<WatchObservationsResponse>) -> Refusal {
    let ended = async {
        loop {
            match stream.message().await {
                Ok(Some(_)) => {}
                other => return other.map(drop),
            }
        }
    };
    Refusal::of(tokio::time::timeout(Duration::from_secs(40), ended).await.expect("the stream ends"))
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_token_shows_a_partner_and_the_registry_decides_what_it_may_do() {
    let signers = [TokenSigner::rs256("rs"), TokenSigner::es256("es"), TokenSigner::ed25519("ed")];
    let provider = Provider::of_file(&[&signers[0], &signers[1], &signers[2]]);
    let (guarded, channel) = registry(&provider, &[]).await;
    for signer in &signers {
        let token = signer.token(&claims("hcp"));
        read(&channel, &token).await.unwrap();
        let mut service = AccessServiceClient::new(channel.clone());
        let caller = service.get_caller(with_key(&token, GetCallerRequest {})).await.unwrap().into_inner();
        assert_eq!((caller.credential(), caller.partner.as_str()), (CredentialKind::Token, "hcp"));
        assert_eq!((caller.token_issuer.as_str(), caller.key_id.as_str()), (ISSUER, ""));
        assert_eq!(caller.grants.len(), 1);
        let mut service = AdminServiceClient::new(channel.clone());
        let refused =
            Refusal::of(service.get_server_status(with_key(&token, GetServerStatusRequest {})).await);
        assert_eq!((refused.code, refused.reason.as_str()), (Code::PermissionDenied, "NOT_GRANTED"));
    }
    let mut service = AdminServiceClient::new(channel.clone());
    let status = service.get_server_status(with_key(&guarded.admin, GetServerStatusRequest {})).await;
    let [issuer] = &status.unwrap().into_inner().token_issuers[..] else { panic!("one issuer") };
    assert_eq!((issuer.issuer.as_str(), issuer.key_count, issuer.fetch_error.as_str()), (ISSUER, 3, ""));
    assert!(issuer.last_fetch_time.is_some());
}

/// Tokens that are rejected, and what the messages state.
fn rejected(own: &TokenSigner, rsa: &TokenSigner) -> Vec<(String, &'static str)> {
    let set = |claim: &str, value: Value| own.token(&with("hcp", claim, value));
    let text = claims("hcp").to_string();
    let header = |algorithm: &str, kid: &str| json!({ "alg": algorithm, "kid": kid }).to_string();
    let without_expiry = json!({ "iss": ISSUER, "aud": "tenseven", "sub": "hcp" });
    let twice = text.replacen('{', r#"{"sub":"admin","#, 1);
    vec![
        (set("exp", json!(now() - 61)), "has expired"),
        (set("exp", json!(1e300)), "claim `exp`"),
        (set("exp", json!(-1)), "claim `exp`"),
        (set("exp", json!("9999999999")), "claim `exp`"),
        (own.token(&without_expiry), "claim `exp` of the token is absent"),
        (set("nbf", json!(now() + 90)), "not valid yet"),
        (set("iat", json!(now() + 90)), "not valid yet"),
        (set("aud", json!("another")), "another audience"),
        (set("aud", json!(["another", "TENSEVEN"])), "another audience"),
        (set("iss", json!("https://idp.example")), "not one that this registry accepts"),
        (format!("{}.", signed_part(&header("none", "own"), &text)), "RS256, ES256 and EdDSA"),
        (format!("{}.", signed_part(&header("NonE", "own"), &text)), "RS256, ES256 and EdDSA"),
        (hs256(RSA_PUBLIC_PEM.as_bytes(), &header("HS256", "rsa"), &text), "RS256, ES256 and EdDSA"),
        (hs256(RSA_PUBLIC_PEM.as_bytes(), &header("RS256", "rsa"), &text), "signature"),
        (rsa.token_of(&header("ES256", "rsa"), &text), "publishes no key"),
        (own.token_of(&header("RS256", "own"), &text), "publishes no key"),
        (TokenSigner::es256("own").token(&claims("hcp")), "signature"),
        (TokenSigner::es256("unknown").token(&claims("hcp")), "publishes no key \"unknown\""),
        (own.token_of(&header("ES256", "../../keys.json"), &text), "publishes no key"),
        (own.token_of(r#"{"alg":"ES256","kid":"own","crit":["x"]}"#, &text), "`crit`"),
        (own.token_of(&header("ES256", "own"), &twice), "is no JWT"),
        (set("padding", json!("x".repeat(8_000))), "more than 8192 bytes"),
        (own.token(&claims("nobody")), "\"nobody\", which is no partner"),
        (own.token(&claims("admin")), "may not name partner \"admin\""),
        (own.token(&claims("../hcp")), "which is no partner"),
        ("eyJhbGciOiJub25lIn0".to_owned(), "is no JWT"),
        ("t7_short".to_owned(), "it is no key"),
    ]
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_does_not_show_a_partner_is_rejected_also_where_anonymous_callers_may_write() {
    let (own, rsa) = (TokenSigner::es256("own"), TokenSigner::rs256("rsa"));
    let provider = Provider::of_file(&[&own, &rsa]);
    for arguments in [&[][..], &["--allow-anonymous", "write"]] {
        let (guarded, channel) = registry(&provider, arguments).await;
        for (token, says) in rejected(&own, &rsa) {
            let refused = Refusal::of(read(&channel, &token).await);
            assert_eq!(
                (refused.code, refused.reason.as_str()),
                (Code::Unauthenticated, "INVALID_CREDENTIAL"),
                "{says}"
            );
            assert!(refused.message.contains(says), "{says}: {}", refused.message);
            let mut service = AccessServiceClient::new(channel.clone());
            assert!(service.get_caller(with_key(&token, GetCallerRequest {})).await.is_err(), "{says}");
            let secret = token.rsplit('.').next().unwrap();
            assert!(
                secret.len() < 30 || !guarded.server.log().contains(secret),
                "no line of the log has a token"
            );
        }
        let mut twice = with_key(&own.token(&claims("hcp")), GetCallerRequest {});
        let second = format!("Bearer {}", guarded.admin).parse().unwrap();
        twice.metadata_mut().append("authorization", second);
        let refused = Refusal::of(AccessServiceClient::new(channel.clone()).get_caller(twice).await);
        assert!(refused.message.contains("more than one `authorization`"), "{}", refused.message);
    }
    // Where no issuer is configured, a token is no key.
    let other = Guarded::start(&[]);
    let refused = Refusal::of(read(&other.server.channel().await, &own.token(&claims("hcp"))).await);
    assert_eq!((refused.code, refused.reason.as_str()), (Code::Unauthenticated, "INVALID_CREDENTIAL"));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn an_issuer_names_only_the_partners_that_it_may_by_the_claim_that_is_configured() {
    let own = TokenSigner::ed25519("own");
    let provider = Provider::of_file(&[&own]);
    provider.configure("jwks = \"keys.json\"\nclaim = \"partner\"\npartners = [\"h*\", \"admin\"]\n");
    let (guarded, channel) = registry(&provider, &[]).await;
    partner(&guarded, &channel, "iom", vec![everything(Role::Reader)]).await;
    let token = |partner: &str| own.token(&with("somebody", "partner", json!(partner)));
    read(&channel, &token("hcp")).await.unwrap();
    read(&channel, &token("admin")).await.unwrap();
    for (name, says) in [
        ("iom", "may not name partner \"iom\""),
        ("nobody", "may not name partner \"nobody\""),
        ("hnobody", "\"hnobody\", which is no partner"),
    ] {
        let refused = Refusal::of(read(&channel, &token(name)).await);
        assert!(refused.message.contains(says), "{}", refused.message);
    }
    let refused = Refusal::of(read(&channel, &own.token(&claims("hcp"))).await);
    assert!(refused.message.contains("claim `partner` of the token is absent"), "{}", refused.message);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_suspended_partner_is_rejected_and_its_stream_ends() {
    let own = TokenSigner::es256("own");
    let provider = Provider::of_file(&[&own]);
    let (guarded, channel) = registry(&provider, &[]).await;
    let token = own.token(&claims("hcp"));
    let stream = watch(&channel, &token).await;
    let (id, name) = ("hcp".to_owned(), "hcp".to_owned());
    let suspended = Partner { id, name, status: PartnerStatus::Suspended.into(), ..Default::default() };
    put(&guarded, &channel, suspended).await;
    let mut service = AccessServiceClient::new(channel.clone());
    for refused in [
        Refusal::of(read(&channel, &token).await),
        Refusal::of(service.get_caller(with_key(&token, GetCallerRequest {})).await),
        end(stream).await,
    ] {
        assert_eq!((refused.code, refused.reason.as_str()), (Code::Unauthenticated, "INVALID_CREDENTIAL"));
        assert!(refused.message.contains("hcp is suspended"), "{}", refused.message);
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn streams_end_when_the_token_expires_its_key_is_withdrawn_or_its_partner_becomes_an_admin() {
    let (first, second) = (TokenSigner::es256("first"), TokenSigner::es256("second"));
    let provider = Provider::of_file(&[&first, &second]);
    let (guarded, channel) = registry(&provider, &[]).await;
    partner(&guarded, &channel, "iom", vec![everything(Role::Reader)]).await;
    let brief = watch(&channel, &second.token(&with("hcp", "exp", json!(now() - 57)))).await;
    let withdrawn = watch(&channel, &first.token(&claims("hcp"))).await;
    let promoted = watch(&channel, &second.token(&claims("iom"))).await;
    let kept = second.token(&claims("hcp"));
    provider.publish(&[&second]);
    guarded.server.signal("HUP");
    super::registry::grant(&guarded, &channel, "iom", everything(Role::Admin)).await;
    let (brief, withdrawn, promoted) = tokio::join!(end(brief), end(withdrawn), end(promoted));
    for (refused, says) in [
        (brief, "has expired"),
        (withdrawn, "does not publish the key of the token any more"),
        (promoted, "may not name partner \"iom\""),
    ] {
        assert_eq!((refused.code, refused.reason.as_str()), (Code::Unauthenticated, "INVALID_CREDENTIAL"));
        assert!(refused.message.contains(says), "{says}: {}", refused.message);
    }
    read(&channel, &kept).await.unwrap();
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_scheme_in_any_case_takes_a_token() {
    let own = TokenSigner::es256("own");
    let provider = Provider::of_file(&[&own]);
    let (_guarded, channel) = registry(&provider, &[]).await;
    let mut request = Request::new(GetCallerRequest {});
    let value = format!("BEARER {}", own.token(&claims("hcp"))).parse().unwrap();
    request.metadata_mut().insert("authorization", value);
    let caller = AccessServiceClient::new(channel).get_caller(request).await.unwrap().into_inner();
    assert_eq!(caller.partner, "hcp");
}
