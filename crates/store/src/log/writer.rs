//! Appending to a log.
//!
//! *Invariant:* a commit that returned is durable. One that failed left its bytes after the end, where the next segment declares
//! them void; a full disk is no reason to stop for good.

use std::{io, path::PathBuf, sync::Arc};

use tenseven_model::{Lineage, Revision};

use super::{
    frame::{HEADER_LENGTH, push_frame},
    header::SegmentHeader,
    layout::{SEGMENT_HEADER_LENGTH, segment_name},
    manifest::remove_if_there,
    position::{LogEnd, Position},
    reader::Log,
    recovery::Recovered,
    salt::Salt,
    segment::Segment,
    spare::{Spare, SpareContent, SpareFile},
};
use crate::{
    AppendError, Head, JournalOptions,
    file_system::{FileSystem, is_no_room},
    record::{Sealed, Stored},
};

/// Longest segment, in bytes, unless a commit is longer.
const SEGMENT_LENGTH_MAX: u64 = 64 * 1024 * 1024;
/// A new segment has at most this part of the log's length, so that reserved space stays small compared with used space.
const LOG_DIVISOR: u64 = 16;
/// Lengths of segments are multiples of this.
const BLOCK: u64 = 4096;
/// Where fewer commits than this fill a segment of the least length, they gain less by zeros that are on the disk already than writing
/// those costs.
const ZEROED_COMMITS_MIN: u64 = 16;

/// What a commit made durable.
#[derive(Debug)]
pub(crate) struct Committed {
    /// The frames that were written.
    pub(crate) positions: Vec<Position>,
    /// Where the log ends now.
    pub(crate) end: LogEnd,
}

/// Appends to a log. There is one for each open journal.
#[derive(Debug)]
pub(crate) struct LogWriter {
    files: Arc<dyn FileSystem>,
    log: Arc<Log>,
    segment: Arc<Segment>,
    /// Bytes of the last segment's file.
    allocated: u64,
    end: LogEnd,
    /// What this writer committed to the last segment.
    appended: Appended,
    /// Bytes of all segments before the last.
    length_before: u64,
    /// Whether the next commit needs a new segment, because bytes that do not count follow the end.
    must_roll: bool,
    lineage: Lineage,
    horizon: Revision,
    spare: Spare,
    random: fn() -> [u8; 16],
    segment_length_min: u64,
    frames: Vec<u8>,
}

/// How much was committed.
#[derive(Debug, Default)]
struct Appended {
    commits: u64,
    bytes: u64,
}

impl Appended {
    fn add(&mut self, bytes: u64) {
        self.commits += 1;
        self.bytes += bytes;
    }

    /// What the next segment is to have on the disk, if commits go on like this.
    fn spare_content(&self, segment_length_min: u64) -> SpareContent {
        if self.bytes * ZEROED_COMMITS_MIN > self.commits * segment_length_min {
            SpareContent::Allocated
        } else {
            SpareContent::Zeros
        }
    }
}

/// What a new log begins with.
#[derive(Debug, Clone)]
pub(crate) struct NewLog {
    /// Its histories.
    pub(crate) lineage: Lineage,
    /// The last revision that may be compacted.
    pub(crate) horizon: Revision,
}

/// Makes an empty log in a directory that exists and is empty, and makes its names durable.
pub(crate) fn create_log(
    files: &Arc<dyn FileSystem>,
    directory: PathBuf,
    new: NewLog,
    options: &JournalOptions,
) -> Result<LogWriter, AppendError> {
    let header = SegmentHeader {
        number: 1,
        after: Head::default(),
        previous_end: 0,
        horizon: new.horizon,
        salt: Salt((options.random)()),
        lineage: new.lineage.clone(),
        file_length: 0,
    };
    let log = Log::new(directory, Vec::new());
    let (segment, allocated) = make_segment(&**files, &log, header, options.segment_length_min, None)?;
    log.add(Arc::clone(&segment));
    let end = LogEnd { head: Head::default(), segment: 1, offset: SEGMENT_HEADER_LENGTH };
    let recovered = Recovered {
        log,
        end,
        last_commit: end.offset,
        is_torn: false,
        lineage: new.lineage,
        horizon: new.horizon,
    };
    let (writer, _) = LogWriter::new(files, recovered, options).map_err(|source| AppendError::Storage {
        action: "read the length of",
        path: segment.path.to_path_buf(),
        source,
    })?;
    debug_assert_eq!(writer.allocated, allocated, "a segment that was just made has its length");
    Ok(writer)
}

impl LogWriter {
    /// A writer after the end of a log, and the log to read from.
    pub(crate) fn new(
        files: &Arc<dyn FileSystem>,
        recovered: Recovered,
        options: &JournalOptions,
    ) -> io::Result<(Self, Arc<Log>)> {
        let Recovered { log, end, last_commit: _, is_torn, lineage, horizon } = recovered;
        let log = Arc::new(log);
        let Some(segment) = log.segment(end.segment) else { return Err(io::ErrorKind::NotFound.into()) };
        let allocated = segment.file.length()?;
        let before = (1..end.segment).filter_map(|number| log.end_of(number, end)).sum();
        let path = log.directory().join("spare.unfinished");
        let spare = Spare::new(Arc::clone(files), path, options.in_background);
        let writer = Self {
            files: Arc::clone(files),
            log: Arc::clone(&log),
            segment,
            allocated,
            end,
            appended: Appended::default(),
            length_before: before,
            must_roll: is_torn,
            lineage,
            horizon,
            spare,
            random: options.random,
            segment_length_min: options.segment_length_min,
            frames: Vec::new(),
        };
        Ok((writer, log))
    }

    /// Where the log ends.
    pub(crate) fn end(&self) -> LogEnd {
        self.end
    }

    /// The histories.
    pub(crate) fn lineage(&self) -> &Lineage {
        &self.lineage
    }

    /// The last revision that may be compacted.
    pub(crate) fn horizon(&self) -> Revision {
        self.horizon
    }

    /// Begins a new history after the last entry. It counts once the next segment is durable, which this waits for.
    pub(crate) fn begin_history(&mut self, lineage: Lineage) -> Result<(), AppendError> {
        self.lineage = lineage;
        self.roll(0)
    }

    /// Makes records durable, all or none.
    pub(crate) fn commit(&mut self, sealed: &[Sealed]) -> Result<Committed, AppendError> {
        let Some(last) = sealed.last() else {
            return Ok(Committed { positions: Vec::new(), end: self.end });
        };
        let mut lengths = self.push_frames(sealed);
        let length = self.frames.len() as u64;
        if self.must_roll || self.end.offset + length > self.allocated {
            self.roll(length)?;
            // The checksums begin with the salt of the segment.
            lengths = self.push_frames(sealed);
        }
        self.write()?;
        let mut offset = self.end.offset;
        let mut positions = Vec::with_capacity(sealed.len());
        for (sealed, length) in sealed.iter().zip(lengths) {
            positions.push(Position { revision: sealed.stamp.revision, segment: self.end.segment, offset });
            offset += length;
        }
        self.end = LogEnd { head: last.head(), offset, ..self.end };
        self.appended.add(length);
        Ok(Committed { positions, end: self.end })
    }

    /// Puts the frames of records into the buffer, and returns the length of each.
    fn push_frames(&mut self, sealed: &[Sealed]) -> Vec<u64> {
        self.frames.clear();
        let (salt, count) = (self.segment.header.salt, sealed.len());
        let mut lengths = Vec::with_capacity(count);
        for (index, Sealed { stamp, chain, record, zstd_frame }) in sealed.iter().enumerate() {
            let from = self.frames.len();
            let stored = Stored::of(record, zstd_frame.as_deref());
            let ends = (index == 0, index + 1 == count);
            push_frame(&mut self.frames, (*stamp, chain.tag()), stored, ends, salt);
            lengths.push((self.frames.len() - from) as u64);
        }
        lengths
    }

    fn write(&mut self) -> Result<(), AppendError> {
        let file = &self.segment.file;
        let written = file.write_all_at(&self.frames, self.end.offset);
        let result = match written {
            Ok(()) => file.sync().map_err(|error| ("sync", error)),
            Err(error) => Err(("write", error)),
        };
        result.map_err(|(action, source)| {
            self.must_roll = true;
            if action == "sync" {
                // All of it may be in the file. Its first bytes are taken back, as far as that goes, so that a commit that was
                // refused is not found by the next start.
                let _ = self.segment.file.write_all_at(&[0; HEADER_LENGTH], self.end.offset);
            }
            let wanted = self.frames.len() as u64;
            failure(action, self.segment.path.to_path_buf(), wanted, source)
        })
    }

    fn may_exist(&self, name: &str) -> bool {
        let names = self.files.list(self.log.directory());
        names.map_or(true, |names| names.iter().any(|entry| entry.name == name))
    }

    /// The length of a segment after `used` bytes of others.
    fn segment_length(&self, used: u64) -> u64 {
        (used / LOG_DIVISOR).min(SEGMENT_LENGTH_MAX).max(self.segment_length_min).next_multiple_of(BLOCK)
    }

    /// Goes on in a new segment with room for at least `length` bytes of frames.
    fn roll(&mut self, length: u64) -> Result<(), AppendError> {
        let needed = SEGMENT_HEADER_LENGTH + length;
        let header = SegmentHeader {
            number: self.end.segment + 1,
            after: self.end.head,
            previous_end: self.end.offset,
            horizon: self.horizon,
            salt: Salt((self.random)()),
            lineage: self.lineage.clone(),
            file_length: 0,
        };
        let used = self.length_before + self.end.offset;
        let spare = self.spare.take(needed);
        let file_length = needed.max(self.segment_length(used));
        let name = segment_name(header.number);
        let files = &*self.files;
        let made = match make_segment(files, &self.log, header.clone(), file_length, spare) {
            // A short segment may fit where a long one does not.
            Err(AppendError::DiskFull { .. }) if file_length > needed => {
                make_segment(files, &self.log, header, needed, None)
            }
            made => made,
        };
        // Where only the sync of its name failed, the new segment already ends the last one.
        self.must_roll |= made.is_err() && self.may_exist(&name);
        let (segment, allocated) = made?;
        self.log.add(Arc::clone(&segment));
        // The commit that needs this segment is one of those that will need the next.
        self.appended.add(length);
        let content = std::mem::take(&mut self.appended).spare_content(self.segment_length_min);
        self.length_before = used;
        self.end = LogEnd { segment: self.end.segment + 1, offset: SEGMENT_HEADER_LENGTH, ..self.end };
        (self.segment, self.allocated, self.must_roll) = (segment, allocated, false);
        self.spare.make(self.segment_length(used + allocated), content);
        Ok(())
    }
}

/// Makes the file of a segment, durable with its header and its name, and returns its length, which the header states.
fn make_segment(
    files: &dyn FileSystem,
    log: &Log,
    mut header: SegmentHeader,
    length: u64,
    spare: Option<SpareFile>,
) -> Result<(Arc<Segment>, u64), AppendError> {
    let length = length.next_multiple_of(BLOCK);
    let path = log.directory().join(segment_name(header.number));
    let made = (|| {
        let SpareFile { path: unfinished, file, length } = match spare {
            Some(spare) => spare,
            None => empty(files, log, length)?,
        };
        header.file_length = length;
        file.write_all_at(&header.bytes(), 0)?;
        file.sync()?;
        files.rename(&unfinished, &path)?;
        files.sync_directory(log.directory())?;
        Ok((file, length))
    })();
    let (file, length) =
        made.map_err(|source: io::Error| failure("make the segment", path.clone(), length, source))?;
    Ok((Arc::new(Segment { header, path: path.into(), file }), length))
}

/// A file with room for a segment.
fn empty(files: &dyn FileSystem, log: &Log, length: u64) -> io::Result<SpareFile> {
    let path = log.directory().join("next.unfinished");
    remove_if_there(files, &path)?;
    let file = files.create(&path)?;
    file.allocate(length)?;
    Ok(SpareFile { path, file, length })
}

fn failure(action: &'static str, path: PathBuf, wanted: u64, source: io::Error) -> AppendError {
    if is_no_room(&source) {
        AppendError::DiskFull { path, wanted, source }
    } else {
        AppendError::Storage { action, path, source }
    }
}

#[cfg(test)]
#[path = "writer_tests.rs"]
mod tests;
