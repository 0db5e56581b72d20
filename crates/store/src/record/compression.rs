//! Compression of records that hold much text.
//!
//! *Invariant:* decompression never yields more bytes than the longest record, even if the frame states more.

use std::cell::RefCell;

use bytes::Bytes;
use zstd::bulk::{Compressor, Decompressor};

use super::limits::ENTRY_LENGTH_MAX;

/// Shortest record that is worth the try, in bytes.
const RECORD_LENGTH_MIN: usize = 512;
/// How hard zstd tries: the least, which halves text at some hundred megabytes a second.
const LEVEL: i32 = 1;

/// The bytes of a record as they are stored.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Stored<'a> {
    /// The record, or a zstd frame of it.
    pub(crate) bytes: &'a [u8],
    /// Bytes of the record.
    pub(crate) record_length: usize,
    /// Whether the bytes are a zstd frame.
    pub(crate) compressed: bool,
}

impl<'a> Stored<'a> {
    /// A record that is stored as its zstd frame, if there is one.
    pub(crate) fn of(record: &'a [u8], frame: Option<&'a [u8]>) -> Self {
        Self { bytes: frame.unwrap_or(record), record_length: record.len(), compressed: frame.is_some() }
    }
}

thread_local! {
    /// Reused, as making one takes longer than compressing most records. None if zstd could not make one.
    static COMPRESSOR: RefCell<Option<Compressor<'static>>> = RefCell::new(Compressor::new(LEVEL).ok());
}

/// The zstd frame of a record, if that is at least an eighth shorter than the record.
pub(crate) fn compressed(record: &[u8]) -> Option<Bytes> {
    if record.len() < RECORD_LENGTH_MIN {
        return None;
    }
    let length_max = record.len() - record.len() / 8;
    let mut frame = Vec::with_capacity(length_max);
    let result = COMPRESSOR.with_borrow_mut(|compressor| {
        compressor.as_mut().map(|compressor| compressor.compress_to_buffer(record, &mut frame))
    });
    // An error: there was no room for a longer frame.
    matches!(result, Some(Ok(length)) if length <= length_max).then(|| frame.into())
}

/// The record in a frame, whose stated length is `record_length`.
pub(crate) fn decompressed(frame: &[u8], record_length: u32) -> Result<Vec<u8>, String> {
    let length = usize::try_from(record_length).unwrap_or(usize::MAX);
    if length > ENTRY_LENGTH_MAX {
        return Err(format!("a record has at most {ENTRY_LENGTH_MAX} bytes"));
    }
    let record = Decompressor::new().and_then(|mut decompressor| decompressor.decompress(frame, length));
    let record = record.map_err(|error| error.to_string())?;
    if record.len() == length { Ok(record) } else { Err(format!("there are {} bytes", record.len())) }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn only_what_gets_shorter_is_compressed() {
        let text = "the same words ".repeat(1_000);
        let frame = compressed(text.as_bytes()).unwrap();
        assert!(frame.len() < 200, "{} bytes", frame.len());
        assert_eq!(compressed(&text.as_bytes()[..RECORD_LENGTH_MIN - 1]), None);
        let mut state = 1_u64;
        let noise: Vec<u8> = (0..5_000)
            .map(|_| {
                state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1);
                state.to_be_bytes()[0]
            })
            .collect();
        assert_eq!(compressed(&noise), None);
    }

    #[test]
    fn a_bomb_is_refused_before_it_goes_off() {
        let bomb = zstd::bulk::compress(&vec![0; 3_000_000], 1).unwrap();
        assert!(decompressed(&bomb, 1_000).is_err());
        assert!(decompressed(&bomb, 3_000_001).unwrap_err().contains("there are 3000000 bytes"));
        assert!(decompressed(&bomb, u32::MAX).unwrap_err().contains("at most"));
        assert_eq!(decompressed(&bomb, 3_000_000).unwrap().len(), 3_000_000);
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(64))]
        #[test]
        fn is_read_back(record in proptest::collection::vec(0u8..4, 512..3_000)) {
            let frame = compressed(&record).unwrap();
            let length = u32::try_from(record.len()).unwrap();
            prop_assert_eq!(decompressed(&frame, length), Ok(record));
        }

        #[test]
        fn no_bytes_make_it_panic(bytes: Vec<u8>, length in 0u32..10_000) {
            let _ = decompressed(&bytes, length);
        }
    }
}
