//! Checkpoints: whole or not there, and only of this journal.

use std::io::Read as _;

use tenseven_model::Revision;

use super::{list, samples::batch};
use crate::{ChainHash, CheckpointError, CheckpointInfo, Head, Storage};

list! {
    checkpoints_are_read_back_and_listed_oldest_first
    a_checkpoint_replaces_one_of_the_same_revision_only_once_it_is_whole
    refuses_a_checkpoint_of_another_history
}

fn content_of(journal: &dyn Storage, revision: u64) -> (CheckpointInfo, Vec<u8>) {
    let (info, mut content) = journal.read_checkpoint(Revision::new(revision)).unwrap();
    let mut bytes = Vec::new();
    content.read_to_end(&mut bytes).unwrap();
    (info, bytes)
}

fn checkpoints_are_read_back_and_listed_oldest_first(journal: &dyn Storage) {
    assert_eq!(journal.checkpoints().unwrap(), []);
    let mut heads = vec![Head::default()];
    for revision in 1..=3 {
        heads.push(journal.append(Revision::new(revision - 1), &[batch(revision, 2)]).unwrap());
    }
    for (index, length) in [(2, 0), (0, 10), (3, 300_000), (1, 65_536)] {
        let content = vec![u8::try_from(index).unwrap(); length];
        let written = journal.write_checkpoint(heads[index], &mut |to| to.write_all(&content)).unwrap();
        assert_eq!(written, CheckpointInfo { head: heads[index], bytes: length as u64 });
        assert_eq!(content_of(journal, index as u64), (written, content));
    }
    let listed: Vec<_> = journal.checkpoints().unwrap().iter().map(|info| info.head).collect();
    assert_eq!(listed, heads);
    journal.remove_checkpoint(Revision::new(1)).unwrap();
    assert_eq!(journal.checkpoints().unwrap().len(), 3);
    for absent in [1, 9] {
        let missing = journal.read_checkpoint(Revision::new(absent)).map(|(info, _)| info);
        assert!(matches!(missing, Err(CheckpointError::Absent(_))), "{missing:?}");
        let missing = journal.remove_checkpoint(Revision::new(absent));
        assert!(matches!(missing, Err(CheckpointError::Absent(_))), "{missing:?}");
    }
}

fn a_checkpoint_replaces_one_of_the_same_revision_only_once_it_is_whole(journal: &dyn Storage) {
    let head = journal.append(Revision::ZERO, &[batch(1, 1)]).unwrap();
    journal.write_checkpoint(head, &mut |to| to.write_all(b"first")).unwrap();
    let failed = journal.write_checkpoint(head, &mut |to| {
        to.write_all(&vec![1; 100_000])?;
        Err(std::io::Error::other("failed on purpose"))
    });
    assert!(matches!(failed, Err(CheckpointError::Content { .. })), "{failed:?}");
    assert_eq!(content_of(journal, 1).1, b"first");
    journal.write_checkpoint(head, &mut |to| to.write_all(b"second")).unwrap();
    assert_eq!(content_of(journal, 1).1, b"second");
    assert_eq!(journal.checkpoints().unwrap().len(), 1);
}

fn refuses_a_checkpoint_of_another_history(journal: &dyn Storage) {
    let head = journal.append(Revision::ZERO, &[batch(1, 1)]).unwrap();
    journal.append(Revision::new(1), &[batch(2, 1)]).unwrap();
    let ahead = Head { revision: Revision::new(3), ..head };
    for at in
        [Head { chain: ChainHash([1; 32]), ..head }, Head { chain: head.chain, ..Head::default() }, ahead]
    {
        let refused = journal.write_checkpoint(at, &mut |_| Ok(()));
        assert!(matches!(refused, Err(CheckpointError::Foreign { .. })), "{refused:?}");
    }
    assert_eq!(journal.checkpoints().unwrap(), []);
}
