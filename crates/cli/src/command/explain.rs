//! `tenseven explain`: traces a score back to its observations.

use clap::Args;
use tenseven_client::{Client, v1};

use crate::{
    exit::Outcome,
    moment::Moment,
    output::{Printing, explanation::ExplanationView, print},
};

/// Arguments of `tenseven explain`.
#[derive(Debug, Args)]
pub(crate) struct ExplainArguments {
    /// Framework, for example target-10-7 or target-10-7@1.0.0
    #[arg(long, value_name = "ID[@VERSION]")]
    framework: String,
    /// Country or area, for example MAR
    #[arg(long)]
    area: String,
    /// Period, for example 2020
    #[arg(long)]
    period: String,
    /// Node to explain with all nodes below it; the overall score if it is left out
    #[arg(long)]
    node: Option<String>,
    #[command(flatten)]
    moment: Moment,
    #[command(flatten)]
    printing: Printing,
}

/// Runs `tenseven explain`.
pub(crate) async fn run(client: &Client, arguments: ExplainArguments) -> anyhow::Result<Outcome> {
    let ExplainArguments { framework, area, period, node, moment, printing } = arguments;
    let request = v1::ExplainScoreRequest {
        framework,
        area,
        period,
        node: node.unwrap_or_default(),
        read_at: Some(moment.read_at()),
        read_mask: None,
    };
    let response = client.explain_score(request).await?;
    print(&ExplanationView { response, digits: printing.digits() }, printing.format)?;
    Ok(Outcome::Done)
}
