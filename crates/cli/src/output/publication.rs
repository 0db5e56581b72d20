//! The receipt of a publication.

use std::io::{self, Write};

use serde_json::{Value as Json, json};
use tenseven_client::v1;

use super::{Document, Sheet, cost, time::instant};

/// What became of a text.
#[derive(Debug)]
pub(crate) struct PublicationView {
    /// The receipt.
    pub(crate) receipt: v1::PublicationReceipt,
    /// Whether it was only checked.
    pub(crate) dry_run: bool,
}

impl Document for PublicationView {
    fn table(&self, out: &mut dyn Write) -> io::Result<()> {
        let v1::PublicationReceipt { framework, revision, accept_time: _, history_id: _, cost } =
            &self.receipt;
        if self.dry_run {
            writeln!(out, "{framework}: it can be published; nothing was stored")?;
        } else {
            writeln!(out, "{framework}: published at revision {revision}")?;
        }
        match cost {
            Some(cost) => writeln!(out, "{framework}: {}", cost::line(cost)),
            None => Ok(()),
        }
    }

    fn json(&self) -> Json {
        let v1::PublicationReceipt { framework, revision, accept_time, history_id, cost } = &self.receipt;
        let accept_time = accept_time.as_ref().map(|time| instant(Some(time)));
        json!({
            "framework": framework,
            "revision": revision,
            "history_id": history_id,
            "accept_time": accept_time,
            "dry_run": self.dry_run,
            "cost": cost.as_ref().map(cost::json),
        })
    }

    fn sheet(&self) -> Sheet {
        let v1::PublicationReceipt { framework, revision, accept_time, history_id: _, cost: _ } =
            &self.receipt;
        let row = vec![
            framework.clone(),
            revision.to_string(),
            instant(accept_time.as_ref()),
            self.dry_run.to_string(),
        ];
        Sheet { header: vec!["framework", "revision", "accept_time", "dry_run"], rows: vec![row] }
    }
}
