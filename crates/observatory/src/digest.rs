//! The digest of a submission's content, by which a retry is told from a reuse of its id.
//!
//! *Invariant:* the digest must stay stable for ever: it is stored with each submission, and a retry may come after
//! years. Every field is written with its length, so that no two contents run together.

use blake3::Hasher;
use tenseven_model::{
    Coding, ContentDigest, Evidence, Judgement, Notes, Observation, ObservationKey, Practice, PracticeDraft,
    Ruling, SubmissionId, Unit, Value, Withdrawal, event::PracticeChange,
};

use crate::{AdjudicationRequest, PracticeWrite};

/// Starts every digest of observations; a new way of writing them needs a new mark. Must stay stable.
const OBSERVATIONS_MARK: &[u8] = b"tenseven observations 1";
/// Starts every digest of a framework's text. Must stay stable.
const FRAMEWORK_MARK: &[u8] = b"tenseven framework 1";
/// Starts every digest of a coding. Must stay stable.
const CODING_MARK: &[u8] = b"tenseven coding 1";
/// Starts every digest of an adjudication. Must stay stable.
const ADJUDICATION_MARK: &[u8] = b"tenseven adjudication 1";

/// Starts every digest of what a curator does with a practice. Must stay stable.
const PRACTICE_MARK: &[u8] = b"tenseven practice 1";
/// Starts every digest of practices that ship. Must stay stable.
const SEEDS_MARK: &[u8] = b"tenseven practice seeds 1";

/// Starts every digest of withdrawals; a new way of writing them needs a new mark. Must stay stable.
const WITHDRAWALS_MARK: &[u8] = b"tenseven withdrawals 1";

/// The digest of what was hashed: the first half of it.
fn finished(hasher: &Hasher) -> ContentDigest {
    let mut digest = [0; 16];
    digest.copy_from_slice(&hasher.finalize().as_bytes()[..16]);
    ContentDigest(digest)
}

/// The digest of a batch of observations, in their order.
pub(crate) fn of_observations(observations: &[Observation]) -> ContentDigest {
    let mut hasher = Hasher::new();
    text(&mut hasher, OBSERVATIONS_MARK);
    for observation in observations {
        observation_into(&mut hasher, observation);
    }
    finished(&hasher)
}

/// The digest of a batch of withdrawals, in their order.
pub(crate) fn of_withdrawals(withdrawals: &[Withdrawal]) -> ContentDigest {
    let mut hasher = Hasher::new();
    text(&mut hasher, WITHDRAWALS_MARK);
    for withdrawal in withdrawals {
        key_into(&mut hasher, withdrawal.key());
        text(&mut hasher, withdrawal.reason().as_str().as_bytes());
    }
    finished(&hasher)
}

/// The digest of a framework's text.
pub(crate) fn of_framework(definition: &str) -> ContentDigest {
    let mut hasher = Hasher::new();
    text(&mut hasher, FRAMEWORK_MARK);
    text(&mut hasher, definition.as_bytes());
    finished(&hasher)
}

/// The digest of what a curator does with a practice.
pub(crate) fn of_practice(write: &PracticeWrite) -> ContentDigest {
    let PracticeWrite { change, curator, expected } = write;
    let mut hasher = Hasher::new();
    text(&mut hasher, PRACTICE_MARK);
    text(&mut hasher, curator.as_str().as_bytes());
    hasher.update(&expected.number().to_le_bytes());
    match change {
        PracticeChange::Put(practice) => {
            hasher.update(&[1]);
            practice_into(&mut hasher, practice);
        }
        PracticeChange::Withdrawn { id, reason } => {
            hasher.update(&[2]);
            text(&mut hasher, id.as_str().as_bytes());
            text(&mut hasher, reason.as_str().as_bytes());
        }
    }
    finished(&hasher)
}

/// The digest of practices that ship, in their order.
pub(crate) fn of_seeds(practices: &[Practice]) -> ContentDigest {
    let mut hasher = Hasher::new();
    text(&mut hasher, SEEDS_MARK);
    for practice in practices {
        practice_into(&mut hasher, practice);
    }
    finished(&hasher)
}

/// The id of a submission that the program makes itself: the same for the same content and attempt.
pub(crate) fn submission_of(digest: ContentDigest, attempt: u32) -> SubmissionId {
    let mut bytes = [0; 16];
    bytes.copy_from_slice(&digest.0[..16]);
    let [.., a, b, c, d] = &mut bytes;
    for (byte, part) in [a, b, c, d].into_iter().zip(attempt.to_be_bytes()) {
        *byte ^= part;
    }
    SubmissionId::of_version_8(bytes)
}

fn practice_into(hasher: &mut Hasher, practice: &Practice) {
    let PracticeDraft { id, areas, title, description, citation, domains, indicators, measures } =
        &**practice;
    for part in [id.as_str(), title, description, citation] {
        text(hasher, part.as_bytes());
    }
    names(hasher, areas.iter().map(tenseven_model::Alpha3::as_str));
    names(hasher, domains.iter().map(tenseven_model::NodeId::as_str));
    names(hasher, indicators.iter().map(tenseven_model::IndicatorId::as_str));
    names(hasher, measures.iter().map(tenseven_model::MeasureId::as_str));
}

fn names<'a>(hasher: &mut Hasher, names: impl ExactSizeIterator<Item = &'a str>) {
    hasher.update(&(names.len() as u64).to_le_bytes());
    for name in names {
        text(hasher, name.as_bytes());
    }
}

/// The digest of a coding.
pub(crate) fn of_coding(coding: &Coding) -> ContentDigest {
    let mut hasher = Hasher::new();
    text(&mut hasher, CODING_MARK);
    unit_into(&mut hasher, coding.unit());
    text(&mut hasher, coding.coder().as_str().as_bytes());
    value_into(&mut hasher, &coding.judgement().clone().into());
    text(&mut hasher, coding.narrative().as_bytes());
    hasher.update(&(coding.evidence().len() as u64).to_le_bytes());
    for one in coding.evidence() {
        evidence_into(&mut hasher, one);
    }
    finished(&hasher)
}

/// The digest of what a curator asks for.
pub(crate) fn of_adjudication(request: &AdjudicationRequest) -> ContentDigest {
    let AdjudicationRequest { unit, source, curator, ruling, comment } = request;
    let mut hasher = Hasher::new();
    text(&mut hasher, ADJUDICATION_MARK);
    unit_into(&mut hasher, unit);
    text(&mut hasher, source.as_str().as_bytes());
    text(&mut hasher, curator.as_str().as_bytes());
    match ruling {
        Ruling::Median => {
            hasher.update(&[1]);
        }
        Ruling::Majority => {
            hasher.update(&[2]);
        }
        Ruling::Decision { judgement, rationale } => {
            hasher.update(&[3]);
            value_into(&mut hasher, &Judgement::clone(judgement).into());
            text(&mut hasher, rationale.as_str().as_bytes());
        }
    }
    text(&mut hasher, comment.as_bytes());
    finished(&hasher)
}

fn unit_into(hasher: &mut Hasher, unit: &Unit) {
    for part in [unit.indicator().as_str(), &unit.area().to_string(), &unit.period().to_string()] {
        text(hasher, part.as_bytes());
    }
}

fn text(hasher: &mut Hasher, bytes: &[u8]) {
    hasher.update(&(bytes.len() as u64).to_le_bytes());
    hasher.update(bytes);
}

fn observation_into(hasher: &mut Hasher, observation: &Observation) {
    key_into(hasher, observation.key());
    value_into(hasher, observation.value());
    text(hasher, observation.status().code().as_bytes());
    let Notes { comment, method, evidence } = observation.notes();
    text(hasher, comment.as_bytes());
    text(hasher, method.as_bytes());
    hasher.update(&(evidence.len() as u64).to_le_bytes());
    for one in evidence {
        evidence_into(hasher, one);
    }
}

fn key_into(hasher: &mut Hasher, key: &ObservationKey) {
    let ObservationKey { indicator, area, source, period } = key;
    for part in [indicator.as_str(), &area.to_string(), source.as_str(), &period.to_string()] {
        text(hasher, part.as_bytes());
    }
}

fn value_into(hasher: &mut Hasher, value: &Value) {
    match value {
        Value::Number(number) => {
            hasher.update(&[1]).update(&number.get().to_bits().to_le_bytes());
        }
        Value::Flag(flag) => {
            hasher.update(&[2, u8::from(*flag)]);
        }
        Value::Level(level) => {
            hasher.update(&[3]);
            text(hasher, level.as_str().as_bytes());
        }
        Value::Ratio(ratio) => {
            hasher.update(&[4]);
            hasher.update(&ratio.numerator().to_bits().to_le_bytes());
            hasher.update(&ratio.denominator().to_bits().to_le_bytes());
        }
        Value::Missing(reason) => {
            hasher.update(&[5]);
            text(hasher, reason.as_str().as_bytes());
        }
    }
}

fn evidence_into(hasher: &mut Hasher, evidence: &Evidence) {
    for part in [evidence.citation(), evidence.url(), evidence.quote()] {
        text(hasher, part.as_bytes());
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use tenseven_model::{MissingReason, Number, Ratio};

    fn observation(comment: &str, value: Value) -> Observation {
        let key = ObservationKey {
            indicator: "dual-nationality".parse().unwrap(),
            area: "MAR".parse().unwrap(),
            source: "ministry".parse().unwrap(),
            period: "2020".parse().unwrap(),
        };
        let evidence = vec![Evidence::new("Dahir 1-58-250".into(), String::new(), "q".into()).unwrap()];
        Observation::new(key, value, None, Notes { comment: comment.into(), method: String::new(), evidence })
            .unwrap()
    }

    #[test]
    fn equal_content_has_an_equal_digest_and_other_content_another() {
        let level = |code: &str| Value::Level(code.parse().unwrap());
        let one = of_observations(&[observation("a", level("basic"))]);
        assert_eq!(one, of_observations(&[observation("a", level("basic"))]));
        assert_ne!(one, of_observations(&[observation("b", level("basic"))]));
        assert_ne!(one, of_observations(&[observation("a", level("elaborated"))]));
        assert_ne!(one, of_observations(&[]));
    }

    #[test]
    fn the_digest_of_known_content_never_changes() {
        let values = [
            Value::Number(Number::try_from(2.5).unwrap()),
            Value::Flag(true),
            Value::Level("basic".parse().unwrap()),
            Value::Ratio(Ratio::new(1.0, 3.0).unwrap()),
            Value::Missing(MissingReason::Confidential),
        ];
        let observations: Vec<_> = values.into_iter().map(|value| observation("c", value)).collect();
        let digest = of_observations(&observations);
        assert_eq!(data_encoding::HEXLOWER.encode(&digest.0), "b742b14589ce5c91464e2b0b3aab2e1e");
        let key = observation("c", Value::Flag(true)).key().clone();
        let reason = "sent by mistake".parse().unwrap();
        let digest = of_withdrawals(&[Withdrawal::new(key, reason).unwrap()]);
        assert_eq!(data_encoding::HEXLOWER.encode(&digest.0), "9ca6ac342dfda95b369f71e6f76502dd");
        let digest = of_framework("id = \"x\"\n");
        assert_eq!(data_encoding::HEXLOWER.encode(&digest.0), "3c07c26797d983004890f04259ef3029");
        let unit =
            Unit::new("access".parse().unwrap(), "MAR".parse().unwrap(), "2020".parse().unwrap()).unwrap();
        let level = Judgement::Level("basic".parse().unwrap());
        let coder = "coder-a".parse().unwrap();
        let evidence = vec![Evidence::new("Law 1".into(), String::new(), "q".into()).unwrap()];
        let coding = Coding::new(unit.clone(), coder, level.clone(), "why".into(), evidence).unwrap();
        assert_eq!(data_encoding::HEXLOWER.encode(&of_coding(&coding).0), "32bb6891d1cfd0ac6481559b05b9bcfd");
        let (source, curator) = ("panel".parse().unwrap(), "rosa".parse().unwrap());
        let ruling = Ruling::Decision { judgement: level, rationale: "r".to_owned().try_into().unwrap() };
        let request = AdjudicationRequest::new(unit, source, curator, ruling, "c".into()).unwrap();
        assert_eq!(
            data_encoding::HEXLOWER.encode(&of_adjudication(&request).0),
            "c7990e6b6fba2156a9de6bddaca3c36b"
        );
    }

    fn practice() -> Practice {
        let draft = PracticeDraft {
            id: "a".parse().unwrap(),
            areas: vec!["MAR".parse().unwrap()],
            title: "A".to_owned(),
            description: "What is done.".to_owned(),
            citation: "The book of a".to_owned(),
            domains: vec!["mobility".parse().unwrap()],
            indicators: vec!["dual-nationality".parse().unwrap()],
            measures: vec!["skills".parse().unwrap()],
        };
        Practice::new(draft).unwrap()
    }

    #[test]
    fn the_digest_of_known_practices_never_changes() {
        let write = |change, expected| PracticeWrite {
            change,
            curator: "hub".parse().unwrap(),
            expected: tenseven_model::Revision::new(expected),
        };
        let reason = "Over.".parse().unwrap();
        let withdrawn = PracticeChange::Withdrawn { id: "a".parse().unwrap(), reason };
        let digests = [
            of_practice(&write(PracticeChange::Put(practice()), 0)),
            of_practice(&write(PracticeChange::Put(practice()), 7)),
            of_practice(&write(withdrawn, 7)),
            of_seeds(&[practice()]),
        ];
        let digests = digests.map(|digest| data_encoding::HEXLOWER.encode(&digest.0[..8]));
        assert_eq!(digests, ["3dc86b98bd758eb9", "6a8d0503b6f204f9", "be42e63e4ab60444", "6862a94284556134"]);
    }
}
