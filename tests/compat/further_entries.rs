//! Entries of the kinds that came after the first twelve. Must stay as it is: the golden journals were written with it.

use tenseven_model::{
    AdjudicationRule, Coding, Evidence, Judgement, LevelCode, MissingReason, Notes, Observation,
    ObservationKey, Practice, PracticeDraft, Revision, Unit, Value, Withdrawal,
    event::{Adjudicated, Event, FiledCoding, ObservationVersion, PracticeChange, PracticeVersion},
};
use tenseven_store::Entry;

use crate::entries;

/// The last entry.
pub(crate) const LAST: u64 = 20;

/// The entry of a revision after the first twelve.
pub(crate) fn entry(revision: u64) -> Entry {
    let event = match revision {
        13 => Event::Practices(vec![put("integration-courses", None), put("legal-aid", None)]),
        14 => Event::Practices(vec![withdrawn("legal-aid", 13)]),
        15 => coding("ana", Judgement::Level(level("partial")), None),
        16 => coding("bo", Judgement::Missing(MissingReason::NotAvailable), None),
        17 => coding("bo", Judgement::Level(level("full")), Some(16)),
        18 => adjudication(AdjudicationRule::Median, 1),
        19 => adjudication(
            AdjudicationRule::Decision { rationale: "The law says so.".to_owned().try_into().unwrap() },
            2,
        ),
        _ => withdrawals(),
    };
    Entry { event, ..entries::entry(revision) }
}

fn level(code: &str) -> LevelCode {
    code.parse().unwrap()
}

fn put(id: &str, previous: Option<u64>) -> PracticeVersion {
    let draft = PracticeDraft {
        id: id.parse().unwrap(),
        areas: vec!["MAR".parse().unwrap(), "TUN".parse().unwrap()],
        title: format!("A practice called {id}"),
        description: "What is done there, in « some » words.".to_owned(),
        citation: "A register".to_owned(),
        domains: vec!["rights".parse().unwrap()],
        indicators: vec!["dual-nationality".parse().unwrap()],
        measures: Vec::new(),
    };
    PracticeVersion {
        change: PracticeChange::Put(Practice::new(draft).unwrap()),
        curator: None,
        previous: previous.map(Revision::new),
    }
}

fn withdrawn(id: &str, previous: u64) -> PracticeVersion {
    PracticeVersion {
        change: PracticeChange::Withdrawn {
            id: id.parse().unwrap(),
            reason: "It was never done.".parse().unwrap(),
        },
        curator: Some("rosa".parse().unwrap()),
        previous: Some(Revision::new(previous)),
    }
}

fn coding(coder: &str, judgement: Judgement, previous: Option<u64>) -> Event {
    let unit =
        Unit::new("dual-nationality".parse().unwrap(), "MAR".parse().unwrap(), "2023".parse().unwrap());
    let evidence = Evidence::new(
        "Law 62-06, art. 7".to_owned(),
        "https://example.org/law".to_owned(),
        "« est marocain »".to_owned(),
    );
    let narrative = format!("{coder} read the law");
    let coding =
        Coding::new(unit.unwrap(), coder.parse().unwrap(), judgement, narrative, vec![evidence.unwrap()]);
    let previous = previous.map(Revision::new);
    Event::Coding(Box::new(FiledCoding { coding: coding.unwrap(), round: 1, previous }))
}

fn key(period: &str) -> ObservationKey {
    ObservationKey {
        indicator: "dual-nationality".parse().unwrap(),
        area: "MAR".parse().unwrap(),
        source: "coders".parse().unwrap(),
        period: period.parse().unwrap(),
    }
}

fn adjudication(rule: AdjudicationRule, round: u32) -> Event {
    let value = Value::Level(level("partial"));
    let observation = Observation::new(key("2023"), value, None, Notes::default()).unwrap();
    let previous = (round > 1).then_some(Revision::new(18));
    Event::Adjudication(Box::new(Adjudicated {
        version: ObservationVersion::observed(observation, previous),
        round,
        curator: "rosa".parse().unwrap(),
        rule,
        codings: vec![Revision::new(15), Revision::new(17)],
    }))
}

fn withdrawals() -> Event {
    let withdrawal = |period: &str, previous: u64| {
        let reason = "Counted twice.".parse().unwrap();
        let withdrawal = Withdrawal::new(key(period), reason).unwrap();
        ObservationVersion::withdrawn(withdrawal, Some(Revision::new(previous)))
    };
    Event::Observations(vec![withdrawal("2023", 19), withdrawal("2021", 9)])
}
