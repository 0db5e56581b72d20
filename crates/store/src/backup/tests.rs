//! What a backup promises.

use std::path::Path;

use proptest::prelude::*;
use tempfile::TempDir;
use tenseven_model::{ContentDigest, Revision, SubmissionId, Timestamp};

use super::*;
use crate::{Content, Entry, FrameworkSource, Head, Journal as _, MemoryJournal, Outcome};

fn journal(lengths: &[usize]) -> MemoryJournal {
    let journal = MemoryJournal::new();
    for (revision, length) in (1..).zip(lengths) {
        let mut id = [7; 16];
        id[..8].copy_from_slice(&u64::to_be_bytes(revision));
        let entry = Entry {
            revision: Revision::new(revision),
            committed_at: Timestamp::from_micros(1),
            submission: SubmissionId::from_bytes(id).unwrap(),
            digest: ContentDigest([1; 32]),
            outcome: Outcome::default(),
            content: Content::Framework(FrameworkSource { text: "x".repeat(*length) }),
        };
        journal.append(Revision::new(revision - 1), &[entry]).unwrap();
    }
    journal
}

fn back_up(journal: &MemoryJournal, path: &Path, at_most: usize) -> Option<Head> {
    let mut writer = BackupWriter::open(path, Revision::ZERO).unwrap();
    let after = writer.head().revision;
    for record in journal.records_after(after).take(at_most) {
        writer.add(&record.unwrap()).unwrap();
    }
    (writer.head() == journal.head()).then(|| writer.finish().unwrap())
}

fn restored(path: &Path) -> Result<MemoryJournal, BackupError> {
    let journal = MemoryJournal::new();
    for record in BackupReader::open(path)? {
        journal.append_records(journal.head(), &[record?]).unwrap();
    }
    Ok(journal)
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(40))]

    #[test]
    fn a_restored_journal_has_the_same_records_however_often_the_backup_was_cut_short(
        lengths in proptest::collection::vec(1_usize..4_000, 0..12), at_most in 1_usize..6, torn in 0_usize..40
    ) {
        let (folder, journal) = (TempDir::new().unwrap(), journal(&lengths));
        let path = folder.path().join("backup");
        let mut torn = [torn as u64 % 20, torn as u64 / 2, 0].into_iter();
        while back_up(&journal, &path, at_most).is_none() {
            // The last bytes may be missing after a crash.
            let missing = torn.next().unwrap_or(0);
            let partial = folder.path().join("backup.partial");
            let length = std::fs::metadata(&partial).unwrap().len();
            let file = std::fs::File::options().write(true).open(&partial).unwrap();
            file.set_len(length.saturating_sub(missing)).unwrap();
        }
        let again = restored(&path).unwrap();
        prop_assert_eq!(again.head(), journal.head());
        let records = |journal: &MemoryJournal| journal.records_after(Revision::ZERO).map(Result::unwrap).collect::<Vec<_>>();
        prop_assert_eq!(records(&again), records(&journal));
    }

    #[test]
    fn any_flipped_bit_and_any_cut_is_found(place: prop::sample::Index, bit in 0_u8..8, cut: prop::sample::Index) {
        let (folder, journal) = (TempDir::new().unwrap(), journal(&[40, 1, 300]));
        let path = folder.path().join("backup");
        back_up(&journal, &path, 9).unwrap();
        let whole = std::fs::read(&path).unwrap();
        let mut bytes = whole.clone();
        let place = place.index(bytes.len());
        bytes[place] ^= 1 << bit;
        std::fs::write(&path, &bytes).unwrap();
        prop_assert!(restored(&path).is_err(), "bit {bit} of byte {place}");
        std::fs::write(&path, &whole[..cut.index(whole.len())]).unwrap();
        prop_assert!(restored(&path).is_err());
        std::fs::write(&path, [&whole[..], b"x"].concat()).unwrap();
        prop_assert!(restored(&path).is_err());
    }
}

#[test]
fn refuses_a_file_that_is_there_and_one_that_is_no_backup() {
    let folder = TempDir::new().unwrap();
    let path = folder.path().join("letter.txt");
    std::fs::write(&path, "dear reader, this is not a backup at all").unwrap();
    assert!(matches!(BackupWriter::open(&path, Revision::ZERO), Err(BackupError::Exists(_))));
    assert!(matches!(BackupReader::open(&path), Err(BackupError::Foreign(_))));
}

#[test]
fn a_backup_of_a_journal_that_was_compacted_meanwhile_starts_anew() {
    let (folder, journal) = (TempDir::new().unwrap(), journal(&[5, 6]));
    let path = folder.path().join("backup");
    assert_eq!(back_up(&journal, &path, 1), None);
    assert_eq!(BackupWriter::open(&path, Revision::new(2)).unwrap().head(), Head::default());
}
