//! `tenseven export`: all current observations that match, into a file or to standard output.
//!
//! *Invariant:* everything is of one revision, each observation comes once, and a file that is cut short never has the name
//! of a whole one.

use std::{
    io::{self, Write},
    path::{Path, PathBuf},
    pin::pin,
};

use anyhow::Context as _;
use clap::Args;
use futures_util::TryStreamExt as _;
use tenseven_client::{Client, ClientError, Code, v1};

use crate::{
    exit::Outcome,
    export::{Bar, RowFormat, RowWriter, Unfinished},
    moment::Moment,
    output::{number::count, stdout},
};

/// How often the export is taken up again without anything new, with waits that add up to some 45 s: as long as a server
/// may take to start again.
const RETRIES_MAX: u32 = 10;

/// Arguments of `tenseven export`.
#[derive(Debug, Args)]
pub(crate) struct ExportArguments {
    /// Only this indicator
    #[arg(long, value_name = "ID")]
    indicator: Option<String>,
    /// Only this country, area or local unit, or the members of this group, as MAR or m49:015
    #[arg(long)]
    area: Option<String>,
    /// Only this source
    #[arg(long)]
    source: Option<String>,
    /// Only this period and later ones
    #[arg(long, value_name = "PERIOD")]
    from: Option<String>,
    /// Only this period and earlier ones
    #[arg(long, value_name = "PERIOD")]
    to: Option<String>,
    /// Only this SDMX status, as P for provisional
    #[arg(long, value_name = "CODE")]
    status: Option<String>,
    /// Write this file instead of standard output; it is FILE.unfinished until it is whole, and replaces FILE then
    #[arg(long, short, value_name = "FILE")]
    output: Option<PathBuf>,
    /// In CSV, add the revision, time and submission that each came with; `push` does not read these columns
    #[arg(long)]
    recorded: bool,
    /// In CSV, leave room for this many pieces of evidence a row; the export ends at an observation that has more
    #[arg(long, value_name = "N", default_value_t = 1, value_parser = clap::value_parser!(u8).range(1..=16))]
    evidence: u8,
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
pub(crate) async fn run(client: &Client, mut arguments: ExportArguments) -> anyhow::Result<Outcome> {
    // Whoever named a server that is not there learns it soon; one that went away is waited for.
    let held = match client.server_status().await {
        Ok(status) => Some(status.observation_count),
        // Operators may keep this from others; then nobody knows how much comes.
        Err(ClientError::Refused(refusal)) if refusal.code != Code::Unavailable => None,
        Err(error) => return Err(error).context("nothing was exported"),
    };
    let client = client.with_retries_max(RETRIES_MAX);
    let (format, evidence) = (arguments.format, usize::from(arguments.evidence));
    let (recorded, output) = (arguments.recorded, arguments.output.take());
    let request = request(arguments);
    let bar = Bar::new(held.filter(|_| is_all(&request)));
    let Exported { observations, revision } = if let Some(path) = &output {
        let name = || format!("{} was not written", path.display());
        let mut file = Unfinished::create(path).with_context(name)?;
        let rows = RowWriter::new(&mut file, format, evidence, recorded).with_context(name)?;
        let exported = export(&client, request, rows, &bar).await.with_context(name)?;
        file.finish().with_context(name)?;
        exported
    } else {
        export(&client, request, RowWriter::new(stdout::lock(), format, evidence, recorded)?, &bar).await?
    };
    drop(bar);
    tell(observations, revision, output.as_deref());
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

fn request(arguments: ExportArguments) -> v1::ExportObservationsRequest {
    let ExportArguments { indicator, area, source, from, to, status, moment, .. } = arguments;
    v1::ExportObservationsRequest {
        selection: Some(v1::ObservationSelection {
            indicator: indicator.unwrap_or_default(),
            area: area.unwrap_or_default(),
            source: source.unwrap_or_default(),
            period_from: from.unwrap_or_default(),
            period_to: to.unwrap_or_default(),
            status: status.unwrap_or_default(),
        }),
        resume_token: String::new(),
        read_at: Some(moment.read_at()),
    }
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

/// Says on standard error what was exported.
fn tell(observations: u64, revision: u64, output: Option<&Path>) {
    let place = output.map_or(String::new(), |path| format!(" to {}", path.display()));
    // Nothing can be done if nobody can be told; the file is there.
    let _ = writeln!(
        io::stderr().lock(),
        "{} observations of revision {}{place}",
        count(observations),
        count(revision)
    );
}
