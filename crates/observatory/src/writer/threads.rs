//! The threads of the stages.
//!
//! *Invariant:* however a thread ends, the others end after it, and every submission is answered: what a thread that panicked held
//! is dropped, which its senders take for a failure of the journal.

use std::{
    io,
    panic::{AssertUnwindSafe, catch_unwind},
    sync::Arc,
    thread::{Builder, JoinHandle},
};

use crossbeam_channel::{Receiver, Select, Sender, bounded};
use tracing::error;

use super::{
    decider::Decider,
    flushed::LastFlushed,
    flusher::Flusher,
    group::{FlushedGroup, Group},
    publisher::Publisher,
};
use crate::{checkpointer::Checkpointer, intake::Job, shared::Shared, write_failure::WriteFailure};

/// Maximum number of groups that were flushed and wait to be scored.
const FLUSHED_GROUPS_MAX: usize = 4;

/// What a thread runs.
type Stage = Box<dyn FnOnce() + Send>;

/// The running stages.
pub(crate) struct Writer {
    threads: Vec<JoinHandle<()>>,
}

impl Writer {
    /// Starts the threads. They run until every sender of jobs is gone and all jobs are answered.
    pub(crate) fn start(
        shared: &Arc<Shared>,
        jobs: Receiver<Job>,
        checkpointer: Checkpointer,
    ) -> io::Result<Self> {
        let last_flushed = LastFlushed::new(shared.state.load().state().clone());
        let decider = Decider::new(Arc::clone(shared), last_flushed.clone());
        let flusher = Flusher::new(Arc::clone(shared), last_flushed);
        let publisher = Publisher::new(Arc::clone(shared));
        // Without a buffer, so that a group is open until the disk is free.
        let (groups, to_flush) = bounded(0);
        let (next, to_publish) = bounded(FLUSHED_GROUPS_MAX);
        let stages: [(&str, Stage); 3] = [
            ("tenseven-publish", Box::new(move || publish(&publisher, checkpointer, &to_publish))),
            ("tenseven-flush", Box::new(move || flush(flusher, &to_flush, &next))),
            ("tenseven-decide", {
                let shared = Arc::clone(shared);
                Box::new(move || decide(decider, &shared, &jobs, &groups))
            }),
        ];
        let start = |(name, stage)| spawn(shared, name, stage);
        let threads = stages.into_iter().map(start).collect::<io::Result<_>>()?;
        Ok(Self { threads })
    }

    /// Waits for the threads to end.
    pub(crate) fn join(self) {
        for thread in self.threads {
            // They catch their panics.
            let _ = thread.join();
        }
    }
}

/// Runs a stage on a thread of its own. If it panics nothing more is accepted.
fn spawn(shared: &Arc<Shared>, name: &str, stage: Stage) -> io::Result<JoinHandle<()>> {
    let shared = Arc::clone(shared);
    let stage_name = name.to_owned();
    Builder::new().name(name.to_owned()).spawn(move || {
        if catch_unwind(AssertUnwindSafe(stage)).is_err() {
            shared.write_failure.set(WriteFailure::Panicked);
            shared.moments.abandon();
            error!(
                thread = stage_name,
                "the writer panicked, which is a fault of the program; reads go on, writes are refused until a restart"
            );
        }
    })
}

fn decide(mut decider: Decider, shared: &Shared, jobs: &Receiver<Job>, groups: &Sender<Group>) {
    while let Ok(job) = jobs.recv() {
        take(&mut decider, shared, job);
        fill(&mut decider, shared, jobs, groups);
        if let Some(group) = decider.close_group()
            && groups.send(group).is_err()
        {
            return;
        }
    }
}

/// Adds waiting jobs to the group until it can be flushed at once, or is full.
fn fill(decider: &mut Decider, shared: &Shared, jobs: &Receiver<Job>, groups: &Sender<Group>) {
    while let Some(group) = decider.open_group()
        && !group.is_full(&shared.limits)
    {
        if group.is_small()
            && let Ok(job) = jobs.try_recv()
        {
            take(decider, shared, job);
            continue;
        }
        let mut select = Select::new();
        let next_job = select.recv(jobs);
        select.send(groups);
        let ready = select.select();
        if ready.index() == next_job {
            match ready.recv(jobs) {
                Ok(job) => take(decider, shared, job),
                Err(_) => return,
            }
        } else {
            // The group is there, as it was open.
            if let Some(group) = decider.close_group() {
                let _ = ready.send(groups, group);
            }
            return;
        }
    }
}

fn take(decider: &mut Decider, shared: &Shared, Job { submission, room }: Job) {
    decider.decide(submission);
    drop(room);
    shared.intake.room_was_made();
}

fn flush(mut flusher: Flusher, groups: &Receiver<Group>, next: &Sender<FlushedGroup>) {
    while let Ok(group) = groups.recv() {
        if next.send(flusher.flush(group)).is_err() {
            return;
        }
    }
}

fn publish(publisher: &Publisher, mut checkpointer: Checkpointer, flushed: &Receiver<FlushedGroup>) {
    while let Ok(first) = flushed.recv() {
        let mut groups = vec![first];
        groups.extend(flushed.try_iter());
        if let Some((head, state)) = publisher.publish(groups) {
            checkpointer.offer(head, &state);
        }
    }
}
