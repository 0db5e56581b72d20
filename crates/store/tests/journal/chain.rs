//! What checksums cannot tell, the chain does: sound parts that are not those that were appended.

use std::path::Path;

use tenseven_model::Revision;
use tenseven_store::{
    Corruption, EntryFault, Journal, MemoryJournal, OpenError, ReadError, Record, SledJournal,
};

use crate::{
    damage::reopened,
    samples::{batch, on_disk},
};

const HEAD: u64 = 5;

/// Puts a record of one part under a revision, in an envelope that is sound.
fn put(db: &sled::Db, revision: u64, record: &[u8]) {
    let key = [&[2][..], &revision.to_be_bytes(), &[0; 4]].concat();
    let length = u32::try_from(record.len()).unwrap().to_be_bytes();
    let covered = [&[0][..], &1u32.to_be_bytes(), &length, &length, record].concat();
    let checksum = crc32c::crc32c(&[&key[..], &covered].concat()).to_be_bytes();
    db.insert(key, [&[2][..], &checksum, &covered].concat()).unwrap();
}

/// A journal of five small entries, and its records, after `change`.
fn changed(
    change: impl FnOnce(&sled::Db, Vec<Record>),
) -> (tempfile::TempDir, Result<SledJournal, OpenError>) {
    let directory = tempfile::tempdir().unwrap();
    let journal = on_disk(&directory);
    journal
        .append(Revision::ZERO, &(1..=HEAD).map(|revision| batch(revision, 2)).collect::<Vec<_>>())
        .unwrap();
    let records = journal.records_after(Revision::ZERO).map(Result::unwrap).collect();
    let path = journal.path().to_owned();
    drop(journal);
    {
        let db = sled::Config::new().path(&path).flush_every_ms(None).open().unwrap();
        change(&db, records);
    }
    let opened = reopened(Path::new(&path));
    (directory, opened)
}

/// The revision at which a walk through the journal stops, and why.
fn stopped(journal: &SledJournal) -> (u64, EntryFault) {
    let mut walks = [
        journal.read_after(Revision::ZERO).find_map(Result::err),
        journal.records_after(Revision::ZERO).find_map(Result::err),
    ];
    let [Some(ReadError::Corrupt(found)), Some(ReadError::Corrupt(same))] = &mut walks else {
        panic!("{walks:?}")
    };
    assert_eq!(found.revision, same.revision);
    let [Some(ReadError::Corrupt(Corruption { revision, fault, .. })), _] = walks else { unreachable!() };
    (revision.number(), fault)
}

fn value_at(record: &[u8], value: f64) -> usize {
    record.windows(8).position(|bytes| bytes == value.to_le_bytes()).expect("the value is there")
}

#[test]
fn values_that_two_entries_swapped_are_found() {
    let (_directory, opened) = changed(|db, mut records| {
        let places = [value_at(&records[1].bytes, 2.0), value_at(&records[2].bytes, 3.0)];
        records[1].bytes[places[0]..places[0] + 8].copy_from_slice(&3.0_f64.to_le_bytes());
        records[2].bytes[places[1]..places[1] + 8].copy_from_slice(&2.0_f64.to_le_bytes());
        put(db, 2, &records[1].bytes);
        put(db, 3, &records[2].bytes);
    });
    let journal = opened.unwrap();
    // On its own the entry is sound.
    assert!(journal.read(Revision::new(2)).is_ok());
    let (revision, fault) = stopped(&journal);
    assert!(revision == 3 && matches!(fault, EntryFault::Link { .. }), "revision {revision}: {fault:?}");
}

#[test]
fn an_entry_of_another_history_is_found() {
    let (_directory, opened) = changed(|db, _| {
        let other = MemoryJournal::new();
        other.append(Revision::ZERO, &[batch(1, 1), batch(2, 2)]).unwrap();
        put(db, 2, &other.records_after(Revision::new(1)).next().unwrap().unwrap().bytes);
    });
    let (revision, fault) = stopped(&opened.unwrap());
    assert!(revision == 2 && matches!(fault, EntryFault::Link { .. }), "revision {revision}: {fault:?}");
}

#[test]
fn an_entry_that_was_left_out_is_found_even_if_those_behind_it_were_renumbered() {
    let (_directory, opened) = changed(|db, records| {
        for Record { revision, chain: _, mut bytes } in records.into_iter().skip(2) {
            // The revision is the record's first field.
            assert_eq!(bytes[..2], [8, u8::try_from(revision.number()).unwrap()]);
            bytes[1] -= 1;
            put(db, revision.number() - 1, &bytes);
        }
    });
    let (revision, fault) = stopped(&opened.unwrap());
    assert!(revision == 2 && matches!(fault, EntryFault::Link { .. }), "revision {revision}: {fault:?}");
}

#[test]
fn an_older_record_in_place_of_a_newer_one_is_misplaced() {
    let (_directory, opened) = changed(|db, records| put(db, 4, &records[2].bytes));
    let (revision, fault) = stopped(&opened.unwrap());
    assert!(
        revision == 4 && matches!(fault, EntryFault::Misplaced(found) if found.number() == 3),
        "{fault:?}"
    );
}

#[test]
fn another_last_entry_than_was_acknowledged_is_refused_on_opening() {
    let (_directory, opened) = changed(|db, mut records| {
        let last = &mut records[4].bytes;
        let place = value_at(last, 5.0);
        last[place] ^= 1;
        put(db, HEAD, last);
    });
    let error = opened.unwrap_err();
    let expected = matches!(&error, OpenError::Corrupt(Corruption { revision, fault: EntryFault::Replaced { .. }, .. })
        if revision.number() == HEAD);
    assert!(expected, "{error:?}");
}

#[test]
fn a_walk_that_starts_later_checks_its_first_step_too() {
    let (_directory, opened) = changed(|db, mut records| {
        let place = value_at(&records[2].bytes, 3.0);
        records[2].bytes[place] ^= 1;
        put(db, 3, &records[2].bytes);
    });
    let found = opened.unwrap().read_after(Revision::new(3)).next().unwrap();
    let expected = matches!(&found, Err(ReadError::Corrupt(Corruption { revision, fault: EntryFault::Link { .. }, .. }))
        if revision.number() == 4);
    assert!(expected, "{found:?}");
}

#[test]
fn an_entry_that_says_that_it_was_compacted_is_refused_where_nothing_was() {
    let (_directory, opened) = changed(|db, mut records| {
        // Field 9 with 32 bytes, behind the others.
        records[2].bytes.extend([0x4a, 32]);
        records[2].bytes.extend([7; 32]);
        put(db, 3, &records[2].bytes);
    });
    let (revision, fault) = stopped(&opened.unwrap());
    assert!(revision == 3 && matches!(fault, EntryFault::Compacted { .. }), "revision {revision}: {fault:?}");
}
