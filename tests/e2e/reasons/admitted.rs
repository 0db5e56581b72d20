//! What is refused for lack of an identity or a grant, and of changes of access.

use tenseven_api::v1::{
    AddGrantRequest, GetCallerRequest, GetFrameworkRequest, GetPartnerRequest, Grant, IssueKeyRequest,
    Partner, PushObservationsRequest, PutPartnerRequest, Quota, RevokeGrantRequest, RevokeKeyRequest, Role,
    access_service_client::AccessServiceClient, framework_service_client::FrameworkServiceClient,
    observation_service_client::ObservationServiceClient,
};
use tenseven_testkit::TokenSigner;
use tenseven_tests::{
    Draft,
    admin::{Guarded, with_key},
    level,
};
use tonic::{Status, transport::Channel};
use uuid::Uuid;

/// Keys that a partner can have.
const KEYS_MAX: usize = 16;

async fn begin() -> (Guarded, AccessServiceClient<Channel>) {
    let guarded = Guarded::start(&[]);
    let service = AccessServiceClient::new(guarded.server.channel().await);
    (guarded, service)
}

fn id() -> String {
    Uuid::new_v4().to_string()
}

fn put(partner: &str, certificate_names: &[&str]) -> PutPartnerRequest {
    let certificate_names = certificate_names.iter().map(|name| (*name).to_owned()).collect();
    let (id, name, submission_id) = (partner.to_owned(), partner.to_owned(), id());
    let partner = Some(Partner { id, name, certificate_names, ..Partner::default() });
    PutPartnerRequest { submission_id, partner, ..Default::default() }
}

fn issue(partner: &str) -> IssueKeyRequest {
    let (partner, name) = (partner.to_owned(), "test".to_owned());
    IssueKeyRequest { submission_id: id(), partner, name, ..Default::default() }
}

pub(super) async fn without_an_identity() -> Status {
    let (guarded, _) = begin().await;
    let mut service = FrameworkServiceClient::new(guarded.server.channel().await);
    service.get_framework(GetFrameworkRequest::default()).await.unwrap_err()
}

pub(super) async fn a_token_whose_keys_cannot_be_fetched() -> Status {
    let folder = tempfile::TempDir::new().unwrap();
    let (file, issuer) = (folder.path().join("issuers.toml"), "https://idp.example");
    // Nothing listens there.
    let jwks = "https://127.0.0.1:1/keys";
    let text = format!("[[issuer]]\nissuer = \"{issuer}\"\naudience = \"tenseven\"\njwks = \"{jwks}\"\n");
    std::fs::write(&file, text).unwrap();
    let guarded = Guarded::start(&["--jwt-issuers", file.to_str().unwrap()]);
    let claims =
        serde_json::json!({ "iss": issuer, "aud": "tenseven", "sub": "hcp", "exp": 253_402_300_799_i64 });
    let token = TokenSigner::es256("key").token(&claims);
    let mut service = FrameworkServiceClient::new(guarded.server.channel().await);
    service.get_framework(with_key(&token, GetFrameworkRequest::default())).await.unwrap_err()
}

pub(super) async fn with_a_key_that_was_revoked() -> Status {
    let (guarded, mut service) = begin().await;
    let admin = guarded.admin.as_str();
    service.put_partner(with_key(admin, put("hcp", &[]))).await.unwrap();
    let issued = service.issue_key(with_key(admin, issue("hcp"))).await.unwrap().into_inner();
    let revocation = RevokeKeyRequest {
        submission_id: id(),
        partner: "hcp".to_owned(),
        key_id: issued.key_id,
        reason: "left".to_owned(),
        ..Default::default()
    };
    service.revoke_key(with_key(admin, revocation)).await.unwrap();
    let request = GetPartnerRequest { partner: "hcp".to_owned(), ..Default::default() };
    service.get_partner(with_key(&issued.key, request)).await.unwrap_err()
}

pub(super) async fn a_grant_twice() -> Status {
    let (guarded, mut service) = begin().await;
    let grant = Some(Grant { role: Role::Admin.into(), ..Grant::default() });
    let request =
        AddGrantRequest { submission_id: id(), partner: "admin".to_owned(), grant, ..Default::default() };
    service.add_grant(with_key(&guarded.admin, request)).await.unwrap_err()
}

pub(super) async fn administration_at_the_address_of_everybody() -> Status {
    let guarded = Guarded::start(&["--admin-listen", "127.0.0.1:0"]);
    let mut service = AccessServiceClient::new(guarded.server.channel().await);
    let request = GetPartnerRequest { partner: "admin".to_owned(), ..Default::default() };
    service.get_partner(with_key(&guarded.admin, request)).await.unwrap_err()
}

/// A push by a partner with these grants.
async fn push(grants: Vec<Grant>) -> Status {
    let (guarded, mut service) = begin().await;
    let admin = guarded.admin.as_str();
    service.put_partner(with_key(admin, put("hcp-morocco", &[]))).await.unwrap();
    for grant in grants {
        let partner = "hcp-morocco".to_owned();
        let request =
            AddGrantRequest { submission_id: id(), partner, grant: Some(grant), ..Default::default() };
        service.add_grant(with_key(admin, request)).await.unwrap();
    }
    let key = service.issue_key(with_key(admin, issue("hcp-morocco"))).await.unwrap().into_inner().key;
    let request: PushObservationsRequest =
        Draft::new().with("dual-nationality", "ITA", "2020", level("basic")).request();
    let mut service = ObservationServiceClient::new(guarded.server.channel().await);
    service.push_observations(with_key(&key, request)).await.unwrap_err()
}

pub(super) async fn outside_the_grants() -> Status {
    let names = |name: &str| vec![name.to_owned()];
    let (indicators, areas, sources) = (names("*"), names("MAR"), names("*"));
    let role = Role::Contributor.into();
    push(vec![Grant { role, indicators, areas, sources, ..Grant::default() }]).await
}

pub(super) async fn a_partner_that_is_not() -> Status {
    let (guarded, mut service) = begin().await;
    let request = GetPartnerRequest { partner: "hcp-moroco".to_owned(), ..Default::default() };
    service.get_partner(with_key(&guarded.admin, request)).await.unwrap_err()
}

pub(super) async fn a_key_that_is_not() -> Status {
    let (guarded, mut service) = begin().await;
    let request = RevokeKeyRequest {
        submission_id: id(),
        partner: "admin".to_owned(),
        key_id: "k3m9x2aabbcc".to_owned(),
        reason: "left".to_owned(),
        ..Default::default()
    };
    service.revoke_key(with_key(&guarded.admin, request)).await.unwrap_err()
}

/// A revocation of a grant of the only admin.
async fn revoke(grant: impl FnOnce(&Partner) -> u64) -> Status {
    let (guarded, mut service) = begin().await;
    let request = GetPartnerRequest { partner: "admin".to_owned(), ..Default::default() };
    let admin = service.get_partner(with_key(&guarded.admin, request)).await.unwrap().into_inner();
    let request = RevokeGrantRequest {
        submission_id: id(),
        partner: "admin".to_owned(),
        grant_revision: grant(&admin.partner.unwrap()),
        reason: "left".to_owned(),
        ..Default::default()
    };
    service.revoke_grant(with_key(&guarded.admin, request)).await.unwrap_err()
}

pub(super) async fn a_grant_that_is_not() -> Status {
    revoke(|_| 1).await
}

pub(super) async fn the_last_admin() -> Status {
    revoke(|admin| admin.grants[0].revision).await
}

pub(super) async fn a_key_too_many() -> Status {
    let (guarded, mut service) = begin().await;
    for _ in 1..KEYS_MAX {
        service.issue_key(with_key(&guarded.admin, issue("admin"))).await.unwrap();
    }
    service.issue_key(with_key(&guarded.admin, issue("admin"))).await.unwrap_err()
}

pub(super) async fn a_certificate_name_of_another() -> Status {
    let (guarded, mut service) = begin().await;
    let admin = guarded.admin.as_str();
    service.put_partner(with_key(admin, put("hcp-morocco", &["push.example"]))).await.unwrap();
    service.put_partner(with_key(admin, put("iom", &["push.example"]))).await.unwrap_err()
}

pub(super) async fn more_than_a_partner_may_use() -> Status {
    let (guarded, mut service) = begin().await;
    let admin = guarded.admin.as_str();
    let mut request = put("hcp-morocco", &[]);
    if let Some(partner) = &mut request.partner {
        partner.quota = Some(Quota { requests_per_second: Some(1), ..Quota::default() });
    }
    service.put_partner(with_key(admin, request)).await.unwrap();
    let key = service.issue_key(with_key(admin, issue("hcp-morocco"))).await.unwrap().into_inner().key;
    loop {
        if let Err(status) = service.get_caller(with_key(&key, GetCallerRequest {})).await {
            return status;
        }
    }
}
