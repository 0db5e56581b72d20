//! `tenseven compare`: scores of several areas and periods side by side.

use clap::Args;
use tenseven_client::{Client, v1};

use crate::{
    exit::Outcome,
    moment::Moment,
    output::{Printing, comparison::ComparisonView, print},
};

/// Arguments of `tenseven compare`.
#[derive(Debug, Args)]
pub(crate) struct CompareArguments {
    /// Framework, for example target-10-7 or target-10-7@1.0.0
    #[arg(long, value_name = "ID[@VERSION]")]
    framework: String,
    /// Country, area or group, for example MAR or m49:015; may be given several times; the first is what others are compared with
    #[arg(long = "area", value_name = "AREA", value_delimiter = ',', required = true)]
    areas: Vec<String>,
    /// Period, for example 2020; may be given several times
    #[arg(long = "period", value_name = "PERIOD", value_delimiter = ',', required = true)]
    periods: Vec<String>,
    /// Only these nodes of the tree, by id
    #[arg(long, value_name = "NODE", value_delimiter = ',')]
    nodes: Vec<String>,
    #[command(flatten)]
    moment: Moment,
    #[command(flatten)]
    printing: Printing,
}

/// Runs `tenseven compare`.
pub(crate) async fn run(client: &Client, arguments: CompareArguments) -> anyhow::Result<Outcome> {
    let CompareArguments { framework, areas, periods, nodes, moment, printing } = arguments;
    let chosen = !nodes.is_empty();
    let request =
        v1::CompareScoresRequest { framework, areas, periods, nodes, read_at: Some(moment.read_at()) };
    let mut response = client.compare_scores(request).await?;
    if chosen {
        response.criteria.clear();
    }
    print(&ComparisonView { response, digits: printing.digits() }, printing.format)?;
    Ok(Outcome::Done)
}
