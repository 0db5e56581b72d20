//! UTF-16: its text as UTF-8.

use std::io::{self, Read};

use super::container::Endianness;

/// Bytes that are decoded at a time.
const CHUNK_BYTES: usize = 8 << 10;

/// Reads a text in UTF-16 as UTF-8, without its byte order mark.
#[derive(Debug)]
pub(super) struct Utf16Reader<R> {
    inner: R,
    endianness: Endianness,
    /// The first byte of a unit whose second was not read yet.
    half: Option<u8>,
    /// The first unit of a character whose second was not read yet.
    surrogate: Option<u16>,
    decoded: io::Cursor<Vec<u8>>,
    is_begun: bool,
}

impl<R: Read> Utf16Reader<R> {
    pub(super) fn new(inner: R, endianness: Endianness) -> Self {
        let decoded = io::Cursor::default();
        Self { inner, endianness, half: None, surrogate: None, decoded, is_begun: false }
    }

    /// Decodes the next bytes; false at the end.
    fn decode(&mut self) -> io::Result<bool> {
        let mut bytes = Vec::with_capacity(CHUNK_BYTES + 1);
        bytes.extend(self.half.take());
        let count = self.inner.by_ref().take(CHUNK_BYTES as u64).read_to_end(&mut bytes)?;
        if count == 0 {
            let is_cut = !bytes.is_empty() || self.surrogate.is_some();
            return if is_cut { Err(damaged("it ends within a character")) } else { Ok(false) };
        }
        let mut pairs = bytes.chunks_exact(2);
        let mut units: Vec<u16> = self.surrogate.take().into_iter().collect();
        units.extend(pairs.by_ref().map(|pair| match (self.endianness, pair) {
            (Endianness::Little, [low, high]) | (Endianness::Big, [high, low]) => {
                u16::from_be_bytes([*high, *low])
            }
            _ => 0,
        }));
        self.half = pairs.remainder().first().copied();
        self.surrogate = units.pop_if(|last| (0xD800..0xDC00).contains(last));
        let text: String = char::decode_utf16(units)
            .collect::<Result<_, _>>()
            .map_err(|_| damaged("a character in it is none"))?;
        let text = if self.is_begun { text.as_str() } else { text.trim_start_matches('\u{FEFF}') };
        self.is_begun = true;
        self.decoded = io::Cursor::new(text.as_bytes().to_vec());
        Ok(true)
    }
}

fn damaged(how: &str) -> io::Error {
    io::Error::new(io::ErrorKind::InvalidData, format!("the text is not UTF-16: {how}; save it as UTF-8"))
}

impl<R: Read> Read for Utf16Reader<R> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        loop {
            let count = self.decoded.read(buffer)?;
            if count > 0 || buffer.is_empty() || !self.decode()? {
                return Ok(count);
            }
        }
    }
}
