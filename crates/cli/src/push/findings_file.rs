//! Findings files: what was refused as CSV, a finding a row, written as it is found.
//!
//! *Invariant:* a file that cannot be written ends no push: what went wrong is kept until the file is finished.

use std::io;

use super::refusal::LineRefusal;
use crate::{output::io_error, output_file::OutputFile};

const HEADER: [&str; 4] = ["line", "last_line", "column", "message"];

/// A findings file that is being written.
pub(crate) struct FindingsFile {
    rows: csv::Writer<OutputFile>,
    is_begun: bool,
    /// What became of the rows so far; after an error no more are written.
    written: io::Result<()>,
}

impl FindingsFile {
    /// Writes findings to `file`.
    pub(crate) fn new(file: OutputFile) -> Self {
        Self { rows: csv::Writer::from_writer(file), is_begun: false, written: Ok(()) }
    }

    /// Writes these findings.
    pub(super) fn add(&mut self, refusals: &[LineRefusal]) {
        if self.written.is_ok() {
            self.written = self.write(refusals);
        }
    }

    /// Writes out what is held, and gives the file its name; the first error if there was one.
    pub(crate) fn finish(mut self) -> io::Result<()> {
        self.add(&[]);
        self.written?;
        self.rows.into_inner().map_err(csv::IntoInnerError::into_error)?.finish()
    }

    fn write(&mut self, refusals: &[LineRefusal]) -> io::Result<()> {
        if !std::mem::replace(&mut self.is_begun, true) {
            self.rows.write_record(HEADER).map_err(io_error)?;
        }
        for LineRefusal { line, last_line, column, message } in refusals {
            let last_line = last_line.map_or_else(String::new, |last| last.to_string());
            self.rows.write_record([&line.to_string(), &last_line, column, message]).map_err(io_error)?;
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use std::{fs, path::Path};

    use tempfile::TempDir;

    use super::*;

    fn refusal(message: &str) -> LineRefusal {
        LineRefusal { line: 3, last_line: None, column: "value".to_owned(), message: message.to_owned() }
    }

    #[test]
    fn findings_are_written_row_by_row() {
        let home = TempDir::new().unwrap();
        let path = home.path().join("findings.csv");
        let mut file = FindingsFile::new(OutputFile::create(&path).unwrap());
        file.add(&[refusal("\"x\", no number")]);
        file.add(&[refusal("odd")]);
        assert!(!path.exists());
        file.finish().unwrap();
        let written = fs::read_to_string(&path).unwrap();
        assert_eq!(
            written,
            "line,last_line,column,message\n3,,value,\"\"\"x\"\", no number\"\n3,,value,odd\n"
        );
    }

    #[test]
    fn a_file_that_cannot_be_written_is_reported_at_the_end() {
        let mut file = FindingsFile::new(OutputFile::create(Path::new("/dev/full")).unwrap());
        for _ in 0..100 {
            file.add(&[refusal(&"x".repeat(1_000))]);
        }
        assert_eq!(file.finish().unwrap_err().kind(), io::ErrorKind::StorageFull);
    }
}
