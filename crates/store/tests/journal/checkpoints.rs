//! Checkpoints as files next to a journal on disk.

use std::{
    fs,
    io::{ErrorKind, Read as _},
    path::{Path, PathBuf},
};

use tenseven_model::Revision;
use tenseven_store::{ChainHash, CheckpointError, Checkpoints as _, DiskJournal, Journal as _};

use crate::samples::{batch, on_disk};

const CONTENT: &[u8] = &[7; 200_000];

/// A journal with a checkpoint of its only entry, and the checkpoint's file.
fn journal(directory: &tempfile::TempDir) -> (DiskJournal, PathBuf) {
    let journal = on_disk(directory);
    let head = journal.append(Revision::ZERO, &[batch(1, 3)]).unwrap();
    journal.write_checkpoint(head, &mut |to| to.write_all(CONTENT)).unwrap();
    let file = journal.path().join("checkpoints/00000000000000000001.checkpoint");
    assert!(file.is_file());
    (journal, file)
}

fn read(journal: &DiskJournal) -> Result<std::io::Result<Vec<u8>>, CheckpointError> {
    let (_, mut content) = journal.read_checkpoint(Revision::new(1))?;
    let mut bytes = Vec::new();
    Ok(content.read_to_end(&mut bytes).map(|_| bytes))
}

fn names(folder: &Path) -> Vec<String> {
    let names = fs::read_dir(folder).unwrap();
    names.map(|file| file.unwrap().file_name().into_string().unwrap()).collect()
}

#[test]
fn is_there_after_the_journal_was_opened_again() {
    let directory = tempfile::tempdir().unwrap();
    let (journal, _) = journal(&directory);
    let listed = journal.checkpoints().unwrap();
    drop(journal);
    let journal = on_disk(&directory);
    assert_eq!(journal.checkpoints().unwrap(), listed);
    assert_eq!(read(&journal).unwrap().unwrap(), CONTENT);
}

#[test]
fn a_flipped_bit_anywhere_is_detected_and_no_wrong_byte_is_read() {
    let directory = tempfile::tempdir().unwrap();
    let (journal, file) = journal(&directory);
    let sound = fs::read(&file).unwrap();
    for at in (0..sound.len()).step_by(997).chain(0..60).chain(sound.len() - 50..sound.len()) {
        let mut bytes = sound.clone();
        bytes[at] ^= 1 << (at % 8);
        fs::write(&file, bytes).unwrap();
        let is_refused = match read(&journal) {
            Err(CheckpointError::Damaged { .. }) => true,
            Ok(Err(error)) => error.kind() == ErrorKind::InvalidData,
            Err(_) | Ok(Ok(_)) => false,
        };
        assert!(is_refused, "byte {at}");
        // It can be seen, and so be removed.
        assert_eq!(journal.checkpoints().unwrap().len(), 1, "byte {at}");
    }
    journal.remove_checkpoint(Revision::new(1)).unwrap();
    assert_eq!(journal.checkpoints().unwrap(), []);
}

#[test]
fn a_cut_anywhere_is_detected() {
    let directory = tempfile::tempdir().unwrap();
    let (journal, file) = journal(&directory);
    let sound = fs::read(&file).unwrap();
    for length in [0, 1, 52, 53, 60, 65_000, sound.len() - 48, sound.len() - 1] {
        fs::write(&file, &sound[..length]).unwrap();
        let refused = read(&journal);
        assert!(matches!(refused, Err(CheckpointError::Damaged { .. })), "{length} bytes: {refused:?}");
    }
}

#[test]
fn one_of_another_history_is_foreign_and_never_read() {
    let (directory, other) = (tempfile::tempdir().unwrap(), tempfile::tempdir().unwrap());
    let (journal, file) = journal(&directory);
    let other = on_disk(&other);
    other.append(Revision::ZERO, &[batch(1, 4), batch(2, 1)]).unwrap();
    let folder = other.path().join("checkpoints");
    fs::create_dir(&folder).unwrap();
    fs::copy(&file, folder.join(file.file_name().unwrap())).unwrap();
    let refused = other.read_checkpoint(Revision::new(1)).map(|(info, _)| info);
    let expected = matches!(&refused, Err(CheckpointError::Foreign { at, head })
        if *at == journal.head() && *head == other.head());
    assert!(expected, "{refused:?}");
}

#[test]
fn one_after_the_journals_end_is_foreign() {
    let (directory, other) = (tempfile::tempdir().unwrap(), tempfile::tempdir().unwrap());
    let (_journal, file) = journal(&directory);
    let other = on_disk(&other);
    let folder = other.path().join("checkpoints");
    fs::create_dir(&folder).unwrap();
    fs::copy(&file, folder.join(file.file_name().unwrap())).unwrap();
    let refused = other.read_checkpoint(Revision::new(1)).map(|(info, _)| info);
    assert!(matches!(&refused, Err(CheckpointError::Foreign { .. })), "{refused:?}");
}

#[test]
fn one_under_the_name_of_another_revision_is_damaged() {
    let directory = tempfile::tempdir().unwrap();
    let (journal, file) = journal(&directory);
    fs::rename(&file, file.with_file_name("00000000000000000002.checkpoint")).unwrap();
    let refused = journal.read_checkpoint(Revision::new(2)).map(|(info, _)| info);
    assert!(matches!(refused, Err(CheckpointError::Damaged { .. })), "{refused:?}");
    let listed = journal.checkpoints().unwrap();
    assert_eq!((listed[0].head.revision.number(), listed[0].head.chain), (2, ChainHash::ZERO));
}

#[test]
fn what_an_interrupted_write_left_is_replaced_by_the_next_and_other_files_are_left_alone() {
    let directory = tempfile::tempdir().unwrap();
    let (journal, file) = journal(&directory);
    let folder = file.parent().unwrap().to_owned();
    drop(journal);
    fs::write(folder.join("unfinished"), "half").unwrap();
    fs::write(folder.join("notes.txt"), "mine").unwrap();
    fs::create_dir(folder.join("00000000000000000003.checkpoint")).unwrap();
    let journal = on_disk(&directory);
    assert_eq!(journal.checkpoints().unwrap().len(), 1);
    let head = journal.append(Revision::new(1), &[batch(2, 1)]).unwrap();
    journal.write_checkpoint(head, &mut |to| to.write_all(b"second")).unwrap();
    let mut left = names(&folder);
    left.sort();
    let expected = [1, 2, 3].map(|revision| format!("{revision:020}.checkpoint"));
    assert_eq!(left, [&expected[..], &["notes.txt".to_owned()]].concat());
    assert_eq!(journal.checkpoints().unwrap().len(), 2);
}

#[test]
fn without_checkpoints_nothing_is_lost() {
    let directory = tempfile::tempdir().unwrap();
    let (journal, file) = journal(&directory);
    drop(journal);
    fs::remove_dir_all(file.parent().unwrap()).unwrap();
    let journal = on_disk(&directory);
    assert_eq!(journal.checkpoints().unwrap(), []);
    assert_eq!(journal.read(Revision::new(1)).unwrap(), batch(1, 3));
}
