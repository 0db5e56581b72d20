//! The requests that are changed: those of the golden conversations, as a server accepted them.

use std::time::Duration;

use prost_reflect::{DescriptorPool, DynamicMessage, MethodDescriptor, ReflectMessage as _, Value};
use serde_json::Value as Json;
use tenseven_tests::{
    Server,
    conversation::{Block, Caller, Page, filled, folder, issued},
};
use tokio::time::timeout;

/// How long a call of a conversation may take; a stream that was to end elsewhere can go on here.
const CALL_MAX: Duration = Duration::from_secs(1);
/// Of a hundred calls of the conversations at least this many are answered: others are refused in their own registry, too, or name
/// revisions that are others here.
const ANSWERED_MIN: usize = 50;
/// Methods that are no part of the contract: the health of everything, and the list of services by reflection.
const OTHERS: [(&str, &[u8]); 3] = [
    ("/grpc.health.v1.Health/Check", b""),
    ("/grpc.health.v1.Health/List", b""),
    ("/grpc.reflection.v1.ServerReflection/ServerReflectionInfo", b"\x3a\x01*"),
];

/// A request that can be changed.
pub(crate) enum Seed {
    /// One whose fields are known.
    Known { method: MethodDescriptor, messages: Vec<DynamicMessage> },
    /// One that is bytes.
    Bytes { path: &'static str, message: &'static [u8] },
}

/// All of them.
pub(crate) struct Seeds {
    /// By method.
    pub(crate) methods: Vec<Vec<Seed>>,
    /// The texts in them.
    pub(crate) texts: Vec<String>,
}

impl Seeds {
    /// Has all conversations with a server, whose registry then holds what they write.
    pub(crate) async fn gather(server: &Server, key: &str) -> Self {
        let pool = DescriptorPool::decode(tenseven_api::DESCRIPTORS).expect("the descriptors can be read");
        let caller = Caller::of(server, key).await;
        let mut methods: Vec<(MethodDescriptor, Vec<Seed>)> = pool
            .services()
            .flat_map(|service| service.methods().collect::<Vec<_>>())
            .map(|one| (one, Vec::new()))
            .collect();
        let (mut calls, mut answered) = (0, 0);
        for (name, request, is_answered) in conversations(&caller).await {
            calls += 1;
            answered += usize::from(is_answered);
            let known = methods.iter_mut().find(|(method, _)| name == path_of(method));
            let (method, seeds) = known.expect("conversations are about methods of the contract");
            let messages = match request {
                Json::Array(messages) => messages,
                one => vec![one],
            };
            let message = |one| DynamicMessage::deserialize(method.input(), one).expect("it was called");
            let messages = messages.into_iter().map(message).collect();
            seeds.push(Seed::Known { method: method.clone(), messages });
        }
        for (method, seeds) in &methods {
            assert!(!seeds.is_empty(), "no conversation calls {}", method.full_name());
        }
        assert!(answered * 100 >= calls * ANSWERED_MIN, "{answered} of {calls} calls were answered");
        println!("{calls} requests of conversations, {answered} of which are answered as they are");
        let mut texts = Vec::new();
        for seed in methods.iter().flat_map(|(_, seeds)| seeds) {
            if let Seed::Known { messages, .. } = seed {
                for message in messages {
                    gather_texts(message, &mut texts);
                }
            }
        }
        texts.sort_unstable();
        texts.dedup();
        let others = OTHERS.iter().map(|&(path, message)| vec![Seed::Bytes { path, message }]);
        Self { methods: methods.into_iter().map(|(_, seeds)| seeds).chain(others).collect(), texts }
    }
}

/// `Service/Method`, as conversations write it.
fn path_of(method: &MethodDescriptor) -> String {
    format!("{}/{}", method.parent_service().name(), method.name())
}

/// The requests of all conversations, whether each was answered, and the method.
async fn conversations(caller: &Caller) -> Vec<(String, Json, bool)> {
    let mut pages: Vec<_> = std::fs::read_dir(folder())
        .expect("the folder is there")
        .map(|file| file.expect("a file").path())
        .collect();
    pages.sort_unstable();
    let mut requests = Vec::new();
    for page in pages {
        let text = std::fs::read_to_string(page).expect("a page is a text");
        let mut received: Vec<Json> = Vec::new();
        for block in Page::read(&text).blocks {
            let Block::Call { method, request, .. } = block else { continue };
            let request = serde_json::from_str(&request).expect("a request is JSON");
            // What follows from an answer that this registry did not give is left out.
            let Ok(request) = filled(request, &received) else { continue };
            let call = caller.call(&method, request.clone(), issued(&received));
            let answer = timeout(CALL_MAX, call).await.unwrap_or_default();
            let is_answered = answer.get("refused").is_none() && !answer.is_null();
            let name = method.split(' ').next().expect("a method has a name").to_owned();
            requests.push((name, request, is_answered));
            received.push(answer);
        }
    }
    requests
}

fn gather_texts(message: &DynamicMessage, texts: &mut Vec<String>) {
    for (_, value) in message.fields() {
        gather_texts_of(value, texts);
    }
}

fn gather_texts_of(value: &Value, texts: &mut Vec<String>) {
    match value {
        Value::String(text) => texts.push(text.clone()),
        Value::Message(inner) => gather_texts(inner, texts),
        Value::List(items) => items.iter().for_each(|item| gather_texts_of(item, texts)),
        Value::Map(items) => items.values().for_each(|item| gather_texts_of(item, texts)),
        _ => {}
    }
}

/// Gives a message another submission id, where it has one.
pub(crate) fn renew(message: &mut DynamicMessage, id: String) {
    if let Some(field) = message.descriptor().get_field_by_name("submission_id") {
        message.set_field(&field, Value::String(id));
    }
}
