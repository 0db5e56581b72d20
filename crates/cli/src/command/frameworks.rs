//! `tenseven frameworks`: the list of frameworks, one whole, or its definition.

use std::{io::Write as _, pin::pin};

use clap::Args;
use futures_util::TryStreamExt as _;
use tenseven_client::{Client, v1};

use crate::{
    exit::Outcome,
    moment::Moment,
    output::{
        Format,
        framework::{FrameworkListView, FrameworkView},
        print, stdout,
    },
};

/// Arguments of `tenseven frameworks`.
#[derive(Debug, Args)]
pub(crate) struct FrameworksArguments {
    /// Show this framework whole, for example target-10-7 or target-10-7@1.0.0
    #[arg(value_name = "ID[@VERSION]")]
    framework: Option<String>,
    /// Print its definition as published, in TOML
    #[arg(long, requires = "framework", conflicts_with = "format")]
    definition: bool,
    #[command(flatten)]
    moment: Moment,
    /// How to print
    #[arg(long, value_enum, default_value_t)]
    format: Format,
}

/// Runs `tenseven frameworks`.
pub(crate) async fn run(client: &Client, arguments: FrameworksArguments) -> anyhow::Result<Outcome> {
    let FrameworksArguments { framework, definition, moment, format } = arguments;
    let Some(framework) = framework else {
        print(&list(client, moment).await?, format)?;
        return Ok(Outcome::Done);
    };
    let request = v1::GetFrameworkRequest { framework, read_at: Some(moment.read_at()) };
    let response = client.get_framework(request).await?;
    if definition {
        let text = response.framework.map(|framework| framework.definition).unwrap_or_default();
        let mut out = stdout::lock();
        out.write_all(text.as_bytes())?;
        out.flush()?;
    } else {
        print(&FrameworkView { response }, format)?;
    }
    Ok(Outcome::Done)
}

async fn list(client: &Client, moment: Moment) -> anyhow::Result<FrameworkListView> {
    let request = v1::ListFrameworksRequest { read_at: Some(moment.read_at()), ..Default::default() };
    let mut view = FrameworkListView { frameworks: Vec::new(), revision: 0, history_id: String::new() };
    let mut pages = pin!(client.framework_pages(request));
    while let Some(page) = pages.try_next().await? {
        view.frameworks.extend(page.frameworks);
        view.revision = page.revision;
        view.history_id = page.history_id;
    }
    Ok(view)
}
