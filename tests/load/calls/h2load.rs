//! `h2load`, a load generator for HTTP/2 that knows nothing of this project.

use std::{path::Path, process::Command};

use crate::sample::Sample;

/// How calls are made.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Load {
    /// Connections.
    pub(crate) connections: usize,
    /// Calls in flight on each.
    pub(crate) in_flight: usize,
}

/// Makes calls with this request for so many seconds; each must succeed.
pub(crate) fn run(url: &str, request: &Path, load: Load, seconds: u32) -> Sample {
    let folder = tempfile::tempdir().expect("a directory for the log");
    let log = folder.path().join("calls.log");
    let output = Command::new("h2load")
        .args(["--duration", &seconds.to_string(), "--warm-up-time", "1"])
        .args(["--clients", &load.connections.to_string()])
        .args(["--max-concurrent-streams", &load.in_flight.to_string()])
        .args(["--header", "content-type: application/grpc", "--header", "te: trailers"])
        .arg("--data")
        .arg(request)
        .arg("--log-file")
        .arg(&log)
        .arg(url)
        .output()
        .expect("h2load runs; it is in the Debian package nghttp2-client");
    let printed = String::from_utf8_lossy(&output.stdout);
    assert!(output.status.success(), "h2load: {printed}{}", String::from_utf8_lossy(&output.stderr));
    assert!(printed.contains(" 0 failed, 0 errored, 0 timeout"), "h2load: {printed}");
    let log = std::fs::read_to_string(log).expect("the log of h2load");
    // Each line: when the call began in microseconds, its HTTP status, and how long it took in microseconds.
    let times = log.lines().map(|line| {
        let mut columns = line.split('\t').skip(1);
        assert_eq!(columns.next(), Some("200"), "{line}");
        columns.next().and_then(|time| time.parse::<f64>().ok()).expect("a time") / 1_000.0
    });
    Sample::of(times.collect(), f64::from(seconds))
}
