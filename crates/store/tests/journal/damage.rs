//! Damage is an error that names segment, offset and revision, or is mended; never a panic, never skipped, and nothing is changed by
//! looking.

use std::{
    collections::BTreeMap,
    fs::{self, File},
    os::unix::fs::FileExt as _,
    path::{Path, PathBuf},
    process::Command,
    sync::mpsc,
    thread,
    time::Duration,
};

use tenseven_model::Revision;
use tenseven_store::{Checkpoints as _, DiskJournal, Entry, Journal, JournalOptions, OpenError, ReadError};

use crate::samples::{batch, copy, entries, long, on_disk, open, segment, short_segments};

/// Every file of a directory with its bytes.
pub(crate) fn all_bytes(path: &Path) -> BTreeMap<PathBuf, Vec<u8>> {
    let mut files = BTreeMap::new();
    let mut directories = vec![path.to_owned()];
    while let Some(directory) = directories.pop() {
        for entry in fs::read_dir(directory).unwrap().map(Result::unwrap) {
            if entry.file_type().unwrap().is_dir() {
                directories.push(entry.path());
            } else {
                let name = entry.path().strip_prefix(path).unwrap().to_owned();
                files.insert(name, fs::read(entry.path()).unwrap());
            }
        }
    }
    files
}

/// Inverts bits of a file.
fn flip(file: &Path, offset: u64, mask: u8) {
    let file = File::options().read(true).write(true).open(file).unwrap();
    let mut byte = [0];
    file.read_exact_at(&mut byte, offset).unwrap();
    file.write_all_at(&[byte[0] ^ mask], offset).unwrap();
}

/// A journal that was opened, written and closed some times.
struct Written {
    directory: tempfile::TempDir,
    path: PathBuf,
    entries: Vec<Entry>,
}

impl Written {
    fn new() -> Self {
        let directory = tempfile::tempdir().unwrap();
        let path = directory.path().join("journal");
        let appended: Vec<_> =
            (1..=60).map(|revision| batch(revision, usize::try_from(revision).unwrap() * 3)).collect();
        for life in appended.chunks(30) {
            let journal = DiskJournal::open(&path, short_segments()).unwrap();
            for entry in life {
                let head = journal.append(journal.head().revision, std::slice::from_ref(entry)).unwrap();
                if head.revision.number() % 30 == 0 {
                    journal.write_checkpoint(head, &mut |to| to.write_all(&[7; 3_000])).unwrap();
                }
            }
        }
        Self { directory, path, entries: appended }
    }

    fn copy(&self) -> PathBuf {
        let to = self.directory.path().join("copy");
        if to.exists() {
            fs::remove_dir_all(&to).unwrap();
        }
        copy(&self.path, &to);
        to
    }

    /// Reads everything from a damaged copy: refused on opening, stopped at the damage, or all of it.
    fn outcome(&self, path: &Path, what: &str) -> Outcome {
        let before = all_bytes(path);
        let read_only = DiskJournal::open_read_only(path, short_segments(), &mut |_| ());
        let read_only = read_only.map(|journal| journal.head()).map_err(|error| error.to_string());
        assert!(all_bytes(path) == before, "{what}: looking changed something");
        let journal = match DiskJournal::open(path, short_segments()) {
            Ok(journal) => journal,
            Err(error) => {
                assert!(read_only.is_err_and(|read_only| read_only == error.to_string()), "{what}: {error}");
                assert!(all_bytes(path) == before, "{what}: a refused start changed something");
                return Outcome::Refused;
            }
        };
        assert_eq!(read_only, Ok(journal.head()), "{what}");
        for (expected, read) in (1..).zip(journal.read_after(Revision::ZERO)) {
            match read {
                Ok(entry) => assert!(entry == self.entries[expected - 1], "{what}: {expected} is another"),
                Err(ReadError::Corrupt(found)) => {
                    assert_eq!(found.revision.number(), expected as u64, "{what}");
                    return Outcome::Stopped;
                }
                Err(error) => panic!("{what}: {error:?}"),
            }
        }
        assert_eq!(journal.head().revision.number(), self.entries.len() as u64, "{what}: its end is gone");
        for entry in &self.entries {
            assert_eq!(journal.stamp(entry.revision).unwrap(), entry.stamp(), "{what}");
            assert_eq!(journal.revision_of(entry.submission).unwrap(), Some(entry.revision), "{what}");
        }
        Outcome::Whole
    }
}

/// What became of a damaged journal.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Outcome {
    Refused,
    Stopped,
    Whole,
}

/// Spread over `length` by an odd stride.
fn offsets(length: usize, count: u64) -> impl Iterator<Item = u64> {
    (0..count).map(move |round| round * 7_919_317 % length as u64)
}

#[test]
fn no_damage_to_any_file_makes_it_panic_or_lie_and_looking_changes_nothing() {
    let written = Written::new();
    let sound = all_bytes(&written.path);
    let mut outcomes: BTreeMap<(String, Outcome), usize> = BTreeMap::new();
    for (name, bytes) in &sound {
        let kind = name.components().next().unwrap().as_os_str().to_string_lossy().into_owned();
        for offset in offsets(bytes.len(), if kind == "log-1" { 20 } else { 12 }) {
            let path = written.copy();
            flip(&path.join(name), offset, 1 << (offset % 8));
            let outcome = written.outcome(&path, &format!("byte {offset} of {}", name.display()));
            *outcomes.entry((kind.clone(), outcome)).or_default() += 1;
        }
    }
    println!("{outcomes:#?}");
    for derived in ["index", "acknowledged", "checkpoints"] {
        assert!(outcomes.keys().any(|(kind, _)| kind == derived), "{derived} was not damaged");
        let refused = outcomes.get(&(derived.to_owned(), Outcome::Refused));
        assert_eq!(refused, None, "{derived} is derived");
    }
    assert!(outcomes.contains_key(&("journal".to_owned(), Outcome::Refused)));
    assert!(outcomes.contains_key(&("log-1".to_owned(), Outcome::Refused)));
    assert!(outcomes.contains_key(&("log-1".to_owned(), Outcome::Whole)), "void bytes are nobody's");
}

#[test]
fn files_that_are_cut_or_missing_are_refused_or_made_again() {
    let written = Written::new();
    for (name, bytes) in &all_bytes(&written.path) {
        let is_log = name.starts_with("log-1") || name == Path::new("journal");
        for length in [None, Some(0), Some(bytes.len() / 2), Some(bytes.len().saturating_sub(1))] {
            let path = written.copy();
            let file = path.join(name);
            match length {
                None => fs::remove_file(file).unwrap(),
                Some(length) => fs::write(file, &bytes[..length]).unwrap(),
            }
            let outcome = written.outcome(&path, &format!("{} cut to {length:?}", name.display()));
            assert!(is_log || outcome == Outcome::Whole, "{} cut to {length:?}: {outcome:?}", name.display());
        }
    }
}

#[test]
fn damage_after_opening_is_reported_when_it_is_read() {
    let directory = tempfile::tempdir().unwrap();
    let journal = on_disk(&directory);
    journal.append(Revision::ZERO, &[batch(1, 9), long(2, 20_000), batch(3, 1)]).unwrap();
    let position = journal.record(Revision::new(2)).unwrap().position().clone();
    flip(&position.segment, position.offset + 10_000, 1);
    let mut walk = journal.read_after(Revision::ZERO);
    assert_eq!(walk.next().unwrap().unwrap(), batch(1, 9));
    let Some(Err(ReadError::Corrupt(found))) = walk.next() else { panic!("it was not noticed") };
    assert_eq!((found.revision.number(), &found.position), (2, &position));
    let text = found.to_string();
    assert!(text.contains("0000000001.segment at byte") && text.contains("from a backup"), "{text}");
    assert!(walk.next().is_none(), "something was read after the damage");
    assert!(matches!(journal.read(Revision::new(2)), Err(ReadError::Corrupt(_))));
    assert_eq!(journal.read(Revision::new(3)).unwrap(), batch(3, 1));
}

#[test]
fn a_log_that_lost_its_last_commit_is_refused_every_time() {
    let directory = tempfile::tempdir().unwrap();
    let journal = on_disk(&directory);
    journal.append(Revision::ZERO, &[batch(1, 9)]).unwrap();
    journal.append(Revision::new(1), &[batch(2, 9), batch(3, 9)]).unwrap();
    let (path, cut) =
        (journal.path().to_owned(), journal.record(Revision::new(2)).unwrap().position().clone());
    drop(journal);
    let file = File::options().write(true).open(&cut.segment).unwrap();
    file.write_all_at(&[0; 8_192], cut.offset).unwrap();
    for _ in 0..2 {
        let error = open(&path).unwrap_err();
        let is_shortened = matches!(&error, OpenError::Shortened { position, head, acknowledged }
            if *position == cut && head.number() == 1 && acknowledged.number() == 3);
        assert!(is_shortened, "{error:?}");
        assert!(error.to_string().contains("from a backup"), "{error}");
    }
}

#[test]
fn another_last_entry_than_was_acknowledged_is_refused() {
    let directory = tempfile::tempdir().unwrap();
    let [ours, theirs] = ["journal", "theirs"].map(|name| directory.path().join(name));
    for (path, count) in [(&ours, 1), (&theirs, 2)] {
        open(path).unwrap().append(Revision::ZERO, &[batch(1, count)]).unwrap();
    }
    fs::copy(segment(&theirs, 1, 1), segment(&ours, 1, 1)).unwrap();
    let error = open(&ours).unwrap_err();
    assert!(matches!(error, OpenError::Shortened { .. }), "{error:?}");
}

#[test]
fn a_log_without_its_manifest_is_not_taken_for_an_empty_directory() {
    let directory = tempfile::tempdir().unwrap();
    let journal = on_disk(&directory);
    journal.append(Revision::ZERO, &[batch(1, 1)]).unwrap();
    let path = journal.path().to_owned();
    drop(journal);
    fs::remove_file(path.join("journal")).unwrap();
    for derived in ["index", "acknowledged"] {
        let before = all_bytes(&path);
        let error = open(&path).unwrap_err();
        assert!(matches!(error, OpenError::Damaged { .. }), "{error:?}");
        assert!(all_bytes(&path) == before);
        let gone = path.join(derived);
        if gone.is_dir() { fs::remove_dir_all(gone) } else { fs::remove_file(gone) }.unwrap();
    }
    let error = open(&path).unwrap_err();
    assert!(matches!(error, OpenError::Damaged { .. }), "{error:?}");
}

#[test]
fn a_later_format_is_refused_with_both_numbers() {
    let directory = tempfile::tempdir().unwrap();
    let path = on_disk(&directory).path().to_owned();
    let mut bytes = fs::read(path.join("journal")).unwrap();
    bytes[15] = 2;
    let checksum = crc32c::crc32c(&bytes[..28]).to_be_bytes();
    bytes[28..].copy_from_slice(&checksum);
    fs::write(path.join("journal"), bytes).unwrap();
    let error = open(&path).unwrap_err();
    assert!(matches!(error, OpenError::NewerFormat { found: 2, known: 1, .. }), "{error:?}");
}

#[test]
fn an_index_of_another_journal_is_not_believed() {
    let directory = tempfile::tempdir().unwrap();
    let [ours, theirs] = ["journal", "theirs"].map(|name| directory.path().join(name));
    for (path, first) in [(&ours, 4), (&theirs, 5)] {
        open(path).unwrap().append(Revision::ZERO, &[batch(1, first), batch(2, 1)]).unwrap();
    }
    fs::remove_dir_all(ours.join("index")).unwrap();
    copy(&theirs.join("index"), &ours.join("index"));
    let journal = open(&ours).unwrap();
    assert_eq!(entries(&journal), [batch(1, 4), batch(2, 1)]);
    assert_eq!(journal.revision_of(batch(2, 1).submission).unwrap(), Some(Revision::new(2)));
}

#[test]
fn an_index_that_is_no_directory_is_replaced_or_done_without() {
    let directory = tempfile::tempdir().unwrap();
    let journal = on_disk(&directory);
    journal.append(Revision::ZERO, &[batch(1, 4)]).unwrap();
    let index = journal.path().join("index");
    drop(journal);
    fs::remove_dir_all(&index).unwrap();
    fs::write(&index, "no database").unwrap();
    let journal = on_disk(&directory);
    assert_eq!(journal.revision_of(batch(1, 1).submission).unwrap(), Some(Revision::new(1)));
}

#[test]
fn opening_reports_how_far_it_is() {
    let directory = tempfile::tempdir().unwrap();
    let path = directory.path().join("journal");
    let journal = open(&path).unwrap();
    let all: Vec<Entry> = (1..=100_001).map(|revision| long(revision, 0)).collect();
    for some in all.chunks(20_000) {
        journal.append(journal.head().revision, some).unwrap();
    }
    drop(journal);
    let mut reported = Vec::new();
    let journal = DiskJournal::open_with_progress(&path, JournalOptions::default(), &mut |revision| {
        reported.push(revision.number());
    });
    assert_eq!(journal.unwrap().head().revision.number(), 100_001);
    assert!(reported.contains(&100_000), "{reported:?}");
}

#[test]
fn a_pipe_in_the_place_of_a_file_holds_nobody_up() {
    let written = Written::new();
    let folder = tempfile::tempdir().unwrap();
    for (number, file) in all_bytes(&written.path).into_keys().enumerate() {
        let journal = folder.path().join(number.to_string());
        copy(&written.path, &journal);
        let pipe = journal.join(&file);
        fs::remove_file(&pipe).unwrap();
        assert!(Command::new("mkfifo").arg(&pipe).status().unwrap().success());
        let (sender, receiver) = mpsc::channel();
        // Left to itself where it never ends.
        thread::spawn(move || {
            sender.send(DiskJournal::open(&journal, short_segments()).map(|journal| entries(&journal)))
        });
        let opened = receiver.recv_timeout(Duration::from_secs(20));
        let opened = opened.unwrap_or_else(|_| panic!("{} holds the start up", file.display()));
        if let Ok(found) = opened {
            assert_eq!(found, written.entries, "{}", file.display());
        }
    }
}
