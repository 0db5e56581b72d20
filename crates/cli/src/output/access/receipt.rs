//! The receipts of changes of access.

use std::io::{self, Write};

use prost_types::Timestamp;
use serde_json::{Value as Json, json};
use tenseven_client::v1;

use super::grant;
use crate::output::{Document, Sheet, time::instant};

/// What became of a partner, a key or a grant.
#[derive(Debug, Default)]
pub(crate) struct AccessReceipt {
    /// The partner.
    pub(crate) partner: String,
    /// What was done, for example `registered`.
    pub(crate) done: &'static str,
    /// The grant that was added.
    pub(crate) grant: Option<v1::Grant>,
    /// The key or grant that was revoked: its id or revision.
    pub(crate) revoked: Option<String>,
    /// The revision that accepted it.
    pub(crate) revision: u64,
    /// When it was accepted.
    pub(crate) accept_time: Option<Timestamp>,
    /// The history that the revision belongs to.
    pub(crate) history_id: String,
    /// Whether it was only checked.
    pub(crate) dry_run: bool,
}

impl Document for AccessReceipt {
    fn table(&self, out: &mut dyn Write) -> io::Result<()> {
        let Self { partner, done, revision, .. } = self;
        let of = self.revoked.as_ref().map(|revoked| format!("{revoked} ")).unwrap_or_default();
        if self.dry_run {
            writeln!(out, "{partner}: {of}would be {done}; nothing was stored")?;
        } else {
            writeln!(out, "{partner}: {of}{done} at revision {revision}")?;
        }
        match &self.grant {
            Some(added) => grant::write(out, added),
            None => Ok(()),
        }
    }

    fn json(&self) -> Json {
        let Self { partner, done, grant, revoked, revision, accept_time, history_id, dry_run } = self;
        let mut document = json!({ "partner": partner, "done": done });
        if let Some(added) = grant {
            document["grant"] = grant::json(added);
        }
        if let Some(revoked) = revoked {
            document["revoked"] = json!(revoked);
        }
        document["revision"] = json!(revision);
        document["history_id"] = json!(history_id);
        document["accept_time"] = json!(accept_time.as_ref().map(|time| instant(Some(time))));
        document["dry_run"] = json!(dry_run);
        document
    }

    fn sheet(&self) -> Sheet {
        let Self { partner, done, grant, revoked, revision, accept_time, history_id: _, dry_run } = self;
        let row = vec![
            partner.clone(),
            (*done).to_owned(),
            grant.as_ref().map(grant::cell).unwrap_or_default(),
            revoked.clone().unwrap_or_default(),
            revision.to_string(),
            instant(accept_time.as_ref()),
            dry_run.to_string(),
        ];
        let header = vec!["partner", "done", "grant", "revoked", "revision", "accept_time", "dry_run"];
        Sheet { header, rows: vec![row] }
    }
}
