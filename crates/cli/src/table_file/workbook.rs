//! Rows of a workbook (Office Open XML, .xlsx): one sheet of it, held whole.
//!
//! *Invariant:* a cell is the text or the number that a person sees in it, or refused with what it may mean: a date, a
//! percentage, an error, a formula that was never calculated.

use std::{
    collections::HashSet,
    io::{Cursor, Read},
    panic::catch_unwind,
};

use calamine::{DataRef, Reader as _, SheetType, Style, Xlsx};

use super::{
    archive,
    cell::Cell,
    dialect::{KEY_COLUMNS, column_name},
    error::ReadError,
};
use crate::output::number::plain;

/// Largest workbook, in bytes.
const FILE_BYTES_MAX: u64 = 64 << 20;
/// Most cells of a sheet, empty ones before filled ones included.
const CELLS_MAX: usize = 10_000_000;
/// Rows and columns that a sheet can have.
const ROWS_MAX: u32 = 1 << 20;
const COLUMNS_MAX: u32 = 1 << 14;
/// Most bytes of the texts of a sheet.
const TEXT_BYTES_MAX: usize = 256 << 20;

type Workbook = Xlsx<Cursor<Vec<u8>>>;

/// The rows of a sheet.
pub(super) struct SheetRows {
    rows: Vec<SheetRow>,
    /// How many rows were read.
    read: usize,
}

struct SheetRow {
    line: u64,
    cells: Vec<Option<Held>>,
}

/// What a cell holds.
#[derive(Clone)]
enum Held {
    Text(String),
    Number(f64, String),
    Refused(String),
}

/// What a sheet takes, counted while it is read.
#[derive(Default)]
struct Size {
    cells: usize,
    text_bytes: usize,
}

impl Size {
    /// Counts a cell that makes its row longer by `cells`.
    fn add(&mut self, cells: usize, held: &Held) -> Result<(), ReadError> {
        let (Held::Text(text) | Held::Number(_, text) | Held::Refused(text)) = held;
        self.cells += cells;
        self.text_bytes += text.len();
        if self.cells > CELLS_MAX {
            return Err(ReadError::TooLarge("10,000,000 cells"));
        }
        if self.text_bytes > TEXT_BYTES_MAX {
            return Err(ReadError::TooLarge("256 MiB of text"));
        }
        Ok(())
    }
}

impl SheetRow {
    fn cell(&self, index: usize) -> Cell<'_> {
        match self.cells.get(index) {
            Some(Some(Held::Text(text))) => Cell::Text(text),
            Some(Some(Held::Number(number, text))) => Cell::Number(*number, text),
            Some(Some(Held::Refused(problem))) => Cell::Refused(problem),
            Some(None) | None => Cell::Text(""),
        }
    }
}

impl SheetRows {
    /// The rows of the sheet of this name, or of the only one that has the key columns.
    pub(super) fn open(bytes: impl Read, sheet: Option<&str>) -> Result<Self, ReadError> {
        let mut file = Vec::new();
        bytes.take(FILE_BYTES_MAX + 1).read_to_end(&mut file).map_err(ReadError::Begin)?;
        if file.len() as u64 > FILE_BYTES_MAX {
            return Err(ReadError::TooLarge("64 MiB"));
        }
        archive::check(&file)?;
        // A workbook that is damaged in a way that the library does not expect makes it panic.
        let rows = catch_unwind(|| Self::of_file(file, sheet));
        let rows = rows.unwrap_or_else(|_| Err(ReadError::Sheet("the workbook is damaged".to_owned())))?;
        Ok(Self { rows, read: 0 })
    }

    fn of_file(file: Vec<u8>, sheet: Option<&str>) -> Result<Vec<SheetRow>, ReadError> {
        let mut workbook: Workbook = Xlsx::new(Cursor::new(file)).map_err(ReadError::Workbook)?;
        let sheets = workbook.sheets_metadata().iter().filter(|sheet| sheet.typ == SheetType::WorkSheet);
        let names: Vec<String> = sheets.map(|sheet| sheet.name.clone()).collect();
        match sheet {
            Some(wanted) if !names.iter().any(|name| name == wanted) => {
                let quoted: Vec<String> = names.iter().map(|name| format!("{name:?}")).collect();
                let message = format!("there is no sheet {wanted:?}; there are {}", quoted.join(", "));
                Err(ReadError::Sheet(message))
            }
            Some(wanted) => rows(&mut workbook, wanted),
            None => only_table(&mut workbook, &names),
        }
    }

    /// Takes the next row; returns its number, none after the last.
    pub(super) fn next_row(&mut self) -> Option<u64> {
        let row = self.rows.get(self.read)?;
        self.read += 1;
        Some(row.line)
    }

    pub(super) fn cell(&self, index: usize) -> Cell<'_> {
        self.row().map_or(Cell::Text(""), |row| row.cell(index))
    }

    pub(super) fn cell_count(&self) -> usize {
        self.row().map_or(0, |row| row.cells.len())
    }

    fn row(&self) -> Option<&SheetRow> {
        self.rows.get(self.read.checked_sub(1)?)
    }
}

/// The rows of the only sheet that has the key columns; of the first if none has, so that the error names the missing columns.
fn only_table(workbook: &mut Workbook, names: &[String]) -> Result<Vec<SheetRow>, ReadError> {
    let mut found: Vec<(&String, Vec<SheetRow>)> = Vec::new();
    let mut first = None;
    for name in names {
        let rows = rows(workbook, name)?;
        if has_key_columns(&rows) {
            found.push((name, rows));
            if found.len() > 1 {
                break;
            }
        } else if first.is_none() {
            first = Some(rows);
        }
    }
    if let [(one, _), (other, _), ..] = found.as_slice() {
        let message = format!("the sheets {one:?} and {other:?} both have the columns; give --sheet {one:?}");
        return Err(ReadError::Sheet(message));
    }
    found.pop().map(|(_, rows)| rows).or(first).ok_or(ReadError::Empty)
}

/// Whether the first row with content names the key columns.
fn has_key_columns(rows: &[SheetRow]) -> bool {
    let texts = |row: &SheetRow| -> Vec<String> {
        let texts = row.cells.iter().flatten().filter_map(|cell| match cell {
            Held::Text(text) | Held::Number(_, text) => Some(text),
            Held::Refused(_) => None,
        });
        texts.map(|text| column_name(text)).collect()
    };
    let rows_with_text = rows.iter().filter(|row| !row.cell(0).begins_comment());
    let headers =
        rows_with_text.map(texts).filter(|cells| cells.iter().filter(|cell| !cell.is_empty()).count() > 1);
    headers.take(1).any(|cells| KEY_COLUMNS.iter().all(|key| cells.iter().any(|cell| cell == key)))
}

fn rows(workbook: &mut Workbook, sheet: &str) -> Result<Vec<SheetRow>, ReadError> {
    let unread = uncalculated(workbook, sheet)?;
    let mut cells = workbook.worksheet_cells_reader(sheet).map_err(ReadError::Workbook)?;
    let percent: Vec<bool> = cells.styles().iter().map(is_percentage).collect();
    let (mut rows, mut size) = (Vec::<SheetRow>::new(), Size::default());
    while let Some((cell, style)) = cells.next_cell_with_style_id().map_err(ReadError::Workbook)? {
        let (row, column) = cell.get_position();
        let is_percentage = percent.get(style).is_some_and(|is_percentage| *is_percentage);
        let Some(cell) = (if unread.contains(&(row, column)) {
            Some(Held::Refused("the cell holds a formula that was never calculated; open the file in a spreadsheet program and save it, or write the value".to_owned()))
        } else {
            read(cell.get_value(), is_percentage)
        }) else {
            continue;
        };
        if row >= ROWS_MAX || column >= COLUMNS_MAX {
            return Err(ReadError::Sheet(format!(
                "sheet {sheet:?} has a cell beyond the last row or column of a sheet"
            )));
        }
        let line = u64::from(row) + 1;
        if rows.last().is_none_or(|last| last.line != line) {
            rows.push(SheetRow { line, cells: Vec::new() });
        }
        let Some(last) = rows.last_mut() else { continue };
        let column = usize::try_from(column).unwrap_or_default();
        let longer = (column + 1).saturating_sub(last.cells.len());
        size.add(longer, &cell)?;
        last.cells.resize(last.cells.len() + longer, None);
        last.cells[column] = Some(cell);
    }
    rows.sort_by_key(|row| row.line);
    Ok(rows)
}

/// The formulas without a result, by row and column.
fn uncalculated(workbook: &mut Workbook, sheet: &str) -> Result<HashSet<(u32, u32)>, ReadError> {
    let mut cells = workbook.worksheet_cells_reader(sheet).map_err(ReadError::Workbook)?;
    let mut found = HashSet::new();
    while let Some(cell) = cells.next_cell_with_formula_metadata().map_err(ReadError::Workbook)? {
        // An empty text is the result of a formula such as =IF(A2="","",B2).
        if cell.formula.is_some() && cell.value == DataRef::Empty {
            found.insert(cell.pos);
        }
        if found.len() > CELLS_MAX {
            return Err(ReadError::TooLarge("10,000,000 cells"));
        }
    }
    Ok(found)
}

/// What a cell holds; none if it is empty.
fn read(value: &DataRef<'_>, is_percentage: bool) -> Option<Held> {
    Some(match value {
        DataRef::Empty => return None,
        DataRef::String(text) if text.is_empty() => return None,
        DataRef::String(text) => Held::Text(text.clone()),
        DataRef::SharedString(text) => Held::Text((*text).to_owned()),
        DataRef::Bool(flag) => Held::Text(flag.to_string()),
        #[expect(clippy::cast_precision_loss, reason = "spreadsheet programs hold no other numbers")]
        DataRef::Int(number) => Held::Number(*number as f64, number.to_string()),
        DataRef::Float(number) if is_percentage => {
            let (shown, held) = (plain((number * 1e8).round() / 1e6), plain(*number));
            Held::Refused(format!(
                "the cell shows {shown}% and holds {held}; format it as a number, and write the one that the indicator's unit asks for"
            ))
        }
        DataRef::Float(number) => Held::Number(*number, plain(*number)),
        DataRef::DateTime(date) => {
            let (year, month, day, ..) = date.to_ymd_hms_milli();
            Held::Refused(format!(
                "the cell holds the date {year:04}-{month:02}-{day:02}; format it as text, and write what is meant, as {year:04} or {year:04}-{month:02}"
            ))
        }
        DataRef::DateTimeIso(date) | DataRef::DurationIso(date) => Held::Refused(format!(
            "the cell holds the date or duration {date}; format it as text, and write what is meant"
        )),
        DataRef::Error(error) => Held::Refused(format!(
            "the cell holds the error {error}; correct the formula, or write the value"
        )),
    })
}

fn is_percentage(style: &Style) -> bool {
    style.number_format.as_ref().is_some_and(|format| format.format_code.contains('%'))
}
