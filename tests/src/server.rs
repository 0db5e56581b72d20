//! The real server as a child process.

use std::{
    io::{BufRead as _, BufReader},
    path::{Path, PathBuf},
    process::{Child, Command, ExitStatus, Stdio},
    time::{Duration, Instant},
};

use tempfile::TempDir;
use tenseven_api::v1::{
    assessment_service_client::AssessmentServiceClient, framework_service_client::FrameworkServiceClient,
    observation_service_client::ObservationServiceClient, practice_service_client::PracticeServiceClient,
    score_service_client::ScoreServiceClient,
};
use tonic::transport::{Channel, Endpoint};

use crate::{binary, journal};

/// How long a server may take to end when it is asked to.
const EXIT_WAIT_MAX: Duration = Duration::from_secs(30);

/// The newest revision of a registry that was just made: its first are the versions of frameworks that ship, and the practices.
pub const START_REVISION: u64 = 4;

/// A running server. It is killed when this is dropped.
pub struct Server {
    child: Child,
    address: String,
    admin_address: Option<String>,
    data: PathBuf,
    /// Holds the data directory, unless the test keeps its own.
    home: Option<TempDir>,
}

impl Server {
    /// Starts a server on a free port with a journal of its own.
    pub fn start() -> Self {
        let home = TempDir::new().expect("a temporary directory can be made");
        let data = home.path().join("data");
        let mut server = Self::start_on(&data, &[]);
        server.home = Some(home);
        server
    }

    /// Starts a server on a free port with a journal of its own in which this framework is published in addition to those that
    /// ship.
    pub fn start_with_framework(text: &str) -> Self {
        let home = TempDir::new().expect("a temporary directory can be made");
        let data = home.path().join("data");
        journal::publish(&data, text);
        let mut server = Self::start_on(&data, &[]);
        server.home = Some(home);
        server
    }

    /// Starts a server with this journal and these further arguments, on a free port where they name none.
    pub fn start_on(data: &Path, arguments: &[&str]) -> Self {
        match Self::try_start_on(data, arguments) {
            Some(server) => server,
            None => panic!("the server did not start; see {}", data.with_extension("log").display()),
        }
    }

    /// Starts a server as [`Self::start_on`] does; none if it ends instead.
    pub fn try_start_on(data: &Path, arguments: &[&str]) -> Option<Self> {
        Self::try_start_under(&[], data, arguments)
    }

    /// Starts a server as [`Self::start_on`] does, by a program that takes its command after these words and becomes
    /// it; none if it ends instead.
    pub fn try_start_under(wrapper: &[&str], data: &Path, arguments: &[&str]) -> Option<Self> {
        let log = data.with_extension("log");
        if let Some(folder) = log.parent() {
            std::fs::create_dir_all(folder).expect("the folder of the log can be made");
        }
        let log =
            std::fs::File::options().create(true).append(true).open(log).expect("the log can be opened");
        let listen = if arguments.contains(&"--listen") { &[][..] } else { &["--listen", "127.0.0.1:0"] };
        let mut command = match wrapper {
            [] => Command::new(binary::path()),
            [program, words @ ..] => {
                let mut command = Command::new(program);
                command.args(words).arg(binary::path());
                command
            }
        };
        let mut child = command
            .args(["serve", "--data"])
            .arg(data)
            .args(listen)
            .args(arguments)
            .stdout(Stdio::piped())
            .stderr(log)
            .spawn()
            .expect("the binary can be started");
        let mut stdout = BufReader::new(child.stdout.take().expect("standard output is piped"));
        let mut printed = || {
            let mut line = String::new();
            stdout.read_line(&mut line).expect("the server prints its address");
            let address = line.trim().rsplit(' ').next().unwrap_or_default().to_owned();
            (line.contains("administration"), address)
        };
        let (mut admin_address, mut line) = (None, printed());
        if line.0 {
            admin_address = Some(line.1);
            line = printed();
        }
        let server = Self { child, address: line.1, admin_address, data: data.to_owned(), home: None };
        server.address.starts_with("http").then_some(server)
    }

    /// Where it listens, as a URL.
    pub fn address(&self) -> &str {
        &self.address
    }

    /// Where it answers methods of administration, as a URL; none if that is where it answers all.
    pub fn admin_address(&self) -> Option<&str> {
        self.admin_address.as_deref()
    }

    /// The number of its process.
    pub fn id(&self) -> u32 {
        self.child.id()
    }

    /// The directory of its journal.
    pub fn data(&self) -> &Path {
        &self.data
    }

    /// Everything that it logged.
    pub fn log(&self) -> String {
        std::fs::read_to_string(self.data.with_extension("log")).expect("the log can be read")
    }

    /// Kills the process at once, as the machine's end would.
    pub fn kill(&mut self) {
        self.child.kill().expect("the server can be killed");
        self.child.wait().expect("the server can be waited for");
    }

    /// Kills the process at once and starts another on the same journal.
    #[must_use]
    pub fn killed_and_restarted(mut self) -> Self {
        self.kill();
        let mut next = Self::start_on(&self.data, &[]);
        next.home = self.home.take();
        next
    }

    /// Asks the process to end, as an operator does, and waits for it.
    pub fn terminate(&mut self) -> ExitStatus {
        self.signal("TERM");
        self.exit()
    }

    /// Sends the process a signal.
    pub fn signal(&self, name: &str) {
        let sent = Command::new("kill").args(["-s", name, &self.child.id().to_string()]).status();
        assert!(sent.is_ok_and(|status| status.success()), "signal {name} cannot be sent");
    }

    /// Waits for the process to end by itself.
    #[expect(clippy::disallowed_methods, reason = "tests wait in real time")]
    pub fn exit(&mut self) -> ExitStatus {
        let started = Instant::now();
        loop {
            if let Some(status) = self.child.try_wait().expect("the server can be waited for") {
                return status;
            }
            assert!(started.elapsed() < EXIT_WAIT_MAX, "the server does not end; its log:\n{}", self.log());
            std::thread::sleep(Duration::from_millis(20));
        }
    }

    /// A channel to the server.
    pub async fn channel(&self) -> Channel {
        channel_to(self.address.clone()).await
    }

    /// A channel to the address of administration.
    pub async fn admin_channel(&self) -> Channel {
        channel_to(self.admin_address.clone().expect("it has an address of administration")).await
    }

    /// A client of `ObservationService`.
    pub async fn observations(&self) -> ObservationServiceClient<Channel> {
        ObservationServiceClient::new(self.channel().await)
    }

    /// A client of `ScoreService`.
    pub async fn scores(&self) -> ScoreServiceClient<Channel> {
        ScoreServiceClient::new(self.channel().await)
    }

    /// A client of `AssessmentService`.
    pub async fn assessment(&self) -> AssessmentServiceClient<Channel> {
        AssessmentServiceClient::new(self.channel().await)
    }

    /// A client of `PracticeService`.
    pub async fn practices(&self) -> PracticeServiceClient<Channel> {
        PracticeServiceClient::new(self.channel().await)
    }

    /// A client of `FrameworkService`.
    pub async fn frameworks(&self) -> FrameworkServiceClient<Channel> {
        FrameworkServiceClient::new(self.channel().await)
    }
}

async fn channel_to(address: String) -> Channel {
    let endpoint = Endpoint::from_shared(address).expect("the address is a URL");
    endpoint.connect().await.expect("the server takes connections")
}

impl Drop for Server {
    fn drop(&mut self) {
        // It may have ended already; either way it is gone afterwards.
        drop(self.child.kill());
        drop(self.child.wait());
    }
}
