//! What is sent: a request of the conversations, changed.

use std::fmt::Write as _;

use bytes::Bytes;
use prost_reflect::MessageDescriptor;

use crate::{
    encoding, fields,
    random::Random,
    seeds::{Seed, Seeds, renew},
};

/// Who calls.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Who {
    /// A partner who may do everything.
    Admin,
    /// A partner who may read, and contribute to one indicator.
    Partner,
    /// Nobody who is known.
    Nobody,
}

/// A request as it goes over the wire.
#[derive(Debug, Clone)]
pub(crate) struct Request {
    pub(crate) path: String,
    /// What its method answers; none where that is not looked at.
    pub(crate) output: Option<MessageDescriptor>,
    pub(crate) who: Who,
    /// How its messages are compressed, as it says.
    pub(crate) encoding: Option<&'static str>,
    /// Messages with what is before each in gRPC.
    pub(crate) body: Bytes,
}

impl Request {
    /// The request with this number of the run with this seed.
    pub(crate) fn of(seeds: &Seeds, seed: u64, number: u64) -> Self {
        let mut random = Random::of(seed, number);
        let who = match random.below(20) {
            0 => Who::Nobody,
            1 | 2 => Who::Partner,
            _ => Who::Admin,
        };
        let of_method = random.pick(&seeds.methods);
        let chosen = random.pick(of_method);
        let (path, output, mut messages) = match chosen {
            Seed::Known { method, messages } => {
                let path = format!("/{}/{}", method.parent_service().full_name(), method.name());
                let mut messages = messages.clone();
                for message in &mut messages {
                    if !random.once_in(8) {
                        renew(message, random.uuid());
                    }
                    if !random.once_in(3) {
                        fields::change(&mut random, message, &seeds.texts);
                    }
                }
                (path, Some(method.output()), messages.iter().map(prost::Message::encode_to_vec).collect())
            }
            Seed::Bytes { path, message } => ((*path).to_owned(), None, vec![message.to_vec()]),
        };
        if random.once_in(2) {
            let others = random.pick(&seeds.methods);
            let other = match random.pick(others) {
                Seed::Known { messages, .. } => {
                    messages.first().map(prost::Message::encode_to_vec).unwrap_or_default()
                }
                Seed::Bytes { message, .. } => message.to_vec(),
            };
            for message in &mut messages {
                *message = encoding::change(&mut random, std::mem::take(message), &other);
            }
        }
        let compressed = random.once_in(40).then(|| *random.pick(&["gzip", "zstd", "deflate", "identity"]));
        let body = Bytes::from(framed(&mut random, &messages));
        Self { path, output, who, encoding: compressed, body }
    }

    /// The request in a text, from which [`Self::read`] reads it.
    pub(crate) fn written(&self) -> String {
        let Self { path, who, encoding, body, .. } = self;
        let mut hex = String::new();
        for byte in body {
            let _ = write!(hex, "{byte:02x}");
        }
        format!("{path}\n{who:?}\n{}\n{hex}\n", encoding.unwrap_or_default())
    }

    /// A request that was written.
    pub(crate) fn read(text: &str) -> Option<Self> {
        let mut lines = text.lines();
        let path = lines.next()?.to_owned();
        let who = match lines.next()? {
            "Partner" => Who::Partner,
            "Nobody" => Who::Nobody,
            _ => Who::Admin,
        };
        let named = lines.next()?;
        let encoding = ["gzip", "zstd", "deflate", "identity"].into_iter().find(|one| *one == named);
        let hex = lines.next().unwrap_or_default();
        let byte = |place| u8::from_str_radix(hex.get(place..place + 2)?, 16).ok();
        let body = (0..hex.len()).step_by(2).map(byte).collect::<Option<Vec<u8>>>()?;
        Some(Self { path, output: None, who, encoding, body: Bytes::from(body) })
    }
}

/// Messages with what is before each in gRPC: whether it is compressed, and its length. Sometimes that is wrong.
fn framed(random: &mut Random, messages: &[Vec<u8>]) -> Vec<u8> {
    let mut body = Vec::new();
    for message in messages {
        let (mut flag, mut length) = (0, u32::try_from(message.len()).expect("messages are small"));
        if random.once_in(60) {
            flag = *random.pick(&[1, 1, 2, 0x80, 0xff]);
        }
        if random.once_in(60) {
            let lengths =
                [0, length.saturating_sub(1), length + 1, 16 * 1024 * 1024, 16 * 1024 * 1024 + 1, u32::MAX];
            length = *random.pick(&lengths);
        }
        body.push(flag);
        body.extend(length.to_be_bytes());
        body.extend(message);
    }
    match random.below(120) {
        0 => body.truncate(random.below(body.len() + 1)),
        1 => body.extend(random.bytes(7)),
        2 => body.extend(body.clone()),
        _ => {}
    }
    body
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_request_that_was_written_is_read_as_it_was() {
        let body = Bytes::from_static(&[0, 1, 0xfe, 255]);
        let request =
            Request { path: "/a.B/C".into(), output: None, who: Who::Partner, encoding: Some("zstd"), body };
        let read = Request::read(&request.written()).expect("it is a request");
        assert_eq!((read.path, read.who, read.encoding), ("/a.B/C".to_owned(), Who::Partner, Some("zstd")));
        assert_eq!(read.body, request.body);
    }
}
