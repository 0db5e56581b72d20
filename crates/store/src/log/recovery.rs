//! Opening a log: is it sound, and where does it end?
//!
//! Read are the header of each segment and the frames of those that make up the last gibibyte, which is all of most logs. What
//! is older is checked when it is read, and by `verify`.
//!
//! *Invariant:* nothing is changed. What an interrupted commit left after the last whole one is passed over; everything else that
//! is not as it was written is an error that names segment, byte and revision.

use std::{io, path::Path, sync::Arc};

use tenseven_model::{Lineage, Revision};

use super::{
    directory::failed,
    frame_reader::{FrameReader, SEQUENTIAL},
    layout::{SEGMENT_HEADER_LENGTH, segment_name, segment_number},
    position::{LogEnd, Position},
    reader::{Log, corrupt, read_record, storage},
    segment::Segment,
    tear::{self, Rest},
};
use crate::{
    Corruption, EntryFault, Head, LogPosition, OpenError, ReadError,
    file_system::{Access, FileSystem},
};

/// Is called now and then with the revision that was read last, while a journal is opened.
pub type Progress<'a> = &'a mut dyn FnMut(Revision);

/// How many revisions are read between two calls of [`Progress`].
pub(crate) const PROGRESS_REVISIONS: u64 = 100_000;
/// Bytes of the log's end that are read.
const READ_BYTES: u64 = 1024 * 1024 * 1024;

/// A log that is sound.
#[derive(Debug)]
pub(crate) struct Recovered {
    /// Its segments.
    pub(crate) log: Log,
    /// Where it ends.
    pub(crate) end: LogEnd,
    /// Where the last commit of the last segment begins; the segment's end if it has none.
    pub(crate) last_commit: u64,
    /// Whether bytes of an interrupted commit follow the end, so that the next commit needs a new segment.
    pub(crate) is_torn: bool,
    /// Its histories.
    pub(crate) lineage: Lineage,
    /// The last revision that may be compacted.
    pub(crate) horizon: Revision,
}

/// Opens the log in `directory` and finds its end.
pub(crate) fn recover(
    files: &dyn FileSystem,
    directory: &Path,
    access: Access,
    progress: Progress<'_>,
) -> Result<Recovered, OpenError> {
    let segments = segments(files, directory, access)?;
    let count = segments.len() as u64;
    let Some(last) = segments.last().cloned() else {
        let position = LogPosition { segment: directory.join(segment_name(1)).into(), offset: 0 };
        return Err(corruption(Revision::new(1), position, EntryFault::MissingSegment).into());
    };
    let mut at = first_read(&segments);
    let log = Log::new(directory.to_owned(), segments);
    while at.segment < count {
        at = read_whole(&log, at, progress)?;
    }
    let mut reader = FrameReader::new(Arc::clone(&last), SEQUENTIAL);
    let scan = scan(&mut reader, at, last.header.horizon, None, progress)?;
    let rest = tear::rest(&mut reader, scan.end.offset, scan.failed_at, scan.end.head.revision);
    let is_torn = match rest.map_err(|error| read_failed(error, &reader, scan.end))? {
        Rest::Nothing => false,
        Rest::Interrupted => true,
        Rest::Damaged => {
            return Err(corrupt(&reader, scan.failed_at, scan.failed, scan.fault).into());
        }
    };
    let (lineage, horizon) = (last.header.lineage.clone(), last.header.horizon);
    Ok(Recovered { log, end: scan.end, last_commit: scan.last_commit, is_torn, lineage, horizon })
}

/// The start of the first segment whose frames are read.
fn first_read(segments: &[Arc<Segment>]) -> LogEnd {
    let mut bytes = 0;
    let mut first = segments.len();
    // The length of the last segment is not known yet; it is counted once another follows.
    for (index, next) in segments.iter().enumerate().skip(1).rev() {
        bytes += next.header.previous_end;
        if bytes > READ_BYTES {
            break;
        }
        first = index;
    }
    let head = segments.get(first - 1).map(|segment| segment.header.after).unwrap_or_default();
    LogEnd { head, segment: first as u64, offset: SEGMENT_HEADER_LENGTH }
}

fn corruption(revision: Revision, position: LogPosition, fault: EntryFault) -> ReadError {
    ReadError::Corrupt(Corruption { revision, position, fault })
}

/// The segments of a log; the header of each names the end of the one before it.
fn segments(
    files: &dyn FileSystem,
    directory: &Path,
    access: Access,
) -> Result<Vec<Arc<Segment>>, OpenError> {
    let names = files.list(directory).map_err(|error| failed("list", directory, error))?;
    let mut numbers: Vec<u64> = names.iter().filter_map(|entry| segment_number(&entry.name)).collect();
    numbers.sort_unstable();
    let mut segments: Vec<Arc<Segment>> = Vec::with_capacity(numbers.len());
    for (expected, number) in (1..).zip(numbers) {
        let before = segments.last().map_or(Revision::ZERO, |segment| segment.header.after.revision);
        let path = directory.join(segment_name(expected));
        let position = || LogPosition { segment: path.as_path().into(), offset: 0 };
        if number != expected {
            return Err(corruption(before.next(), position(), EntryFault::MissingSegment).into());
        }
        let opened = Segment::open(files, &path, access).map_err(|error| failed("open", &path, error))?;
        let segment = opened.map_err(|fault| {
            OpenError::from(corruption(before.next(), position(), EntryFault::Segment(fault)))
        })?;
        let header = &segment.header;
        let follows = header.number == number
            && header.after.revision >= before
            && (number == 1) == (header.previous_end == 0)
            && (number != 1 || header.after == Head::default());
        if !follows {
            let fault = EntryFault::Misplaced(header.after.revision.next());
            return Err(corruption(before.next(), position(), fault).into());
        }
        segments.push(Arc::new(segment));
    }
    Ok(segments)
}

/// Reads the rest of a segment that is not the last; it must be sound up to the end that the next header states.
fn read_whole(log: &Log, at: LogEnd, progress: Progress<'_>) -> Result<LogEnd, OpenError> {
    let (Some(segment), Some(next)) = (log.segment(at.segment), log.segment(at.segment + 1)) else {
        let position = Position { revision: at.head.revision.next(), segment: at.segment, offset: at.offset };
        return Err(log.missing(at.head.revision.next(), position).into());
    };
    let end = next.header.previous_end;
    let mut reader = FrameReader::new(segment, SEQUENTIAL);
    let scan = scan(&mut reader, at, next.header.horizon, Some(end), progress)?;
    if scan.end.offset != end {
        return Err(corrupt(&reader, scan.failed_at, scan.failed, scan.fault).into());
    }
    if scan.end.head != next.header.after {
        let position = LogPosition { segment: Arc::clone(&next.path), offset: 0 };
        return Err(corruption(scan.end.head.revision.next(), position, EntryFault::Link).into());
    }
    Ok(LogEnd { segment: at.segment + 1, offset: SEGMENT_HEADER_LENGTH, ..scan.end })
}

/// How far frames of a segment are sound.
struct Scan {
    /// The end of the last whole commit.
    end: LogEnd,
    /// Where that commit begins.
    last_commit: u64,
    /// Where no sound frame begins.
    failed_at: u64,
    /// Of which revision one should be there.
    failed: Revision,
    /// What is wrong there.
    fault: EntryFault,
}

/// Reads commits until something is not sound, at most up to `limit`.
fn scan(
    reader: &mut FrameReader,
    from: LogEnd,
    horizon: Revision,
    limit: Option<u64>,
    progress: Progress<'_>,
) -> Result<Scan, OpenError> {
    let (mut end, mut last_commit) = (from, from.offset);
    let (mut head, mut offset) = (from.head, from.offset);
    let mut is_whole = true;
    loop {
        if limit.is_some_and(|limit| offset >= limit) {
            let failed = head.revision.next();
            return Ok(Scan { end, last_commit, failed_at: offset, failed, fault: EntryFault::CutShort });
        }
        let position = Position { revision: head.revision.next(), segment: from.segment, offset };
        let (record, header) = match read_record(reader, position) {
            Ok(found) => found,
            Err(ReadError::Corrupt(corruption)) => {
                let Position { revision: failed, .. } = position;
                return Ok(Scan { end, last_commit, failed_at: offset, failed, fault: corruption.fault });
            }
            Err(error) => return Err(error.into()),
        };
        if header.is_first != is_whole {
            let Position { revision: failed, .. } = position;
            return Ok(Scan { end, last_commit, failed_at: offset, failed, fault: EntryFault::CutShort });
        }
        // A sound frame with a wrong link is no torn write.
        head = Head { revision: position.revision, chain: record.chain(head.chain, horizon)? };
        if head.revision.number().is_multiple_of(PROGRESS_REVISIONS) {
            progress(head.revision);
        }
        offset += header.frame_length();
        is_whole = header.is_last;
        if is_whole {
            last_commit = end.offset;
            end = LogEnd { head, segment: from.segment, offset };
        }
    }
}

/// The error where the disk cannot be read.
fn read_failed(error: io::Error, reader: &FrameReader, at: LogEnd) -> OpenError {
    OpenError::Read(storage(reader, at.offset, at.head.revision, error))
}

#[cfg(test)]
#[path = "recovery_tests.rs"]
mod tests;
