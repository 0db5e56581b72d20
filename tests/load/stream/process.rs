//! A process, and the memory that it takes.

use std::{
    fs,
    io::Read as _,
    path::Path,
    process::{Child, Command, Stdio},
    time::{Duration, Instant},
};

use serde_json::Value as Json;
use tenseven_tests::{Server, binary};

/// How often a process is looked at.
const LOOK: Duration = Duration::from_millis(20);

/// Most bytes of memory that a process has held; none if it has ended.
pub(crate) fn peak(process: u32) -> Option<u64> {
    bytes(process, "VmHWM:")
}

/// Bytes of memory that a process holds now.
pub(crate) fn resident(process: u32) -> Option<u64> {
    bytes(process, "VmRSS:")
}

fn bytes(process: u32, name: &str) -> Option<u64> {
    let status = fs::read_to_string(format!("/proc/{process}/status")).ok()?;
    let line = status.lines().find(|line| line.starts_with(name))?;
    Some(line.split_whitespace().nth(1)?.parse::<u64>().ok()? * 1024)
}

/// A run of the program.
pub(crate) struct Run {
    child: Child,
    begin: Instant,
    /// Most bytes of memory that it has held.
    pub(crate) peak: u64,
}

/// How a run ended.
pub(crate) struct Ended {
    /// How long it took.
    pub(crate) time: Duration,
    /// Most bytes of memory that it held.
    pub(crate) peak: u64,
    /// What it printed, where that is JSON.
    pub(crate) reported: Json,
}

impl Run {
    /// Starts pushing a file.
    pub(crate) fn push(server: &Server, file: &Path) -> Self {
        Self::start(server, &["push", &file.display().to_string(), "--format", "json"])
    }

    /// Starts an export to a file.
    pub(crate) fn export(server: &Server, file: &Path) -> Self {
        Self::start(server, &["export", "--output", &file.display().to_string()])
    }

    fn start(server: &Server, arguments: &[&str]) -> Self {
        let begin = Instant::now();
        let child = Command::new(binary::path())
            .args(["--server", server.address()])
            .args(arguments)
            .stdout(Stdio::piped())
            .stderr(Stdio::null())
            .spawn()
            .expect("the program can be started");
        Self { child, begin, peak: 0 }
    }

    /// Looks at the process; whether it still runs.
    pub(crate) fn looked_at(&mut self) -> bool {
        std::thread::sleep(LOOK);
        self.peak = self.peak.max(peak(self.child.id()).unwrap_or_default());
        self.child.try_wait().expect("it can be waited for").is_none()
    }

    /// Kills it, and returns how long it ran.
    pub(crate) fn kill(mut self) -> Duration {
        self.child.kill().expect("it can be killed");
        self.child.wait().expect("it can be waited for");
        self.begin.elapsed()
    }

    /// Waits for its end.
    pub(crate) fn wait(mut self) -> Ended {
        while self.looked_at() {}
        let time = self.begin.elapsed();
        let status = self.child.wait().expect("it can be waited for");
        assert!(status.success(), "the program ended with {status}");
        let mut reported = String::new();
        self.child.stdout.take().expect("it is piped").read_to_string(&mut reported).expect("it is text");
        let reported = serde_json::from_str(&reported).unwrap_or_default();
        Ended { time, peak: self.peak, reported }
    }
}
