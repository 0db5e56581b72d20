//! The simulated disk behaves as a disk does, and a power cut leaves what it may leave.

use std::{collections::BTreeSet, io::ErrorKind, path::Path};

use rustix::io::Errno;
use tenseven_store::file_system::{Access, FileSystem, LockMode};

use crate::{
    choices::PowerCut,
    content::PAGE,
    disk::SimulatedDisk,
    faults::{Faults, Selector},
    operation::Operation,
    outcomes::combinations,
    random::Random,
    volume::{SECTOR, Volume},
};

type Disk = SimulatedDisk<()>;

fn path(name: &str) -> &Path {
    Path::new(name)
}

fn names(disk: &Disk) -> Vec<String> {
    disk.list(path("/")).unwrap().into_iter().map(|entry| entry.name).collect()
}

fn bytes(disk: &Disk, name: &str) -> Vec<u8> {
    let file = disk.open(path(name), Access::Read).unwrap();
    let mut bytes = vec![0; usize::try_from(file.length().unwrap()).unwrap()];
    assert_eq!(file.read_at(&mut bytes, 0).unwrap(), bytes.len());
    bytes
}

/// Every state that a power cut can leave.
fn outcomes(disk: &Disk, granularity: u64) -> Vec<Disk> {
    let volume = disk.volume();
    let cut = PowerCut::new(&volume, granularity);
    let all = combinations(&cut, usize::MAX, 0, &mut Random::new(0));
    let mut digests = BTreeSet::new();
    let outcomes = all.iter().map(|choices| cut.outcome(choices));
    let different: Vec<Volume> =
        outcomes.filter(|state| digests.insert(*state.digest().as_bytes())).collect();
    different.into_iter().map(|volume| Disk::with(volume, Faults::default())).collect()
}

fn durable_file(name: &str, content: &[u8]) -> Disk {
    let disk = Disk::new();
    let file = disk.create(path(name)).unwrap();
    file.write_all_at(content, 0).unwrap();
    file.sync().unwrap();
    disk.sync_directory(path("/")).unwrap();
    disk
}

#[test]
fn pieces_of_a_write_are_kept_and_dropped_independently() {
    let disk = durable_file("/a", &[1; 1536]);
    let file = disk.open(path("/a"), Access::ReadWrite).unwrap();
    file.write_all_at(&[2; 1000], 300).unwrap();
    let found: BTreeSet<Vec<u8>> = outcomes(&disk, SECTOR).iter().map(|disk| bytes(disk, "/a")).collect();
    assert_eq!(found.len(), 8);
    let middle_only = [vec![1; 512], vec![2; 512], vec![1; 512]].concat();
    assert!(found.contains(&middle_only));
    assert_eq!(outcomes(&disk, PAGE).len(), 2);
}

#[test]
fn a_sector_holds_one_of_its_versions_and_a_later_write_can_be_kept_alone() {
    let disk = durable_file("/a", &[1; 1024]);
    let file = disk.open(path("/a"), Access::ReadWrite).unwrap();
    file.write_all_at(&[2; 100], 0).unwrap();
    file.write_all_at(&[3; 600], 50).unwrap();
    let found: BTreeSet<Vec<u8>> = outcomes(&disk, SECTOR).iter().map(|disk| bytes(disk, "/a")).collect();
    assert_eq!(found.len(), 3 * 2);
    assert!(found.contains(&[vec![1; 512], vec![3; 138], vec![1; 374]].concat()));
}

#[test]
fn dropped_bytes_of_a_longer_file_are_zeros_or_missing() {
    let disk = durable_file("/a", &[1; 512]);
    disk.open(path("/a"), Access::ReadWrite).unwrap().write_all_at(&[2; 512], 512).unwrap();
    let found: BTreeSet<Vec<u8>> = outcomes(&disk, SECTOR).iter().map(|disk| bytes(disk, "/a")).collect();
    let expected = [vec![1; 512], [[1; 512], [0; 512]].concat(), [[1; 512], [2; 512]].concat()];
    assert_eq!(found, BTreeSet::from(expected));
}

#[test]
fn a_long_write_can_leave_the_length_of_a_part() {
    let disk = durable_file("/a", &[]);
    disk.open(path("/a"), Access::ReadWrite).unwrap().write_all_at(&[2; 10_000], 0).unwrap();
    let lengths: BTreeSet<usize> = outcomes(&disk, PAGE).iter().map(|disk| bytes(disk, "/a").len()).collect();
    assert_eq!(lengths, BTreeSet::from([0, 4096, 8192, 10_000]));
}

#[test]
fn allocated_bytes_are_zeros_and_never_cut() {
    let disk = durable_file("/a", &[1; 10]);
    let file = disk.open(path("/a"), Access::ReadWrite).unwrap();
    file.allocate(1 << 40).unwrap();
    file.allocate(5).unwrap();
    assert_eq!(file.length().unwrap(), 1 << 40);
    let mut read = [9; 4];
    assert_eq!(file.read_at(&mut read, 1 << 30).unwrap(), 4);
    assert_eq!(read, [0; 4]);
}

#[test]
fn a_file_that_was_cut_is_short_or_as_long_as_before() {
    let disk = durable_file("/a", &[1; 1024]);
    let file = disk.open(path("/a"), Access::ReadWrite).unwrap();
    file.truncate(512).unwrap();
    let found: BTreeSet<Vec<u8>> = outcomes(&disk, SECTOR).iter().map(|disk| bytes(disk, "/a")).collect();
    assert_eq!(found, BTreeSet::from([vec![1; 512], vec![1; 1024], [[1; 512], [0; 512]].concat()]));
    file.allocate(1024).unwrap();
    assert_eq!(bytes(&disk, "/a"), [[1; 512], [0; 512]].concat());
    file.truncate(512).unwrap();
    file.sync().unwrap();
    assert_eq!(outcomes(&disk, SECTOR).len(), 1);
    assert_eq!(bytes(&disk, "/a"), [1; 512]);
}

#[test]
fn operations_name_a_file_by_the_name_that_it_has_now() {
    let disk = Disk::new();
    let file = disk.create(path("/new")).unwrap();
    disk.rename(path("/new"), path("/7.log")).unwrap();
    file.sync().unwrap();
    assert_eq!(disk.syncs(), ["sync file *.log"]);
}

#[test]
fn a_rename_changes_both_names_or_none() {
    let disk = durable_file("/a", &[1]);
    disk.rename(path("/a"), path("/b")).unwrap();
    disk.rename(path("/b"), path("/c")).unwrap();
    let found: BTreeSet<Vec<String>> = outcomes(&disk, SECTOR).iter().map(names).collect();
    let expected = ["a", "b", "c"].map(|name| vec![name.to_owned()]);
    assert_eq!(found, BTreeSet::from(expected));
}

#[test]
fn changes_of_different_names_are_independent() {
    let disk = Disk::new();
    disk.create(path("/a")).unwrap();
    disk.create(path("/b")).unwrap();
    disk.remove_file(path("/a")).unwrap();
    let found: BTreeSet<Vec<String>> = outcomes(&disk, SECTOR).iter().map(names).collect();
    let sets = [vec![], vec!["a"], vec!["b"], vec!["a", "b"]];
    assert_eq!(found, sets.map(|set| set.into_iter().map(str::to_owned).collect()).into());
}

#[test]
fn a_file_without_a_durable_directory_is_lost() {
    let disk = Disk::new();
    disk.create_directory(path("/d")).unwrap();
    disk.create(path("/d/a")).unwrap().sync().unwrap();
    disk.sync_directory(path("/d")).unwrap();
    let found: BTreeSet<Vec<String>> = outcomes(&disk, SECTOR).iter().map(names).collect();
    assert_eq!(found, BTreeSet::from([vec![], vec!["d".to_owned()]]));
}

#[test]
fn what_was_synced_is_the_only_outcome() {
    let disk = durable_file("/a", &[1; 600]);
    assert_eq!(outcomes(&disk, SECTOR).len(), 1);
}

#[test]
fn skipped_sync_returns_success_and_makes_nothing_durable() {
    let disk = Disk::new();
    disk.skip(Selector::Nth(0));
    disk.create(path("/a")).unwrap();
    disk.sync_directory(path("/")).unwrap();
    assert_eq!(outcomes(&disk, SECTOR).len(), 2);
    disk.sync_directory(path("/")).unwrap();
    assert_eq!(outcomes(&disk, SECTOR).len(), 1);
}

#[test]
fn a_killed_process_loses_its_locks_and_nothing_else() {
    let disk = Disk::new();
    disk.create(path("/a")).unwrap().write_all_at(&[1], 0).unwrap();
    let lock = disk.lock(path("/"), LockMode::Exclusive).unwrap();
    assert!(lock.is_some());
    assert!(disk.clone().lock(path("/"), LockMode::Shared).unwrap().is_none());
    let next = disk.after_kill();
    assert!(next.lock(path("/"), LockMode::Exclusive).unwrap().is_some());
    assert_eq!(bytes(&next, "/a"), [1]);
    assert_eq!(outcomes(&next, SECTOR).len(), outcomes(&disk, SECTOR).len());
    drop(lock);
    let shared = disk.lock(path("/"), LockMode::Shared).unwrap();
    assert!(disk.lock(path("/"), LockMode::Shared).unwrap().is_some());
    assert!(disk.lock(path("/"), LockMode::Exclusive).unwrap().is_none());
    drop(shared);
    assert!(disk.lock(path("/"), LockMode::Exclusive).unwrap().is_some());
}

#[test]
fn operations_fail_by_ordinal_and_by_label() {
    let disk = Disk::new();
    disk.fail(Selector::Nth(1), Errno::NOSPC);
    disk.fail(Selector::Label("create file full".to_owned()), Errno::DQUOT);
    let file = disk.create(path("/7.log")).unwrap();
    assert_eq!(file.write_all_at(&[1; 10], 0).unwrap_err().kind(), ErrorKind::StorageFull);
    assert_eq!(bytes(&disk, "/7.log"), [1; 5]);
    assert_eq!(disk.create(path("/full")).unwrap_err().kind(), ErrorKind::QuotaExceeded);
    let labels: Vec<String> = disk.operations().iter().map(Operation::label).collect();
    assert_eq!(labels, ["create file *.log", "write *.log"]);
}

#[test]
fn bytes_written_again_after_a_failed_sync_become_durable() {
    let disk = durable_file("/a", &[1; 1024]);
    disk.fail(Selector::Label("sync file a".to_owned()), Errno::IO);
    let file = disk.open(path("/a"), Access::ReadWrite).unwrap();
    file.write_all_at(&[2; 1024], 0).unwrap();
    assert!(file.sync().is_err());
    let next = disk.after_kill();
    let file = next.open(path("/a"), Access::ReadWrite).unwrap();
    file.write_all_at(&[3; 512], 0).unwrap();
    file.sync().unwrap();
    let found: BTreeSet<Vec<u8>> = outcomes(&next, SECTOR).iter().map(|disk| bytes(disk, "/a")).collect();
    let expected = [[[3; 512], [1; 512]].concat(), [[3; 512], [2; 512]].concat()];
    assert_eq!(found, BTreeSet::from(expected));
}

#[test]
fn misuse_returns_the_errors_of_a_disk() {
    let disk = durable_file("/a", &[1]);
    disk.create_directory(path("/d")).unwrap();
    disk.create(path("/d/b")).unwrap();
    let kind = |result: std::io::Result<()>| result.unwrap_err().kind();
    assert_eq!(kind(disk.create(path("/a")).map(drop)), ErrorKind::AlreadyExists);
    assert_eq!(kind(disk.create(path("/x/a")).map(drop)), ErrorKind::NotFound);
    assert_eq!(kind(disk.open(path("/x"), Access::Read).map(drop)), ErrorKind::NotFound);
    assert_eq!(kind(disk.open(path("/d"), Access::Read).map(drop)), ErrorKind::InvalidInput);
    assert_eq!(kind(disk.remove_file(path("/d"))), ErrorKind::IsADirectory);
    assert_eq!(kind(disk.remove_directory(path("/d"))), ErrorKind::DirectoryNotEmpty);
    assert_eq!(kind(disk.rename(path("/a"), path("/d"))), ErrorKind::IsADirectory);
    assert_eq!(kind(disk.rename(path("/d"), path("/d/e"))), ErrorKind::InvalidInput);
    let reader = disk.open(path("/a"), Access::Read).unwrap();
    assert_eq!(kind(reader.write_all_at(&[1], 0)), ErrorKind::PermissionDenied);
}
