//! Group commit: what waits while a commit runs goes out with the next one.

use std::{
    sync::mpsc::{Receiver, Sender, channel},
    thread,
    time::{Duration, Instant},
};

/// A batch that waits, and where it is sent back to.
struct Job<T> {
    batch: T,
    reply: Sender<T>,
}

/// How long each batch took to become durable.
pub(crate) fn run<T: Send>(
    batches: &mut Vec<T>,
    running: Duration,
    mut commit: impl FnMut(&mut Vec<T>) + Send,
) -> Vec<Duration> {
    let (sender, receiver) = channel();
    thread::scope(|scope| {
        let committer = scope.spawn(move || serve(&receiver, &mut commit));
        let writers: Vec<_> = batches
            .drain(..)
            .map(|batch| {
                let sender = sender.clone();
                scope.spawn(move || write(batch, &sender, running))
            })
            .collect();
        drop(sender);
        let mut times = Vec::new();
        for writer in writers {
            let (batch, taken) = writer.join().unwrap();
            batches.push(batch);
            times.extend(taken);
        }
        committer.join().unwrap();
        times
    })
}

fn write<T>(mut batch: T, jobs: &Sender<Job<T>>, running: Duration) -> (T, Vec<Duration>) {
    let (reply, answers) = channel();
    let (start, mut times) = (Instant::now(), Vec::new());
    while start.elapsed() < running {
        let sent = Instant::now();
        jobs.send(Job { batch, reply: reply.clone() }).unwrap();
        batch = answers.recv().unwrap();
        times.push(sent.elapsed());
    }
    (batch, times)
}

fn serve<T>(jobs: &Receiver<Job<T>>, commit: &mut impl FnMut(&mut Vec<T>)) {
    while let Ok(first) = jobs.recv() {
        let (mut batches, mut replies) = (vec![first.batch], vec![first.reply]);
        while let Ok(Job { batch, reply }) = jobs.try_recv() {
            batches.push(batch);
            replies.push(reply);
        }
        commit(&mut batches);
        for (batch, reply) in batches.drain(..).zip(replies) {
            // A writer whose time is over waits for its last answer all the same.
            reply.send(batch).unwrap();
        }
    }
}
