//! Rows: observations one after the other, as CSV or as JSON.

use std::io::{self, Write};

use clap::ValueEnum;
use tenseven_client::v1;

use crate::{
    observation_file::write::{CsvOptions, ObservationWriter},
    output::observation::observation_json,
};

/// How rows are written.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, ValueEnum)]
pub(crate) enum RowFormat {
    /// The file that `push` reads
    #[default]
    Csv,
    /// One JSON object a line, with the revision, time and submission that each came with
    Jsonl,
}

/// Why a row cannot be written.
#[derive(Debug, thiserror::Error)]
pub(crate) enum RowError {
    /// It has more evidence than the columns hold.
    #[error(
        "the observation of {indicator} in {area}, {period}, by {origin} has {found} pieces of evidence, and the columns hold {held}; add --evidence {found}, or --evidence 16 for any"
    )]
    Evidence {
        /// Its indicator.
        indicator: String,
        /// Its area.
        area: String,
        /// Its period.
        period: String,
        /// Who it comes from.
        origin: String,
        /// How many pieces it has.
        found: usize,
        /// How many there is room for.
        held: usize,
    },
    /// It cannot be written.
    #[error("a row cannot be written")]
    Write(#[from] io::Error),
}

/// Writes rows.
pub(crate) enum RowWriter<W: Write> {
    /// As CSV, with columns for this many pieces of evidence.
    Csv(Box<ObservationWriter<W>>, usize),
    /// As JSON.
    Jsonl(W),
}

impl<W: Write> RowWriter<W> {
    /// A writer of rows.
    pub(crate) fn new(out: W, format: RowFormat, csv: CsvOptions) -> io::Result<Self> {
        Ok(match format {
            RowFormat::Csv => {
                Self::Csv(Box::new(ObservationWriter::new(out, csv)?), usize::from(csv.evidence))
            }
            RowFormat::Jsonl => Self::Jsonl(out),
        })
    }

    /// Writes one observation.
    pub(crate) fn write(&mut self, recorded: &v1::RecordedObservation) -> Result<(), RowError> {
        match self {
            Self::Csv(rows, held) => {
                fits(recorded, *held)?;
                rows.write(recorded)?;
            }
            Self::Jsonl(out) => writeln!(out, "{}", observation_json(recorded))?,
        }
        Ok(())
    }

    /// Writes out what is buffered.
    pub(crate) fn finish(self) -> io::Result<()> {
        match self {
            Self::Csv(rows, _) => rows.finish().map(|_| ()),
            Self::Jsonl(mut out) => out.flush(),
        }
    }
}

fn fits(recorded: &v1::RecordedObservation, held: usize) -> Result<(), RowError> {
    let Some(observation) = recorded.observation.as_ref().filter(|one| one.evidence.len() > held) else {
        return Ok(());
    };
    let v1::Observation { indicator, area, period, source, evidence, .. } = observation.clone();
    Err(RowError::Evidence { indicator, area, period, origin: source, found: evidence.len(), held })
}
