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

/// How long each batch took to become durable, if all waiting batches are committed together.
pub(crate) fn run<T: Send>(
    batches: &mut Vec<T>,
    running: Duration,
    mut commit: impl FnMut(&[T]) + Send,
) -> Vec<Duration> {
    run_writers(batches, running, |jobs| {
        while let Ok(first) = jobs.recv() {
            let waiting: Vec<Job<T>> = std::iter::once(first).chain(jobs.try_iter()).collect();
            let (batches, replies): (Vec<T>, Vec<Sender<T>>) =
                waiting.into_iter().map(|job| (job.batch, job.reply)).unzip();
            commit(&batches);
            answer(batches, replies);
        }
    })
}

/// The same, where each batch is prepared on a thread of its own while others are committed.
pub(crate) fn run_pipelined<T: Send, P: Send>(
    batches: &mut Vec<T>,
    running: Duration,
    mut prepare: impl FnMut(&mut T) -> P + Send,
    mut commit: impl FnMut(&[P]) + Send,
) -> Vec<Duration> {
    run_writers(batches, running, |jobs| {
        let (sender, prepared) = channel();
        thread::scope(|scope| {
            scope.spawn(move || {
                for mut job in jobs {
                    let ready = prepare(&mut job.batch);
                    sender.send((ready, job)).unwrap();
                }
            });
            while let Ok(first) = prepared.recv() {
                let (ready, jobs): (Vec<P>, Vec<Job<T>>) =
                    std::iter::once(first).chain(prepared.try_iter()).unzip();
                commit(&ready);
                let (batches, replies) = jobs.into_iter().map(|job| (job.batch, job.reply)).unzip();
                answer(batches, replies);
            }
        });
    })
}

fn run_writers<T: Send>(
    batches: &mut Vec<T>,
    running: Duration,
    serve: impl FnOnce(Receiver<Job<T>>) + Send,
) -> Vec<Duration> {
    let (sender, receiver) = channel();
    thread::scope(|scope| {
        let committer = scope.spawn(move || serve(receiver));
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

fn answer<T>(batches: Vec<T>, replies: Vec<Sender<T>>) {
    for (batch, reply) in batches.into_iter().zip(replies) {
        // A writer whose time is over waits for its last answer all the same.
        reply.send(batch).unwrap();
    }
}
