//! Computed values: formulas with everything that they read, and what they come to for an area and period.
//!
//! *Invariant:* formulas that read each other are worked out once for each period that is looked at, in an order in which each stands
//! after those that it reads.

use std::collections::{BTreeSet, HashMap, HashSet};

use tenseven_model::{
    Framework, Gap, IndicatorId, NodeId, Outcome, Period, SourceId,
    formula::Expression,
    framework::NodeIndex,
    indicator::{Indicator, RollUp},
};

use crate::{
    formula::{Readings, evaluate},
    panel::Series,
    resolve::{self, Word},
};

/// An indicator that is observed, and how the word on it is found.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Source {
    pub(crate) indicator: IndicatorId,
    pub(crate) rule: resolve::Rule,
    /// How many periods before it is read, in order.
    pub(crate) lags: Vec<u32>,
    /// The place of the first of these among all words that a reading reads.
    first: usize,
}

impl Source {
    /// The last period after its own that it is read for.
    pub(crate) fn reach(&self) -> u32 {
        self.rule.max_age.saturating_add(self.lags.last().copied().unwrap_or_default())
    }
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
    pub(crate) steps: Vec<Step>,
}

/// A formula, and the periods that it is worked out for.
#[derive(Debug)]
pub(crate) struct Step {
    pub(crate) indicator: IndicatorId,
    pub(crate) expression: Expression,
    /// How many periods before, in order.
    pub(crate) lags: Vec<u32>,
    /// The place of the first of these among all that formulas come to.
    first: usize,
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

/// What a value rests on: all that was looked at on the way to it, whether it has a number or not.
pub(crate) struct Ground<'a> {
    /// The words on what is observed, each with the period that it was read for.
    pub(crate) words: Vec<(Word<'a>, Period)>,
    /// Whether a number that a formula writes stands in for something unknown.
    pub(crate) is_filled_in: bool,
}

/// What is read of an observed indicator, for the period itself alone.
pub(crate) fn source(indicator: &Indicator, choice: Choice<'_>) -> Source {
    let rule = resolve::Rule {
        sources: choice.sources.to_vec(),
        max_age: choice.max_age,
        add_units: indicator.roll_up == Some(RollUp::Sum),
        kind: indicator.kind.clone(),
    };
    Source { indicator: indicator.id.clone(), rule, lags: vec![0], first: 0 }
}

/// The place of a lag among those that begin at `first`.
fn place_of(lags: &[u32], first: usize, lag: u32) -> Option<usize> {
    Some(first + lags.binary_search(&lag).ok()?)
}

impl Computed {
    /// The formula of an indicator with all that it reads.
    pub(crate) fn new(framework: &Framework, indicator: &Indicator, choice: Choice<'_>) -> Self {
        let mut computed = Self::default();
        computed.add(framework, indicator, choice, &mut HashSet::new());
        computed.look_back();
        computed
    }

    /// Finds out for which periods everything is read.
    fn look_back(&mut self) {
        let mut of_steps = vec![BTreeSet::new(); self.steps.len()];
        let mut of_sources = vec![BTreeSet::new(); self.sources.len()];
        if let Some(value) = of_steps.last_mut() {
            value.insert(0);
        }
        for (step, Step { expression, .. }) in self.steps.iter().enumerate().rev() {
            let known: BTreeSet<u32> = of_steps[step].clone();
            for (id, more) in expression.lagged_reads() {
                let lags = known.iter().flat_map(|lag| more.iter().map(move |more| lag + more));
                match self.places.get(id) {
                    Some(Place::Source(source)) => of_sources[*source].extend(lags),
                    Some(Place::Step(step)) => of_steps[*step].extend(lags),
                    None => {}
                }
            }
        }
        let mut first = 0;
        for (step, lags) in self.steps.iter_mut().zip(of_steps) {
            (step.lags, step.first) = (lags.into_iter().collect(), first);
            first += step.lags.len();
        }
        first = 0;
        for (source, lags) in self.sources.iter_mut().zip(of_sources) {
            (source.lags, source.first) = (lags.into_iter().collect(), first);
            first += source.lags.len();
        }
    }

    /// Whether there can be a value where nothing observed that it reads is known of the period.
    pub(crate) fn is_free(&self) -> bool {
        let looks_back = self.sources.iter().any(|source| source.lags.last() > Some(&0));
        let nothing = vec![None; self.sources.iter().map(|source| source.lags.len()).sum()];
        let made = self.made(&mut At::new(self, nothing, &|_| Err(Gap::NoChildWithData)));
        looks_back || !self.nodes.is_empty() || made.last().is_some_and(Result::is_ok)
    }

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
        let (indicator, expression) = (indicator.id.clone(), formula.expression.clone());
        self.steps.push(Step { indicator, expression, lags: Vec::new(), first: 0 });
    }

    /// The value for a period; `node` gives the scores of the same area and period.
    pub(crate) fn at(
        &self,
        series: &[Option<&Series>],
        period: Period,
        node: &dyn Fn(NodeIndex) -> Outcome,
    ) -> Outcome {
        let made = self.made(&mut At::new(self, self.words_at(series, period), node));
        made.last().copied().unwrap_or(Err(Gap::NeverReported))
    }

    /// What each formula comes to for each period, each after those that it reads; the last is the value.
    pub(crate) fn steps_at(
        &self,
        series: &[Option<&Series>],
        period: Period,
        node: &dyn Fn(NodeIndex) -> Outcome,
    ) -> Vec<(&IndicatorId, Period, Outcome)> {
        let made = self.made(&mut At::new(self, self.words_at(series, period), node));
        let steps = self.steps.iter().flat_map(|step| step.lags.iter().map(|lag| (&step.indicator, *lag)));
        let steps = steps.zip(made);
        steps.filter_map(|((id, lag), outcome)| Some((id, period.earlier(lag)?, outcome))).collect()
    }

    fn words_at(&self, series: &[Option<&Series>], period: Period) -> Vec<Option<Outcome>> {
        let mut words = Vec::with_capacity(self.sources.len());
        for (series, source) in series.iter().zip(&self.sources) {
            let word = |lag: &u32| resolve::number_at((*series)?, period.earlier(*lag)?, &source.rule);
            words.extend(source.lags.iter().map(word));
        }
        words
    }

    /// What each formula makes of the words on what is observed.
    fn made(&self, at: &mut At<'_>) -> Vec<Outcome> {
        let is_unknown = !at.words.is_empty() && at.words.iter().all(Option::is_none);
        for Step { expression, lags, .. } in &self.steps {
            for lag in lags {
                at.lag = *lag;
                let outcome = evaluate(expression, at);
                // Of what it reads nothing is known, unless what it looks at is known without that.
                at.made.push(outcome.map_err(|gap| if is_unknown { Gap::NeverReported } else { gap }));
                if let Some(looks) = &mut at.looks {
                    looks.push(Look::default());
                }
            }
        }
        std::mem::take(&mut at.made)
    }

    /// What the value for a period rests on.
    pub(crate) fn ground<'a>(
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
        let mut waiting = vec![(Place::Step(self.steps.len().saturating_sub(1)), 0)];
        let mut seen = HashSet::new();
        while let Some((place, lag)) = waiting.pop() {
            match place {
                _ if !seen.insert((place, lag)) => {}
                Place::Source(source) => {
                    let word =
                        |at| Some((resolve::word(series[source]?, at, &self.sources[source].rule)?, at));
                    ground.words.extend(period.earlier(lag).and_then(word));
                }
                Place::Step(step) => {
                    let Step { lags, first, .. } = &self.steps[step];
                    let Some(look) = place_of(lags, *first, lag).map(|place| &looks[place]) else { continue };
                    ground.is_filled_in |= look.is_filled_in;
                    waiting.extend(&look.places);
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
    /// How many periods before it reads.
    lag: u32,
    node: &'a dyn Fn(NodeIndex) -> Outcome,
    /// What the formulas so far have come to.
    made: Vec<Outcome>,
    /// What each of them, and the one that is worked out, looked at, if that is asked for.
    looks: Option<Vec<Look>>,
}

/// What one formula looked at.
#[derive(Default)]
struct Look {
    places: Vec<(Place, u32)>,
    is_filled_in: bool,
}

impl<'a> At<'a> {
    fn new(
        computed: &'a Computed,
        words: Vec<Option<Outcome>>,
        node: &'a dyn Fn(NodeIndex) -> Outcome,
    ) -> Self {
        Self { computed, words, lag: 0, node, made: Vec::with_capacity(computed.steps.len()), looks: None }
    }

    fn look(&mut self) -> Option<&mut Look> {
        self.looks.as_mut()?.last_mut()
    }
}

impl Readings for At<'_> {
    fn indicator(&mut self, id: &IndicatorId) -> Outcome {
        let Some(place) = self.computed.places.get(id).copied() else { return Err(Gap::NeverReported) };
        let lag = self.lag;
        if let Some(look) = self.look() {
            look.places.push((place, lag));
        }
        let known = match place {
            Place::Source(source) => {
                let Source { lags, first, .. } = &self.computed.sources[source];
                place_of(lags, *first, lag).and_then(|word| self.words[word])
            }
            Place::Step(step) => {
                let Step { lags, first, .. } = &self.computed.steps[step];
                place_of(lags, *first, lag).and_then(|made| self.made.get(made).copied())
            }
        };
        known.unwrap_or(Err(Gap::NeverReported))
    }

    fn node(&mut self, id: &NodeId) -> Outcome {
        let found = self.computed.nodes.iter().find(|(known, _)| known == id);
        found.map_or(Err(Gap::NoChildWithData), |(_, node)| (self.node)(*node))
    }

    fn go_back(&mut self, periods: u32) {
        self.lag += periods;
    }

    fn come_back(&mut self, periods: u32) {
        self.lag -= periods;
    }

    fn filled_in(&mut self) {
        if let Some(look) = self.look() {
            look.is_filled_in = true;
        }
    }
}
