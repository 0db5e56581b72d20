//! `tenseven practice put` and `withdraw`: the commands of curators.

use std::path::PathBuf;

use clap::Args;
use tenseven_catalog::{PracticeText, read_practice_texts};
use tenseven_client::{
    Client,
    v1::{self, caller::Role},
};
use uuid::Builder;

use super::framework_text::text;
use crate::{
    exit::Outcome,
    output::{Format, practice_receipt::PracticeReceiptList, print},
};

const HELP: &str = "\
The file has one or more practices, each under [[practices]] with the keys id, areas, title, description, citation, \
domains, indicators and measures; `tenseven practice show ID --toml` prints one. A practice that is there already is \
replaced only if --expect names the revision of its newest version, so that nobody overwrites what another curator wrote \
meanwhile. The id of each submission is made from what is sent: repeating the command changes nothing.

Exit codes in addition to those of every command: 1 if a practice is refused; those before it in the file were written.";

/// Must not change: another context makes other ids.
const CONTEXT: &str = "tenseven 2026-01-01 submission id of a practice";

/// Arguments of `tenseven practice put`.
#[derive(Debug, Args)]
#[command(after_long_help = HELP)]
pub(crate) struct PutArguments {
    /// The practices, in TOML; - reads standard input
    #[arg(value_name = "FILE.toml")]
    file: PathBuf,
    /// Who writes, for example iom-policy-hub
    #[arg(long, value_name = "ID", env = "TENSEVEN_CURATOR")]
    curator: String,
    /// The revision of the version that is replaced; 0 for practices that are new
    #[arg(long, value_name = "N", default_value_t = 0)]
    expect: u64,
    /// Only check, and store nothing
    #[arg(long)]
    dry_run: bool,
    /// How to print the receipts
    #[arg(long, value_enum, default_value_t)]
    format: Format,
}

/// Arguments of `tenseven practice withdraw`.
#[derive(Debug, Args)]
pub(crate) struct WithdrawArguments {
    /// The practice
    #[arg(value_name = "ID")]
    practice: String,
    /// Why, for its readers
    #[arg(long, value_name = "TEXT")]
    reason: String,
    /// Who withdraws it, for example iom-policy-hub
    #[arg(long, value_name = "ID", env = "TENSEVEN_CURATOR")]
    curator: String,
    /// The revision of the version that is withdrawn
    #[arg(long, value_name = "N")]
    expect: u64,
    /// Only check, and store nothing
    #[arg(long)]
    dry_run: bool,
    /// How to print the receipt
    #[arg(long, value_enum, default_value_t)]
    format: Format,
}

/// Runs `tenseven practice put`.
pub(crate) async fn put(client: &Client, arguments: PutArguments) -> anyhow::Result<Outcome> {
    let PutArguments { file, curator, expect, dry_run, format } = arguments;
    let name = file.display();
    let text = text(&file)?.map_err(anyhow::Error::msg)?;
    let practices = read_practice_texts(&text).map_err(|error| anyhow::anyhow!("{name}: {error}"))?;
    let mut done = PracticeReceiptList { receipts: Vec::new(), dry_run };
    for practice in practices {
        let (id, practice) = (practice.id.clone(), message(practice));
        let mut request = v1::PutPracticeRequest {
            submission_id: String::new(),
            caller: Some(calling(&curator)),
            practice: Some(practice),
            expected_revision: expect,
            validate_only: dry_run,
        };
        request.submission_id =
            submission_id(&v1::PutPracticeRequest { validate_only: false, ..request.clone() });
        match client.put_practice(request).await {
            Ok(v1::PutPracticeResponse { revision, accept_time, created, history_id: _ }) => {
                let what = if created { "added" } else { "revised" };
                done.receipts.push((id, what, revision, accept_time));
            }
            Err(error) => {
                print(&done, format)?;
                return Err(anyhow::Error::new(error).context(format!("{name}: {id}")));
            }
        }
    }
    print(&done, format)?;
    Ok(Outcome::Done)
}

/// Runs `tenseven practice withdraw`.
pub(crate) async fn withdraw(client: &Client, arguments: WithdrawArguments) -> anyhow::Result<Outcome> {
    let WithdrawArguments { practice, reason, curator, expect, dry_run, format } = arguments;
    let mut request = v1::WithdrawPracticeRequest {
        submission_id: String::new(),
        caller: Some(calling(&curator)),
        practice: practice.clone(),
        reason,
        expected_revision: expect,
        validate_only: dry_run,
    };
    request.submission_id =
        submission_id(&v1::WithdrawPracticeRequest { validate_only: false, ..request.clone() });
    let v1::WithdrawPracticeResponse { revision, accept_time, history_id: _ } =
        client.withdraw_practice(request).await?;
    let receipts = vec![(practice, "withdrawn", revision, accept_time)];
    print(&PracticeReceiptList { receipts, dry_run }, format)?;
    Ok(Outcome::Done)
}

fn calling(curator: &str) -> v1::Caller {
    v1::Caller { role: Some(Role::Curator(curator.to_owned())) }
}

fn message(practice: PracticeText) -> v1::Practice {
    let PracticeText { id, areas, title, description, citation, domains, indicators, measures } = practice;
    v1::Practice { id, areas, title, description, citation, domains, indicators, measures }
}

/// The id of a write: the same for the same write, on every machine.
fn submission_id(write: &impl prost::Message) -> String {
    let mut bytes = [0; 16];
    blake3::Hasher::new_derive_key(CONTEXT).update(&write.encode_to_vec()).finalize_xof().fill(&mut bytes);
    Builder::from_custom_bytes(bytes).into_uuid().to_string()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_same_write_is_always_the_same_submission() {
        let write = |expected_revision| {
            submission_id(&v1::PutPracticeRequest { expected_revision, ..Default::default() })
        };
        assert_eq!(write(1), write(1));
        assert_ne!(write(1), write(2));
    }
}
