//! What a template asks for.

use tenseven_client::v1;

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
    pub(super) fn blocks(&self) -> impl Iterator<Item = (&str, &v1::Indicator)> {
        let with_indicators = |area| self.indicators.iter().map(move |indicator| (area, indicator));
        self.areas.iter().map(String::as_str).flat_map(with_indicators)
    }
}
