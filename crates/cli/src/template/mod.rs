//! Templates: observation files without values, to be filled in and pushed, as CSV or as a workbook.
//!
//! *Invariant:* what a template asks for can be pushed once it is filled in; rows that stay blank are passed over.

mod instruction;
mod text;
mod workbook;

use tenseven_client::v1;

pub(crate) use text::write_text;
pub(crate) use workbook::write_workbook;

/// What a template asks for: a row for each area, indicator and period.
#[derive(Debug, Clone, Default)]
pub(crate) struct Template {
    /// The indicators, none of them computed.
    pub(crate) indicators: Vec<v1::Indicator>,
    /// The codes of countries, areas and local units.
    pub(crate) areas: Vec<String>,
    /// The periods; one that is empty if it is to be filled in.
    pub(crate) periods: Vec<String>,
    /// Who the values come from; empty if it is to be filled in.
    pub(crate) source: String,
}

impl Template {
    /// The rows, all those of an area one after the other: area, indicator, and the periods.
    fn blocks(&self) -> impl Iterator<Item = (&str, &v1::Indicator)> {
        let with_indicators = |area| self.indicators.iter().map(move |indicator| (area, indicator));
        self.areas.iter().map(String::as_str).flat_map(with_indicators)
    }
}
