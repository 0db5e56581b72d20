//! `tenseven rank`: countries and areas by one score, where the framework allows that.

use clap::Args;
use tenseven_client::{Client, v1};

use crate::{
    exit::Outcome,
    moment::Moment,
    output::{Printing, print, ranks::RankView},
};

/// Arguments of `tenseven rank`.
#[derive(Debug, Args)]
pub(crate) struct RankArguments {
    /// Framework, for example target-10-7 or target-10-7@1.0.0
    #[arg(long, value_name = "ID[@VERSION]")]
    framework: String,
    /// Period, for example 2020
    #[arg(long)]
    period: String,
    /// Node to rank by; the overall score without it
    #[arg(long)]
    node: Option<String>,
    /// Group, country or area, for example m49:015 or MAR; may be given several times; the world without it
    #[arg(long = "area", value_name = "AREA", value_delimiter = ',')]
    areas: Vec<String>,
    #[command(flatten)]
    moment: Moment,
    #[command(flatten)]
    printing: Printing,
}

/// Runs `tenseven rank`.
pub(crate) async fn run(client: &Client, arguments: RankArguments) -> anyhow::Result<Outcome> {
    let RankArguments { framework, period, node, areas, moment, printing } = arguments;
    let request = v1::RankAreasRequest {
        framework,
        node: node.unwrap_or_default(),
        period,
        areas,
        read_at: Some(moment.read_at()),
    };
    let response = client.rank_areas(request).await?;
    print(&RankView { response, digits: printing.digits() }, printing.format)?;
    Ok(Outcome::Done)
}
