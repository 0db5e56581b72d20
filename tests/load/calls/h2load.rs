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

/// Calls by which the number of those that are measured is found.
const TRIAL_CALLS: usize = 2_000;

/// Makes calls with this request for about `seconds`; each must succeed.
pub(crate) fn run(url: &str, request: &Path, load: Load, seconds: u32) -> Sample {
    let trial = calls(url, request, load, TRIAL_CALLS);
    calls(url, request, load, (trial.rate * f64::from(seconds)) as usize)
}

/// Makes `count` calls.
fn calls(url: &str, request: &Path, load: Load, count: usize) -> Sample {
    let folder = tempfile::tempdir().expect("a directory for the log");
    let log = folder.path().join("calls.log");
    let output = Command::new("h2load")
        .args(["--requests", &count.to_string()])
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
    let (mut times_ms, mut first, mut last) = (Vec::with_capacity(count), u64::MAX, 0);
    for line in log.lines() {
        let (begin, took) = call(line);
        times_ms.push(took as f64 / 1_000.0);
        first = first.min(begin);
        last = last.max(begin + took);
    }
    Sample::of(times_ms, (last - first) as f64 / 1_000_000.0)
}

/// When a call began and how long it took, in microseconds; between them is its HTTP status.
fn call(line: &str) -> (u64, u64) {
    let columns: Vec<u64> = line.split('\t').filter_map(|column| column.parse().ok()).collect();
    let &[begin, 200, took] = columns.as_slice() else { panic!("a call failed: {line}") };
    (begin, took)
}

/// A message with the five bytes that gRPC puts before it.
pub(crate) fn framed(message: &[u8]) -> Vec<u8> {
    let length = u32::try_from(message.len()).expect("a small message");
    [&[0], length.to_be_bytes().as_slice(), message].concat()
}
