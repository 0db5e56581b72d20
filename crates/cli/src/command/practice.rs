//! `tenseven practice`: searches, shows and edits good practices.

use std::{
    io::{self, Write as _},
    pin::pin,
};

use clap::{Args, Subcommand};
use futures_util::TryStreamExt as _;
use tenseven_client::{Client, v1};

use super::practice_write;
use crate::{
    exit::Outcome,
    moment::Moment,
    output::{
        Format,
        practice::{PracticeListView, PracticeView, SearchView},
        practice_file, print, stdout,
    },
};

/// Maximum entries on a page.
const PAGE_SIZE: i32 = 1_000;

/// Arguments of `tenseven practice`.
#[derive(Debug, Args)]
pub(crate) struct PracticeArguments {
    #[command(subcommand)]
    task: Task,
}

#[derive(Debug, Subcommand)]
enum Task {
    /// Find practices by their words, the best first
    ///
    /// Any of the words may occur. Put + in front of a word that has to occur, - in front of one that must not, and words
    /// of a phrase in quotation marks: tenseven practice search -- '"labour officers" +Philippines -visa'
    Search(SearchArguments),
    /// List practices
    List(ListArguments),
    /// Show one practice whole
    Show(ShowArguments),
    /// Add the practices of a file, or replace existing ones
    Put(practice_write::PutArguments),
    /// Take a practice out of listings and searches; its versions stay
    Withdraw(practice_write::WithdrawArguments),
    /// List every version of one practice, newest first
    Revisions(RevisionsArguments),
}

#[derive(Debug, Args)]
struct Filter {
    /// Only practices of this country or area (MAR), or of one of a group (m49:015)
    #[arg(long, default_value = "", hide_default_value = true)]
    area: String,
    /// Only practices that bear on this domain
    #[arg(long, value_name = "ID", default_value = "", hide_default_value = true)]
    domain: String,
    /// Only practices that bear on this indicator
    #[arg(long, value_name = "ID", default_value = "", hide_default_value = true)]
    indicator: String,
    /// Only practices that bear on this measure
    #[arg(long, value_name = "ID", default_value = "", hide_default_value = true)]
    measure: String,
}

#[derive(Debug, Args)]
struct SearchArguments {
    /// The words
    #[arg(required = true, value_name = "WORDS")]
    words: Vec<String>,
    #[command(flatten)]
    filter: Filter,
    /// Maximum practices to show
    #[arg(long, value_name = "N", default_value_t = 20)]
    limit: usize,
    #[command(flatten)]
    moment: Moment,
    /// How to print
    #[arg(long, value_enum, default_value_t)]
    format: Format,
}

#[derive(Debug, Args)]
struct ListArguments {
    #[command(flatten)]
    filter: Filter,
    #[command(flatten)]
    moment: Moment,
    /// How to print
    #[arg(long, value_enum, default_value_t)]
    format: Format,
}

#[derive(Debug, Args)]
struct ShowArguments {
    /// The practice
    #[arg(value_name = "ID")]
    practice: String,
    /// Print it as a file for `tenseven practice put`, in TOML
    #[arg(long, conflicts_with = "format")]
    toml: bool,
    #[command(flatten)]
    moment: Moment,
    /// How to print
    #[arg(long, value_enum, default_value_t)]
    format: Format,
}

#[derive(Debug, Args)]
struct RevisionsArguments {
    /// The practice
    #[arg(value_name = "ID")]
    practice: String,
    #[command(flatten)]
    moment: Moment,
    /// How to print
    #[arg(long, value_enum, default_value_t)]
    format: Format,
}

/// Runs `tenseven practice`.
pub(crate) async fn run(client: &Client, arguments: PracticeArguments) -> anyhow::Result<Outcome> {
    match arguments.task {
        Task::Search(search) => run_search(client, search).await,
        Task::List(list) => run_list(client, list).await,
        Task::Show(show) => run_show(client, show).await,
        Task::Put(put) => practice_write::put(client, put).await,
        Task::Withdraw(withdraw) => practice_write::withdraw(client, withdraw).await,
        Task::Revisions(revisions) => run_revisions(client, revisions).await,
    }
}

async fn run_search(client: &Client, arguments: SearchArguments) -> anyhow::Result<Outcome> {
    let SearchArguments { words, filter, limit, moment, format } = arguments;
    let Filter { area, domain, indicator, measure } = filter;
    let request = v1::SearchPracticesRequest {
        query: words.join(" "),
        selection: Some(v1::PracticeSelection { area, domain, indicator, measure }),
        page: Some(v1::Page::of_size(i32::try_from(limit.clamp(1, 100)).unwrap_or(100))),
        read_at: Some(moment.read_at()),
    };
    let mut view = SearchView { hits: Vec::new(), found: 0, revision: 0, history_id: String::new() };
    let mut pages = pin!(client.practice_search_pages(request));
    while view.hits.len() < limit
        && let Some(page) = pages.try_next().await?
    {
        view.hits.extend(page.hits);
        (view.found, view.revision) = (page.total_size, page.revision);
        view.history_id = page.history_id;
    }
    view.hits.truncate(limit);
    print(&view, format)?;
    if view.found as usize > view.hits.len() {
        let (shown, found) = (view.hits.len(), view.found);
        writeln!(io::stderr().lock(), "note: the best {shown} of {found}; --limit shows more")?;
    }
    Ok(Outcome::Done)
}

async fn run_list(client: &Client, arguments: ListArguments) -> anyhow::Result<Outcome> {
    let ListArguments { filter, moment, format } = arguments;
    let Filter { area, domain, indicator, measure } = filter;
    let request = v1::ListPracticesRequest {
        selection: Some(v1::PracticeSelection { area, domain, indicator, measure }),
        page: Some(v1::Page::of_size(PAGE_SIZE)),
        read_at: Some(moment.read_at()),
    };
    let mut view = PracticeListView {
        practices: Vec::new(),
        revision: 0,
        history_id: String::new(),
        are_versions: false,
    };
    let mut pages = pin!(client.practice_pages(request));
    while let Some(page) = pages.try_next().await? {
        view.practices.extend(page.practices);
        view.revision = page.revision;
        view.history_id = page.history_id;
    }
    print(&view, format)?;
    Ok(Outcome::Done)
}

async fn run_show(client: &Client, arguments: ShowArguments) -> anyhow::Result<Outcome> {
    let ShowArguments { practice, toml, moment, format } = arguments;
    let request = v1::GetPracticeRequest { practice, read_at: Some(moment.read_at()) };
    let response = client.get_practice(request).await?;
    if toml {
        let text = practice_file::text(&response.practice.unwrap_or_default())?;
        let mut out = stdout::lock();
        out.write_all(text.as_bytes())?;
        out.flush()?;
    } else {
        print(&PracticeView { response }, format)?;
    }
    Ok(Outcome::Done)
}

async fn run_revisions(client: &Client, arguments: RevisionsArguments) -> anyhow::Result<Outcome> {
    let RevisionsArguments { practice, moment, format } = arguments;
    let request = v1::ListPracticeRevisionsRequest {
        practice,
        page: Some(v1::Page::of_size(PAGE_SIZE)),
        read_at: Some(moment.read_at()),
    };
    let mut view = PracticeListView {
        practices: Vec::new(),
        revision: 0,
        history_id: String::new(),
        are_versions: true,
    };
    let mut pages = pin!(client.practice_revision_pages(request));
    while let Some(page) = pages.try_next().await? {
        view.practices.extend(page.versions);
        view.revision = page.revision;
        view.history_id = page.history_id;
    }
    print(&view, format)?;
    Ok(Outcome::Done)
}
