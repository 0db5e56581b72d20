//! Golden conversations: for each service a text with requests of partners and the exact answers.
//!
//! A conversation is Markdown. A fenced block with a method's name after `json` is a request; the block
//! `json` after it is the answer, for a stream the list of its messages. The rest is prose for people.
//! `GOLDEN=write` rewrites the answers.
//!
//! A value that differs between runs is replaced by the name of its field, as `<accept_time>`; revisions are counted from the last of
//! the bundled data, as `<start + 1>`; bundled practices are `<bundled>`. A request can use `<start + 1>` and names of fields.
//!
//! The calls are made as a client makes them that knows nothing but the descriptors of the contract.

mod bundled;
mod volatile;

use prost_reflect::DescriptorPool;
use serde_json::Value;
use tempfile::TempDir;
use tenseven_tests::{
    Server,
    admin::Guarded,
    conversation::{Block, Caller, Page, filled, folder, issued, snake_case},
};

use bundled::Bundled;

/// The default is by the memory of the machine.
const LIMITS: [&str; 2] = ["--partner-request-bytes-max", "67108864"];

/// A server of its own for a conversation, and who calls it. Access is managed by an admin; the others need nobody to identify
/// themselves.
async fn begin(name: &str) -> (Box<dyn std::any::Any>, Caller) {
    if matches!(name, "access_service" | "audit_service") {
        let guarded = Guarded::start(&LIMITS);
        let caller = Caller::of(&guarded.server, &guarded.admin).await;
        return (Box::new(guarded), caller);
    }
    let home = TempDir::new().unwrap();
    let server = Server::start_on(&home.path().join("data"), &LIMITS);
    let caller = Caller::of(&server, "").await;
    (Box::new((server, home)), caller)
}

/// Has the conversation `name` with a server of its own.
async fn converse(name: &str) {
    let path = folder().join(name).with_extension("md");
    let text = std::fs::read_to_string(&path).unwrap_or_else(|error| panic!("{}: {error}", path.display()));
    let (_keeper, caller) = begin(name).await;
    let bundled = Bundled::of(&caller).await;
    let mut page = Page::read(&text);
    let mut received: Vec<Value> = Vec::new();
    for block in &mut page.blocks {
        if let Block::Call { method, request, answer } = block {
            let request = filled(serde_json::from_str(request).expect("a request is JSON"), &received);
            let request = request.unwrap_or_else(|name| panic!("no answer so far has a field {name}"));
            let found = caller.call(method, request, issued(&received)).await;
            let lasting = volatile::lasting(&bundled.named(found.clone()));
            *answer = serde_json::to_string_pretty(&lasting).expect("an answer is JSON");
            received.push(found);
        }
    }
    crate::compare(&path, &page.written());
}

/// Every service of the contract has a conversation, and no conversation is left without a test.
#[test]
fn every_service_has_a_conversation() {
    let pool = DescriptorPool::decode(tenseven_api::DESCRIPTORS).expect("the descriptors can be read");
    let services: std::collections::BTreeSet<String> =
        pool.services().map(|service| snake_case(service.name())).collect();
    let listed = std::fs::read_dir(folder()).expect("the folder can be read");
    let found = listed.map(|file| {
        let path = file.expect("the folder can be read").path();
        path.file_stem().expect("a file has a name").to_string_lossy().into_owned()
    });
    assert_eq!(found.collect::<std::collections::BTreeSet<String>>(), services);
}

macro_rules! conversations {
    ($($name:ident)*) => {$(
        #[tokio::test(flavor = "multi_thread")]
        async fn $name() {
            converse(stringify!($name)).await;
        }
    )*};
}

conversations! {
    access_service
    admin_service
    assessment_service
    audit_service
    framework_service
    observation_service
    practice_service
    score_service
}
