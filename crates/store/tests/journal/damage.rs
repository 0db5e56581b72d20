//! Damage is an error that names the revision, never a panic and never skipped.

use std::{
    fs::{self, File},
    os::unix::fs::FileExt as _,
    path::{Path, PathBuf},
};

use tenseven_model::Revision;
use tenseven_store::{
    Corruption, Entry, EntryFault, Journal, JournalOptions, OpenError, PartError, ReadError, SledJournal,
};

use crate::samples::{batch, long, on_disk};

const HEAD: u64 = 5;

/// A journal with five entries, of which the third has four parts; then changed behind its back.
fn changed(change: impl FnOnce(&sled::Db)) -> (tempfile::TempDir, Result<SledJournal, OpenError>) {
    let directory = tempfile::tempdir().unwrap();
    let journal = on_disk(&directory);
    let entries = [batch(1, 1), batch(2, 9), long(3, 20_000), batch(4, 1), batch(HEAD, 700)];
    journal.append(Revision::ZERO, &entries).unwrap();
    let path = journal.path().to_owned();
    drop(journal);
    {
        let db = sled::Config::new().path(&path).flush_every_ms(None).open().unwrap();
        change(&db);
    }
    let opened = reopened(&path);
    (directory, opened)
}

/// sled's threads hold its lock for a moment longer than its handle lives.
pub(crate) fn reopened(path: &Path) -> Result<SledJournal, OpenError> {
    for _ in 0..200 {
        match SledJournal::open(path, JournalOptions::default()) {
            Err(OpenError::Locked { .. }) => std::thread::sleep(std::time::Duration::from_millis(5)),
            result => return result,
        }
    }
    panic!("the lock was never released")
}

fn key(revision: u64, part: u32) -> Vec<u8> {
    [&[2][..], &revision.to_be_bytes(), &part.to_be_bytes()].concat()
}

fn edit(db: &sled::Db, key: &[u8], change: impl FnOnce(&mut Vec<u8>)) {
    let mut value = db.get(key).unwrap().expect("the key is there").to_vec();
    change(&mut value);
    db.insert(key, value).unwrap();
}

/// What reading the whole journal says: the entries before the damage, and the damage.
fn damage(journal: &SledJournal) -> (u64, Corruption) {
    let (mut sound, mut reader) = (0, journal.read_after(Revision::ZERO));
    loop {
        match reader.next() {
            Some(Ok(_)) => sound += 1,
            Some(Err(ReadError::Corrupt(corruption))) => {
                assert!(reader.next().is_none(), "something was read after the damage");
                return (sound, corruption);
            }
            other => panic!("after {sound}: {other:?}"),
        }
    }
}

fn damage_by(change: impl FnOnce(&sled::Db)) -> (u64, u64, EntryFault) {
    let (_directory, opened) = changed(change);
    let (sound, Corruption { revision, fault, .. }) = damage(&opened.unwrap());
    (sound, revision.number(), fault)
}

fn refused_by(change: impl FnOnce(&sled::Db)) -> OpenError {
    let (_directory, opened) = changed(change);
    opened.unwrap_err()
}

#[test]
fn a_flipped_bit_is_found_by_the_checksum() {
    let (sound, revision, fault) = damage_by(|db| edit(db, &key(3, 2), |value| value[1_000] ^= 1));
    assert_eq!((sound, revision), (2, 3));
    let expected = matches!(fault, EntryFault::Part { part: 2, source: PartError::Checksum { .. } });
    assert!(expected, "{fault:?}");
}

#[test]
fn a_missing_part_is_found() {
    let (sound, revision, fault) = damage_by(|db| drop(db.remove(key(3, 1)).unwrap()));
    assert_eq!((sound, revision), (2, 3));
    assert!(matches!(fault, EntryFault::MissingPart { part: 1, count: 4 }), "{fault:?}");
}

#[test]
fn a_missing_entry_is_found() {
    for missing in [1, 4] {
        let (sound, revision, fault) = damage_by(|db| drop(db.remove(key(missing, 0)).unwrap()));
        assert_eq!((sound, revision), (missing - 1, missing));
        assert!(matches!(fault, EntryFault::MissingEntry), "{fault:?}");
    }
}

#[test]
fn a_part_under_another_key_is_found() {
    let (_, revision, fault) = damage_by(|db| {
        let part = db.get(key(2, 0)).unwrap().unwrap();
        db.insert(key(4, 0), part).unwrap();
    });
    assert_eq!(revision, 4);
    let expected = matches!(fault, EntryFault::Part { part: 0, source: PartError::Checksum { .. } });
    assert!(expected, "{fault:?}");
}

#[test]
fn a_part_of_a_later_format_is_found() {
    let (_, revision, fault) = damage_by(|db| edit(db, &key(2, 0), |value| value[0] = 9));
    assert_eq!(revision, 2);
    let expected = matches!(fault, EntryFault::Part { source: PartError::Format { found: 9, known: 2 }, .. });
    assert!(expected, "{fault:?}");
}

#[test]
fn a_torn_last_entry_is_refused_on_opening_with_the_revision_and_the_remedy() {
    let error = refused_by(|db| drop(db.remove(key(HEAD, 1)).unwrap()));
    let OpenError::Corrupt(corruption) = &error else { panic!("{error:?}") };
    assert_eq!(corruption.revision.number(), HEAD);
    assert!(matches!(corruption.fault, EntryFault::MissingPart { part: 1, .. }), "{corruption:?}");
    let text = error.to_string();
    assert!(text.contains("revision 5") && text.contains("restore the directory from a backup"), "{text}");
}

#[test]
fn the_end_of_an_entry_without_its_beginning_is_refused_on_opening() {
    let error = refused_by(|db| drop(db.insert(key(HEAD + 1, 1), vec![1; 40]).unwrap()));
    assert!(
        matches!(&error, OpenError::Corrupt(Corruption { revision, fault: EntryFault::MissingEntry, .. }) if revision.number() == 6),
        "{error:?}"
    );
}

#[test]
fn a_part_too_many_is_refused_on_opening() {
    let error = refused_by(|db| {
        // A sound envelope under the key of a part that the entry does not have.
        let key = key(HEAD, 9);
        let covered = db.get(self::key(HEAD, 0)).unwrap().unwrap()[5..].to_vec();
        let checksum = crc32c::crc32c(&[&key[..], &covered].concat()).to_be_bytes();
        db.insert(&key, [&[2][..], &checksum, &covered].concat()).unwrap();
    });
    let expected =
        matches!(&error, OpenError::Corrupt(Corruption { fault: EntryFault::ExtraPart { part: 9, .. }, .. }));
    assert!(expected, "{error:?}");
}

#[test]
fn a_key_that_no_release_writes_is_refused_on_opening() {
    let error = refused_by(|db| drop(db.insert([2, 0xff, 1], "x").unwrap()));
    let expected = matches!(&error, OpenError::Corrupt(Corruption { fault: EntryFault::Key(_), .. }));
    assert!(expected, "{error:?}");
}

#[test]
fn a_later_format_is_refused_with_both_numbers() {
    let later =
        [&3u32.to_be_bytes()[..], &crc32c::crc32c(&3u32.to_be_bytes()).to_be_bytes(), b"more"].concat();
    let error = refused_by(|db| drop(db.insert([1, 1], later).unwrap()));
    assert!(matches!(error, OpenError::NewerFormat { found: 3, known: 2, .. }), "{error:?}");
}

#[test]
fn a_damaged_or_missing_format_is_refused() {
    let missing = refused_by(|db| drop(db.remove([1, 1]).unwrap()));
    assert!(matches!(missing, OpenError::Damaged { .. }), "{missing:?}");
    let damaged = refused_by(|db| edit(db, &[1, 1], |value| value[3] = 7));
    assert!(matches!(damaged, OpenError::Damaged { .. }), "{damaged:?}");
}

#[test]
fn pages_outside_the_log_are_refused_on_opening() {
    let directory = tempfile::tempdir().unwrap();
    let journal = on_disk(&directory);
    let path = journal.path().to_owned();
    drop(journal);
    fs::write(path.join("blobs/0"), "a page").unwrap();
    let error = reopened(&path).unwrap_err();
    assert!(matches!(error, OpenError::Damaged { .. } | OpenError::Corrupt(_)), "{error:?}");
}

/// Inverts bytes all over the log. Whatever sled makes of it, the journal gives back what was written, or an error.
#[test]
fn no_damage_to_the_log_makes_it_panic_or_lie() {
    let written = Written::new(2);
    let length = fs::metadata(written.path.join("db")).unwrap().len();
    let (mut refused, mut stopped, mut whole) = (0, 0, 0);
    for round in 0..60u64 {
        // Spread over the file by an odd stride.
        match written.after_damage("db", round * 7_919_317 % length) {
            Outcome::Refused => refused += 1,
            Outcome::Stopped => stopped += 1,
            Outcome::Whole => whole += 1,
        }
    }
    println!("refused on opening {refused}, stopped while reading {stopped}, whole {whole}");
    assert!(refused + stopped > 0, "no damage was found");
}

#[test]
fn no_damage_to_the_other_files_makes_it_panic_or_lie() {
    let written = Written::new(2);
    let files: Vec<_> = fs::read_dir(&written.path).unwrap().map(|file| file.unwrap().file_name()).collect();
    let (mut refused, mut whole) = (0, 0);
    for name in files
        .iter()
        .map(|name| name.to_str().unwrap())
        .filter(|name| !["db", "blobs", "checkpoints"].contains(name))
    {
        let length = fs::metadata(written.path.join(name)).unwrap().len();
        for place in (0..length).step_by(usize::try_from(length / 20 + 1).unwrap()) {
            match written.after_damage(name, place) {
                Outcome::Refused => refused += 1,
                Outcome::Stopped => panic!("byte {place} of {name} was read around"),
                Outcome::Whole => whole += 1,
            }
        }
    }
    println!("refused on opening {refused}, whole {whole}");
    assert!(refused > 0 && whole > 0, "{refused} refused, {whole} whole");
}

#[test]
fn a_log_that_lost_its_end_is_refused_every_time() {
    let written = Written::new(1);
    let copy = written.copy();
    File::options().write(true).open(copy.path().join("db")).unwrap().set_len(300_000).unwrap();
    for _ in 0..2 {
        let error = reopened(copy.path()).unwrap_err();
        assert!(
            matches!(&error, OpenError::Shortened { head, acknowledged, .. }
                if *head < *acknowledged && acknowledged.number() == written.entries.len() as u64),
            "{error:?}"
        );
    }
}

/// What became of a damaged journal.
enum Outcome {
    Refused,
    Stopped,
    Whole,
}

/// A journal that was opened, written and closed some times.
struct Written {
    _directory: tempfile::TempDir,
    path: PathBuf,
    entries: Vec<Entry>,
}

impl Written {
    fn new(lives: usize) -> Self {
        let directory = tempfile::tempdir().unwrap();
        let entries: Vec<_> =
            (1..=60).map(|revision| batch(revision, usize::try_from(revision).unwrap() * 9)).collect();
        for life in entries.chunks(60 / lives) {
            let journal = on_disk(&directory);
            for entry in life {
                journal.append(journal.head().revision, std::slice::from_ref(entry)).unwrap();
            }
        }
        Self { path: directory.path().join("journal"), _directory: directory, entries }
    }

    fn copy(&self) -> tempfile::TempDir {
        let copy = tempfile::tempdir().unwrap();
        fs::create_dir(copy.path().join("blobs")).unwrap();
        for file in fs::read_dir(&self.path).unwrap().map(Result::unwrap).filter(|file| file.path().is_file())
        {
            fs::copy(file.path(), copy.path().join(file.file_name())).unwrap();
        }
        copy
    }

    /// Inverts three bytes of a copy and reads it from the beginning.
    fn after_damage(&self, name: &str, place: u64) -> Outcome {
        let copy = self.copy();
        let file = File::options().read(true).write(true).open(copy.path().join(name)).unwrap();
        let place = place.min(file.metadata().unwrap().len() - 3);
        let mut bytes = [0; 3];
        file.read_exact_at(&mut bytes, place).unwrap();
        file.write_all_at(&bytes.map(|byte| !byte), place).unwrap();
        let Ok(journal) = reopened(copy.path()) else { return Outcome::Refused };
        for (expected, read) in (1..).zip(journal.read_after(Revision::ZERO)) {
            match read {
                Ok(entry) => assert!(
                    entry == self.entries[expected - 1],
                    "byte {place} of {name}: {expected} is another"
                ),
                Err(ReadError::Corrupt(found)) => {
                    assert_eq!(found.revision.number(), expected as u64, "byte {place} of {name}");
                    return Outcome::Stopped;
                }
                Err(error) => panic!("byte {place} of {name}: {error:?}"),
            }
        }
        assert_eq!(
            journal.head().revision.number(),
            self.entries.len() as u64,
            "byte {place} of {name}: its end is gone"
        );
        Outcome::Whole
    }
}

/// The files of a journal as a process that was killed leaves them.
fn killed(directory: &tempfile::TempDir) -> PathBuf {
    let journal = on_disk(directory);
    for revision in 1..=HEAD {
        let entry = batch(revision, 40);
        journal.append(Revision::new(revision - 1), &[entry]).unwrap();
    }
    let copy = directory.path().join("killed");
    fs::create_dir(&copy).unwrap();
    for entry in fs::read_dir(journal.path()).unwrap().map(Result::unwrap) {
        if entry.file_type().unwrap().is_file() {
            fs::copy(entry.path(), copy.join(entry.file_name())).unwrap();
        }
    }
    copy
}

#[test]
fn an_opening_that_is_refused_leaves_the_files_as_it_found_them() {
    let directory = tempfile::tempdir().unwrap();
    let path = killed(&directory);
    let log = path.join("db");
    let sound = fs::read(&log).unwrap();
    let used = sound.iter().rposition(|byte| *byte != 0).unwrap();
    let mut refused = 0;
    for part in 1..16 {
        let mut damaged = sound.clone();
        damaged[used * part / 16] ^= 4;
        fs::write(&log, &damaged).unwrap();
        if reopened(&path).is_err() {
            refused += 1;
            assert!(fs::read(&log).unwrap() == damaged, "the log was changed");
            assert!(reopened(&path).is_err(), "what is damaged was taken the second time");
            assert!(!path.join("found").exists());
        }
        // As it was, so that the next damage is the only one.
        fs::write(&log, &sound).unwrap();
        fs::write(path.join("owner"), "1\n").unwrap();
    }
    assert!(refused > 0, "no damage was refused");
    let entries = reopened(&path).unwrap().read_after(Revision::ZERO).map(Result::unwrap).count();
    assert_eq!(entries as u64, HEAD);
}

#[test]
fn an_opening_that_was_cut_short_is_undone_by_the_next() {
    let directory = tempfile::tempdir().unwrap();
    let path = killed(&directory);
    let found = path.join("found");
    fs::create_dir(&found).unwrap();
    for name in ["conf", "db", "owner", "witness"] {
        fs::copy(path.join(name), found.join(name)).unwrap();
    }
    // What is left of the log after it was cut.
    File::options().write(true).open(path.join("db")).unwrap().set_len(100).unwrap();
    let journal = reopened(&path).unwrap();
    assert_eq!(journal.head().revision.number(), HEAD);
    assert!(!found.exists());
}
