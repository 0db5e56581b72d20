//! Reading: from the list's CSV to rows with their line numbers.
//!
//! *Invariant:* the cells come as they are written. What they mean, and whether they can be right, is the tally's
//! business; here a list is refused only if it has no such columns or is no CSV.

use csv::StringRecord;

/// Columns that the figures are made of, as the list names them.
const COLUMNS: [&str; 6] =
    ["Main ID", "Incident year", "No. dead", "No. missing", "No. dead/missing", "Country of Incident"];

/// Why a list of incidents cannot be aggregated at all.
#[derive(Debug, thiserror::Error)]
pub enum AggregateError {
    /// The header lacks columns.
    #[error(
        "the header has no column {}; give the incident list of the IOM Missing Migrants Project with its own column names",
        quoted(.missing)
    )]
    MissingColumns {
        /// Which, in the order of the list.
        missing: Vec<&'static str>,
    },
    /// The header names a column twice, so that it is not known which one counts.
    #[error("the header has the column {0:?} more than once; keep the one that counts")]
    ColumnTwice(&'static str),
    /// The text is no CSV in UTF-8 with equally long rows, or cannot be read.
    #[error("the list cannot be read; give CSV in UTF-8 in which every row has as many cells as the header")]
    Read(#[from] csv::Error),
}

fn quoted(names: &[&str]) -> String {
    names.iter().map(|name| format!("{name:?}")).collect::<Vec<_>>().join(", ")
}

/// Where the columns stand.
#[derive(Debug, Clone, Copy)]
struct Places([usize; COLUMNS.len()]);

impl Places {
    fn find(header: &StringRecord) -> Result<Self, AggregateError> {
        let mut places = [0; COLUMNS.len()];
        let mut missing = Vec::new();
        for (place, column) in places.iter_mut().zip(COLUMNS) {
            let mut found = header.iter().enumerate().filter(|(_, name)| name.trim() == column);
            match (found.next(), found.next()) {
                (None, _) => missing.push(column),
                (Some((at, _)), None) => *place = at,
                (Some(_), Some(_)) => return Err(AggregateError::ColumnTwice(column)),
            }
        }
        if missing.is_empty() { Ok(Self(places)) } else { Err(AggregateError::MissingColumns { missing }) }
    }
}

/// One row of the list, its cells as written.
#[derive(Debug)]
pub(super) struct Row {
    /// The line that it starts on, the header's being 1.
    pub(super) line: u64,
    record: StringRecord,
    places: Places,
}

impl Row {
    fn cell(&self, column: usize) -> &str {
        self.record.get(self.places.0[column]).unwrap_or_default()
    }

    pub(super) fn main_id(&self) -> &str {
        self.cell(0)
    }

    pub(super) fn year(&self) -> &str {
        self.cell(1)
    }

    pub(super) fn dead(&self) -> &str {
        self.cell(2)
    }

    pub(super) fn missing(&self) -> &str {
        self.cell(3)
    }

    pub(super) fn dead_and_missing(&self) -> &str {
        self.cell(4)
    }

    pub(super) fn country(&self) -> &str {
        self.cell(5)
    }

    /// All its cells, those that the figures do not need included.
    pub(super) fn cells(&self) -> Vec<String> {
        self.record.iter().map(str::to_owned).collect()
    }
}

/// The rows of `text`, in order.
pub(super) fn rows(
    text: &[u8],
) -> Result<impl Iterator<Item = Result<Row, AggregateError>> + '_, AggregateError> {
    let mut reader = csv::Reader::from_reader(text);
    let places = Places::find(reader.headers()?)?;
    Ok(reader.into_records().map(move |record| {
        let record = record?;
        let line = record.position().map_or(0, |position| start_line(text, position));
        Ok(Row { line, record, places })
    }))
}

/// The line that a record starts on. The CSV reader gives the place where the one before ended: with `\r\n`, between
/// the two; before an empty line, above it.
fn start_line(text: &[u8], position: &csv::Position) -> u64 {
    let start = usize::try_from(position.byte()).unwrap_or(usize::MAX);
    let rest = text.get(start..).unwrap_or_default();
    let breaks = rest.iter().take_while(|byte| matches!(byte, b'\r' | b'\n'));
    breaks.filter(|byte| **byte == b'\n').fold(position.line(), |line, _| line + 1)
}
