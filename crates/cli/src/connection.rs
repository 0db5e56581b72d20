//! The connection to the server that the arguments name.

use std::time::Duration;

use clap::Args;
use tenseven_client::{Client, ClientError, ClientOptions};

/// What all commands that talk to a server take.
#[derive(Debug, Clone, Args)]
pub(crate) struct Global {
    /// Address of the server
    #[arg(
        long,
        global = true,
        env = "TENSEVEN_SERVER",
        default_value = "http://127.0.0.1:50107",
        value_name = "URL"
    )]
    pub(crate) server: String,
    /// Longest time for one call, as 500ms, 30s or 2m
    #[arg(long, global = true, default_value = "30s", value_name = "TIME", value_parser = duration)]
    pub(crate) timeout: Duration,
}

/// A client that connects with its first call.
pub(crate) fn client(global: &Global) -> Result<Client, ClientError> {
    let options = ClientOptions { deadline: global.timeout, ..ClientOptions::default() };
    Client::lazy(&global.server, options)
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
