//! Journals that a server has left, to be started on repeatedly.

use std::{path::PathBuf, time::Duration};

use anyhow::Result;
use tempfile::TempDir;
use tokio::time::sleep;

use super::{
    check::check,
    load::Load,
    process::Process,
    record::{Record, Shared},
    tree::copy,
};

/// Clients that push at once.
const CLIENTS: u32 = 4;

/// How the server that left a journal ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum End {
    /// There was none.
    NeverStarted,
    /// It was killed under load.
    Killed,
    /// It was stopped as an operator does.
    Stopped,
}

/// A journal that a server left, and what was acknowledged of it.
pub(crate) struct LeftBehind {
    folder: TempDir,
    pub(crate) end: End,
    record: Shared,
}

impl LeftBehind {
    /// Lets a server make a journal under load, be stopped, start again, and end under load.
    pub(crate) async fn make(end: End, under_load: Duration) -> Result<Self> {
        let left = Self { folder: TempDir::new()?, end, record: Record::shared() };
        if end == End::NeverStarted {
            return Ok(left);
        }
        left.live(End::Stopped, under_load / 2).await?;
        copy(&left.data(), &left.older())?;
        left.live(end, under_load).await?;
        Ok(left)
    }

    async fn live(&self, end: End, under_load: Duration) -> Result<()> {
        let mut server = Process::spawn(&self.data())?;
        let address = server.serving().await?;
        let load = Load::start(&address, CLIENTS, &self.record);
        sleep(under_load).await;
        if end == End::Stopped {
            server.terminate().await?;
        } else {
            server.kill()?;
        }
        load.ended().await;
        Ok(())
    }

    /// The directory of the journal.
    pub(crate) fn data(&self) -> PathBuf {
        self.folder.path().join("data")
    }

    /// An older copy of the same directory, from after the first clean stop.
    pub(crate) fn older(&self) -> PathBuf {
        self.folder.path().join("older")
    }

    /// Puts a copy of the journal into a directory; returns what is known of that copy.
    pub(crate) fn copied_to(&self, data: &std::path::Path) -> Result<Shared> {
        if self.end != End::NeverStarted {
            copy(&self.data(), data)?;
        } else if data.exists() {
            std::fs::remove_dir_all(data)?;
        }
        Ok(Record::copied(&self.record))
    }

    /// How many batches were acknowledged.
    pub(crate) fn acknowledged(&self) -> usize {
        super::record::lock(&self.record).accepted().len()
    }
}

/// Starts a server on a journal without any obstacle and compares all that it answers; then pushes to it, kills it, and
/// compares again after another start.
pub(crate) async fn starts_with_everything(data: &std::path::Path, record: &Shared) -> Result<()> {
    for _ in 0..2 {
        let mut server = Process::spawn(data)?;
        let address = server.serving().await?;
        let history = check(&address, record).await?;
        anyhow::ensure!(history == super::check::History::Whole, "LOST: {history:?}");
        super::check::goes_on(&address, record).await?;
        server.kill()?;
    }
    Ok(())
}
