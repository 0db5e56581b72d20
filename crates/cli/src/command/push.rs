//! `tenseven push`: an observation file, batch by batch.

use std::{
    path::{Path, PathBuf},
    sync::atomic::Ordering,
};

use crate::{
    exit::Outcome,
    observation_file::ObservationReader,
    output::{Format, print, stdout},
    output_file::OutputFile,
    push::{Bar, Batches, FindingsFile, Recorder, Session, newest_revision},
    table_file::{Input, ReadingOptions},
    vocabulary::Levels,
};
use anyhow::{Context as _, bail};
use clap::Args;
use tenseven_client::Client;
use uuid::Uuid;

/// How often a call is tried again, with waits that add up to some 45 s: as long as a server may take to start again.
const RETRIES_MAX: u32 = 10;

const FILE_HELP: &str = "\
The file is CSV, with commas, semicolons, tabs or bars, in UTF-8 or UTF-16, or a sheet of a workbook (.xlsx), with the header
  indicator,area,period,source,value,numerator,denominator,level,flag,missing,status,comment,method,citation,url,quote
of which indicator, area, period and one way to give a value are needed, in any order. A row fills exactly one of
  value                      a number, for example 3653 or 0.25
  numerator and denominator  a part and its whole
  level                      a code of the indicator's rubric
  flag                       true or false
  missing                    not_applicable, not_collected, confidential or not_available
Further evidence is in citation_2, url_2, quote_2 and so on to 16. Rows whose first cell begins with # are comments, \
even if other cells are filled, and so are columns whose name begins with #. Rows that name an indicator, area, period and \
source and nothing else are skipped.

An area is given by its alpha-3 or alpha-2 code, its three-digit number in M49 (004, or m49:004) or its name. Words and codes \
may be in any case; levels only if the caller may read indicators (role reader). Ambiguous cells, for example 1,234, a percentage or a date in a workbook, are refused with both readings.

An indicator, area, period and source may occur in one row of a file only. For a file this is checked before anything is sent; for a pipe, \
which is sent as it is read, when the second row is read.

The id of each submission is made from its content, so that a file that is pushed twice is accepted once. The \
batches go through one stream, which is retried for some 45 s if the connection breaks. After any other interruption, \
push the same file again with the same --batch-size; batches that were accepted are skipped. To submit the same content again, for example \
to go back to older values after others were pushed, add --anew.";

/// Arguments of `tenseven push`.
#[derive(Debug, Args)]
#[command(after_long_help = FILE_HELP)]
pub(crate) struct PushArguments {
    /// Observation file, or - for standard input
    file: PathBuf,
    #[command(flatten)]
    reading: ReadingOptions,
    /// Rows of a batch; a batch is accepted or refused as a whole
    #[arg(long, value_name = "N", default_value_t = 1_000, value_parser = clap::value_parser!(u64).range(1..=10_000))]
    batch_size: u64,
    /// Source of the rows that name none
    #[arg(long, value_name = "SOURCE")]
    source: Option<String>,
    /// Have the server check the whole file, count what is new, revised and unchanged, and store nothing
    #[arg(long)]
    dry_run: bool,
    /// Write everything that was refused to this file, as CSV with line, column and message
    #[arg(long, value_name = "FILE.csv")]
    findings: Option<PathBuf>,
    /// Stop after the first refused batch
    #[arg(long)]
    stop_on_refusal: bool,
    /// Submit again content that was pushed before, as new submissions
    #[arg(long = "anew")]
    resubmit: bool,
    /// How to print the summary; in JSON it lists what was refused, the first 10,000
    #[arg(long, value_enum, default_value_t)]
    format: Format,
}

/// Runs `tenseven push`.
pub(crate) async fn run(
    client: impl FnOnce() -> anyhow::Result<Client>,
    arguments: PushArguments,
) -> anyhow::Result<Outcome> {
    let PushArguments {
        file,
        reading,
        batch_size,
        source,
        dry_run,
        findings,
        stop_on_refusal,
        resubmit,
        format,
    } = arguments;
    let input = Input::open(&file)?;
    let (name, bytes, copy) = (input.name().to_owned(), input.bytes(), input.copy()?);
    let open = |input| ObservationReader::open(input, &reading, source.clone()).with_context(|| name.clone());
    let repeated =
        copy.map(|copy| anyhow::Ok(open(copy)?.count_repeated_rows())).transpose()?.unwrap_or_default();
    let mut rows = open(input)?;
    let unwritten =
        || findings.as_deref().unwrap_or(Path::new("")).display().to_string() + " was not written";
    // What cannot be written is reported before anything is sent.
    let findings_file = findings.as_deref().map(OutputFile::create).transpose().with_context(unwritten)?;
    if findings_file.as_ref().is_some_and(|findings| findings.replaces(&file)) {
        bail!("--findings would replace the file that is pushed; name another file");
    }
    let findings_file = findings_file.map(FindingsFile::new);
    let client = client()?;
    // An unreachable server is reported soon; only a server that was reached is waited for.
    newest_revision(&client).await.context("nothing was pushed")?;
    let client = client.with_retries_max(RETRIES_MAX);
    if rows.has_levels() {
        rows.set_levels(Levels::fetch(&client).await.context("nothing was pushed")?);
    }
    let blank = rows.blank_rows();
    let dry_run = dry_run || repeated > 0;
    let session = Session { nonce: resubmit.then(Uuid::new_v4), dry_run, stop_on_refusal };
    let mut recorder = Recorder { bar: Bar::new(bytes), findings: findings_file };
    let (mut summary, interrupted) =
        session.run(Batches::new(rows, batch_size), &client, &mut recorder).await;
    let Recorder { bar, findings: findings_file } = recorder;
    drop(bar);
    (summary.file, summary.repeated, summary.blank) = (name, repeated, blank.load(Ordering::Relaxed));
    let listed = if format == Format::Json { Ok(()) } else { summary.findings.print().map_err(Into::into) };
    let written = findings_file.map_or(Ok(()), FindingsFile::finish).with_context(unwritten);
    let printed = print(&summary, format);
    let outcome = match interrupted {
        Some(error) => Err(error),
        None if summary.refused > 0 => Ok(Outcome::Refused),
        None => Ok(Outcome::Done),
    };
    concluded(outcome, [written, printed, listed])
}

/// The outcome of a push, or the first error of what was to be written. An error that interrupted the push comes first: it is
/// what determines the exit code.
fn concluded(outcome: anyhow::Result<Outcome>, writes: [anyhow::Result<()>; 3]) -> anyhow::Result<Outcome> {
    let mut unwritten = writes.into_iter().filter_map(Result::err);
    match outcome {
        Ok(outcome) => unwritten.next().map_or(Ok(outcome), Err),
        Err(error) => Err(match unwritten.find(|error| !stdout::reader_left(error)) {
            Some(unwritten) => error.context(format!("{unwritten:#}, and the push was interrupted")),
            None => error,
        }),
    }
}

#[cfg(test)]
mod tests {
    use anyhow::anyhow;

    use super::*;

    #[test]
    fn an_interruption_is_reported_even_if_something_could_not_be_written() {
        let unwritten = || [Err(anyhow!("x.csv was not written")), Ok(()), Ok(())];
        let error = concluded(Err(anyhow!("no answer")), unwritten()).unwrap_err();
        assert_eq!(format!("{error:#}"), "x.csv was not written, and the push was interrupted: no answer");
        let error = concluded(Ok(Outcome::Refused), unwritten()).unwrap_err();
        assert_eq!(error.to_string(), "x.csv was not written");
        assert_eq!(concluded(Ok(Outcome::Refused), [Ok(()), Ok(()), Ok(())]).unwrap(), Outcome::Refused);
    }
}
