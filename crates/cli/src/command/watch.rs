//! `tenseven watch`: changes as they are accepted, line by line.
//!
//! *Invariant:* a watch can be resumed after any line: each names its revision.

use std::{io::Write as _, pin::pin};

use clap::{Args, Subcommand, ValueEnum};
use futures_util::TryStreamExt as _;
use serde_json::Value as Json;
use tenseven_client::{Client, v1};
use tenseven_model::HistoryId;

use super::{
    selection::{area_code, check_indicator, unknown_source},
    watch_resume::{HistoryNote, explained},
    watch_scores::{self, WatchScoresArguments},
};
use crate::moment::of_history;
use crate::{
    exit::Outcome,
    output::{
        escape::Escaped,
        observation::{WITHDRAWN, version_json},
        stderr, stdout,
        time::instant,
        value::value_text,
    },
};

/// How changes are printed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
enum Lines {
    /// For people
    Table,
    /// One JSON object a line
    Json,
}

/// What is watched instead of observations.
#[derive(Debug, Subcommand)]
enum Watched {
    /// Print scores as they change
    Scores(WatchScoresArguments),
}

/// Arguments of `tenseven watch`.
#[derive(Debug, Args)]
#[command(args_conflicts_with_subcommands = true)]
pub(crate) struct WatchArguments {
    #[command(subcommand)]
    instead: Option<Watched>,
    /// Start after this revision, 0 for everything; with the next change if it is left out
    #[arg(long, value_name = "N")]
    after_revision: Option<u64>,
    /// History that this revision belongs to, from the watch that is resumed; refused if the registry has another
    #[arg(long, value_name = "ID", requires = "after_revision")]
    history: Option<HistoryId>,
    /// Only this indicator
    #[arg(long, value_name = "ID")]
    indicator: Option<String>,
    /// Only this country, area or local unit, or the members of this group, for example MAR or m49:015
    #[arg(long)]
    area: Option<String>,
    /// Only this source
    #[arg(long)]
    source: Option<String>,
    /// End after this many observations and withdrawals
    #[arg(long, value_name = "N")]
    limit: Option<u64>,
    /// How to print
    #[arg(long, value_enum, default_value = "table")]
    format: Lines,
}

/// Runs `tenseven watch`.
pub(crate) async fn run(client: &Client, arguments: WatchArguments) -> anyhow::Result<Outcome> {
    let WatchArguments { instead, after_revision, history, indicator, area, source, limit, format } =
        arguments;
    if let Some(Watched::Scores(scores)) = instead {
        return watch_scores::run(client, scores).await;
    }
    let now = of_history(None);
    if let Some(indicator) = &indicator {
        check_indicator(client, indicator, &now).await?;
    }
    if let Some(source) = &source
        && let Some(problem) = unknown_source(client, source, &now).await?
    {
        // Its first observation may be what is waited for.
        writeln!(stderr::lock(), "note: {problem}")?;
    }
    let request = v1::WatchObservationsRequest {
        after_revision,
        selection: Some(v1::ObservationSelection {
            indicator: indicator.unwrap_or_default(),
            area: area_code(area)?,
            source: source.unwrap_or_default(),
            ..Default::default()
        }),
        read_at: Some(of_history(history)),
    };
    let mut left = limit.unwrap_or(u64::MAX);
    let (mut changes, mut note) = (pin!(client.watch_observations(request)), HistoryNote::default());
    while left > 0
        && let Some(change) = changes.try_next().await.map_err(explained)?
    {
        if format == Lines::Table {
            note.show(&change.history_id)?;
        }
        let history_id = change.history_id.clone();
        let mut out = stdout::lock();
        for version in versions(change).take(usize::try_from(left).unwrap_or(usize::MAX)) {
            left -= 1;
            match format {
                Lines::Table => {
                    // A change is one line, even if its texts contain line ends.
                    let line = line(&version).replace(['\n', '\r'], " ");
                    writeln!(Escaped::new(&mut out), "{line}")?;
                }
                Lines::Json => writeln!(out, "{}", in_history(version_json(&version), &history_id))?,
            }
        }
        out.flush()?;
    }
    Ok(Outcome::Done)
}

/// The content of a change: observations, or withdrawals.
fn versions(change: v1::WatchObservationsResponse) -> impl Iterator<Item = v1::RecordedObservation> {
    let v1::WatchObservationsResponse {
        revision,
        accept_time,
        submission_id,
        observations,
        continues: _,
        withdrawals,
        history_id: _,
        partner,
    } = change;
    let observed = observations.into_iter().map(|observation| (Some(observation), None));
    let withdrawn = withdrawals.into_iter().map(|withdrawal| (None, Some(withdrawal)));
    observed.chain(withdrawn).map(move |(observation, withdrawal)| v1::RecordedObservation {
        observation,
        revision,
        accept_time,
        submission_id: submission_id.clone(),
        withdrawal,
        partner: partner.clone(),
    })
}

/// A change with the history that its revision belongs to.
fn in_history(mut change: Json, history: &str) -> Json {
    change["history_id"] = history.into();
    change
}

/// A change in columns of fixed width. A withdrawal ends with its reason.
fn line(recorded: &v1::RecordedObservation) -> String {
    let (revision, accept_time) = (recorded.revision, instant(recorded.accept_time.as_ref()));
    let (indicator, area, period, source, value, status) = if let Some(withdrawal) = &recorded.withdrawal {
        let v1::Withdrawal { indicator, area, period, source, reason } = withdrawal.clone();
        (indicator, area, period, source, WITHDRAWN.to_owned(), reason)
    } else {
        let observation = recorded.observation.clone().unwrap_or_default();
        let value = value_text(observation.value.as_ref());
        let v1::Observation { indicator, area, period, source, status, .. } = observation;
        (indicator, area, period, source, value, status)
    };
    format!(
        "{revision:>8}  {accept_time:<27}  {indicator:<30}  {area:<16}  {period:<8}  {source:<20}  {value:>16}  {status}"
    )
}
