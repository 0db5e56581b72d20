//! The server that is called: its life, its memory, and its journal between lives.

use std::{path::PathBuf, process::Command};

use tempfile::TempDir;
use tenseven_api::v1::{
    AddGrantRequest, GetServerStatusRequest, Grant, IssueKeyRequest, Partner, PutPartnerRequest, Role,
    access_service_client::AccessServiceClient, admin_service_client::AdminServiceClient,
};
use tenseven_tests::{Server, admin::with_key, binary, memory::peak};
use uuid::Uuid;

use crate::request::Who;

/// Memory that the server may take, in MiB.
pub(crate) const MEMORY_MAX: u64 = 512;
/// The partner that may do little.
const PARTNER: &str = "fuzzed";

/// A registry with an admin and a partner.
pub(crate) struct Target {
    pub(crate) server: Server,
    pub(crate) admin: String,
    partner: String,
    home: TempDir,
    /// How many keys of the admin were made.
    keys: usize,
}

impl Target {
    /// A registry of its own.
    pub(crate) async fn start() -> Self {
        let home = TempDir::new().expect("a temporary directory");
        let admin = make_admin(&home, 0);
        let server = serve(&home);
        let mut target = Self { server, admin, partner: String::new(), home, keys: 1 };
        target.partner = target.register().await;
        target
    }

    /// The key of a caller.
    pub(crate) fn key(&self, who: Who) -> &str {
        match who {
            Who::Admin => &self.admin,
            Who::Partner => &self.partner,
            Who::Nobody => "",
        }
    }

    /// Stops the server, verifies its journal, and starts it again: its revision is the same. The error says what is not.
    pub(crate) async fn restart(mut self) -> Result<Self, String> {
        let most = peak(&self.server);
        if most > MEMORY_MAX {
            return Err(format!("it took {most} MiB, more than {MEMORY_MAX}"));
        }
        // An admin's key can have been revoked: another shows the same.
        let before = self.head().await;
        let ended = self.server.terminate();
        let log = self.server.log();
        if let Some(line) = log.lines().find(|line| line.contains("panicked")) {
            return Err(format!("its log: {line}"));
        }
        if !ended.success() {
            return Err(format!("it ended with {ended}"));
        }
        let verified = tenseven(&["verify", self.data(), "--json"])?;
        self.admin = make_admin(&self.home, self.keys);
        self.keys += 1;
        self.server = serve(&self.home);
        let after = self.head().await.ok_or("the new key of the admin is rejected")?;
        // A key of the admin is one revision, two or three more if its grant or itself had to be restored.
        if let Some(before) = before
            && !(before + 1..=before + 3).contains(&after)
        {
            return Err(format!(
                "it was at revision {before}, and is at {after} after a restart; {verified}"
            ));
        }
        println!("restarted at revision {after}; it took {most} MiB at most");
        Ok(self)
    }

    /// Runs a command with the key of the admin.
    pub(crate) fn tenseven(&self, words: &[&str]) {
        let key = self.home.path().join(format!("admin-{}.key", self.keys - 1));
        let key = key.to_str().expect("the path is text");
        let connection = ["--server", self.server.address(), "--key-file", key];
        tenseven(&[words, &connection].concat()).expect("it succeeds");
    }

    /// A backup in a file.
    pub(crate) fn backup(&self) -> PathBuf {
        let file = self.home.path().join("backup");
        self.tenseven(&["backup", file.to_str().expect("the path is text")]);
        file
    }

    /// The newest revision; none if the admin's key is rejected.
    async fn head(&self) -> Option<u64> {
        let mut service = AdminServiceClient::new(self.server.channel().await);
        let answer = service.get_server_status(with_key(&self.admin, GetServerStatusRequest {})).await;
        answer.ok().map(|answer| answer.into_inner().revision)
    }

    fn data(&self) -> &str {
        self.server.data().to_str().expect("the path is text")
    }

    /// Registers the partner that may do little; its key.
    async fn register(&self) -> String {
        let mut service = AccessServiceClient::new(self.server.channel().await);
        let partner = Partner { id: PARTNER.to_owned(), name: PARTNER.to_owned(), ..Default::default() };
        let put = PutPartnerRequest { submission_id: id(), partner: Some(partner), ..Default::default() };
        service.put_partner(with_key(&self.admin, put)).await.expect("a partner");
        let all = || vec!["*".to_owned()];
        let contributor = Grant {
            role: Role::Contributor.into(),
            indicators: vec!["dual-nationality".to_owned()],
            areas: all(),
            sources: all(),
            ..Default::default()
        };
        for grant in [Grant { role: Role::Reader.into(), ..Default::default() }, contributor] {
            let (partner, grant) = (PARTNER.to_owned(), Some(grant));
            let request = AddGrantRequest { submission_id: id(), partner, grant, ..Default::default() };
            service.add_grant(with_key(&self.admin, request)).await.expect("a grant");
        }
        let (partner, name) = (PARTNER.to_owned(), PARTNER.to_owned());
        let request = IssueKeyRequest { submission_id: id(), partner, name, ..Default::default() };
        service.issue_key(with_key(&self.admin, request)).await.expect("a key").into_inner().key
    }
}

fn id() -> String {
    Uuid::new_v4().to_string()
}

fn data(home: &TempDir) -> PathBuf {
    home.path().join("data")
}

fn serve(home: &TempDir) -> Server {
    let limit = (MEMORY_MAX * 1024 * 1024).to_string();
    // As many callers of one address as there are sockets; what is logged is what nobody expects.
    Server::start_on(&data(home), &["--memory-bytes-max", &limit, "--log", "warn"])
}

/// Makes a key of the admin in the directory, on which no server runs.
fn make_admin(home: &TempDir, number: usize) -> String {
    let file = home.path().join(format!("admin-{number}.key"));
    let (data, file_name) = (data(home), file.to_str().expect("the path is text"));
    let data = data.to_str().expect("the path is text");
    tenseven(&["key", "create", "--admin", "--data", data, "--out", file_name]).expect("a key is made");
    std::fs::read_to_string(&file).expect("a key is in its file").trim().to_owned()
}

/// Runs the program; what it prints, or how it fails.
fn tenseven(arguments: &[&str]) -> Result<String, String> {
    let output = Command::new(binary::path()).args(arguments).output().expect("the binary can be started");
    let said = |bytes: &[u8]| String::from_utf8_lossy(bytes).into_owned();
    if output.status.success() {
        return Ok(said(&output.stdout));
    }
    Err(format!("tenseven {}: {}{}", arguments.join(" "), said(&output.stdout), said(&output.stderr)))
}
