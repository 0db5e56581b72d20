//! `tenseven serve`: the server.

use std::{io::Write as _, net::SocketAddr, num::NonZero, path::PathBuf, time::Duration};

use clap::{Args, ValueEnum};
use tenseven_server::{Config, Limits, StartError, available_memory, telemetry, telemetry::LogFormat};
use tokio::signal::unix::{SignalKind, signal};

use super::{budget::BudgetArguments, quota::PartnerLimitArguments, serve_security::SecurityArguments};
use crate::exit::{BadConfiguration, Outcome};

/// How log lines are written.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
enum LogStyle {
    /// Pretty on a terminal, JSON lines otherwise
    Auto,
    /// For people
    Pretty,
    /// One JSON object a line
    Json,
}

/// The IP address and port in a text.
fn address(text: &str) -> Result<SocketAddr, String> {
    text.parse().map_err(|_| {
        "an IP address and a port are needed, e.g. 127.0.0.1:50107 for this machine alone, [::1]:50107, or 0.0.0.0:50107 for all networks; names such as localhost are not looked up".to_owned()
    })
}

/// How the server runs. Every setting can also be given in the environment.
#[derive(Debug, Args)]
pub(crate) struct ServeArguments {
    /// Address to listen on; port 0 takes a free port
    #[arg(long, env = "TENSEVEN_LISTEN", default_value = "127.0.0.1:50107", value_parser = address)]
    listen: SocketAddr,
    /// Address of administration: status, backups, partners, keys and grants are answered only there, like everything else [default: that of everybody]
    #[arg(long, value_name = "ADDRESS", env = "TENSEVEN_ADMIN_LISTEN", value_parser = address)]
    admin_listen: Option<SocketAddr>,
    #[command(flatten)]
    security: SecurityArguments,
    /// The directory of the journal; created if it does not exist
    #[arg(long, env = "TENSEVEN_DATA", default_value = "./tenseven-data")]
    data: PathBuf,
    /// The directory of the audit log [default: `audit` in that of the journal]
    #[arg(long, value_name = "DIR", env = "TENSEVEN_AUDIT_DIR")]
    audit_dir: Option<PathBuf>,
    /// Maximum bytes of the audit log; the oldest events are deleted
    #[arg(long, value_name = "BYTES", env = "TENSEVEN_AUDIT_BYTES_MAX", default_value_t = Config::default().audit_bytes_max)]
    audit_bytes_max: u64,
    /// Bytes of memory for the cache of the journal's index
    #[arg(long, env = "TENSEVEN_CACHE_BYTES", default_value_t = Config::default().cache_bytes)]
    cache_bytes: u64,
    /// Maximum length of a request, in bytes
    #[arg(long, env = "TENSEVEN_MESSAGE_BYTES_MAX", default_value_t = Config::default().message_bytes_max)]
    message_bytes_max: usize,
    /// Bytes of memory that the process may use, from which other limits are derived [default: that of its control group, or of the machine]
    #[arg(long, value_name = "BYTES", env = "TENSEVEN_MEMORY_BYTES_MAX")]
    memory_bytes_max: Option<NonZero<u64>>,
    /// Maximum bytes of incomplete requests, and of unread answers [default: derived from the memory]
    #[arg(long, value_name = "BYTES", env = "TENSEVEN_CALLS_BYTES_MAX")]
    calls_bytes_max: Option<usize>,
    /// Maximum time of a call, and of a stream of requests without a message, in seconds
    #[arg(long, env = "TENSEVEN_CALL_SECONDS_MAX", default_value_t = Config::default().call_duration_max.as_secs())]
    call_seconds_max: u64,
    /// Time for running calls to finish when the server is asked to stop, in seconds
    #[arg(long, env = "TENSEVEN_DRAIN_SECONDS_MAX", default_value_t = Config::default().drain_duration_max.as_secs())]
    drain_seconds_max: u64,
    /// Maximum concurrent calls on one connection
    #[arg(long, env = "TENSEVEN_CONNECTION_CALLS_MAX", default_value_t = Config::default().connection_calls_max)]
    connection_calls_max: u32,
    /// Maximum connections; further ones wait
    #[arg(long, env = "TENSEVEN_CONNECTIONS_MAX", default_value_t = Config::default().connections_max)]
    connections_max: usize,
    /// Maximum connections from one address; further ones are closed
    #[arg(long, env = "TENSEVEN_ADDRESS_CONNECTIONS_MAX", default_value_t = Config::default().address_connections_max)]
    address_connections_max: usize,
    /// Maximum time until the first request of a connection, in seconds
    #[arg(long, env = "TENSEVEN_CONNECTION_START_SECONDS_MAX", default_value_t = Config::default().connection_start_max.as_secs())]
    connection_start_seconds_max: u64,
    /// Maximum time that a connection is idle, or that a peer reads nothing, in seconds
    #[arg(long, env = "TENSEVEN_CONNECTION_IDLE_SECONDS_MAX", default_value_t = Config::default().connection_idle_max.as_secs())]
    connection_idle_seconds_max: u64,
    /// Maximum age of a connection, plus or minus a tenth, before its peer is asked to reconnect, in seconds
    #[arg(long, env = "TENSEVEN_CONNECTION_AGE_SECONDS_MAX", default_value_t = Config::default().connection_age_max.as_secs())]
    connection_age_seconds_max: u64,
    /// Time that a connection may stay open after its peer was asked to end it, in seconds
    #[arg(long, env = "TENSEVEN_CONNECTION_GRACE_SECONDS", default_value_t = Config::default().connection_grace.as_secs())]
    connection_grace_seconds: u64,
    /// Maximum concurrent reads; others queue
    #[arg(long, env = "TENSEVEN_READERS_MAX", default_value_t = Config::default().readers_max)]
    readers_max: usize,
    /// Maximum watchers; further ones are refused
    #[arg(long, env = "TENSEVEN_WATCHERS_MAX", default_value_t = Config::default().watchers_max)]
    watchers_max: usize,
    /// Maximum time that a watcher reads nothing before it is disconnected, in seconds
    #[arg(long, env = "TENSEVEN_WATCH_STALL_SECONDS_MAX", default_value_t = Config::default().watch_stall_max.as_secs())]
    watch_stall_seconds_max: u64,
    /// Approximate maximum bytes of cached past states [default: derived from the memory]
    #[arg(long, value_name = "BYTES", env = "TENSEVEN_PAST_BYTES_MAX")]
    past_bytes_max: Option<u64>,
    #[command(flatten)]
    budget: BudgetArguments,
    #[command(flatten)]
    partner_limits: PartnerLimitArguments,
    /// Origins whose pages may call by grpc-web, separated by commas, for example `https://pages.example`; `*` lets every page
    #[arg(long, env = "TENSEVEN_CORS_ORIGINS", value_delimiter = ',')]
    cors_origins: Vec<String>,
    /// How log lines are written
    #[arg(long, env = "TENSEVEN_LOG_FORMAT", value_enum, default_value = "auto")]
    log_format: LogStyle,
    /// What is logged: a level, or levels by target, for example `info,tenseven_server=debug`
    #[arg(long, env = "TENSEVEN_LOG", default_value = "info")]
    log: String,
}

impl ServeArguments {
    fn config(&self) -> Result<Config, BadConfiguration> {
        let default = Config::for_memory(self.memory_bytes_max.map_or_else(available_memory, NonZero::get));
        let calls_bytes_max = self.calls_bytes_max.unwrap_or(default.calls_bytes_max);
        Ok(Config {
            listen: self.listen,
            admin_listen: self.admin_listen,
            tls: self.security.tls()?,
            tls_terminated_by_proxy: self.security.tls_terminated_by_proxy,
            allow_anonymous: self.security.allow_anonymous(),
            hide_partners: self.security.hide_partners,
            admin_key_file: self.security.admin_key_file.clone(),
            jwt_issuers: self.security.jwt_issuers.clone(),
            data: self.data.clone(),
            audit_dir: self.audit_dir.clone(),
            audit_bytes_max: self.audit_bytes_max,
            cache_bytes: self.cache_bytes,
            message_bytes_max: self.message_bytes_max,
            calls_bytes_max,
            call_duration_max: Duration::from_secs(self.call_seconds_max),
            drain_duration_max: Duration::from_secs(self.drain_seconds_max),
            connection_calls_max: self.connection_calls_max,
            connections_max: self.connections_max,
            address_connections_max: self.address_connections_max,
            connection_start_max: Duration::from_secs(self.connection_start_seconds_max),
            connection_idle_max: Duration::from_secs(self.connection_idle_seconds_max),
            connection_age_max: Duration::from_secs(self.connection_age_seconds_max),
            connection_grace: Duration::from_secs(self.connection_grace_seconds),
            readers_max: self.readers_max,
            watchers_max: self.watchers_max,
            watch_stall_max: Duration::from_secs(self.watch_stall_seconds_max),
            partner_limits: self.partner_limits.limits(calls_bytes_max, self.message_bytes_max),
            cors_origins: self.cors_origins(),
            limits: Limits {
                past_bytes_max: self.past_bytes_max.unwrap_or(default.limits.past_bytes_max),
                budget: self.budget.limits(default.limits.budget),
                ..default.limits
            },
        })
    }

    /// The origins that are listed; an empty environment variable lists none.
    fn cors_origins(&self) -> Vec<String> {
        let origins = self.cors_origins.iter().map(|origin| origin.trim().to_owned());
        if self.cors_origins == [""] { Vec::new() } else { origins.collect() }
    }

    fn log_format(&self) -> LogFormat {
        match self.log_format {
            LogStyle::Auto => LogFormat::Auto,
            LogStyle::Pretty => LogFormat::Pretty,
            LogStyle::Json => LogFormat::Json,
        }
    }
}

/// Serves until the process is asked to end (SIGTERM, SIGINT), then drains. SIGHUP reloads the certificates and the keys of token issuers, if there are any.
pub(crate) async fn run(arguments: ServeArguments) -> anyhow::Result<Outcome> {
    telemetry::init(arguments.log_format(), &arguments.log)
        .map_err(|error| BadConfiguration(error.to_string()))?;
    let mut terminate = signal(SignalKind::terminate())?;
    let mut interrupt = signal(SignalKind::interrupt())?;
    let config = arguments.config()?;
    // Received from the start, because without a handler it ends the process.
    let reloads = config.tls.is_some() || config.jwt_issuers.is_some();
    let hangup = if reloads { Some(signal(SignalKind::hangup())?) } else { None };
    let server = tenseven_server::start(config).await.map_err(|error| match error {
        StartError::Config(_) | StartError::Tls(_) | StartError::Tokens(_) => {
            anyhow::Error::new(BadConfiguration(error.to_string()))
        }
        other => other.into(),
    })?;
    // The last line on standard output, so that the parent process learns the port. Nobody has
    // to read it.
    let mut out = std::io::stdout().lock();
    if let Some(url) = server.admin_url() {
        let _ = writeln!(out, "tenseven serves administration at {url}");
    }
    let _ = writeln!(out, "tenseven serves at {}", server.url());
    drop(out);
    if let Some(mut hangup) = hangup {
        let reload = server.reload_handle();
        tokio::spawn(async move {
            while hangup.recv().await.is_some() {
                reload.request();
            }
        });
    }
    server
        .until(async {
            tokio::select! {
                _ = terminate.recv() => {}
                _ = interrupt.recv() => {}
            }
        })
        .await?;
    Ok(Outcome::Done)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_in_place_of_an_address_is_refused_with_what_to_write() {
        assert!(address("[::1]:50107").is_ok());
        let wrong = address("localhost:50107").unwrap_err();
        assert!(wrong.contains("127.0.0.1:50107") && wrong.contains("names such as localhost"), "{wrong}");
    }
}
