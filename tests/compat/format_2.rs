//! Journals of format 2, from before the first release, are imported, and never changed.

use std::{fs, path::Path, process::Command};

use tenseven_model::{
    Revision,
    event::{Event, ObservationVersion},
};
use tenseven_store::{DiskJournal, Entry, Journal as _, JournalOptions, MemoryJournal, OpenError};

use crate::{entries, format_1_golden::versioned, pack, unpacked};

/// The horizon of the golden journal that was compacted.
const HORIZON: Revision = Revision::new(9);
/// How many damaged journals are imported.
const DAMAGES: u64 = 24;

/// Imports a journal; what is printed where that fails.
fn import(old: &Path, new: &Path) -> Result<(), String> {
    let output =
        Command::new(tenseven_tests::binary::import_format_2()).args([old, new]).output().expect("it starts");
    if output.status.success() { Ok(()) } else { Err(String::from_utf8(output.stderr).unwrap()) }
}

/// The journal in `new`, which has to hold these entries.
fn assert_holds(new: &Path, expected: &[Entry]) -> DiskJournal {
    let journal = DiskJournal::open(new, JournalOptions::default()).unwrap();
    let read: Vec<_> = journal.read_after(Revision::ZERO).map(Result::unwrap).collect();
    assert!(read == expected, "an entry is not what was written");
    for entry in expected {
        assert_eq!(journal.revision_of(entry.submission).unwrap(), Some(entry.revision));
    }
    journal
}

fn all() -> Vec<Entry> {
    (1..=entries::COUNT).map(versioned).collect()
}

#[test]
fn every_entry_is_imported_and_the_old_journal_stays_as_it_is() {
    let (old, new) = (unpacked("format-2.pack.zst"), tempfile::tempdir().unwrap());
    let before = pack::contents(old.path()).unwrap();
    let data = new.path().join("a/journal");
    import(old.path(), &data).unwrap();
    let journal = assert_holds(&data, &all());
    let appended = MemoryJournal::new();
    appended.append(Revision::ZERO, &all()).unwrap();
    assert_eq!(journal.head(), appended.head(), "it is the journal that appending the entries makes");
    assert_eq!(journal.horizon(), Revision::ZERO);
    assert_eq!(journal.lineage().histories().len(), 1);
    assert!(pack::contents(old.path()).unwrap() == before, "the old journal was changed");
    let left: Vec<_> = fs::read_dir(new.path().join("a")).unwrap().collect();
    assert_eq!(left.len(), 1, "something is left next to the new journal: {left:?}");
}

#[test]
fn two_imports_have_histories_of_their_own() {
    let (old, new) = (unpacked("format-2.pack.zst"), tempfile::tempdir().unwrap());
    let lineage = |name| {
        let data = new.path().join(name);
        import(old.path(), &data).unwrap();
        DiskJournal::open(data, JournalOptions::default()).unwrap().lineage()
    };
    assert_ne!(lineage("one"), lineage("other"));
}

#[test]
fn what_compaction_left_is_imported_with_the_horizon() {
    let (old, new) = (unpacked("format-2-compacted.pack.zst"), tempfile::tempdir().unwrap());
    let data = new.path().join("journal");
    import(old.path(), &data).unwrap();
    let mut expected = all();
    for entry in expected.iter_mut().filter(|entry| entry.revision <= HORIZON) {
        if let Event::Observations(versions) = &mut entry.event {
            let left: Vec<ObservationVersion> = versions.drain(..).step_by(2).collect();
            *versions = left;
        }
    }
    assert_eq!(assert_holds(&data, &expected).horizon(), HORIZON);
}

#[test]
fn a_start_that_was_cut_short_is_undone_in_the_copy() {
    let (old, new) = (unpacked("format-2.pack.zst"), tempfile::tempdir().unwrap());
    let found = old.path().join("found");
    fs::create_dir(&found).unwrap();
    for name in ["conf", "db", "witness"] {
        fs::copy(old.path().join(name), found.join(name)).unwrap();
    }
    fs::write(old.path().join("owner"), "1\ntenseven\nhost\n").unwrap();
    fs::write(old.path().join("db"), "cut").unwrap();
    let data = new.path().join("journal");
    import(old.path(), &data).unwrap();
    assert_holds(&data, &all());
}

#[test]
fn a_journal_that_lost_its_end_is_refused() {
    let (old, new) = (unpacked("format-2.pack.zst"), tempfile::tempdir().unwrap());
    let mut witness = 13_u64.to_be_bytes().to_vec();
    witness.extend_from_slice(&[7; 32]);
    let checksum = crc32c(&witness).to_be_bytes();
    witness.extend_from_slice(&checksum);
    fs::write(old.path().join("witness"), witness).unwrap();
    let error = import(old.path(), &new.path().join("journal")).unwrap_err();
    assert!(error.contains("ends at revision 12, but revision 13 was acknowledged"), "{error}");
    assert_no_journal(&new.path().join("journal"));
}

/// CRC-32C, bit by bit from the Castagnoli polynomial.
fn crc32c(bytes: &[u8]) -> u32 {
    !bytes.iter().fold(!0, |crc, byte| {
        (0..8).fold(crc ^ u32::from(*byte), |crc, _| (crc >> 1) ^ (0x82f6_3b78 & (crc & 1).wrapping_neg()))
    })
}

#[test]
fn a_wrong_place_is_refused() {
    let (old, new) = (unpacked("format-2.pack.zst"), tempfile::tempdir().unwrap());
    let error = import(old.path(), &old.path().join("new/journal")).unwrap_err();
    assert!(error.contains("is to stay as it is"), "{error}");
    let error = import(new.path(), &new.path().join("journal")).unwrap_err();
    assert!(error.contains("is to stay as it is"), "{error}");
    let empty = tempfile::tempdir().unwrap();
    let error = import(empty.path(), &new.path().join("journal")).unwrap_err();
    assert!(error.contains("holds no journal of format 2"), "{error}");
    let data = new.path().join("journal");
    import(old.path(), &data).unwrap();
    let error = import(old.path(), &data).unwrap_err();
    assert!(error.contains("there is a journal in"), "{error}");
}

#[test]
fn a_journal_of_format_2_is_not_opened_and_the_remedy_is_named() {
    let old = unpacked("format-2.pack.zst");
    let before = pack::contents(old.path()).unwrap();
    let error = DiskJournal::open(old.path(), JournalOptions::default()).unwrap_err();
    assert!(matches!(error, OpenError::Prerelease(_)), "{error:?}");
    assert!(error.to_string().contains("import_format_2"), "{error}");
    assert!(pack::contents(old.path()).unwrap() == before, "the old journal was changed");
}

#[test]
fn a_damaged_journal_is_refused_or_imported_whole() {
    let mut refused = 0;
    for seed in 1..=DAMAGES {
        let (old, new) = (unpacked("format-2.pack.zst"), tempfile::tempdir().unwrap());
        let flipped = flip(old.path(), seed);
        let before = pack::contents(old.path()).unwrap();
        let data = new.path().join("journal");
        match import(old.path(), &data) {
            Ok(()) => drop(assert_holds(&data, &all())),
            Err(error) => {
                refused += 1;
                assert!(error.contains("error: "), "{flipped}: {error}");
                assert_no_journal(&data);
            }
        }
        assert!(pack::contents(old.path()).unwrap() == before, "{flipped}: the old journal was changed");
    }
    assert!(refused > DAMAGES / 4, "only {refused} damaged journals were refused");
}

/// Flips a bit of a file that is not empty, and returns which.
fn flip(old: &Path, seed: u64) -> String {
    let mut random = seed.wrapping_mul(0x9e37_79b9_7f4a_7c15);
    let mut below = |count: usize| {
        random ^= random >> 12;
        random ^= random << 25;
        random ^= random >> 27;
        let drawn = random.wrapping_mul(0x2545_f491_4f6c_dd1d) >> 33;
        usize::try_from(drawn).unwrap() % count
    };
    // Most of the bytes are in the log.
    let name = ["db", "db", "db", "db", "db", "conf", "witness"][below(7)];
    let path = old.join(name);
    let mut bytes = fs::read(&path).unwrap();
    let used: Vec<usize> = (0..bytes.len()).filter(|place| bytes[*place] != 0).collect();
    let place = used[below(used.len())];
    bytes[place] ^= 1 << below(8);
    fs::write(&path, bytes).unwrap();
    format!("seed {seed}: byte {place} of {name}")
}

fn assert_no_journal(data: &Path) {
    let opened = DiskJournal::open_read_only(data, JournalOptions::default(), &mut |_| ());
    assert!(matches!(opened, Err(OpenError::Absent(_) | OpenError::Unfinished(_))), "{opened:?}");
}
