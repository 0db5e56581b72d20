//! `tenseven backup`, `restore`, `verify`, `compact`, `status`.

use std::path::{Path, PathBuf};

use anyhow::bail;
use clap::Args;
use tenseven_client::{Client, v1};
use tenseven_model::{Revision, Timestamp};
use tenseven_server::upkeep::{self, Target, Verified};

use crate::{
    exit::Outcome,
    maintenance::{Bar, Fact, download, print_facts},
    output::time::instant,
};

/// How facts are printed.
#[derive(Debug, Clone, Copy, Args)]
struct FactsFormat {
    /// Print one JSON object
    #[arg(long)]
    json: bool,
    /// How to print
    #[arg(long, value_enum, default_value_t, conflicts_with = "json")]
    format: FactsAs,
}

/// In which form facts are printed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, clap::ValueEnum)]
enum FactsAs {
    /// For people: a line each
    #[default]
    Table,
    /// For programs: one JSON object
    Json,
}

impl FactsFormat {
    fn is_json(self) -> bool {
        self.json || self.format == FactsAs::Json
    }
}

/// Arguments of `tenseven backup`.
#[derive(Debug, Args)]
pub(crate) struct BackupArguments {
    /// The file to write; it gets this name once it is complete
    file: PathBuf,
    /// Read this journal itself instead of asking the server, while no server runs on it. Nothing in it is changed
    #[arg(long, value_name = "DIR")]
    data: Option<PathBuf>,
    /// Write only what came after this backup
    #[arg(long, value_name = "BACKUP")]
    since: Option<PathBuf>,
    #[command(flatten)]
    facts: FactsFormat,
}

/// Runs `tenseven backup`.
pub(crate) async fn back_up(
    client: impl FnOnce() -> anyhow::Result<Client>,
    arguments: BackupArguments,
) -> anyhow::Result<Outcome> {
    let BackupArguments { file, data, since, facts: format } = arguments;
    if file.as_os_str() == "-" {
        bail!("a backup is continued where it was cut short, and so goes to a file; give its name");
    }
    let since = since.as_deref();
    let bar = Bar::new("backing up");
    let head = match data {
        Some(data) => upkeep::back_up(&data, &file, since, &mut |done, last| bar.moved(done, last))?,
        None => download(&client()?, &file, since, &bar).await?,
    };
    drop(bar);
    let written = Fact::Text("file", file.display().to_string());
    print_facts(&[written, Fact::Count("revision", head.revision.number()), chain(head)], format.is_json())?;
    Ok(Outcome::Done)
}

/// Arguments of `tenseven restore`.
#[derive(Debug, Args)]
pub(crate) struct RestoreArguments {
    /// A full backup, then those that were made `--since` it, in order
    #[arg(required = true, value_name = "BACKUP")]
    backups: Vec<PathBuf>,
    /// The directory of the journal that is made; it must not exist yet, or be empty
    #[arg(long, value_name = "DIR")]
    data: PathBuf,
    /// Restore up to this revision
    #[arg(long, value_name = "REVISION", conflicts_with = "to_time")]
    to_revision: Option<u64>,
    /// Restore up to this time, for example 2024-05-01T12:00:00Z
    #[arg(long, value_name = "TIME")]
    to_time: Option<jiff::Timestamp>,
    #[command(flatten)]
    facts: FactsFormat,
}

/// Runs `tenseven restore`.
pub(crate) fn restore(arguments: &RestoreArguments) -> anyhow::Result<Outcome> {
    let RestoreArguments { backups, data, to_revision, to_time, facts: format } = arguments;
    let target = match (to_revision, to_time) {
        (Some(revision), _) => Target::Revision(Revision::new(*revision)),
        (None, Some(time)) => Target::Time(Timestamp::from_micros(time.as_microsecond())),
        (None, None) => Target::End,
    };
    let bar = Bar::new("restoring");
    let done = upkeep::restore(backups, data, target, &mut |done, last| bar.moved(done, last))?;
    drop(bar);
    let facts = [
        made(data),
        Fact::Count("revision", done.head.revision.number()),
        chain(done.head),
        Fact::Text("history id", done.history.to_string()),
    ];
    print_facts(&facts, format.is_json())?;
    Ok(Outcome::Done)
}

/// Arguments of `tenseven verify`.
#[derive(Debug, Args)]
pub(crate) struct VerifyArguments {
    /// The directory of a journal that no server runs on, or the file of a backup
    path: PathBuf,
    #[command(flatten)]
    facts: FactsFormat,
}

/// Runs `tenseven verify`.
pub(crate) fn verify(arguments: &VerifyArguments) -> anyhow::Result<Outcome> {
    let VerifyArguments { path, facts: format } = arguments;
    let bar = Bar::new("verifying");
    if path.is_file() {
        let found = upkeep::verify_backup(path, &mut |done, last| bar.moved(done, last));
        drop(bar);
        let found = match found {
            Err(error) if error.is_damage() => return damaged(&error, format.is_json()),
            found => found?,
        };
        let horizon = Fact::Count("compacted up to", found.header.horizon.number());
        let problems = Fact::Texts("problems", Vec::new());
        let revision = Fact::Count("revision", found.head.revision.number());
        print_facts(&[revision, chain(found.head), horizon, problems], format.is_json())?;
        return Ok(Outcome::Done);
    }
    let found = upkeep::verify(path, &mut |done, last| bar.moved(done, last));
    drop(bar);
    let found = match found {
        Err(error) if error.is_damage() => return damaged(&error, format.is_json()),
        found => found?,
    };
    let Verified { head, horizon, observations, versions, checkpoints, problems } = found;
    let sound = problems.is_empty();
    let problems = problems.iter().map(ToString::to_string).collect();
    let facts = [
        Fact::Count("revision", head.revision.number()),
        chain(head),
        Fact::Count("compacted up to", horizon.number()),
        Fact::Count("observations", observations),
        Fact::Count("versions", versions),
        Fact::Count("checkpoints", checkpoints),
        Fact::Texts("problems", problems),
    ];
    print_facts(&facts, format.is_json())?;
    Ok(if sound { Outcome::Done } else { Outcome::Refused })
}

/// Reports a journal or backup that is too damaged to be read to its end.
fn damaged(error: &upkeep::Error, json: bool) -> anyhow::Result<Outcome> {
    print_facts(&[Fact::Texts("problems", vec![error.to_string()])], json)?;
    Ok(Outcome::Refused)
}

/// Arguments of `tenseven compact`.
#[derive(Debug, Args)]
pub(crate) struct CompactArguments {
    /// The directory of the journal, while no server runs on it. Its log is replaced by a shorter one
    #[arg(long, value_name = "DIR", env = "TENSEVEN_DATA", default_value = "./tenseven-data")]
    data: PathBuf,
    /// The oldest revision that can still be read; versions superseded up to it are dropped
    #[arg(long, value_name = "REVISION")]
    oldest: u64,
    #[command(flatten)]
    facts: FactsFormat,
}

/// Runs `tenseven compact`.
pub(crate) fn compact(arguments: &CompactArguments) -> anyhow::Result<Outcome> {
    let CompactArguments { data, oldest, facts: format } = arguments;
    let bar = Bar::new("compacting");
    let done = upkeep::compact(data, Revision::new(*oldest), &mut |done, last| bar.moved(done, last))?;
    drop(bar);
    let facts = [
        made(data),
        Fact::Count("revision", done.head.revision.number()),
        chain(done.head),
        Fact::Count("oldest revision", done.horizon.number()),
        Fact::Count("versions kept", done.kept),
        Fact::Count("versions given up", done.given_up),
    ];
    print_facts(&facts, format.is_json())?;
    Ok(Outcome::Done)
}

/// Arguments of `tenseven status`.
#[derive(Debug, Args)]
pub(crate) struct StatusArguments {
    /// Read this journal itself instead of asking the server, while no server runs on it. Nothing in it is changed
    #[arg(long, value_name = "DIR")]
    data: Option<PathBuf>,
    #[command(flatten)]
    facts: FactsFormat,
}

/// Runs `tenseven status`.
pub(crate) async fn status(
    client: impl FnOnce() -> anyhow::Result<Client>,
    arguments: StatusArguments,
) -> anyhow::Result<Outcome> {
    if let Some(data) = &arguments.data {
        return journal_status(data, arguments.facts.is_json());
    }
    let status = client()?.server_status().await?;
    let mut facts = vec![
        Fact::Text("version", status.version),
        Fact::Count("revision", status.revision),
        Fact::Text("last accept time", instant(status.last_accept_time.as_ref())),
        Fact::Text("history id", status.history_id),
        Fact::Histories("lineage", status.lineage),
        Fact::Text("chain hash", status.chain_hash),
        Fact::Count("oldest revision", status.oldest_revision),
        Fact::Count("observations", status.observation_count),
        Fact::Count("frameworks", u64::from(status.framework_count)),
        Fact::Texts("not scored", status.suspended_frameworks.into_iter().map(|one| one.reason).collect()),
        Fact::Counts("checkpoints", status.checkpoints),
        Fact::Texts("quotas", status.quotas.iter().filter_map(quota_text).collect()),
    ];
    facts.extend(tls_facts(status.tls.unwrap_or_default()));
    if !status.token_issuers.is_empty() {
        facts.push(Fact::Texts("token issuers", status.token_issuers.iter().map(issuer_text).collect()));
    }
    facts.extend(audit_facts(status.audit.unwrap_or_default()));
    print_facts(&facts, arguments.facts.is_json())?;
    Ok(Outcome::Done)
}

/// What became of a limit of partners; none if it is not used, and was no reason to reject a call.
fn quota_text(quota: &v1::QuotaStatus) -> Option<String> {
    let v1::QuotaStatus { limit, default_value: _, rejected_count, uses } = quota;
    if *rejected_count == 0 && uses.is_empty() {
        return None;
    }
    let text = |one: &v1::QuotaUse| {
        let partner = if one.partner.is_empty() { "anonymous callers" } else { one.partner.as_str() };
        format!("{partner} {}", one.in_use)
    };
    let uses = uses.iter().map(text).collect::<Vec<_>>().join(", ");
    let in_use = if uses.is_empty() { String::new() } else { format!("; in use: {uses}") };
    Some(format!("{limit}: {rejected_count} rejected{in_use}"))
}

/// How the server encrypts connections.
fn tls_facts(tls: v1::TlsStatus) -> Vec<Fact> {
    let mut facts = vec![Fact::Text("tls", if tls.enabled { "on" } else { "off" }.to_owned())];
    if let Some(expires) = &tls.certificate_expire_time {
        facts.push(Fact::Text("certificate expires", instant(Some(expires))));
    }
    if !tls.reload_error.is_empty() {
        facts.push(Fact::Text("certificate error", tls.reload_error));
    }
    facts
}

/// An identity provider, and how its keys are known.
fn issuer_text(issuer: &v1::TokenIssuer) -> String {
    let v1::TokenIssuer { issuer, key_count, last_fetch_time, fetch_error } = issuer;
    let read = match last_fetch_time {
        Some(time) => format!("{key_count} keys, read {}", instant(Some(time))),
        None => "no keys yet".to_owned(),
    };
    let problem = if fetch_error.is_empty() { String::new() } else { format!("; error: {fetch_error}") };
    format!("{issuer}: {read}{problem}")
}

/// The state of the audit log.
fn audit_facts(audit: v1::AuditStatus) -> Vec<Fact> {
    let mut facts = vec![Fact::Count("audit log bytes", audit.bytes)];
    if audit.dropped_count > 0 {
        facts.push(Fact::Count("audit events dropped", audit.dropped_count));
    }
    if !audit.last_error.is_empty() {
        facts.push(Fact::Text("audit log error", audit.last_error));
    }
    facts
}

/// The status of a journal that no server runs on.
fn journal_status(data: &Path, json: bool) -> anyhow::Result<Outcome> {
    let status = upkeep::status(data)?;
    let accept_time = status
        .last_accepted_at
        .and_then(|time| jiff::Timestamp::from_microsecond(time.as_micros()).ok())
        .map(|time| time.to_string());
    let histories = status
        .lineage
        .histories()
        .iter()
        .map(|history| v1::History { id: history.id.to_string(), after_revision: history.after.number() });
    let facts = [
        made(data),
        Fact::Count("revision", status.head.revision.number()),
        Fact::Text("last accept time", accept_time.unwrap_or_default()),
        Fact::Text("history id", status.lineage.current().to_string()),
        Fact::Histories("lineage", histories.collect()),
        chain(status.head),
        Fact::Count("oldest revision", status.oldest.number()),
        Fact::Counts("checkpoints", status.checkpoints.iter().map(|revision| revision.number()).collect()),
        Fact::Count("bytes on disk", status.disk_bytes),
    ];
    print_facts(&facts, json)?;
    Ok(Outcome::Done)
}

fn made(data: &Path) -> Fact {
    Fact::Text("data", data.display().to_string())
}

fn chain(head: upkeep::Head) -> Fact {
    Fact::Text("chain hash", head.chain.to_string())
}

#[cfg(test)]
mod tests {
    use clap::Parser as _;

    use super::*;
    use crate::{arguments::Arguments, command::Command};

    #[test]
    fn a_limit_is_listed_with_its_rejections_and_the_partners_that_use_it() {
        let uses = [("hcp", 3), ("", 1)]
            .map(|(partner, in_use)| v1::QuotaUse { partner: partner.to_owned(), in_use });
        let limit = "watches".to_owned();
        let mut quota = v1::QuotaStatus { limit, default_value: 100, rejected_count: 0, uses: Vec::new() };
        assert_eq!(quota_text(&quota), None);
        quota.rejected_count = 2;
        assert_eq!(quota_text(&quota).as_deref(), Some("watches: 2 rejected"));
        quota.uses = uses.into();
        let text = "watches: 2 rejected; in use: hcp 3, anonymous callers 1";
        assert_eq!(quota_text(&quota).as_deref(), Some(text));
    }

    #[test]
    fn facts_are_asked_for_in_json_as_everything_else_is() {
        let is_json = |line: &str| match Arguments::try_parse_from(line.split_whitespace()).unwrap().command {
            Command::Status(status) => status.facts.is_json(),
            other => panic!("{other:?}"),
        };
        assert!(is_json("tenseven status --format json") && is_json("tenseven status --json"));
        assert!(!is_json("tenseven status --format table") && !is_json("tenseven status"));
    }
}
