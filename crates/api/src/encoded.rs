//! Messages that can be encoded before they are sent.

use std::marker::PhantomData;

use prost::{
    Message,
    bytes::{BufMut, Bytes},
};

/// A message in the bytes that it is sent as. A copy shares them, so that one that many receive is encoded once.
pub struct Encoded<M> {
    bytes: Bytes,
    message: PhantomData<fn() -> M>,
}

/// What a codec sends.
pub(crate) trait Encode {
    /// Appends the bytes of the message. There is room for them: buffers of the transport grow.
    fn encode_into(&self, buffer: &mut impl BufMut);
}

impl<M: Message> Encoded<M> {
    /// How many bytes the message has.
    pub fn encoded_len(&self) -> usize {
        self.bytes.len()
    }
}

impl<M: Message> From<&M> for Encoded<M> {
    fn from(message: &M) -> Self {
        Self { bytes: message.encode_to_vec().into(), message: PhantomData }
    }
}

impl<M> Clone for Encoded<M> {
    fn clone(&self) -> Self {
        Self { bytes: self.bytes.clone(), message: PhantomData }
    }
}

impl<M> std::fmt::Debug for Encoded<M> {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        formatter.debug_tuple("Encoded").field(&self.bytes).finish()
    }
}

impl<M: Message> Encode for M {
    fn encode_into(&self, buffer: &mut impl BufMut) {
        self.encode_raw(buffer);
    }
}

impl<M> Encode for Encoded<M> {
    fn encode_into(&self, buffer: &mut impl BufMut) {
        buffer.put_slice(&self.bytes);
    }
}
