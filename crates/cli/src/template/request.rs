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
    /// The rows, all those of an area one after the other: area, indicator, and the periods. A local unit is asked only for what is added
    /// up over local units.
    pub(super) fn blocks(&self) -> impl Iterator<Item = (&str, &v1::Indicator)> {
        self.areas.iter().map(String::as_str).flat_map(|area| {
            let is_asked = move |indicator: &&v1::Indicator| indicator.rolls_up || !area.contains('/');
            self.indicators.iter().filter(is_asked).map(move |indicator| (area, indicator))
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_local_unit_is_asked_for_what_is_added_up_alone() {
        let indicator =
            |id: &str, rolls_up| v1::Indicator { id: id.to_owned(), rolls_up, ..Default::default() };
        let template = Template {
            indicators: vec![indicator("cities", true), indicator("nationality", false)],
            areas: vec!["MAR/casablanca".to_owned(), "MAR".to_owned()],
            periods: Vec::new(),
            source: String::new(),
        };
        let blocks: Vec<_> =
            template.blocks().map(|(area, indicator)| (area, indicator.id.as_str())).collect();
        assert_eq!(blocks, [("MAR/casablanca", "cities"), ("MAR", "cities"), ("MAR", "nationality")]);
    }
}
