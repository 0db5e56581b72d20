//! The journal's side and the raw side of one row.

use std::{
    fs::File,
    io::Write as _,
    time::{Duration, Instant},
};

use tenseven_store::{DiskJournal, Entry, Journal as _, JournalOptions, PreparedEntry};

use crate::{
    batch::{Kind, batch},
    group::{run, run_pipelined},
};

/// How long a side runs before it is the other's turn, and how many turns each has.
const TURN: Duration = Duration::from_millis(100);
const TURNS: u32 = 20;

/// What a side did.
#[derive(Default)]
struct Side {
    times: Vec<Duration>,
    running: Duration,
}

impl Side {
    fn add(&mut self, work: impl FnOnce() -> Vec<Duration>) {
        let start = Instant::now();
        self.times.extend(work());
        self.running += start.elapsed();
    }

    fn commits_per_second(&self) -> f64 {
        self.times.len() as f64 / self.running.as_secs_f64()
    }

    /// The given percentile.
    fn at(&mut self, percent: usize) -> Duration {
        self.times.sort_unstable();
        self.times[(self.times.len() - 1) * percent / 100]
    }
}

pub(crate) fn print_head() {
    println!(
        "{:>5} {:>8} {:>7} {:>6} | {:>9} {:>11} {:>9} {:>9} | {:>9} {:>9} {:>9} | {:>7} {:>5} {:>5}",
        "batch",
        "evidence",
        "writers",
        "B/obs",
        "ours c/s",
        "ours obs/s",
        "p50",
        "p99",
        "raw c/s",
        "p50",
        "p99",
        "c/s",
        "p50",
        "p99"
    );
}

/// How the journal compares with the raw side.
pub(crate) struct Ratios {
    /// Commits a second, ours through raw.
    pub(crate) commits: f64,
    /// The time that 99 in a hundred were not above, ours through raw.
    pub(crate) p99: f64,
}

/// Measures one row.
pub(crate) fn compare(kind: Kind, size: usize, writers: usize) -> Ratios {
    let directory = tempfile::tempdir_in(env!("CARGO_TARGET_TMPDIR")).unwrap();
    let journal = DiskJournal::open(directory.path().join("journal"), JournalOptions::default()).unwrap();
    let mut plain = File::create(directory.path().join("plain")).unwrap();
    let mut entries: Vec<Entry> = (0..writers as u64).map(|seed| batch(kind, size, seed + 1)).collect();
    let length = PreparedEntry::new(&entries[0]).unwrap().record_length();
    let mut records: Vec<Vec<u8>> = (0..writers).map(|writer| vec![writer as u8; length]).collect();
    let (mut ours, mut raw) = (Side::default(), Side::default());
    for _ in 0..TURNS {
        ours.add(|| ours_turn(&journal, &mut entries));
        raw.add(|| {
            run(&mut records, TURN, |records| {
                plain.write_all(&records.concat()).unwrap();
                plain.sync_data().unwrap();
            })
        });
    }
    print(kind, size, writers, length, (&mut ours, &mut raw))
}

/// Has writers append for a turn, as the server does: entries are prepared while those before them are written.
fn ours_turn(journal: &DiskJournal, entries: &mut Vec<Entry>) -> Vec<Duration> {
    let mut last = journal.head().revision;
    let prepare = |entry: &mut Entry| {
        last = last.next();
        entry.revision = last;
        PreparedEntry::new(entry).unwrap()
    };
    run_pipelined(entries, TURN, prepare, |prepared| {
        journal.append_prepared(journal.head().revision, prepared).unwrap();
    })
}

/// Appends entries after the head.
pub(crate) fn append(journal: &DiskJournal, entries: &mut [Entry]) {
    let head = journal.head().revision;
    let mut last = head;
    for entry in entries.iter_mut() {
        last = last.next();
        entry.revision = last;
    }
    journal.append(head, entries).unwrap();
}

fn print(
    kind: Kind,
    size: usize,
    writers: usize,
    length: usize,
    (ours, raw): (&mut Side, &mut Side),
) -> Ratios {
    let evidence = if kind == Kind::Plain { "none" } else { "yes" };
    let (commits, least) = (ours.commits_per_second(), raw.commits_per_second());
    let [p50, p99, raw_p50, raw_p99] = [ours.at(50), ours.at(99), raw.at(50), raw.at(99)];
    let ratio = |ours: Duration, raw: Duration| ours.as_secs_f64() / raw.as_secs_f64();
    let ratios = Ratios { commits: commits / least, p99: ratio(p99, raw_p99) };
    println!(
        "{size:>5} {evidence:>8} {writers:>7} {:>6.1} | {commits:>9.0} {:>11.0} {p50:>9.1?} {p99:>9.1?} | {least:>9.0} {raw_p50:>9.1?} {raw_p99:>9.1?} | {:>7.2} {:>5.2} {:>5.2}",
        length as f64 / size as f64,
        commits * size as f64,
        ratios.commits,
        ratio(p50, raw_p50),
        ratios.p99,
    );
    ratios
}
