//! The parts that a record of format 2 was cut into. Numbers are big-endian:
//!
//! | bytes | content |
//! |---|---|
//! | 0 | format of the envelope, 2 |
//! | 1–4 | CRC-32C of the key and of all bytes from 5 on |
//! | 5 | flags: bit 0: the stored bytes are a zstd frame; the others are 0 |
//! | 6–9 | number of parts of the record |
//! | 10–13 | length of the stored bytes of the record |
//! | 14–17 | length of the record |
//! | 18– | the part of the stored bytes |

const HEADER_LENGTH: usize = 18;
/// Longest part, header included.
const PART_LENGTH_MAX: usize = 6_144;

/// The fields that all parts of a record share.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Shape {
    pub(crate) count: u32,
    pub(crate) stored_length: u32,
    pub(crate) record_length: u32,
    pub(crate) is_compressed: bool,
}

/// The shape in a part, and the bytes after it; or why there is none.
pub(crate) fn read<'a>(key: &[u8], bytes: &'a [u8]) -> Result<(Shape, &'a [u8]), &'static str> {
    let Some((header, payload)) = bytes.split_first_chunk::<HEADER_LENGTH>() else {
        return Err("it is shorter than its header");
    };
    if header[0] != 2 {
        return Err("its envelope has another format");
    }
    let number = |from: usize| {
        let mut number = [0; 4];
        number.copy_from_slice(&header[from..from + 4]);
        u32::from_be_bytes(number)
    };
    if number(1) != crc32c::crc32c_append(crc32c::crc32c(key), &bytes[5..]) {
        return Err("its checksum does not match");
    }
    if header[5] > 1 {
        return Err("it has unknown flags");
    }
    let shape = Shape {
        count: number(6),
        stored_length: number(10),
        record_length: number(14),
        is_compressed: header[5] == 1,
    };
    shape.check()?;
    Ok((shape, payload))
}

impl Shape {
    /// How many bytes the part at a place has.
    pub(crate) fn payload_length(&self, part: u32) -> u64 {
        let before = u64::from(part) * (PART_LENGTH_MAX - HEADER_LENGTH) as u64;
        u64::from(self.stored_length).saturating_sub(before).min((PART_LENGTH_MAX - HEADER_LENGTH) as u64)
    }

    fn check(&self) -> Result<(), &'static str> {
        let parts = u64::from(self.stored_length).div_ceil((PART_LENGTH_MAX - HEADER_LENGTH) as u64).max(1);
        let same_length = self.is_compressed || self.stored_length == self.record_length;
        if parts == u64::from(self.count) && same_length {
            return Ok(());
        }
        Err("its counts cannot be true")
    }
}
