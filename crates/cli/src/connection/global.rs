//! The arguments about the connection, which all commands take.

use std::{path::PathBuf, time::Duration};

use clap::Args;
use tenseven_client::{Client, ClientOptions};

use super::{
    config::{self, NamedServer},
    credentials::{self, NamedFiles},
    server,
};

/// What all commands that talk to a server take.
#[derive(Debug, Clone, Args)]
pub(crate) struct Global {
    /// Address of the server, or its name in `~/.config/tenseven/config.toml` [default: the file's default, or `http://127.0.0.1:50107`]
    #[arg(long, global = true, env = "TENSEVEN_SERVER", value_name = "URL")]
    pub(crate) server: Option<String>,
    /// Longest time for one call, as 500ms, 30s or 2m
    #[arg(long, global = true, default_value = "30s", value_name = "TIME", value_parser = duration)]
    pub(crate) timeout: Duration,
    #[command(flatten)]
    pub(crate) credentials: Credentials,
}

/// The files that a connection needs.
#[derive(Debug, Clone, Args)]
#[command(next_help_heading = "Connection")]
pub(crate) struct Credentials {
    /// Certificate authorities of an https:// server, in PEM [default: those of the system]
    #[arg(long, global = true, env = "TENSEVEN_CA", value_name = "FILE")]
    ca: Option<PathBuf>,
    /// Certificate to show to an https:// server, in PEM
    #[arg(long, global = true, env = "TENSEVEN_CLIENT_CERT", value_name = "FILE")]
    client_cert: Option<PathBuf>,
    /// Private key of that certificate, in PEM
    #[arg(long, global = true, env = "TENSEVEN_CLIENT_KEY", value_name = "FILE")]
    client_key: Option<PathBuf>,
    /// File with the key to call with [default: the key in the variable `TENSEVEN_KEY`]
    #[arg(long, global = true, env = "TENSEVEN_KEY_FILE", value_name = "FILE")]
    key_file: Option<PathBuf>,
    /// File with the token of an identity provider to call with, read again for each call [default: the token in the variable `TENSEVEN_TOKEN`]
    #[arg(long, global = true, env = "TENSEVEN_TOKEN_FILE", value_name = "FILE")]
    token_file: Option<PathBuf>,
    /// Send the key or token to another machine over http:// too, where others may read it
    #[arg(long, global = true)]
    insecure_key: bool,
}

/// A client that connects with its first call.
pub(crate) fn client(global: &Global) -> anyhow::Result<Client> {
    let Credentials { ca, client_cert, client_key, key_file, token_file, insecure_key } = &global.credentials;
    let named = server::named(global.server.as_deref(), config::path().as_deref())?;
    // A pair that is given takes the place of that of the file as a whole.
    let (client_cert, client_key) = match (client_cert, client_key) {
        (None, None) => (named.client_cert, named.client_key),
        (certificate, key) => (certificate.clone(), key.clone()),
    };
    let server = NamedServer { ca: ca.clone().or(named.ca), client_cert, client_key, ..named };
    let files = NamedFiles { key: key_file.as_deref(), token: token_file.as_deref() };
    let security = credentials::read(&server, &files, *insecure_key)?;
    let options = ClientOptions { deadline: global.timeout, security, ..ClientOptions::default() };
    Ok(Client::lazy(&server.address, options)?)
}

fn duration(text: &str) -> Result<Duration, String> {
    let digits = text.find(|c: char| !c.is_ascii_digit()).unwrap_or(text.len());
    let (number, unit) = text.split_at(digits);
    let milliseconds = match unit {
        "ms" => 1,
        "s" => 1_000,
        "m" => 60_000,
        _ => 0,
    };
    match number.parse::<u64>().ok().and_then(|number| number.checked_mul(milliseconds)) {
        Some(time) if (1..=86_400_000).contains(&time) => Ok(Duration::from_millis(time)),
        _ => Err("give a number and a unit, as 500ms, 30s or 2m, at most a day".to_owned()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn times_have_a_unit() {
        assert_eq!(duration("500ms"), Ok(Duration::from_millis(500)));
        assert_eq!(duration("2m"), Ok(Duration::from_mins(2)));
        for bad in ["30", "s", "-1s", "0s", "1h", "99999999999999999999s", "2000m"] {
            assert!(duration(bad).is_err(), "{bad}");
        }
    }
}
