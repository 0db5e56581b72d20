//! Reads frames of a segment, a chunk at a time.

use std::{io, sync::Arc};

use bytes::Bytes;

use super::{
    frame::{self, FrameHeader, HEADER_LENGTH},
    segment::Segment,
};
use crate::{EntryFault, LogPosition, file_system::read_up_to, record::decompressed};

/// Bytes that are read ahead where frames are read in order.
pub(super) const SEQUENTIAL: usize = 1024 * 1024;
/// Bytes that are read at once where one frame is looked for.
pub(super) const SINGLE: usize = 16 * 1024;

/// A frame that is sound.
#[derive(Debug, Clone)]
pub(crate) struct Frame {
    pub(crate) header: FrameHeader,
    pub(crate) payload: Bytes,
}

impl Frame {
    /// The record in it.
    pub(crate) fn record(&self) -> Result<Bytes, EntryFault> {
        let length = self.header.record_length;
        if !self.header.is_compressed {
            return Ok(self.payload.clone());
        }
        let record = decompressed(&self.payload, length);
        record.map(Bytes::from).map_err(|detail| EntryFault::Compression { length, detail })
    }
}

/// Reads frames of one segment.
#[derive(Debug)]
pub(crate) struct FrameReader {
    pub(super) segment: Arc<Segment>,
    chunk_length: usize,
    chunk: Bytes,
    chunk_from: u64,
}

impl FrameReader {
    pub(super) fn new(segment: Arc<Segment>, chunk_length: usize) -> Self {
        Self { segment, chunk_length, chunk: Bytes::new(), chunk_from: 0 }
    }

    /// The header of the frame at `offset`; none if no frame begins there.
    pub(super) fn header(&mut self, offset: u64) -> io::Result<Option<FrameHeader>> {
        let bytes = self.bytes(offset, HEADER_LENGTH)?;
        let header = bytes.first_chunk().and_then(|bytes| FrameHeader::read(bytes, self.segment.header.salt));
        Ok(header)
    }

    /// The frame at `offset`, or what is wrong there.
    pub(super) fn frame(&mut self, offset: u64) -> io::Result<Result<Frame, EntryFault>> {
        let Some(header) = self.header(offset)? else { return Ok(Err(EntryFault::Header)) };
        let length = usize::try_from(header.frame_length()).unwrap_or(usize::MAX);
        let bytes = self.bytes(offset, length)?;
        if bytes.len() < length {
            return Ok(Err(EntryFault::CutShort));
        }
        let payload = frame::payload(&bytes, self.segment.header.salt);
        Ok(payload.map(|payload| Frame { header, payload }).ok_or(EntryFault::Checksum))
    }

    /// Where `offset` is.
    pub(super) fn position(&self, offset: u64) -> LogPosition {
        LogPosition { segment: Arc::clone(&self.segment.path), offset }
    }

    /// At most `length` bytes from `offset` on; fewer at the end of the file.
    pub(super) fn bytes(&mut self, offset: u64, length: usize) -> io::Result<Bytes> {
        let ahead = offset.checked_sub(self.chunk_from).and_then(|ahead| usize::try_from(ahead).ok());
        if let Some(ahead) = ahead
            && ahead.checked_add(length).is_some_and(|end| end <= self.chunk.len())
        {
            return Ok(self.chunk.slice(ahead..ahead + length));
        }
        let mut chunk = vec![0; length.max(self.chunk_length)];
        let count = read_up_to(&*self.segment.file, &mut chunk, offset)?;
        chunk.truncate(count);
        (self.chunk, self.chunk_from) = (chunk.into(), offset);
        Ok(self.chunk.slice(..length.min(count)))
    }
}
