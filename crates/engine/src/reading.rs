//! Readings: where a leaf's value, or its denominator, comes from.
//!
//! *Invariant:* a reading depends on one area's observations, and, of a formula that reads scores, on those of the same
//! area and period. Indicators that are computed from computed ones are worked out once each.

use std::collections::{HashMap, HashSet};

use tenseven_model::{
    Alpha3, Framework, Gap, IndicatorId, NodeId, Outcome, Period, SourceId,
    formula::Expression,
    framework::NodeIndex,
    indicator::{Indicator, RollUp},
};

use crate::{
    Panel,
    formula::{Readings, evaluate},
    panel::Series,
    resolve::{self, Word},
};

/// An indicator that is observed, and how the word on it is found.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Source {
    pub(crate) indicator: IndicatorId,
    pub(crate) rule: resolve::Rule,
}

/// Where a value comes from.
#[derive(Debug)]
pub(crate) enum Reading {
    /// It is observed.
    Observed(Source),
    /// It is computed.
    Computed(Computed),
}

/// A formula with everything that it reads, directly or through other formulas.
#[derive(Debug, Default)]
pub(crate) struct Computed {
    /// What is observed.
    pub(crate) sources: Vec<Source>,
    /// What is scored.
    pub(crate) nodes: Vec<(NodeId, NodeIndex)>,
    /// Where each indicator that a formula reads is found.
    places: HashMap<IndicatorId, Place>,
    /// The formulas, each after those that it reads; the last is the value.
    steps: Vec<(IndicatorId, Expression)>,
}

/// Where an indicator that a formula reads is found.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
enum Place {
    /// Among what is observed.
    Source(usize),
    /// Among the formulas.
    Step(usize),
}

/// How sources are chosen, and how long their words are carried.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Choice<'a> {
    pub(crate) sources: &'a [SourceId],
    pub(crate) max_age: u32,
}

impl Reading {
    /// How an indicator of the framework is read; none if it defines no such indicator.
    pub(crate) fn new(framework: &Framework, id: &IndicatorId, choice: Choice<'_>) -> Option<Self> {
        let indicator = framework.indicator(id)?;
        if indicator.formula.is_none() {
            return Some(Self::Observed(source(indicator, choice)));
        }
        let mut computed = Computed::default();
        computed.add(framework, indicator, choice, &mut HashSet::new());
        Some(Self::Computed(computed))
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

    /// Whether there can be a value where nothing observed that it reads is known.
    pub(crate) fn is_free(&self) -> bool {
        let Self::Computed(computed) = self else { return false };
        let nothing = vec![None; computed.sources.len()];
        let made = computed.made(&mut At::new(computed, nothing, &|_| Err(Gap::NoChildWithData)));
        !computed.nodes.is_empty() || made.last().is_some_and(Result::is_ok)
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

    /// What each formula comes to for a period; the last is the value. None where nothing is computed.
    pub(crate) fn steps(
        &self,
        period: Period,
        node: &dyn Fn(NodeIndex) -> Outcome,
    ) -> Vec<(&IndicatorId, Outcome)> {
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
                Ground { words: word.into_iter().collect(), is_filled_in: false }
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

/// What a value rests on: all that was looked at on the way to it, whether it has a number or not.
pub(crate) struct Ground<'a> {
    /// The words on what is observed.
    pub(crate) words: Vec<Word<'a>>,
    /// Whether a number that a formula writes stands in for something unknown.
    pub(crate) is_filled_in: bool,
}

/// The number of the word on an indicator for a period.
pub(crate) fn word(series: Option<&Series>, period: Period, rule: &resolve::Rule) -> Outcome {
    let word = series.and_then(|series| resolve::number_at(series, period, rule));
    word.unwrap_or(Err(Gap::NeverReported))
}

fn source(indicator: &Indicator, choice: Choice<'_>) -> Source {
    let rule = resolve::Rule {
        sources: choice.sources.to_vec(),
        max_age: choice.max_age,
        add_units: indicator.roll_up == Some(RollUp::Sum),
        kind: indicator.kind.clone(),
    };
    Source { indicator: indicator.id.clone(), rule }
}

impl Computed {
    /// Adds an indicator and all that it reads; a computed one after those.
    fn add<'a>(
        &mut self,
        framework: &'a Framework,
        indicator: &'a Indicator,
        choice: Choice<'_>,
        seen: &mut HashSet<&'a IndicatorId>,
    ) {
        if !seen.insert(&indicator.id) {
            return;
        }
        let Some(formula) = &indicator.formula else {
            self.places.insert(indicator.id.clone(), Place::Source(self.sources.len()));
            self.sources.push(source(indicator, choice));
            return;
        };
        let (indicators, nodes) = formula.expression.reads();
        for read in indicators.into_iter().filter_map(|id| framework.indicator(id)) {
            self.add(framework, read, choice, seen);
        }
        for id in nodes {
            if let Some(node) = framework.node(id)
                && !self.nodes.iter().any(|(known, _)| known == id)
            {
                self.nodes.push((id.clone(), node));
            }
        }
        self.places.insert(indicator.id.clone(), Place::Step(self.steps.len()));
        self.steps.push((indicator.id.clone(), formula.expression.clone()));
    }

    /// The formulas, each after those that it reads; the last is the value.
    pub(crate) fn formulas(&self) -> impl Iterator<Item = &(IndicatorId, Expression)> {
        self.steps.iter()
    }

    fn at(&self, series: &[Option<&Series>], period: Period, node: &dyn Fn(NodeIndex) -> Outcome) -> Outcome {
        self.steps_at(series, period, node).last().map_or(Err(Gap::NeverReported), |(_, outcome)| *outcome)
    }

    /// What each formula comes to, each after those that it reads; the last is the value.
    fn steps_at(
        &self,
        series: &[Option<&Series>],
        period: Period,
        node: &dyn Fn(NodeIndex) -> Outcome,
    ) -> Vec<(&IndicatorId, Outcome)> {
        let made = self.made(&mut At::new(self, self.words_at(series, period), node));
        self.steps.iter().zip(made).map(|((id, _), outcome)| (id, outcome)).collect()
    }

    fn words_at(&self, series: &[Option<&Series>], period: Period) -> Vec<Option<Outcome>> {
        let sources = series.iter().zip(&self.sources);
        sources.map(|(series, source)| resolve::number_at((*series)?, period, &source.rule)).collect()
    }

    /// What each formula makes of the words on what is observed.
    fn made(&self, at: &mut At<'_>) -> Vec<Outcome> {
        let is_unknown = !at.words.is_empty() && at.words.iter().all(Option::is_none);
        for (_, expression) in &self.steps {
            let outcome = evaluate(expression, at);
            // Of what it reads nothing is known, unless what it looks at is known without that.
            at.made.push(outcome.map_err(|gap| if is_unknown { Gap::NeverReported } else { gap }));
            if let Some(looks) = &mut at.looks {
                looks.push(Look::default());
            }
        }
        std::mem::take(&mut at.made)
    }

    fn ground<'a>(
        &'a self,
        series: &[Option<&'a Series>],
        period: Period,
        node: &dyn Fn(NodeIndex) -> Outcome,
    ) -> Ground<'a> {
        let looks = Some(vec![Look::default()]);
        let mut at = At { looks, ..At::new(self, self.words_at(series, period), node) };
        self.made(&mut at);
        let looks = at.looks.unwrap_or_default();
        let mut ground = Ground { words: Vec::new(), is_filled_in: false };
        let mut waiting = vec![Place::Step(self.steps.len().saturating_sub(1))];
        let mut seen = HashSet::new();
        while let Some(place) = waiting.pop() {
            match place {
                _ if !seen.insert(place) => {}
                Place::Source(place) => {
                    let rule = &self.sources[place].rule;
                    ground.words.extend(series[place].and_then(|series| resolve::word(series, period, rule)));
                }
                Place::Step(step) => {
                    ground.is_filled_in |= looks[step].is_filled_in;
                    waiting.extend(&looks[step].places);
                }
            }
        }
        ground
    }
}

/// What a formula reads, for an area and period.
struct At<'a> {
    computed: &'a Computed,
    words: Vec<Option<Outcome>>,
    node: &'a dyn Fn(NodeIndex) -> Outcome,
    /// What the formulas so far have come to.
    made: Vec<Outcome>,
    /// What each of them, and the one that is worked out, looked at, if that is asked for.
    looks: Option<Vec<Look>>,
}

/// What one formula looked at.
#[derive(Default)]
struct Look {
    places: Vec<Place>,
    is_filled_in: bool,
}

impl<'a> At<'a> {
    fn new(
        computed: &'a Computed,
        words: Vec<Option<Outcome>>,
        node: &'a dyn Fn(NodeIndex) -> Outcome,
    ) -> Self {
        Self { computed, words, node, made: Vec::with_capacity(computed.steps.len()), looks: None }
    }

    fn look(&mut self) -> Option<&mut Look> {
        self.looks.as_mut()?.last_mut()
    }
}

impl Readings for At<'_> {
    fn indicator(&mut self, id: &IndicatorId) -> Outcome {
        let Some(place) = self.computed.places.get(id).copied() else { return Err(Gap::NeverReported) };
        if let Some(look) = self.look() {
            look.places.push(place);
        }
        match place {
            Place::Source(source) => self.words[source].unwrap_or(Err(Gap::NeverReported)),
            Place::Step(step) => self.made[step],
        }
    }

    fn node(&mut self, id: &NodeId) -> Outcome {
        let found = self.computed.nodes.iter().find(|(known, _)| known == id);
        found.map_or(Err(Gap::NoChildWithData), |(_, node)| (self.node)(*node))
    }

    fn filled_in(&mut self) {
        if let Some(look) = self.look() {
            look.is_filled_in = true;
        }
    }
}
