//! `tenseven observations`: the current observations, page after page.
//!
//! *Invariant:* CSV and JSON are written as the pages come, so that memory does not grow with the listing. The CSV is
//! what `tenseven push` reads.

use std::{
    io::{self, Write as _},
    pin::pin,
};

use super::selection::SelectionArguments;
use crate::{
    exit::Outcome,
    moment::Moment,
    observation_file::write::{CsvOptions, ObservationWriter},
    output::{
        Format,
        observation::{observation_json, observation_row, observation_table},
        stdout,
    },
};
use clap::Args;
use futures_util::{Stream, StreamExt as _, TryStreamExt as _};
use tenseven_client::{Client, ClientError, v1};

/// Maximum observations on a page.
const PAGE_SIZE: i32 = 5_000;

/// Arguments of `tenseven observations`.
#[derive(Debug, Args)]
pub(crate) struct ObservationsArguments {
    #[command(flatten)]
    selection: SelectionArguments,
    /// At most this many
    #[arg(long, value_name = "N")]
    limit: Option<u64>,
    #[command(flatten)]
    csv: CsvOptions,
    #[command(flatten)]
    moment: Moment,
    /// How to print
    #[arg(long, value_enum, default_value_t)]
    format: Format,
}

/// Runs `tenseven observations`.
pub(crate) async fn run(client: &Client, arguments: ObservationsArguments) -> anyhow::Result<Outcome> {
    let ObservationsArguments { selection, limit, csv: options, moment, format } = arguments;
    let read_at = moment.read_at();
    let selection = Some(selection.resolve(client, &read_at).await?);
    let read_at = Some(read_at);
    // A part of a listing is a page; all of it comes faster in one stream.
    let pages = pin!(if let Some(limit) = limit {
        let page_size = i32::try_from(limit.max(1)).unwrap_or(PAGE_SIZE).min(PAGE_SIZE);
        let page = Some(v1::Page::of_size(page_size));
        client.observation_pages(v1::ListObservationsRequest { selection, page, read_at }).left_stream()
    } else {
        let request = v1::ExportObservationsRequest { selection, resume_token: String::new(), read_at };
        client.export_observations(request).map_ok(page).right_stream()
    });
    let limit = limit.unwrap_or(u64::MAX);
    match format {
        Format::Table => table(pages, limit).await?,
        Format::Json => json(pages, limit).await?,
        Format::Csv => return csv(pages, limit, options).await,
    }
    Ok(Outcome::Done)
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

async fn csv(mut pages: impl Pages, mut left: u64, options: CsvOptions) -> anyhow::Result<Outcome> {
    let evidence = usize::from(options.evidence);
    let mut writer = ObservationWriter::new(stdout::lock(), options)?;
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
