//! `tenseven framework`: a framework's text, on its author's desk and on its way into the registry.

use std::{
    io::{Read as _, Write as _},
    path::{Path, PathBuf},
};

use anyhow::Context as _;
use clap::{Args, Subcommand};
use tenseven_catalog::{FRAMEWORK_REFERENCE, FrameworkTextError, TextFinding, parse_framework};
use tenseven_client::{Client, ClientError};
use tenseven_model::Framework;

use super::{framework_diff, framework_publish};
use crate::{
    exit::Outcome,
    output::{number::counted, stdout},
};

/// Longest text that is read, in bytes.
const LENGTH_MAX: u64 = 16 * 1024 * 1024;

/// Arguments of `tenseven framework`.
#[derive(Debug, Args)]
pub(crate) struct FrameworkArguments {
    #[command(subcommand)]
    task: Task,
}

#[derive(Debug, Subcommand)]
enum Task {
    /// Say everything that is wrong with a framework's text, each with its line and the remedy
    Validate {
        /// The texts, in TOML; - reads standard input
        #[arg(required = true, value_name = "FILE.toml")]
        files: Vec<PathBuf>,
    },
    /// Publish a new version of a framework; everything in the registry is scored under it
    Publish(framework_publish::PublishArguments),
    /// Show what differs between two frameworks
    Diff(framework_diff::DiffArguments),
    /// Print how a framework is written: every key with its meaning, in Markdown
    Reference,
}

/// Runs `tenseven framework`. Only what publishes or asks needs a client.
pub(crate) async fn run(
    client: impl FnOnce() -> Result<Client, ClientError>,
    arguments: FrameworkArguments,
) -> anyhow::Result<Outcome> {
    match arguments.task {
        Task::Publish(publish) => framework_publish::run(&client()?, publish).await,
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

/// Reads one text, and tells what is wrong with it or what it says.
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

/// The text of a file, or what is wrong with its encoding.
pub(super) fn text(file: &Path) -> anyhow::Result<Result<String, String>> {
    let name = file.display();
    let bytes = read(file).with_context(|| format!("{name} cannot be read"))?;
    Ok(String::from_utf8(bytes).map_err(|error| {
        let (line, column) = end_of(&error.as_bytes()[..error.utf8_error().valid_up_to()]);
        format!("{name}:{line}:{column}: framework: the text is no UTF-8 from here on; save it as UTF-8")
    }))
}

/// The line and the column, in characters, that follow a text.
fn end_of(text: &[u8]) -> (usize, usize) {
    let text = String::from_utf8_lossy(text);
    let mut lines = text.split('\n');
    (lines.clone().count(), lines.next_back().unwrap_or_default().chars().count() + 1)
}

fn read(file: &Path) -> anyhow::Result<Vec<u8>> {
    let mut text = Vec::new();
    let reader: Box<dyn std::io::Read> = if file == Path::new("-") {
        Box::new(std::io::stdin().lock())
    } else {
        Box::new(std::fs::File::open(file)?)
    };
    reader.take(LENGTH_MAX + 1).read_to_end(&mut text)?;
    anyhow::ensure!(text.len() as u64 <= LENGTH_MAX, "it has more than {LENGTH_MAX} bytes");
    Ok(text)
}

/// What a right text says, in short.
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
