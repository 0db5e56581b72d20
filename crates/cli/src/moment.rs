//! The moment that a question is asked of, as all commands that read take it.

use clap::Args;
use tenseven_model::HistoryId;

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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_time_before_1970_counts_its_nanoseconds_forwards() {
        let moment = Moment { at_time: "1969-12-31T23:59:59.25Z".parse().ok(), ..Moment::default() };
        assert_eq!(moment.timestamp(), Some(prost_types::Timestamp { seconds: -1, nanos: 250_000_000 }));
    }
}
