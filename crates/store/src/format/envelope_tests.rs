//! The envelope's bytes, and what it makes of others.

use proptest::prelude::*;

use super::*;

fn shape(count: u32, stored: u32, record: u32, compressed: bool) -> Shape {
    Shape {
        count,
        stored_length: stored,
        record_length: record,
        compressed,
        payload_length_max: PART_LENGTH_MAX - HEADER_LENGTH,
    }
}

#[test]
fn its_bytes_stay_stable() {
    // The checksum was computed apart from this code, bit by bit from the Castagnoli polynomial.
    let part = Part { shape: shape(2, 5, 9, true), payload: b"abc" };
    let bytes = part.ser(b"key");
    let covered = b"\x01\x00\x00\x00\x02\x00\x00\x00\x05\x00\x00\x00\x09abc";
    assert_eq!(bytes[..1], [2]);
    assert_eq!(bytes[1..5], bitwise_crc32c(&[b"key", &covered[..]].concat()).to_be_bytes());
    assert_eq!(bytes[5..], covered[..]);
}

/// An envelope of format 1.
fn ser_1(key: &[u8], covered: &[u8]) -> Vec<u8> {
    [&[1], &checksum(key, covered).to_be_bytes()[..], covered].concat()
}

#[test]
fn reads_an_envelope_of_format_1() {
    let bytes = ser_1(b"key", b"\x00\x00\x00\x02\x00\x00\x00\x05abc");
    let payload_length_max = 6_131;
    let shape = Shape { payload_length_max, ..shape(2, 5, 5, false) };
    assert_eq!(Part::deser(b"key", &bytes), Ok(Part { shape, payload: b"abc" }));
}

fn bitwise_crc32c(bytes: &[u8]) -> u32 {
    !bytes.iter().fold(!0, |crc, byte| {
        (0..8).fold(crc ^ u32::from(*byte), |crc, _| (crc >> 1) ^ (0x82f6_3b78 & (crc & 1).wrapping_neg()))
    })
}

#[test]
fn the_checksum_is_the_standard_one() {
    assert_eq!(bitwise_crc32c(b"123456789"), 0xe306_9283);
    assert_eq!(checksum(b"1234", b"56789"), 0xe306_9283);
}

#[test]
fn refuses_a_later_format_before_anything_else() {
    let mut bytes = Part { shape: shape(1, 1, 1, false), payload: b"x" }.ser(b"k");
    for later in [0, 3, 255] {
        bytes[0] = later;
        assert_eq!(Part::deser(b"k", &bytes), Err(PartError::Format { found: later, known: 2 }));
    }
}

#[test]
fn refuses_flags_that_it_does_not_know() {
    let mut bytes = Part { shape: shape(1, 1, 1, false), payload: b"x" }.ser(b"k");
    bytes[5] = 3;
    let checksum = checksum(b"k", &bytes[5..]).to_be_bytes();
    bytes[1..5].copy_from_slice(&checksum);
    assert_eq!(Part::deser(b"k", &bytes), Err(PartError::Flags(3)));
}

#[test]
fn refuses_counts_that_cannot_be_true() {
    let max = u32::try_from(PART_LENGTH_MAX - HEADER_LENGTH).unwrap();
    for good in [shape(1, 0, 0, false), shape(1, max, max, false), shape(2, max + 1, 99_999, true)] {
        assert_eq!(good.check(), Ok(()), "{good:?}");
    }
    for bad in
        [shape(2, 3, 3, false), shape(0, 0, 0, false), shape(1, 3, 4, false), shape(1, max + 1, 9, true)]
    {
        let expected = PartError::Counts { count: bad.count, length: bad.stored_length };
        assert_eq!(bad.check(), Err(expected), "{bad:?}");
    }
}

proptest! {
    #[test]
    fn is_read_back_from_its_bytes(
        key in any::<[u8; 13]>(), count: u32, stored: u32, record: u32, compressed: bool, payload in any::<Vec<u8>>()
    ) {
        let part = Part { shape: shape(count, stored, record, compressed), payload: &payload };
        let bytes = part.ser(&key);
        prop_assert_eq!(Part::deser(&key, &bytes), Ok(part));
    }

    #[test]
    fn tells_any_flipped_bit_and_any_cut(
        payload in proptest::collection::vec(any::<u8>(), 0..200), place: prop::sample::Index, bit in 0u8..8
    ) {
        let new = Part { shape: shape(3, 900, 900, false), payload: &payload }.ser(b"key");
        let old = ser_1(b"key", &[&[0, 0, 0, 3, 0, 0, 3, 132][..], &payload].concat());
        for bytes in [new, old] {
            let place = place.index(bytes.len());
            prop_assert!(Part::deser(b"key", &bytes[..place]).is_err());
            let mut flipped = bytes;
            flipped[place] ^= 1 << bit;
            prop_assert!(Part::deser(b"key", &flipped).is_err());
        }
    }

    #[test]
    fn tells_a_wrong_key(payload in any::<Vec<u8>>(), key: [u8; 13], other: [u8; 13]) {
        prop_assume!(key != other);
        let bytes = Part { shape: shape(1, 9, 9, false), payload: &payload }.ser(&key);
        let refused = matches!(Part::deser(&other, &bytes), Err(PartError::Checksum { .. }));
        prop_assert!(refused);
    }
}
