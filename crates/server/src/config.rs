//! The configuration: checked whole before anything is opened or bound.

use std::{
    net::{IpAddr, SocketAddr},
    path::PathBuf,
    time::Duration,
};

use tenseven_model::access::QuotaLimit;
use tenseven_observatory::Limits;

use crate::{audit::AuditSettings, origins, quota::PartnerLimits, tls::TlsFiles};

/// Smallest message limit that still takes a batch of a few observations.
const MESSAGE_BYTES_MIN: usize = 64 * 1024;
/// Largest message that can be read: what it holds must fit into one entry of the journal.
const MESSAGE_BYTES_MAX: usize = 32 * 1024 * 1024;

const MIB: u64 = 1024 * 1024;

/// How the server runs.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Config {
    /// Where it listens; port 0 takes a free one.
    pub listen: SocketAddr,
    /// Where methods of administration are answered, and all others too; without it they are answered at `listen`.
    pub admin_listen: Option<SocketAddr>,
    /// The files that TLS is set up from; without them connections are not encrypted.
    pub tls: Option<TlsFiles>,
    /// Whether a proxy takes TLS connections and forwards them, so that nobody reaches the address but through it.
    pub tls_terminated_by_proxy: bool,
    /// What callers without a key may do.
    pub allow_anonymous: AllowAnonymous,
    /// Whether callers are not shown which other partners made changes; admins are.
    pub hide_partners: bool,
    /// A file with a key that shows the partner `admin`, who is registered if missing; none: no such key.
    pub admin_key_file: Option<PathBuf>,
    /// A file of the issuers whose tokens are accepted, in TOML; none: no tokens.
    pub jwt_issuers: Option<PathBuf>,
    /// The directory of the journal; made if it is not there.
    pub data: PathBuf,
    /// The directory of the audit log; none: `audit` in that of the journal. Made once there is something to record.
    pub audit_dir: Option<PathBuf>,
    /// Maximum bytes of all files of the audit log.
    pub audit_bytes_max: u64,
    /// Memory of the cache of the index, in bytes.
    pub cache_bytes: u64,
    /// Largest request that is read, before and after decompression.
    pub message_bytes_max: usize,
    /// Maximum total size of incomplete requests, and also of unread answers, in bytes.
    pub calls_bytes_max: usize,
    /// Longest time that a call takes, regardless of its own deadline, and that a stream of requests may send nothing.
    pub call_duration_max: Duration,
    /// How long calls under way may go on when the server is asked to stop.
    pub drain_duration_max: Duration,
    /// Maximum number of calls at once on one connection.
    pub connection_calls_max: u32,
    /// Maximum number of connections at once; further ones wait. Where the limit on open files leaves fewer there are fewer.
    pub connections_max: usize,
    /// Maximum number of connections of one address; more are closed.
    pub address_connections_max: usize,
    /// How long a connection may take to begin its first request.
    pub connection_start_max: Duration,
    /// How long a connection may be without a call, or a peer may take nothing that is sent to it.
    pub connection_idle_max: Duration,
    /// How old a connection may be, a tenth more or less, before its peer is asked to make another.
    pub connection_age_max: Duration,
    /// How long a connection may go on once its peer was asked to end it.
    pub connection_grace: Duration,
    /// Maximum number of reads that run concurrently; further ones wait.
    pub readers_max: usize,
    /// Maximum number of watchers at once; one more is refused.
    pub watchers_max: usize,
    /// How long a watcher may receive nothing before it is cut off.
    pub watch_stall_max: Duration,
    /// How much of the server each partner may use at a time; those of anonymous callers are one partner.
    pub partner_limits: PartnerLimits,
    /// The origins whose pages may call, each as browsers send it, or `*` alone; without any, no page may.
    pub cors_origins: Vec<String>,
    /// The observatory's limits.
    pub limits: Limits,
}

/// What callers without a key may do.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Default)]
pub enum AllowAnonymous {
    /// Nothing.
    #[default]
    No,
    /// Read.
    Read,
    /// Read and write.
    Write,
}

impl Default for Config {
    fn default() -> Self {
        Self {
            listen: SocketAddr::from(([127, 0, 0, 1], 50107)),
            admin_listen: None,
            tls: None,
            tls_terminated_by_proxy: false,
            allow_anonymous: AllowAnonymous::No,
            hide_partners: false,
            admin_key_file: None,
            jwt_issuers: None,
            data: PathBuf::from("./tenseven-data"),
            audit_dir: None,
            audit_bytes_max: 64 * MIB,
            cache_bytes: 16 * 1024 * 1024,
            message_bytes_max: 16 * 1024 * 1024,
            calls_bytes_max: 256 * 1024 * 1024,
            call_duration_max: Duration::from_mins(1),
            drain_duration_max: Duration::from_secs(8),
            connection_calls_max: 200,
            connections_max: 4_096,
            address_connections_max: 1_024,
            connection_start_max: Duration::from_secs(10),
            connection_idle_max: Duration::from_mins(5),
            connection_age_max: Duration::from_hours(1),
            connection_grace: Duration::from_secs(30),
            readers_max: 8,
            watchers_max: 1_000,
            watch_stall_max: Duration::from_secs(30),
            partner_limits: PartnerLimits::default(),
            cors_origins: Vec::new(),
            limits: Limits::default(),
        }
    }
}

impl Config {
    /// The defaults for a process that may use this many bytes of memory: an eighth each for requests that are not whole and for answers that are not read, a sixteenth each for submissions
    /// that wait and for past moments, half for scores; each within bounds of its own. A partner may hold half of the requests. The rest is for observations and for work.
    pub fn for_memory(bytes: u64) -> Self {
        let mut config = Self::default();
        let Limits { queue_bytes_max, past_bytes_max, budget, .. } = &mut config.limits;
        config.calls_bytes_max = in_memory((bytes / 8).clamp(32 * MIB, 512 * MIB));
        config.partner_limits =
            config.partner_limits.with_half_of(config.calls_bytes_max, config.message_bytes_max);
        *queue_bytes_max = in_memory((bytes / 16).clamp(32 * MIB, 256 * MIB));
        *past_bytes_max = (bytes / 16).clamp(16 * MIB, 64 * MIB);
        // What ships is scored however little there is.
        budget.framework_bytes_max = (bytes / 8 * 3).clamp(192 * MIB, 1024 * MIB);
        budget.boards_bytes_max = (bytes / 2).clamp(256 * MIB, 4 * 1024 * MIB);
        config
    }
}

/// Whether the same cannot be listened at twice: one port, and one address or all.
fn is_same(one: SocketAddr, other: SocketAddr) -> bool {
    let ips = [one, other].map(|address| address.ip().to_canonical());
    let is_one_of_all = ips[0] == ips[1] || ips.iter().any(IpAddr::is_unspecified);
    one.port() == other.port() && one.port() != 0 && is_one_of_all
}

fn in_memory(bytes: u64) -> usize {
    usize::try_from(bytes).unwrap_or(usize::MAX)
}

/// A setting that cannot be used.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{setting}: {problem}")]
pub struct ConfigError {
    /// Which setting.
    pub setting: &'static str,
    /// What is wrong with it, and what would be right.
    pub problem: String,
}

impl Config {
    /// Whether other machines reach an address without TLS, and nobody stated that this is intended.
    fn is_exposed(&self, address: SocketAddr) -> bool {
        let is_encrypted = self.tls.is_some() || self.tls_terminated_by_proxy;
        let is_intended = self.allow_anonymous > AllowAnonymous::No;
        !address.ip().to_canonical().is_loopback() && !is_encrypted && !is_intended
    }

    /// Where the audit log is, and how large it gets.
    pub(crate) fn audit(&self) -> AuditSettings {
        let directory = self.audit_dir.clone().unwrap_or_else(|| self.data.join("audit"));
        AuditSettings { directory, bytes_max: self.audit_bytes_max }
    }

    fn check_addresses(&self, refuse: &mut impl FnMut(&'static str, String)) {
        let addresses = [("listen", Some(self.listen)), ("admin_listen", self.admin_listen)];
        let exposed = addresses.iter().filter_map(|(setting, address)| Some((setting, (*address)?)));
        for (setting, address) in exposed.filter(|(_, address)| self.is_exposed(*address)) {
            let problem = format!(
                "{address} can be reached from other machines, without TLS; give a certificate and its key (--tls-cert, \
                 --tls-key), or state that a proxy takes the TLS connections (--tls-terminated-by-proxy), or what \
                 everybody may do there (--allow-anonymous read or write), or listen on a loopback address such as \
                 127.0.0.1:50107"
            );
            refuse(setting, problem);
        }
        if self.admin_listen.is_some_and(|address| is_same(address, self.listen)) {
            refuse("admin_listen", "is an address of `listen`; give another port".to_owned());
        }
    }

    /// Everything that is wrong with the settings.
    pub fn validate(&self) -> Result<(), Vec<ConfigError>> {
        let mut errors = Vec::new();
        let mut refuse = |setting, problem: String| errors.push(ConfigError { setting, problem });
        self.check_addresses(&mut refuse);
        if self.data.as_os_str().is_empty() {
            refuse("data", "is empty; name a directory".to_owned());
        }
        if self.audit_dir.as_ref().is_some_and(|directory| directory.as_os_str().is_empty()) {
            refuse("audit_dir", "is empty; name a directory, or leave the setting out".to_owned());
        }
        if self.audit_bytes_max < AuditSettings::BYTES_MIN {
            let problem = format!("{} is below {}", self.audit_bytes_max, AuditSettings::BYTES_MIN);
            refuse("audit_bytes_max", problem);
        }
        if !(MESSAGE_BYTES_MIN..=MESSAGE_BYTES_MAX).contains(&self.message_bytes_max) {
            let problem = format!(
                "{} is not between {MESSAGE_BYTES_MIN} and {MESSAGE_BYTES_MAX}",
                self.message_bytes_max
            );
            refuse("message_bytes_max", problem);
        }
        if self.calls_bytes_max < self.message_bytes_max {
            let (room, message) = (self.calls_bytes_max, self.message_bytes_max);
            refuse("calls_bytes_max", format!("{room} is below message_bytes_max, which is {message}"));
        }
        let (partner, message) =
            (self.partner_limits.get(QuotaLimit::RequestBytes).get(), self.message_bytes_max);
        if partner < message as u64 {
            let problem = format!("{partner} is below message_bytes_max, which is {message}");
            refuse("partner_request_bytes_max", problem);
        }
        if self.cache_bytes < 1024 * 1024 {
            refuse("cache_bytes", format!("{} is below 1048576", self.cache_bytes));
        }
        for (setting, duration) in [
            ("call_duration_max", self.call_duration_max),
            ("drain_duration_max", self.drain_duration_max),
            ("watch_stall_max", self.watch_stall_max),
            ("connection_start_max", self.connection_start_max),
            ("connection_idle_max", self.connection_idle_max),
            ("connection_age_max", self.connection_age_max),
            ("connection_grace", self.connection_grace),
        ] {
            if duration.is_zero() {
                refuse(setting, "is zero; give at least a millisecond".to_owned());
            }
        }
        if self.readers_max == 0 {
            refuse("readers_max", "is 0; nobody would be answered".to_owned());
        }
        if self.connection_calls_max == 0 {
            refuse("connection_calls_max", "is 0; nobody could call".to_owned());
        }
        for (setting, connections) in [
            ("connections_max", self.connections_max),
            ("address_connections_max", self.address_connections_max),
        ] {
            if connections == 0 {
                refuse(setting, "is 0; nobody could connect".to_owned());
            }
        }
        if let Some(problem) = origins::problem(&self.cors_origins) {
            refuse("cors_origins", problem);
        }
        if errors.is_empty() { Ok(()) } else { Err(errors) }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_defaults_are_valid() {
        assert_eq!(Config::default().validate(), Ok(()));
    }

    #[test]
    fn the_defaults_leave_room_in_any_memory_and_are_valid() {
        for mib in [512, 1_024, 24 * 1_024] {
            let config = Config::for_memory(mib * MIB);
            assert_eq!(config.validate(), Ok(()));
            let Limits { queue_bytes_max, past_bytes_max, budget, .. } = config.limits;
            let shared = (2 * config.calls_bytes_max + queue_bytes_max) as u64 + past_bytes_max;
            assert!(budget.boards_bytes_max + shared <= mib * MIB / 8 * 7, "{mib} MiB");
        }
    }

    #[test]
    fn every_bad_setting_is_named_at_once() {
        let config = Config {
            listen: SocketAddr::from(([0, 0, 0, 0], 50107)),
            admin_listen: Some(SocketAddr::from(([0, 0, 0, 0], 50107))),
            data: PathBuf::new(),
            audit_dir: Some(PathBuf::new()),
            audit_bytes_max: 0,
            cache_bytes: 0,
            message_bytes_max: 2,
            calls_bytes_max: 0,
            partner_limits: PartnerLimits::default().with_half_of(0, 0),
            call_duration_max: Duration::ZERO,
            connection_calls_max: 0,
            connections_max: 0,
            address_connections_max: 0,
            connection_start_max: Duration::ZERO,
            connection_idle_max: Duration::ZERO,
            connection_age_max: Duration::ZERO,
            connection_grace: Duration::ZERO,
            readers_max: 0,
            cors_origins: vec!["https://pages.example/".to_owned()],
            ..Config::default()
        };
        let errors = config.validate().unwrap_err();
        let settings: Vec<_> = errors.iter().map(|error| error.setting).collect();
        assert_eq!(
            settings,
            [
                "listen",
                "admin_listen",
                "admin_listen",
                "data",
                "audit_dir",
                "audit_bytes_max",
                "message_bytes_max",
                "calls_bytes_max",
                "partner_request_bytes_max",
                "cache_bytes",
                "call_duration_max",
                "connection_start_max",
                "connection_idle_max",
                "connection_age_max",
                "connection_grace",
                "readers_max",
                "connection_calls_max",
                "connections_max",
                "address_connections_max",
                "cors_origins"
            ]
        );
    }

    #[test]
    fn an_address_that_others_reach_needs_tls_or_an_explicit_statement() {
        let tls = Some(TlsFiles { certificate: "c".into(), key: "k".into(), client_ca: None });
        let is_valid = |listen: &str, change: fn(&mut Config)| {
            let mut config = Config { listen: listen.parse().unwrap(), ..Config::default() };
            change(&mut config);
            config.validate().is_ok()
        };
        for loopback in ["127.0.0.1:1", "127.8.0.1:1", "[::1]:1", "[::ffff:127.0.0.1]:1"] {
            assert!(is_valid(loopback, |_| ()), "{loopback}");
        }
        for reached in ["0.0.0.0:1", "[::]:1", "192.0.2.1:1", "[2001:db8::1]:1", "[::ffff:192.0.2.1]:1"] {
            assert!(!is_valid(reached, |_| ()), "{reached}");
            let address = reached.parse().unwrap();
            let admin = Config { admin_listen: Some(address), ..Config::default() };
            assert_eq!(admin.validate().unwrap_err()[0].setting, "admin_listen", "{reached}");
            assert!(is_valid(reached, |config| config.tls_terminated_by_proxy = true), "{reached}");
            assert!(is_valid(reached, |config| config.allow_anonymous = AllowAnonymous::Read), "{reached}");
            assert!(is_valid(reached, |config| config.allow_anonymous = AllowAnonymous::Write), "{reached}");
            let listen = reached.parse().unwrap();
            let encrypted = Config { listen, tls: tls.clone(), ..Config::default() };
            assert_eq!(encrypted.validate(), Ok(()), "{reached}");
        }
    }
}
