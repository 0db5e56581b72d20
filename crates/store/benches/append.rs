//! How long a durable append takes, beside the least that durability costs on the same disk.
//!
//! Each batch is appended to a journal, and as many bytes as its record has are appended to a plain file and synced
//! with `fdatasync`; the two take turns, so that both see the same disk. `cargo bench -p tenseven-store`.

#![allow(
    clippy::unwrap_used,
    clippy::print_stdout,
    clippy::disallowed_methods,
    clippy::cast_possible_truncation,
    reason = "a benchmark takes the time, prints it, and stops where something fails"
)]

use std::{
    fs::File,
    io::Write as _,
    path::Path,
    time::{Duration, Instant},
};

use tenseven_model::{
    ContentDigest, Evidence, Notes, Number, Observation, ObservationKey, Revision, SubmissionId, Timestamp,
    Value,
};
use tenseven_store::{
    Content, Entry, Journal, JournalOptions, Outcome, SledJournal, Versioned, record_length,
};

/// Batch sizes, in observations.
const SIZES: [usize; 4] = [1, 100, 1_000, 10_000];
/// Longest that one batch size is measured, and most rounds.
const TIME_MAX: Duration = Duration::from_secs(6);
const ROUNDS_MAX: u64 = 2_000;

fn main() {
    println!(
        "{:>12} {:>7} {:>12} {:>12} {:>12} {:>7} {:>14}",
        "observations", "rounds", "bytes each", "raw median", "our median", "ratio", "observations/s"
    );
    for size in SIZES {
        let directory = tempfile::tempdir_in(env!("CARGO_TARGET_TMPDIR")).unwrap();
        measure(directory.path(), size);
    }
}

fn measure(directory: &Path, size: usize) {
    let journal = SledJournal::open(directory.join("journal"), JournalOptions::default()).unwrap();
    let mut plain = File::create(directory.join("plain")).unwrap();
    let (mut ours, mut raw) = (Vec::new(), Vec::new());
    let length = record_length(&batch(1, size));
    let start = Instant::now();
    for round in 0..ROUNDS_MAX {
        if start.elapsed() > TIME_MAX {
            break;
        }
        let entry = [batch(round + 1, size)];
        ours.push(timed(|| {
            journal.append(Revision::new(round), &entry).unwrap();
        }));
        let bytes = vec![round as u8; length];
        raw.push(timed(|| {
            plain.write_all(&bytes).unwrap();
            plain.sync_data().unwrap();
        }));
    }
    let (ours_median, raw_median) = (median(&mut ours), median(&mut raw));
    println!(
        "{size:>12} {:>7} {:>12.1} {raw_median:>12.1?} {ours_median:>12.1?} {:>7.2} {:>14.0}",
        ours.len(),
        length as f64 / size as f64,
        raw_median.as_secs_f64() / ours_median.as_secs_f64(),
        size as f64 / ours_median.as_secs_f64(),
    );
}

fn timed(work: impl FnOnce()) -> Duration {
    let start = Instant::now();
    work();
    start.elapsed()
}

fn median(times: &mut [Duration]) -> Duration {
    times.sort_unstable();
    times[times.len() / 2]
}

/// A batch as partners send them: few indicators and sources, many areas and periods, the same evidence throughout.
fn batch(revision: u64, size: usize) -> Entry {
    let evidence =
        Evidence::new("National statistical office, yearbook".into(), String::new(), String::new()).unwrap();
    let letter = |place: usize| char::from(b'A' + (place % 26) as u8);
    let observation = |place: usize| {
        let key = ObservationKey {
            indicator: format!("indicator-{}", place % 11).parse().unwrap(),
            area: format!("{}{}{}", letter(place / 676), letter(place / 26), letter(place)).parse().unwrap(),
            source: "national-statistics".parse().unwrap(),
            period: (2014 + place / 11 % 12).to_string().parse().unwrap(),
        };
        let number = Number::try_from((revision as f64).mul_add(0.1, place as f64)).unwrap();
        let notes = Notes { evidence: vec![evidence.clone()], ..Notes::default() };
        Versioned {
            observation: Observation::new(key, Value::Number(number), None, notes).unwrap(),
            previous: None,
        }
    };
    let mut id = [1; 16];
    id[..8].copy_from_slice(&revision.to_be_bytes());
    Entry {
        revision: Revision::new(revision),
        committed_at: Timestamp::from_micros(1_700_000_000_000_000),
        submission: SubmissionId::from_bytes(id).unwrap(),
        digest: ContentDigest([0; 32]),
        outcome: Outcome { new: size as u32, revised: 0, unchanged: 0 },
        content: Content::Observations((0..size).map(observation).collect()),
    }
}
