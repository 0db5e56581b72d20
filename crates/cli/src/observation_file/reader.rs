//! Reading: the rows of an observation file, one after the other.

use std::sync::{
    Arc,
    atomic::{AtomicU64, Ordering},
};

use super::{
    column::{Column, columns},
    keys::Keys,
    row::{Reading, Row, observation},
};
use crate::{
    table_file::{CellError, Input, ReadError, ReadingOptions, Table},
    vocabulary::Levels,
};

/// Reads an observation file row by row. A row that has the key of an earlier one is refused.
pub(crate) struct ObservationReader {
    table: Table,
    reading: Reading,
    keys: Keys,
    blank: Arc<AtomicU64>,
    repeated: u64,
}

impl ObservationReader {
    /// A reader of `file`, its header read. Rows that name no source get `default_source`.
    pub(crate) fn open(
        file: Input,
        options: &ReadingOptions,
        default_source: Option<String>,
    ) -> Result<Self, ReadError> {
        let table = Table::open(file, options)?;
        let columns = columns(&table, default_source.is_some()).map_err(|error| table.header_error(error))?;
        let reading = Reading { columns, default_source, levels: Levels::default() };
        Ok(Self { table, reading, keys: Keys::default(), blank: Arc::default(), repeated: 0 })
    }

    /// Whether rows may give levels.
    pub(crate) fn has_levels(&self) -> bool {
        self.reading.columns.iter().any(|(_, column)| *column == Column::Level)
    }

    /// Has levels read in any case.
    pub(crate) fn set_levels(&mut self, levels: Levels) {
        self.reading.levels = levels;
    }

    /// The next row with a value; none after the last.
    pub(crate) fn next_row(&mut self) -> Result<Option<Row>, ReadError> {
        while let Some(line) = self.table.next_row()? {
            let Some(observation) = observation(&self.table, &self.reading) else {
                self.blank.fetch_add(1, Ordering::Relaxed);
                continue;
            };
            let observation = observation.and_then(|observation| {
                let Some(earlier) = self.keys.earlier(&observation, line) else { return Ok(observation) };
                self.repeated += 1;
                Err(vec![CellError::of_row(format!(
                    "has the indicator, area, period and source of line {earlier}; keep the row that counts"
                ))])
            });
            return Ok(Some(Row { line, observation }));
        }
        Ok(None)
    }

    /// Counts the rows without a value, which are skipped.
    pub(crate) fn blank_rows(&self) -> Arc<AtomicU64> {
        Arc::clone(&self.blank)
    }

    /// How many rows of the file have the key of an earlier one, up to where it cannot be read on.
    pub(crate) fn count_repeated_rows(mut self) -> u64 {
        while let Ok(Some(_)) = self.next_row() {}
        self.repeated
    }

    /// How many bytes of the file were read so far, up to the end of the last row.
    pub(crate) fn bytes_read(&self) -> u64 {
        self.table.bytes_read()
    }
}
