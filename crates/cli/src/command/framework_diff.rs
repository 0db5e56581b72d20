//! `tenseven framework diff`: the differences between two frameworks.

use std::path::Path;

use clap::Args;
use tenseven_client::{
    Client,
    v1::{self, framework_source::Source},
};

use super::framework_text::text;
use crate::{
    exit::Outcome,
    output::{Format, difference::DifferenceView, print},
};

/// Arguments of `tenseven framework diff`.
#[derive(Debug, Args)]
pub(crate) struct DiffArguments {
    /// The earlier framework: an id (the newest version), id@version, a file that ends in .toml, or - for standard input
    #[arg(value_name = "BEFORE")]
    before: String,
    /// The later framework, given in the same ways
    #[arg(value_name = "AFTER")]
    after: String,
    /// How to print
    #[arg(long, value_enum, default_value_t)]
    format: Format,
}

/// Runs `tenseven framework diff`.
pub(crate) async fn run(client: &Client, arguments: DiffArguments) -> anyhow::Result<Outcome> {
    let DiffArguments { before, after, format } = arguments;
    let (before, after) = (Some(source(before)?), Some(source(after)?));
    let request = v1::DiffFrameworksRequest { before, after, ..Default::default() };
    let response = client.diff_frameworks(request).await?;
    print(&DifferenceView { response }, format)?;
    Ok(Outcome::Done)
}

fn source(given: String) -> anyhow::Result<v1::FrameworkSource> {
    let path = Path::new(&given);
    let is_file = given == "-" || path.extension().is_some_and(|end| end.eq_ignore_ascii_case("toml"));
    let source =
        if is_file { Source::Definition(text(path)?.map_err(BadText)?) } else { Source::Framework(given) };
    Ok(v1::FrameworkSource { source: Some(source) })
}

/// A text that is no UTF-8.
#[derive(Debug, thiserror::Error)]
#[error("{0}")]
struct BadText(String);
