//! Journals and backups of format 1 are read, and their records written again byte by byte.

use std::{fs, io::Read as _, path::Path};

use tenseven_model::Revision;
use tenseven_store::{
    BackupReader, Checkpoints as _, DiskJournal, Entry, Journal, JournalBuilder, JournalOptions,
    MemoryJournal, Record, file_system::DiskFileSystem,
};

use crate::{
    format_1_golden::{BACKED_UP, CHECKPOINT, HORIZON, compacted, entry, restored_entry},
    further_entries::LAST,
    pack, unpacked,
};

/// The head of the golden journal.
const HEAD: &str = "20 (a10be324b27cc4c24fe6732b38629a926907d4d51c1e55835d8f9af6f103ebfc)";
/// The head of the golden journal that was restored.
const HEAD_OF_RESTORED: &str = "20 (9eb31ae9418dd7d786392f360809e49b5cc3ca52edacf141345e7c7f441a0cd5)";

fn all() -> Vec<Entry> {
    (1..=LAST).map(entry).collect()
}

fn records(journal: &dyn Journal) -> Vec<Record> {
    journal.records_after(Revision::ZERO).map(Result::unwrap).collect()
}

fn assert_holds(journal: &dyn Journal, expected: &[Entry]) {
    let read: Vec<_> = journal.read_after(Revision::ZERO).map(Result::unwrap).collect();
    assert!(read == expected, "an entry is not what was written");
    for entry in expected {
        assert_eq!(journal.revision_of(entry.submission).unwrap(), Some(entry.revision));
        assert!(journal.read(entry.revision).unwrap() == *entry, "revision {}", entry.revision);
    }
}

/// The journal that appending these entries makes now.
fn appended(entries: &[Entry]) -> MemoryJournal {
    let journal = MemoryJournal::new();
    journal.append(Revision::ZERO, entries).unwrap();
    journal
}

fn histories(journal: &dyn Journal) -> Vec<(String, u64)> {
    let lineage = journal.lineage();
    lineage.histories().iter().map(|history| (history.id.to_string(), history.after.number())).collect()
}

#[test]
fn reads_every_entry_and_the_checkpoint() {
    let directory = unpacked("format-1.pack.zst");
    let journal = DiskJournal::open(directory.path(), JournalOptions::default()).unwrap();
    assert_eq!(journal.head().to_string(), HEAD);
    assert_holds(&journal, &all());
    assert_eq!(histories(&journal), [("01010101-0101-8101-8101-010101010101".to_owned(), 0)]);
    assert_eq!(journal.horizon(), Revision::ZERO);
    let (info, mut content) = journal.read_checkpoint(CHECKPOINT).unwrap();
    let mut bytes = Vec::new();
    content.read_to_end(&mut bytes).unwrap();
    assert_eq!((info.bytes, bytes), (100_000, vec![8; 100_000]));
}

#[test]
fn writes_the_records_as_the_release_did_that_had_the_format_first() {
    let directory = unpacked("format-1.pack.zst");
    let golden = DiskJournal::open(directory.path(), JournalOptions::default()).unwrap();
    let journal = appended(&all());
    // The head's hash covers every byte of every record.
    assert_eq!(journal.head().to_string(), HEAD);
    assert!(records(&journal) == records(&golden), "a record has other bytes");
}

#[test]
fn is_read_without_a_change_and_goes_on() {
    let directory = unpacked("format-1.pack.zst");
    let before = pack::contents(directory.path()).unwrap();
    let journal =
        DiskJournal::open_read_only(directory.path(), JournalOptions::default(), &mut |_| ()).unwrap();
    assert_holds(&journal, &all());
    drop(journal);
    assert!(pack::contents(directory.path()).unwrap() == before, "reading changed the journal");
    let journal = DiskJournal::open(directory.path(), JournalOptions::default()).unwrap();
    let next = Entry { revision: Revision::new(LAST + 1), ..entry(LAST + 1) };
    journal.append(Revision::new(LAST), std::slice::from_ref(&next)).unwrap();
    drop(journal);
    let journal = DiskJournal::open(directory.path(), JournalOptions::default()).unwrap();
    assert!(journal.read(next.revision).unwrap() == next, "what was appended is another");
}

#[test]
fn the_golden_journal_has_what_a_format_can_lose() {
    let directory = unpacked("format-1.pack.zst");
    let segments = fs::read_dir(directory.path().join("log-1")).unwrap().count();
    assert!(segments >= 3, "it has {segments} segments");
    assert!(!directory.path().join("index").exists(), "it has an index");
    let journal = DiskJournal::open(directory.path(), JournalOptions::default()).unwrap();
    let length: usize = records(&journal).iter().map(|record| record.body().len()).sum();
    let stored: usize = segments_bytes(&directory.path().join("log-1"));
    assert!(stored < length, "no record is compressed: {stored} bytes are stored of {length}");
}

/// Bytes of the segments up to the zeros at their ends, headers apart.
fn segments_bytes(log: &Path) -> usize {
    let segments = fs::read_dir(log).unwrap().map(|file| fs::read(file.unwrap().path()).unwrap());
    segments.map(|bytes| bytes.iter().rposition(|byte| *byte != 0).unwrap().saturating_sub(4_095)).sum()
}

#[test]
fn restores_a_backup_and_the_one_that_follows_it() {
    let folder = unpacked("format-1-backups.pack.zst");
    let path = folder.path().join("restored");
    let full = BackupReader::open(&DiskFileSystem, folder.path().join("full")).unwrap();
    let (horizon, lineage) = (full.header().horizon, full.header().lineage.clone());
    let mut builder = JournalBuilder::restore(&path, &JournalOptions::default(), horizon, lineage).unwrap();
    let following = BackupReader::open(&DiskFileSystem, folder.path().join("following")).unwrap();
    assert_eq!(following.header().after.revision, Revision::new(BACKED_UP));
    for record in full.chain(following) {
        builder.add(&record.unwrap()).unwrap();
    }
    assert_eq!(builder.finish().unwrap().to_string(), HEAD);
    let journal = DiskJournal::open(&path, JournalOptions::default()).unwrap();
    assert_holds(&journal, &all());
}

#[test]
fn reads_a_journal_that_was_restored_and_compacted() {
    let directory = unpacked("format-1-restored.pack.zst");
    let journal = DiskJournal::open(directory.path(), JournalOptions::default()).unwrap();
    let expected: Vec<_> = (1..=LAST)
        .map(
            |revision| {
                if revision <= HORIZON.number() { compacted(revision) } else { restored_entry(revision) }
            },
        )
        .collect();
    assert_holds(&journal, &expected);
    assert_eq!(journal.horizon(), HORIZON);
    let histories = histories(&journal);
    assert_eq!(histories.iter().map(|(_, after)| *after).collect::<Vec<_>>(), [0, BACKED_UP]);
    assert_eq!(journal.head().to_string(), HEAD_OF_RESTORED);
    // Compaction does not change the chain.
    let whole: Vec<_> = (1..=LAST).map(restored_entry).collect();
    assert_eq!(appended(&whole).head(), journal.head());
}
