//! The table of roles and methods in `deploy/ACCESS.md`, held against the contract's descriptors, and tried cell by cell.

use std::{collections::BTreeMap, path::Path, time::Duration};

use bytes::Bytes;
use prost_reflect::DescriptorPool;
use tenseven_api::v1::Role;
use tenseven_tests::{
    Refusal,
    admin::{Guarded, call_bytes},
};
use tonic::{Code, transport::Channel};

use super::registry::{everything, partner};

/// A call that is let in may wait for the rest of its request, or stream without an end.
const LET_IN: Duration = Duration::from_secs(2);
/// The columns of the table: who calls.
const CALLERS: [&str; 10] = [
    "reader",
    "contributor",
    "coder",
    "curator",
    "publisher",
    "operator",
    "admin",
    "no grant",
    "anonymous: read",
    "anonymous: write",
];

/// Whether each caller may use a method, in the order of [`CALLERS`], by method.
pub(super) fn documented() -> BTreeMap<String, Vec<bool>> {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("../deploy/ACCESS.md");
    let text = std::fs::read_to_string(path).unwrap();
    let cells = |line: &str| -> Vec<String> {
        line.trim_matches('|').split('|').map(|cell| cell.trim().to_owned()).collect()
    };
    let heading = text.lines().find(|line| line.starts_with("| method |")).unwrap();
    assert_eq!(cells(heading)[1..], CALLERS.map(str::to_owned), "the table has these columns");
    let rows = text.lines().filter(|line| line.starts_with("| `") && line.contains('/'));
    let row = |line: &str| {
        let cells = cells(line);
        let marked = |cell: &String| match cell.as_str() {
            "yes" => true,
            "" => false,
            other => panic!("{other:?} in {line}"),
        };
        (cells[0].trim_matches('`').to_owned(), cells[1..].iter().map(marked).collect::<Vec<_>>())
    };
    rows.map(row).collect()
}

/// Whether only operators and admins may use a method; and everybody where everybody may write.
pub(super) fn is_of_administration(allowed: &[bool]) -> bool {
    let is_admin_only = allowed[..5].iter().all(|is_allowed| !is_allowed);
    is_admin_only && allowed[6]
}

/// The methods of the contract.
pub(super) fn methods() -> Vec<String> {
    let pool = DescriptorPool::decode(tenseven_api::DESCRIPTORS).unwrap();
    let services = pool.services().filter(|service| service.package_name() == "tenseven.v1");
    let mut methods: Vec<_> = services
        .flat_map(|service| {
            let name = service.name().to_owned();
            service.methods().map(move |method| format!("{name}/{}", method.name())).collect::<Vec<_>>()
        })
        .collect();
    methods.sort();
    methods
}

/// Whether a call with this key is let in to a method. What is wrong with its empty request is not asked.
async fn is_let_in(channel: &Channel, method: &str, key: &str) -> bool {
    let path = format!("/tenseven.v1.{method}");
    let answer = tokio::time::timeout(LET_IN, call_bytes(channel, &path, key, Bytes::new())).await;
    let Ok(Err(status)) = answer else { return true };
    match status.code() {
        Code::PermissionDenied => {
            assert_eq!(Refusal::from(&status).reason, "NOT_GRANTED", "{method}");
            false
        }
        Code::Unauthenticated => {
            assert_eq!(Refusal::from(&status).reason, "UNAUTHENTICATED", "{method}");
            assert!(key.is_empty(), "{method}: a partner is not asked who it is");
            false
        }
        _ => true,
    }
}

#[test]
fn the_documented_table_has_every_method_of_the_contract() {
    let documented: Vec<String> = documented().into_keys().collect();
    assert_eq!(documented, methods());
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn every_cell_of_the_documented_table_holds_over_a_socket() {
    let guarded = Guarded::start(&[]);
    let (read, write) =
        (Guarded::start(&["--allow-anonymous", "read"]), Guarded::start(&["--allow-anonymous", "write"]));
    let channel = guarded.server.channel().await;
    let roles =
        [Role::Reader, Role::Contributor, Role::Coder, Role::Curator, Role::Publisher, Role::Operator];
    let mut callers = Vec::new();
    for (role, name) in roles.into_iter().zip(CALLERS) {
        callers.push((channel.clone(), partner(&guarded, &channel, name, vec![everything(role)]).await));
    }
    callers.push((channel.clone(), guarded.admin.clone()));
    callers.push((channel.clone(), partner(&guarded, &channel, "nothing", Vec::new()).await));
    callers.push((read.server.channel().await, String::new()));
    callers.push((write.server.channel().await, String::new()));
    assert_eq!(callers.len(), CALLERS.len());
    let (mut wrong, mut counts) = (Vec::new(), [0, 0]);
    for (method, allowed) in documented() {
        for ((caller, (channel, key)), expected) in CALLERS.iter().zip(&callers).zip(allowed) {
            let found = is_let_in(channel, &method, key).await;
            counts[usize::from(found)] += 1;
            if found != expected {
                wrong.push(format!("{method}, {caller}: let in is {found}"));
            }
        }
    }
    assert!(wrong.is_empty(), "{wrong:#?}");
    let [refused, allowed] = counts;
    println!("{allowed} calls were let in, {refused} were not");
    assert!(refused > 200 && allowed > 150, "{counts:?}");
}
