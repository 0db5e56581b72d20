//! A process of the real binary, which never outlives the test.

use std::{
    fs::{self, File},
    path::Path,
    process::{Child, Command, ExitStatus, Stdio},
    time::Duration,
};

use anyhow::{Context as _, Result, bail};
use tempfile::TempDir;
use tenseven_tests::binary;
use tokio::time::{Instant, sleep};

/// How long anything may take to start, or to end.
const WAIT_MAX: Duration = Duration::from_mins(1);
const POLL: Duration = Duration::from_millis(5);

/// What a start came to.
#[derive(Debug, PartialEq, Eq)]
pub(crate) enum Start {
    /// It serves at this address.
    Serves(String),
    /// It ended with this message.
    Refused(String),
    /// A signal ended it.
    Killed,
}

/// A server, killed when this is dropped.
pub(crate) struct Process {
    child: Child,
    /// Where its output goes: not on the disk that is tested.
    output: TempDir,
}

impl Process {
    /// Starts a server on a journal.
    pub(crate) fn spawn(data: &Path) -> Result<Self> {
        Self::spawn_under(&[], data)
    }

    /// Starts a server by a program that takes its command after these words, and that becomes it: the process that
    /// is killed in the end must be the server's.
    pub(crate) fn spawn_under(wrapper: &[&str], data: &Path) -> Result<Self> {
        if let Some(folder) = data.parent() {
            fs::create_dir_all(folder)?;
        }
        let output = TempDir::new()?;
        let mut words = wrapper.iter();
        let mut command = match words.next() {
            None => Command::new(binary::path()),
            Some(program) => {
                let mut command = Command::new(program);
                command.args(words).arg(binary::path());
                command
            }
        };
        let child = command
            .args(["serve", "--listen", "127.0.0.1:0", "--data"])
            .arg(data)
            .stdin(Stdio::null())
            .stdout(File::create(output.path().join("out"))?)
            .stderr(File::create(output.path().join("err"))?)
            .spawn()
            .context("the binary cannot be started")?;
        Ok(Self { child, output })
    }

    /// The number of the process.
    pub(crate) fn id(&self) -> u32 {
        self.child.id()
    }

    /// Waits until it serves or ends.
    pub(crate) async fn start(&mut self) -> Result<Start> {
        let begun = Instant::now();
        loop {
            let ended = self.child.try_wait()?;
            if let Some(address) = self.address()? {
                return Ok(Start::Serves(address));
            }
            if let Some(status) = ended {
                let killed = status.code().is_none();
                return Ok(if killed { Start::Killed } else { Start::Refused(self.message()?) });
            }
            if begun.elapsed() > WAIT_MAX {
                bail!("the server neither serves nor ends within {WAIT_MAX:?}: {}", self.message()?);
            }
            sleep(POLL).await;
        }
    }

    /// Waits until it serves; anything else is an error.
    pub(crate) async fn serving(&mut self) -> Result<String> {
        match self.start().await? {
            Start::Serves(address) => Ok(address),
            Start::Refused(message) => bail!("the start was refused: {message}"),
            Start::Killed => bail!("something killed the server: {}", self.message()?),
        }
    }

    fn address(&self) -> Result<Option<String>> {
        let printed = fs::read_to_string(self.output.path().join("out"))?;
        let line = printed.lines().find(|_| printed.contains('\n'));
        let address = line.and_then(|line| line.rsplit(' ').next());
        Ok(address.filter(|address| address.starts_with("http://")).map(str::to_owned))
    }

    /// What it complained about, its log apart.
    fn message(&self) -> Result<String> {
        let printed = fs::read_to_string(self.output.path().join("err"))?;
        Ok(printed.lines().filter(|line| !line.starts_with('{')).collect::<Vec<_>>().join("\n"))
    }

    /// Ends it at once, as the machine's end would.
    pub(crate) fn kill(&mut self) -> Result<()> {
        self.child.kill()?;
        self.child.wait()?;
        Ok(())
    }

    /// Asks it to end, as an operator does, and waits for that.
    pub(crate) async fn terminate(&mut self) -> Result<()> {
        crate::disk::run("kill", &["-s", "TERM", &self.id().to_string()])?;
        let begun = Instant::now();
        loop {
            if let Some(status) = self.child.try_wait()? {
                if status.success() {
                    return Ok(());
                }
                bail!("asked to stop, the server ended with {status}: {}", self.message()?);
            }
            if begun.elapsed() > WAIT_MAX {
                bail!("asked to stop, the server does not end within {WAIT_MAX:?}");
            }
            sleep(POLL).await;
        }
    }
}

impl Drop for Process {
    fn drop(&mut self) {
        // It may have ended already; either way it is gone afterwards.
        drop(self.child.kill());
        drop(self.child.wait());
    }
}

/// How a command of the binary ended.
#[derive(Debug)]
pub(crate) struct Ended {
    pub(crate) status: ExitStatus,
    pub(crate) message: String,
}

/// Runs a command of the binary to its end, or kills it after a while.
pub(crate) async fn run_to_end(arguments: &[&str]) -> Result<Ended> {
    let mut command = tokio::process::Command::new(binary::path());
    command.args(arguments).stdin(Stdio::null()).kill_on_drop(true);
    let output = tokio::time::timeout(WAIT_MAX, command.output())
        .await
        .with_context(|| format!("tenseven {} does not end", arguments.join(" ")))??;
    let (printed, errors) =
        (String::from_utf8_lossy(&output.stdout), String::from_utf8_lossy(&output.stderr));
    Ok(Ended { status: output.status, message: format!("{printed}{errors}") })
}
