//! From an entry to the bytes of its record.

use prost::Message as _;
use tenseven_model::observation::Notes;
use tenseven_model::{
    AreaCode, ContentDigest, Evidence, IndicatorId, LevelCode, MissingReason, Observation, ObservationKey,
    ObservationStatus, Period, Revision, SourceId, Value,
};

use super::{Link, dictionary::Dictionary, wire};
use crate::{Content, Entry, FrameworkSource, Outcome, Versioned};

/// The record of an entry.
pub(super) fn encode(entry: &Entry, link: Link) -> Vec<u8> {
    let Entry { revision, committed_at, submission, digest: ContentDigest(digest), outcome, content } = entry;
    let Outcome { new, revised, unchanged } = *outcome;
    wire::EntryRecord {
        revision: revision.number(),
        committed_at_micros: committed_at.as_micros(),
        submission_id: submission.as_bytes().to_vec(),
        content_digest: digest.to_vec(),
        outcome: Some(wire::OutcomeRecord {
            new_count: new,
            revised_count: revised,
            unchanged_count: unchanged,
        }),
        previous_chain: link.previous.0.to_vec(),
        compacted_from: link.compacted_from.map(|chain| chain.0.to_vec()).unwrap_or_default(),
        content: Some(match content {
            Content::Observations(observations) => {
                wire::entry_record::Content::Observations(Dictionaries::batch(observations))
            }
            Content::Framework(FrameworkSource { text }) => {
                wire::entry_record::Content::Framework(wire::FrameworkRecord { text: text.clone() })
            }
        }),
    }
    .encode_to_vec()
}

/// The dictionaries of one batch while it is written.
struct Dictionaries<'a> {
    indicators: Dictionary<&'a IndicatorId>,
    areas: Dictionary<&'a AreaCode>,
    sources: Dictionary<&'a SourceId>,
    periods: Dictionary<Period>,
    levels: Dictionary<&'a LevelCode>,
    texts: Dictionary<&'a str>,
}

impl<'a> Dictionaries<'a> {
    fn batch(versions: &'a [Versioned]) -> wire::ObservationBatch {
        let mut dictionaries = Self {
            indicators: Dictionary::new(),
            areas: Dictionary::new(),
            sources: Dictionary::new(),
            periods: Dictionary::new(),
            levels: Dictionary::new(),
            texts: Dictionary::new(),
        };
        let observations = versions.iter().map(|one| dictionaries.observation(&one.observation)).collect();
        let previous = versions.iter().map(|one| one.previous.map_or(0, Revision::number)).collect();
        let Self { indicators, areas, sources, periods, levels, texts } = dictionaries;
        wire::ObservationBatch {
            indicators: indicators.into_texts(ToString::to_string),
            areas: areas.into_texts(ToString::to_string),
            sources: sources.into_texts(ToString::to_string),
            periods: periods.into_texts(|period| period.to_string()),
            levels: levels.into_texts(ToString::to_string),
            texts: texts.into_texts(str::to_owned),
            observations,
            previous,
        }
    }

    fn observation(&mut self, observation: &'a Observation) -> wire::ObservationRecord {
        let ObservationKey { indicator, area, source, period } = observation.key();
        let Notes { comment, method, evidence } = observation.notes();
        wire::ObservationRecord {
            indicator: self.indicators.place(indicator),
            area: self.areas.place(area),
            source: self.sources.place(source),
            period: self.periods.place(*period),
            status: status(observation.status()),
            value: Some(self.value(observation.value())),
            comment: self.texts.place_of_text(comment),
            method: self.texts.place_of_text(method),
            evidence: evidence.iter().map(|evidence| self.evidence(evidence)).collect(),
        }
    }

    fn value(&mut self, value: &'a Value) -> wire::observation_record::Value {
        use wire::observation_record::Value as Written;
        match value {
            Value::Number(number) => Written::Number(number.get().to_bits()),
            Value::Flag(flag) => Written::Flag(*flag),
            Value::Level(level) => Written::Level(self.levels.place(level)),
            Value::Ratio(ratio) => Written::Ratio(wire::RatioRecord {
                numerator: ratio.numerator().to_bits(),
                denominator: ratio.denominator().to_bits(),
            }),
            Value::Missing(reason) => Written::Missing(missing(*reason).into()),
        }
    }

    fn evidence(&mut self, evidence: &'a Evidence) -> wire::EvidenceRecord {
        wire::EvidenceRecord {
            citation: self.texts.place_of_text(evidence.citation()),
            url: self.texts.place_of_text(evidence.url()),
            quote: self.texts.place_of_text(evidence.quote()),
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
