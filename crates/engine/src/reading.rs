//! Readings: where a leaf's value, or its denominator, comes from.
//!
//! *Invariant:* a reading depends on one area's observations, and, of a formula that reads scores, on those of the same
//! area and period.

use tenseven_model::{Alpha3, Framework, Gap, IndicatorId, NodeId, Outcome, Period, framework::NodeIndex};

pub(crate) use crate::computed::{Choice, Computed, Ground, Source, Step};
use crate::{Panel, computed::source, panel::Series, resolve};

/// Where a value comes from.
#[derive(Debug)]
pub(crate) enum Reading {
    /// It is observed.
    Observed(Source),
    /// It is computed.
    Computed(Computed),
}

impl Reading {
    /// How an indicator of the framework is read; none if it defines no such indicator.
    pub(crate) fn new(framework: &Framework, id: &IndicatorId, choice: Choice<'_>) -> Option<Self> {
        let indicator = framework.indicator(id)?;
        if indicator.formula.is_none() {
            return Some(Self::Observed(source(indicator, choice)));
        }
        Some(Self::Computed(Computed::new(framework, indicator, choice)))
    }

    /// Everything observed that it reads.
    pub(crate) fn sources(&self) -> &[Source] {
        match self {
            Self::Observed(source) => std::slice::from_ref(source),
            Self::Computed(computed) => &computed.sources,
        }
    }

    /// The nodes whose scores it reads.
    pub(crate) fn nodes(&self) -> &[(NodeId, NodeIndex)] {
        match self {
            Self::Observed(_) => &[],
            Self::Computed(computed) => &computed.nodes,
        }
    }

    /// Whether there can be a value where nothing observed that it reads is known of the period.
    pub(crate) fn is_free(&self) -> bool {
        matches!(self, Self::Computed(computed) if computed.is_free())
    }

    /// Whether anything is known of an area.
    pub(crate) fn knows(&self, panel: &Panel, area: Alpha3) -> bool {
        self.sources().iter().any(|source| panel.series(&source.indicator, area).is_some())
    }

    /// What is known of an area.
    pub(crate) fn of<'a>(&'a self, panel: &'a Panel, area: Alpha3) -> AreaReading<'a> {
        match self {
            Self::Observed(source) => {
                AreaReading::Observed { series: panel.series(&source.indicator, area), rule: &source.rule }
            }
            Self::Computed(computed) => AreaReading::Computed {
                computed,
                series: computed.sources.iter().map(|source| panel.series(&source.indicator, area)).collect(),
            },
        }
    }
}

/// What is known of an area, of everything that a reading reads.
pub(crate) enum AreaReading<'a> {
    Observed { series: Option<&'a Series>, rule: &'a resolve::Rule },
    Computed { computed: &'a Computed, series: Vec<Option<&'a Series>> },
}

impl AreaReading<'_> {
    /// The value for a period; `node` gives the scores of the same area and period.
    pub(crate) fn at(&self, period: Period, node: &dyn Fn(NodeIndex) -> Outcome) -> Outcome {
        match self {
            Self::Observed { series, rule } => word(*series, period, rule),
            Self::Computed { computed, series } => computed.at(series, period, node),
        }
    }

    /// What each formula comes to for a period and those that it looks back at; the last is the value. None where nothing is computed.
    pub(crate) fn steps(
        &self,
        period: Period,
        node: &dyn Fn(NodeIndex) -> Outcome,
    ) -> Vec<(&IndicatorId, Period, Outcome)> {
        match self {
            Self::Observed { .. } => Vec::new(),
            Self::Computed { computed, series } => computed.steps_at(series, period, node),
        }
    }

    /// What the value for a period rests on.
    pub(crate) fn ground(&self, period: Period, node: &dyn Fn(NodeIndex) -> Outcome) -> Ground<'_> {
        match self {
            Self::Observed { series, rule } => {
                let word = series.and_then(|series| resolve::word(series, period, rule));
                Ground { words: word.map(|word| (word, period)).into_iter().collect(), is_filled_in: false }
            }
            Self::Computed { computed, series } => computed.ground(series, period, node),
        }
    }

    /// Whether anything was reported for this very period of what it reads.
    pub(crate) fn series(&self) -> impl Iterator<Item = (&Series, &resolve::Rule)> {
        let (one, many) = match self {
            Self::Observed { series, rule } => (series.map(|series| (series, *rule)), None),
            Self::Computed { computed, series } => {
                let rules = computed.sources.iter().map(|source| &source.rule);
                let known = series.iter().zip(rules);
                (None, Some(known.filter_map(|(series, rule)| series.map(|series| (series, rule)))))
            }
        };
        one.into_iter().chain(many.into_iter().flatten())
    }
}

/// The number of the word on an indicator for a period.
pub(crate) fn word(series: Option<&Series>, period: Period, rule: &resolve::Rule) -> Outcome {
    let word = series.and_then(|series| resolve::number_at(series, period, rule));
    word.unwrap_or(Err(Gap::NeverReported))
}
