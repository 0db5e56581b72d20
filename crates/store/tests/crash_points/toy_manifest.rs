//! A small file that is replaced as a whole: write another one, sync it, rename it, sync the directory.

use std::path::Path;

use tenseven_store::file_system::{Access, FileSystem};

use crate::{
    disk::SimulatedDisk,
    exploration::Exploration,
    explorer::{explore, unneeded_syncs},
    faults::Selector,
};

const FILE: &str = "/manifest";
const NEW: &str = "/manifest.new";

/// More than a page, so that it can be torn.
const LENGTH: usize = 5000;
const VERSIONS: u8 = 3;

fn replace(disk: &SimulatedDisk<u8>, version: u8) {
    let (file, new) = (Path::new(FILE), Path::new(NEW));
    disk.remove_file(new).ok();
    let handle = disk.create(new).unwrap();
    handle.write_all_at(&[version; LENGTH], 0).unwrap();
    handle.sync().unwrap();
    disk.rename(new, file).unwrap();
    disk.sync_directory(Path::new("/")).unwrap();
    disk.mark(version);
}

fn run(disk: &SimulatedDisk<u8>) {
    (1..=VERSIONS).for_each(|version| replace(disk, version));
}

/// The version of the file, 0 if there is none.
fn read(disk: &SimulatedDisk<u8>) -> Result<u8, String> {
    let Ok(file) = disk.open(Path::new(FILE), Access::Read) else { return Ok(0) };
    let mut bytes = vec![0; LENGTH + 1];
    let length = file.read_at(&mut bytes, 0).map_err(|error| error.to_string())?;
    match bytes[0] {
        version @ 1.. if bytes[..length] == [version; LENGTH] => Ok(version),
        _ => Err(format!("the file is damaged: {length} bytes")),
    }
}

fn check(disk: &SimulatedDisk<u8>, acknowledged: &[u8]) -> Result<(), String> {
    let (found, expected) = (read(disk)?, acknowledged.last().copied().unwrap_or(0));
    if found < expected {
        return Err(format!("version {expected} was acknowledged, {found} is there"));
    }
    replace(disk, found + 1);
    Ok(())
}

#[test]
fn correct_replacement_survives_every_crash() {
    explore(run, check, &Exploration::new(2, 3)).unwrap_or_else(|failure| panic!("{failure}"));
}

#[test]
fn every_sync_of_the_replacement_is_needed() {
    let unneeded =
        unneeded_syncs(run, check, &Exploration::new(2, 2)).unwrap_or_else(|failure| panic!("{failure}"));
    assert_eq!(unneeded, Vec::<String>::new());
}

#[test]
fn replacement_without_sync_before_the_rename_fails() {
    let without = Exploration::new(2, 1).skipping(Selector::Label("sync file manifest.new".to_owned()));
    let failure = explore(run, check, &without).expect_err("the name can be durable before the bytes");
    assert!(failure.message.contains("the file is damaged"), "{failure}");
}

#[test]
fn replacement_without_sync_of_the_directory_fails() {
    let without = Exploration::new(2, 1).skipping(Selector::Label("sync directory /".to_owned()));
    let failure = explore(run, check, &without).expect_err("the name can be missing");
    assert!(failure.message.contains("version 1 was acknowledged, 0 is there"), "{failure}");
}

#[test]
fn replacement_by_removing_and_renaming_fails() {
    let run = |disk: &SimulatedDisk<u8>| {
        replace(disk, 1);
        disk.remove_file(Path::new(FILE)).unwrap();
        replace(disk, 2);
    };
    assert!(explore(run, check, &Exploration::new(2, 1)).is_err());
}
