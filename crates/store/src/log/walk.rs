//! Walking over the records of a log in order.

use std::sync::Arc;

use super::{
    frame_reader::{FrameReader, SEQUENTIAL},
    layout::SEGMENT_HEADER_LENGTH,
    position::{LogEnd, Position},
    reader::{Log, read_record},
};
use crate::{ReadError, Record};

/// The records from a place on, up to where the log ended when the walk began. Nothing follows an error.
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
        if self.reader.is_none() {
            let segment = self.log.segment(self.next.segment);
            let segment = segment.ok_or_else(|| self.log.missing(self.next.revision, self.next))?;
            self.reader = Some(FrameReader::new(segment, SEQUENTIAL));
        }
        let Some(reader) = self.reader.as_mut() else {
            return Err(self.log.missing(self.next.revision, self.next));
        };
        let (record, header) = read_record(reader, self.next)?;
        self.next.revision = self.next.revision.next();
        self.next.offset += header.frame_length();
        Ok(record)
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
