//! `tenseven observations`: the current observations, page after page.
//!
//! *Invariant:* CSV and JSON are written as the pages come, so that memory does not grow with the listing. The CSV is
//! what `tenseven push` reads.

use std::{
    io::{self, Write as _},
    pin::pin,
};

use crate::{
    exit::Outcome,
    moment::Moment,
    observation_file::write::ObservationWriter,
    output::{
        Format,
        observation::{observation_json, observation_row, observation_table},
        stdout,
    },
};
use clap::Args;
use futures_util::{Stream, StreamExt as _, TryStreamExt as _};
use tenseven_client::{Client, ClientError, v1};

/// Most observations on a page.
const PAGE_SIZE: i32 = 5_000;

/// Arguments of `tenseven observations`.
#[derive(Debug, Args)]
pub(crate) struct ObservationsArguments {
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
    /// At most this many
    #[arg(long, value_name = "N")]
    limit: Option<u64>,
    /// In CSV, add the revision, time and submission that each came with; `push` does not read these columns
    #[arg(long)]
    recorded: bool,
    /// In CSV, leave room for this many pieces of evidence a row
    #[arg(long, value_name = "N", default_value_t = 1, value_parser = clap::value_parser!(u8).range(1..=16))]
    evidence: u8,
    #[command(flatten)]
    moment: Moment,
    /// How to print
    #[arg(long, value_enum, default_value_t)]
    format: Format,
}

/// Runs `tenseven observations`.
pub(crate) async fn run(client: &Client, arguments: ObservationsArguments) -> anyhow::Result<Outcome> {
    let (format, recorded, evidence) = (arguments.format, arguments.recorded, arguments.evidence);
    let limit = arguments.limit.unwrap_or(u64::MAX);
    // A part of a listing is a page; all of it comes faster in one stream.
    let pages = pin!(if arguments.limit.is_some() {
        client.observation_pages(request(arguments)).left_stream()
    } else {
        client.export_observations(export_request(arguments)).map_ok(page).right_stream()
    });
    match format {
        Format::Table => table(pages, limit).await?,
        Format::Json => json(pages, limit).await?,
        Format::Csv => return csv(pages, limit, usize::from(evidence), recorded).await,
    }
    Ok(Outcome::Done)
}

fn request(arguments: ObservationsArguments) -> v1::ListObservationsRequest {
    let ObservationsArguments { indicator, area, source, from, to, status, limit, moment, .. } = arguments;
    let page_size = limit.and_then(|limit| i32::try_from(limit.max(1)).ok()).unwrap_or(PAGE_SIZE);
    v1::ListObservationsRequest {
        selection: Some(v1::ObservationSelection {
            indicator: indicator.unwrap_or_default(),
            area: area.unwrap_or_default(),
            source: source.unwrap_or_default(),
            period_from: from.unwrap_or_default(),
            period_to: to.unwrap_or_default(),
            status: status.unwrap_or_default(),
        }),
        page: Some(v1::Page::of_size(page_size.min(PAGE_SIZE))),
        read_at: Some(moment.read_at()),
    }
}

fn export_request(arguments: ObservationsArguments) -> v1::ExportObservationsRequest {
    let ObservationsArguments { indicator, area, source, from, to, status, moment, .. } = arguments;
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

fn page(part: v1::ExportObservationsResponse) -> v1::ListObservationsResponse {
    let v1::ExportObservationsResponse { observations, revision, resume_token, complete: _, history_id } =
        part;
    v1::ListObservationsResponse { observations, next_page_token: resume_token, revision, history_id }
}

trait Pages: Stream<Item = Result<v1::ListObservationsResponse, ClientError>> + Unpin {}
impl<S: Stream<Item = Result<v1::ListObservationsResponse, ClientError>> + Unpin> Pages for S {}

/// The next page, cut to what is left of the limit; none after the last.
async fn next_page(
    pages: &mut impl Pages,
    left: &mut u64,
) -> Result<Option<v1::ListObservationsResponse>, ClientError> {
    if *left == 0 {
        return Ok(None);
    }
    let Some(mut page) = pages.try_next().await? else { return Ok(None) };
    page.observations.truncate(usize::try_from(*left).unwrap_or(usize::MAX));
    *left -= page.observations.len() as u64;
    Ok(Some(page))
}

async fn table(mut pages: impl Pages, mut left: u64) -> anyhow::Result<()> {
    let mut table = observation_table();
    while let Some(page) = next_page(&mut pages, &mut left).await? {
        page.observations.iter().for_each(|recorded| observation_row(&mut table, recorded));
    }
    let mut out = stdout::lock();
    table.write(&mut out)?;
    out.flush()?;
    Ok(())
}

async fn json(mut pages: impl Pages, mut left: u64) -> anyhow::Result<()> {
    let mut out = stdout::lock();
    let (mut revision, mut history_id, mut separator) = (0, String::new(), "\n");
    out.write_all(b"{\n  \"observations\": [")?;
    while let Some(page) = next_page(&mut pages, &mut left).await? {
        (revision, history_id) = (page.revision, page.history_id);
        for recorded in &page.observations {
            write!(out, "{separator}    {}", observation_json(recorded))?;
            separator = ",\n";
        }
    }
    write!(out, "\n  ],\n  \"revision\": {revision},\n  \"history_id\": \"{history_id}\"\n}}\n")?;
    out.flush()?;
    Ok(())
}

async fn csv(
    mut pages: impl Pages,
    mut left: u64,
    evidence: usize,
    recorded: bool,
) -> anyhow::Result<Outcome> {
    let mut writer = ObservationWriter::new(stdout::lock(), evidence, recorded)?;
    while let Some(page) = next_page(&mut pages, &mut left).await? {
        page.observations.iter().try_for_each(|recorded| writer.write(recorded))?;
    }
    let met = writer.finish()?;
    if met <= evidence {
        return Ok(Outcome::Done);
    }
    writeln!(
        io::stderr().lock(),
        "error: some observations have up to {met} pieces of evidence, the file holds {evidence}; add --evidence {met}"
    )?;
    Ok(Outcome::Refused)
}
