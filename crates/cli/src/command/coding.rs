//! `tenseven coding`: submits, lists and adjudicates codings.

use std::{
    collections::BTreeSet,
    io::{self, Write as _},
    pin::pin,
};

use anyhow::bail;
use clap::{Args, Subcommand, ValueEnum};
use futures_util::TryStreamExt as _;
use tenseven_client::{
    Client, ClientError,
    v1::{self, caller::Role},
};
use tenseven_model::closest;

use super::{
    coding_adjudicate, coding_submit,
    selection::{area_code, check_indicator},
};
use crate::{
    exit::Outcome,
    moment::Moment,
    output::{
        Format,
        coding::{AgreementView, CodingList},
        print,
    },
};

/// Maximum codings on a page.
const PAGE_SIZE: i32 = 1_000;

const HELP: &str = "\
A unit is an indicator with a rubric, of an area for a period. Coders rate units blind to one another; until a curator \
adjudicates the round, a coder is shown its own codings alone. The caller is named by --coder or --curator.";

/// Arguments of `tenseven coding`.
#[derive(Debug, Args)]
#[command(after_long_help = HELP)]
pub(crate) struct CodingArguments {
    #[command(subcommand)]
    task: Task,
}

#[derive(Debug, Subcommand)]
enum Task {
    /// File one coding, or those of a file
    Submit(coding_submit::SubmitArguments),
    /// List the codings that the caller may see
    List(ListArguments),
    /// Show how far coders agree on an indicator
    Agreement(AgreementArguments),
    /// Make one observation of the codings of a unit's open round
    Adjudicate(coding_adjudicate::AdjudicateArguments),
}

/// The caller.
#[derive(Debug, Clone, Args)]
struct Asking {
    /// Call as this coder, who sees its own codings
    #[arg(long, value_name = "ID", conflicts_with = "curator")]
    coder: Option<String>,
    /// Call as this curator, who sees all; without either, only adjudicated rounds are shown
    #[arg(long, value_name = "ID")]
    curator: Option<String>,
}

/// Whether rounds are adjudicated.
#[derive(Debug, Clone, Copy, ValueEnum)]
enum State {
    /// They are not
    Open,
    /// They are
    Adjudicated,
}

/// The selected units.
#[derive(Debug, Clone, Args)]
struct Units {
    /// Only this country, area or local unit, or the members of this group, for example MAR or m49:015
    #[arg(long)]
    area: Option<String>,
    /// Only this period and later ones
    #[arg(long, value_name = "PERIOD")]
    from: Option<String>,
    /// Only this period and earlier ones
    #[arg(long, value_name = "PERIOD")]
    to: Option<String>,
}

/// Arguments of `tenseven coding list`.
#[derive(Debug, Args)]
pub(crate) struct ListArguments {
    #[command(flatten)]
    asking: Asking,
    /// Only this indicator
    #[arg(long, value_name = "ID")]
    indicator: Option<String>,
    #[command(flatten)]
    units: Units,
    /// Only codings of this coder
    #[arg(long, value_name = "CODER")]
    by: Option<String>,
    /// Only rounds in this state
    #[arg(long, value_enum)]
    state: Option<State>,
    /// Also codings that their coders revised
    #[arg(long)]
    superseded: bool,
    #[command(flatten)]
    moment: Moment,
    /// How to print
    #[arg(long, value_enum, default_value_t)]
    format: Format,
}

/// Arguments of `tenseven coding agreement`.
#[derive(Debug, Args)]
pub(crate) struct AgreementArguments {
    #[command(flatten)]
    asking: Asking,
    /// Indicator, which has a rubric
    #[arg(long, value_name = "ID")]
    indicator: String,
    #[command(flatten)]
    units: Units,
    /// Only these coders, for example a,b; Cohen's kappa needs exactly two
    #[arg(long, value_name = "CODER", value_delimiter = ',')]
    coders: Vec<String>,
    #[command(flatten)]
    moment: Moment,
    /// How to print
    #[arg(long, value_enum, default_value_t)]
    format: Format,
}

/// Runs `tenseven coding`.
pub(crate) async fn run(client: &Client, arguments: CodingArguments) -> anyhow::Result<Outcome> {
    match arguments.task {
        Task::Submit(submit) => coding_submit::run(client, submit).await,
        Task::List(list) => list_codings(client, list).await,
        Task::Agreement(agreement) => show_agreement(client, agreement).await,
        Task::Adjudicate(adjudicate) => coding_adjudicate::run(client, adjudicate).await,
    }
}

impl Asking {
    fn caller(self) -> Option<v1::Caller> {
        let role = self.coder.map(Role::Coder).or(self.curator.map(Role::Curator))?;
        Some(v1::Caller { role: Some(role) })
    }
}

async fn list_codings(client: &Client, arguments: ListArguments) -> anyhow::Result<Outcome> {
    let ListArguments { asking, indicator, units, by, state, superseded, moment, format } = arguments;
    let state = match state {
        None => v1::RoundState::Unspecified,
        Some(State::Open) => v1::RoundState::Open,
        Some(State::Adjudicated) => v1::RoundState::Adjudicated,
    };
    let read_at = moment.read_at();
    if let Some(indicator) = &indicator {
        check_indicator(client, indicator, &read_at).await?;
    }
    let request = v1::ListCodingsRequest {
        caller: asking.caller(),
        selection: Some(v1::UnitSelection {
            indicator: indicator.unwrap_or_default(),
            area: area_code(units.area)?,
            period_from: units.from.unwrap_or_default(),
            period_to: units.to.unwrap_or_default(),
        }),
        coder: by.unwrap_or_default(),
        state: state.into(),
        include_superseded: superseded,
        page: Some(v1::Page::of_size(PAGE_SIZE)),
        read_at: Some(read_at),
    };
    let found = listed(client, request.clone()).await?;
    if found.codings.is_empty() && found.withheld == 0 {
        check_coder(client, request).await?;
    }
    print(&found, format)?;
    if found.withheld > 0 {
        writeln!(
            io::stderr().lock(),
            "note: {} of other coders are not shown before they are adjudicated",
            crate::output::number::counted(u64::from(found.withheld), "coding", "codings")
        )?;
    }
    Ok(Outcome::Done)
}

async fn listed(client: &Client, request: v1::ListCodingsRequest) -> Result<CodingList, ClientError> {
    let mut pages = pin!(client.coding_pages(request));
    let mut found = CodingList { codings: Vec::new(), withheld: 0, revision: 0, history_id: String::new() };
    while let Some(page) = pages.try_next().await? {
        found.codings.extend(page.codings);
        found.withheld += page.withheld_count;
        found.revision = page.revision;
        found.history_id = page.history_id;
    }
    Ok(found)
}

/// An error if a list of codings is asked for by a coder of whom there is none. Where codings are withheld that is not known.
async fn check_coder(client: &Client, request: v1::ListCodingsRequest) -> anyhow::Result<()> {
    let coder = request.coder.clone();
    if coder.is_empty() {
        return Ok(());
    }
    let all = v1::ListCodingsRequest {
        caller: request.caller,
        page: request.page,
        read_at: request.read_at,
        ..Default::default()
    };
    let CodingList { codings, withheld, .. } = listed(client, all).await?;
    let coders: BTreeSet<String> =
        codings.into_iter().filter_map(|recorded| recorded.coding).map(|coding| coding.coder).collect();
    if withheld > 0 || coders.contains(&coder) {
        return Ok(());
    }
    let remedy = closest(&coder, coders.iter().map(String::as_str))
        .map_or(String::new(), |nearest| format!("; did you mean {nearest}?"));
    bail!("--by: no coding is by {coder}{remedy}")
}

async fn show_agreement(client: &Client, arguments: AgreementArguments) -> anyhow::Result<Outcome> {
    let AgreementArguments { asking, indicator, units, coders, moment, format } = arguments;
    let request = v1::GetAgreementRequest {
        caller: asking.caller(),
        selection: Some(v1::UnitSelection {
            indicator: indicator.clone(),
            area: area_code(units.area)?,
            period_from: units.from.unwrap_or_default(),
            period_to: units.to.unwrap_or_default(),
        }),
        coders,
        read_at: Some(moment.read_at()),
    };
    let response = client.agreement(request).await?;
    print(&AgreementView { indicator, response }, format)?;
    Ok(Outcome::Done)
}
