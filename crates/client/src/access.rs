//! Partners, their keys and grants, and who calls.
//!
//! *Invariant:* an issued key is returned as a [`Secret`], or its loss as an error; never as an empty text.

use futures_util::Stream;
use prost_types::Timestamp;
use tenseven_api::v1;
use uuid::Uuid;

use crate::{Client, ClientError, Secret, pages::pages};

/// The answer to a request for a key.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct IssuedKey {
    /// The key; none if the request was only checked.
    pub key: Option<Secret>,
    /// Its id, which is no secret; empty if the request was only checked.
    pub key_id: String,
    /// The revision that accepted it; the newest one if the request was only checked.
    pub revision: u64,
    /// When it was accepted; none if the request was only checked.
    pub accept_time: Option<Timestamp>,
    /// The history that the revision belongs to.
    pub history_id: String,
}

impl Client {
    /// Registers a partner, or replaces what is known of one; its keys and grants stay. Where the request names no submission, a random
    /// one is chosen, under which this call tries again where that can help. The answer means that it survives a power cut.
    pub async fn put_partner(
        &self,
        mut request: v1::PutPartnerRequest,
    ) -> Result<v1::PutPartnerResponse, ClientError> {
        choose(&mut request.submission_id);
        let service = self.access_service();
        self.caller.call(request, async |request| service.clone().put_partner(request).await).await
    }

    /// One partner, with its keys and grants.
    pub async fn get_partner(
        &self,
        request: v1::GetPartnerRequest,
    ) -> Result<v1::GetPartnerResponse, ClientError> {
        let service = self.access_service();
        self.caller.call(request, async |request| service.clone().get_partner(request).await).await
    }

    /// One page of the partners, with their keys and grants, by id.
    pub async fn list_partners(
        &self,
        request: v1::ListPartnersRequest,
    ) -> Result<v1::ListPartnersResponse, ClientError> {
        let service = self.access_service();
        self.caller.call(request, async |request| service.clone().list_partners(request).await).await
    }

    /// All pages of the partners, as of one revision.
    pub fn partner_pages(
        &self,
        request: v1::ListPartnersRequest,
    ) -> impl Stream<Item = Result<v1::ListPartnersResponse, ClientError>> {
        pages(request, async |request| self.list_partners(request).await)
    }

    /// Issues a key for a partner. Its submission is chosen as in [`Self::put_partner`].
    ///
    /// The server returns a key once. Fails with [`ClientError::KeyLost`] if the submission was accepted before, by an earlier call or by
    /// an attempt of this one whose answer did not arrive.
    pub async fn issue_key(&self, mut request: v1::IssueKeyRequest) -> Result<IssuedKey, ClientError> {
        choose(&mut request.submission_id);
        let (partner, is_check) = (request.partner.clone(), request.validate_only);
        let service = self.access_service();
        let answer =
            self.caller.call(request, async |request| service.clone().issue_key(request).await).await?;
        issued(answer, partner, is_check)
    }

    /// Revokes a key. Its submission is chosen as in [`Self::put_partner`].
    pub async fn revoke_key(
        &self,
        mut request: v1::RevokeKeyRequest,
    ) -> Result<v1::RevokeKeyResponse, ClientError> {
        choose(&mut request.submission_id);
        let service = self.access_service();
        self.caller.call(request, async |request| service.clone().revoke_key(request).await).await
    }

    /// Adds a grant to those of a partner; the revision in the answer names it. Its submission is chosen as in [`Self::put_partner`].
    pub async fn add_grant(
        &self,
        mut request: v1::AddGrantRequest,
    ) -> Result<v1::AddGrantResponse, ClientError> {
        choose(&mut request.submission_id);
        let service = self.access_service();
        self.caller.call(request, async |request| service.clone().add_grant(request).await).await
    }

    /// Takes a grant back. Its submission is chosen as in [`Self::put_partner`].
    pub async fn revoke_grant(
        &self,
        mut request: v1::RevokeGrantRequest,
    ) -> Result<v1::RevokeGrantResponse, ClientError> {
        choose(&mut request.submission_id);
        let service = self.access_service();
        self.caller.call(request, async |request| service.clone().revoke_grant(request).await).await
    }

    /// Who this client is to the server, and what it may do.
    pub async fn get_caller(&self) -> Result<v1::GetCallerResponse, ClientError> {
        let service = self.access_service();
        let request = v1::GetCallerRequest {};
        self.caller.call(request, async |request| service.clone().get_caller(request).await).await
    }
}

fn choose(submission_id: &mut String) {
    if submission_id.is_empty() {
        *submission_id = Uuid::new_v4().to_string();
    }
}

/// The key in an answer, or that it is lost.
fn issued(answer: v1::IssueKeyResponse, partner: String, is_check: bool) -> Result<IssuedKey, ClientError> {
    let v1::IssueKeyResponse { key, key_id, revision, accept_time, history_id } = answer;
    let key = match (key.is_empty(), is_check) {
        (true, false) => return Err(ClientError::KeyLost { partner, revision, accept_time }),
        (true, true) => None,
        (false, _) => Some(Secret::new(key)),
    };
    Ok(IssuedKey { key, key_id, revision, accept_time, history_id })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn answer(key: &str) -> v1::IssueKeyResponse {
        v1::IssueKeyResponse { key: key.to_owned(), revision: 7, ..Default::default() }
    }

    #[test]
    fn a_key_that_did_not_arrive_is_an_error_that_names_the_remedy() {
        let lost = issued(answer(""), "hcp".to_owned(), false).unwrap_err();
        let text = lost.to_string();
        assert!(text.contains("partner hcp") && text.contains("revision 7"), "{text}");
        assert!(text.contains("revoke") && text.contains("issue another"), "{text}");
    }

    #[test]
    fn a_check_returns_no_key_and_what_is_issued_is_not_printed() {
        assert_eq!(issued(answer(""), "hcp".to_owned(), true).unwrap().key, None);
        let issued = issued(answer("t7_secret"), "hcp".to_owned(), false).unwrap();
        assert_eq!(issued.key.as_ref().map(Secret::expose), Some("t7_secret"));
        assert!(!format!("{issued:?}").contains("secret"), "{issued:?}");
    }

    #[test]
    fn a_submission_id_that_was_given_is_kept_and_others_are_chosen() {
        let (mut given, mut chosen) = ("0b0c2d0e".to_owned(), String::new());
        choose(&mut given);
        choose(&mut chosen);
        assert_eq!((given.as_str(), chosen.len()), ("0b0c2d0e", 36));
    }
}
