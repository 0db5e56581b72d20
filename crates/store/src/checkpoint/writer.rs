//! Writes the content of a checkpoint in frames.

use std::io::{self, Write};

use super::{header, trailer::Trailer};
use crate::Head;

/// Longest content of a frame, in bytes.
pub(super) const FRAME_LENGTH_MAX: usize = 65_536;
/// Bytes of a frame before its content.
const FRAME_HEADER_LENGTH: usize = 8;

/// Writes the content of a checkpoint to `W`. It is complete only once [`Self::finish`] returned.
pub(super) struct FrameWriter<W> {
    to: W,
    seed: u32,
    /// The frame under way, room for its header included.
    frame: Vec<u8>,
    length: u64,
    hasher: blake3::Hasher,
}

impl<W: Write> FrameWriter<W> {
    /// Starts a checkpoint at `head`.
    pub(super) fn start(mut to: W, head: Head) -> io::Result<Self> {
        let header = header::ser(head);
        to.write_all(&header)?;
        let frame = Vec::with_capacity(FRAME_HEADER_LENGTH + FRAME_LENGTH_MAX);
        let mut writer =
            Self { to, seed: header::seed(&header), frame, length: 0, hasher: blake3::Hasher::new() };
        writer.begin_frame();
        Ok(writer)
    }

    /// Writes the trailer; returns the length of the content, and what was written to.
    pub(super) fn finish(mut self) -> io::Result<(u64, W)> {
        self.end_frame()?;
        let trailer = Trailer { length: self.length, hash: *self.hasher.finalize().as_bytes() };
        self.to.write_all(&trailer.ser(self.seed))?;
        self.to.flush()?;
        Ok((self.length, self.to))
    }

    fn begin_frame(&mut self) {
        self.frame.clear();
        self.frame.extend([0; FRAME_HEADER_LENGTH]);
    }

    fn end_frame(&mut self) -> io::Result<()> {
        let content = &self.frame[FRAME_HEADER_LENGTH..];
        if content.is_empty() {
            return Ok(());
        }
        // At most `FRAME_LENGTH_MAX`.
        let length = u32::try_from(content.len()).unwrap_or(u32::MAX).to_be_bytes();
        let checksum = frame_checksum(self.seed, self.length, content);
        self.hasher.update(content);
        self.length += content.len() as u64;
        self.frame[..4].copy_from_slice(&length);
        self.frame[4..FRAME_HEADER_LENGTH].copy_from_slice(&checksum.to_be_bytes());
        self.to.write_all(&self.frame)?;
        self.begin_frame();
        Ok(())
    }
}

impl<W: Write> Write for FrameWriter<W> {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        let room = FRAME_HEADER_LENGTH + FRAME_LENGTH_MAX - self.frame.len();
        let taken = bytes.len().min(room);
        self.frame.extend_from_slice(&bytes[..taken]);
        if taken == room {
            self.end_frame()?;
        }
        Ok(taken)
    }

    /// Does nothing: nothing is there before all of it is.
    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

/// The checksum of a frame whose content begins at `offset` of the whole content.
pub(super) fn frame_checksum(seed: u32, offset: u64, content: &[u8]) -> u32 {
    let length = u32::try_from(content.len()).unwrap_or(u32::MAX);
    let seed = crc32c::crc32c_append(seed, &offset.to_be_bytes());
    crc32c::crc32c_append(crc32c::crc32c_append(seed, &length.to_be_bytes()), content)
}
