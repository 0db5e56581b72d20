//! File descriptors: the limit of the process is raised, and some are kept for the journal.

use rustix::process::{Resource, Rlimit, getrlimit, setrlimit};
use tracing::{info, warn};

/// Descriptors that connections never take: the journal and its index, checkpoints, backups, logs, the
/// connections of administration, and the runtime.
const RESERVED: usize = 256;

/// Raises the soft limit to the hard one, and returns how many connections there may be at once: as many as requested, or as
/// the limit has descriptors for.
pub(crate) fn connections_max(wanted: usize) -> usize {
    let limit = raised();
    let room = match limit {
        // A process with few descriptors keeps half of them.
        Some(limit) => limit.saturating_sub(RESERVED).max(limit / 2).max(1),
        None => wanted,
    };
    if room < wanted {
        warn!(
            wanted,
            connections_max = room,
            "the limit on open files leaves fewer connections than the setting; raise it (ulimit -n)"
        );
    }
    wanted.min(room)
}

/// The limit on open files; none where there is none.
fn raised() -> Option<usize> {
    let before = getrlimit(Resource::Nofile);
    let Rlimit { current, maximum } = before;
    if current != maximum {
        match setrlimit(Resource::Nofile, Rlimit { current: maximum, maximum }) {
            Ok(()) => info!(?current, ?maximum, "raised the limit on open files"),
            Err(error) => warn!(%error, ?current, "the limit on open files cannot be raised"),
        }
    }
    getrlimit(Resource::Nofile).current.map(|limit| usize::try_from(limit).unwrap_or(usize::MAX))
}
