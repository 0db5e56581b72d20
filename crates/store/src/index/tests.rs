//! The stored part: merged, split, and made again when something is missing.

use std::{collections::HashMap, path::Path};

use proptest::prelude::*;
use tenseven_model::{Revision, SubmissionId, Timestamp};

use super::{
    Index,
    part::Part,
    store::{IndexFault, Store},
};
use crate::{
    ChainHash, Head, Stamp,
    log::{LogEnd, Position, Salt},
};

const LOG: Salt = Salt([7; 16]);
const CACHE: u64 = 1024 * 1024;

fn end(revision: u64) -> LogEnd {
    let head = Head { revision: Revision::new(revision), chain: ChainHash([1; 32]) };
    LogEnd { head, segment: 1, offset: 4_096 + revision * 100 }
}

fn position(revision: u64) -> Position {
    Position { revision: Revision::new(revision), segment: 1, offset: 4_096 + (revision - 1) * 100 }
}

/// A part with these hashes, after `after`.
fn part(after: u64, hashes: &[u64]) -> Part {
    let mut part = Part::after(end(after));
    for (revision, hash) in (after + 1..).zip(hashes) {
        part.add(*hash, position(revision));
    }
    part.move_to(end(after + hashes.len() as u64));
    part
}

fn open(path: &Path) -> Result<Store, IndexFault> {
    Store::open(path, LOG, Index::start(), CACHE)
}

fn revisions(store: &Store, hash: u64) -> Result<Vec<u64>, IndexFault> {
    let mut found = Vec::new();
    store.revisions(hash, &mut found)?;
    let mut found: Vec<u64> = found.into_iter().map(Revision::number).collect();
    found.sort_unstable();
    Ok(found)
}

/// Hashes all over the range, some of which are equal.
fn hash(number: u64) -> u64 {
    (number / 2).wrapping_mul(0x9e37_79b9_7f4a_7c15)
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(12))]
    #[test]
    fn everything_that_was_merged_is_found_whichever_way_buckets_split(
        counts in proptest::collection::vec(0_usize..900, 1..8), spread: bool
    ) {
        let directory = tempfile::tempdir().unwrap();
        let store = open(directory.path()).unwrap();
        let (mut expected, mut last) = (HashMap::<u64, Vec<u64>>::new(), 0);
        for count in counts {
            // Close together, all are in one bucket however often that is split.
            let one = |number: u64| if spread { hash(number) } else { number / 2 };
            let hashes: Vec<u64> = (last..).take(count).map(one).collect();
            for (revision, hash) in (last + 1..).zip(&hashes) {
                expected.entry(*hash).or_default().push(revision);
            }
            store.merge(&part(last, &hashes)).unwrap();
            last += count as u64;
            prop_assert_eq!(store.end(), end(last));
        }
        for (hash, revision) in &expected {
            prop_assert_eq!(&revisions(&store, *hash).unwrap(), revision);
            prop_assert_eq!(revisions(&store, hash.wrapping_add(1 << 40)).unwrap().len(),
                expected.get(&hash.wrapping_add(1 << 40)).map_or(0, Vec::len));
        }
        for revision in 1..=last {
            let found = store.position(Revision::new(revision)).unwrap().unwrap();
            prop_assert!(found.revision.number() <= revision);
            prop_assert_eq!(found, position(found.revision.number()));
        }
        prop_assert_eq!(store.position(Revision::ZERO).unwrap(), None);
    }
}

/// A store of some buckets in `path`.
fn stored(path: &Path) {
    let store = open(path).unwrap();
    let hashes: Vec<u64> = (0..2_000).map(hash).collect();
    store.merge(&part(0, &hashes[..1_500])).unwrap();
    store.merge(&part(1_500, &hashes[1_500..])).unwrap();
    store.hand_over().unwrap();
}

/// Changes the database, and returns what a store makes of it: every answer is right or a fault.
fn answers_after(change: impl FnOnce(&sled::Db)) -> Result<(), IndexFault> {
    let directory = tempfile::tempdir().unwrap();
    stored(directory.path());
    let db = || sled::Config::new().path(directory.path()).flush_every_ms(None).open();
    let open_db = (0..200).find_map(|_| {
        db().ok().or_else(|| {
            std::thread::sleep(std::time::Duration::from_millis(5));
            None
        })
    });
    let open_db = open_db.expect("the lock is released");
    change(&open_db);
    open_db.flush().unwrap();
    drop(open_db);
    let store = open(directory.path())?;
    let mut first = None;
    for number in (0..2_000).step_by(2) {
        match revisions(&store, hash(number)) {
            Ok(found) => assert_eq!(found, [number + 1, number + 2]),
            Err(fault) => first = first.or(Some(fault)),
        }
    }
    for revision in 1..=2_000 {
        match store.position(Revision::new(revision)) {
            Ok(Some(found)) => assert_eq!(found, position(found.revision.number())),
            Ok(None) => {}
            Err(fault) => first = first.or(Some(fault)),
        }
    }
    first.map_or(Ok(()), Err)
}

/// The first key of a kind.
fn key(db: &sled::Db, kind: u8) -> Vec<u8> {
    db.scan_prefix([kind]).next().unwrap().unwrap().0.to_vec()
}

#[test]
fn a_store_that_was_not_damaged_answers_everything() {
    answers_after(|_| ()).unwrap();
}

#[test]
fn a_value_that_is_missing_is_a_fault() {
    for kind in [1, 2, 4] {
        let answers = answers_after(|db| {
            let key = key(db, kind);
            db.remove(key).unwrap();
        });
        assert!(answers.is_err(), "kind {kind}");
    }
}

#[test]
fn a_value_that_is_another_is_a_fault() {
    for kind in [1, 2, 3, 4] {
        for at in [0, 7, 11] {
            let answers = answers_after(|db| {
                let key = key(db, kind);
                let mut value = db.get(&key).unwrap().unwrap().to_vec();
                value[at] ^= 1;
                db.insert(key, value).unwrap();
            });
            assert!(answers.is_err(), "kind {kind}, byte {at}");
        }
    }
}

#[test]
fn a_bucket_in_the_place_of_another_or_an_older_one_is_a_fault() {
    let answers = answers_after(|db| {
        let buckets: Vec<_> = db.scan_prefix([2]).map(Result::unwrap).take(2).collect();
        db.insert(&buckets[0].0, &buckets[1].1).unwrap();
    });
    assert!(answers.is_err());
    let answers = answers_after(|db| {
        let key = key(db, 2);
        db.insert(&key, super::bucket::value(&key, &[])).unwrap();
    });
    assert!(answers.is_err(), "it has fewer than were counted");
}

#[test]
fn a_store_of_another_log_is_not_opened() {
    let directory = tempfile::tempdir().unwrap();
    stored(directory.path());
    let other = || Store::open(directory.path(), Salt([8; 16]), Index::start(), CACHE);
    let refused = other().err();
    assert!(refused.is_some_and(|fault| fault.to_string().contains("another log")));
}

fn stamp(revision: u64) -> Stamp {
    let mut id = [3; 16];
    id[..8].copy_from_slice(&revision.to_be_bytes());
    Stamp {
        revision: Revision::new(revision),
        committed_at: Timestamp::from_micros(0),
        submission: SubmissionId::from_bytes(id).unwrap(),
    }
}

#[test]
fn what_was_closed_is_there_when_it_is_opened_again() {
    let directory = tempfile::tempdir().unwrap();
    for round in 0..20_u64 {
        let index = Index::open(directory.path(), LOG, (CACHE, true)).unwrap();
        assert_eq!(index.end().head.revision.number(), round * 100);
        for revision in round * 100 + 1..=round * 100 + 100 {
            index.add(stamp(revision), position(revision));
        }
        index.move_to(end(round * 100 + 100));
        for revision in 1..=round * 100 + 100 {
            let found = index.revisions(stamp(revision).submission).unwrap();
            assert_eq!(found, [Revision::new(revision)]);
        }
        index.close();
    }
}

#[test]
fn much_is_merged_in_the_background_and_found_meanwhile() {
    const COUNT: u64 = 150_000;
    let directory = tempfile::tempdir().unwrap();
    let index = Index::open(directory.path(), LOG, (CACHE, true)).unwrap();
    for first in (1..=COUNT).step_by(1_000) {
        for revision in first..first + 1_000 {
            index.add(stamp(revision), position(revision));
        }
        index.move_to(end(first + 999));
        for revision in [1, first / 2 + 1, first, first + 999] {
            let found = index.revisions(stamp(revision).submission).unwrap();
            assert!(found.contains(&Revision::new(revision)), "{revision} at {first}");
            let near = index.position(Revision::new(revision)).unwrap().unwrap();
            assert!(near.revision.number() <= revision && near == position(near.revision.number()));
        }
    }
    let never = SubmissionId::from_bytes([9; 16]).unwrap();
    assert_eq!(index.revisions(never).unwrap(), []);
}
