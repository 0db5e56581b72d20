//! Everything but nodes and clauses: the title, bands, criteria and indicators.

use std::collections::HashSet;

use super::draft_check::{COUNT_MAX, Check};
use crate::{
    IndicatorKind,
    equality::compare,
    framework::{BandsClosed, Criterion, MinCoverage, Node, NodeBody, Place},
};

impl Check<'_> {
    pub(super) fn sizes(&mut self) {
        if self.draft.title.trim().is_empty() {
            self.find(Place::Framework, "title", "is empty; state in a few words what is measured");
        }
        for (key, count) in [("nodes", self.draft.nodes.len()), ("indicators", self.draft.indicators.len())] {
            if count > COUNT_MAX {
                self.find(
                    Place::Framework,
                    key,
                    format!("there are {count}; at most {COUNT_MAX} are allowed"),
                );
            }
        }
    }

    pub(super) fn bands(&mut self) {
        let bands = &self.draft.bands;
        if self.draft.bands_closed == BandsClosed::Above && bands.len() < 2 {
            let problem = "above is about the edge between two bands; define at least two, or leave it out";
            self.find(Place::Framework, "bands_closed", problem);
        }
        for (index, band) in bands.iter().enumerate() {
            if bands[..index].iter().any(|earlier| earlier.id == band.id) {
                self.find(Place::Band(band.id.clone()), "id", "occurs twice; give each band its own");
            }
            if !band.from.is_finite() || index > 0 && compare(bands[index - 1].from, band.from).is_ge() {
                let problem =
                    format!("{} does not lie above the band before; list the bands lowest first", band.from);
                self.find(Place::Band(band.id.clone()), "from", problem);
            }
        }
    }

    pub(super) fn criteria(&mut self) {
        let criteria = &self.draft.criteria;
        for (index, criterion) in criteria.iter().enumerate() {
            if criteria[..index].iter().any(|earlier| earlier.id == criterion.id) {
                self.find(
                    Place::Criterion(criterion.id.clone()),
                    "id",
                    "occurs twice; give each criterion its own",
                );
            }
            self.is_share(Place::Criterion(criterion.id.clone()), criterion.min_coverage);
            self.bears_enough(criterion);
        }
    }

    /// That as many scored indicators bear on a criterion as it asks for.
    fn bears_enough(&mut self, criterion: &Criterion) {
        let MinCoverage::Count(least) = criterion.min_coverage else { return };
        let bears_on = |node: &&Node| match &node.body {
            NodeBody::Leaf(leaf) => self
                .indicator(&leaf.indicator)
                .is_some_and(|indicator| indicator.criteria.contains(&criterion.id)),
            NodeBody::Branch(_) => false,
        };
        let there = self.draft.nodes.iter().filter(bears_on).count();
        if least as usize > there {
            let problem = format!(
                "asks for {least} with data, and {there} scored indicators bear on it; ask for no more than that"
            );
            self.find(Place::Criterion(criterion.id.clone()), "min_coverage", problem);
        }
    }

    pub(super) fn indicators(&mut self) {
        let criteria: HashSet<_> = self.draft.criteria.iter().map(|criterion| &criterion.id).collect();
        let mut seen = HashSet::new();
        for indicator in &self.draft.indicators {
            let place = || Place::Indicator(indicator.id.clone());
            if !seen.insert(&indicator.id) {
                self.find(place(), "id", "occurs twice; give each indicator its own");
            }
            for criterion in &indicator.criteria {
                if !criteria.contains(criterion) {
                    self.find(place(), "criteria", format!("{criterion} is no criterion of the framework"));
                }
            }
            if let IndicatorKind::Number { min: Some(min), max: Some(max) } = indicator.kind
                && min > max
            {
                self.find(place(), "min", format!("{min} is above max, {max}"));
            }
            if indicator.roll_up.is_some() && indicator.kind != IndicatorKind::Count {
                self.find(place(), "roll_up", "only counts can be added up from local units");
            }
            if let Some(whole) = &indicator.breakdown_of {
                match self.indicator(whole) {
                    None => self.find(
                        place(),
                        "breakdown_of",
                        format!("{whole} is no indicator of the framework"),
                    ),
                    Some(whole) if whole.breakdown_of.is_some() => {
                        self.find(
                            place(),
                            "breakdown_of",
                            format!("{} is itself a breakdown; name the whole", whole.id),
                        );
                    }
                    Some(_) => {}
                }
            }
        }
    }
}
