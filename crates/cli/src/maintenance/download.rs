//! A backup of a running server.

use std::{path::Path, pin::pin, time::Duration};

use anyhow::Context as _;
use futures_util::TryStreamExt as _;
use tenseven_client::{Client, ClientError, v1};
use tenseven_model::{History, Lineage, Revision};
use tenseven_server::upkeep::{self, BackupHeader, BackupWriter, Head, read_frames};

use super::Bar;

/// How often a stream that broke is asked for again before anything new has come.
const TRIES_MAX: u32 = 5;
/// How long it waits before.
const WAIT: Duration = Duration::from_secs(1);

/// Writes a backup of a running server to a file, of what came after another backup if that is given; one that was cut short is
/// continued.
pub(crate) async fn download(
    client: &Client,
    file: &Path,
    since: Option<&Path>,
    bar: &Bar,
) -> anyhow::Result<Head> {
    let after = since.map(upkeep::end_of).transpose()?.unwrap_or_default();
    // The first part names the journal of the backup.
    let first = pin!(client.stream_backup(request_after(after)).await?).try_next().await?;
    let first = first.context("the server sent nothing")?;
    let header = BackupHeader {
        horizon: Revision::new(first.compacted_revision),
        after,
        lineage: lineage(first.lineage)?,
    };
    let mut writer = BackupWriter::open(upkeep::files(), file, header)?;
    let mut tries = 0;
    loop {
        let before = writer.head().revision;
        match continue_backup(client, &mut writer, bar).await {
            Ok(()) => return Ok(writer.finish()?),
            Err(broken @ (Broken::Off(_) | Broken::Early)) => {
                tries = if writer.head().revision > before { 1 } else { tries + 1 };
                if tries > TRIES_MAX {
                    let error = match broken {
                        Broken::Off(error) => error.into(),
                        _ => anyhow::anyhow!("the server ended the backup before its end"),
                    };
                    let kept = format!(
                        "what arrived is kept in {}.partial; the same command goes on there",
                        file.display()
                    );
                    return Err::<Head, anyhow::Error>(error).context(kept);
                }
                tokio::time::sleep(WAIT).await;
            }
            Err(Broken::For(error)) => {
                let remedy = format!(
                    "{}.partial cannot be continued; remove it, or name another file",
                    file.display()
                );
                return Err(error).context(remedy);
            }
        }
    }
}

/// Why a stream ended early.
enum Broken {
    /// The connection broke; what is missing can be asked for again.
    Off(ClientError),
    /// The stream ended as if it were whole, and is not.
    Early,
    /// Something that asking again does not mend.
    For(anyhow::Error),
}

async fn continue_backup(client: &Client, writer: &mut BackupWriter, bar: &Bar) -> Result<(), Broken> {
    let after = writer.head();
    let mut parts = pin!(client.stream_backup(request_after(after)).await.map_err(broken)?);
    let mut head = None;
    while let Some(part) = parts.try_next().await.map_err(broken)? {
        let v1::StreamBackupResponse {
            head_revision,
            compacted_revision,
            frames,
            history_id: _,
            lineage: histories,
        } = part;
        let lineage = lineage(histories).map_err(Broken::For)?;
        if compacted_revision != writer.header().horizon.number() || lineage != writer.header().lineage {
            return Err(Broken::For(anyhow::anyhow!(
                "the registry was compacted or restored meanwhile; start the backup again"
            )));
        }
        for record in read_frames(frames.into(), Path::new("what the server sent")) {
            let record = record.map_err(|error| Broken::For(error.into()))?;
            writer.add(&record).map_err(|error| Broken::For(error.into()))?;
            bar.moved(record.revision(), Revision::new(head_revision));
        }
        head = Some(head_revision);
    }
    match head {
        Some(head) if head == writer.head().revision.number() => Ok(()),
        _ => Err(Broken::Early),
    }
}

/// Asks for what comes after a record.
fn request_after(after: Head) -> v1::StreamBackupRequest {
    let is_new = after.revision == Revision::ZERO;
    v1::StreamBackupRequest {
        after_revision: after.revision.number(),
        after_chain_hash: if is_new { String::new() } else { after.chain.to_string() },
        // The chain hash distinguishes histories, too.
        history_id: String::new(),
    }
}

fn broken(error: ClientError) -> Broken {
    if error.refusal().is_some_and(|refusal| refusal.code != tenseven_client::Code::Unavailable) {
        Broken::For(error.into())
    } else {
        Broken::Off(error)
    }
}

/// The histories of a registry.
fn lineage(histories: Vec<v1::History>) -> anyhow::Result<Lineage> {
    let histories = histories.into_iter().map(|history| {
        let v1::History { id, after_revision } = history;
        Ok(History { id: id.parse()?, after: Revision::new(after_revision) })
    });
    let histories = histories.collect::<anyhow::Result<Vec<History>>>()?;
    Lineage::of(histories).context("the server sent histories that do not follow each other")
}
