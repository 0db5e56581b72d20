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
        let v1::RetireFrameworkResponse { framework, revision, accept_time: _, history_id: _ } =
            &self.receipt;
        if self.dry_run {
            writeln!(out, "{framework}: would be retired; nothing was stored")
        } else {
            writeln!(out, "{framework}: retired at revision {revision}")
        }
    }

    fn json(&self) -> Json {
        let v1::RetireFrameworkResponse { framework, revision, accept_time, history_id } = &self.receipt;
        let accept_time = accept_time.as_ref().map(|time| instant(Some(time)));
        json!({
            "framework": framework,
            "revision": revision,
            "history_id": history_id,
            "accept_time": accept_time,
            "dry_run": self.dry_run,
        })
    }

    fn sheet(&self) -> Sheet {
        let v1::RetireFrameworkResponse { framework, revision, accept_time, history_id: _ } = &self.receipt;
        let accept_time = instant(accept_time.as_ref());
        let row = vec![framework.clone(), revision.to_string(), accept_time, self.dry_run.to_string()];
        Sheet { header: vec!["framework", "revision", "accept_time", "dry_run"], rows: vec![row] }
    }
}
