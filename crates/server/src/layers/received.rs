//! The received bytes of a request: shared by the layer that reads them and those that report what cannot be decoded.

use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use http::{HeaderMap, Request};

use super::message_bytes::Unfinished;
use crate::status::BrokenMessage;

/// What came of a request. A clone belongs to the same request; an extension of it.
#[derive(Debug, Clone, Default)]
pub(super) struct Received(Arc<Mutex<Seen>>);

#[derive(Debug, Default)]
struct Seen {
    messages: Unfinished,
    has_ended: bool,
}

impl Received {
    /// That of a request, which is added to it if it has none.
    pub(super) fn of<T>(request: &mut Request<T>) -> Self {
        request.extensions_mut().get_or_insert_default::<Self>().clone()
    }

    /// Takes in bytes that came. Returns how many bytes the message that is not whole held before and holds now.
    pub(super) fn take(&self, data: &[u8]) -> (usize, usize) {
        let messages = &mut self.lock().messages;
        (messages.bytes(), messages.after(data))
    }

    /// Notes that nothing more comes.
    pub(super) fn end(&self) {
        self.lock().has_ended = true;
    }

    /// Whether the message that came last is compressed.
    pub(super) fn is_compressed(&self) -> bool {
        self.lock().messages.flag() != 0
    }

    /// How many messages began.
    pub(super) fn begun(&self) -> usize {
        self.lock().messages.begun()
    }

    /// How many bytes the message that came last has.
    pub(super) fn length(&self) -> usize {
        self.lock().messages.length()
    }

    /// Why the library cannot take a message out of what came, where that is to be seen.
    pub(super) fn broken(&self, encoding: Option<&str>) -> Option<BrokenMessage> {
        let Seen { messages, has_ended } = &*self.lock();
        match (messages.flag(), encoding) {
            _ if *has_ended && messages.bytes() > 0 => {
                Some(BrokenMessage::CutOff { came: messages.body_bytes(), length: messages.length() })
            }
            _ if *has_ended && messages.begun() == 0 => Some(BrokenMessage::Absent),
            (0, _) => None,
            (1, Some(encoding)) => Some(BrokenMessage::NotCompressed(encoding.to_owned())),
            (1, None) => Some(BrokenMessage::NoEncoding),
            (flag, _) => Some(BrokenMessage::UnknownFlag(flag)),
        }
    }

    fn lock(&self) -> MutexGuard<'_, Seen> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// How the messages of a request are compressed, according to its headers.
pub(super) fn encoding(headers: &HeaderMap) -> Option<String> {
    let encoding = headers.get("grpc-encoding")?.to_str().ok()?;
    (encoding != "identity").then(|| encoding.to_owned())
}
