//! Clashes: indicators that a text defines otherwise than the registry.
//!
//! *Invariant:* observations have no framework: one of an id is right for every framework that defines the id. So what
//! an observation of it must be (kind, levels, bounds, unit, length of periods) is the same in the newest versions of
//! all frameworks. Names, descriptions and what a level is worth are each framework's own, and so are formulas.

use std::fmt;

use tenseven_engine::Panel;
use tenseven_model::{AreaCode, FrameworkRef, Frequency, Indicator, IndicatorId, IndicatorKind, Value};

/// What differs.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Aspect {
    /// One is observed, the other computed.
    Formula,
    /// How long periods are.
    Frequency,
    /// The kind of value.
    Kind,
    /// The levels of the rubric.
    Levels,
    /// The lowest or the highest possible number.
    Bounds,
    /// What numbers count.
    Unit,
    /// Observations that there are would not be right any more.
    Observations,
}

impl Aspect {
    /// The name that messages use.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Formula => "formula",
            Self::Frequency => "frequency",
            Self::Kind => "kind",
            Self::Levels => "levels",
            Self::Bounds => "bounds",
            Self::Unit => "unit",
            Self::Observations => "observations",
        }
    }
}

/// An indicator that the registry knows otherwise.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Clash {
    /// Which indicator.
    pub indicator: IndicatorId,
    /// What differs.
    pub aspect: Aspect,
    /// The framework that defines it otherwise; none if observations contradict it.
    pub framework: Option<FrameworkRef>,
    /// What differs and what can be done about it.
    pub message: String,
}

impl fmt::Display for Clash {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}: {}", self.indicator, self.message)
    }
}

/// An indicator with the length of the periods that its framework scores.
#[derive(Debug, Clone, Copy)]
pub(super) struct Defined<'a> {
    pub(super) indicator: &'a Indicator,
    pub(super) frequency: Frequency,
}

const REMEDY: &str = "define it alike, or give it an id of its own";

impl Defined<'_> {
    /// What makes an observation right for one and wrong for the other; none if nothing does.
    pub(super) fn differs(self, known: Self) -> Option<(Aspect, String)> {
        let (ours, theirs) = (self.indicator, known.indicator);
        match (&ours.formula, &theirs.formula) {
            (Some(_), Some(_)) => return None,
            (Some(_), None) => {
                return Some((Aspect::Formula, "is computed here, and observed there".to_owned()));
            }
            (None, Some(_)) => {
                return Some((Aspect::Formula, "is observed here, and computed there".to_owned()));
            }
            (None, None) => {}
        }
        if self.frequency != known.frequency {
            let what = format!("is collected {} here, and {} there", self.frequency, known.frequency);
            return Some((Aspect::Frequency, what));
        }
        let kinds = (&ours.kind, &theirs.kind);
        let found = match kinds {
            (IndicatorKind::Rubric(ours), IndicatorKind::Rubric(theirs)) => {
                let codes = |rubric: &tenseven_model::Rubric| {
                    rubric.levels().iter().map(|level| level.code.to_string()).collect::<Vec<_>>().join(", ")
                };
                let (here, there) = (codes(ours), codes(theirs));
                (here != there)
                    .then(|| (Aspect::Levels, format!("has the levels {here} here, and {there} there")))
            }
            (
                IndicatorKind::Number { min, max },
                IndicatorKind::Number { min: their_min, max: their_max },
            ) => (min != their_min || max != their_max).then(|| {
                let (here, there) = (bounds(*min, *max), bounds(*their_min, *their_max));
                (Aspect::Bounds, format!("is a number {here} here, and {there} there"))
            }),
            (ours, theirs) if ours.as_str() != theirs.as_str() => {
                Some((Aspect::Kind, format!("is a {} here, and a {} there", ours.as_str(), theirs.as_str())))
            }
            _ => None,
        };
        found.or_else(|| {
            let (here, there) = (&ours.unit, &theirs.unit);
            (here != there).then(|| (Aspect::Unit, format!("counts {here:?} here, and {there:?} there")))
        })
    }

    /// The clash with another framework's definition, if there is one.
    pub(super) fn clash(self, known: Self, framework: &FrameworkRef) -> Option<Clash> {
        let (aspect, what) = self.differs(known)?;
        Some(Clash {
            indicator: self.indicator.id.clone(),
            aspect,
            framework: Some(framework.clone()),
            message: format!("{what}, in {framework}; {REMEDY}"),
        })
    }

    /// The clash with observations of local units that would be scored nowhere, if there are any.
    pub(super) fn clash_with_units(self, panel: &Panel) -> Option<Clash> {
        let id = &self.indicator.id;
        let units = panel.countries(id).flat_map(|(_, series)| series.timelines());
        let count: usize = units.filter(|(unit, _)| unit.is_some()).map(|(_, timeline)| timeline.len()).sum();
        let message = format!(
            "{count} of its observations are of local units, which nothing would add up any more; keep roll_up, or withdraw them first"
        );
        let aspect = Aspect::Observations;
        (count > 0).then(|| Clash { indicator: id.clone(), aspect, framework: None, message })
    }

    /// The clash with observations that would not be right, if there are any.
    pub(super) fn clash_with_observations(self, panel: &Panel) -> Option<Clash> {
        let Self { indicator, frequency } = self;
        let (mut count, mut first) = (0_u64, None);
        for (country, series) in panel.countries(&indicator.id) {
            for (unit, timeline) in series.timelines() {
                for (period, sourced) in timeline.iter() {
                    let wrong = if period.frequency() == frequency {
                        let checked = indicator.check(&Value::from(sourced.cell.value));
                        checked.err().map(|mismatch| mismatch.to_string())
                    } else {
                        Some(format!("it is {}, not {frequency}", period.frequency()))
                    };
                    let Some(wrong) = wrong else { continue };
                    count += 1;
                    first.get_or_insert_with(|| {
                        let area = unit.map_or(AreaCode::Country(country), |unit| {
                            AreaCode::Local(country, unit.clone())
                        });
                        format!("{area} {period} from {}: {wrong}", sourced.source)
                    });
                }
            }
        }
        let first = first?;
        let observations = if count == 1 { "observation" } else { "observations" };
        let message = format!(
            "{count} {observations} of it would not be right any more (the first is {first}); keep it as it is, or give the new one an id of its own"
        );
        Some(Clash {
            indicator: indicator.id.clone(),
            aspect: Aspect::Observations,
            framework: None,
            message,
        })
    }
}

fn bounds(min: Option<f64>, max: Option<f64>) -> String {
    match (min, max) {
        (None, None) => "without bounds".to_owned(),
        (Some(min), None) => format!("from {min} on"),
        (None, Some(max)) => format!("up to {max}"),
        (Some(min), Some(max)) => format!("from {min} to {max}"),
    }
}
