//! Varints of Protocol Buffers: seven bits a byte, the lowest first. Persisted; must stay stable.

/// Why bytes are no varint.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum VarintFault {
    /// They end before it does.
    #[error("it ends in the middle of a number, or before its last number")]
    Short,
    /// It does not fit into 64 bits, or has more bytes than it needs.
    #[error("one of its numbers is not written in the fewest bytes, or too large")]
    NotCanonical,
}

/// Adds a number.
#[inline]
pub(super) fn push(bytes: &mut Vec<u8>, number: u64) {
    if number < 0x80 {
        bytes.push(number.to_le_bytes()[0]);
    } else {
        push_long(bytes, number);
    }
}

#[inline(never)]
fn push_long(bytes: &mut Vec<u8>, mut number: u64) {
    let [low, high, ..] = number.to_le_bytes();
    if number < 0x4000 {
        bytes.extend_from_slice(&[low | 0x80, high << 1 | low >> 7]);
        return;
    }
    while number >= 0x80 {
        bytes.push(number.to_le_bytes()[0] | 0x80);
        number >>= 7;
    }
    bytes.push(number.to_le_bytes()[0]);
}

/// Takes a number from the front.
#[inline]
pub(super) fn take(rest: &mut &[u8]) -> Result<u64, VarintFault> {
    match rest.split_first() {
        Some((byte, after)) if *byte < 0x80 => {
            *rest = after;
            Ok(u64::from(*byte))
        }
        _ => take_long(rest),
    }
}

fn take_long(rest: &mut &[u8]) -> Result<u64, VarintFault> {
    let mut number = 0;
    for (index, byte) in rest.iter().enumerate() {
        let bits = u64::from(byte & 0x7f);
        // The tenth byte has one bit left.
        if index > 9 || (index == 9 && bits > 1) {
            return Err(VarintFault::NotCanonical);
        }
        number |= bits << (7 * index);
        if byte & 0x80 == 0 {
            if *byte == 0 && index > 0 {
                return Err(VarintFault::NotCanonical);
            }
            *rest = &rest[index + 1..];
            return Ok(number);
        }
    }
    Err(VarintFault::Short)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn refuses_what_is_cut_too_large_or_padded() {
        assert_eq!(take(&mut &[][..]), Err(VarintFault::Short));
        assert_eq!(take(&mut &[0x80][..]), Err(VarintFault::Short));
        assert_eq!(take(&mut &[0x80, 0][..]), Err(VarintFault::NotCanonical));
        assert_eq!(take(&mut &[0xff; 11][..]), Err(VarintFault::NotCanonical));
        let largest = [0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 1];
        assert_eq!(take(&mut &largest[..]), Ok(u64::MAX));
        assert_eq!(take(&mut &[&largest[..9], &[2]].concat()[..]), Err(VarintFault::NotCanonical));
    }

    proptest! {
        #[test]
        fn is_read_back_as_protocol_buffers_write_it(number: u64, shift in 0u32..64, following: Vec<u8>) {
            let number = number >> shift;
            let (mut bytes, mut theirs) = (Vec::new(), Vec::new());
            push(&mut bytes, number);
            prost::encoding::encode_varint(number, &mut theirs);
            prop_assert_eq!(&bytes, &theirs);
            bytes.extend(&following);
            let mut rest = bytes.as_slice();
            prop_assert_eq!(take(&mut rest), Ok(number));
            prop_assert_eq!(rest, following.as_slice());
        }
    }
}
