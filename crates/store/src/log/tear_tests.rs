//! Every way in which an interrupted commit can be torn, and every bit that may flip.

use proptest::prelude::*;
use tenseven_model::Revision;

use crate::{
    Entry, EntryFault, OpenError, ReadError,
    conformance::samples::long,
    log::{
        position::LogEnd,
        test_log::{TestLog, commit, sealed, written},
    },
};

const SECTOR: u64 = 512;

/// A log of a commit with a text of `before` bytes and one of three entries, and where the log ended after each.
fn torn(before: usize, lengths: [usize; 3]) -> (TestLog, LogEnd, LogEnd) {
    let log = TestLog::new(65_536);
    let first = written(&log, &[long(1, before)])[1];
    let last = commit(&mut log.writer(), first.head, &three(lengths)).unwrap().end;
    (log, first, last)
}

fn three(lengths: [usize; 3]) -> Vec<Entry> {
    (2..).zip(lengths).map(|(revision, length)| long(revision, length)).collect()
}

/// The parts of the sectors that hold the bytes from `from` to `to`.
fn sectors(from: u64, to: u64) -> Vec<(u64, usize)> {
    let mut parts = Vec::new();
    let mut at = from;
    while at < to {
        let next = ((at / SECTOR + 1) * SECTOR).min(to);
        parts.push((at, usize::try_from(next - at).unwrap()));
        at = next;
    }
    parts
}

/// Which revision is damaged, and where, if the log is refused for that.
fn refusal(log: &TestLog) -> Option<(u64, u64, EntryFault)> {
    match log.recovered() {
        Ok(_) => None,
        Err(OpenError::Corrupt(found)) => {
            assert_eq!(*found.position.segment, *log.segment(1));
            Some((found.revision.number(), found.position.offset, found.fault))
        }
        Err(error) => panic!("{error:?}"),
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(96))]

    #[test]
    fn a_commit_that_misses_sectors_is_void_and_the_next_goes_to_a_new_segment(
        before in 0..600_usize, lengths in [0..1_500_usize, 0..1_500, 0..1_500], missing: u64
    ) {
        let (log, first, last) = torn(before, lengths);
        let mut changed = false;
        for (index, (offset, length)) in sectors(first.offset, last.offset).into_iter().enumerate() {
            if missing >> index & 1 == 1 {
                let before = log.edit(1, offset, length, |bytes| bytes.fill(0));
                changed |= before.iter().any(|byte| *byte != 0);
            }
        }
        let found = log.recovered().unwrap();
        let end = if changed { first } else { last };
        prop_assert_eq!(found.end, end);
        let mut writer = log.writer();
        let next = [long(end.head.revision.number() + 1, 30)];
        let committed = commit(&mut writer, end.head, &next).unwrap();
        prop_assert_eq!(committed.end.segment, if found.is_torn { 2 } else { 1 });
        drop(writer);
        let kept = if changed { vec![] } else { three(lengths) };
        prop_assert_eq!(log.entries(), [vec![long(1, before)], kept, next.to_vec()].concat());
        let again = log.recovered().unwrap();
        prop_assert!(again.end == committed.end && !again.is_torn);
    }

    #[test]
    fn a_flipped_bit_in_the_last_commit_is_refused_with_its_place(
        before in 0..600_usize, lengths in [0..1_500_usize, 0..1_500, 0..1_500], at: prop::sample::Index, bit in 0_u8..8
    ) {
        let (log, first, last) = torn(before, lengths);
        let byte = first.offset + at.index(usize::try_from(last.offset - first.offset).unwrap()) as u64;
        let (revision, frame) = frame_of(&log, byte);
        let length = log.frame_length(frame);
        log.edit(1, byte, 1, |byte| byte[0] ^= 1 << bit);
        // Zeros that may be a missing sector cannot be distinguished from one: see `FORMAT.md`.
        prop_assume!(!sectors(frame, frame + length).into_iter().any(|(offset, length)| log.is_zero(offset, length)));
        let refused = refusal(&log);
        let Some((found, offset, _)) = refused else { panic!("byte {byte} was not missed") };
        prop_assert_eq!((found, offset), (revision, frame));
    }

    #[test]
    fn a_flipped_bit_before_a_later_commit_is_refused_with_its_place(
        before in 0..600_usize, lengths in [0..1_500_usize, 0..1_500, 0..1_500], at: prop::sample::Index, bit in 0_u8..8
    ) {
        let (log, first, last) = torn(before, lengths);
        let later = [long(5, 40)];
        commit(&mut log.writer(), last.head, &later).unwrap();
        let byte = first.offset + at.index(usize::try_from(last.offset - first.offset).unwrap()) as u64;
        let (revision, frame) = frame_of(&log, byte);
        log.edit(1, byte, 1, |byte| byte[0] ^= 1 << bit);
        let Some((found, offset, _)) = refusal(&log) else { panic!("byte {byte} was not missed") };
        prop_assert_eq!((found, offset), (revision, frame));
    }

    #[test]
    fn sectors_that_are_missing_before_a_later_commit_are_damage(
        before in 0..600_usize, lengths in [0..1_500_usize, 0..1_500, 0..1_500], missing: u64
    ) {
        let (log, first, last) = torn(before, lengths);
        commit(&mut log.writer(), last.head, &[long(5, 40)]).unwrap();
        let mut changed = false;
        for (index, (offset, length)) in sectors(first.offset, last.offset).into_iter().enumerate() {
            if missing >> index & 1 == 1 {
                let before = log.edit(1, offset, length, |bytes| bytes.fill(0));
                changed |= before.iter().any(|byte| *byte != 0);
            }
        }
        prop_assert_eq!(refusal(&log).is_some(), changed);
    }
}

impl TestLog {
    fn frame_length(&self, frame: u64) -> u64 {
        let mut length = [0; 4];
        length.copy_from_slice(&self.edit(1, frame, 4, |_| ()));
        56 + u64::from(u32::from_be_bytes(length) & 0x07ff_ffff) + 1
    }

    fn is_zero(&self, offset: u64, length: usize) -> bool {
        self.edit(1, offset, length, |_| ()).iter().all(|byte| *byte == 0)
    }
}

/// The revision and the start of the frame that holds a byte.
fn frame_of(log: &TestLog, offset: u64) -> (u64, u64) {
    let found = log.recovered().unwrap();
    let mut start = found.log.segment_start(Revision::new(1));
    loop {
        let (position, header) = found.log.find(start, start.revision).unwrap();
        let end = position.offset + header.frame_length();
        if end > offset {
            return (position.revision.number(), position.offset);
        }
        start = crate::log::Position { revision: position.revision.next(), offset: end, ..position };
    }
}

#[test]
fn bytes_that_were_cut_off_at_a_commit_are_not_missed_by_the_log_alone() {
    let (log, first, last) = torn(50, [10, 20, 30]);
    let length = usize::try_from(last.offset - first.offset).unwrap();
    log.edit(1, first.offset, length, |bytes| bytes.fill(0));
    let found = log.recovered().unwrap();
    assert_eq!((found.end, found.is_torn), (first, false));
}

#[test]
fn a_commit_whose_last_frames_are_missing_is_void() {
    let (log, first, _) = torn(50, [600, 600, 600]);
    let frames = sealed(first.head, &three([600, 600, 600]));
    // All sectors after the one in which the second frame ends.
    let whole = first.offset + 2 * (56 + frames[0].record.len() as u64);
    let from = whole.next_multiple_of(SECTOR);
    log.edit(1, from, 4_096, |bytes| bytes.fill(0));
    let found = log.recovered().unwrap();
    assert_eq!((found.end, found.is_torn), (first, true));
}

#[test]
fn a_frame_whose_header_is_whole_is_not_excused_by_zeros_at_its_start() {
    // The frame begins with the last byte of a sector, which is the first of its length: zero.
    let start = (0..600).find(|before| torn(*before, [40, 40, 40]).1.offset % SECTOR == SECTOR - 1).unwrap();
    let (log, first, _) = torn(start, [40, 40, 40]);
    log.edit(1, first.offset + 60, 1, |byte| byte[0] ^= 1);
    let refused = refusal(&log);
    assert!(
        matches!(refused, Some((2, offset, EntryFault::Checksum)) if offset == first.offset),
        "{refused:?}"
    );
}

#[test]
fn a_disk_that_cannot_be_read_is_no_torn_commit() {
    let (log, ..) = torn(50, [1, 2, 3]);
    // A segment that is no file.
    std::fs::remove_file(log.segment(1)).unwrap();
    std::fs::create_dir(log.segment(1)).unwrap();
    let error = log.recovered().unwrap_err();
    assert!(!matches!(error, OpenError::Corrupt(_) | OpenError::Read(ReadError::Corrupt(_))), "{error:?}");
}
