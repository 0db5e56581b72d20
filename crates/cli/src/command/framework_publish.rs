//! `tenseven framework publish`: publishes a text as a version of a framework.

use std::{
    io::{self, Write as _},
    path::PathBuf,
};

use clap::Args;
use indicatif::{ProgressBar, ProgressStyle};
use tenseven_client::{Client, ClientError, SubmissionId, v1};
use uuid::Builder;

use super::framework_text::text;
use crate::{
    exit::Outcome,
    output::{Format, cost, number::count, print, publication::PublicationView},
};

const HELP: &str = "\
The version in the text must be higher than every published one of its id; a version never changes. While everything in \
the registry is scored under it, pushes go on. The id of the submission is made from the text, so that the same text is \
published once: after any interruption, repeat the command.

Exit codes in addition to those of every command: 1 if the text has findings, the version is not higher, an indicator \
clashes with what the registry holds, or the framework costs more than the server allows; each is reported on standard error with its position.";

/// Must not change: another context makes other ids.
const CONTEXT: &str = "tenseven 2026-01-01 submission id of a published framework";
/// The length of the bar.
const BAR_PARTS: u64 = 1_000;

/// Arguments of `tenseven framework publish`.
#[derive(Debug, Args)]
#[command(after_long_help = HELP)]
pub(crate) struct PublishArguments {
    /// The text, in TOML; - reads standard input
    #[arg(value_name = "FILE.toml")]
    file: PathBuf,
    /// Have the server check the text, and store nothing
    #[arg(long)]
    dry_run: bool,
    /// How to print the receipt
    #[arg(long, value_enum, default_value_t)]
    format: Format,
}

/// Runs `tenseven framework publish`.
pub(crate) async fn run(client: &Client, arguments: PublishArguments) -> anyhow::Result<Outcome> {
    let PublishArguments { file, dry_run, format } = arguments;
    let name = file.display().to_string();
    let text = match text(&file)? {
        Ok(text) => text,
        Err(problem) => return Ok(refuse([problem])),
    };
    let request = v1::ValidateFrameworkRequest { definition: text.clone(), ..Default::default() };
    let validation = client.validate_framework(request).await?;
    if !validation.findings.is_empty() {
        return Ok(refuse(validation.findings.iter().map(|finding| finding_line(&name, finding))));
    }
    let v1::PublicationOutlook { clashes, exceeded, .. } = validation.publication.unwrap_or_default();
    if !clashes.is_empty() || !exceeded.is_empty() {
        let clash =
            |clash: &v1::IndicatorClash| format!("{name}: indicator {}: {}", clash.indicator, clash.message);
        let exceeded = exceeded.iter().map(|figure| format!("{name}: {}", cost::problem(figure)));
        return Ok(refuse(clashes.iter().map(clash).chain(exceeded)));
    }
    let id = submission_id(&text)?;
    let answer = if dry_run {
        client.check_publication(Some(id), text).await
    } else {
        let bar = bar();
        let answer = client.publish_framework(Some(id), text, |progress| show(&bar, progress)).await;
        bar.finish_and_clear();
        answer
    };
    let receipt = match answer {
        Ok(receipt) => receipt,
        Err(error) => already_published(&error, validation.framework, validation.cost).ok_or(error)?,
    };
    print(&PublicationView { receipt, dry_run }, format)?;
    Ok(Outcome::Done)
}

/// The receipt if somebody else has published this very text.
fn already_published(
    error: &ClientError,
    framework: Option<v1::DefinitionSummary>,
    cost: Option<v1::FrameworkCost>,
) -> Option<v1::PublicationReceipt> {
    let refusal = error.refusal().filter(|refusal| refusal.reason == "FRAMEWORK_VERSION_EXISTS")?;
    let is_same = refusal.metadata.get("same_text").is_some_and(|same| same == "true");
    let revision = refusal.metadata.get("revision").filter(|_| is_same)?.parse().ok()?;
    let v1::DefinitionSummary { id, version, .. } = framework?;
    let (framework, history_id) = (format!("{id}@{version}"), String::new());
    Some(v1::PublicationReceipt { framework, revision, accept_time: None, history_id, cost })
}

/// Prints the reasons of a refusal on standard error.
fn refuse(problems: impl IntoIterator<Item = String>) -> Outcome {
    let mut err = io::stderr().lock();
    for problem in problems {
        // A failed write to standard error cannot be reported.
        let _ = writeln!(err, "error: {problem}");
    }
    Outcome::Refused
}

fn finding_line(name: &str, finding: &v1::DefinitionFinding) -> String {
    let v1::DefinitionFinding { line, column, part, key, message, remedy, suggestion: _ } = finding;
    let key = if key.is_empty() { String::new() } else { format!(", {key}") };
    let remedy = if remedy.is_empty() { String::new() } else { format!("; {remedy}") };
    format!("{name}:{line}:{column}: {part}{key}: {message}{remedy}")
}

/// A bar on a terminal, nothing elsewhere.
fn bar() -> ProgressBar {
    let bar = ProgressBar::new(BAR_PARTS);
    // A template that cannot be used leaves the default style.
    if let Ok(style) = ProgressStyle::with_template("{bar:30} {percent:>3} %  {msg}") {
        bar.set_style(style);
    }
    bar
}

#[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "a share of a thousand")]
fn show(bar: &ProgressBar, progress: &v1::PublicationProgress) {
    bar.set_position((progress.fraction.clamp(0.0, 1.0) * BAR_PARTS as f64) as u64);
    let (done, of) = (count(progress.done_count), count(progress.cell_count));
    bar.set_message(match progress.stage() {
        v1::PublicationStage::CatchingUp => "adding what was pushed meanwhile".to_owned(),
        v1::PublicationStage::Storing => "writing it down".to_owned(),
        v1::PublicationStage::Scoring | v1::PublicationStage::Unspecified => {
            format!("{done} of {of} cells scored")
        }
    });
}

/// The id of a text's submission: the same for the same text, on every machine.
fn submission_id(text: &str) -> anyhow::Result<SubmissionId> {
    let mut bytes = [0; 16];
    blake3::Hasher::new_derive_key(CONTEXT).update(text.as_bytes()).finalize_xof().fill(&mut bytes);
    Ok(SubmissionId::try_from(Builder::from_custom_bytes(bytes).into_uuid())?)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_same_text_is_always_the_same_submission() {
        let id = |text| submission_id(text).unwrap().to_string();
        assert_eq!(id("id = \"x\"\n"), id("id = \"x\"\n"));
        assert_ne!(id("id = \"x\"\n"), id("id = \"y\"\n"));
    }
}
