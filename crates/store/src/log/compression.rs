//! Compression of records that hold much text.
//!
//! *Invariant:* what is decompressed is never longer than the longest record, whatever the frame says.

use zstd::bulk::{Compressor, Decompressor};

use crate::record::ENTRY_LENGTH_MAX;

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

/// Compresses records one after the other.
pub(crate) struct Press {
    /// None if zstd could not make one; records are then stored as they are.
    compressor: Option<Compressor<'static>>,
    frame: Vec<u8>,
}

impl std::fmt::Debug for Press {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Press").finish_non_exhaustive()
    }
}

impl Press {
    /// A press that is ready.
    pub(crate) fn new() -> Self {
        Self { compressor: Compressor::new(LEVEL).ok(), frame: Vec::new() }
    }

    /// The record as it is to be stored: as a frame if that is wanted and an eighth shorter at least.
    pub(crate) fn stored<'a>(&'a mut self, record: &'a [u8], wanted: bool) -> Stored<'a> {
        let plain = Stored { bytes: record, record_length: record.len(), compressed: false };
        let Some(compressor) =
            self.compressor.as_mut().filter(|_| wanted && record.len() >= RECORD_LENGTH_MIN)
        else {
            return plain;
        };
        let length_max = record.len() - record.len() / 8;
        self.frame.clear();
        self.frame.reserve(length_max);
        match compressor.compress_to_buffer(record, &mut self.frame) {
            Ok(length) if length <= length_max => Stored { bytes: &self.frame, compressed: true, ..plain },
            // It does not pay, or there was no room for a longer frame.
            Ok(_) | Err(_) => plain,
        }
    }
}

/// The record in a frame, which is said to have so many bytes.
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

    fn pressed(record: &[u8]) -> (Vec<u8>, bool) {
        let mut press = Press::new();
        let Stored { bytes, compressed, .. } = press.stored(record, true);
        (bytes.to_vec(), compressed)
    }

    #[test]
    fn only_what_gets_shorter_is_compressed() {
        let text = "the same words ".repeat(1_000);
        let (bytes, compressed) = pressed(text.as_bytes());
        assert!(compressed && bytes.len() < 200, "{} bytes", bytes.len());
        assert!(!Press::new().stored(text.as_bytes(), false).compressed);
        let mut state = 1_u64;
        let noise: Vec<u8> = (0..5_000)
            .map(|_| {
                state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1);
                state.to_be_bytes()[0]
            })
            .collect();
        assert_eq!(pressed(&noise), (noise, false));
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
            let (bytes, compressed) = pressed(&record);
            prop_assert!(compressed);
            let length = u32::try_from(record.len()).unwrap();
            prop_assert_eq!(decompressed(&bytes, length), Ok(record));
        }

        #[test]
        fn no_bytes_make_it_panic(bytes: Vec<u8>, length in 0u32..10_000) {
            let _ = decompressed(&bytes, length);
        }
    }
}
