//! `tenseven framework`: validates, publishes, compares and retires frameworks.

use std::{
    io::Write as _,
    path::{Path, PathBuf},
};

use clap::{Args, Subcommand};
use tenseven_catalog::{FRAMEWORK_REFERENCE, FrameworkTextError, TextFinding, parse_framework};
use tenseven_client::Client;
use tenseven_model::Framework;

use super::{framework_diff, framework_publish, framework_retire, framework_text::text};
use crate::{
    exit::Outcome,
    output::{cost, number::counted, stdout},
};

/// Arguments of `tenseven framework`.
#[derive(Debug, Args)]
pub(crate) struct FrameworkArguments {
    #[command(subcommand)]
    task: Task,
}

#[derive(Debug, Subcommand)]
enum Task {
    /// List everything that is wrong with a framework's text, each with its line and the remedy
    Validate {
        /// The texts, in TOML; - reads standard input
        #[arg(required = true, value_name = "FILE.toml")]
        files: Vec<PathBuf>,
    },
    /// Publish a new version of a framework; everything in the registry is scored under it
    Publish(framework_publish::PublishArguments),
    /// Retire a version of a framework: nothing is scored by it any more
    Retire(framework_retire::RetireArguments),
    /// Show what differs between two frameworks
    Diff(framework_diff::DiffArguments),
    /// Print the reference of a framework's text: every key with its meaning, in Markdown
    Reference,
}

/// Runs `tenseven framework`. Only what publishes or asks needs a client.
pub(crate) async fn run(
    client: impl FnOnce() -> anyhow::Result<Client>,
    arguments: FrameworkArguments,
) -> anyhow::Result<Outcome> {
    match arguments.task {
        Task::Publish(publish) => framework_publish::run(&client()?, publish).await,
        Task::Retire(retire) => framework_retire::run(&client()?, retire).await,
        Task::Diff(diff) => framework_diff::run(&client()?, diff).await,
        Task::Validate { files } => {
            let mut outcome = Outcome::Done;
            for file in &files {
                if validate(file)? == Outcome::Refused {
                    outcome = Outcome::Refused;
                }
            }
            Ok(outcome)
        }
        Task::Reference => {
            let mut out = stdout::lock();
            out.write_all(FRAMEWORK_REFERENCE.as_bytes())?;
            out.flush()?;
            Ok(Outcome::Done)
        }
    }
}

/// Reads one text, and prints its findings or a summary.
fn validate(file: &Path) -> anyhow::Result<Outcome> {
    let name = file.display();
    let text = text(file)?;
    let mut out = stdout::lock();
    let text = match text {
        Ok(text) => text,
        Err(problem) => {
            writeln!(out, "{problem}")?;
            out.flush()?;
            return Ok(Outcome::Refused);
        }
    };
    let outcome = match parse_framework(&text) {
        Ok(framework) => {
            writeln!(out, "{name}: {}", summary(&framework))?;
            let cost = tenseven_server::framework_cost(framework);
            writeln!(out, "{name}: {}", cost::line(&cost))?;
            for figure in cost.figures.iter().filter(|figure| figure.amount > figure.limit) {
                // A server can have other limits.
                writeln!(out, "{name}: {}", cost::problem(figure))?;
            }
            Outcome::Done
        }
        Err(FrameworkTextError { findings }) => {
            for TextFinding { line, column, place, key, problem } in &findings {
                let key = if key.is_empty() { String::new() } else { format!(", {key}") };
                writeln!(out, "{name}:{line}:{column}: {place}{key}: {problem}")?;
            }
            Outcome::Refused
        }
    };
    out.flush()?;
    Ok(outcome)
}

/// A summary of a valid text.
fn summary(framework: &Framework) -> String {
    let draft = framework.draft();
    let count = |count: usize, one: &str, many: &str| counted(count as u64, one, many);
    let computed = draft.indicators.iter().filter(|indicator| indicator.formula.is_some()).count();
    let depth = framework.leaves().iter().map(|leaf| framework.depth(*leaf) + 1).max().unwrap_or(1);
    format!(
        "{}, {}, {}, of which {} computed, {} deep; nothing is wrong",
        framework.reference(),
        count(framework.leaves().len(), "scored indicator", "scored indicators"),
        count(draft.indicators.len(), "indicator", "indicators"),
        match computed {
            0 => "none is".to_owned(),
            1 => "1 is".to_owned(),
            several => format!("{several} are"),
        },
        count(depth, "level", "levels"),
    )
}
