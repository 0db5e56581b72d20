//! The commands about who may do what.

use std::{path::Path, process::Command};

use tempfile::TempDir;
use tenseven_tests::{Server, binary};

use crate::{Said, check, commands::without_instants, run};

/// A server with an admin, and a partner with a contact and names in certificates.
struct Registry {
    server: Server,
    home: TempDir,
}

impl Registry {
    fn start() -> Self {
        let home = TempDir::new().unwrap();
        let admin = home.path().join("admin.key");
        let generated = Command::new(binary::path()).args(["key", "generate", "--out"]).arg(&admin).status();
        assert!(generated.unwrap().success());
        // The default is by the memory of the machine.
        let arguments =
            ["--admin-key-file", admin.to_str().unwrap(), "--partner-request-bytes-max", "67108864"];
        let server = Server::start_on(&home.path().join("data"), &arguments);
        let registry = Self { server, home };
        let named = ["partner", "put", "hcp-morocco", "--name", "Haut-Commissariat au Plan"];
        let known = ["--contact", "data@hcp.example", "--certificate-name", "spiffe://hcp.example/push"];
        let limits = ["--quota-requests-per-second", "5000", "--quota-watches", "20"];
        registry.admin(&[&named[..], &known, &["--certificate-name", "push.hcp.example"], &limits].concat());
        registry
    }

    /// Runs a command with the key in a file.
    fn run(&self, key: &str, arguments: &[&str]) -> Said {
        let file = self.home.path().join(key);
        let output = run(&self.server, &[arguments, &["--key-file", file.to_str().unwrap()]].concat());
        assert_eq!(output.code, Some(0), "{}", output.err);
        output
    }

    fn admin(&self, arguments: &[&str]) -> String {
        self.run("admin.key", arguments).out
    }

    fn issue_key(&self) {
        let file = self.home.path().join("hcp.key");
        let create = ["key", "create", "hcp-morocco", "--name", "nightly push", "--expires", "2040-01-01"];
        assert_eq!(self.admin(&[&create[..], &["--out", file.to_str().unwrap()]].concat()), "");
    }

    /// A text with words in the place of the ids of keys and of instants, which differ from run to run.
    fn stable(&self, text: &str) -> String {
        let id = |name: &str| {
            let key = std::fs::read_to_string(self.home.path().join(name)).unwrap_or_default();
            key.split('_').nth(1).unwrap_or("no key").to_owned()
        };
        let text = text.replace(&id("admin.key"), "<admin_key>").replace(&id("hcp.key"), "<hcp_key>");
        without_instants(&text)
    }

    /// Checks what a command prints in each format.
    fn check_formats(&self, name: &str, key: &str, arguments: &[&str]) {
        for format in ["table", "json", "csv"] {
            let output = self.run(key, &[arguments, &["--format", format]].concat());
            check(&format!("{name}.{format}"), &self.stable(&output.out));
        }
    }
}

/// A grant that names much.
const CONTRIBUTOR: [&str; 11] = [
    "contributor",
    "--indicator",
    "dual-nationality,migrant-casualties",
    "--framework",
    "target-10-7",
    "--area",
    "Morocco,m49:015,m49:011,m49:014,m49:017,m49:018,m49:021,m49:029,m49:013,m49:005",
    "--source",
    "hcp",
    "--source",
    "ministry",
];

#[test]
fn a_grant_is_confirmed_with_what_it_allows_and_covers() {
    let registry = Registry::start();
    let add = ["grant", "add", "hcp-morocco"];
    for (format, grant) in [
        ("table", &CONTRIBUTOR[..]),
        ("json", &["coder", "--coder", "ada,grace", "--indicator", "*"]),
        ("csv", &["publisher", "--prefix", "nso-"]),
    ] {
        let added = registry.admin(&[&add[..], grant, &["--format", format]].concat());
        check(&format!("grant-add.{format}"), &registry.stable(&added));
    }
    let checked = registry.admin(&[&add[..], &["curator", "--curator", "*", "--dry-run"]].concat());
    check("grant-add-dry-run.table", &checked);
}

#[test]
fn partners_and_callers_are_shown_with_their_keys_and_grants() {
    let registry = Registry::start();
    registry.issue_key();
    for grant in [&CONTRIBUTOR[..], &["reader"], &["publisher", "--prefix", "nso-"]] {
        registry.admin(&[&["grant", "add", "hcp-morocco"][..], grant].concat());
    }
    registry.check_formats("whoami", "hcp.key", &["whoami"]);
    registry.check_formats("partner-show", "admin.key", &["partner", "show", "hcp-morocco"]);
    registry.check_formats("partner-list", "admin.key", &["partner", "list"]);
    check("whoami-anonymous.table", &run(&registry.server, &["whoami"]).out);
}

#[test]
fn what_people_read_about_access_fits_into_a_terminal() {
    let expected = Path::new(env!("CARGO_MANIFEST_DIR")).join("golden/expected");
    for name in ["whoami", "partner-show", "partner-list", "grant-add"] {
        let text = std::fs::read_to_string(expected.join(format!("{name}.table"))).unwrap();
        assert!(text.lines().all(|line| line.chars().count() <= 80), "{name}: {text}");
    }
}
