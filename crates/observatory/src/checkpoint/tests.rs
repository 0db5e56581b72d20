//! Tests of checkpoints.

use proptest::prelude::*;
use tenseven_catalog::{Catalog, parse_framework};
use tenseven_engine::Panel;
use tenseven_model::{
    AdjudicationRule, Coding, ContentDigest, Judgement, MissingReason, Notes, Observation, PartnerId,
    Practice, PracticeDraft, Revision, SubmissionId, Timestamp, Unit, Value, Withdrawal,
    access::{
        AccessChange, ApiKey, Grant, IssuedKey, Partner, PartnerDraft, PartnerStatus, Quota, QuotaLimit,
    },
    event::{
        Adjudicated, ChangeCounts, Event, FiledCoding, FrameworkRetirement, FrameworkSource,
        ObservationVersion, PracticeChange, PracticeVersion,
    },
};
use tenseven_store::{Entry, Journal, MemoryJournal};
use tenseven_testkit::history;

use tenseven_state::{State, observations::Withdrawn};

use super::*;
use crate::accepted::accepted;

fn entry(revision: u64, event: Event) -> Entry {
    let mut id = [3; 16];
    id[8..].copy_from_slice(&revision.to_be_bytes());
    Entry {
        revision: Revision::new(revision),
        committed_at: Timestamp::from_micros(i64::try_from(revision * 17).unwrap()),
        submission: SubmissionId::from_bytes(id).unwrap(),
        author: revision.is_multiple_of(3).then(|| "hcp".parse().unwrap()),
        digest: ContentDigest([0; 16]),
        outcome: ChangeCounts::default(),
        event,
    }
}

/// An observation, with a comment if `with_comment`.
fn with_notes(observation: &Observation, with_comment: bool) -> Observation {
    let notes =
        Notes { comment: if with_comment { "seen".to_owned() } else { String::new() }, ..Notes::default() };
    let (value, status) = (observation.value().clone(), observation.status());
    Observation::new(observation.key().clone(), value, Some(status), notes).unwrap()
}

fn version(change: PracticeChange, previous: Option<u64>) -> PracticeVersion {
    PracticeVersion { change, curator: None, previous: previous.map(Revision::new) }
}

/// What a curator made of the first practice that ships.
fn revised() -> PracticeVersion {
    let practice = PracticeDraft::clone(&Catalog::bundled().practices()[0]);
    let practice = Practice::new(PracticeDraft { title: "Revised".to_owned(), ..practice }).unwrap();
    version(PracticeChange::Put(practice), Some(2))
}

/// That the second practice that ships was withdrawn.
fn withdrawn_practice() -> PracticeVersion {
    let id = Catalog::bundled().practices()[1].id.clone();
    let reason = "Over.".parse().unwrap();
    version(PracticeChange::Withdrawn { id, reason }, Some(2))
}

/// A coding or an adjudication of the place of an observation, as the turn has it.
fn assessed(turn: u64, observation: &Observation) -> Event {
    let key = observation.key();
    let unit = Unit::new(key.indicator.clone(), key.area.clone(), key.period).unwrap();
    if turn.is_multiple_of(5) {
        let version = ObservationVersion::observed(observation.clone(), None);
        let (curator, rule) = ("rosa".parse().unwrap(), AdjudicationRule::Median);
        let adjudicated = Adjudicated { version, round: 1, curator, rule, codings: Vec::new() };
        return Event::Adjudication(Box::new(adjudicated));
    }
    let judgement = if turn.is_multiple_of(3) {
        Judgement::Missing(MissingReason::Confidential)
    } else {
        Judgement::Level("basic".parse().unwrap())
    };
    let coder = ["ada", "ben"][usize::from(turn.is_multiple_of(2))].parse().unwrap();
    let coding = Coding::new(unit, coder, judgement, String::new(), Vec::new()).unwrap();
    Event::Coding(Box::new(FiledCoding { coding, round: 1, previous: None }))
}

/// Two partners with keys and grants, one of each revoked.
fn changes_of_access() -> Vec<AccessChange> {
    let id = |id: &str| id.parse::<PartnerId>().unwrap();
    let put = |partner: &str, certificate: &str| {
        let (name, contact) = ("A name".to_owned(), String::new());
        let certificate_names = vec![certificate.to_owned()];
        let quota = Quota::default().with(QuotaLimit::Streams, std::num::NonZero::new(3));
        let draft = PartnerDraft {
            id: id(partner),
            name,
            contact,
            status: PartnerStatus::Active,
            certificate_names,
            quota,
        };
        AccessChange::PartnerPut(Partner::new(draft).unwrap())
    };
    let issue = |byte: u8| {
        let (key, name) = (ApiKey::from_random([byte; ApiKey::RANDOM_BYTES]), "push".parse().unwrap());
        let (id, partner, hash) = (key.id().clone(), id("hcp"), key.hash());
        AccessChange::KeyIssued(IssuedKey {
            id,
            partner,
            name,
            hash,
            expires_at: Some(Timestamp::from_micros(9)),
        })
    };
    let AccessChange::KeyIssued(IssuedKey { id: key, .. }) = issue(1) else { unreachable!() };
    let reason = || "left".parse().unwrap();
    vec![
        put("hcp", "push.hcp.example"),
        put("iom", "iom.example"),
        issue(1),
        issue(2),
        AccessChange::GrantAdded { partner: id("hcp"), grant: Grant::Admin },
        AccessChange::KeyRevoked { partner: id("hcp"), key, reason: reason() },
        put("iom", "moved.iom.example"),
    ]
}

/// A journal with these batches after a framework and practices, codings among them and some of it withdrawn, and the state that it folds to.
fn folded(batches: &[Vec<Observation>]) -> (MemoryJournal, State) {
    let text = Catalog::bundled().framework_texts()[0].to_owned();
    let (journal, mut state) = (MemoryJournal::new(), State::default());
    let mut add = |entry: Entry| {
        journal.append(state.revision(), std::slice::from_ref(&entry)).unwrap();
        state.fold(accepted(&entry), &entry.event).unwrap();
    };
    add(entry(1, Event::Framework(FrameworkSource { text })));
    let seeds = Catalog::bundled().practices().iter().cloned();
    let seeds = seeds.map(|practice| version(PracticeChange::Put(practice), None)).collect();
    add(entry(2, Event::Practices(seeds)));
    add(entry(3, Event::Practices(vec![revised(), withdrawn_practice()])));
    let framework = parse_framework(Catalog::bundled().framework_texts()[0]).unwrap();
    let (id, version) = (framework.draft().id.clone(), framework.draft().version.clone());
    let reason = "It was never adopted.".parse().unwrap();
    add(entry(4, Event::Retirement(FrameworkRetirement { id, version, reason })));
    for (revision, batch) in (5..).zip(batches) {
        let versions = batch.iter().enumerate().map(|(place, observation)| {
            if (place + batch.len()).is_multiple_of(4) {
                let reason = "sent by mistake".parse().unwrap();
                return ObservationVersion::withdrawn(
                    Withdrawal::new(observation.key().clone(), reason).unwrap(),
                    None,
                );
            }
            ObservationVersion::observed(
                with_notes(observation, (place + batch.len()).is_multiple_of(3)),
                None,
            )
        });
        add(entry(revision, Event::Observations(versions.collect())));
    }
    let observations = batches.iter().flatten();
    let mut last = 4 + batches.len() as u64;
    for (revision, observation) in (last + 1..).zip(observations) {
        add(entry(revision, assessed(revision, observation)));
        last = revision;
    }
    for (revision, change) in (last + 1..).zip(changes_of_access()) {
        add(entry(revision, Event::Access(Box::new(change))));
    }
    (journal, state)
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]

    #[test]
    fn what_was_written_down_is_read_back(batches in history(12)) {
        let (journal, state) = folded(&batches);
        store(&journal, journal.head(), &state).unwrap();
        let back = load(&journal, state.revision()).unwrap();
        prop_assert!(back == state);
        prop_assert_eq!(back.panel().len(), state.panel().len());
        prop_assert_eq!(back.withdrawn(), state.withdrawn());
        prop_assert_eq!(back.frameworks().in_force_count(), 0);
        prop_assert_eq!(back.practices().current_count(), Catalog::bundled().practices().len() - 1);
        prop_assert_eq!((back.stored(), back.accepted_at()), (state.stored(), state.accepted_at()));
    }

    #[test]
    fn damaged_bytes_are_an_error_or_a_state_and_never_a_panic(
        batches in history(4), place: prop::sample::Index, byte: u8, cut: prop::sample::Index
    ) {
        let (_, state) = folded(&batches);
        let mut bytes = Vec::new();
        write::state(&mut bytes, &state).unwrap();
        prop_assert!(read::state(&mut &bytes[..cut.index(bytes.len())]).is_err());
        let place = place.index(bytes.len());
        bytes[place] = byte;
        let _ = read::state(&mut bytes.as_slice());
    }
}

#[test]
fn another_version_is_refused() {
    let (_, state) = folded(&[]);
    let mut bytes = Vec::new();
    write::state(&mut bytes, &state).unwrap();
    bytes[0] = VERSION + 1;
    assert!(read::state(&mut bytes.as_slice()).is_err());
}

#[test]
fn what_is_withdrawn_and_observed_at_once_or_out_of_order_is_refused() {
    let observation = tenseven_testkit::observation("dual-nationality", "MAR", "2020", Value::Flag(true));
    let (_, state) = folded(&[vec![observation.clone()]]);
    let mut twice = Withdrawn::default();
    twice.put(observation.key().clone(), Revision::new(2));
    let mut bytes = Vec::new();
    withdrawn::write(&mut bytes, &twice).unwrap();
    assert_eq!(withdrawn::read(&mut bytes.as_slice(), &Panel::new()).unwrap(), twice);
    assert!(withdrawn::read(&mut bytes.as_slice(), state.panel()).is_err());
    // The same key again: its texts are those at places 1 to 3.
    let mut again = vec![2];
    again.extend(&bytes[1..]);
    again.extend([1, 2, 3]);
    again.extend(&bytes[bytes.len() - 5..]);
    assert!(withdrawn::read(&mut again.as_slice(), &Panel::new()).is_err());
}
