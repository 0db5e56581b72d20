//! `tenseven areas`: countries and areas, groups and local units, with their codes and names.

use std::pin::pin;

use clap::{Args, ValueEnum};
use futures_util::TryStreamExt as _;
use tenseven_client::{Client, v1};

use crate::{
    exit::Outcome,
    moment::Moment,
    output::{Format, area::AreaListView, print},
};

/// Maximum entries on a page.
const PAGE_SIZE: i32 = 1_000;

/// Arguments of `tenseven areas`.
#[derive(Debug, Args)]
pub(crate) struct AreasArguments {
    /// Only areas that match: a code (MAR, MA, 504, m49:015), or words of a name in any of the six languages of the United Nations
    #[arg(value_name = "WORD")]
    words: Vec<String>,
    /// Only areas of this kind
    #[arg(long, value_enum)]
    kind: Option<Kind>,
    /// Only the countries and areas of this group (m49:015)
    #[arg(long, value_name = "GROUP", default_value = "", hide_default_value = true)]
    group: String,
    #[command(flatten)]
    moment: Moment,
    /// How to print
    #[arg(long, value_enum, default_value_t)]
    format: Format,
}

/// The kinds of areas.
#[derive(Debug, Clone, Copy, ValueEnum)]
enum Kind {
    /// Countries and areas
    Country,
    /// The UN's groups of them
    Group,
    /// Cities, provinces and other units inside countries
    #[value(alias = "local_unit")]
    LocalUnit,
}

impl From<Kind> for v1::AreaKind {
    fn from(kind: Kind) -> Self {
        match kind {
            Kind::Country => Self::Country,
            Kind::Group => Self::Group,
            Kind::LocalUnit => Self::LocalUnit,
        }
    }
}

/// Runs `tenseven areas`.
pub(crate) async fn run(client: &Client, arguments: AreasArguments) -> anyhow::Result<Outcome> {
    let AreasArguments { words, kind, group, moment, format } = arguments;
    let kind = kind.map_or(v1::AreaKind::Unspecified, v1::AreaKind::from);
    let request = v1::ListAreasRequest {
        selection: Some(v1::AreaListSelection { search: words.join(" "), kind: kind.into(), group }),
        page: Some(v1::Page::of_size(PAGE_SIZE)),
        read_at: Some(moment.read_at()),
    };
    let mut view = AreaListView { areas: Vec::new(), revision: 0, history_id: String::new() };
    let mut pages = pin!(client.area_pages(request));
    while let Some(page) = pages.try_next().await? {
        view.areas.extend(page.areas);
        view.revision = page.revision;
        view.history_id = page.history_id;
    }
    print(&view, format)?;
    Ok(Outcome::Done)
}
