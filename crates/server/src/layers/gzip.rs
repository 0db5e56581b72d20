//! Detects gzip messages with data after the end of their member.
//!
//! *Invariant:* no part of a message is left out. RFC 1952 allows several members in a row, of which the library decodes the first and
//! drops the rest without a word; so a message is one member, with nothing after it.

use std::io::{self, Write};

use flate2::write::GzDecoder;

use super::message_bytes::Unfinished;

/// Looks for bytes after the end of a gzip member.
#[derive(Debug)]
pub(super) struct Members {
    messages: Unfinished,
    member: Member,
    bytes_max: usize,
}

/// The member of the message that is not whole.
#[derive(Debug)]
enum Member {
    /// Nothing of it came.
    None,
    Open(Box<GzDecoder<Discarded>>),
    /// It is broken or too large; the decoder will refuse it.
    Refused,
}

/// Discards what is written, up to a number of bytes.
#[derive(Debug)]
struct Discarded(usize);

impl Write for Discarded {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.0 = self.0.checked_sub(bytes.len()).ok_or(io::ErrorKind::FileTooLarge)?;
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

impl Members {
    /// Of messages that hold no more than these bytes when they are decompressed.
    pub(super) fn new(bytes_max: usize) -> Self {
        Self { messages: Unfinished::default(), member: Member::None, bytes_max }
    }

    /// Takes in bytes that came. Returns whether a message goes on after its member.
    pub(super) fn go_on(&mut self, mut data: &[u8]) -> bool {
        while !data.is_empty() {
            let (body, is_end, rest) = self.messages.step(data);
            if self.messages.flag() == 1 && self.goes_on(body) {
                return true;
            }
            if is_end {
                self.member = Member::None;
            }
            data = rest;
        }
        false
    }

    fn goes_on(&mut self, mut body: &[u8]) -> bool {
        while !body.is_empty() {
            if let Member::None = self.member {
                self.member = Member::Open(Box::new(GzDecoder::new(Discarded(self.bytes_max))));
            }
            let Member::Open(member) = &mut self.member else { return false };
            match member.write(body) {
                Ok(0) => return true,
                Ok(taken) => body = &body[taken..],
                Err(_) => self.member = Member::Refused,
            }
        }
        false
    }
}

#[cfg(test)]
mod tests {
    use flate2::{Compression, write::GzEncoder};

    use super::*;

    fn gzip(content: &[u8]) -> Vec<u8> {
        let mut encoder = GzEncoder::new(Vec::new(), Compression::default());
        encoder.write_all(content).unwrap();
        encoder.finish().unwrap()
    }

    fn message(flag: u8, body: &[u8]) -> Vec<u8> {
        [&[flag][..], &u32::try_from(body.len()).unwrap().to_be_bytes(), body].concat()
    }

    fn go_on(body: &[u8], size: usize) -> bool {
        let mut members = Members::new(10_000);
        body.chunks(size).any(|part| members.go_on(part))
    }

    #[test]
    fn a_message_of_several_members_or_with_bytes_after_it_is_found_however_it_is_cut() {
        let (one, other) = (gzip(b"one"), gzip(b"other"));
        let whole =
            [message(1, &one), message(0, &[1; 40]), message(1, &gzip(&[7; 9_000])), message(1, &other)];
        let whole = whole.concat();
        for size in 1..whole.len() {
            assert!(!go_on(&whole, size), "in parts of {size}");
            for after in [&other[..], &[0], &[1, 2, 3, 4]] {
                let body = [whole.clone(), message(1, &[&one[..], after].concat())].concat();
                assert!(go_on(&body, size), "{after:?} in parts of {size}");
            }
        }
    }

    #[test]
    fn what_is_broken_or_too_large_is_left_to_what_decodes_it() {
        let large = gzip(&vec![0; 20_000]);
        let one = gzip(b"one");
        for body in [&large[..], &[9; 300], &one[..one.len() - 3]] {
            assert!(!go_on(&[message(1, body), message(1, &one)].concat(), 7));
        }
    }
}
