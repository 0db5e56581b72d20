//! Frames outside of a log: in a backup, and in transit to one.

use std::{path::Path, sync::Arc};

use bytes::Bytes;

use crate::{
    Corruption, EntryFault, LogPosition, ReadError, Record,
    log::{self, FrameHeader, Salt, push_frame},
    record::{Stored, compressed, decompressed},
};

/// Adds the frame of a record, as a backup has it.
pub fn write_frame(frames: &mut Vec<u8>, record: &Record) {
    let frame = compressed(record.body());
    let stored = Stored::of(record.body(), frame.as_deref());
    push_frame(frames, (record.stamp(), record.tag()), stored, (true, true), Salt::default());
}

/// The records of whole frames, one after the other. `from` names the source of the bytes in messages.
pub fn read_frames(bytes: Bytes, from: &Path) -> impl Iterator<Item = Result<Record, ReadError>> {
    let from: Arc<Path> = from.into();
    let (mut rest, mut offset) = (bytes, 0_u64);
    std::iter::from_fn(move || {
        if rest.is_empty() {
            return None;
        }
        let position = LogPosition { segment: Arc::clone(&from), offset };
        let header = rest.first_chunk().and_then(|bytes| FrameHeader::read(bytes, Salt::default()));
        let length = header.and_then(|header| usize::try_from(header.frame_length()).ok());
        let (Some(header), Some(length)) = (header, length.filter(|length| *length <= rest.len())) else {
            rest.clear();
            return Some(Err(fault(tenseven_model::Revision::ZERO, position, EntryFault::Header)));
        };
        let frame = rest.split_to(length);
        offset += length as u64;
        Some(read_frame(&header, &frame, position))
    })
}

/// The record of one frame.
pub(super) fn read_frame(
    header: &FrameHeader,
    frame: &Bytes,
    position: LogPosition,
) -> Result<Record, ReadError> {
    let revision = header.stamp.revision;
    let Some(payload) = log::payload(frame, Salt::default()) else {
        return Err(fault(revision, position, EntryFault::Checksum));
    };
    let body = if header.is_compressed {
        let length = header.record_length;
        match decompressed(&payload, length) {
            Ok(body) => body.into(),
            Err(detail) => return Err(fault(revision, position, EntryFault::Compression { length, detail })),
        }
    } else {
        payload
    };
    Ok(Record::new(header.stamp, header.tag, body, position))
}

fn fault(revision: tenseven_model::Revision, position: LogPosition, fault: EntryFault) -> ReadError {
    ReadError::Corrupt(Corruption { revision, position, fault })
}
