//! `tenseven trend`: the scores of one area over periods.

use std::pin::pin;

use crate::{
    exit::Outcome,
    moment::Moment,
    output::{Printing, print, trend::TrendView},
};
use clap::Args;
use futures_util::TryStreamExt as _;
use tenseven_client::{Client, v1};

/// Maximum points on a page.
const PAGE_SIZE: i32 = 1_000;

/// Arguments of `tenseven trend`.
#[derive(Debug, Args)]
pub(crate) struct TrendArguments {
    /// Framework, for example target-10-7 or target-10-7@1.0.0; all periods are scored by one version, by default the newest
    #[arg(long, value_name = "ID[@VERSION]")]
    framework: String,
    /// Country or area, for example MAR
    #[arg(long)]
    area: String,
    /// Nodes of the tree, by id; the overall score without it
    #[arg(long, value_name = "NODE", value_delimiter = ',')]
    nodes: Vec<String>,
    /// First period; the first that something is known for without it
    #[arg(long, value_name = "PERIOD")]
    from: Option<String>,
    /// Last period; the last that something is known for without it
    #[arg(long, value_name = "PERIOD")]
    to: Option<String>,
    #[command(flatten)]
    moment: Moment,
    #[command(flatten)]
    printing: Printing,
}

/// Runs `tenseven trend`.
pub(crate) async fn run(client: &Client, arguments: TrendArguments) -> anyhow::Result<Outcome> {
    let TrendArguments { framework, area, nodes, from, to, moment, printing } = arguments;
    let request = v1::GetTrendRequest {
        framework,
        area,
        nodes,
        period_from: from.unwrap_or_default(),
        period_to: to.unwrap_or_default(),
        page: Some(v1::Page::of_size(PAGE_SIZE)),
        read_at: Some(moment.read_at()),
        ..Default::default()
    };
    let mut pages = pin!(client.trend_pages(request));
    let mut response = v1::GetTrendResponse::default();
    while let Some(mut page) = pages.try_next().await? {
        let mut points = std::mem::take(&mut response.points);
        points.append(&mut page.points);
        response = v1::GetTrendResponse { points, ..page };
    }
    print(&TrendView { response, digits: printing.digits() }, printing.format)?;
    Ok(Outcome::Done)
}
