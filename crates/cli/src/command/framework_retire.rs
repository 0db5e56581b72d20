//! `tenseven framework retire`: a version that is no longer scored.

use clap::Args;
use tenseven_client::{Client, v1};
use uuid::Builder;

use crate::{
    exit::Outcome,
    output::{Format, print, retirement::RetirementView},
};

const HELP: &str = "\
From then on nothing is scored with the version, and its id means the newest version that is not retired. It stays listed, and \
scores of earlier revisions can still be read with --at-revision. It cannot be undone; publish a higher version instead. The id of the \
submission is made from version and reason: repeating the command changes nothing.

Exit codes in addition to those of every command: 1 if the version is not published or is retired, or the version before it cannot replace \
it.";

/// Must not change: another context makes other ids.
const CONTEXT: &str = "tenseven 2026-01-01 submission id of the retirement of a framework";

/// Arguments of `tenseven framework retire`.
#[derive(Debug, Args)]
#[command(after_long_help = HELP)]
pub(crate) struct RetireArguments {
    /// The version
    #[arg(value_name = "ID@VERSION")]
    framework: String,
    /// Why, for its readers
    #[arg(long, value_name = "TEXT")]
    reason: String,
    /// Only check, and store nothing
    #[arg(long)]
    dry_run: bool,
    /// How to print the receipt
    #[arg(long, value_enum, default_value_t)]
    format: Format,
}

/// Runs `tenseven framework retire`.
pub(crate) async fn run(client: &Client, arguments: RetireArguments) -> anyhow::Result<Outcome> {
    let RetireArguments { framework, reason, dry_run, format } = arguments;
    let submission_id = submission_id(&framework, &reason);
    let request = v1::RetireFrameworkRequest { submission_id, framework, reason, validate_only: dry_run };
    let receipt = client.retire_framework(request).await?;
    print(&RetirementView { receipt, dry_run }, format)?;
    Ok(Outcome::Done)
}

/// The id of a retirement: the same for the same version and reason, on every machine.
fn submission_id(framework: &str, reason: &str) -> String {
    let mut hasher = blake3::Hasher::new_derive_key(CONTEXT);
    hasher.update(framework.trim().as_bytes()).update(b"\n").update(reason.trim().as_bytes());
    let mut bytes = [0; 16];
    hasher.finalize_xof().fill(&mut bytes);
    Builder::from_custom_bytes(bytes).into_uuid().to_string()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_same_retirement_is_always_the_same_submission() {
        let id = submission_id("mine@1.0.0", "weights were wrong");
        assert_eq!(id, submission_id(" mine@1.0.0", "weights were wrong "));
        assert_ne!(id, submission_id("mine@1.0.1", "weights were wrong"));
        assert_ne!(id, submission_id("mine@1.0.0", "another"));
    }
}
