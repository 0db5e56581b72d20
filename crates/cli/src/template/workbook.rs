//! Templates as a workbook: rows to fill in with drop-down lists, and sheets that explain indicators and codes.

use std::collections::HashMap;

use rust_xlsxwriter::{
    Color, DataValidation, DataValidationErrorStyle, Format, Formula, Workbook, Worksheet, XlsxError,
};
use tenseven_catalog::Catalog;
use tenseven_client::v1;
use tenseven_model::{MissingReason, ObservationStatus};

use super::{
    Template,
    instruction::{instruction, one_line, value_columns},
};
use crate::observation_file::column_names;

/// The sheet that is filled in.
const ROWS_SHEET: &str = "observations";
/// The sheet that the drop-down lists are on.
const LISTS_SHEET: &str = "lists";
/// The column next to the indicator. Columns whose name begins with `#` are not read.
const INSTRUCTIONS: &str = "# instructions";
/// Most rows, below what a sheet has.
const ROWS_MAX: usize = 1_000_000;
/// Most drop-down lists, below what Excel reads.
const DROP_DOWNS_MAX: usize = 60_000;
/// What cells that an indicator does not take are filled with.
const NOT_TAKEN: Color = Color::RGB(0x00D9_D9D9);

/// Why a template cannot be written as a workbook.
#[derive(Debug, thiserror::Error)]
pub(crate) enum TemplateError {
    /// It is longer than a sheet can be.
    #[error(
        "the template has {0} rows with drop-down lists, more than a sheet holds; name fewer areas, or write CSV"
    )]
    TooLong(usize),
    /// It cannot be made.
    #[error("the workbook cannot be made")]
    Workbook(#[from] XlsxError),
}

/// A template as the bytes of a workbook.
pub(crate) fn write_workbook(template: &Template) -> Result<Vec<u8>, TemplateError> {
    let blocks = template.blocks().count();
    if blocks * template.periods.len() > ROWS_MAX || blocks > DROP_DOWNS_MAX {
        return Err(TemplateError::TooLong(blocks * template.periods.len()));
    }
    let mut lists = Lists::new()?;
    let rows = rows(template, &mut lists)?;
    let mut workbook = Workbook::new();
    workbook.push_worksheet(rows);
    workbook.push_worksheet(indicators(&template.indicators)?);
    workbook.push_worksheet(lists.sheet);
    Ok(workbook.save_to_buffer()?)
}

fn rows(template: &Template, lists: &mut Lists) -> Result<Worksheet, XlsxError> {
    let mut names: Vec<String> = column_names(1).collect();
    names.insert(1, INSTRUCTIONS.to_owned());
    let columns: HashMap<&str, u16> = names.iter().map(String::as_str).zip(0..).collect();
    let column = |name: &str| columns.get(name).copied().unwrap_or_default();
    let mut sheet = Worksheet::new();
    sheet.set_name(ROWS_SHEET)?;
    // As text, so that 2020-06 does not become a date.
    sheet.set_column_format(column("period"), &Format::new().set_num_format("@"))?;
    for (name, width) in
        [("indicator", 30.0), (INSTRUCTIONS, 60.0), ("source", 16.0), ("level", 18.0), ("missing", 18.0)]
    {
        sheet.set_column_width(column(name), width)?;
    }
    sheet.write_row_with_format(0, 0, &names, &Format::new().set_bold())?;
    sheet.set_freeze_panes(1, 1)?;
    let (text, wrapped) = (Format::new().set_num_format("@"), Format::new().set_text_wrap());
    let not_taken = Format::new().set_background_color(NOT_TAKEN);
    let mut row = 1;
    for (area, indicator) in template.blocks() {
        let first = row;
        let taken = value_columns(indicator);
        let instruction = instruction(indicator);
        for period in &template.periods {
            sheet.write(row, column("indicator"), &indicator.id)?;
            sheet.write_with_format(row, column(INSTRUCTIONS), &instruction, &wrapped)?;
            sheet.write(row, column("area"), area)?;
            sheet.write_with_format(row, column("period"), period, &text)?;
            sheet.write(row, column("source"), &template.source)?;
            for other in ["value", "numerator", "denominator", "level", "flag"] {
                if !taken.contains(&other) {
                    sheet.write_blank(row, column(other), &not_taken)?;
                }
            }
            row += 1;
        }
        if !indicator.levels.is_empty() {
            let drop_down = lists.levels(indicator)?;
            sheet.add_data_validation(first, column("level"), row - 1, column("level"), &drop_down)?;
        }
    }
    if row > 1 {
        let lists = [
            ("area", lists.areas.clone()),
            ("flag", kept(DataValidation::new().allow_list_strings(&["true", "false"])?)),
            ("missing", lists.reasons.clone()),
            ("status", lists.statuses.clone()),
        ];
        for (name, drop_down) in lists {
            sheet.add_data_validation(1, column(name), row - 1, column(name), &drop_down)?;
        }
    }
    Ok(sheet)
}

/// A drop-down list. What is not in it is warned of and can be kept: an area may be a local unit.
fn kept(list: DataValidation) -> DataValidation {
    list.set_error_style(DataValidationErrorStyle::Warning)
}

fn drop_down(list: Formula) -> DataValidation {
    kept(DataValidation::new().allow_list_formula(list))
}

/// The sheet with the drop-down lists, a column each, and what its codes mean.
struct Lists {
    sheet: Worksheet,
    columns: u16,
    areas: DataValidation,
    reasons: DataValidation,
    statuses: DataValidation,
    /// The written lists of levels, by their codes.
    levels: HashMap<Vec<String>, DataValidation>,
}

impl Lists {
    fn new() -> Result<Self, XlsxError> {
        let mut sheet = Worksheet::new();
        sheet.set_name(LISTS_SHEET)?;
        let areas = Catalog::bundled().areas();
        let codes: Vec<String> = areas.iter().map(|area| area.alpha3.to_string()).collect();
        let names: Vec<String> = areas.iter().map(|area| area.name.clone()).collect();
        let reasons: Vec<String> = MissingReason::ALL.iter().map(ToString::to_string).collect();
        let statuses: Vec<String> =
            ObservationStatus::ALL.iter().map(|status| status.code().to_owned()).collect();
        let mut lists = Self {
            sheet,
            columns: 0,
            areas: DataValidation::new(),
            reasons: DataValidation::new(),
            statuses: DataValidation::new(),
            levels: HashMap::new(),
        };
        lists.areas = drop_down(lists.column("area", &codes)?);
        lists.column("name", &names)?;
        lists.reasons = drop_down(lists.column("missing", &reasons)?);
        lists.statuses = drop_down(lists.column("status", &statuses)?);
        Ok(lists)
    }

    fn levels(&mut self, indicator: &v1::Indicator) -> Result<DataValidation, XlsxError> {
        let codes: Vec<String> = indicator.levels.iter().map(|level| level.code.clone()).collect();
        if let Some(known) = self.levels.get(&codes) {
            return Ok(known.clone());
        }
        let drop_down = drop_down(self.column("level", &codes)?);
        self.levels.insert(codes, drop_down.clone());
        Ok(drop_down)
    }

    /// Writes a column; returns the range of its values.
    fn column(&mut self, title: &str, values: &[String]) -> Result<Formula, XlsxError> {
        let column = self.columns;
        self.columns += 1;
        self.sheet.write_with_format(0, column, title, &Format::new().set_bold())?;
        for (row, value) in (1..).zip(values) {
            self.sheet.write(row, column, value)?;
        }
        let letters = rust_xlsxwriter::utility::column_number_to_name(column);
        Ok(Formula::new(format!("={LISTS_SHEET}!${letters}$2:${letters}${}", values.len() + 1)))
    }
}

/// The sheet that documents each indicator and its levels.
fn indicators(indicators: &[v1::Indicator]) -> Result<Worksheet, XlsxError> {
    let mut sheet = Worksheet::new();
    sheet.set_name("indicators")?;
    let titles = ["indicator", "name", "unit", "description", "level", "label", "meaning"];
    sheet.write_row_with_format(0, 0, titles, &Format::new().set_bold())?;
    for (column, width) in [(0, 30.0), (1, 40.0), (3, 60.0), (4, 18.0), (6, 60.0)] {
        sheet.set_column_width(column, width)?;
    }
    let wrapped = Format::new().set_text_wrap();
    let mut row = 1;
    for v1::Indicator { id, name, unit, description, levels, .. } in indicators {
        let texts = [id, name, unit, description].map(|text| one_line(text));
        sheet.write_row_with_format(row, 0, texts, &wrapped)?;
        for v1::RubricLevel { code, label, description, .. } in levels {
            sheet.write_row_with_format(
                row,
                4,
                [code, label, description].map(|text| one_line(text)),
                &wrapped,
            )?;
            row += 1;
        }
        row += u32::from(levels.is_empty());
    }
    Ok(sheet)
}

#[cfg(test)]
mod tests {
    use std::sync::atomic::Ordering;

    use super::*;
    use crate::{
        observation_file::ObservationReader,
        table_file::{Input, ReadingOptions, Table},
    };

    fn template() -> Template {
        let level = |code: &str| v1::RubricLevel { code: code.into(), ..Default::default() };
        let rubric = v1::Indicator {
            id: "law".into(),
            name: "A law".into(),
            kind: v1::IndicatorKind::Rubric.into(),
            levels: vec![level("basic"), level("full")],
            ..Default::default()
        };
        let count = v1::Indicator {
            id: "deaths".into(),
            name: "Deaths".into(),
            kind: v1::IndicatorKind::Count.into(),
            unit: "persons".into(),
            ..Default::default()
        };
        Template {
            indicators: vec![rubric, count],
            areas: vec!["MAR".into(), "LBY".into()],
            periods: vec!["2020".into(), "2020-06".into()],
            source: "ministry".into(),
        }
    }

    #[test]
    fn a_workbook_is_read_as_blank_rows_of_what_it_asks_for() {
        let bytes = write_workbook(&template()).unwrap();
        let mut reader =
            ObservationReader::open(Input::of_bytes(&bytes), &ReadingOptions::default(), None).unwrap();
        let blank = reader.blank_rows();
        assert!(reader.next_row().unwrap().is_none());
        assert_eq!(blank.load(Ordering::Relaxed), 8);
        let mut table = Table::open(Input::of_bytes(&bytes), &ReadingOptions::default()).unwrap();
        assert_eq!(table.next_row().unwrap(), Some(2));
        let row: Vec<&str> = (0..5).map(|index| table.cell(index).text().unwrap()).collect();
        let instruction = "A law. Fill in level: basic, full, or why it is missing.";
        assert_eq!(row, ["law", instruction, "MAR", "2020", "ministry"]);
    }

    #[test]
    fn a_template_that_no_sheet_holds_is_refused() {
        let long = Template { areas: vec!["MAR".into(); 40_000], ..template() };
        assert!(matches!(write_workbook(&long), Err(TemplateError::TooLong(160_000))));
    }
}
