//! What a writer leaves on the disk, and what it does after a failure.

use std::{fs, io::ErrorKind, sync::mpsc::channel, time::Duration};

use super::*;
use crate::{
    Entry, EntryFault, OpenError, SegmentHeaderFault,
    conformance::samples::{batch, long},
    log::{
        spare::Spare,
        test_log::{TestLog, commit, written},
    },
};

fn entries(lengths: &[usize]) -> Vec<Entry> {
    (1..).zip(lengths).map(|(revision, length)| long(revision, *length)).collect()
}

#[test]
fn goes_on_in_new_segments_and_everything_is_read_back() {
    let log = TestLog::new(8_192);
    let all = entries(&[900; 40]);
    let ends = written(&log, &all);
    assert!(log.segment_count() > 5, "{} segments", log.segment_count());
    assert_eq!(log.recovered().unwrap().end, ends[40]);
    assert_eq!(log.entries(), all);
}

#[test]
fn a_commit_longer_than_a_segment_gets_one_of_its_own_length() {
    let log = TestLog::new(8_192);
    let all = entries(&[100, 100_000, 100, 50_000, 100]);
    let ends = written(&log, &all);
    let segments: Vec<u64> = ends.iter().map(|end| end.segment).collect();
    assert_eq!(segments, [1, 1, 2, 2, 3, 3]);
    assert!((100_000..120_000).contains(&fs::metadata(log.segment(2)).unwrap().len()));
    assert_eq!(log.entries(), all);
}

#[test]
fn a_commit_that_ends_with_its_segment_is_followed_by_a_new_one() {
    for length in 3_900..4_050 {
        let log = TestLog::new(8_192);
        let all = entries(&[length, 10]);
        written(&log, &all);
        assert_eq!(log.entries(), all, "{length}");
    }
}

#[test]
fn goes_on_after_the_end_when_it_is_opened_again() {
    let log = TestLog::new(65_536);
    let mut all = entries(&[50]);
    let end = written(&log, &all)[1];
    let mut head = end.head;
    for revision in 2..6 {
        let mut writer = log.writer();
        assert_eq!(writer.end().head, head);
        let next = [batch(revision, 2)];
        let committed = commit(&mut writer, head, &next).unwrap();
        assert_eq!(committed.end.segment, 1);
        head = committed.end.head;
        all.extend(next);
    }
    assert_eq!(log.entries(), all);
}

#[test]
fn a_full_disk_refuses_a_commit_and_takes_the_next() {
    let kinds = [ErrorKind::StorageFull, ErrorKind::QuotaExceeded, ErrorKind::FileTooLarge];
    for (operation, kind) in ["write", "sync"].into_iter().flat_map(|one| kinds.map(|kind| (one, kind))) {
        let log = TestLog::new(8_192);
        let all = entries(&[900, 900, 300]);
        let mut writer = log.created();
        let first = commit(&mut writer, Head::default(), &all[..1]).unwrap().end;
        // The name that the file of the first segment was made under.
        log.files.fail(operation, "next.unfinished", kind);
        let refused = commit(&mut writer, first.head, &all[1..2]);
        assert!(matches!(refused, Err(AppendError::DiskFull { .. })), "{refused:?}");
        log.files.mend();
        // Something else than what was refused.
        let other = [long(2, 70)];
        let second = commit(&mut writer, first.head, &other).unwrap().end;
        assert_eq!(second.segment, 2, "the bytes of the refused commit follow the end of the first segment");
        commit(&mut writer, second.head, &all[2..]).unwrap();
        assert_eq!(log.entries(), [all[0].clone(), other[0].clone(), all[2].clone()], "{operation}");
    }
}

#[test]
fn a_segment_that_could_not_be_made_is_made_by_the_next_commit() {
    let fails = [
        ("create", "next.unfinished"),
        ("allocate", "next.unfinished"),
        ("write", "next.unfinished"),
        ("sync", "next.unfinished"),
        ("rename", "2.segment"),
        ("sync_directory", ""),
    ];
    for (operation, ending) in fails {
        let log = TestLog::new(8_192);
        let all = entries(&[3_500, 3_000, 20, 3_000]);
        let mut writer = log.created();
        let first = commit(&mut writer, Head::default(), &all[..1]).unwrap().end;
        log.files.fail(operation, ending, ErrorKind::StorageFull);
        let refused = commit(&mut writer, first.head, &all[1..2]);
        assert!(matches!(refused, Err(AppendError::DiskFull { .. })), "{operation}: {refused:?}");
        log.files.mend();
        // This one is so short that the first segment has room for it.
        let short = [long(2, 20)];
        let second = commit(&mut writer, first.head, &short).unwrap().end;
        assert_eq!(log.recovered().unwrap().end, second, "{operation}");
        let third = commit(&mut writer, second.head, &all[2..3]).unwrap().end;
        let end = commit(&mut writer, third.head, &all[3..]).unwrap().end;
        let recovered = log.recovered();
        assert_eq!(recovered.unwrap().end, end, "{operation}");
        let kept = [all[0].clone(), short[0].clone(), all[2].clone(), all[3].clone()];
        assert_eq!(log.entries(), kept, "{operation}");
    }
}

#[test]
fn a_spare_that_is_too_short_is_not_taken_while_another_is_made_in_its_place() {
    let log = TestLog::new(8_192);
    let path = log.directory.path().join("spare.unfinished");
    let mut spare = Spare::new(log.files(), path.clone(), true);
    let (made, is_made) = channel();
    let ask = move |operation: &'static str| {
        if operation == "sync" {
            let _ = made.send(());
        }
    };
    log.files.ask(move |operation, _| {
        ask(operation);
        Ok(())
    });
    spare.make(4_096, SpareContent::Zeros);
    is_made.recv_timeout(Duration::from_secs(20)).unwrap();
    // Too short for what is needed, so a longer one is begun; that one is not ready.
    while spare.take(8_192).is_some() {}
    let (go, wait) = channel::<()>();
    let (begun, is_begun) = channel();
    log.files.ask(move |operation, _| {
        if operation == "allocate" {
            let _ = begun.send(());
            let _ = wait.recv_timeout(Duration::from_secs(20));
        }
        Ok(())
    });
    // While the thread before it ends, nothing is begun.
    let begins = (0..1_000).any(|_| {
        spare.make(65_536, SpareContent::Zeros);
        is_begun.recv_timeout(Duration::from_millis(20)).is_ok()
    });
    assert!(begins, "no longer one is begun");
    let taken = spare.take(1).map(|zeros| zeros.length);
    go.send(()).unwrap();
    drop(spare);
    assert_eq!(taken, None, "its file has no name any more");
}

#[test]
fn the_next_segment_is_zeroed_ahead_for_small_commits_only() {
    for (length, zeroed) in [(1_000, true), (8_000, false)] {
        let log = TestLog::new(65_536);
        let (note, noted) = channel();
        log.files.ask(move |operation, path| {
            if path.ends_with("spare.unfinished") {
                let _ = note.send(operation);
            }
            Ok(())
        });
        written(&log, &entries(&[length; 200]));
        log.files.mend();
        let operations: Vec<_> = noted.try_iter().collect();
        let next = if zeroed { "write" } else { "sync" };
        let made: Vec<_> = operations.windows(2).filter(|pair| pair[0] == "allocate").collect();
        assert!(!made.is_empty() && made.iter().all(|pair| pair[1] == next), "{length}: {made:?}");
    }
}

#[test]
fn a_segment_that_was_cut_is_damage_even_where_only_zeros_are_missing() {
    let log = TestLog::new(65_536);
    written(&log, &entries(&[100, 100]));
    let file = fs::File::options().write(true).open(log.segment(1)).unwrap();
    file.set_len(65_535).unwrap();
    let Err(OpenError::Corrupt(found)) = log.recovered() else { panic!("it is opened") };
    let cut = SegmentHeaderFault::Cut { made: 65_536, found: 65_535 };
    assert!(matches!(found.fault, EntryFault::Segment(fault) if fault == cut));
}
