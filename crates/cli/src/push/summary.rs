//! The summary of a push.

use std::io::{self, Write};

use serde_json::{Value as Json, json};
use tenseven_client::v1;

use super::{findings::Findings, refusal::LineRefusal};
use crate::output::{
    Document, Sheet, Table,
    number::{count, counted},
};

/// What became of the rows of a file. `rows` is the sum of `new`, `revised`, `unchanged`, `already_pushed` and `refused`; of a
/// dry run the first three are what would become of the rows, and add up to `correct`.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(crate) struct PushSummary {
    /// The file's name.
    pub(crate) file: String,
    /// Whether everything was only checked.
    pub(crate) dry_run: bool,
    /// Rows read.
    pub(crate) rows: u64,
    /// Of a dry run: rows in batches that would be accepted.
    pub(crate) correct: u64,
    /// Rows with a key that was new.
    pub(crate) new: u64,
    /// Rows that changed a known key.
    pub(crate) revised: u64,
    /// Rows that equal what the registry holds.
    pub(crate) unchanged: u64,
    /// Rows in batches that were accepted in an earlier push; nothing changed.
    pub(crate) already_pushed: u64,
    /// Rows in batches that were refused.
    pub(crate) refused: u64,
    /// Batches accepted, now or before.
    pub(crate) batches_accepted: u64,
    /// Of these, batches that were accepted before, and not sent again.
    pub(crate) batches_already_pushed: u64,
    /// Batches refused.
    pub(crate) batches_refused: u64,
    /// The newest revision that accepted a batch; 0 if none was.
    pub(crate) revision: u64,
    /// Whether rows were left unread after a refusal.
    pub(crate) stopped: bool,
    /// Rows that name an observation without a value, and were skipped; not among `rows`.
    pub(crate) blank: u64,
    /// Rows that have the key of an earlier one, if that was found before anything was sent.
    pub(crate) repeated: u64,
    /// What was refused and why.
    pub(crate) findings: Findings,
}

impl PushSummary {
    /// Adds the answer to a batch of `rows` rows that was sent. One that is no newer than an earlier batch's was given to
    /// the same content further up in the file.
    pub(super) fn accept(&mut self, rows: u64, answer: &v1::PushObservationsResponse) {
        let v1::PushObservationsResponse { revision, new_count, revised_count, unchanged_count, .. } = answer;
        if *revision <= self.revision {
            return self.known(rows, answer);
        }
        self.rows += rows;
        self.new += u64::from(*new_count);
        self.revised += u64::from(*revised_count);
        self.unchanged += u64::from(*unchanged_count);
        self.batches_accepted += 1;
        self.revision = *revision;
    }

    /// Adds the answer to a batch of `rows` rows that was only checked, and not accepted before.
    pub(super) fn check(&mut self, rows: u64, answer: &v1::PushObservationsResponse) {
        let v1::PushObservationsResponse { new_count, revised_count, unchanged_count, .. } = answer;
        self.rows += rows;
        self.correct += rows;
        self.new += u64::from(*new_count);
        self.revised += u64::from(*revised_count);
        self.unchanged += u64::from(*unchanged_count);
    }

    /// Adds a batch of `rows` rows that was accepted before, and is not sent again.
    pub(super) fn known(&mut self, rows: u64, answer: &v1::PushObservationsResponse) {
        self.rows += rows;
        self.already_pushed += rows;
        self.batches_already_pushed += 1;
        self.batches_accepted += 1;
        self.revision = self.revision.max(answer.revision);
    }

    /// Adds a refused batch of `rows` rows.
    pub(super) fn refuse(&mut self, rows: u64, refusals: &[LineRefusal]) {
        self.refused += rows;
        self.batches_refused += 1;
        for refusal in refusals {
            self.findings.add(refusal);
        }
    }
}

impl Document for PushSummary {
    fn table(&self, out: &mut dyn Write) -> io::Result<()> {
        let mut table = Table::new(&[self.file.as_str(), ">rows"]);
        let mut row = |title: &str, rows: u64, always: bool| {
            if always || rows > 0 {
                table.row([title.to_owned(), count(rows)]);
            }
        };
        row("read", self.rows, true);
        row("correct, not stored (dry run)", self.correct, self.dry_run);
        let [new, revised, unchanged] = if self.dry_run {
            ["  new", "  revised", "  unchanged"]
        } else {
            ["new", "revised", "unchanged"]
        };
        row(new, self.new, true);
        row(revised, self.revised, true);
        row(unchanged, self.unchanged, true);
        row("pushed before, nothing done", self.already_pushed, false);
        row("refused", self.refused, true);
        row("left blank, passed over", self.blank, false);
        table.write(out)?;
        if self.revision > 0 {
            writeln!(out, "\nlast revision: {}", count(self.revision))?;
        }
        if self.already_pushed > 0 {
            writeln!(
                out,
                "\n{} of {} accepted batches were there already and were not sent again.",
                count(self.batches_already_pushed),
                count(self.batches_accepted)
            )?;
            writeln!(
                out,
                "\nTo push again what was pushed before, for example to go back to older values, add --anew."
            )?;
        }
        if self.repeated > 0 {
            writeln!(
                out,
                "\nNothing was stored: {} of an earlier row. Keep one of each, and push the file again.",
                counted(self.repeated, "row has the key", "rows have the keys")
            )?;
        } else if self.refused > 0 {
            writeln!(
                out,
                "\nA batch is accepted whole or refused whole; a smaller --batch-size lets more rows through."
            )?;
        }
        if self.stopped {
            writeln!(out, "The rest of the file was not read (--stop-on-refusal).")?;
        }
        Ok(())
    }

    fn json(&self) -> Json {
        let Self {
            file,
            dry_run,
            rows,
            correct,
            new,
            revised,
            unchanged,
            already_pushed,
            refused,
            batches_accepted,
            batches_already_pushed,
            batches_refused,
            revision,
            stopped,
            blank,
            repeated,
            findings,
        } = self;
        json!({
            "file": file,
            "dry_run": dry_run,
            "rows": rows,
            "correct": correct,
            "new": new,
            "revised": revised,
            "unchanged": unchanged,
            "already_pushed": already_pushed,
            "refused": refused,
            "batches_accepted": batches_accepted,
            "batches_already_pushed": batches_already_pushed,
            "batches_refused": batches_refused,
            "revision": revision,
            "stopped": stopped,
            "blank": blank,
            "repeated": repeated,
            "refusals": findings.first().iter().map(LineRefusal::json).collect::<Vec<_>>(),
            "refusals_unlisted": findings.count() - findings.first().len() as u64,
        })
    }

    fn sheet(&self) -> Sheet {
        let header = vec![
            "file",
            "dry_run",
            "rows",
            "correct",
            "new",
            "revised",
            "unchanged",
            "already_pushed",
            "refused",
            "batches_accepted",
            "batches_already_pushed",
            "batches_refused",
            "revision",
            "stopped",
            "blank",
            "repeated",
        ];
        let row = vec![
            self.file.clone(),
            self.dry_run.to_string(),
            self.rows.to_string(),
            self.correct.to_string(),
            self.new.to_string(),
            self.revised.to_string(),
            self.unchanged.to_string(),
            self.already_pushed.to_string(),
            self.refused.to_string(),
            self.batches_accepted.to_string(),
            self.batches_already_pushed.to_string(),
            self.batches_refused.to_string(),
            self.revision.to_string(),
            self.stopped.to_string(),
            self.blank.to_string(),
            self.repeated.to_string(),
        ];
        Sheet { header, rows: vec![row] }
    }
}
