//! `tenseven revisions`: every version of one observation, newest first.

use std::{
    io::{self, Write as _},
    pin::pin,
};

use super::selection::area_code;
use crate::{
    exit::Outcome,
    moment::Moment,
    output::{Format, print, versions::VersionList},
};
use clap::Args;
use futures_util::TryStreamExt as _;
use tenseven_client::{Client, v1};

/// Maximum versions on a page.
const PAGE_SIZE: i32 = 1_000;

/// Arguments of `tenseven revisions`.
#[derive(Debug, Args)]
pub(crate) struct RevisionsArguments {
    /// The observation's indicator
    #[arg(long, value_name = "ID")]
    indicator: String,
    /// Its country, area or local unit, for example MAR or MAR/casablanca
    #[arg(long)]
    area: String,
    /// Its period, for example 2020
    #[arg(long)]
    period: String,
    /// Its source
    #[arg(long)]
    source: String,
    #[command(flatten)]
    moment: Moment,
    /// How to print
    #[arg(long, value_enum, default_value_t)]
    format: Format,
}

/// Runs `tenseven revisions`.
pub(crate) async fn run(client: &Client, arguments: RevisionsArguments) -> anyhow::Result<Outcome> {
    let RevisionsArguments { indicator, area, period, source, moment, format } = arguments;
    let request = v1::ListObservationRevisionsRequest {
        indicator,
        area: area_code(Some(area))?,
        period,
        source,
        page: Some(v1::Page::of_size(PAGE_SIZE)),
        read_at: Some(moment.read_at()),
    };
    let mut pages = pin!(client.observation_revision_pages(request));
    let mut found =
        VersionList { listed: Vec::new(), compacted: false, revision: 0, history_id: String::new() };
    while let Some(page) = pages.try_next().await? {
        found.listed.extend(page.versions);
        (found.compacted, found.revision) = (page.compacted, page.revision);
        found.history_id = page.history_id;
    }
    print(&found, format)?;
    if found.compacted {
        writeln!(io::stderr().lock(), "note: older versions were compacted away by the operator")?;
    }
    if found.listed.is_empty() {
        writeln!(
            io::stderr().lock(),
            "error: no observation of this indicator, area, period and source was ever accepted; `tenseven observations` lists those that were"
        )?;
        return Ok(Outcome::Refused);
    }
    Ok(Outcome::Done)
}
