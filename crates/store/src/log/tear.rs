//! Whether bytes after the last commit are what an interrupted write leaves.
//!
//! A disk writes sectors of 512 bytes whole, in any order. A segment is zeros ahead of its end, so an interrupted commit shows:
//! some sector of it still reads as zeros, or everything from a byte of the frame on does. Bits that flipped do not look so. And a later commit is written only once the one
//! before it was synced, so that a frame that begins a later commit proves that what is before it was acknowledged.

use std::io;

use tenseven_model::Revision;

use super::{
    frame::{FrameHeader, HEADER_LENGTH},
    frame_reader::FrameReader,
};

/// Bytes that a disk writes as a whole.
const SECTOR: u64 = 512;
/// How far ahead a revision in a damaged part may be and still be taken for one.
const REVISIONS_AHEAD_MAX: u64 = 1_000_000;

/// What the bytes after the last whole commit are.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Rest {
    /// Zeros: nothing was written there.
    Nothing,
    /// A commit that was being written. It was never acknowledged.
    Interrupted,
    /// Something that was acknowledged and is damaged.
    Damaged,
}

/// What the bytes from `failed_at` on are, where no sound frame begins; the last whole commit ends at `committed_to` with the
/// entry `last`.
pub(super) fn rest(
    reader: &mut FrameReader,
    committed_to: u64,
    failed_at: u64,
    last: Revision,
) -> io::Result<Rest> {
    let Some(written_to) = written_to(reader, failed_at)? else {
        return Ok(if failed_at == committed_to { Rest::Nothing } else { Rest::Interrupted });
    };
    if reader.frame(failed_at)?.is_ok() {
        // All of it was written, and something else is wrong with it.
        return Ok(Rest::Damaged);
    }
    let header_end = failed_at + HEADER_LENGTH as u64;
    let header = reader.header(failed_at)?;
    // Frames do not end with a zero byte: a write that stopped anywhere, in the middle of a sector too, leaves zeros from there on.
    if written_to < header.map_or(header_end, |header| failed_at + header.frame_length()) {
        return Ok(Rest::Interrupted);
    }
    let (from, to) = match header {
        // The header is whole, and so are the sectors that it is in.
        Some(header) => (header_end.next_multiple_of(SECTOR), failed_at + header.frame_length()),
        None => (failed_at, header_end),
    };
    if !misses_a_sector(reader, from, to)? || has_later_commit(reader, failed_at, written_to, last)? {
        return Ok(Rest::Damaged);
    }
    Ok(Rest::Interrupted)
}

/// Where the last byte that is not zero from `from` on ends; none if all are zeros.
pub(super) fn written_to(reader: &mut FrameReader, from: u64) -> io::Result<Option<u64>> {
    let length = reader.segment.file.length()?;
    let (mut offset, mut last) = (from, None);
    while offset < length {
        let part =
            usize::try_from(length - offset).unwrap_or(usize::MAX).min(super::frame_reader::SEQUENTIAL);
        let bytes = reader.bytes(offset, part)?;
        if bytes.is_empty() {
            break;
        }
        if let Some(place) = bytes.iter().rposition(|byte| *byte != 0) {
            last = Some(offset + place as u64 + 1);
        }
        offset += bytes.len() as u64;
    }
    Ok(last)
}

/// Whether the part of a sector in these bytes reads as zeros, or is after the end of the file.
fn misses_a_sector(reader: &mut FrameReader, from: u64, to: u64) -> io::Result<bool> {
    let mut offset = from;
    while offset < to {
        let next = (offset / SECTOR + 1) * SECTOR;
        let piece = usize::try_from(next.min(to) - offset).unwrap_or(usize::MAX);
        let bytes = reader.bytes(offset, piece)?;
        if bytes.len() < piece || bytes.iter().all(|byte| *byte == 0) {
            return Ok(true);
        }
        offset = next;
    }
    Ok(false)
}

/// Whether a sound frame after `from` begins a later commit.
fn has_later_commit(reader: &mut FrameReader, from: u64, to: u64, last: Revision) -> io::Result<bool> {
    let salt = reader.segment.header.salt;
    let mut offset = from + 1;
    while offset + HEADER_LENGTH as u64 <= to {
        let part = usize::try_from(to - offset).unwrap_or(usize::MAX).min(super::frame_reader::SEQUENTIAL);
        let bytes = reader.bytes(offset, part.max(HEADER_LENGTH))?;
        for (place, window) in bytes.windows(HEADER_LENGTH).enumerate() {
            let Some(header) = window.first_chunk().and_then(|window| FrameHeader::read(window, salt)) else {
                continue;
            };
            let ahead = header.stamp.revision.number().checked_sub(last.number());
            if header.is_first
                && ahead.is_some_and(|ahead| (1..REVISIONS_AHEAD_MAX).contains(&ahead))
                && reader.frame(offset + place as u64)?.is_ok()
            {
                return Ok(true);
            }
        }
        // Frames that begin near the end of this part are looked at with the next one.
        offset += (bytes.len() - (HEADER_LENGTH - 1)) as u64;
    }
    Ok(false)
}

#[cfg(test)]
#[path = "tear_tests.rs"]
mod tests;
