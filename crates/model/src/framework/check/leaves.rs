//! Leaves: that their stages fit the indicator, and each other.

use super::draft_check::Check;
use crate::{
    Indicator, IndicatorKind,
    framework::{
        Denominator, GroupAverage, Impute, Leaf, Node, Place, Transform,
        fit::{normalise_fits, treatment_fits},
    },
};

impl Check<'_> {
    pub(super) fn leaf(&mut self, node: &Node, leaf: &Leaf) {
        let place = Place::Node(node.id.clone());
        let Some(indicator) = self.indicator(&leaf.indicator) else {
            self.find(place, "indicator", format!("{} is no indicator of the framework", leaf.indicator));
            return;
        };
        self.known_sets(&place, "not_applicable", &leaf.not_applicable);
        self.known_sets(&place, "unknown_for", &leaf.unknown_for);
        if let Some(set) = leaf.unknown_for.iter().find(|set| leaf.not_applicable.contains(set)) {
            let problem = format!(
                "{set} is also named by not_applicable; name it once, an empty list undoes what a node above defines"
            );
            self.find(place.clone(), "unknown_for", problem);
        }
        if let Some(impute) = &leaf.impute {
            self.impute(&place, impute, indicator);
        }
        if let Some(denominator) = &leaf.denominator {
            self.denominator(&place, denominator, indicator);
        }
        let ordinal = is_ordinal(indicator);
        if ordinal && leaf.transform != Transform::Identity {
            self.find(
                place.clone(),
                "transform",
                format!("a {} cannot be transformed", indicator.kind.as_str()),
            );
        }
        if let Transform::BoxCox(lambda) = leaf.transform
            && !lambda.is_finite()
        {
            self.find(place.clone(), "transform", format!("the exponent {lambda} is not finite"));
        }
        if let Some(Err(problem)) = leaf.treat.map(|treatment| treatment_fits(&treatment, leaf, indicator)) {
            self.find(place.clone(), "treat", problem);
        }
        if let Err(problem) = normalise_fits(&leaf.normalise, indicator, leaf.transform) {
            self.find(place, "normalise", problem);
        }
    }

    fn impute(&mut self, place: &Place, impute: &Impute, indicator: &Indicator) {
        let kind = indicator.kind.as_str();
        let problem = match impute {
            Impute::Constant(constant) => constant_fits(*constant, indicator).err(),
            Impute::Average(_) | Impute::Group(_) | Impute::Linear if is_ordinal(indicator) => Some(format!(
                "{} of a {kind} is between its levels; impute latest, hold or a level",
                impute.as_str()
            )),
            Impute::Latest { .. } | Impute::Hold | Impute::Linear if self.reads_nodes(indicator) => {
                Some(format!("{} is computed from a score and has no series of its own", indicator.id))
            }
            _ => None,
        };
        if let Some(problem) = problem {
            self.find(place.clone(), "impute", problem);
        }
        if let Impute::Group(group) = impute {
            self.group_average(place, group);
        }
    }

    /// Checks that the average of an area's group can be imputed.
    pub(super) fn group_average(&mut self, place: &Place, group: &GroupAverage) {
        if group.groups.is_empty() {
            self.find(
                place.clone(),
                "impute",
                "names no groups; list the groups of which an area's own is averaged",
            );
        }
        self.known_sets(place, "impute", &group.groups);
    }

    fn denominator(&mut self, place: &Place, denominator: &Denominator, indicator: &Indicator) {
        let is_number = |indicator: &Indicator| {
            matches!(indicator.kind, IndicatorKind::Count | IndicatorKind::Number { .. })
        };
        let id = &denominator.indicator;
        let problem = match self.indicator(id) {
            _ if !is_number(indicator) => {
                format!("{} is a {} and cannot be divided", indicator.id, indicator.kind.as_str())
            }
            _ if !(denominator.per.is_finite() && denominator.per > 0.0) => {
                format!("per is {}; write a number above 0, as 100000", denominator.per)
            }
            None => format!("{id} is no indicator of the framework"),
            Some(whole) if whole.id == indicator.id => "is the indicator itself; name another".to_owned(),
            Some(whole) if !is_number(whole) => {
                format!("{id} is a {}; divide by a count or a number", whole.kind.as_str())
            }
            Some(whole) if self.reads_nodes(whole) => {
                format!("{id} is computed from a score; divide by what is observed")
            }
            Some(_) => return,
        };
        self.find(place.clone(), "denominate", problem);
    }
}

fn is_ordinal(indicator: &Indicator) -> bool {
    matches!(indicator.kind, IndicatorKind::Rubric(_) | IndicatorKind::Flag)
}

fn constant_fits(constant: f64, indicator: &Indicator) -> Result<(), String> {
    let places = match &indicator.kind {
        IndicatorKind::Rubric(rubric) => rubric.levels().len(),
        IndicatorKind::Flag => 2,
        IndicatorKind::Count | IndicatorKind::Number { .. } | IndicatorKind::Ratio => {
            return if constant.is_finite() { Ok(()) } else { Err("the constant is not finite".to_owned()) };
        }
    };
    let is_place = constant.fract() == 0.0 && constant >= 0.0 && constant < places as f64;
    if is_place {
        Ok(())
    } else {
        Err(format!("{constant} is no level of {}; name one of its {places} levels", indicator.id))
    }
}
