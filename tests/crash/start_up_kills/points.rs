//! The file operations of a start, read from a trace of one.

use std::{
    collections::{BTreeMap, BTreeSet},
    fmt,
    path::Path,
    time::Duration,
};

use anyhow::{Result, ensure};
use tempfile::TempDir;
use tokio::time::sleep;

use crate::outside::Process;

/// System calls that change files, or that make changes last.
const CALLS: &str = "openat,creat,write,writev,pwrite64,pwritev,pwritev2,copy_file_range,sendfile,rename,renameat,renameat2,\
    link,linkat,symlink,symlinkat,unlink,unlinkat,rmdir,mkdir,mkdirat,truncate,ftruncate,fallocate,fsync,fdatasync,\
    sync_file_range,msync,syncfs,flock,ioctl";
/// Calls of which only those matter that may make a file.
const OPENS: &str = "openat";
/// Further counts tried after the last that was traced, as another start may make more calls.
const MORE: u32 = 2;
/// How long a traced start may go on after it serves.
const AFTER: Duration = Duration::from_millis(300);

/// One kind of call, counted in a thread.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Point {
    call: String,
    count: u32,
}

impl Point {
    /// The expression by which strace looks at calls of this kind alone.
    pub(super) fn trace(&self) -> String {
        format!("trace={}", self.call)
    }

    /// The expression by which strace kills a process that reaches it.
    pub(super) fn kill(&self) -> String {
        format!("inject={}:signal=SIGKILL:when={}", self.call, self.count)
    }
}

impl fmt::Display for Point {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(out, "{} {}", self.call, self.count)
    }
}

/// Every point of a start on this journal at which a thread works on a file of it; starts a server on it once.
pub(super) async fn points(data: &Path) -> Result<Vec<Point>> {
    let trace = TempDir::new()?;
    let output = trace.path().join("trace");
    let (output, filter) = (output.display().to_string(), format!("trace={CALLS}"));
    let wrapper = ["strace", "-D", "-f", "-y", "-qqq", "-o", &output, "-e", &filter];
    let mut server = Process::spawn_under(&wrapper, data)?;
    server.serving().await?;
    sleep(AFTER).await;
    server.kill()?;
    // What strace has seen is written once it ends, right after the server.
    sleep(AFTER).await;
    let points = read(&std::fs::read_to_string(&output)?, &data.display().to_string());
    ensure!(!points.is_empty(), "no file operation was traced in {output}");
    Ok(points.into_iter().collect())
}

fn read(trace: &str, data: &str) -> BTreeSet<Point> {
    let (mut counts, mut points) = (BTreeMap::<(&str, &str), u32>::new(), BTreeSet::new());
    let mut last = BTreeMap::<&str, u32>::new();
    for line in trace.lines() {
        let Some((thread, rest)) = line.split_once(' ') else { continue };
        let Some((call, arguments)) = rest.trim_start().split_once('(') else { continue };
        if call.is_empty() || !call.chars().all(|letter| letter.is_ascii_alphanumeric() || letter == '_') {
            continue;
        }
        let count = counts.entry((thread, call)).or_default();
        *count += 1;
        let changes = call != OPENS || arguments.contains("O_CREAT") || arguments.contains("O_TRUNC");
        if arguments.contains(data) && changes {
            points.insert(Point { call: call.to_owned(), count: *count });
            let last = last.entry(call).or_default();
            *last = (*last).max(*count);
        }
    }
    let more = last.iter().flat_map(|(call, last)| {
        (1..=MORE).map(move |more| Point { call: (*call).to_owned(), count: last + more })
    });
    points.extend(more);
    points
}
