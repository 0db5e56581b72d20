//! Documents: what can be printed in each of the three formats.

use std::io::{self, Write};

use anyhow::Context as _;
use serde_json::Value as Json;

use super::stdout;

/// How something is printed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, clap::ValueEnum)]
pub(crate) enum Format {
    /// For people: aligned, rounded, digits grouped
    #[default]
    Table,
    /// For programs: one JSON document, numbers in full
    Json,
    /// For spreadsheets: one header, numbers in full
    Csv,
}

/// Rows under a header, as CSV writes them.
#[derive(Debug, Default, PartialEq, Eq)]
pub(crate) struct Sheet {
    /// The names of the columns.
    pub(crate) header: Vec<&'static str>,
    /// The rows, each as long as the header.
    pub(crate) rows: Vec<Vec<String>>,
}

/// Something that can be printed in every format.
pub(crate) trait Document {
    /// Writes it for people.
    fn table(&self, out: &mut dyn Write) -> io::Result<()>;
    /// The whole of it.
    fn json(&self) -> Json;
    /// As much of it as fits in one table.
    fn sheet(&self) -> Sheet;
}

/// Prints `document` to standard output.
pub(crate) fn print(document: &dyn Document, format: Format) -> anyhow::Result<()> {
    let mut out = stdout::lock();
    render(document, format, &mut out).and_then(|()| out.flush()).context("the result cannot be printed")
}

/// Writes `document` to `out`.
pub(crate) fn render(document: &dyn Document, format: Format, out: &mut dyn Write) -> io::Result<()> {
    match format {
        Format::Table => document.table(out),
        Format::Json => json(&document.json(), out),
        Format::Csv => {
            let Sheet { header, rows } = document.sheet();
            let mut writer = csv::Writer::from_writer(out);
            writer.write_record(header).map_err(io_error)?;
            rows.into_iter().try_for_each(|row| writer.write_record(row)).map_err(io_error)?;
            writer.flush()
        }
    }
}

/// Writes `document` indented, and a line feed.
pub(crate) fn json(document: &Json, out: &mut dyn Write) -> io::Result<()> {
    serde_json::to_writer_pretty(&mut *out, document).map_err(io_error_of_json)?;
    out.write_all(b"\n")
}

fn io_error_of_json(error: serde_json::Error) -> io::Error {
    error.into()
}

/// The error of the writer below, so that its kind is kept.
pub(crate) fn io_error(error: csv::Error) -> io::Error {
    match error.into_kind() {
        csv::ErrorKind::Io(error) => error,
        other => io::Error::other(format!("{other:?}")),
    }
}
