//! A registry with partners, as an admin sets it up.

use tenseven_api::v1::{
    AddGrantRequest, Grant, IssueKeyRequest, Partner, PutPartnerRequest, Role,
    access_service_client::AccessServiceClient,
};
use tenseven_tests::admin::{Guarded, with_key};
use tonic::transport::Channel;
use uuid::Uuid;

/// A new submission id.
pub(super) fn id() -> String {
    Uuid::new_v4().to_string()
}

/// A list with everything in it.
pub(super) fn all() -> Vec<String> {
    vec!["*".to_owned()]
}

/// A grant of this role that covers everything.
pub(super) fn everything(role: Role) -> Grant {
    let empty = Grant { role: role.into(), ..Grant::default() };
    match role {
        Role::Contributor => Grant { indicators: all(), areas: all(), sources: all(), ..empty },
        Role::Coder => Grant { coders: all(), indicators: all(), ..empty },
        Role::Curator => Grant { curators: all(), ..empty },
        Role::Publisher => Grant { frameworks: all(), ..empty },
        Role::Unspecified | Role::Reader | Role::Operator | Role::Admin => empty,
    }
}

/// Registers a partner.
pub(super) async fn put(guarded: &Guarded, channel: &Channel, partner: Partner) -> u64 {
    let request = PutPartnerRequest { submission_id: id(), partner: Some(partner), ..Default::default() };
    let mut service = AccessServiceClient::new(channel.clone());
    service.put_partner(with_key(&guarded.admin, request)).await.unwrap().into_inner().revision
}

/// Adds a grant, and returns its revision.
pub(super) async fn grant(guarded: &Guarded, channel: &Channel, partner: &str, grant: Grant) -> u64 {
    let partner = partner.to_owned();
    let request = AddGrantRequest { submission_id: id(), partner, grant: Some(grant), ..Default::default() };
    let mut service = AccessServiceClient::new(channel.clone());
    service.add_grant(with_key(&guarded.admin, request)).await.unwrap().into_inner().revision
}

/// Issues a key; returns its id and the key.
pub(super) async fn issue(guarded: &Guarded, channel: &Channel, partner: &str) -> (String, String) {
    let (partner, name) = (partner.to_owned(), "test".to_owned());
    let request = IssueKeyRequest { submission_id: id(), partner, name, ..Default::default() };
    let mut service = AccessServiceClient::new(channel.clone());
    let answer = service.issue_key(with_key(&guarded.admin, request)).await.unwrap().into_inner();
    (answer.key_id, answer.key)
}

/// Registers a partner with these grants, and returns a key of it.
pub(super) async fn partner(guarded: &Guarded, channel: &Channel, name: &str, grants: Vec<Grant>) -> String {
    let described = Partner { id: name.to_owned(), name: name.to_owned(), ..Partner::default() };
    put(guarded, channel, described).await;
    for one in grants {
        grant(guarded, channel, name, one).await;
    }
    issue(guarded, channel, name).await.1
}
