//! Arguments: what stands on the command line, and in the environment for it.

use std::time::Duration;

use clap::{Args, Parser};
use tenseven_model::HistoryId;

use crate::command::Command;

const EXIT_CODES: &str = "\
Exit codes:
  0   everything was done
  1   something was refused, not found or failed
  2   the command line cannot be understood
  64  the configuration is bad, as the address of the server
  69  the server cannot be reached or is not available";

/// Registry of migration-governance observations, and scores made from them
#[derive(Debug, Parser)]
#[command(name = "tenseven", version, after_help = EXIT_CODES, propagate_version = true)]
pub(crate) struct Arguments {
    #[command(flatten)]
    pub(crate) global: Global,
    #[command(subcommand)]
    pub(crate) command: Command,
}

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

/// The moment that a question is asked of.
#[derive(Debug, Clone, Copy, Default, Args)]
pub(crate) struct Moment {
    /// Answer as of this past revision
    #[arg(long, value_name = "N", conflicts_with = "at_time")]
    pub(crate) at_revision: Option<u64>,
    /// Answer as of the last revision accepted at or before this time, as 2026-03-01T12:00:00Z
    #[arg(long, value_name = "TIME")]
    pub(crate) at_time: Option<jiff::Timestamp>,
    /// Wait until the server has applied this revision
    #[arg(long, value_name = "N", default_value_t = 0)]
    pub(crate) min_revision: u64,
    /// History that these revisions belong to, from the answer that they were copied from; refused if the registry has another
    #[arg(long, value_name = "ID")]
    pub(crate) history: Option<HistoryId>,
}

impl Moment {
    /// The history as the contract has it.
    pub(crate) fn history(&self) -> String {
        self.history.map(|history| history.to_string()).unwrap_or_default()
    }

    /// The time as the contract has it.
    pub(crate) fn timestamp(&self) -> Option<prost_types::Timestamp> {
        self.at_time.map(|time| {
            let (seconds, nanos) = (time.as_second(), time.subsec_nanosecond());
            // The contract counts nanoseconds forwards also before 1970.
            if nanos < 0 {
                prost_types::Timestamp { seconds: seconds - 1, nanos: nanos + 1_000_000_000 }
            } else {
                prost_types::Timestamp { seconds, nanos }
            }
        })
    }
}

/// The `as_of` of the request whose module is named.
macro_rules! as_of {
    ($moment:expr, $request:ident) => {
        match ($moment.at_revision, $moment.timestamp()) {
            (Some(revision), _) => Some(tenseven_client::v1::$request::AsOf::AtRevision(revision)),
            (None, Some(time)) => Some(tenseven_client::v1::$request::AsOf::AtTime(time)),
            (None, None) => None,
        }
    };
}
pub(crate) use as_of;

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
    use clap::CommandFactory as _;

    use super::*;

    #[test]
    fn the_command_line_is_consistent() {
        Arguments::command().debug_assert();
    }

    #[test]
    fn times_have_a_unit() {
        assert_eq!(duration("500ms"), Ok(Duration::from_millis(500)));
        assert_eq!(duration("2m"), Ok(Duration::from_mins(2)));
        for bad in ["30", "s", "-1s", "0s", "1h", "99999999999999999999s", "2000m"] {
            assert!(duration(bad).is_err(), "{bad}");
        }
    }

    #[test]
    fn a_time_before_1970_counts_its_nanoseconds_forwards() {
        let moment = Moment { at_time: "1969-12-31T23:59:59.25Z".parse().ok(), ..Moment::default() };
        assert_eq!(moment.timestamp(), Some(prost_types::Timestamp { seconds: -1, nanos: 250_000_000 }));
    }
}
