//! A process that appends to a journal until it is killed.
//!
//! It is this test binary again, started with one ignored test; that test reads from its input what to do.

use std::{
    io::{BufRead as _, BufReader, Write as _, stdin, stdout},
    path::Path,
    process::{Child, Command, Stdio},
    sync::{
        Arc,
        mpsc::{Receiver, channel},
    },
    thread::{JoinHandle, spawn},
};

use anyhow::{Context as _, Result, bail, ensure};
use tenseven_model::Revision;
use tenseven_store::{DiskJournal, Journal, JournalOptions, file_system::DiskFileSystem};

use super::{
    entries::{GROUP_MAX, entry},
    unsynced::Unsynced,
};

/// What begins a line that acknowledges a revision.
const ACKNOWLEDGED: &str = "acknowledged ";

/// Who syncs.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Sync {
    /// The journal, as it always does.
    Own,
    /// Nobody.
    Nobody,
}

/// A writer that runs.
pub(crate) struct Writer {
    child: Child,
    acknowledged: JoinHandle<u64>,
    first: Receiver<()>,
}

impl Writer {
    /// Starts a writer to the journal at `path`.
    pub(crate) fn start(path: &Path, sync: Sync) -> Result<Self> {
        let test = "power_cut::writer::writes_until_it_is_killed";
        let mut child = Command::new(std::env::current_exe()?)
            .args(["--exact", test, "--ignored", "--nocapture", "--test-threads=1"])
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .spawn()
            .context("the writer does not start")?;
        let mut input = child.stdin.take().context("the writer has no input")?;
        writeln!(input, "{sync:?} {}", path.display())?;
        let output = BufReader::new(child.stdout.take().context("the writer has no output")?);
        let (began, first) = channel();
        let acknowledged = spawn(move || {
            let revision = |line: String| line.strip_prefix(ACKNOWLEDGED)?.parse().ok();
            let noted = |revision: u64| {
                let _ = began.send(());
                revision
            };
            output.lines().map_while(Result::ok).filter_map(revision).map(noted).last().unwrap_or(0)
        });
        Ok(Self { child, acknowledged, first })
    }

    /// Waits until something was acknowledged.
    pub(crate) fn wait_for_first(&self) -> Result<()> {
        self.first.recv().context("the writer ended without an acknowledgement")
    }

    /// Kills the writer, and returns the last revision that it acknowledged.
    pub(crate) fn kill(mut self) -> Result<u64> {
        self.child.kill()?;
        let status = self.child.wait()?;
        ensure!(status.code().is_none(), "the writer ended by itself: {status}");
        match self.acknowledged.join() {
            Ok(acknowledged) => Ok(acknowledged),
            Err(_) => bail!("the acknowledgements were not read"),
        }
    }
}

#[test]
#[ignore = "the rig runs it in a process of its own"]
fn writes_until_it_is_killed() -> Result<()> {
    let mut order = String::new();
    stdin().read_line(&mut order)?;
    let (sync, path) = order.trim_end().split_once(' ').context("no order; only the rig can run this")?;
    let options = match sync {
        "Own" => JournalOptions::default(),
        "Nobody" => JournalOptions::default().on(Arc::new(Unsynced(DiskFileSystem))),
        other => bail!("{other:?} is no way to sync"),
    };
    let journal = DiskJournal::open(path, options)?;
    let mut head = journal.head().revision.number();
    loop {
        let count = 1 + head % GROUP_MAX;
        let entries: Vec<_> = (head + 1..=head + count).map(entry).collect();
        head = journal.append(Revision::new(head), &entries)?.revision.number();
        let mut output = stdout().lock();
        writeln!(output, "{ACKNOWLEDGED}{head}")?;
        output.flush()?;
    }
}
