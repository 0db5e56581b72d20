//! `tenseven backup`, `restore`, `verify`, `compact`, `migrate`, `status`.

use std::path::{Path, PathBuf};

use clap::Args;
use tenseven_client::{Client, ClientError};
use tenseven_model::Revision;
use tenseven_server::upkeep::{self, Verified};

use crate::{
    exit::Outcome,
    upkeep::{Bar, Told, download, tell},
};

/// Arguments of `tenseven backup`.
#[derive(Debug, Args)]
pub(crate) struct BackupArguments {
    /// The file to write; it has this name only once it is whole
    file: PathBuf,
    /// Read this journal itself instead of asking the server, while no server runs on it
    #[arg(long, value_name = "DIR")]
    data: Option<PathBuf>,
    /// Print one JSON object
    #[arg(long)]
    json: bool,
}

/// Runs `tenseven backup`.
pub(crate) async fn back_up(
    client: impl FnOnce() -> Result<Client, ClientError>,
    arguments: BackupArguments,
) -> anyhow::Result<Outcome> {
    let BackupArguments { file, data, json } = arguments;
    let bar = Bar::new("backing up");
    let head = match data {
        Some(data) => upkeep::back_up(&data, &file, &mut |done, last| bar.moved(done, last))?,
        None => download(&client()?, &file, &bar).await?,
    };
    drop(bar);
    let written = Told::Text("file", file.display().to_string());
    tell(&[written, Told::Count("revision", head.revision.number()), chain(head)], json)?;
    Ok(Outcome::Done)
}

/// Arguments of `tenseven restore`.
#[derive(Debug, Args)]
pub(crate) struct RestoreArguments {
    /// The backup
    file: PathBuf,
    /// The directory of the journal that is made; must not exist yet, or be empty
    #[arg(long, value_name = "DIR")]
    data: PathBuf,
    /// Print one JSON object
    #[arg(long)]
    json: bool,
}

/// Runs `tenseven restore`.
pub(crate) fn restore(arguments: &RestoreArguments) -> anyhow::Result<Outcome> {
    let RestoreArguments { file, data, json } = arguments;
    let bar = Bar::new("restoring");
    let head = upkeep::restore(file, data, &mut |done, last| bar.moved(done, last))?;
    drop(bar);
    let made = Told::Text("data", data.display().to_string());
    tell(&[made, Told::Count("revision", head.revision.number()), chain(head)], *json)?;
    Ok(Outcome::Done)
}

/// Arguments of `tenseven verify`.
#[derive(Debug, Args)]
pub(crate) struct VerifyArguments {
    /// The directory of a journal that no server runs on, or the file of a backup
    path: PathBuf,
    /// Print one JSON object
    #[arg(long)]
    json: bool,
}

/// Runs `tenseven verify`.
pub(crate) fn verify(arguments: &VerifyArguments) -> anyhow::Result<Outcome> {
    let VerifyArguments { path, json } = arguments;
    let bar = Bar::new("verifying");
    if path.is_file() {
        let found = upkeep::verify_backup(path, &mut |done, last| bar.moved(done, last));
        drop(bar);
        let found = match found {
            Err(error) if error.is_damage() => return damaged(&error, *json),
            found => found?,
        };
        let horizon = Told::Count("compacted up to", found.horizon.number());
        let problems = Told::Texts("problems", Vec::new());
        let revision = Told::Count("revision", found.head.revision.number());
        tell(&[revision, chain(found.head), horizon, problems], *json)?;
        return Ok(Outcome::Done);
    }
    let found = upkeep::verify(path, &mut |done, last| bar.moved(done, last));
    drop(bar);
    let found = match found {
        Err(error) if error.is_damage() => return damaged(&error, *json),
        found => found?,
    };
    let Verified { head, horizon, observations, versions, checkpoints, problems } = found;
    let sound = problems.is_empty();
    let problems = problems.iter().map(ToString::to_string).collect();
    let facts = [
        Told::Count("revision", head.revision.number()),
        chain(head),
        Told::Count("compacted up to", horizon.number()),
        Told::Count("observations", observations),
        Told::Count("versions", versions),
        Told::Count("checkpoints", checkpoints),
        Told::Texts("problems", problems),
    ];
    tell(&facts, *json)?;
    Ok(if sound { Outcome::Done } else { Outcome::Refused })
}

/// Tells of a journal or backup that is too damaged to be read through.
fn damaged(error: &upkeep::Error, json: bool) -> anyhow::Result<Outcome> {
    tell(&[Told::Texts("problems", vec![error.to_string()])], json)?;
    Ok(Outcome::Refused)
}

/// Arguments of `tenseven compact`.
#[derive(Debug, Args)]
pub(crate) struct CompactArguments {
    /// The directory of the journal, while no server runs on it; it stays as it is
    #[arg(long, value_name = "DIR", env = "TENSEVEN_DATA", default_value = "./tenseven-data")]
    data: PathBuf,
    /// The directory of the journal that is made
    #[arg(long, value_name = "DIR")]
    into: PathBuf,
    /// The oldest revision that can still be asked for; versions superseded up to it are given up
    #[arg(long, value_name = "REVISION")]
    oldest: u64,
    /// Print one JSON object
    #[arg(long)]
    json: bool,
}

/// Runs `tenseven compact`.
pub(crate) fn compact(arguments: &CompactArguments) -> anyhow::Result<Outcome> {
    let CompactArguments { data, into, oldest, json } = arguments;
    let bar = Bar::new("compacting");
    let done = upkeep::compact(data, into, Revision::new(*oldest), &mut |done, last| bar.moved(done, last))?;
    drop(bar);
    let facts = [
        made(into),
        Told::Count("revision", done.head.revision.number()),
        chain(done.head),
        Told::Count("oldest revision", done.horizon.number()),
        Told::Count("versions kept", done.kept),
        Told::Count("versions given up", done.given_up),
    ];
    tell(&facts, *json)?;
    Ok(Outcome::Done)
}

/// Arguments of `tenseven migrate`.
#[derive(Debug, Args)]
pub(crate) struct MigrateArguments {
    /// The directory of a journal that an earlier release wrote; it stays as it is
    old: PathBuf,
    /// The directory of the journal that is made
    new: PathBuf,
    /// Print one JSON object
    #[arg(long)]
    json: bool,
}

/// Runs `tenseven migrate`.
pub(crate) fn migrate(arguments: &MigrateArguments) -> anyhow::Result<Outcome> {
    let MigrateArguments { old, new, json } = arguments;
    let bar = Bar::new("migrating");
    let done = upkeep::migrate(old, new, &mut |done, last| bar.moved(done, last))?;
    drop(bar);
    let versions = Told::Count("versions", done.versions);
    tell(
        &[made(new), Told::Count("revision", done.head.revision.number()), chain(done.head), versions],
        *json,
    )?;
    Ok(Outcome::Done)
}

/// Arguments of `tenseven status`.
#[derive(Debug, Args)]
pub(crate) struct StatusArguments {
    /// Print one JSON object
    #[arg(long)]
    json: bool,
}

/// Runs `tenseven status`.
pub(crate) async fn status(client: &Client, arguments: StatusArguments) -> anyhow::Result<Outcome> {
    let status = client.server_status().await?;
    let facts = [
        Told::Text("version", status.version),
        Told::Count("revision", status.revision),
        Told::Text("accepted at", crate::output::time::instant(status.last_accepted_at.as_ref())),
        Told::Text("history", status.history),
        Told::Histories("lineage", status.lineage),
        Told::Text("chain hash", status.chain_hash),
        Told::Count("oldest revision", status.oldest_revision),
        Told::Count("observations", status.observation_count),
        Told::Count("frameworks", u64::from(status.framework_count)),
        Told::Counts("checkpoints", status.checkpoints),
    ];
    tell(&facts, arguments.json)?;
    Ok(Outcome::Done)
}

fn made(data: &Path) -> Told {
    Told::Text("data", data.display().to_string())
}

fn chain(head: upkeep::Head) -> Told {
    Told::Text("chain hash", head.chain.to_string())
}
