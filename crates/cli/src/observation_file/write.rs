//! Writing: observations as the file that `push` reads.

use std::io;

use clap::Args;
use tenseven_client::v1::{self, value::Kind};

use super::column::{RECORDED, column_names};
use crate::output::{io_error, number::plain, time::instant};

/// What a person wants to have in CSV.
#[derive(Debug, Clone, Copy, Args)]
pub(crate) struct CsvOptions {
    /// In CSV, add the revision, time, submission and partner that each came with; `push` does not read these columns
    #[arg(long)]
    pub(crate) recorded: bool,
    /// In CSV, leave room for this many pieces of evidence a row
    #[arg(long, value_name = "N", default_value_t = 1, value_parser = clap::value_parser!(u8).range(1..=16))]
    pub(crate) evidence: u8,
    /// In CSV, put an apostrophe before texts that a spreadsheet would take for formulas (= + - @); `push` does not take it away
    #[arg(long)]
    pub(crate) spreadsheet_safe: bool,
}

impl Default for CsvOptions {
    fn default() -> Self {
        Self { recorded: false, evidence: 1, spreadsheet_safe: false }
    }
}

/// Writes observations as CSV.
pub(crate) struct ObservationWriter<W: io::Write> {
    rows: csv::Writer<W>,
    options: CsvOptions,
    /// The largest number of pieces of evidence on one observation so far.
    evidence_met: usize,
}

impl<W: io::Write> ObservationWriter<W> {
    /// A writer, its header written.
    pub(crate) fn new(out: W, options: CsvOptions) -> io::Result<Self> {
        let mut rows = csv::Writer::from_writer(out);
        let added = RECORDED.iter().filter(|_| options.recorded).map(ToString::to_string);
        rows.write_record(column_names(usize::from(options.evidence)).chain(added)).map_err(io_error)?;
        Ok(Self { rows, options, evidence_met: 0 })
    }

    /// Writes one observation.
    pub(crate) fn write(&mut self, recorded: &v1::RecordedObservation) -> io::Result<()> {
        let v1::RecordedObservation {
            observation,
            revision,
            accept_time,
            submission_id,
            withdrawal: _,
            partner,
        } = recorded;
        let v1::Observation { indicator, area, period, source, value, status, evidence, comment, method } =
            observation.clone().unwrap_or_default();
        let [number, numerator, denominator, level, flag, missing] = value_cells(value.as_ref());
        let mut cells = vec![
            indicator,
            area,
            period,
            source,
            number,
            numerator,
            denominator,
            level,
            flag,
            missing,
            status,
            comment,
            method,
        ];
        self.evidence_met = self.evidence_met.max(evidence.len());
        for place in 0..usize::from(self.options.evidence) {
            let v1::Evidence { citation, url, quote } = evidence.get(place).cloned().unwrap_or_default();
            cells.extend([citation, url, quote]);
        }
        if self.options.recorded {
            let accept_time = instant(accept_time.as_ref());
            cells.extend([revision.to_string(), accept_time, submission_id.clone(), partner.clone()]);
        }
        if self.options.spreadsheet_safe {
            cells.iter_mut().filter(|cell| is_formula(cell)).for_each(|cell| cell.insert(0, '\''));
        }
        self.rows.write_record(cells).map_err(io_error)
    }

    /// Writes out what is buffered; returns the largest number of pieces of evidence on one observation, which is more
    /// than the file holds if it is above the number that the writer was made with.
    pub(crate) fn finish(mut self) -> io::Result<usize> {
        self.rows.flush()?;
        Ok(self.evidence_met)
    }
}

/// Whether a spreadsheet may take a text for a formula.
fn is_formula(text: &str) -> bool {
    text.starts_with(['=', '+', '-', '@', '\t', '\r']) && text.parse::<f64>().is_err()
}

/// The cells value, numerator, denominator, level, flag and missing.
fn value_cells(value: Option<&v1::Value>) -> [String; 6] {
    let mut cells: [String; 6] = Default::default();
    match value.and_then(|value| value.kind.as_ref()) {
        Some(Kind::Number(number)) => cells[0] = plain(*number),
        Some(Kind::Ratio(ratio)) => {
            cells[1] = plain(ratio.numerator);
            cells[2] = plain(ratio.denominator);
        }
        Some(Kind::Level(level)) => cells[3].clone_from(level),
        Some(Kind::Flag(flag)) => cells[4] = flag.to_string(),
        Some(Kind::Missing(_)) => cells[5] = crate::output::value::missing_reason(value),
        None => {}
    }
    cells
}
