//! `tenseven watch scores`: scores as they change, line by line.
//!
//! *Invariant:* a watch can be resumed after any line: each names its revision.

use std::{
    io::{self, Write},
    pin::pin,
};

use clap::Args;
use futures_util::TryStreamExt as _;
use tenseven_client::{Client, v1};
use tenseven_model::HistoryId;

use super::watch_resume::{HistoryNote, explained};
use crate::moment::of_history;
use crate::{
    exit::Outcome,
    output::{
        Format, Printing, io_error,
        score_change::{change_cells, change_header, change_json, change_line},
        stdout,
    },
};

/// Arguments of `tenseven watch scores`.
#[derive(Debug, Args)]
pub(crate) struct WatchScoresArguments {
    /// Framework, for example target-10-7 or target-10-7@1.0.0; without a version, the newest when the watch starts
    #[arg(long, value_name = "ID[@VERSION]")]
    framework: String,
    /// Country, area or group, for example MAR, m49:015 or world; may be given several times; all areas that have scores without it
    #[arg(long = "area", value_name = "AREA", value_delimiter = ',')]
    areas: Vec<String>,
    /// Only this period and later ones
    #[arg(long, value_name = "PERIOD")]
    from: Option<String>,
    /// Only this period and earlier ones
    #[arg(long, value_name = "PERIOD")]
    to: Option<String>,
    /// These nodes of the tree, by id, instead of the root or roots
    #[arg(long, value_name = "NODE", value_delimiter = ',')]
    nodes: Vec<String>,
    /// All nodes of the tree
    #[arg(long, conflicts_with = "nodes")]
    all_nodes: bool,
    /// Start after this revision, 0 for everything; with the next change if it is left out
    #[arg(long, value_name = "N")]
    after_revision: Option<u64>,
    /// History that this revision belongs to, from the watch that is resumed; refused if the registry has another
    #[arg(long, value_name = "ID", requires = "after_revision")]
    history: Option<HistoryId>,
    /// First print the scores at the revision where the watch starts
    #[arg(long)]
    snapshot: bool,
    /// End after this many scores
    #[arg(long, value_name = "N")]
    limit: Option<u64>,
    #[command(flatten)]
    printing: Printing,
}

/// The roots of a framework's tree.
async fn roots(client: &Client, framework: &str) -> anyhow::Result<Vec<String>> {
    let request = v1::GetFrameworkRequest { framework: framework.to_owned(), ..Default::default() };
    let framework = client.get_framework(request).await?.framework.unwrap_or_default();
    Ok(framework.nodes.into_iter().filter(|node| node.parent.is_empty()).map(|root| root.id).collect())
}

/// Runs `tenseven watch scores`.
pub(crate) async fn run(client: &Client, arguments: WatchScoresArguments) -> anyhow::Result<Outcome> {
    let WatchScoresArguments {
        framework,
        areas,
        from,
        to,
        nodes,
        all_nodes,
        after_revision,
        history,
        snapshot,
        limit,
        printing,
    } = arguments;
    let (format, digits) = (printing.format, printing.digits());
    let nodes = if nodes.is_empty() && !all_nodes { roots(client, &framework).await? } else { nodes };
    let request = v1::WatchScoresRequest {
        selection: Some(v1::ScoreSelection {
            framework,
            areas,
            period_from: from.unwrap_or_default(),
            period_to: to.unwrap_or_default(),
            nodes,
        }),
        after_revision,
        snapshot,
        read_at: Some(of_history(history)),
    };
    if format == Format::Csv {
        write_row(&mut stdout::lock(), change_header())?;
    }
    let mut left = limit.unwrap_or(u64::MAX);
    let (mut events, mut newer) = (pin!(client.watch_scores(request)), String::new());
    let mut note = HistoryNote::default();
    while left > 0
        && let Some(event) = events.try_next().await.map_err(explained)?
    {
        if format == Format::Table {
            note.show(&event.history_id)?;
        }
        if !event.newer_version.is_empty() && event.newer_version != newer {
            newer.clone_from(&event.newer_version);
            let stays = &event.framework;
            writeln!(io::stderr().lock(), "note: {newer} is published; this watch stays with {stays}")?;
        }
        let mut out = stdout::lock();
        for change in event.changes.iter().take(usize::try_from(left).unwrap_or(usize::MAX)) {
            left -= 1;
            match format {
                Format::Table => writeln!(out, "{}", change_line(&event, change, digits))?,
                Format::Json => writeln!(out, "{}", change_json(&event, change))?,
                Format::Csv => write_row(&mut out, change_cells(&event, change))?,
            }
        }
        out.flush()?;
    }
    Ok(Outcome::Done)
}

fn write_row(out: &mut dyn Write, cells: impl IntoIterator<Item = impl AsRef<[u8]>>) -> io::Result<()> {
    let mut writer = csv::Writer::from_writer(out);
    writer.write_record(cells).map_err(io_error)?;
    writer.flush()
}
