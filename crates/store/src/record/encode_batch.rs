//! From observations to the batch that format 1 wrote, so that tests can read what it can hold.

use tenseven_model::{
    AreaCode, Evidence, MissingReason, Notes, Observation, ObservationKey, ObservationStatus, Period, Value,
};

use super::{
    dictionary::{Dictionary, Term},
    wire,
};
use crate::Versioned;

/// The observations in a batch of format 1, which does not say what they replaced, and knows no withdrawals.
pub(super) fn batch(versions: &[Versioned]) -> wire::ObservationBatch {
    Dictionaries::batch(versions)
}

/// The dictionaries of one batch while it is written.
#[derive(Default)]
struct Dictionaries<'a> {
    indicators: Dictionary<&'a str>,
    areas: Dictionary<&'a AreaCode>,
    sources: Dictionary<&'a str>,
    periods: Dictionary<Period>,
    levels: Dictionary<&'a str>,
    texts: Dictionary<&'a str>,
}

impl<'a> Dictionaries<'a> {
    fn batch(versions: &'a [Versioned]) -> wire::ObservationBatch {
        let mut dictionaries = Self::default();
        let observations = versions.iter().filter_map(Versioned::observation);
        let observations = observations.map(|one| dictionaries.observation(one)).collect();
        let Self { indicators, areas, sources, periods, levels, texts } = dictionaries;
        wire::ObservationBatch {
            indicators: listed(&indicators),
            areas: listed(&areas),
            sources: listed(&sources),
            periods: listed(&periods),
            levels: listed(&levels),
            texts: listed(&texts),
            observations,
        }
    }

    fn observation(&mut self, observation: &'a Observation) -> wire::ObservationRecord {
        let ObservationKey { indicator, area, source, period } = observation.key();
        let Notes { comment, method, evidence } = observation.notes();
        wire::ObservationRecord {
            indicator: self.indicators.place(indicator.as_str()),
            area: self.areas.place(area),
            source: self.sources.place(source.as_str()),
            period: self.periods.place(*period),
            status: status(observation.status()),
            value: Some(self.value(observation.value())),
            comment: self.text(comment),
            method: self.text(method),
            evidence: evidence.iter().map(|evidence| self.evidence(evidence)).collect(),
        }
    }

    fn value(&mut self, value: &'a Value) -> wire::observation_record::Value {
        use wire::observation_record::Value as Written;
        match value {
            Value::Number(number) => Written::Number(number.get().to_bits()),
            Value::Flag(flag) => Written::Flag(*flag),
            Value::Level(level) => Written::Level(self.levels.place(level.as_str())),
            Value::Ratio(ratio) => Written::Ratio(wire::RatioRecord {
                numerator: ratio.numerator().to_bits(),
                denominator: ratio.denominator().to_bits(),
            }),
            Value::Missing(reason) => Written::Missing(missing(*reason).into()),
        }
    }

    /// The place of a text, counted from 1; 0 for an empty text, which is not kept.
    fn text(&mut self, text: &'a str) -> u32 {
        if text.is_empty() { 0 } else { self.texts.place(text) + 1 }
    }

    fn evidence(&mut self, evidence: &'a Evidence) -> wire::EvidenceRecord {
        wire::EvidenceRecord {
            citation: self.text(evidence.citation()),
            url: self.text(evidence.url()),
            quote: self.text(evidence.quote()),
        }
    }
}

fn status(status: ObservationStatus) -> u32 {
    status.code().bytes().next().map_or(0, u32::from)
}

fn missing(reason: MissingReason) -> wire::MissingReasonRecord {
    match reason {
        MissingReason::NotApplicable => wire::MissingReasonRecord::NotApplicable,
        MissingReason::NotCollected => wire::MissingReasonRecord::NotCollected,
        MissingReason::Confidential => wire::MissingReasonRecord::Confidential,
        MissingReason::NotAvailable => wire::MissingReasonRecord::NotAvailable,
    }
}

fn listed<K: Term + ToString>(dictionary: &Dictionary<K>) -> Vec<String> {
    dictionary.values().iter().map(ToString::to_string).collect()
}
