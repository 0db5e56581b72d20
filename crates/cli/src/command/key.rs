//! `tenseven key`: issues and revokes keys, and makes the first admin's.
//!
//! *Invariant:* a key is written to standard output, alone, or to a new file that only its owner reads, and nowhere else.

use std::{
    io::Write as _,
    path::{Path, PathBuf},
};

use anyhow::{Context as _, bail};
use clap::{Args, Subcommand};
use prost_types::Timestamp;
use tenseven_client::{Client, Secret, v1};
use tenseven_model::access::KeyName;

use super::{key_expiry::Expiry, partner::WriteArguments};
use crate::{
    exit::Outcome,
    output::{access::receipt::AccessReceipt, print, stderr, time::instant},
    secret_file::KeyTarget,
};

const CREATE_HELP: &str = "\
The key is printed alone on standard output, and everything else on standard error, so that it can be redirected to a file. --out \
writes it to a new file that only you can read. Keep it as you keep a password: nobody can show it again. If it is lost, revoke it and \
issue another one; a partner can have 16 keys, so that one replaces another without a gap.

--admin makes a key of the partner `admin`, who may do everything, in the registry of a directory. No server may run on it. The partner \
and the directory are made if they are not there.

Examples:
  tenseven key create hcp-morocco --name 'nightly push' --days 365 --out hcp.key
  tenseven key create --admin --data tenseven-data --out admin.key";

const REVOKE_HELP: &str = "\
The key is rejected from the next call on.

Example:
  tenseven key revoke hcp-morocco k3m9x2aabbcc --reason 'it was published by mistake'";

const GENERATE_HELP: &str = "\
The key is not known to any registry. Keep it in the file that TENSEVEN_ADMIN_KEY_FILE names: a server that starts with it lets the key \
show the partner `admin`.

Example:
  (umask 077; tenseven key generate > admin.key)";

/// The name of a key that is made offline, if none is given.
const OFFLINE: &str = "made offline";

/// Arguments of `tenseven key`.
#[derive(Debug, Args)]
pub(crate) struct KeyArguments {
    #[command(subcommand)]
    task: Task,
}

#[derive(Debug, Subcommand)]
enum Task {
    /// Issue a key for a partner, or make one of the first admin
    Create(CreateArguments),
    /// Revoke a key
    Revoke(RevokeArguments),
    /// Print a new key for the file of `TENSEVEN_ADMIN_KEY_FILE`
    #[command(after_long_help = GENERATE_HELP)]
    Generate {
        /// Write the key to this new file, which only you can read
        #[arg(long, value_name = "FILE")]
        out: Option<PathBuf>,
    },
}

#[derive(Debug, Args)]
#[command(after_long_help = CREATE_HELP)]
struct CreateArguments {
    /// The partner
    #[arg(value_name = "PARTNER", required_unless_present = "admin")]
    partner: Option<String>,
    /// What the key is for, for example 'nightly push'
    #[arg(long, required_unless_present = "admin")]
    name: Option<String>,
    #[command(flatten)]
    expiry: Expiry,
    /// Make a key of the partner `admin` in the registry of --data, without a server
    #[arg(long, requires = "data", conflicts_with_all = ["partner", "expires", "days", "dry_run"])]
    admin: bool,
    /// The directory of the journal
    #[arg(long, value_name = "DIR", requires = "admin")]
    data: Option<PathBuf>,
    /// Write the key to this new file, which only you can read
    #[arg(long, value_name = "FILE")]
    out: Option<PathBuf>,
    /// Only check, and issue nothing
    #[arg(long)]
    dry_run: bool,
}

#[derive(Debug, Args)]
#[command(after_long_help = REVOKE_HELP)]
struct RevokeArguments {
    /// The partner
    #[arg(value_name = "PARTNER")]
    partner: String,
    /// The id of the key, as `tenseven partner show` lists it; it is the part of the key after t7_
    #[arg(value_name = "KEY_ID")]
    key: String,
    /// Why, for those who read the history
    #[arg(long, value_name = "TEXT")]
    reason: String,
    #[command(flatten)]
    write: WriteArguments,
}

/// Runs `tenseven key`. Only what talks to a server needs a client.
pub(crate) async fn run(
    client: impl FnOnce() -> anyhow::Result<Client>,
    arguments: KeyArguments,
) -> anyhow::Result<Outcome> {
    match arguments.task {
        Task::Generate { out } => {
            let target = KeyTarget::open(out.as_deref())?;
            target.write(&tenseven_server::generate_key()?.reveal())?;
        }
        Task::Create(CreateArguments { admin: true, data: Some(data), name, out, .. }) => {
            create_admin(&data, name.as_deref().unwrap_or(OFFLINE), out.as_deref()).await?;
        }
        Task::Create(create) => issue(&client()?, create).await?,
        Task::Revoke(revoke) => run_revoke(&client()?, revoke).await?,
    }
    Ok(Outcome::Done)
}

async fn create_admin(data: &Path, name: &str, out: Option<&Path>) -> anyhow::Result<()> {
    let name: KeyName = name.parse()?;
    let target = KeyTarget::open(out)?;
    let made = tenseven_server::create_admin_key(data, name).await;
    let key = made.with_context(|| format!("no key of an admin was made in {}", data.display()))?;
    let issued = Issued { partner: tenseven_server::ADMIN, key_id: key.id().as_str() };
    issued.write(target, &Secret::new(key.reveal()), None)
}

async fn issue(client: &Client, arguments: CreateArguments) -> anyhow::Result<()> {
    let CreateArguments { partner, name, expiry, out, dry_run, .. } = arguments;
    let partner = partner.unwrap_or_default();
    let expire_time = expiry.time()?;
    let target = if dry_run { None } else { Some(KeyTarget::open(out.as_deref())?) };
    let request = v1::IssueKeyRequest {
        partner: partner.clone(),
        name: name.unwrap_or_default(),
        expire_time,
        validate_only: dry_run,
        ..v1::IssueKeyRequest::default()
    };
    let answer = client.issue_key(request).await?;
    match (target, answer.key) {
        (Some(target), Some(key)) => {
            let issued = Issued { partner: &partner, key_id: &answer.key_id };
            issued.write(target, &key, expire_time.as_ref())
        }
        (None, _) => {
            writeln!(stderr::lock(), "{partner}: a key would be issued; nothing was stored")?;
            Ok(())
        }
        (Some(_), None) => bail!("the answer has no key"),
    }
}

/// A key that was issued.
struct Issued<'a> {
    partner: &'a str,
    key_id: &'a str,
}

impl Issued<'_> {
    /// Writes the key, and what it is on standard error.
    fn write(&self, target: KeyTarget, key: &Secret, expires: Option<&Timestamp>) -> anyhow::Result<()> {
        let Self { partner, key_id } = self;
        if let Err(error) = target.write(key.expose()) {
            // Without its cause, which may be that nobody reads: the key is lost then, too.
            bail!(
                "key {key_id} of partner {partner} was issued, but could not be written: {error}; revoke it \
                 (`tenseven key revoke {partner} {key_id}`), and issue another one"
            );
        }
        let until = match expires {
            Some(time) => format!("expires {}", instant(Some(time))),
            None => "does not expire".to_owned(),
        };
        writeln!(
            stderr::lock(),
            "{partner}: key {key_id} was issued; it {until}, and cannot be shown again"
        )?;
        Ok(())
    }
}

async fn run_revoke(client: &Client, arguments: RevokeArguments) -> anyhow::Result<()> {
    let RevokeArguments { partner, key, reason, write } = arguments;
    let request = v1::RevokeKeyRequest {
        partner: partner.clone(),
        key_id: key.clone(),
        reason,
        validate_only: write.dry_run,
        ..v1::RevokeKeyRequest::default()
    };
    let v1::RevokeKeyResponse { revision, accept_time, history_id } = client.revoke_key(request).await?;
    let receipt = AccessReceipt {
        partner,
        done: "revoked",
        grant: None,
        revoked: Some(format!("key {key}")),
        revision,
        accept_time,
        history_id,
        dry_run: write.dry_run,
    };
    print(&receipt, write.format)
}
