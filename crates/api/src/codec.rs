//! The codec of every service: prost's, and for pushed batches a bound on what is decoded.
//!
//! *Invariant:* a batch is decoded only if it holds at most [`FIELDS_MAX`] fields, so that memory is bounded by what
//! the fields carry and not by how many empty ones fit into a message. The other requests are small: the limit on their
//! bytes bounds them well enough.
//!
//! How many bytes a message may have is the server's to say, and how many observations a batch may have is told by
//! `convert`, with a path.

use std::{any::TypeId, marker::PhantomData};

use prost::{
    Message,
    bytes::Buf as _,
    encoding::{WireType, decode_key, decode_varint},
};
use tonic::{
    Status,
    codec::{Codec, DecodeBuf, Decoder},
};
use tonic_prost::ProstEncoder;

use crate::v1::{PushObservationsRequest, StreamObservationsRequest};

/// Most fields that a batch may hold, the fields of its observations included. A batch of the largest size in which
/// every field is given and all evidence that is allowed has half as many.
const FIELDS_MAX: usize = 500_000;

/// Encodes `T` and decodes `U` as prost does, except that a batch with too many fields is refused undecoded.
#[derive(Debug, Clone)]
pub(crate) struct BoundedCodec<T, U> {
    messages: PhantomData<(T, U)>,
}

impl<T, U> Default for BoundedCodec<T, U> {
    fn default() -> Self {
        Self { messages: PhantomData }
    }
}

impl<T, U> Codec for BoundedCodec<T, U>
where
    T: Message + Send + 'static,
    U: Message + Default + Send + 'static,
{
    type Encode = T;
    type Decode = U;
    type Encoder = ProstEncoder<T>;
    type Decoder = BoundedDecoder<U>;

    fn encoder(&mut self) -> Self::Encoder {
        ProstEncoder::default()
    }

    fn decoder(&mut self) -> Self::Decoder {
        BoundedDecoder { message: PhantomData }
    }
}

/// Decodes `U`.
#[derive(Debug, Clone)]
pub(crate) struct BoundedDecoder<U> {
    message: PhantomData<U>,
}

impl<U: Message + Default + 'static> Decoder for BoundedDecoder<U> {
    type Item = U;
    type Error = Status;

    #[expect(
        clippy::disallowed_methods,
        reason = "a codec can only answer with a bare status; the server adds the details"
    )]
    fn decode(&mut self, buffer: &mut DecodeBuf<'_>) -> Result<Option<U>, Status> {
        let bytes = buffer.copy_to_bytes(buffer.remaining());
        let bounded = [TypeId::of::<PushObservationsRequest>(), TypeId::of::<StreamObservationsRequest>()]
            .contains(&TypeId::of::<U>());
        if bounded && holds_more_fields_than(FIELDS_MAX, &bytes) {
            return Err(Status::resource_exhausted(format!(
                "the message holds more than {FIELDS_MAX} fields"
            )));
        }
        // The code that tonic's own codec answers with.
        U::decode(bytes).map(Some).map_err(|error| Status::internal(error.to_string()))
    }
}

/// Whether a message holds more than `most` fields, those of the messages in it included, but no deeper ones.
///
/// Bytes that are no field end the count of the message that they stand in: prost refuses them, and keeps nothing of
/// what follows. A text is counted as if it were a message; texts beside the observations are short.
fn holds_more_fields_than(most: usize, message: &[u8]) -> bool {
    let mut count = 0;
    let mut rest = message;
    while let Some(content) = next_field(&mut rest) {
        count += 1;
        let mut inner = content;
        while count <= most && next_field(&mut inner).is_some() {
            count += 1;
        }
        if count > most {
            return true;
        }
    }
    false
}

/// Takes a field from the front; returns what it holds if its length is told, else nothing. None where no field can be
/// read. It reads with prost's functions, so that no field is passed over that prost would decode.
fn next_field<'a>(rest: &mut &'a [u8]) -> Option<&'a [u8]> {
    // prost's functions fail on an empty buffer too.
    let (_, wire_type) = decode_key(rest).ok()?;
    let length = match wire_type {
        WireType::Varint => decode_varint(rest).map(|_| 0).ok()?,
        WireType::ThirtyTwoBit => return rest.split_off(..4).map(|_| [].as_slice()),
        WireType::SixtyFourBit => return rest.split_off(..8).map(|_| [].as_slice()),
        WireType::LengthDelimited => usize::try_from(decode_varint(rest).ok()?).ok()?,
        // The fields of a group are counted as if they stood beside it.
        WireType::StartGroup | WireType::EndGroup => 0,
    };
    rest.split_off(..length)
}

#[cfg(test)]
mod tests {
    use proptest::{collection::vec, prelude::*};

    use super::*;
    use crate::v1::{Evidence, Observation, Ratio, Value, value::Kind};

    /// How many fields are counted.
    fn count(message: &[u8]) -> usize {
        (0..=message.len()).find(|most| !holds_more_fields_than(*most, message)).unwrap()
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
    fn fields_of_inner_messages_are_counted_and_deeper_ones_are_not() {
        let ratio = Kind::Ratio(Ratio { numerator: 1.0, denominator: 2.0 });
        let observation = Observation {
            indicator: "i".into(),
            value: Some(Value { kind: Some(ratio) }),
            evidence: vec![Evidence { citation: "c".into(), url: "u".into(), quote: "q".into() }; 3],
            ..Observation::default()
        };
        let request = PushObservationsRequest {
            observations: vec![observation; 2],
            ..PushObservationsRequest::default()
        };
        // Each observation is one field, and holds an indicator, a value and three pieces of evidence.
        assert_eq!(count(&request.encode_to_vec()), 2 * 6);
    }

    #[test]
    fn a_message_is_refused_from_one_field_above_the_limit() {
        let empty = [0x12, 0x00];
        assert!(!holds_more_fields_than(FIELDS_MAX, &empty.repeat(FIELDS_MAX)));
        assert!(holds_more_fields_than(FIELDS_MAX, &empty.repeat(FIELDS_MAX + 1)));
        let evidence = [0x3a, 0x00].repeat(FIELDS_MAX);
        let mut observation = vec![0x12];
        prost::encode_length_delimiter(evidence.len(), &mut observation).unwrap();
        observation.extend(evidence);
        assert!(holds_more_fields_than(FIELDS_MAX, &observation));
    }

    #[test]
    fn what_stands_before_and_behind_an_inner_fault_is_counted() {
        // A text that is no message, then two observations.
        assert_eq!(count(&[0x0a, 0x02, 0xff, 0xff, 0x12, 0x00, 0x12, 0x00]), 3);
        // Two observations, then a length that goes past the end.
        assert_eq!(count(&[0x12, 0x00, 0x12, 0x00, 0x12, 0x7f]), 2);
    }

    proptest! {
        #[test]
        fn any_bytes_can_be_counted(bytes in vec(any::<u8>(), 0..256), most in 0usize..64) {
            holds_more_fields_than(most, &bytes);
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
