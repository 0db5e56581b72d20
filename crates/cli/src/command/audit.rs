//! `tenseven audit`: who did what, as a list or as it happens.

use std::{io::Write as _, pin::pin};

use clap::{Args, Subcommand, ValueEnum};
use futures_util::TryStreamExt as _;
use tenseven_client::{Client, v1};

use super::key_expiry::moment;
use crate::{
    exit::Outcome,
    moment::timestamp,
    output::{
        Format,
        audit::{AuditView, event_json, event_line},
        escape::Escaped,
        print, stdout,
    },
};

/// Maximum events on a page.
const PAGE_SIZE: i32 = 1_000;

const HELP: &str = "\
Accepted changes come from the journal. Calls that were rejected because of who made them, calls of admins and operators, and where changes came \
from are in a log of bounded size. It needs the grant admin.

Examples:
  tenseven audit list --since 2026-03-01 --outcome rejected
  tenseven audit list --partner hcp-morocco --format csv
  tenseven audit watch --format json";

/// Arguments of `tenseven audit`.
#[derive(Debug, Args)]
#[command(after_long_help = HELP)]
pub(crate) struct AuditArguments {
    #[command(subcommand)]
    task: Task,
}

#[derive(Debug, Subcommand)]
enum Task {
    /// List events, oldest first
    List(ListArguments),
    /// Print events as they happen
    Watch(WatchArguments),
}

/// What became of a call.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
enum WhichOutcome {
    /// It changed the registry
    Accepted,
    /// It was rejected
    Rejected,
    /// It read, or only checked, by a method of operators or admins
    Read,
    /// Events that were not recorded
    Lost,
}

/// How events are printed as they happen.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
enum Lines {
    /// For people
    Table,
    /// One JSON object a line
    Json,
}

/// Which events.
#[derive(Debug, Args)]
struct Filter {
    /// Events at or after this time, 2026-03-01T12:00:00Z, or date
    #[arg(long, value_name = "TIME", value_parser = moment)]
    since: Option<jiff::Timestamp>,
    /// Events of this partner
    #[arg(long, value_name = "ID")]
    partner: Option<String>,
    /// Calls of this method, for example AccessService/IssueKey
    #[arg(long, value_name = "METHOD")]
    method: Option<String>,
    /// Events with this outcome
    #[arg(long, value_enum)]
    outcome: Option<WhichOutcome>,
    /// Events with this status, for example UNAUTHENTICATED
    #[arg(long, value_name = "CODE")]
    code: Option<String>,
    /// End after this many events
    #[arg(long, value_name = "N")]
    limit: Option<usize>,
}

#[derive(Debug, Args)]
struct ListArguments {
    #[command(flatten)]
    filter: Filter,
    /// Events before this time or date
    #[arg(long, value_name = "TIME", value_parser = moment)]
    until: Option<jiff::Timestamp>,
    /// How to print
    #[arg(long, value_enum, default_value_t)]
    format: Format,
}

#[derive(Debug, Args)]
struct WatchArguments {
    #[command(flatten)]
    filter: Filter,
    /// How to print
    #[arg(long, value_enum, default_value = "table")]
    format: Lines,
}

impl Filter {
    /// The filter as the contract has it, and how many events are wanted.
    fn read(self, until: Option<jiff::Timestamp>) -> (v1::AuditFilter, usize) {
        let Self { since, partner, method, outcome, code, limit } = self;
        let outcome = match outcome {
            None => v1::AuditOutcome::Unspecified,
            Some(WhichOutcome::Accepted) => v1::AuditOutcome::Accepted,
            Some(WhichOutcome::Rejected) => v1::AuditOutcome::Rejected,
            Some(WhichOutcome::Read) => v1::AuditOutcome::Read,
            Some(WhichOutcome::Lost) => v1::AuditOutcome::Lost,
        };
        let filter = v1::AuditFilter {
            from_time: since.map(timestamp),
            to_time: until.map(timestamp),
            partner: partner.unwrap_or_default(),
            method: method.unwrap_or_default(),
            outcome: outcome.into(),
            code: code.unwrap_or_default(),
        };
        (filter, limit.unwrap_or(usize::MAX))
    }
}

/// Runs `tenseven audit`.
pub(crate) async fn run(client: &Client, arguments: AuditArguments) -> anyhow::Result<Outcome> {
    match arguments.task {
        Task::List(list) => run_list(client, list).await,
        Task::Watch(watch) => run_watch(client, watch).await,
    }
}

async fn run_list(client: &Client, arguments: ListArguments) -> anyhow::Result<Outcome> {
    let ListArguments { filter, until, format } = arguments;
    let (filter, limit) = filter.read(until);
    let request =
        v1::ListAuditEventsRequest { filter: Some(filter), page: Some(v1::Page::of_size(PAGE_SIZE)) };
    let mut view = AuditView { events: Vec::new(), history_id: String::new() };
    let mut pages = pin!(client.audit_event_pages(request));
    while view.events.len() < limit
        && let Some(page) = pages.try_next().await?
    {
        view.events.extend(page.events);
        view.history_id = page.history_id;
    }
    view.events.truncate(limit);
    print(&view, format)?;
    Ok(Outcome::Done)
}

async fn run_watch(client: &Client, arguments: WatchArguments) -> anyhow::Result<Outcome> {
    let WatchArguments { filter, format } = arguments;
    let (filter, mut left) = filter.read(None);
    let request = v1::StreamAuditEventsRequest { filter: Some(filter), after_event: String::new() };
    let mut messages = pin!(client.stream_audit_events(request));
    while left > 0
        && let Some(message) = messages.try_next().await?
    {
        let mut out = stdout::lock();
        for event in message.events.iter().take(left) {
            match format {
                Lines::Table => writeln!(Escaped::new(&mut out), "{}", event_line(event))?,
                Lines::Json => {
                    let mut event = event_json(event);
                    event["history_id"] = message.history_id.as_str().into();
                    writeln!(out, "{event}")?;
                }
            }
        }
        left = left.saturating_sub(message.events.len());
        out.flush()?;
    }
    Ok(Outcome::Done)
}
