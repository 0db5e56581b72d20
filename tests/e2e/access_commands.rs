//! Who may do what, by commands: the first admin, partners with grants and keys, and what is refused to whom.

use std::{
    fs,
    os::unix::fs::{MetadataExt as _, symlink},
    path::{Path, PathBuf},
    process::{Command, Output},
};

use tempfile::TempDir;
use tenseven_client::{Client, ClientError, ClientOptions, Secret, Security, v1};
use tenseven_tests::{Server, binary};

/// What a command printed, and its exit code.
struct Ran {
    code: Option<i32>,
    out: String,
    err: String,
}

/// A folder for keys and files, and the server in it once it runs.
struct Desk {
    home: TempDir,
    server: Option<Server>,
}

impl Desk {
    /// A desk with the key of an admin that was made before the server was started.
    fn start() -> Self {
        let mut desk = Self { home: TempDir::new().unwrap(), server: None };
        let data = desk.path("data");
        let made = desk.run(&["key", "create", "--admin", "--data", &data, "--out", &desk.path("admin.key")]);
        assert_eq!(made.code, Some(0), "{}", made.err);
        desk.server = Some(Server::start_on(Path::new(&data), &[]));
        desk
    }

    /// A desk with a partner `hcp` that may push for Morocco as `hcp`, and its key.
    fn with_partner() -> Self {
        let desk = Self::start();
        desk.done(&["partner", "put", "hcp", "--name", "Haut-Commissariat au Plan"]);
        desk.done(&[
            "grant",
            "add",
            "hcp",
            "contributor",
            "--framework",
            "target-10-7",
            "--area",
            "MAR",
            "--source",
            "hcp",
        ]);
        desk.issue("hcp.key");
        desk
    }

    fn path(&self, name: &str) -> String {
        self.home.path().join(name).to_str().unwrap().to_owned()
    }

    fn write(&self, name: &str, text: &str) -> String {
        fs::write(self.path(name), text).unwrap();
        self.path(name)
    }

    /// Issues a key of the partner `hcp` into a file.
    fn issue(&self, file: &str) {
        self.done(&["key", "create", "hcp", "--name", "push", "--out", &self.path(file)]);
    }

    /// Runs a command without a key.
    fn run(&self, arguments: &[&str]) -> Ran {
        let mut command = Command::new(binary::path());
        command.args(arguments).env_clear();
        if let Some(server) = &self.server {
            command.args(["--server", server.address()]);
        }
        let Output { status, stdout, stderr } = command.output().unwrap();
        let text = |bytes| String::from_utf8(bytes).unwrap();
        Ran { code: status.code(), out: text(stdout), err: text(stderr) }
    }

    /// Runs a command with the key in a file.
    fn as_of(&self, key: &str, arguments: &[&str]) -> Ran {
        self.run(&[arguments, &["--key-file", &self.path(key)]].concat())
    }

    /// Runs a command as the admin, to its end; its output.
    fn done(&self, arguments: &[&str]) -> String {
        let ran = self.as_of("admin.key", arguments);
        assert_eq!(ran.code, Some(0), "{arguments:?}: {}", ran.err);
        ran.out
    }

    fn client(&self, key: &str) -> Client {
        let key = fs::read_to_string(self.path(key)).unwrap();
        let security = Security { key: Some(Secret::new(key.trim())), ..Security::default() };
        let address = self.server.as_ref().unwrap().address();
        Client::lazy(address, ClientOptions { security, ..ClientOptions::default() }).unwrap()
    }
}

/// The id of the key in a file.
fn key_id(path: &str) -> String {
    fs::read_to_string(path).unwrap().split('_').nth(1).unwrap().to_owned()
}

const HEADER: &str = "indicator,area,period,source,level,value\n";

#[test]
fn the_first_minutes_lead_from_the_first_admin_to_a_partner_that_pushes_within_its_grants() {
    let desk = Desk::with_partner();
    let rows = format!("{HEADER}dual-nationality,MAR,2020,hcp,basic,\nmigrant-casualties,MAR,2020,hcp,,27\n");
    let inside = desk.write("inside.csv", &rows);
    let pushed = desk.as_of("hcp.key", &["push", &inside]);
    assert_eq!(pushed.code, Some(0), "{}", pushed.err);
    let outside = desk.write(
        "outside.csv",
        &format!("{HEADER}dual-nationality,MAR,2021,hcp,basic,\ndual-nationality,LBY,2020,hcp,basic,\n"),
    );
    for dry_run in [&[][..], &["--dry-run"]] {
        let refused = desk.as_of("hcp.key", &[&["push", &outside][..], dry_run].concat());
        assert_eq!(refused.code, Some(1), "{}", refused.err);
        assert!(refused.err.starts_with("error: line 3: no grant covers indicator"), "{}", refused.err);
        assert!(refused.err.contains("area LBY and source hcp"), "{}", refused.err);
    }
    let observed = desk.done(&["observations", "--format", "csv"]);
    assert_eq!(observed.lines().count(), 3, "only what is granted is stored: {observed}");
}

#[test]
fn every_row_outside_the_grants_is_found_also_if_an_answer_lists_only_some() {
    let desk = Desk::with_partner();
    let row = |year: i32| format!("dual-nationality,LBY,{year},hcp,basic,\n");
    let rows = (1900..2020).map(row).collect::<Vec<_>>().concat();
    let file = desk.write("outside.csv", &format!("{HEADER}{rows}"));
    let findings = desk.path("findings.csv");
    let refused = desk.as_of("hcp.key", &["push", &file, "--findings", &findings]);
    assert_eq!(refused.code, Some(1), "{}", refused.err);
    let found = fs::read_to_string(findings).unwrap();
    assert_eq!(found.lines().filter(|line| line.contains("no grant covers")).count(), 120, "{found}");
}

#[test]
fn withdrawals_outside_the_grants_are_listed_by_row_and_nothing_is_withdrawn() {
    let desk = Desk::with_partner();
    let rows = format!("{HEADER}dual-nationality,MAR,2020,hcp,basic,\n");
    desk.done(&["push", &desk.write("rows.csv", &rows)]);
    let file = desk.write(
        "withdrawals.csv",
        "indicator,area,period,source,reason\ndual-nationality,MAR,2020,iom,x\ndual-nationality,MAR,2020,hcp,x\n",
    );
    let refused = desk.as_of("hcp.key", &["withdraw", "--file", &file]);
    assert_eq!(refused.code, Some(1), "{}", refused.err);
    assert!(refused.err.contains("error: line 2: no grant covers"), "{}", refused.err);
    assert_eq!(desk.done(&["observations", "--format", "csv"]).lines().count(), 2);
}

#[test]
fn a_call_that_is_not_permitted_ends_with_exit_code_77_and_the_remedy() {
    let desk = Desk::with_partner();
    let file = desk.write("rows.csv", &format!("{HEADER}dual-nationality,MAR,2020,hcp,basic,\n"));
    desk.write("wrong.key", "t7_wrong");
    for (arguments, key, reason, remedy) in [
        (&["scores", "--framework", "target-10-7"][..], None, "UNAUTHENTICATED", "--key-file FILE"),
        (&["push", &file], None, "UNAUTHENTICATED", "TENSEVEN_KEY"),
        (&["push", &file], Some("wrong.key"), "INVALID_CREDENTIAL", "check that it is the one"),
        (&["whoami"], Some("wrong.key"), "INVALID_CREDENTIAL", "check that it is the one"),
        (&["scores", "--framework", "target-10-7"], Some("hcp.key"), "NOT_GRANTED", "`tenseven whoami`"),
        (&["partner", "list"], Some("hcp.key"), "NOT_GRANTED", "`tenseven grant add`"),
        (&["status"], Some("hcp.key"), "NOT_GRANTED", "operator"),
    ] {
        let refused = key.map_or_else(|| desk.run(arguments), |key| desk.as_of(key, arguments));
        assert_eq!(refused.code, Some(77), "{arguments:?}: {}", refused.err);
        assert!(refused.err.contains(reason) && refused.err.contains(remedy), "{}", refused.err);
        assert!(!refused.err.contains("t7_wrong"), "{}", refused.err);
    }
    let help = desk.run(&["--help"]).out;
    assert!(help.contains("77  the call needs a key, or a grant"), "{help}");
}

#[test]
fn a_partner_is_suspended_and_resumed_and_its_keys_and_grants_are_taken_back() {
    let desk = Desk::with_partner();
    let rows = format!("{HEADER}dual-nationality,MAR,2020,hcp,basic,\n");
    let file = desk.write("rows.csv", &rows);
    let push = |expected: i32| {
        let pushed = desk.as_of("hcp.key", &["push", &file, "--dry-run"]);
        assert_eq!(pushed.code, Some(expected), "{}", pushed.err);
    };
    push(0);
    desk.done(&["partner", "suspend", "hcp", "--dry-run"]);
    push(0);
    desk.done(&["partner", "suspend", "hcp"]);
    push(77);
    let replaced = desk.as_of("admin.key", &["partner", "put", "hcp", "--name", "Renamed"]);
    assert!(
        replaced.out.contains("replaced") && replaced.err.contains("stays suspended"),
        "{}",
        replaced.err
    );
    push(77);
    desk.done(&["partner", "resume", "hcp"]);
    push(0);
    let shown = desk.done(&["partner", "show", "hcp", "--format", "json"]);
    let shown: serde_json::Value = serde_json::from_str(&shown).unwrap();
    assert_eq!(shown["partner"]["name"], "Renamed");
    let grant = shown["partner"]["grants"][0]["revision"].to_string();
    desk.done(&["grant", "revoke", "hcp", &grant, "--reason", "over"]);
    push(77);
    desk.done(&["grant", "add", "hcp", "contributor", "--indicator", "*", "--area", "*", "--source", "*"]);
    push(0);
    let id = key_id(&desk.path("hcp.key"));
    let revoked = desk.done(&["key", "revoke", "hcp", &id, "--reason", "lost"]);
    assert!(revoked.contains(&format!("hcp: key {id} revoked at revision")), "{revoked}");
    push(77);
    assert!(desk.done(&["partner", "show", "hcp"]).contains("revoked 2"), "the key is listed as revoked");
}

#[test]
fn a_key_is_alone_on_standard_output_or_in_a_new_file_of_its_owner() {
    let desk = Desk::with_partner();
    let created = desk.as_of("admin.key", &["key", "create", "hcp", "--name", "by hand", "--days", "30"]);
    let key = created.out.trim_end().to_owned();
    assert_eq!((key.len(), created.out.lines().count()), (89, 1));
    let id = key.split('_').nth(1).unwrap();
    assert!(created.err.contains(id) && !created.err.contains(&key), "{}", created.err);
    assert!(created.err.contains("expires 2"), "{}", created.err);
    let shown = desk.done(&["partner", "show", "hcp"]);
    assert!(shown.contains(id) && !shown.contains(&key), "{shown}");
    assert_eq!(fs::metadata(desk.path("hcp.key")).unwrap().mode() & 0o777, 0o600);

    let checked = desk.as_of("admin.key", &["key", "create", "hcp", "--name", "no key", "--dry-run"]);
    assert_eq!((checked.code, checked.out.as_str()), (Some(0), ""), "{}", checked.err);
    assert!(!desk.done(&["partner", "show", "hcp"]).contains("no key"));

    let (old, link) = (desk.write("old", "kept"), desk.path("link"));
    symlink(desk.path("target"), &link).unwrap();
    for path in [&old, &link] {
        let refused = desk.as_of("admin.key", &["key", "create", "hcp", "--name", "another", "--out", path]);
        assert_eq!(refused.code, Some(1), "{}", refused.err);
        assert!(refused.err.contains("is there already"), "{}", refused.err);
    }
    assert_eq!(fs::read_to_string(&old).unwrap(), "kept");
    assert!(!Path::new(&desk.path("target")).exists());
    assert!(!desk.done(&["partner", "show", "hcp"]).contains("another"), "no key was issued");
    let unknown = desk.path("unknown.key");
    let refused = desk.as_of("admin.key", &["key", "create", "nobody", "--name", "x", "--out", &unknown]);
    assert_eq!(refused.code, Some(1), "{}", refused.err);
    assert!(!Path::new(&unknown).exists(), "no file without a key stays");
}

#[test]
fn no_key_of_an_admin_is_made_while_a_server_runs() {
    let desk = Desk::start();
    let out = desk.path("second.key");
    let create = ["key", "create", "--admin", "--data", &desk.path("data"), "--out", &out];
    let refused = desk.run(&create);
    assert_eq!(refused.code, Some(1), "{}", refused.err);
    assert!(refused.err.contains("is in use by process"), "{}", refused.err);
    assert!(!Path::new(&out).exists());
}

#[test]
fn a_generated_key_is_that_of_the_admin_of_a_server_that_starts_with_it() {
    let home = TempDir::new().unwrap();
    let file: PathBuf = home.path().join("admin.key");
    let output = Command::new(binary::path()).args(["key", "generate"]).output().unwrap();
    assert!(output.status.success() && output.stderr.is_empty());
    fs::write(&file, &output.stdout).unwrap();
    let server = Server::start_on(&home.path().join("data"), &["--admin-key-file", file.to_str().unwrap()]);
    let desk = Desk { home, server: Some(server) };
    let caller = desk.as_of("admin.key", &["whoami"]).out;
    assert!(caller.starts_with("Caller: admin,") && caller.contains("admin: everything"), "{caller}");
}

#[test]
fn options_that_a_role_does_not_use_are_refused_without_a_server() {
    let desk = Desk { home: TempDir::new().unwrap(), server: None };
    let refused = desk.run(&["grant", "add", "hcp", "reader", "--area", "MAR"]);
    assert_eq!(refused.code, Some(2), "{}", refused.err);
    assert!(refused.err.contains("the role reader does not take --area"), "{}", refused.err);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_key_whose_answer_was_lost_is_an_error_of_the_rust_client() {
    let desk = Desk::with_partner();
    let client = desk.client("admin.key");
    let request = v1::IssueKeyRequest {
        submission_id: "0b0c2d0e-1f4a-4f5b-8f0e-6a1de2c5a9b7".to_owned(),
        partner: "hcp".to_owned(),
        name: "push".to_owned(),
        ..Default::default()
    };
    let issued = client.issue_key(request.clone()).await.unwrap();
    assert!(issued.key.is_some_and(|key| key.expose().starts_with(&format!("t7_{}_", issued.key_id))));
    let lost = client.issue_key(request).await.unwrap_err();
    let ClientError::KeyLost { partner, revision, accept_time } = &lost else { panic!("{lost:?}") };
    assert_eq!((partner.as_str(), *revision), ("hcp", issued.revision));
    let listed = client.get_partner(v1::GetPartnerRequest { partner: "hcp".to_owned(), read_at: None }).await;
    let keys = listed.unwrap().partner.unwrap().keys;
    let of_that_time = keys.iter().find(|key| key.issue_time == *accept_time).unwrap();
    assert_eq!(of_that_time.key_id, issued.key_id, "the time of the error leads to the key to revoke");
}
