//! `tenseven indicators`: the list of indicators, or one whole.

use std::pin::pin;

use clap::Args;
use futures_util::TryStreamExt as _;
use tenseven_client::{Client, v1};

use crate::{
    exit::Outcome,
    moment::Moment,
    output::{
        Format,
        indicator::{IndicatorListView, IndicatorView},
        print,
    },
};

/// Arguments of `tenseven indicators`.
#[derive(Debug, Args)]
pub(crate) struct IndicatorsArguments {
    /// Show this indicator whole
    #[arg(value_name = "ID")]
    indicator: Option<String>,
    /// Only those of this framework
    #[arg(long, value_name = "ID[@VERSION]", conflicts_with = "indicator")]
    framework: Option<String>,
    #[command(flatten)]
    moment: Moment,
    /// How to print
    #[arg(long, value_enum, default_value_t)]
    format: Format,
}

/// Runs `tenseven indicators`.
pub(crate) async fn run(client: &Client, arguments: IndicatorsArguments) -> anyhow::Result<Outcome> {
    let IndicatorsArguments { indicator, framework, moment, format } = arguments;
    if let Some(indicator) = indicator {
        let request = v1::GetIndicatorRequest { indicator, read_at: Some(moment.read_at()) };
        let response = client.get_indicator(request).await?;
        print(&IndicatorView { response }, format)?;
        return Ok(Outcome::Done);
    }
    let request = v1::ListIndicatorsRequest {
        framework: framework.unwrap_or_default(),
        read_at: Some(moment.read_at()),
        ..Default::default()
    };
    let mut view = IndicatorListView { indicators: Vec::new(), revision: 0, history_id: String::new() };
    let mut pages = pin!(client.indicator_pages(request));
    while let Some(page) = pages.try_next().await? {
        view.indicators.extend(page.indicators);
        view.revision = page.revision;
        view.history_id = page.history_id;
    }
    print(&view, format)?;
    Ok(Outcome::Done)
}
