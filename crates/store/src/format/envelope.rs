//! The envelope around one part of a record. Persisted; must stay stable. Format 2:
//!
//! | bytes | what |
//! |---|---|
//! | 0 | format of the envelope, 2 |
//! | 1–4 | CRC-32C of the key and of all bytes from 5 on |
//! | 5 | flags: bit 0 says that the stored bytes are a zstd frame; the others are 0 |
//! | 6–9 | number of parts of the record |
//! | 10–13 | length of the stored bytes of the record |
//! | 14–17 | length of the record |
//! | 18– | the part of the stored bytes |
//!
//! Format 1, which is read and no longer written: the same without flags and without the second length.
//!
//! | bytes | what |
//! |---|---|
//! | 0 | format of the envelope, 1 |
//! | 1–4 | CRC-32C of the key and of all bytes from 5 on |
//! | 5–8 | number of parts of the record |
//! | 9–12 | length of the record, which is stored as it is |
//! | 13– | the part of the record |
//!
//! Numbers are big-endian.

use super::{limits::PART_LENGTH_MAX, part_error::PartError};

/// The format of envelopes that this release writes, and the latest that it reads.
const ENVELOPE_FORMAT: u8 = 2;
/// Bytes before the payload, in format 2 and in format 1.
const HEADER_LENGTH: usize = 18;
const HEADER_LENGTH_1: usize = 13;
/// Where the bytes that the checksum covers begin.
const COVERED_FROM: usize = 5;
/// The flag of a zstd frame.
const COMPRESSED: u8 = 1;

/// What all parts of a record say of it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Shape {
    /// Number of parts of the record.
    pub(crate) count: u32,
    /// Bytes of the record as they are stored.
    pub(crate) stored_length: u32,
    /// Bytes of the record.
    pub(crate) record_length: u32,
    /// Whether the stored bytes are a zstd frame.
    pub(crate) compressed: bool,
    /// Most stored bytes in one part.
    pub(super) payload_length_max: usize,
}

impl Shape {
    /// The shape of a record that is written now.
    pub(super) fn new(stored: usize, record: usize, compressed: bool) -> Self {
        let payload_length_max = PART_LENGTH_MAX - HEADER_LENGTH;
        Self {
            count: saturated(stored.div_ceil(payload_length_max).max(1)),
            stored_length: saturated(stored),
            record_length: saturated(record),
            compressed,
            payload_length_max,
        }
    }

    /// Succeeds if its counts can be true.
    pub(super) fn check(&self) -> Result<(), PartError> {
        let Self { count, stored_length, record_length, compressed, payload_length_max } = *self;
        let stored = usize::try_from(stored_length).unwrap_or(usize::MAX);
        let counted =
            stored.div_ceil(payload_length_max).max(1) == usize::try_from(count).unwrap_or(usize::MAX);
        if counted && (compressed || stored_length == record_length) {
            Ok(())
        } else {
            Err(PartError::Counts { count, length: stored_length })
        }
    }
}

/// Records are far shorter than 4 GiB (`ENTRY_LENGTH_MAX`).
fn saturated(number: usize) -> u32 {
    u32::try_from(number).unwrap_or(u32::MAX)
}

/// One part of a record, out of its envelope.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Part<'a> {
    /// What all parts of the record say of it.
    pub(crate) shape: Shape,
    /// The part of the stored bytes.
    pub(crate) payload: &'a [u8],
}

impl<'a> Part<'a> {
    /// The part in its envelope, to be kept under `key`.
    pub(crate) fn ser(&self, key: &[u8]) -> Vec<u8> {
        let Self { shape, payload } = self;
        let mut bytes = Vec::with_capacity(HEADER_LENGTH + payload.len());
        bytes.push(ENVELOPE_FORMAT);
        bytes.extend([0; 4]);
        bytes.push(if shape.compressed { COMPRESSED } else { 0 });
        bytes.extend(shape.count.to_be_bytes());
        bytes.extend(shape.stored_length.to_be_bytes());
        bytes.extend(shape.record_length.to_be_bytes());
        bytes.extend_from_slice(payload);
        let checksum = checksum(key, &bytes[COVERED_FROM..]);
        bytes[1..COVERED_FROM].copy_from_slice(&checksum.to_be_bytes());
        bytes
    }

    /// The part whose envelope was kept under `key`.
    pub(crate) fn deser(key: &[u8], bytes: &'a [u8]) -> Result<Self, PartError> {
        let truncated = || PartError::Truncated(bytes.len());
        let (format, rest) = bytes.split_first().ok_or_else(truncated)?;
        if !(1..=ENVELOPE_FORMAT).contains(format) {
            return Err(PartError::Format { found: *format, known: ENVELOPE_FORMAT });
        }
        let (found, covered) = rest.split_first_chunk::<4>().ok_or_else(truncated)?;
        let part = if *format == 1 { deser_1(covered) } else { deser_2(covered) };
        let (flags, part) = part.ok_or_else(truncated)?;
        let (found, computed) = (u32::from_be_bytes(*found), checksum(key, covered));
        if found != computed {
            return Err(PartError::Checksum { found, computed });
        }
        if flags & !COMPRESSED != 0 {
            return Err(PartError::Flags(flags));
        }
        Ok(part)
    }
}

fn deser_2(covered: &[u8]) -> Option<(u8, Part<'_>)> {
    let (flags, rest) = covered.split_first()?;
    let (count, rest) = rest.split_first_chunk::<4>()?;
    let (stored_length, rest) = rest.split_first_chunk::<4>()?;
    let (record_length, payload) = rest.split_first_chunk::<4>()?;
    let shape = Shape {
        count: u32::from_be_bytes(*count),
        stored_length: u32::from_be_bytes(*stored_length),
        record_length: u32::from_be_bytes(*record_length),
        compressed: flags & COMPRESSED != 0,
        payload_length_max: PART_LENGTH_MAX - HEADER_LENGTH,
    };
    Some((*flags, Part { shape, payload }))
}

fn deser_1(covered: &[u8]) -> Option<(u8, Part<'_>)> {
    let (count, rest) = covered.split_first_chunk::<4>()?;
    let (record_length, payload) = rest.split_first_chunk::<4>()?;
    let record_length = u32::from_be_bytes(*record_length);
    let shape = Shape {
        count: u32::from_be_bytes(*count),
        stored_length: record_length,
        record_length,
        compressed: false,
        payload_length_max: PART_LENGTH_MAX - HEADER_LENGTH_1,
    };
    Some((0, Part { shape, payload }))
}

fn checksum(key: &[u8], covered: &[u8]) -> u32 {
    crc32c::crc32c_append(crc32c::crc32c(key), covered)
}

#[cfg(test)]
#[path = "envelope_tests.rs"]
mod tests;
