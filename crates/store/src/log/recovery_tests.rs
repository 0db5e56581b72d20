//! A log is opened only if it is what was written.

use std::fs;

use super::*;
use crate::{
    ChainHash, RecordHash,
    conformance::samples::{batch, long},
    log::test_log::{TestLog, commit, sealed, written},
    record::seal_compacted,
};

/// A log of some segments.
fn segments() -> (TestLog, Vec<LogEnd>) {
    let log = TestLog::new(8_192);
    let ends = written(&log, &(1..=9).map(|revision| long(revision, 1_500)).collect::<Vec<_>>());
    assert!(log.segment_count() >= 4);
    (log, ends)
}

fn corruption_of(log: &TestLog) -> Corruption {
    match log.recovered() {
        Err(OpenError::Corrupt(corruption)) => corruption,
        other => panic!("{other:?}"),
    }
}

#[test]
fn an_empty_log_ends_after_the_header_of_its_first_segment() {
    let log = TestLog::new(8_192);
    log.created();
    let found = log.recovered().unwrap();
    let start = LogEnd { head: Head::default(), segment: 1, offset: SEGMENT_HEADER_LENGTH };
    assert_eq!((found.end, found.is_torn), (start, false));
}

#[test]
fn a_directory_without_segments_is_damaged() {
    let log = TestLog::new(8_192);
    let found = corruption_of(&log);
    assert!(matches!(found.fault, EntryFault::MissingSegment), "{found:?}");
}

#[test]
fn a_missing_segment_is_named() {
    let (log, ends) = segments();
    fs::remove_file(log.segment(2)).unwrap();
    let found = corruption_of(&log);
    assert!(matches!(found.fault, EntryFault::MissingSegment), "{found:?}");
    assert_eq!(*found.position.segment, *log.segment(2));
    // At least what the first segment begins after is known of it.
    assert!(found.revision <= ends[3].head.revision.next());
}

#[test]
fn a_segment_in_the_place_of_another_is_noticed() {
    let (log, _) = segments();
    fs::copy(log.segment(3), log.segment(2)).unwrap();
    let found = corruption_of(&log);
    assert!(matches!(found.fault, EntryFault::Misplaced(_)), "{found:?}");
}

#[test]
fn a_segment_of_another_log_is_noticed() {
    let (log, _) = segments();
    let other = TestLog::new(8_192);
    written(
        &other,
        &(1..=9)
            .map(|revision| long(revision + 20, 1_500))
            .map(|entry| crate::Entry { revision: Revision::new(entry.revision.number() - 20), ..entry })
            .collect::<Vec<_>>(),
    );
    for number in [1, 2, 4] {
        let own = fs::read(log.segment(number)).unwrap();
        fs::copy(other.segment(number), log.segment(number)).unwrap();
        let found = corruption_of(&log);
        assert!(matches!(found.fault, EntryFault::Link), "segment {number}: {found:?}");
        fs::write(log.segment(number), own).unwrap();
    }
    log.recovered().unwrap();
}

#[test]
fn a_damaged_header_of_a_segment_is_refused() {
    let (log, _) = segments();
    for offset in [0, 9, 13, 20, 30, 70, 90, 100, 4_095] {
        log.edit(2, offset, 1, |byte| byte[0] ^= 1);
        let found = corruption_of(&log);
        assert!(matches!(found.fault, EntryFault::Segment(_)), "byte {offset}: {found:?}");
        assert_eq!((&*found.position.segment, found.position.offset), (&*log.segment(2), 0));
        log.edit(2, offset, 1, |byte| byte[0] ^= 1);
    }
}

#[test]
fn a_later_format_of_a_segment_is_named() {
    let log = TestLog::new(8_192);
    log.created();
    log.edit(1, 0, 4_096, |bytes| {
        bytes[11] = 2;
        let sum = crc32c::crc32c_append(crc32c::crc32c(&bytes[..12]), &bytes[16..]).to_be_bytes();
        bytes[12..16].copy_from_slice(&sum);
    });
    let found = corruption_of(&log);
    let named = matches!(found.fault, EntryFault::Segment(crate::SegmentHeaderFault::Format { found: 2 }));
    assert!(named, "{found:?}");
}

#[test]
fn any_flipped_bit_before_the_last_segment_is_refused_with_its_place() {
    let (log, ends) = segments();
    for end in &ends[..ends.len() - 3] {
        let offset = if end.segment == 1 || end.offset > 4_096 { end.offset } else { continue };
        for byte in [0, 3, 4, 9, 12, 13, 15, 20, 30, 40, 50, 56, 300, 900] {
            log.edit(end.segment, offset + byte, 1, |byte| byte[0] ^= 4);
            let refused = log.recovered();
            log.edit(end.segment, offset + byte, 1, |byte| byte[0] ^= 4);
            // Some of these bytes are after the end of their segment, and void.
            let Err(OpenError::Corrupt(found)) = refused else {
                assert!(refused.is_ok());
                continue;
            };
            assert_eq!(found.revision, end.head.revision.next());
            assert_eq!(
                (&*found.position.segment, found.position.offset),
                (&*log.segment(end.segment), offset)
            );
        }
    }
}

#[test]
fn a_sound_commit_of_another_history_is_refused() {
    let log = TestLog::new(65_536);
    let end = written(&log, &[batch(1, 1)])[1];
    let other = Head { chain: ChainHash([7; 32]), ..end.head };
    commit(&mut log.writer(), other, &[batch(2, 1)]).unwrap();
    let found = corruption_of(&log);
    assert!(matches!(found.fault, EntryFault::Link), "{found:?}");
    assert_eq!((found.revision.number(), found.position.offset), (2, end.offset));
}

#[test]
fn an_entry_that_was_left_out_is_noticed() {
    let log = TestLog::new(65_536);
    let end = written(&log, &[batch(1, 1)])[1];
    let three = sealed(end.head, &[batch(2, 1), batch(3, 1)]);
    log.writer().commit(&three[1..]).unwrap();
    let found = corruption_of(&log);
    assert!(matches!(found.fault, EntryFault::Misplaced(found) if found.number() == 3), "{found:?}");
}

#[test]
fn a_compacted_record_is_refused_after_the_horizon() {
    let log = TestLog::new(65_536);
    let mut writer = log.created();
    let sealed = seal_compacted(Head::default(), &batch(1, 1), RecordHash([9; 32])).unwrap();
    writer.commit(&[sealed]).unwrap();
    let found = corruption_of(&log);
    assert!(matches!(found.fault, EntryFault::Compacted { horizon: Revision::ZERO }), "{found:?}");
}

#[test]
fn what_follows_the_end_of_an_earlier_segment_is_void() {
    let log = TestLog::new(65_536);
    let first = written(&log, &[batch(1, 2)])[1];
    let lost = commit(&mut log.writer(), first.head, &[long(2, 2_000)]).unwrap().end;
    let length = usize::try_from(lost.offset - first.offset).unwrap();
    log.edit(1, (first.offset + 600) / 512 * 512, 512, |bytes| bytes.fill(0));
    let second = commit(&mut log.writer(), first.head, &[batch(2, 1)]).unwrap().end;
    // The content of the file is not read any more.
    log.edit(1, first.offset, length, |bytes| bytes.fill(0x5a));
    assert_eq!(log.recovered().unwrap().end, second);
    assert_eq!(log.entries(), [batch(1, 2), batch(2, 1)]);
}
