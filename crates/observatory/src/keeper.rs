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
use tenseven_store::{CheckpointInfo, Head, Journal};
use tracing::{info, warn};

use crate::{Limits, checkpoint, ledger::Ledger, state::State};

/// A checkpoint is due after so many parts of what is known have come.
const DUE_DIVISOR: u64 = 8;
/// Kept checkpoints lie at least so many parts of what is known apart, and so many observations.
const APART_DIVISOR: u64 = 2;
const APART_MIN: u64 = 1_000_000;
/// The newest checkpoints are all kept: the last one might turn out to be damaged.
const NEWEST_KEPT: usize = 2;

/// Takes states to be written down. Dropping it waits for the one that is being written.
pub(crate) struct Keeper {
    states: Option<SyncSender<(Head, Arc<State>)>>,
    thread: Option<JoinHandle<()>>,
    progress: Arc<Progress>,
    count: Count,
    observations_min: u64,
}

/// What the thread tells.
#[derive(Debug, Default)]
struct Progress {
    /// The revision of the newest checkpoint.
    written: AtomicU64,
    is_writing: AtomicBool,
}

/// How many observations have come since a checkpoint.
#[derive(Debug, Clone, Copy, Default)]
struct Count {
    since: Revision,
    up_to: Revision,
    observations: u64,
}

impl Keeper {
    /// Starts the thread. `written` is the revision of the newest checkpoint.
    pub(crate) fn start(journal: Arc<dyn Journal>, limits: &Limits, written: Revision) -> io::Result<Self> {
        let (states, offered) = sync_channel(1);
        let progress = Arc::new(Progress { written: written.number().into(), ..Progress::default() });
        let told = Arc::clone(&progress);
        let thread = std::thread::Builder::new()
            .name("tenseven-keeper".to_owned())
            .spawn(move || keep(journal.as_ref(), &offered, &told))?;
        Ok(Self {
            states: Some(states),
            thread: Some(thread),
            progress,
            count: Count { since: written, up_to: written, observations: 0 },
            observations_min: limits.checkpoint_observations_min,
        })
    }

    /// Has a state written down if enough has come since the last one.
    pub(crate) fn offer(&mut self, head: Head, state: &Arc<State>) {
        self.count_up(state);
        let since = self.count.observations;
        if since < self.observations_min || since < state.panel.len() as u64 / DUE_DIVISOR {
            return;
        }
        if let Some(states) = &self.states
            && !self.progress.is_writing.swap(true, Ordering::AcqRel)
        {
            // The thread is gone only if it died, which it told.
            let _ = states.try_send((head, Arc::clone(state)));
        }
    }

    fn count_up(&mut self, state: &State) {
        let written = Revision::new(self.progress.written.load(Ordering::Acquire));
        if written != self.count.since {
            let observations = state.ledger.stored_between(written, self.count.up_to);
            self.count = Count { since: written, observations, ..self.count };
        }
        self.count.observations += state.ledger.stored_between(self.count.up_to, state.revision);
        self.count.up_to = state.revision;
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

fn keep(journal: &dyn Journal, offered: &Receiver<(Head, Arc<State>)>, progress: &Progress) {
    while let Ok((head, state)) = offered.recv() {
        match checkpoint::store(journal, head, &state) {
            Ok(CheckpointInfo { head, bytes }) => {
                info!(revision = head.revision.number(), bytes, "a checkpoint is written");
                thin_out(journal, &state);
            }
            Err(error) => {
                warn!(%error, "a checkpoint cannot be written; the next start folds more of the journal");
            }
        }
        // Also after a failure, so that a full disk is tried again only after as much again has come.
        progress.written.store(state.revision.number(), Ordering::Release);
        progress.is_writing.store(false, Ordering::Release);
    }
}

fn thin_out(journal: &dyn Journal, state: &State) {
    let checkpoints = match journal.checkpoints() {
        Ok(checkpoints) => checkpoints,
        Err(error) => return warn!(%error, "checkpoints cannot be listed; none is given up"),
    };
    let apart = APART_MIN.max(state.panel.len() as u64 / APART_DIVISOR);
    let revisions: Vec<_> = checkpoints.iter().map(|info| info.head.revision).collect();
    for revision in given_up(&revisions, &state.ledger, apart) {
        if let Err(error) = journal.remove_checkpoint(revision) {
            warn!(%error, revision = revision.number(), "a checkpoint cannot be removed");
        }
    }
}

/// The checkpoints that lie closer than `apart` observations behind one that is kept; never the newest.
fn given_up(checkpoints: &[Revision], ledger: &Ledger, apart: u64) -> Vec<Revision> {
    let older = &checkpoints[..checkpoints.len().saturating_sub(NEWEST_KEPT)];
    let mut last_kept: Option<Revision> = None;
    let mut given_up = Vec::new();
    for revision in older {
        if last_kept.is_none_or(|last| ledger.stored_between(last, *revision) >= apart) {
            last_kept = Some(*revision);
        } else {
            given_up.push(*revision);
        }
    }
    given_up
}

#[cfg(test)]
mod tests {
    use tenseven_model::{SubmissionId, Timestamp};

    use super::*;
    use crate::ledger::Signature;

    #[test]
    fn what_is_kept_lies_apart_and_stays_kept() {
        let mut ledger = Ledger::default();
        let mut kept: Vec<Revision> = Vec::new();
        for number in 1..=100_u64 {
            let mut id = [1; 16];
            id[8..].copy_from_slice(&number.to_be_bytes());
            let submission = SubmissionId::from_bytes(id).unwrap();
            ledger.push(Signature { submission, accepted_at: Timestamp::from_micros(0), stored: 10 });
            kept.push(Revision::new(number));
            let gone = given_up(&kept, &ledger, 200);
            kept.retain(|revision| !gone.contains(revision));
        }
        let kept: Vec<_> = kept.iter().map(|revision| revision.number()).collect();
        assert_eq!(kept, [1, 21, 41, 61, 81, 99, 100]);
    }
}
