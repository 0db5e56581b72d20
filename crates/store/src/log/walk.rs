//! Walking over the records of a log in order.

use std::sync::Arc;

use super::{
    frame::FrameHeader,
    frame_reader::{FrameReader, SEQUENTIAL},
    layout::SEGMENT_HEADER_LENGTH,
    position::{LogEnd, Position},
    reader::{Log, read_header, read_record},
};
use crate::{ReadError, Record, Stamp};

/// The records from a position on, up to where the log ended when the walk began. Nothing follows an error.
pub(crate) struct LogWalk {
    log: Arc<Log>,
    reader: Option<FrameReader>,
    next: Position,
    end: LogEnd,
    failed: bool,
}

impl LogWalk {
    /// The records from `next` on.
    pub(crate) fn new(log: Arc<Log>, next: Position, end: LogEnd) -> Self {
        Self { log, reader: None, next, end, failed: false }
    }

    /// Where the next record is; none at the end.
    pub(crate) fn position(&mut self) -> Option<Position> {
        if self.is_done() {
            return None;
        }
        self.enter_segment();
        Some(self.next)
    }

    /// The next record's position and which entry it is of, without its content.
    pub(crate) fn next_stamp(&mut self) -> Option<Result<(Position, Stamp), ReadError>> {
        let position = self.position()?;
        let found = self.header();
        self.failed = found.is_err();
        Some(found.map(|header| (position, header.stamp)))
    }

    fn header(&mut self) -> Result<FrameHeader, ReadError> {
        let next = self.next;
        let header = read_header(self.reader()?, next)?;
        self.pass(&header);
        Ok(header)
    }

    fn is_done(&self) -> bool {
        self.failed || self.next.revision > self.end.head.revision
    }

    /// Goes on in the segment that holds the next record.
    fn enter_segment(&mut self) {
        while self.log.end_of(self.next.segment, self.end).is_some_and(|end| self.next.offset >= end)
            && self.next.segment < self.end.segment
        {
            self.next.segment += 1;
            self.next.offset = SEGMENT_HEADER_LENGTH;
            self.reader = None;
        }
    }

    fn step(&mut self) -> Result<Record, ReadError> {
        self.enter_segment();
        let next = self.next;
        let (record, header) = read_record(self.reader()?, next)?;
        self.pass(&header);
        Ok(record)
    }

    /// The reader of the segment that holds the next record.
    fn reader(&mut self) -> Result<&mut FrameReader, ReadError> {
        match &mut self.reader {
            Some(reader) => Ok(reader),
            none => {
                let segment = self.log.segment(self.next.segment);
                let segment = segment.ok_or_else(|| self.log.missing(self.next.revision, self.next))?;
                Ok(none.insert(FrameReader::new(segment, SEQUENTIAL)))
            }
        }
    }

    fn pass(&mut self, header: &FrameHeader) {
        self.next.revision = self.next.revision.next();
        self.next.offset += header.frame_length();
    }
}

impl Iterator for LogWalk {
    type Item = Result<Record, ReadError>;

    fn next(&mut self) -> Option<Self::Item> {
        if self.is_done() {
            return None;
        }
        let found = self.step();
        self.failed = found.is_err();
        Some(found)
    }
}
