//! Logs: pretty for a person at a terminal, JSON lines for a machine; always on standard error.

use std::io::IsTerminal as _;

use tracing_subscriber::{
    filter::{LevelFilter, Targets},
    fmt,
    layer::SubscriberExt as _,
    util::SubscriberInitExt as _,
};

/// How log lines are written.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum LogFormat {
    /// Pretty on a terminal, JSON otherwise.
    #[default]
    Auto,
    /// For people.
    Pretty,
    /// One JSON object a line.
    Json,
}

/// Why logging cannot be set up.
#[derive(Debug, thiserror::Error)]
pub enum TelemetryError {
    /// The filter cannot be read.
    #[error(
        "log filter {filter:?}: {problem}; give a level (info) or levels by target (info,tenseven_store=debug)"
    )]
    Filter {
        /// As given.
        filter: String,
        /// What is wrong with it.
        problem: String,
    },
    /// Logging is set up already.
    #[error("logging is set up already")]
    Twice,
}

/// Sets logging up for the whole process.
pub fn init(format: LogFormat, filter: &str) -> Result<(), TelemetryError> {
    let filter =
        levels(filter).map_err(|problem| TelemetryError::Filter { filter: filter.to_owned(), problem })?;
    let stderr = std::io::stderr;
    let pretty = match format {
        LogFormat::Auto => stderr().is_terminal(),
        LogFormat::Pretty => true,
        LogFormat::Json => false,
    };
    let registry = tracing_subscriber::registry().with(filter);
    // A line that cannot be written, as on a full disk, is lost. Reporting that on standard error, too, would panic.
    let layer = fmt::layer().with_writer(stderr).log_internal_errors(false);
    let done = if pretty {
        registry.with(layer.with_ansi(stderr().is_terminal())).try_init()
    } else {
        registry.with(layer.json().flatten_event(true)).try_init()
    };
    done.map_err(|_| TelemetryError::Twice)
}

/// The levels of targets, or what is wrong with them.
fn levels(filter: &str) -> Result<Targets, String> {
    let mut levels = Targets::new();
    for part in filter.split(',').map(str::trim) {
        let (target, level) = match part.split_once('=') {
            Some((target, level)) => (Some(target.trim()), level.trim()),
            None => (None, part),
        };
        if target.is_some_and(|target| target.is_empty() || target.contains(['[', '{', ']', '}'])) {
            return Err(format!(
                "{part:?} is no target with a level; spans and fields have no levels of their own"
            ));
        }
        let parsed: Option<LevelFilter> = level.parse().ok().filter(|_| !level.is_empty());
        let level = parsed.ok_or_else(|| {
            format!("{level:?} is no level; the levels are off, error, warn, info, debug and trace")
        })?;
        levels = match target {
            Some(target) => levels.with_target(target, level),
            None => levels.with_default(level),
        };
    }
    Ok(levels)
}

#[cfg(test)]
mod tests {
    use tracing::Level;

    use super::*;

    #[test]
    fn levels_are_those_of_the_filter() {
        let levels = levels("warn, tenseven_server=debug,tenseven_store = off").unwrap();
        assert!(levels.would_enable("tonic", &Level::WARN) && !levels.would_enable("tonic", &Level::INFO));
        assert!(levels.would_enable("tenseven_server::call", &Level::DEBUG));
        assert!(!levels.would_enable("tenseven_store", &Level::ERROR));
    }

    #[test]
    fn what_names_no_level_is_refused() {
        for filter in [
            "",
            "info,",
            "loud",
            "info,tonic",
            "tonic=",
            "=debug",
            "info,[call]=debug",
            "a=b=info",
            "tonic=loud",
        ] {
            assert!(levels(filter).is_err(), "{filter}");
        }
    }
}
