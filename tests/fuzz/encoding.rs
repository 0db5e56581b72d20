//! Changes to requests that know nothing of fields but how they are encoded.

use crate::random::Random;

/// Messages in messages, of which the encoding allows any depth.
const DEPTH_MAX: usize = 4_000;
/// Changes of one message at most.
const CHANGES_MAX: usize = 4;
/// A message that grew beyond this is not repeated.
const REPEATED_BYTES_MAX: usize = 64 * 1024;
/// The field numbers that the encoding leaves to nobody, and others.
const NUMBERS: [u64; 8] = [1, 2, 15, 16, 999, 19_000, 536_870_911, 536_870_912];

/// Changes an encoded message in a few places; parts can come from another message.
pub(crate) fn change(random: &mut Random, mut message: Vec<u8>, other: &[u8]) -> Vec<u8> {
    for _ in 0..=random.below(CHANGES_MAX) {
        change_once(random, &mut message, other);
    }
    message
}

fn change_once(random: &mut Random, message: &mut Vec<u8>, other: &[u8]) {
    let place = random.below(message.len() + 1);
    let end = place + random.below(message.len() - place + 1);
    match random.below(13) {
        0 => flip(random, message),
        1 => message.truncate(place),
        2 => drop(message.drain(place..end)),
        3 => {
            let part = message[place..end].to_vec();
            splice(message, place, &part);
        }
        4 => {
            let (from, count) = (random.below(other.len() + 1), random.below(200));
            let part = &other[from..other.len().min(from + count)];
            splice(message, place, part);
        }
        5 => {
            let count = random.below(64);
            let part = random.bytes(count);
            splice(message, place, &part);
        }
        6 => lengthen(random, message),
        7 => message.extend(unknown_field(random)),
        8 => spoil_text(random, message),
        9 => repeat(random, message),
        10 => *message = nested(random, message),
        11 => splice(message, place, &[0xff; 11]),
        _ => {
            if let Some(byte) = message.get_mut(place) {
                *byte = *random.pick(&[0, 1, 0x7f, 0x80, 0xff]);
            }
        }
    }
}

fn splice(message: &mut Vec<u8>, place: usize, part: &[u8]) {
    message.splice(place..place, part.iter().copied());
}

fn flip(random: &mut Random, message: &mut [u8]) {
    for _ in 0..=random.below(8) {
        if !message.is_empty() {
            let place = random.below(message.len());
            message[place] ^= 1 << random.below(8);
        }
    }
}

/// The fields at the top of a message whose content has a length: where the length and the content begin, and where that ends.
fn fields(message: &[u8]) -> Vec<[usize; 3]> {
    let (mut found, mut place) = (Vec::new(), 0);
    while let Some((key, at)) = varint(message, place) {
        place = match key & 7 {
            0 => match varint(message, at) {
                Some((_, after)) => after,
                None => return found,
            },
            1 => at + 8,
            5 => at + 4,
            2 => match varint(message, at) {
                Some((length, begin)) if length <= (message.len() - begin) as u64 => {
                    let end = begin + length as usize;
                    found.push([at, begin, end]);
                    end
                }
                _ => return found,
            },
            _ => return found,
        };
    }
    found
}

fn varint(message: &[u8], place: usize) -> Option<(u64, usize)> {
    let mut number = 0;
    for (index, byte) in message.get(place..)?.iter().take(10).enumerate() {
        number |= u64::from(byte & 0x7f).checked_shl(u32::try_from(7 * index).ok()?)?;
        if byte & 0x80 == 0 {
            return Some((number, place + index + 1));
        }
    }
    None
}

fn encoded(mut number: u64) -> Vec<u8> {
    let mut bytes = Vec::new();
    while number >= 0x80 {
        bytes.push(number.to_le_bytes()[0] | 0x80);
        number >>= 7;
    }
    bytes.push(number.to_le_bytes()[0]);
    bytes
}

/// Gives a field a length that its content has not.
fn lengthen(random: &mut Random, message: &mut Vec<u8>) {
    let fields = fields(message);
    if fields.is_empty() {
        return;
    }
    let [at, begin, end] = *random.pick(&fields);
    let length = (end - begin) as u64;
    let lengths =
        [0, length + 1, length.saturating_sub(1), 0x7fff_ffff, 0xffff_ffff, u64::MAX, random.number()];
    message.splice(at..begin, encoded(*random.pick(&lengths)));
}

/// Puts bytes that are no UTF-8 into the content of a field.
fn spoil_text(random: &mut Random, message: &mut [u8]) {
    let fields = fields(message);
    if fields.is_empty() {
        return;
    }
    let [_, begin, end] = *random.pick(&fields);
    let end = end.min(begin + 1 + random.below(4));
    for byte in &mut message[begin..end] {
        *byte = *random.pick(&[0xff, 0xc0, 0xed, 0x80]);
    }
}

/// A field that no message has, or that has another type.
fn unknown_field(random: &mut Random) -> Vec<u8> {
    let (number, kind) = (*random.pick(&NUMBERS), random.number() % 8);
    let mut field = encoded(number << 3 | kind);
    match kind {
        0 => field.extend(encoded(random.number())),
        1 => field.extend(random.bytes(8)),
        5 => field.extend(random.bytes(4)),
        2 => {
            let count = random.below(2_000);
            field.extend(encoded(count as u64));
            field.extend(random.bytes(count));
        }
        // The begin of a group, and its end after other groups.
        3 => {
            let count = random.below(DEPTH_MAX);
            field = [field.repeat(count + 1), encoded(number << 3 | 4).repeat(count + 1)].concat();
        }
        _ => {}
    }
    field
}

/// The same fields many times: fields that are no list count once, lists grow.
fn repeat(random: &mut Random, message: &mut Vec<u8>) {
    if !message.is_empty() && message.len() < REPEATED_BYTES_MAX {
        let most = (REPEATED_BYTES_MAX / message.len()).clamp(2, 3_000);
        *message = message.repeat(2 + random.below(most));
    }
}

/// The message as a field in a field, and so on.
fn nested(random: &mut Random, message: &[u8]) -> Vec<u8> {
    let (depth, number) = (1 + random.below(DEPTH_MAX), 1 + random.number() % 6);
    // Written from its end, so that each length is known.
    let mut reversed: Vec<u8> = message.iter().rev().copied().collect();
    for _ in 0..depth {
        let length = encoded(reversed.len() as u64);
        reversed.extend(length.iter().rev());
        reversed.extend(encoded(number << 3 | 2).iter().rev());
    }
    reversed.reverse();
    reversed
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn fields_with_a_length_are_found_where_they_are() {
        // A number, a text, eight bytes, and a text whose end is absent.
        let message = [8, 150, 1, 18, 2, b'h', b'i', 25, 0, 0, 0, 0, 0, 0, 0, 0, 34, 9, b'x'];
        assert_eq!(fields(&message), [[4, 5, 7]]);
    }

    #[test]
    fn the_same_seed_and_number_change_a_message_in_the_same_way() {
        let changed =
            |number| change(&mut Random::of(7, number), b"\x0a\x03MAR\x10\x01".to_vec(), b"\x0a\x03LBY");
        assert!((0..500).all(|number| changed(number) == changed(number)));
        let different: std::collections::BTreeSet<_> = (0..500).map(changed).collect();
        assert!(different.len() > 300, "{}", different.len());
    }
}
