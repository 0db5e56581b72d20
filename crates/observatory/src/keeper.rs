//! The keeper of checkpoints: a thread that writes them beside the writer, and thins the old ones out.
//!
//! *Invariant:* the writer never waits for it: what comes while a checkpoint is being written is passed over, and the
//! next state that comes is taken. A checkpoint that cannot be written costs the next start time, nothing else.

use std::{
    io,
    sync::{
        Arc,
        atomic::{AtomicBool, AtomicU64, Ordering},
        mpsc::{Receiver, SyncSender, sync_channel},
    },
    thread::JoinHandle,
};

use tenseven_model::Revision;
use tenseven_store::{CheckpointInfo, Head, Storage};
use tracing::{info, warn};

use crate::{Limits, checkpoint, snapshot::Snapshot};

/// A checkpoint is due after so many parts of what is known have come.
const DUE_DIVISOR: u64 = 8;
/// Kept checkpoints lie at least so many parts of what is known apart, and so many observations.
const APART_DIVISOR: u64 = 2;
const APART_MIN: u64 = 1_000_000;
/// The newest checkpoints are all kept: the last one might turn out to be damaged.
const NEWEST_KEPT: usize = 2;

/// Takes states to be written down. Dropping it waits for the one that is being written.
pub(crate) struct Keeper {
    states: Option<SyncSender<(Head, Arc<Snapshot>)>>,
    thread: Option<JoinHandle<()>>,
    progress: Arc<Progress>,
    observations_min: u64,
}

/// How far the thread is.
#[derive(Debug, Default)]
struct Progress {
    /// How many observations were stored up to the newest checkpoint.
    stored: AtomicU64,
    is_writing: AtomicBool,
}

impl Keeper {
    /// Starts the thread. `stored` is how many observations were stored up to the newest checkpoint.
    pub(crate) fn start(journal: Arc<dyn Storage>, limits: &Limits, stored: u64) -> io::Result<Self> {
        let (states, offered) = sync_channel(1);
        let progress = Arc::new(Progress { stored: stored.into(), ..Progress::default() });
        let shown = Arc::clone(&progress);
        let thread = std::thread::Builder::new()
            .name("tenseven-keeper".to_owned())
            .spawn(move || keep(journal.as_ref(), &offered, &shown))?;
        Ok(Self {
            states: Some(states),
            thread: Some(thread),
            progress,
            observations_min: limits.checkpoint_observations_min,
        })
    }

    /// Has a state written down if enough has come since the last one.
    pub(crate) fn offer(&mut self, head: Head, state: &Arc<Snapshot>) {
        let since = state.stored().saturating_sub(self.progress.stored.load(Ordering::Acquire));
        if since < self.observations_min || since < state.panel().len() as u64 / DUE_DIVISOR {
            return;
        }
        if let Some(states) = &self.states
            && !self.progress.is_writing.swap(true, Ordering::AcqRel)
        {
            // The thread is gone only if it died, which it logged.
            let _ = states.try_send((head, Arc::clone(state)));
        }
    }
}

impl Drop for Keeper {
    fn drop(&mut self) {
        drop(self.states.take());
        if let Some(thread) = self.thread.take()
            && thread.join().is_err()
        {
            warn!("the keeper's thread had died");
        }
    }
}

fn keep(journal: &dyn Storage, offered: &Receiver<(Head, Arc<Snapshot>)>, progress: &Progress) {
    while let Ok((head, state)) = offered.recv() {
        keep_one(journal, head, &state);
        // Also after a failure, so that a full disk is tried again only after as much again has come.
        progress.stored.store(state.stored(), Ordering::Release);
        progress.is_writing.store(false, Ordering::Release);
    }
}

/// Writes a checkpoint of a state, and removes earlier ones that are not needed any more.
pub(crate) fn keep_one(journal: &dyn Storage, head: Head, state: &Snapshot) {
    match checkpoint::store(journal, head, state) {
        Ok(CheckpointInfo { head, bytes }) => {
            info!(revision = head.revision.number(), bytes, "a checkpoint is written");
            thin_out(journal, state);
        }
        Err(error) => {
            warn!(%error, "a checkpoint cannot be written; the next start folds more of the journal");
        }
    }
}

fn thin_out(journal: &dyn Storage, state: &Snapshot) {
    let checkpoints = match journal.checkpoints() {
        Ok(checkpoints) => checkpoints,
        Err(error) => return warn!(%error, "checkpoints cannot be listed; none is given up"),
    };
    let apart = APART_MIN.max(state.panel().len() as u64 / APART_DIVISOR);
    // One that cannot be read is not kept for anything.
    let stored = |info: &CheckpointInfo| checkpoint::stored(journal, info.head.revision).unwrap_or(0);
    let checkpoints: Vec<_> = checkpoints.iter().map(|info| (info.head.revision, stored(info))).collect();
    for revision in given_up(&checkpoints, apart) {
        if let Err(error) = journal.remove_checkpoint(revision) {
            warn!(%error, revision = revision.number(), "a checkpoint cannot be removed");
        }
    }
}

/// The checkpoints, each with how many observations were stored up to it, that are closer than `apart` observations to one that is
/// kept; never the newest.
fn given_up(checkpoints: &[(Revision, u64)], apart: u64) -> Vec<Revision> {
    let older = &checkpoints[..checkpoints.len().saturating_sub(NEWEST_KEPT)];
    let mut last_kept = None;
    let mut given_up = Vec::new();
    for (revision, stored) in older {
        if last_kept.is_none_or(|last| *stored >= last + apart) {
            last_kept = Some(*stored);
        } else {
            given_up.push(*revision);
        }
    }
    given_up
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_kept_is_apart_and_stays_kept() {
        let mut kept: Vec<(Revision, u64)> = Vec::new();
        for number in 1..=100_u64 {
            kept.push((Revision::new(number), number * 10));
            let gone = given_up(&kept, 200);
            kept.retain(|(revision, _)| !gone.contains(revision));
        }
        let kept: Vec<_> = kept.iter().map(|(revision, _)| revision.number()).collect();
        assert_eq!(kept, [1, 21, 41, 61, 81, 99, 100]);
    }
}
