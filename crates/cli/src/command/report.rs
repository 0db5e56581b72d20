//! `tenseven report`: the target report.

use clap::Args;
use tenseven_client::{Client, v1};

use crate::{
    exit::Outcome,
    moment::Moment,
    output::{Printing, print, report::ReportView},
};

/// Arguments of `tenseven report`.
#[derive(Debug, Args)]
pub(crate) struct ReportArguments {
    /// Framework, for example target-10-7 or target-10-7@1.0.0
    #[arg(long, value_name = "ID[@VERSION]")]
    framework: String,
    /// Period, for example 2020
    #[arg(long)]
    period: String,
    /// Group, country or area, for example m49:015 or MAR; may be given several times; the world without it
    #[arg(long = "area", value_name = "AREA", value_delimiter = ',')]
    areas: Vec<String>,
    /// List the areas of each figure
    #[arg(long)]
    list_areas: bool,
    #[command(flatten)]
    moment: Moment,
    #[command(flatten)]
    printing: Printing,
}

/// Runs `tenseven report`.
pub(crate) async fn run(client: &Client, arguments: ReportArguments) -> anyhow::Result<Outcome> {
    let ReportArguments { framework, period, areas, list_areas, moment, printing } = arguments;
    let request = v1::GetTargetReportRequest {
        framework,
        period,
        areas,
        include_areas: list_areas,
        read_at: Some(moment.read_at()),
    };
    let response = client.target_report(request).await?;
    print(&ReportView { response, areas_listed: list_areas, digits: printing.digits() }, printing.format)?;
    Ok(Outcome::Done)
}
