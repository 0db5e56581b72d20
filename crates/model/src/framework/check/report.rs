//! The report: that each clause can be made of what it names.

use std::collections::HashSet;

use super::draft_check::Check;
use crate::{
    IndicatorId, IndicatorKind,
    framework::{Figure, Place, fit::figure_fits},
};

impl Check<'_> {
    pub(super) fn report(&mut self) {
        let mut seen = HashSet::new();
        for clause in &self.draft.report {
            let place = || Place::Clause(clause.id.clone());
            if !seen.insert(&clause.id) {
                self.find(place(), "id", "occurs twice; give each clause its own");
            }
            if let Some(node) = clause.figure.node()
                && !self.node_ids.contains(node)
            {
                self.find(place(), "node", format!("{node} is no node of the framework"));
            }
            if let Some(id) = clause.figure.weight_by()
                && let Some(problem) = self.no_weight(id)
            {
                self.find(place(), "weight_by", problem);
            }
            if let Figure::BandShare { node: _, at_least } = &clause.figure
                && !self.draft.bands.iter().any(|band| band.id == *at_least)
            {
                self.find(place(), "at_least_band", format!("{at_least} is no band of the framework"));
            }
            let Some(id) = clause.figure.indicator() else {
                continue;
            };
            match self.indicator(id) {
                None => self.find(place(), "indicator", format!("{id} is no indicator of the framework")),
                Some(indicator) => {
                    if let Err(problem) = figure_fits(&clause.figure, indicator) {
                        self.find(place(), "figure", problem);
                    }
                    if self.reads_nodes(indicator) {
                        let problem = format!("{id} is computed from a score; report the node by its bands");
                        self.find(place(), "indicator", problem);
                    }
                }
            }
        }
    }

    /// Why the values of an indicator cannot be the weights of areas; none where they can.
    fn no_weight(&self, id: &IndicatorId) -> Option<String> {
        let Some(indicator) = self.indicator(id) else {
            return Some(format!("{id} is no indicator of the framework"));
        };
        let is_number = matches!(indicator.kind, IndicatorKind::Count | IndicatorKind::Number { .. });
        if !is_number {
            Some(format!("{id} is a {}; weigh by a count or a number", indicator.kind.as_str()))
        } else if self.reads_nodes(indicator) {
            Some(format!("{id} is computed from a score; weigh by what is observed"))
        } else {
            None
        }
    }
}
