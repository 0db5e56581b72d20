//! `tenseven withdraw`: one observation, or those that a file names, all or none.

use std::{
    io::{self, Write},
    path::PathBuf,
};

use crate::{
    exit::Outcome,
    output::{Document, Format, Sheet, Table, number::count, print, stderr},
    push::{LineRefusal, newest_revision, submission_id_of},
    table_file::{Input, ReadingOptions},
    vocabulary::area,
    withdrawal_file::{self, WithdrawalFile},
};
use anyhow::Context as _;
use clap::Args;
use serde_json::{Value as Json, json};
use tenseven_client::{Client, ClientError, Code, v1};
use uuid::Uuid;

/// Must not change: another context makes other ids.
const CONTEXT: &str = "tenseven 2026-01-01 submission id of withdrawals";

const FILE_HELP: &str = "\
The file is CSV, or a sheet of a workbook (.xlsx), with the columns indicator, area, period, source and reason, in any order, and at most 10,000 rows. \
It is withdrawn whole, or not at all. Rows whose first cell begins with # are comments.

A withdrawn observation is in no list, export or score any more; `tenseven revisions` shows it with the reason, and reads \
of earlier revisions still have it.

The id of the submission is made from its content, so that a repeated command is accepted once. To withdraw the same \
observations after they were pushed again, add --anew.";

/// Arguments of `tenseven withdraw`.
#[derive(Debug, Args)]
#[command(after_long_help = FILE_HELP)]
pub(crate) struct WithdrawArguments {
    /// Withdraw what this file names, or standard input for -
    #[arg(long, value_name = "FILE", conflicts_with_all = ["indicator", "area", "period", "source", "reason"])]
    file: Option<PathBuf>,
    #[command(flatten)]
    reading: ReadingOptions,
    /// The observation's indicator
    #[arg(long, value_name = "ID", required_unless_present = "file")]
    indicator: Option<String>,
    /// Its country, area or local unit, for example MAR or MAR/casablanca
    #[arg(long, required_unless_present = "file")]
    area: Option<String>,
    /// Its period, for example 2020
    #[arg(long, required_unless_present = "file")]
    period: Option<String>,
    /// Its source
    #[arg(long, required_unless_present = "file")]
    source: Option<String>,
    /// Why it is withdrawn, for those who read the history
    #[arg(long, value_name = "TEXT", required_unless_present = "file")]
    reason: Option<String>,
    /// Have the server check everything, and withdraw nothing
    #[arg(long)]
    dry_run: bool,
    /// Withdraw what was withdrawn before, and pushed again since
    #[arg(long = "anew")]
    resubmit: bool,
    /// How to print the summary; in JSON it lists what was refused
    #[arg(long, value_enum, default_value_t)]
    format: Format,
}

/// Runs `tenseven withdraw`.
pub(crate) async fn run(
    client: impl FnOnce() -> anyhow::Result<Client>,
    arguments: WithdrawArguments,
) -> anyhow::Result<Outcome> {
    let (format, dry_run, is_file) = (arguments.format, arguments.dry_run, arguments.file.is_some());
    let nonce = arguments.resubmit.then(Uuid::new_v4);
    let WithdrawalFile { withdrawals, lines, refusals, unreadable } = withdrawals(arguments)?;
    let rows = withdrawals.len() + unreadable;
    let mut summary = Summary { is_file, dry_run, rows, ..Summary::default() };
    let client = client()?;
    // To distinguish a batch that was accepted before from one that is accepted now.
    let known = newest_revision(&client).await.context("nothing was withdrawn")?;
    // If some rows cannot be read the others are still checked, so that all errors are reported at once.
    let answer = if withdrawals.is_empty() && !refusals.is_empty() {
        Ok(v1::WithdrawObservationsResponse::default())
    } else {
        let id = Some(submission_id_of(CONTEXT, &withdrawals, nonce)?);
        let is_check = dry_run || !refusals.is_empty();
        if is_check {
            client.check_withdrawals(id, withdrawals.clone()).await
        } else {
            client.withdraw(id, withdrawals.clone()).await
        }
    };
    summary.refusals = refusals;
    match answer {
        Ok(answer) if summary.refusals.is_empty() => {
            let withdrawn = u64::from(answer.withdrawn_count);
            if dry_run {
                summary.correct = withdrawn;
            } else {
                let is_before = answer.revision <= known;
                *(if is_before { &mut summary.before } else { &mut summary.withdrawn }) = withdrawn;
                if is_before {
                    summary.observed_again = observed(&client, withdrawals).await?;
                }
                summary.revision = answer.revision;
            }
        }
        Ok(_) => {}
        Err(ClientError::Refused(refusal))
            if matches!(refusal.code, Code::InvalidArgument | Code::AlreadyExists)
                || (refusal.code == Code::PermissionDenied && !refusal.violations.is_empty()) =>
        {
            let span = (lines.first().copied().unwrap_or(1), lines.last().copied().unwrap_or(1));
            summary.refusals.extend(LineRefusal::of_server(&refusal, &lines, span));
            summary.refusals.sort_by_key(|refusal| refusal.line);
            let listed = refusal.violations.len() as u64;
            let all = refusal.metadata.get("violation_count").and_then(|count| count.parse().ok());
            summary.unlisted = all.unwrap_or(listed).saturating_sub(listed);
        }
        Err(error) => return Err(error).context("it is not known whether anything was withdrawn"),
    }
    summary.print_refusals(format)?;
    print(&summary, format)?;
    let is_done = summary.refusals.is_empty() && summary.observed_again == 0;
    Ok(if is_done { Outcome::Done } else { Outcome::Refused })
}

/// What the arguments ask to withdraw.
fn withdrawals(arguments: WithdrawArguments) -> anyhow::Result<WithdrawalFile> {
    let WithdrawArguments { file, reading, indicator, area: written, period, source, reason, .. } = arguments;
    let Some(file) = file else {
        let text = Option::unwrap_or_default;
        let withdrawal = v1::Withdrawal {
            indicator: text(indicator),
            area: area(&text(written)).map_err(|problem| anyhow::anyhow!("area: {problem}"))?,
            period: text(period),
            source: text(source),
            reason: text(reason),
        };
        return Ok(WithdrawalFile {
            withdrawals: vec![withdrawal],
            lines: vec![1],
            ..WithdrawalFile::default()
        });
    };
    let input = Input::open(&file)?;
    let name = input.name().to_owned();
    withdrawal_file::read(input, &reading).context(name)
}

/// The outcome of a command.
#[derive(Debug, Default)]
struct Summary {
    /// Whether the withdrawals are those of a file.
    is_file: bool,
    dry_run: bool,
    rows: usize,
    /// Of a dry run: what would be withdrawn.
    correct: u64,
    withdrawn: u64,
    /// Withdrawn by an earlier submission of the same; nothing changed.
    before: u64,
    /// Of those: pushed again since, and so still there.
    observed_again: u64,
    /// The revision of the answer; 0 if nothing was withdrawn.
    revision: u64,
    refusals: Vec<LineRefusal>,
    /// What was refused beyond those.
    unlisted: u64,
}

impl Summary {
    /// Prints what was refused on standard error, unless the output is JSON.
    fn print_refusals(&self, format: Format) -> io::Result<()> {
        if format == Format::Json {
            return Ok(());
        }
        let mut out = stderr::lock();
        for refusal in &self.refusals {
            match (self.is_file, refusal.column.as_str()) {
                (true, _) => writeln!(out, "error: {refusal}")?,
                (false, "") => writeln!(out, "error: {}", refusal.message)?,
                (false, column) => writeln!(out, "error: {column}: {}", refusal.message)?,
            }
        }
        if self.unlisted > 0 {
            writeln!(out, "error: and {} more; correct the listed rows to see the rest", self.unlisted)?;
        }
        Ok(())
    }

    fn refused(&self) -> u64 {
        if self.refusals.is_empty() { 0 } else { self.rows as u64 }
    }
}

impl Document for Summary {
    fn table(&self, out: &mut dyn Write) -> io::Result<()> {
        let mut table = Table::new(&["observations", ">rows"]);
        let mut row = |title: &str, rows: u64, always: bool| {
            if always || rows > 0 {
                table.row([title.to_owned(), count(rows)]);
            }
        };
        row("read", self.rows as u64, true);
        row("correct, not withdrawn (dry run)", self.correct, self.dry_run);
        row("withdrawn", self.withdrawn, !self.dry_run);
        row("withdrawn before, nothing done", self.before, false);
        row("of those pushed again since, and still there", self.observed_again, false);
        row("refused", self.refused(), true);
        table.write(out)?;
        if self.revision > 0 {
            writeln!(out, "\nrevision: {}", count(self.revision))?;
        }
        if self.observed_again > 0 {
            writeln!(out, "\nTo withdraw what was pushed again since, add --anew.")?;
        }
        if self.rows > 1 && !self.refusals.is_empty() {
            writeln!(out, "\nNothing was withdrawn: a file is withdrawn whole, or not at all.")?;
        }
        Ok(())
    }

    fn json(&self) -> Json {
        let Self {
            is_file: _,
            dry_run,
            rows,
            correct,
            withdrawn,
            before,
            observed_again,
            revision,
            refusals,
            unlisted,
        } = self;
        json!({
            "dry_run": dry_run,
            "rows": rows,
            "correct": correct,
            "withdrawn": withdrawn,
            "already_withdrawn": before,
            "observed_again": observed_again,
            "refused": self.refused(),
            "revision": revision,
            "refusals": refusals.iter().map(LineRefusal::json).collect::<Vec<_>>(),
            "untold": unlisted,
        })
    }

    fn sheet(&self) -> Sheet {
        let header = vec![
            "dry_run",
            "rows",
            "correct",
            "withdrawn",
            "already_withdrawn",
            "observed_again",
            "refused",
            "revision",
        ];
        let row = vec![
            self.dry_run.to_string(),
            self.rows.to_string(),
            self.correct.to_string(),
            self.withdrawn.to_string(),
            self.before.to_string(),
            self.observed_again.to_string(),
            self.refused().to_string(),
            self.revision.to_string(),
        ];
        Sheet { header, rows: vec![row] }
    }
}

/// How many of these observations are there now.
async fn observed(client: &Client, withdrawals: Vec<v1::Withdrawal>) -> anyhow::Result<u64> {
    let all = withdrawals.len() as u64;
    match client.check_withdrawals(None, withdrawals).await {
        Ok(answer) => Ok(u64::from(answer.withdrawn_count)),
        Err(ClientError::Refused(refusal)) if refusal.code == Code::InvalidArgument => {
            let absent = refusal.metadata.get("violation_count").and_then(|count| count.parse().ok());
            Ok(all.saturating_sub(absent.unwrap_or(all)))
        }
        Err(error) => Err(error).context("it is not known whether anything was pushed again since"),
    }
}
