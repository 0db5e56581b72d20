//! `tenseven export`: all current observations that match, into a file or to standard output.
//!
//! *Invariant:* everything is of one revision, each observation comes once, and a file that is cut short, or has nothing in it,
//! never takes the place of a whole one.

use std::{
    io::{self, Write},
    path::{Path, PathBuf},
    pin::pin,
};

use anyhow::{Context as _, bail};
use clap::Args;
use futures_util::TryStreamExt as _;
use tenseven_client::{Client, ClientError, Code, v1};

use crate::{
    exit::Outcome,
    export::{Bar, RowFormat, RowWriter},
    moment::Moment,
    observation_file::write::CsvOptions,
    output::{number::count, stdout},
    output_file::OutputFile,
};

use super::selection::SelectionArguments;

/// How often the export is taken up again without anything new, with waits that add up to some 45 s: as long as a server
/// may take to start again.
const RETRIES_MAX: u32 = 10;

/// Arguments of `tenseven export`.
#[derive(Debug, Args)]
pub(crate) struct ExportArguments {
    #[command(flatten)]
    selection: SelectionArguments,
    /// Write this file, which is replaced once all is there, or this pipe or device; - is standard output
    #[arg(long, short, value_name = "FILE")]
    output: Option<PathBuf>,
    /// Replace the file also where nothing matches
    #[arg(long, requires = "output")]
    allow_empty: bool,
    #[command(flatten)]
    csv: CsvOptions,
    #[command(flatten)]
    moment: Moment,
    /// How to write
    #[arg(long, value_enum, default_value_t)]
    format: RowFormat,
}

/// What was exported.
struct Exported {
    observations: u64,
    revision: u64,
}

/// Runs `tenseven export`.
pub(crate) async fn run(client: &Client, arguments: ExportArguments) -> anyhow::Result<Outcome> {
    let ExportArguments { selection, output, allow_empty, csv, moment, format } = arguments;
    // An unreachable server is reported soon; only a server that was reached is waited for.
    let held = match client.server_status().await {
        Ok(status) => Some(status.observation_count),
        // Operators may keep this from others; then nobody knows how much comes.
        Err(ClientError::Refused(refusal)) if refusal.code != Code::Unavailable => None,
        Err(error) => return Err(error).context("nothing was exported"),
    };
    let client = client.with_retries_max(RETRIES_MAX);
    let read_at = moment.read_at();
    let selection = Some(selection.resolve(&client, &read_at).await?);
    let request =
        v1::ExportObservationsRequest { selection, resume_token: String::new(), read_at: Some(read_at) };
    let bar = Bar::new(held.filter(|_| is_all(&request)));
    let output = output.filter(|path| path.as_os_str() != "-");
    let Exported { observations, revision } = if let Some(path) = &output {
        let name = || format!("{} was not written", path.display());
        let mut file = OutputFile::create(path).with_context(name)?;
        let rows = RowWriter::new(&mut file, format, csv).with_context(name)?;
        let exported = export(&client, request, rows, &bar).await.with_context(name)?;
        if exported.observations == 0 && !allow_empty && file.replaces_content() {
            bail!("{}: no observation matches, and the file has something in it; give --allow-empty", name());
        }
        file.finish().with_context(name)?;
        exported
    } else {
        export(&client, request, RowWriter::new(stdout::lock(), format, csv)?, &bar).await?
    };
    drop(bar);
    report(observations, revision, output.as_deref());
    Ok(Outcome::Done)
}

/// Writes all parts of an export.
async fn export(
    client: &Client,
    request: v1::ExportObservationsRequest,
    mut rows: RowWriter<impl Write>,
    bar: &Bar,
) -> anyhow::Result<Exported> {
    let mut parts = pin!(client.export_observations(request));
    let mut exported = Exported { observations: 0, revision: 0 };
    while let Some(part) = parts.try_next().await? {
        part.observations.iter().try_for_each(|recorded| rows.write(recorded))?;
        exported.observations += part.observations.len() as u64;
        exported.revision = part.revision;
        bar.moved(exported.observations, exported.revision);
    }
    rows.finish()?;
    Ok(exported)
}

/// Whether all that the server holds now is asked for.
fn is_all(request: &v1::ExportObservationsRequest) -> bool {
    let all = v1::ExportObservationsRequest {
        selection: Some(v1::ObservationSelection::default()),
        read_at: Some(v1::ReadAt::not_before(
            request.read_at.as_ref().map_or(0, |read_at| read_at.min_revision),
        )),
        ..Default::default()
    };
    *request == all
}

/// Reports on standard error what was exported.
fn report(observations: u64, revision: u64, output: Option<&Path>) {
    let place = output.map_or(String::new(), |path| format!(" to {}", path.display()));
    // A failed write to standard error is ignored; the file is complete.
    let _ = writeln!(
        io::stderr().lock(),
        "{} observations of revision {}{place}",
        count(observations),
        count(revision)
    );
}
