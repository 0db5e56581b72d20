//! The raw floor: records appended to a file, and all that wait flushed at once.

use std::{
    fs::File,
    io::Write as _,
    path::Path,
    time::{Duration, Instant},
};

use tokio::sync::{mpsc, oneshot};

use crate::sample::Sample;

/// Appends for `span`, `in_flight` records at once; each waits until its bytes are flushed.
pub(crate) async fn run(file: &Path, record_bytes: usize, in_flight: usize, span: Duration) -> Sample {
    let mut file = File::create(file).expect("a file for the floor");
    let (sender, mut receiver) = mpsc::channel::<oneshot::Sender<()>>(in_flight);
    let flushing = std::thread::spawn(move || {
        let record = vec![0x5a; record_bytes];
        while let Some(first) = receiver.blocking_recv() {
            let mut waiting = vec![first];
            while let Ok(next) = receiver.try_recv() {
                waiting.push(next);
            }
            file.write_all(&record.repeat(waiting.len())).expect("bytes can be appended");
            file.sync_data().expect("bytes can be flushed");
            for waiting in waiting {
                let _ = waiting.send(());
            }
        }
    });
    let start = Instant::now();
    let appending: Vec<_> = (0..in_flight)
        .map(|_| {
            let sender = sender.clone();
            tokio::spawn(async move {
                let mut times = Vec::new();
                while start.elapsed() < span {
                    let (flushed, is_flushed) = oneshot::channel();
                    let sent = Instant::now();
                    sender.send(flushed).await.expect("the flusher runs");
                    is_flushed.await.expect("the flusher answers");
                    times.push(sent.elapsed().as_secs_f64() * 1_000.0);
                }
                times
            })
        })
        .collect();
    drop(sender);
    let mut times = Vec::new();
    for appending in appending {
        times.extend(appending.await.expect("a writer"));
    }
    let seconds = start.elapsed().as_secs_f64();
    flushing.join().expect("the flusher ends");
    Sample::of(times, seconds)
}
