//! Calls by the descriptors of the contract alone.

use super::filled::snake_case;
use bytes::BufMut as _;
use prost::Message as _;
use prost_reflect::{DescriptorPool, DynamicMessage, MessageDescriptor, MethodDescriptor, SerializeOptions};
use serde_json::{Value, json};
use tonic::{
    Status,
    client::Grpc,
    codec::{Codec, DecodeBuf, Decoder, EncodeBuf, Encoder},
    transport::Channel,
};

use crate::{Refusal, Server, admin::with_key};

/// Makes calls to one server.
pub struct Caller {
    channel: Channel,
    pool: DescriptorPool,
    /// Sent with each call that names no other; empty: none.
    key: String,
}

impl Caller {
    /// Calls a server, with a key unless that is empty.
    pub async fn of(server: &Server, key: &str) -> Self {
        let pool = DescriptorPool::decode(tenseven_api::DESCRIPTORS).expect("the descriptors can be read");
        Self { channel: server.channel().await, pool, key: key.to_owned() }
    }

    /// Calls `Service/Method`. The answer is a message, the list of all messages of a stream, or a refusal. A method whose
    /// stream does not end by itself is followed by `take N`: its first N messages are the answer. A method that is followed by
    /// `with <key>` is called with the key that was issued last, one followed by `anonymously` without a key.
    pub async fn call(&self, method: &str, request: Value, issued: &str) -> Value {
        let (method, key) = match (method.strip_suffix(" with <key>"), method.strip_suffix(" anonymously")) {
            (Some(method), _) => (method, issued),
            (None, Some(method)) => (method, ""),
            (None, None) => (method, self.key.as_str()),
        };
        let (name, taken) = match method.split_once(" take ") {
            Some((name, count)) => (name, count.parse().expect("how many messages are taken")),
            None => (method, usize::MAX),
        };
        let method = self.method(name);
        let path = format!("/{}/{}", method.parent_service().full_name(), method.name());
        let path = path.parse().expect("a path");
        let mut grpc = Grpc::new(self.channel.clone());
        grpc.ready().await.expect("the server is there");
        let messages = match request {
            Value::Array(messages) if method.is_client_streaming() => messages,
            one => vec![one],
        };
        let input = method.input();
        let messages: Vec<_> = messages.into_iter().map(|message| dynamic(&input, message)).collect();
        let answer =
            grpc.streaming(with_key(key, tokio_stream::iter(messages)), path, Dynamic(method.output())).await;
        let mut answers = match answer {
            Ok(answers) => answers.into_inner(),
            Err(status) => return refused(&status),
        };
        let mut found = Vec::new();
        while found.len() < taken {
            match answers.message().await {
                Ok(Some(message)) => found.push(json_of(&message)),
                Ok(None) => break,
                Err(status) => {
                    found.push(refused(&status));
                    break;
                }
            }
        }
        if method.is_server_streaming() { Value::Array(found) } else { found.pop().unwrap_or_default() }
    }

    fn method(&self, name: &str) -> MethodDescriptor {
        let (service, method) = name.split_once('/').unwrap_or_else(|| panic!("{name} is no method"));
        let service = self.pool.get_service_by_name(&format!("tenseven.v1.{service}"));
        let found =
            service.and_then(|service| service.methods().find(|candidate| candidate.name() == method));
        found.unwrap_or_else(|| panic!("{name} is no method"))
    }
}

fn dynamic(descriptor: &MessageDescriptor, message: Value) -> DynamicMessage {
    DynamicMessage::deserialize(descriptor.clone(), message).expect("the request fits its message")
}

fn json_of(message: &DynamicMessage) -> Value {
    let options = SerializeOptions::new().use_proto_field_name(true);
    message
        .serialize_with_options(serde_json::value::Serializer, &options)
        .expect("a message can be written as JSON")
}

fn refused(status: &Status) -> Value {
    let Refusal { code, reason, metadata, message, violations, preconditions } = Refusal::from(status);
    let fields: Vec<Value> = violations
        .into_iter()
        .map(|(path, reason, description)| json!({"field": path, "reason": reason, "description": description}))
        .collect();
    let failed: Vec<Value> = preconditions
        .into_iter()
        .map(|(kind, subject, description)| json!({"type": kind, "subject": subject, "description": description}))
        .collect();
    let metadata: std::collections::BTreeMap<_, _> = metadata.into_iter().collect();
    let mut reported = json!({"code": snake_case(&format!("{code:?}")).to_uppercase(), "message": message, "reason": reason});
    if !metadata.is_empty() {
        reported["metadata"] = json!(metadata);
    }
    if !fields.is_empty() {
        reported["field_violations"] = fields.into();
    }
    if !failed.is_empty() {
        reported["precondition_violations"] = failed.into();
    }
    json!({ "refused": reported })
}

/// Writes any message, and reads those of one kind.
struct Dynamic(MessageDescriptor);

impl Codec for Dynamic {
    type Encode = DynamicMessage;
    type Decode = DynamicMessage;
    type Encoder = Self;
    type Decoder = Self;
    fn encoder(&mut self) -> Self {
        Self(self.0.clone())
    }
    fn decoder(&mut self) -> Self {
        Self(self.0.clone())
    }
}

impl Encoder for Dynamic {
    type Item = DynamicMessage;
    type Error = Status;
    fn encode(&mut self, item: DynamicMessage, buffer: &mut EncodeBuf<'_>) -> Result<(), Status> {
        buffer.put_slice(&item.encode_to_vec());
        Ok(())
    }
}

impl Decoder for Dynamic {
    type Item = DynamicMessage;
    type Error = Status;
    fn decode(&mut self, buffer: &mut DecodeBuf<'_>) -> Result<Option<DynamicMessage>, Status> {
        Ok(Some(DynamicMessage::decode(self.0.clone(), buffer).expect("the answer fits its message")))
    }
}
