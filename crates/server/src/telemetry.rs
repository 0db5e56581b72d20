//! Logs: pretty for a person at a terminal, JSON lines for a machine; always on standard error.

use std::io::IsTerminal as _;

use tracing_subscriber::{
    EnvFilter, filter::LevelFilter, fmt, layer::SubscriberExt as _, util::SubscriberInitExt as _,
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
    // A word that is no level would be taken for a target, and nothing else be logged.
    let levels = filter.split(',').filter(|part| !part.contains(['=', '[', ':']));
    if let Some(word) = levels.into_iter().find(|word| word.trim().parse::<LevelFilter>().is_err()) {
        let problem = format!("{word:?} is no level; the levels are off, error, warn, info, debug and trace");
        return Err(TelemetryError::Filter { filter: filter.to_owned(), problem });
    }
    let filter = EnvFilter::try_new(filter)
        .map_err(|error| TelemetryError::Filter { filter: filter.to_owned(), problem: error.to_string() })?;
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
