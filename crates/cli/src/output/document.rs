//! Documents: what can be printed in each of the three formats.

use std::io::{self, Write};

use anyhow::Context as _;
use serde_json::Value as Json;

use super::{escape::Escaped, stdout};

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
        // Also where it goes through a pipe: what reads it may be a terminal.
        Format::Table => {
            let mut escaped = Escaped::new(out);
            document.table(&mut escaped)?;
            escaped.flush()
        }
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

#[cfg(test)]
mod tests {
    use super::*;

    /// A document that prints its text.
    struct Text(&'static str);

    impl Document for Text {
        fn table(&self, out: &mut dyn Write) -> io::Result<()> {
            out.write_all(self.0.as_bytes())
        }
        fn json(&self) -> Json {
            self.0.into()
        }
        fn sheet(&self) -> Sheet {
            Sheet { header: vec!["text"], rows: vec![vec![self.0.to_owned()]] }
        }
    }

    #[test]
    fn what_people_read_cannot_steer_a_terminal_that_it_reaches_through_a_pipe() {
        let written = |format| {
            let mut out = Vec::new();
            render(&Text("a\u{1b}[2Jb"), format, &mut out).unwrap();
            String::from_utf8(out).unwrap()
        };
        assert_eq!(written(Format::Table), "a\\u{1b}[2Jb");
        assert_eq!(written(Format::Csv), "text\na\u{1b}[2Jb\n");
    }
}
