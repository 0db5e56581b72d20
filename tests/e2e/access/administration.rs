//! An address of administration: what runs the registry is answered there only.

use std::{collections::BTreeSet, net::TcpStream, process::Command, time::Duration};

use bytes::Bytes;
use tempfile::TempDir;
use tenseven_api::v1::AuditOutcome;
use tenseven_tests::{
    Refusal, Server,
    admin::{Guarded, messages_of},
    binary,
};
use tonic::{Code, transport::Channel};

use super::{
    audit::{listed, of_outcome},
    matrix::{documented, is_of_administration},
    registry::partner,
};

const ADMINISTRATION: [&str; 2] = ["--admin-listen", "127.0.0.1:0"];

/// Whether a method is answered at an address; a request for a key is an answer.
async fn is_answered(channel: &Channel, method: &str, key: &str) -> bool {
    let path = format!("/tenseven.v1.{method}");
    let silence = Duration::from_millis(300);
    let Err(status) = messages_of(channel, &path, key, Bytes::new(), silence).await else { return true };
    if status.code() != Code::PermissionDenied {
        return true;
    }
    assert_eq!(Refusal::from(&status).reason, "NOT_AT_THIS_ADDRESS", "{method}");
    false
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn methods_of_administration_are_answered_at_their_address_only_and_all_others_at_both() {
    let guarded = Guarded::start(&ADMINISTRATION);
    let everybody = guarded.server.channel().await;
    let administration = guarded.server.admin_channel().await;
    let mut of_administration = 0;
    for (method, allowed) in documented() {
        let is_of_administration = is_of_administration(&allowed);
        of_administration += usize::from(is_of_administration);
        let answered = is_answered(&everybody, &method, &guarded.admin).await;
        assert_eq!(answered, !is_of_administration, "{method}");
        // A caller without a key is not asked for one in vain.
        let anonymous = is_answered(&everybody, &method, "").await;
        assert_eq!(anonymous, !is_of_administration, "{method}");
        assert!(is_answered(&administration, &method, &guarded.admin).await, "{method}");
    }
    assert!(of_administration >= 9, "{of_administration}");
    // Whose key was shown at the wrong address is on record, and anonymous callers as such.
    let rejected = listed(&guarded, &administration, of_outcome(AuditOutcome::Rejected), 100).await;
    let elsewhere = rejected.iter().filter(|event| event.reason == "NOT_AT_THIS_ADDRESS");
    let callers: BTreeSet<_> = elsewhere.map(|event| event.partner.as_str()).collect();
    assert_eq!(callers, BTreeSet::from(["", "admin"]), "{rejected:#?}");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn who_uses_up_the_connections_of_everybody_does_not_keep_an_operator_out() {
    let arguments = [&ADMINISTRATION[..], &["--connections-max", "8"]].concat();
    let guarded = Guarded::start(&arguments);
    let address = guarded.server.address().trim_start_matches("http://").to_owned();
    let taken: Vec<_> = (0..20).map(|_| TcpStream::connect(&address).unwrap()).collect();
    let administration = guarded.server.admin_channel().await;
    let key = partner(&guarded, &administration, "new", Vec::new()).await;
    assert!(key.starts_with("t7_"));
    drop(taken);
}

#[test]
fn the_command_line_reaches_administration_at_its_address_and_learns_of_it_elsewhere() {
    let guarded = Guarded::start(&ADMINISTRATION);
    let list = |address: &str| {
        let mut command = Command::new(binary::path());
        command.args(["partner", "list", "--server", address]).env("TENSEVEN_KEY", &guarded.admin);
        command.output().unwrap()
    };
    let listed = list(guarded.server.admin_address().unwrap());
    assert!(listed.status.success() && String::from_utf8_lossy(&listed.stdout).contains("admin"));
    let refused = list(guarded.server.address());
    let error = String::from_utf8(refused.stderr).unwrap();
    assert!(error.contains("at the address of administration only"), "{error}");
    assert_eq!(refused.status.code(), Some(77), "{error}");
}

#[test]
fn an_address_of_administration_that_is_taken_or_exposed_is_refused_before_a_journal_is_made() {
    let home = TempDir::new().unwrap();
    let running = Server::start_on(&home.path().join("running"), &[]);
    let taken = running.address().trim_start_matches("http://");
    for (address, code, problem) in [
        (taken, 1, "cannot listen at"),
        ("0.0.0.0:0", 64, "admin_listen: 0.0.0.0:0 can be reached from other machines"),
        ("localhost:1", 64, "an IP address and a port are needed"),
    ] {
        let data = home.path().join("refused");
        let output = Command::new("timeout")
            .arg("20")
            .arg(binary::path())
            .args(["serve", "--listen", "127.0.0.1:0", "--admin-listen", address, "--data"])
            .arg(&data)
            .output()
            .unwrap();
        let error = String::from_utf8(output.stderr).unwrap();
        assert!(error.contains(problem), "{address}: {error}");
        assert_eq!(output.status.code(), Some(code), "{address}: {error}");
        assert!(!data.exists(), "{address}");
    }
}
