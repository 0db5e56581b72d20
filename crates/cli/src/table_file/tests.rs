//! Claims about table files: what programs write is read, what has two meanings is refused.

use rust_xlsxwriter::{Format, Formula, Workbook, Worksheet};

use super::{Input, ReadError, ReadingOptions, Table};

const HEADER: &str = "indicator,area,period,source,value";

fn open(file: impl AsRef<[u8]>) -> Result<Table, ReadError> {
    Table::open(Input::of_bytes(file), &ReadingOptions::default())
}

/// The rows of a file with their lines, the cells as text, or as what is wrong with them.
fn rows(file: impl AsRef<[u8]>) -> Vec<(u64, String)> {
    let mut table = open(file).unwrap();
    let columns = table.columns().count();
    let mut rows = Vec::new();
    while let Some(line) = table.next_row().unwrap() {
        let cell =
            |index| table.cell(index).text().map_or_else(|problem| format!("!{problem}"), str::to_owned);
        let cells = (0..columns).map(cell).collect::<Vec<_>>().join("|");
        rows.push((line, table.shape_error().map_or(cells, |error| error.message)));
    }
    rows
}

fn row() -> String {
    "i|MAR|2020|s|27".to_owned()
}

#[test]
fn the_dialects_of_spreadsheet_programs_are_read() {
    let comma = format!("{HEADER}\ni,MAR,2020,s,27\n");
    for delimiter in [",", ";", "\t", "|"] {
        let text = comma.replace(',', delimiter);
        let quoted = text.replace("indicator", "\"Indicator\"");
        for text in [text.clone(), format!("\u{feff}{text}"), text.replace('\n', "\r\n"), quoted] {
            assert_eq!(rows(&text), [(2, row())], "{text:?}");
        }
        assert_eq!(rows(format!("sep={delimiter}\r\n{text}")), [(3, row())], "sep={delimiter:?}");
    }
}

#[test]
fn utf_16_is_read_with_and_without_its_mark() {
    let text =
        format!("{HEADER}\r\ni,MAR,2020,s,\u{1F30D}é\r\n").repeat(1) + &"j,MAR,2020,s,x\n".repeat(5_000);
    for mark in ["", "\u{feff}"] {
        let units: Vec<u16> = format!("{mark}{text}").encode_utf16().collect();
        let little: Vec<u8> = units.iter().flat_map(|unit| unit.to_le_bytes()).collect();
        let big: Vec<u8> = units.iter().flat_map(|unit| unit.to_be_bytes()).collect();
        for bytes in [little, big] {
            let rows = rows(bytes);
            assert_eq!(rows[0], (2, "i|MAR|2020|s|\u{1F30D}é".to_owned()));
            assert_eq!((rows.len(), rows[5_000].0), (5_001, 5_002));
        }
    }
}

#[test]
fn lines_that_end_with_carriage_returns_alone_are_counted() {
    let text =
        format!("# note\r{HEADER}\ri,MAR,2020,s,27\r# between\ri,MAR,2020,\"a\rb\",27\ri,MAR,2020,s,x\r");
    let lines: Vec<u64> = rows(text).iter().map(|(line, _)| *line).collect();
    assert_eq!(lines, [3, 5, 7]);
}

#[test]
fn comments_blank_rows_and_nameless_columns_are_passed_over() {
    let text = format!(
        ",,,,\n\"# Returned by the Ministry, 3 March\",,,,\n{HEADER},,# note,\n,,,,,,,\n\"# checked, open\",,,,\n\
         i,MAR,2020,s,27,,passed over,\ni,MAR,2020,s,27\n"
    );
    assert_eq!(rows(text), [(6, row()), (7, row())]);
}

#[test]
fn nothing_that_is_written_is_lost() {
    let message = |rows: &str| self::rows(format!("{HEADER},,comment\n{rows}")).remove(0).1;
    assert!(message("i,MAR,2020,s,27,x,\n").contains("cell 6 is filled, and its column has no name"));
    assert!(
        message("i,MAR,2020,s,27,,,,y\n")
            .contains("the row has 9 cells, the header 7; quote cells that contain commas")
    );
    assert!(message("i,MAR,2020,s,27").contains("the file ends in this row, after 5 of 7 cells"));
}

#[test]
fn a_row_whose_first_cell_begins_with_a_number_sign_is_a_comment_in_texts_and_workbooks() {
    let lines = ["# a,b,,,", "#,MAR,2020,s,1", "i,MAR,2020,s,27", " # 2,MAR,,,", "#3,,,,x", ",#,,,"];
    let mut sheet = Worksheet::new();
    sheet.write_row(0, 0, ["# title", "of the sheet", "x"]).unwrap();
    sheet.write_row(1, 0, HEADER.split(',')).unwrap();
    for (line, row) in (2..).zip(lines) {
        for (column, text) in (0..).zip(row.split(',')).filter(|(_, text)| !text.is_empty()) {
            sheet.write(line, column, text).unwrap();
        }
    }
    let quoted = |line: &str| line.split(',').map(|cell| format!("{cell:?}")).collect::<Vec<_>>().join(",");
    let (plain, quoted) = (lines.join("\n"), lines.map(quoted).join("\n"));
    let expected = [(5, row()), (8, "|#|||".to_owned())];
    for text in [plain, quoted] {
        assert_eq!(rows(format!("# title,of the text\n{HEADER}\n{text}\n")), expected, "{text}");
    }
    assert_eq!(rows(bytes([sheet])), expected);
}

#[test]
fn what_is_no_table_is_refused_as_what_it_is() {
    for (head, what) in [
        (&b"\xd0\xcf\x11\xe0\xa1\xb1"[..], "old Excel format"),
        (b"%PDF-1.7", "PDF"),
        (b"\x1f\x8b\x08", "compressed"),
        (b"<!DOCTYPE html>", "HTML"),
        (b"{\"a\": 1}", "JSON"),
        (b"PK\x03\x04 and no more", "workbook cannot be read"),
    ] {
        let error = open(head).err().unwrap().to_string();
        assert!(error.contains(what), "{error}");
    }
}

fn sheet(name: &str) -> Worksheet {
    let mut sheet = Worksheet::new();
    sheet.set_name(name).unwrap();
    sheet.write_row(1, 0, HEADER.split(',')).unwrap();
    sheet
}

fn bytes(sheets: impl IntoIterator<Item = Worksheet>) -> Vec<u8> {
    let mut workbook = Workbook::new();
    for sheet in sheets {
        workbook.push_worksheet(sheet);
    }
    workbook.save_to_buffer().unwrap()
}

#[test]
fn a_sheet_is_read_as_a_person_sees_it() {
    let mut notes = Worksheet::new();
    notes.write_row(0, 0, ["indicator", "name"]).unwrap();
    let mut sheet = sheet("observations");
    sheet.write(0, 0, "# note").unwrap();
    sheet.write_row(2, 0, ["i", "MAR"]).unwrap();
    sheet.write(2, 2, 2020).unwrap().write(2, 3, "s").unwrap().write(2, 4, 27.5).unwrap();
    sheet.write(4, 0, "# checked").unwrap();
    sheet.write(5, 0, "j").unwrap().write(5, 1, 504).unwrap().write(5, 4, true).unwrap();
    sheet.write(6, 0, "k").unwrap().write_formula(6, 4, Formula::new("=1+1").set_result("2")).unwrap();
    let read = rows(bytes([notes, sheet]));
    assert_eq!(read, [(3, "i|MAR|2020|s|27.5".into()), (6, "j|504|||true".into()), (7, "k||||2".into())]);
}

#[test]
fn cells_that_may_mean_two_things_are_refused_with_both() {
    let mut sheet = sheet("a");
    let percent = Format::new().set_num_format("0%");
    let date = Format::new().set_num_format("yyyy-mm-dd");
    sheet.write(2, 0, "i").unwrap().write_with_format(2, 4, 0.07, &percent).unwrap();
    sheet.write(3, 0, "i").unwrap().write_with_format(3, 2, 43_831, &date).unwrap();
    sheet.write(5, 0, "i").unwrap().write_formula(5, 4, Formula::new("=1/0").set_result("#DIV/0!")).unwrap();
    let read = rows(bytes([sheet]));
    for (index, expected) in
        [(0, "shows 7% and holds 0.07"), (1, "the date 2020-01-01"), (2, "error #DIV/0!")]
    {
        assert!(read[index].1.contains(expected), "{expected}: {:?}", read[index]);
    }
}

#[test]
fn of_several_sheets_the_one_that_is_meant_must_be_clear() {
    let both = || bytes([sheet("first"), sheet("second")]);
    let error = open(both()).err().unwrap().to_string();
    assert!(
        error.contains("\"first\"") && error.contains("\"second\"") && error.contains("--sheet"),
        "{error}"
    );
    let named = |name: &str| {
        let options = ReadingOptions { sheet: Some(name.to_owned()), ..ReadingOptions::default() };
        Table::open(Input::of_bytes(both()), &options).err().map(|error| error.to_string())
    };
    assert_eq!(named("second"), None);
    assert!(named("third").unwrap().contains("there are \"first\", \"second\""));
}

#[test]
fn formulas_that_were_never_calculated_are_refused_and_empty_texts_are_empty_cells() {
    let read = rows(include_bytes!("../../tests/data/uncalculated.xlsx"));
    assert_eq!(read.len(), 5);
    for (line, cells) in &read[..3] {
        assert!(cells.contains("never calculated"), "{line}: {cells}");
    }
    assert_eq!(read[3].1, "i|MAR|2023|s|", "the result is an empty text");
    assert_eq!(read[4].1, "i|MAR|2024|s|2");
}

#[test]
fn a_row_is_charged_for_every_cell_up_to_its_last() {
    let far = |rows: u32| {
        let mut sheet = sheet("a");
        for row in 2..rows + 2 {
            sheet.write(row, 16_383, 1).unwrap();
        }
        open(bytes([sheet])).err().map(|error| error.to_string())
    };
    assert_eq!(far(600), None);
    assert!(far(620).unwrap().contains("larger than 10,000,000 cells"));
}
