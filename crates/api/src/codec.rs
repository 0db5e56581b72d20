//! The codec of every service: prost's, with a limit on the fields that are decoded of a request.
//!
//! *Invariant:* a request is decoded only if it holds at most as many fields as its kind may, so that memory is bounded by what
//! the fields carry and not by how many empty ones fit into a message, compressed or not. A new RPC is bounded without being named here.
//!
//! How many bytes a message may have is the server's to decide, and how many observations a batch may have is checked by
//! `convert`, which names the path.

use std::marker::PhantomData;

use prost::{Message, Name, bytes::Buf as _};
use tonic::{
    Status,
    codec::{Codec, DecodeBuf, Decoder, EncodeBuf, Encoder},
};

use crate::{
    encoded::Encode,
    fields::{has_more_fields_than, holds_more_fields_than},
    v1::{PushObservationsRequest, StreamObservationsRequest},
};

/// Maximum number of fields that a request may hold. The largest batch of withdrawals has some 60,000.
const REQUEST_FIELDS_MAX: usize = 100_000;
/// Maximum number of fields that a batch of observations may hold. One of the largest size in which every field is given, and all evidence that
/// is allowed, has some 800,000.
const BATCH_FIELDS_MAX: usize = 900_000;

/// Maximum number of fields of a request itself, each of which can hold a message: more than the largest batch has observations.
const OWN_FIELDS_MAX: usize = 20_000;

/// Encodes `T` and decodes `U` as prost does, except that a request with too many fields is refused undecoded.
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
    T: Encode + Send + 'static,
    U: Message + Name + Default + Send + 'static,
{
    type Encode = T;
    type Decode = U;
    type Encoder = PlainEncoder<T>;
    type Decoder = BoundedDecoder<U>;

    fn encoder(&mut self) -> Self::Encoder {
        PlainEncoder { message: PhantomData }
    }

    fn decoder(&mut self) -> Self::Decoder {
        BoundedDecoder { message: PhantomData }
    }
}

/// Encodes `T`.
#[derive(Debug, Clone)]
pub(crate) struct PlainEncoder<T> {
    message: PhantomData<T>,
}

impl<T: Encode> Encoder for PlainEncoder<T> {
    type Item = T;
    type Error = Status;

    fn encode(&mut self, message: T, buffer: &mut EncodeBuf<'_>) -> Result<(), Status> {
        message.encode_into(buffer);
        Ok(())
    }
}

/// Decodes `U`.
#[derive(Debug, Clone)]
pub(crate) struct BoundedDecoder<U> {
    message: PhantomData<U>,
}

impl<U: Message + Name + Default + 'static> Decoder for BoundedDecoder<U> {
    type Item = U;
    type Error = Status;

    #[expect(
        clippy::disallowed_methods,
        reason = "a codec can only answer with a bare status; the server adds the details"
    )]
    fn decode(&mut self, buffer: &mut DecodeBuf<'_>) -> Result<Option<U>, Status> {
        let bytes = buffer.copy_to_bytes(buffer.remaining());
        if let Some(most) = exceeded::<U>(&bytes) {
            return Err(Status::resource_exhausted(format!("the message holds more than {most} fields")));
        }
        U::decode(bytes).map(Some).map_err(|error| Status::invalid_argument(error.to_string()))
    }
}

/// The limit on fields that a message exceeds, if it does.
fn exceeded<U: Name>(message: &[u8]) -> Option<usize> {
    let most = fields_max(U::NAME)?;
    if has_more_fields_than(OWN_FIELDS_MAX, message) {
        return Some(OWN_FIELDS_MAX);
    }
    holds_more_fields_than(most, &U::full_name(), message).then_some(most)
}

/// Maximum number of fields of a message of this name; none for answers, which clients decode.
fn fields_max(name: &str) -> Option<usize> {
    if [PushObservationsRequest::NAME, StreamObservationsRequest::NAME].contains(&name) {
        return Some(BATCH_FIELDS_MAX);
    }
    name.ends_with("Request").then_some(REQUEST_FIELDS_MAX)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::v1::{
        Evidence, Observation, PushObservationsResponse, Ratio, Value, WithdrawObservationsRequest,
        Withdrawal, value::Kind,
    };

    /// As many as a batch may hold by default.
    const BATCH_OBSERVATIONS: usize = 10_000;

    fn is_refused<M: Message + Name>(message: &M) -> bool {
        exceeded::<M>(&message.encode_to_vec()).is_some()
    }

    #[test]
    fn the_largest_batches_fit() {
        let text = || "a".to_owned();
        let ratio = Kind::Ratio(Ratio { numerator: 1.0, denominator: 2.0 });
        let evidence = Evidence { citation: text(), url: text(), quote: text() };
        let observation = Observation {
            indicator: text(),
            area: text(),
            period: text(),
            source: text(),
            value: Some(Value { kind: Some(ratio) }),
            evidence: vec![evidence; tenseven_model::EVIDENCE_COUNT_MAX],
            comment: text(),
            method: text(),
            status: text(),
        };
        let observations = vec![observation; BATCH_OBSERVATIONS];
        assert!(!is_refused(&PushObservationsRequest {
            submission_id: text(),
            observations,
            ..Default::default()
        }));
        let withdrawal =
            Withdrawal { indicator: text(), area: text(), period: text(), source: text(), reason: text() };
        let withdrawals = vec![withdrawal; BATCH_OBSERVATIONS];
        assert!(!is_refused(&WithdrawObservationsRequest {
            submission_id: text(),
            withdrawals,
            ..Default::default()
        }));
    }

    #[test]
    fn requests_of_empty_messages_are_refused_whatever_their_kind_and_depth() {
        let observations = vec![Observation::default(); OWN_FIELDS_MAX + 1];
        assert!(is_refused(&PushObservationsRequest { observations, ..Default::default() }));
        let withdrawals = vec![Withdrawal::default(); OWN_FIELDS_MAX + 1];
        assert!(is_refused(&WithdrawObservationsRequest { withdrawals, ..Default::default() }));
        let evidence = vec![Evidence::default(); BATCH_FIELDS_MAX];
        let observations = vec![Observation { evidence, ..Observation::default() }];
        assert!(is_refused(&PushObservationsRequest { observations, ..Default::default() }));
        assert_eq!(fields_max(PushObservationsResponse::NAME), None);
    }
}
