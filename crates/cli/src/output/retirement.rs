//! The receipt of a retirement.

use std::io::{self, Write};

use serde_json::{Value as Json, json};
use tenseven_client::v1;

use super::{Document, Sheet, time::instant};

/// What became of a version.
#[derive(Debug)]
pub(crate) struct RetirementView {
    /// The receipt.
    pub(crate) receipt: v1::RetireFrameworkResponse,
    /// Whether it was only checked.
    pub(crate) dry_run: bool,
}

impl Document for RetirementView {
    fn table(&self, out: &mut dyn Write) -> io::Result<()> {
        let v1::RetireFrameworkResponse { framework, revision, accepted_at: _, history: _ } = &self.receipt;
        if self.dry_run {
            writeln!(out, "{framework}: would be retired; nothing was stored")
        } else {
            writeln!(out, "{framework}: retired at revision {revision}")
        }
    }

    fn json(&self) -> Json {
        let v1::RetireFrameworkResponse { framework, revision, accepted_at, history } = &self.receipt;
        let accepted_at = accepted_at.as_ref().map(|time| instant(Some(time)));
        json!({
            "framework": framework,
            "revision": revision,
            "history": history,
            "accepted_at": accepted_at,
            "dry_run": self.dry_run,
        })
    }

    fn sheet(&self) -> Sheet {
        let v1::RetireFrameworkResponse { framework, revision, accepted_at, history: _ } = &self.receipt;
        let accepted_at = instant(accepted_at.as_ref());
        let row = vec![framework.clone(), revision.to_string(), accepted_at, self.dry_run.to_string()];
        Sheet { header: vec!["framework", "revision", "accepted_at", "dry_run"], rows: vec![row] }
    }
}
