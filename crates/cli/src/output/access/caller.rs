//! Who calls.

use std::io::{self, Write};

use serde_json::{Value as Json, json};
use tenseven_client::v1;

use super::{grant, quota};
use crate::output::{Document, Sheet, value::named};

/// Who calls, as answered.
#[derive(Debug)]
pub(crate) struct CallerView {
    /// The answer.
    pub(crate) response: v1::GetCallerResponse,
}

impl CallerView {
    fn credential(&self) -> String {
        named(self.response.credential().as_str_name(), "CREDENTIAL_KIND_")
    }

    fn anonymous_access(&self) -> String {
        named(self.response.anonymous_access().as_str_name(), "ANONYMOUS_ACCESS_")
    }
}

/// What anonymous callers may do, for people.
fn anonymous_text(access: v1::AnonymousAccess) -> &'static str {
    match access {
        v1::AnonymousAccess::Unspecified => "is not stated by this server",
        v1::AnonymousAccess::None => "nothing",
        v1::AnonymousAccess::Read => "read",
        v1::AnonymousAccess::Write => "read and write, all but partners, keys and grants",
    }
}

impl Document for CallerView {
    fn table(&self, out: &mut dyn Write) -> io::Result<()> {
        let v1::GetCallerResponse { partner, name, key_id, grants, token_issuer, .. } = &self.response;
        match self.response.credential() {
            v1::CredentialKind::None | v1::CredentialKind::Unspecified => {
                writeln!(
                    out,
                    "Caller: anonymous, as no key or token was sent, and no certificate that a partner is known by"
                )?;
            }
            v1::CredentialKind::Key => {
                writeln!(out, "Caller: {partner}, {name}\nCredential: key {key_id}")?;
            }
            v1::CredentialKind::Certificate => {
                writeln!(out, "Caller: {partner}, {name}\nCredential: client certificate")?;
            }
            v1::CredentialKind::Token => {
                writeln!(out, "Caller: {partner}, {name}\nCredential: token of {token_issuer}")?;
            }
        }
        if !partner.is_empty() {
            grant::write_all(out, grants)?;
        }
        quota::write(out, "Limits", self.response.quota.as_ref())?;
        writeln!(out, "Anonymous callers may do: {}", anonymous_text(self.response.anonymous_access()))
    }

    fn json(&self) -> Json {
        let v1::GetCallerResponse {
            credential: _,
            partner,
            name,
            key_id,
            grants,
            anonymous_access: _,
            quota,
            token_issuer,
        } = &self.response;
        json!({
            "credential": self.credential(),
            "partner": partner,
            "name": name,
            "key_id": key_id,
            "token_issuer": token_issuer,
            "grants": grant::all_json(grants),
            "anonymous_access": self.anonymous_access(),
            "quota": quota::json_of(quota.as_ref()),
        })
    }

    fn sheet(&self) -> Sheet {
        let v1::GetCallerResponse {
            credential: _,
            partner,
            name,
            key_id,
            grants,
            anonymous_access: _,
            quota,
            token_issuer,
        } = &self.response;
        let row = vec![
            self.credential(),
            partner.clone(),
            name.clone(),
            key_id.clone(),
            token_issuer.clone(),
            grant::all_cell(grants),
            self.anonymous_access(),
            quota::cell_of(quota.as_ref()),
        ];
        let header = vec![
            "credential",
            "partner",
            "name",
            "key_id",
            "token_issuer",
            "grants",
            "anonymous_access",
            "quota",
        ];
        Sheet { header, rows: vec![row] }
    }
}
