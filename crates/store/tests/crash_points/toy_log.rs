//! A small append-only log: the explorer accepts its protocol, and refuses it with any sync left out.

use std::{collections::BTreeSet, path::Path, sync::Mutex};

use rustix::io::Errno;
use tenseven_store::file_system::{Access, FileSystem};

use crate::{
    choices::PowerCut,
    disk::SimulatedDisk,
    exploration::{Effort, Exploration},
    explorer::{Summary, explore, replay, unneeded_syncs},
    faults::Selector,
    outcomes::combinations,
    random::Random,
    volume::{SECTOR, Volume},
};

const DIRECTORY: &str = "/data";
const FILE: &str = "/data/0000000001.log";

/// Length of a record with its number and digest; it does not divide a sector, so that most records cross one.
const RECORD: usize = 700;
const RECORDS: u8 = 5;

fn record(number: u8) -> Vec<u8> {
    let mut record = vec![number; RECORD];
    let digest = blake3::hash(&record[32..]);
    record[..32].copy_from_slice(digest.as_bytes());
    record
}

fn append(disk: &SimulatedDisk<u8>, number: u8) {
    let file = disk.open(Path::new(FILE), Access::ReadWrite).unwrap();
    file.write_all_at(&record(number), u64::from(number - 1) * RECORD as u64).unwrap();
    if file.sync().is_ok() {
        disk.mark(number);
    }
}

/// Creates the log, and appends records with the numbers 1 to [`RECORDS`]; each is marked once it is durable.
fn run(disk: &SimulatedDisk<u8>) {
    open(disk);
    (1..=RECORDS).for_each(|number| append(disk, number));
}

/// Makes sure that the file is there, and durably so.
fn open(disk: &SimulatedDisk<u8>) {
    let (directory, file) = (Path::new(DIRECTORY), Path::new(FILE));
    if disk.list(directory).is_err() {
        disk.create_directory(directory).unwrap();
    }
    disk.sync_directory(Path::new("/")).unwrap();
    if disk.open(file, Access::Read).is_err() {
        disk.create(file).unwrap();
    }
    let log = disk.open(file, Access::ReadWrite).unwrap();
    log.allocate(8192).unwrap();
    disk.sync_directory(directory).unwrap();
}

/// How many whole records there are.
fn count(disk: &SimulatedDisk<u8>) -> u8 {
    let file = disk.open(Path::new(FILE), Access::Read).unwrap();
    let is_whole = |number: &u8| {
        let mut read = vec![0; RECORD];
        file.read_at(&mut read, u64::from(number - 1) * RECORD as u64).unwrap();
        read == record(*number)
    };
    (1..=u8::MAX).take_while(is_whole).last().unwrap_or(0)
}

/// Opens the log, requires what was acknowledged, makes durable what was found, and appends one more record.
fn check(disk: &SimulatedDisk<u8>, acknowledged: &[u8]) -> Result<(), String> {
    open(disk);
    let (found, expected) = (count(disk), acknowledged.iter().copied().max().unwrap_or(0));
    if found < expected {
        return Err(format!("record {expected} was acknowledged, {found} are left"));
    }
    disk.open(Path::new(FILE), Access::ReadWrite).unwrap().sync().unwrap();
    disk.mark(found);
    append(disk, found + 1);
    Ok(())
}

fn failure(exploration: &Exploration) -> String {
    explore(run, check, exploration).expect_err("the protocol lacks a sync").to_string()
}

#[test]
fn correct_log_survives_every_crash() {
    let Summary { points, states, .. } =
        explore(run, check, &Exploration::new(1, 3)).unwrap_or_else(|failure| panic!("{failure}"));
    assert!(points > 100 && states > 200, "only {states} states of {points} crash points were tried");
}

/// Compares what is checked with all outcomes of all prefixes, without the explorer and its comparison of states.
#[test]
fn every_different_state_is_checked_once() {
    let disk = SimulatedDisk::new();
    run(&disk);
    let (mut volume, mut expected) = (Volume::new(), BTreeSet::new());
    for point in 0..=disk.operations().len() {
        if let Some(last) = point.checked_sub(1) {
            volume.apply(&disk.operations()[last].change);
        }
        let acknowledged = disk.marks().iter().filter(|(position, _)| *position <= point).count();
        let cut = PowerCut::new(&volume, SECTOR);
        for choices in combinations(&cut, usize::MAX, 0, &mut Random::new(0)) {
            expected.insert((*cut.outcome(&choices).digest().as_bytes(), acknowledged));
        }
    }
    let checked = Mutex::new(Vec::new());
    let collect = |disk: &SimulatedDisk<u8>, acknowledged: &[u8]| {
        checked.lock().unwrap().push((*disk.volume().digest().as_bytes(), acknowledged.len()));
        Ok(())
    };
    explore(run, collect, &Exploration::new(1, 1)).unwrap_or_else(|failure| panic!("{failure}"));
    let checked = checked.into_inner().unwrap();
    assert_eq!(checked.len(), expected.len());
    assert_eq!(BTreeSet::from_iter(checked), expected);
}

#[test]
fn every_sync_of_the_log_is_needed() {
    let unneeded =
        unneeded_syncs(run, check, &Exploration::new(1, 2)).unwrap_or_else(|failure| panic!("{failure}"));
    assert_eq!(unneeded, Vec::<String>::new());
}

#[test]
fn log_without_sync_of_the_file_fails() {
    let label = "sync file data/*.log".to_owned();
    let failure = failure(&Exploration::new(1, 1).skipping(Selector::Label(label)));
    assert!(failure.contains("record 1 was acknowledged, 0 are left"), "{failure}");
}

#[test]
fn log_without_sync_of_the_directory_fails() {
    for label in ["sync directory data", "sync directory /"] {
        failure(&Exploration::new(1, 1).skipping(Selector::Label(label.to_owned())));
    }
}

#[test]
fn one_missing_sync_is_found_where_it_was_left_out() {
    let disk = SimulatedDisk::new();
    run(&disk);
    let syncs = disk.syncs();
    assert_eq!(&syncs[..3], ["sync directory /", "sync directory data", "sync file data/*.log"]);
    let third_record = 4;
    let failure = failure(&Exploration::new(1, 1).skipping(Selector::Nth(third_record)));
    assert!(failure.contains("record 3 was acknowledged, 2 are left"), "{failure}");
}

/// The recovery acknowledges what it reads of a killed process without a sync: only a second crash reveals it.
#[test]
fn recovery_that_trusts_what_it_reads_fails_at_a_second_crash() {
    let trusting = |disk: &SimulatedDisk<u8>, acknowledged: &[u8]| {
        open(disk);
        let (found, expected) = (count(disk), acknowledged.iter().copied().max().unwrap_or(0));
        disk.mark(found);
        disk.create_directory(Path::new("/data/other")).ok();
        if found < expected { Err(format!("{expected} were acknowledged, {found} are left")) } else { Ok(()) }
    };
    let once = Exploration::new(1, 1);
    assert!(explore(run, trusting, &once).is_ok());
    let failure = explore(run, trusting, &Exploration::new(1, 2)).expect_err("what was read was not durable");
    assert!(failure.path().contains(":kill "), "{failure}");
}

#[test]
fn marks_of_the_run_and_of_every_recovery_are_carried_along() {
    let run = |disk: &SimulatedDisk<usize>| {
        disk.create(Path::new(FILE)).ok();
        disk.create_directory(Path::new("/1")).unwrap();
        disk.mark(1);
    };
    let seen = Mutex::new(BTreeSet::new());
    let recover = |disk: &SimulatedDisk<usize>, acknowledged: &[usize]| {
        seen.lock().unwrap().insert(acknowledged.to_vec());
        let next = acknowledged.len() + 1;
        disk.create_directory(Path::new(&format!("/{next}"))).ok();
        disk.mark(next);
        Ok(())
    };
    explore(run, recover, &Exploration::new(1, 3)).unwrap_or_else(|failure| panic!("{failure}"));
    let expected = [vec![], vec![1], vec![1, 2], vec![1, 2, 3]];
    assert_eq!(seen.into_inner().unwrap(), BTreeSet::from(expected));
}

#[test]
fn failure_can_be_replayed() {
    let exploration = Exploration::new(7, 2).skipping(Selector::Label("sync file data/*.log".to_owned()));
    let failure = explore(run, check, &exploration).expect_err("the protocol lacks a sync");
    assert_eq!(replay(run, check, &exploration, &failure.path()), Err(failure.message.clone()));
    let again = explore(run, check, &exploration).expect_err("the protocol lacks a sync");
    assert_eq!(again.to_string(), failure.to_string());
}

#[test]
fn panic_of_a_check_is_reported_with_its_crash() {
    let panics = |_: &SimulatedDisk<u8>, acknowledged: &[u8]| -> Result<(), String> {
        assert!(acknowledged.len() < 2, "two are too many");
        Ok(())
    };
    let failure = explore(run, panics, &Exploration::new(1, 1)).expect_err("the check panics");
    assert!(failure.message.contains("two are too many"), "{failure}");
}

/// After a failed sync the system takes the pages for clean: a second sync promises nothing about them.
#[test]
fn log_that_syncs_again_after_a_failed_sync_fails() {
    let run = |disk: &SimulatedDisk<u8>| {
        open(disk);
        disk.fail(Selector::Nth(disk.operations().len() + 1), Errno::IO);
        let file = disk.open(Path::new(FILE), Access::ReadWrite).unwrap();
        file.write_all_at(&record(1), 0).unwrap();
        assert!(file.sync().is_err());
        file.sync().unwrap();
        disk.mark(1);
    };
    let failure = explore(run, check, &Exploration::new(1, 1)).expect_err("the record was not written again");
    assert!(failure.message.contains("record 1 was acknowledged"), "{failure}");
}

#[test]
fn exploration_starts_from_what_is_on_a_disk() {
    let prepared = SimulatedDisk::new();
    run(&prepared);
    let start = Exploration::new(1, 2).starting_from(&prepared);
    let more = |disk: &SimulatedDisk<u8>| {
        disk.mark(RECORDS);
        append(disk, RECORDS + 1);
    };
    explore(more, check, &start).unwrap_or_else(|failure| panic!("{failure}"));
    let thorough = Effort { points: 2, exhaustive: 4096, samples: 100, nested: 1 };
    let start = Exploration { levels: vec![thorough], ..start };
    explore(more, check, &start).unwrap_or_else(|failure| panic!("{failure}"));
}
