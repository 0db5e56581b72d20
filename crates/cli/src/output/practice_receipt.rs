//! The receipts of what curators did.

use std::io::{self, Write};

use serde_json::{Value as Json, json};

use super::{Document, Sheet, time::instant};

/// What became of practices: id, what was done, revision, moment.
pub(crate) struct PracticeReceiptList {
    /// One a practice, in the order in which they were written.
    pub(crate) receipts: Vec<(String, &'static str, u64, Option<prost_types::Timestamp>)>,
    /// Whether they were only checked.
    pub(crate) dry_run: bool,
}

impl Document for PracticeReceiptList {
    fn table(&self, out: &mut dyn Write) -> io::Result<()> {
        for (id, what, revision, _) in &self.receipts {
            if self.dry_run {
                writeln!(out, "{id}: would be {what}; nothing was stored")?;
            } else {
                writeln!(out, "{id}: {what} at revision {revision}")?;
            }
        }
        Ok(())
    }

    fn json(&self) -> Json {
        let receipt = |(id, what, revision, accept_time): &(_, _, _, Option<_>)| {
            let accept_time = accept_time.as_ref().map(|time| instant(Some(time)));
            json!({ "practice": id, "done": what, "revision": revision, "accept_time": accept_time })
        };
        let receipts: Vec<_> = self.receipts.iter().map(receipt).collect();
        json!({ "receipts": receipts, "dry_run": self.dry_run })
    }

    fn sheet(&self) -> Sheet {
        let row = |(id, what, revision, accept_time): &(String, &str, u64, Option<_>)| {
            let accept_time = instant(accept_time.as_ref());
            vec![id.clone(), (*what).to_owned(), revision.to_string(), accept_time, self.dry_run.to_string()]
        };
        let header = vec!["practice", "done", "revision", "accept_time", "dry_run"];
        Sheet { header, rows: self.receipts.iter().map(row).collect() }
    }
}
