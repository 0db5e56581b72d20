//! The checkpointer: a thread that writes checkpoints concurrently with the writer, and removes old ones.
//!
//! *Invariant:* the writer never waits for it: states that arrive while a checkpoint is being written are skipped, and the
//! next one after that is taken. A checkpoint that cannot be written costs the next start time, nothing else.

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

/// A checkpoint is due once the new observations are this fraction (one in `n`) of the known ones.
const DUE_DIVISOR: u64 = 8;
/// Retained checkpoints are at least this fraction (one in `n`) of the known observations apart, and at least `APART_MIN`.
const APART_DIVISOR: u64 = 2;
const APART_MIN: u64 = 1_000_000;
/// The number of newest checkpoints that are always retained: the last one might turn out to be damaged.
const NEWEST_KEPT: usize = 2;

/// Writes checkpoints of the states it is offered. Dropping it waits for the one that is being written.
pub(crate) struct Checkpointer {
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

impl Checkpointer {
    /// Starts the thread. `stored` is how many observations were stored up to the newest checkpoint.
    pub(crate) fn start(journal: Arc<dyn Storage>, limits: &Limits, stored: u64) -> io::Result<Self> {
        let (states, offered) = sync_channel(1);
        let progress = Arc::new(Progress { stored: stored.into(), ..Progress::default() });
        let shown = Arc::clone(&progress);
        let thread = std::thread::Builder::new()
            .name("tenseven-checkpoint".to_owned())
            .spawn(move || run(journal.as_ref(), &offered, &shown))?;
        Ok(Self {
            states: Some(states),
            thread: Some(thread),
            progress,
            observations_min: limits.checkpoint_observations_min,
        })
    }

    /// Writes a checkpoint of a state if enough observations came since the last one.
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

impl Drop for Checkpointer {
    fn drop(&mut self) {
        drop(self.states.take());
        if let Some(thread) = self.thread.take()
            && thread.join().is_err()
        {
            warn!("the checkpointer's thread had died");
        }
    }
}

fn run(journal: &dyn Storage, offered: &Receiver<(Head, Arc<Snapshot>)>, progress: &Progress) {
    while let Ok((head, state)) = offered.recv() {
        write_checkpoint(journal, head, &state);
        // Also after a failure, so that a full disk is tried again only after as much again has come.
        progress.stored.store(state.stored(), Ordering::Release);
        progress.is_writing.store(false, Ordering::Release);
    }
}

/// Writes a checkpoint of a state, and removes earlier ones that are no longer needed.
pub(crate) fn write_checkpoint(journal: &dyn Storage, head: Head, state: &Snapshot) {
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
    // A checkpoint that cannot be read is of no use.
    let stored = |info: &CheckpointInfo| checkpoint::stored(journal, info.head.revision).unwrap_or(0);
    let checkpoints: Vec<_> = checkpoints.iter().map(|info| (info.head.revision, stored(info))).collect();
    for revision in redundant(&checkpoints, apart) {
        if let Err(error) = journal.remove_checkpoint(revision) {
            warn!(%error, revision = revision.number(), "a checkpoint cannot be removed");
        }
    }
}

/// The checkpoints (given with how many observations were stored up to each) that are closer than `apart` observations to one that is
/// retained; never the newest.
fn redundant(checkpoints: &[(Revision, u64)], apart: u64) -> Vec<Revision> {
    let older = &checkpoints[..checkpoints.len().saturating_sub(NEWEST_KEPT)];
    let mut last_kept = None;
    let mut redundant = Vec::new();
    for (revision, stored) in older {
        if last_kept.is_none_or(|last| *stored >= last + apart) {
            last_kept = Some(*stored);
        } else {
            redundant.push(*revision);
        }
    }
    redundant
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_kept_is_apart_and_stays_kept() {
        let mut kept: Vec<(Revision, u64)> = Vec::new();
        for number in 1..=100_u64 {
            kept.push((Revision::new(number), number * 10));
            let gone = redundant(&kept, 200);
            kept.retain(|(revision, _)| !gone.contains(revision));
        }
        let kept: Vec<_> = kept.iter().map(|(revision, _)| revision.number()).collect();
        assert_eq!(kept, [1, 21, 41, 61, 81, 99, 100]);
    }
}
