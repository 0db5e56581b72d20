//! `tenseven scores`: the scores of one area for one period as a tree, of many as a list.

use std::pin::pin;

use crate::{
    exit::Outcome,
    moment::Moment,
    output::{Printing, print, score::ScoreView, score_list::ScoreListView},
};
use clap::Args;
use futures_util::TryStreamExt as _;
use tenseven_client::{Client, v1};

/// Maximum trees on a page.
const PAGE_SIZE: i32 = 1_000;

/// Arguments of `tenseven scores`.
#[derive(Debug, Args)]
pub(crate) struct ScoresArguments {
    /// Framework, for example target-10-7 or target-10-7@1.0.0
    #[arg(long, value_name = "ID[@VERSION]")]
    framework: String,
    /// Country, area or group, for example MAR, m49:015 or world; may be given several times; all areas that have scores without it
    #[arg(long = "area", value_name = "AREA", value_delimiter = ',')]
    areas: Vec<String>,
    /// Only this period, for example 2020; with one area its whole tree is shown
    #[arg(long, conflicts_with_all = ["from", "to"])]
    period: Option<String>,
    /// Only this period and later ones
    #[arg(long, value_name = "PERIOD")]
    from: Option<String>,
    /// Only this period and earlier ones
    #[arg(long, value_name = "PERIOD")]
    to: Option<String>,
    /// Only these nodes of the tree, by id
    #[arg(long, value_name = "NODE", value_delimiter = ',')]
    nodes: Vec<String>,
    #[command(flatten)]
    moment: Moment,
    #[command(flatten)]
    printing: Printing,
}

impl ScoresArguments {
    /// The area and the period, if there is one of each.
    fn single(&self) -> Option<(&str, &str)> {
        let [area] = self.areas.as_slice() else { return None };
        let group = area == "world" || area.starts_with("m49:");
        self.period.as_deref().filter(|_| !group).map(|period| (area.as_str(), period))
    }
}

/// Runs `tenseven scores`.
pub(crate) async fn run(client: &Client, arguments: ScoresArguments) -> anyhow::Result<Outcome> {
    if let Some((area, period)) = arguments.single() {
        let response = tree(client, &arguments, area, period).await?;
        print(&ScoreView { response, digits: arguments.printing.digits() }, arguments.printing.format)?;
        return Ok(Outcome::Done);
    }
    let format = arguments.printing.format;
    print(&list(client, arguments).await?, format)?;
    Ok(Outcome::Done)
}

async fn tree(
    client: &Client,
    arguments: &ScoresArguments,
    area: &str,
    period: &str,
) -> anyhow::Result<v1::GetScoresResponse> {
    let request = v1::GetScoresRequest {
        framework: arguments.framework.clone(),
        area: area.to_owned(),
        period: period.to_owned(),
        nodes: arguments.nodes.clone(),
        read_at: Some(arguments.moment.read_at()),
        read_mask: None,
    };
    let mut response = client.get_scores(request).await?;
    if let Some(tree) = response.scores.as_mut().filter(|_| !arguments.nodes.is_empty()) {
        tree.criteria.clear();
    }
    Ok(response)
}

async fn list(client: &Client, arguments: ScoresArguments) -> anyhow::Result<ScoreListView> {
    let ScoresArguments { framework, areas, period, from, to, nodes, moment, printing } = arguments;
    let chosen = !nodes.is_empty();
    let request = v1::ListScoresRequest {
        selection: Some(v1::ScoreSelection {
            framework,
            areas,
            period_from: period.clone().or(from).unwrap_or_default(),
            period_to: period.or(to).unwrap_or_default(),
            nodes,
        }),
        page: Some(v1::Page::of_size(PAGE_SIZE)),
        read_at: Some(moment.read_at()),
        ..Default::default()
    };
    let digits = printing.digits();
    let mut view =
        ScoreListView { scores: Vec::new(), chosen, revision: 0, history_id: String::new(), digits };
    let mut pages = pin!(client.score_pages(request));
    while let Some(page) = pages.try_next().await? {
        view.scores.extend(page.scores);
        view.revision = page.revision;
        view.history_id = page.history_id;
    }
    Ok(view)
}

#[cfg(test)]
mod tests {
    use clap::Parser as _;

    use crate::{arguments::Arguments, command::Command};

    fn single(line: &str) -> bool {
        let words = format!("tenseven scores --framework f {line}");
        match Arguments::try_parse_from(words.split_whitespace()).unwrap().command {
            Command::Scores(scores) => scores.single().is_some(),
            other => panic!("{other:?}"),
        }
    }

    #[test]
    fn one_country_and_one_period_make_a_tree_and_all_else_a_list() {
        assert!(single("--area MAR --period 2020"));
        assert!(single("--area MAR/casablanca --period 2020"));
        for list in [
            "",
            "--area MAR",
            "--area MAR --from 2020",
            "--area MAR,LBY --period 2020",
            "--area m49:015 --period 2020",
            "--area world --period 2020",
        ] {
            assert!(!single(list), "{list}");
        }
    }
}
