//! Counts the fields of an encoded message before it is decoded, those of the messages in it included, at any depth.
//!
//! *Invariant:* no field is passed over that prost would decode: it is read with prost's functions, and which fields hold messages is
//! known from the descriptors of the contract.

use std::{collections::HashMap, sync::LazyLock};

use prost::{
    Message as _,
    encoding::{WireType, decode_key, decode_varint},
};
use prost_types::{DescriptorProto, FileDescriptorSet, field_descriptor_proto::Type};

use crate::DESCRIPTORS;

/// How deep messages are counted: prost refuses those that go deeper.
const DEPTH_MAX: usize = 100;

/// Messages of the contract by full name, such as `tenseven.v1.Observation`.
static SHAPES: LazyLock<Shapes> = LazyLock::new(|| {
    // The descriptors are those that the build wrote; a test reads them.
    Shapes::of(&FileDescriptorSet::decode(DESCRIPTORS).unwrap_or_default())
});

/// Which fields of which messages hold messages.
#[derive(Default)]
struct Shapes {
    by_name: HashMap<String, usize>,
    /// By message: the numbers of the fields that hold messages, each with the index of that message.
    inner: Vec<Vec<(u32, usize)>>,
}

impl Shapes {
    fn of(files: &FileDescriptorSet) -> Self {
        let mut messages = Vec::new();
        for file in &files.file {
            for message in &file.message_type {
                collect(&mut messages, file.package(), message);
            }
        }
        let by_name: HashMap<String, usize> =
            messages.iter().enumerate().map(|(index, (name, _))| (name.clone(), index)).collect();
        let inner = messages.iter().map(|(_, message)| {
            let fields = message.field.iter().filter(|field| field.r#type() == Type::Message);
            let inner = fields.filter_map(|field| {
                let index = by_name.get(field.type_name().trim_start_matches('.'))?;
                Some((u32::try_from(field.number()).ok()?, *index))
            });
            inner.collect()
        });
        let inner = inner.collect();
        Self { by_name, inner }
    }
}

fn collect<'a>(messages: &mut Vec<(String, &'a DescriptorProto)>, scope: &str, message: &'a DescriptorProto) {
    let name = format!("{scope}.{}", message.name());
    for nested in &message.nested_type {
        collect(messages, &name, nested);
    }
    messages.push((name, message));
}

/// Whether an encoded message of this full name holds more than `most` fields. Bytes that are no field end the count of the message
/// that they are in: prost refuses them, and keeps nothing of what follows.
pub(crate) fn holds_more_fields_than(most: usize, name: &str, message: &[u8]) -> bool {
    let shape = SHAPES.by_name.get(name).copied();
    let mut left = most;
    !fits(shape, message, &mut left, DEPTH_MAX)
}

/// Whether an encoded message holds more than `most` fields itself, those of the messages in it apart.
pub(crate) fn has_more_fields_than(most: usize, message: &[u8]) -> bool {
    let mut left = most;
    !fits(None, message, &mut left, 0)
}

/// Subtracts the fields of a message, and of those in it down to a depth, from `left`; false where there are more.
fn fits(shape: Option<usize>, message: &[u8], left: &mut usize, depth: usize) -> bool {
    let inner = shape.and_then(|shape| SHAPES.inner.get(shape)).map(Vec::as_slice).unwrap_or_default();
    let mut rest = message;
    while let Some((number, content)) = next_field(&mut rest) {
        let Some(fewer) = left.checked_sub(1) else { return false };
        *left = fewer;
        let held = inner.iter().find(|(known, _)| *known == number);
        if let (Some((_, shape)), Some(deeper)) = (held, depth.checked_sub(1))
            && !fits(Some(*shape), content, left, deeper)
        {
            return false;
        }
    }
    true
}

/// Takes a field from the front; returns its number, and what it holds if its length is known. None where no field can be read.
fn next_field<'a>(rest: &mut &'a [u8]) -> Option<(u32, &'a [u8])> {
    // prost's functions fail on an empty buffer too.
    let (number, wire_type) = decode_key(rest).ok()?;
    let length = match wire_type {
        WireType::Varint => decode_varint(rest).map(|_| 0).ok()?,
        WireType::ThirtyTwoBit => return rest.split_off(..4).map(|_| (number, [].as_slice())),
        WireType::SixtyFourBit => return rest.split_off(..8).map(|_| (number, [].as_slice())),
        WireType::LengthDelimited => usize::try_from(decode_varint(rest).ok()?).ok()?,
        // The fields of a group are counted as if they were in the message around it.
        WireType::StartGroup | WireType::EndGroup => 0,
    };
    Some((number, rest.split_off(..length)?))
}

#[cfg(test)]
mod tests {
    use proptest::{collection::vec, prelude::*};
    use prost::Name as _;

    use super::*;
    use crate::v1::{Evidence, Observation, PushObservationsRequest, Ratio, Value, value::Kind};

    /// How many fields are counted.
    fn count(message: &[u8]) -> usize {
        let name = PushObservationsRequest::full_name();
        (0..=message.len()).find(|most| !holds_more_fields_than(*most, &name, message)).unwrap()
    }

    #[test]
    fn fields_of_every_wire_type_are_counted() {
        assert_eq!(count(&[]), 0);
        assert_eq!(count(&[0x18, 0x01]), 1, "varint");
        assert_eq!(count(&[0x1d, 1, 2, 3, 4, 0x18, 0x01]), 2, "32 bit");
        assert_eq!(count(&[0x19, 1, 2, 3, 4, 5, 6, 7, 8, 0x18, 0x01]), 2, "64 bit");
        assert_eq!(count(&[0x12, 0x00, 0x12, 0x00]), 2, "empty messages");
        assert_eq!(count(&[0x1b, 0x18, 0x01, 0x1c]), 3, "group");
    }

    #[test]
    fn fields_are_counted_at_every_depth_and_texts_are_not_taken_for_messages() {
        let ratio = Kind::Ratio(Ratio { numerator: 1.0, denominator: 2.0 });
        let observation = Observation {
            indicator: "\u{12}\0\u{12}\0".into(),
            value: Some(Value { kind: Some(ratio) }),
            evidence: vec![Evidence { citation: "c".into(), url: "u".into(), quote: "q".into() }; 3],
            ..Observation::default()
        };
        let observations = vec![observation; 2];
        let request = PushObservationsRequest { observations, ..PushObservationsRequest::default() };
        // The observation, its indicator, a value with a ratio of two numbers, and three times evidence with three texts.
        assert_eq!(count(&request.encode_to_vec()), 2 * (1 + 1 + 1 + 3 + 3 * 4));
    }

    #[test]
    fn every_message_of_the_contract_is_known() {
        let files = FileDescriptorSet::decode(DESCRIPTORS).unwrap();
        assert!(SHAPES.by_name.contains_key(&PushObservationsRequest::full_name()));
        assert!(SHAPES.by_name.len() >= files.file.iter().map(|file| file.message_type.len()).sum());
    }

    #[test]
    fn what_comes_before_and_after_an_inner_fault_is_counted() {
        // A text that is no message, then two observations.
        assert_eq!(count(&[0x0a, 0x02, 0xff, 0xff, 0x12, 0x00, 0x12, 0x00]), 3);
        // Two observations, then a length that goes past the end.
        assert_eq!(count(&[0x12, 0x00, 0x12, 0x00, 0x12, 0x7f]), 2);
    }

    proptest! {
        #[test]
        fn any_bytes_can_be_counted(bytes in vec(any::<u8>(), 0..256), most in 0usize..64) {
            holds_more_fields_than(most, &PushObservationsRequest::full_name(), &bytes);
        }

        #[test]
        fn no_field_that_prost_decodes_is_passed_over(
            bytes in vec(prop_oneof![Just(0x12_u8), Just(0x3a), Just(0x0a), 0u8..6, any::<u8>()], 0..64),
        ) {
            if let Ok(request) = PushObservationsRequest::decode(bytes.as_slice()) {
                let inner: usize = request.observations.iter().map(|one| one.evidence.len()).sum();
                prop_assert!(count(&bytes) >= request.observations.len() + inner);
            }
        }
    }
}
