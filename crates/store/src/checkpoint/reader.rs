//! Reads the content of a checkpoint, and verifies it before returning it.
//!
//! *Invariant:* a byte is returned only after the checksum of its frame was verified, and the end is reported
//! only after the trailer was verified: its length, its hash, and that nothing follows.

use std::io::{self, ErrorKind, Read};

use super::{
    header,
    trailer::{self, Trailer},
    writer::{FRAME_LENGTH_MAX, frame_checksum},
};
use crate::Head;

/// Reads the content of a checkpoint from `R`.
pub(super) struct FrameReader<R> {
    from: R,
    seed: u32,
    /// The frame under way, and how far it was given away.
    frame: Vec<u8>,
    given: usize,
    length: u64,
    hasher: blake3::Hasher,
    state: State,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum State {
    Frames,
    Ended,
    Damaged,
}

impl<R: Read> FrameReader<R> {
    /// Reads the header; returns where the checkpoint was made.
    pub(super) fn start(mut from: R) -> io::Result<(Head, Self)> {
        let mut bytes = [0; header::LENGTH];
        fill(&mut from, &mut bytes)?;
        let head = header::deser(&bytes).map_err(|detail| io::Error::new(ErrorKind::InvalidData, detail))?;
        let reader = Self {
            from,
            seed: header::seed(&bytes),
            frame: Vec::new(),
            given: 0,
            length: 0,
            hasher: blake3::Hasher::new(),
            state: State::Frames,
        };
        Ok((head, reader))
    }

    /// Reads the next frame, or the trailer.
    fn advance(&mut self) -> io::Result<()> {
        let mut first = [0; 4];
        fill(&mut self.from, &mut first)?;
        let length = usize::try_from(u32::from_be_bytes(first)).unwrap_or(usize::MAX);
        if length == 0 {
            return self.end(first);
        }
        if length > FRAME_LENGTH_MAX {
            return Err(damaged("a frame is too long"));
        }
        let mut checksum = [0; 4];
        fill(&mut self.from, &mut checksum)?;
        self.frame.resize(length, 0);
        // Nothing of a frame is given away before it was checked.
        self.given = length;
        fill(&mut self.from, &mut self.frame)?;
        if frame_checksum(self.seed, self.length, &self.frame).to_be_bytes() != checksum {
            return Err(damaged("the checksum of a frame is not that of its bytes"));
        }
        self.hasher.update(&self.frame);
        self.length += length as u64;
        self.given = 0;
        Ok(())
    }

    fn end(&mut self, first: [u8; 4]) -> io::Result<()> {
        let mut bytes = [0; trailer::LENGTH];
        bytes[..4].copy_from_slice(&first);
        fill(&mut self.from, &mut bytes[4..])?;
        let trailer = Trailer::deser(&bytes, self.seed).ok_or_else(|| damaged("its trailer is none"))?;
        if trailer != (Trailer { length: self.length, hash: *self.hasher.finalize().as_bytes() }) {
            return Err(damaged("its content is not the one that its trailer is of"));
        }
        if self.from.read(&mut [0])? != 0 {
            return Err(damaged("something follows its trailer"));
        }
        self.state = State::Ended;
        Ok(())
    }
}

impl<R: Read> Read for FrameReader<R> {
    fn read(&mut self, to: &mut [u8]) -> io::Result<usize> {
        if to.is_empty() {
            return Ok(0);
        }
        while self.given == self.frame.len() {
            match self.state {
                State::Ended => return Ok(0),
                State::Damaged => return Err(damaged("it was found damaged before")),
                State::Frames => {
                    if let Err(error) = self.advance() {
                        self.state = State::Damaged;
                        return Err(error);
                    }
                }
            }
        }
        let left = &self.frame[self.given..];
        let count = left.len().min(to.len());
        to[..count].copy_from_slice(&left[..count]);
        self.given += count;
        Ok(count)
    }
}

/// Reads until `to` is full. An end before that is damage.
fn fill(from: &mut impl Read, to: &mut [u8]) -> io::Result<()> {
    from.read_exact(to).map_err(|error| match error.kind() {
        ErrorKind::UnexpectedEof => damaged("it ends before its trailer does"),
        _ => error,
    })
}

fn damaged(detail: &'static str) -> io::Error {
    io::Error::new(ErrorKind::InvalidData, detail)
}

#[cfg(test)]
mod tests {
    use std::io::Write as _;

    use proptest::prelude::*;
    use tenseven_model::Revision;

    use super::*;
    use crate::{ChainHash, checkpoint::writer::FrameWriter};

    const HEAD: Head = Head { revision: Revision::new(7), chain: ChainHash([7; 32]) };

    fn written(content: &[u8], chunk: usize) -> Vec<u8> {
        let mut writer = FrameWriter::start(Vec::new(), HEAD).unwrap();
        content.chunks(chunk).for_each(|chunk| writer.write_all(chunk).unwrap());
        let (length, bytes) = writer.finish().unwrap();
        assert_eq!(length, content.len() as u64);
        bytes
    }

    /// What is read until the end or the first error.
    fn read(bytes: &[u8]) -> (Vec<u8>, io::Result<()>) {
        let mut content = Vec::new();
        let result =
            FrameReader::start(bytes).and_then(|(_, mut reader)| reader.read_to_end(&mut content)).map(drop);
        (content, result)
    }

    fn content(length: usize) -> Vec<u8> {
        (0..length).map(|index| (index / 251).to_le_bytes()[0] ^ index.to_le_bytes()[0]).collect()
    }

    #[test]
    fn its_bytes_stay_stable() {
        let bytes = written(b"abc", 3);
        assert_eq!(bytes[..9], *b"t7check\n\x01");
        assert_eq!(bytes[9..17], [0, 0, 0, 0, 0, 0, 0, 7]);
        assert_eq!(bytes[17..49], [7; 32]);
        assert_eq!(bytes[49..53], crc32c::crc32c(&bytes[..49]).to_be_bytes());
        assert_eq!(bytes[53..57], [0, 0, 0, 3]);
        let place_length_content = b"\0\0\0\0\0\0\0\0\0\0\0\x03abc";
        let covered = [&bytes[..53], place_length_content].concat();
        assert_eq!(bytes[57..61], crc32c::crc32c(&covered).to_be_bytes());
        assert_eq!(bytes[61..64], *b"abc");
        assert_eq!(bytes[64..76], [0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 3]);
        assert_eq!(bytes[76..108], *blake3::hash(b"abc").as_bytes());
        let covered = [&bytes[..53], &bytes[64..108]].concat();
        assert_eq!(bytes[108..], crc32c::crc32c(&covered).to_be_bytes());
    }

    #[test]
    fn exchanged_frames_are_detected_before_they_are_read() {
        let frame = FRAME_LENGTH_MAX + 8;
        let content = content(3 * FRAME_LENGTH_MAX);
        let mut bytes = written(&content, 9_999);
        let (first, second) = bytes[53..].split_at_mut(frame);
        first.swap_with_slice(&mut second[..frame]);
        let (given, result) = read(&bytes);
        assert_eq!((given.len(), result.unwrap_err().kind()), (0, ErrorKind::InvalidData));
    }

    #[test]
    fn a_frame_of_another_checkpoint_is_detected() {
        let other = Head { revision: Revision::new(8), ..HEAD };
        let mut writer = FrameWriter::start(Vec::new(), other).unwrap();
        writer.write_all(b"abc").unwrap();
        let (_, theirs) = writer.finish().unwrap();
        let mut bytes = written(b"abc", 3);
        bytes[53..64].copy_from_slice(&theirs[53..64]);
        assert_eq!(read(&bytes).1.unwrap_err().kind(), ErrorKind::InvalidData);
    }

    #[test]
    fn an_error_stays_one() {
        let mut bytes = written(b"abc", 3);
        bytes[61] ^= 1;
        let (_, mut reader) = FrameReader::start(bytes.as_slice()).unwrap();
        for _ in 0..2 {
            assert_eq!(reader.read(&mut [0; 9]).unwrap_err().kind(), ErrorKind::InvalidData);
        }
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(64))]
        #[test]
        fn is_read_back(length in 0..200_000usize, chunk in 1..100_000usize) {
            let content = content(length);
            let (given, result) = read(&written(&content, chunk));
            prop_assert!(result.is_ok());
            prop_assert!(given == content);
        }

        #[test]
        fn any_flipped_bit_and_any_cut_is_detected_and_no_wrong_byte_is_returned(
            length in 0..150_000usize, at: prop::sample::Index, bit in 0u8..8
        ) {
            let content = content(length);
            let bytes = written(&content, 4_096);
            let at = at.index(bytes.len());
            let mut flipped = bytes.clone();
            flipped[at] ^= 1 << bit;
            for damaged in [&flipped[..], &bytes[..at], &[&bytes[..], &[0]].concat()] {
                let (given, result) = read(damaged);
                prop_assert_eq!(result.unwrap_err().kind(), ErrorKind::InvalidData);
                prop_assert!(content.starts_with(&given));
            }
        }
    }
}
