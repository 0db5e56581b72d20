//! How long a batch takes to become bytes and come back.

use std::time::{Duration, Instant};

use tenseven_model::{ObservationKey, Revision};
use tenseven_store::{Content, Entry, Journal, MemoryJournal, record_length};

use crate::batch::{Kind, batch};

const SIZE: usize = 1_000;
const ROUNDS: usize = 500;

pub(crate) fn print() {
    for (kind, name) in [(Kind::Plain, "without"), (Kind::WithEvidence, "with")] {
        let entry = batch(kind, SIZE, 1);
        let journal = MemoryJournal::new();
        journal.append(Revision::ZERO, std::slice::from_ref(&entry)).unwrap();
        let key = last_key(&entry);
        let encode = median(|| record_length(&entry));
        let decode = median(|| journal.read(Revision::new(1)).unwrap());
        let find = median(|| journal.find(Revision::new(1), &key).unwrap().unwrap());
        println!(
            "1,000 observations {name} evidence: {:.1} bytes each; encode {encode:.1?}, decode {decode:.1?}, find the last {find:.1?}",
            record_length(&entry) as f64 / SIZE as f64
        );
    }
}

fn last_key(entry: &Entry) -> ObservationKey {
    let Content::Observations(versions) = &entry.content else { unreachable!("a batch") };
    versions.last().unwrap().key().clone()
}

/// What `work` makes is given back after its time was taken.
fn median<T>(mut work: impl FnMut() -> T) -> Duration {
    let mut times: Vec<Duration> = (0..ROUNDS)
        .map(|_| {
            let start = Instant::now();
            let made = std::hint::black_box(work());
            let taken = start.elapsed();
            drop(made);
            taken
        })
        .collect();
    times.sort_unstable();
    times[ROUNDS / 2]
}
