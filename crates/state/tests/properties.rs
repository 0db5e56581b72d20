//! What deciding and folding promise, over random commands.

#![allow(clippy::unwrap_used, clippy::panic, reason = "tests: what does not hold fails them")]

use std::{collections::BTreeSet, num::NonZero, sync::LazyLock};

use proptest::{collection::vec, option, prelude::*, sample::Index, sample::select};
use tenseven_catalog::Catalog;
use tenseven_model::{
    Coding, Evidence, GivenFields, GivenStatus, Judgement, MissingReason, Notes, Observation, ObservationKey,
    ObservationMerge, ObservationStatus, PartnerId, PracticeDraft, Revision, Ruling, Timestamp, Unit, Value,
    Withdrawal,
    access::{ApiKey, Grant, IssuedKey, Partner, PartnerDraft, PartnerStatus, Quota, QuotaLimit},
    event::{ChangeCounts, Event, FrameworkRetirement, PracticeChange},
};
use tenseven_state::{
    Accepted, Command, Decision, Rejection, RuleLimits, Rules, State, World,
    access::{AddGrant, IssueKey, PutPartner, RevokeGrant, RevokeKey},
    codings::{AdjudicateCodings, SubmitCoding},
    decide,
    frameworks::{BudgetLimits, PublishFramework, Published, RetireFramework},
    observations::{Change, SubmitChanges},
    practices::{SeedPractices, WritePractice},
};
use tenseven_testkit::{history, observation};

static WORLD: LazyLock<World> = LazyLock::new(|| World::new(Catalog::bundled()));

fn rules() -> Rules<'static> {
    let limits = RuleLimits {
        batch_observations_max: 10_000,
        definition_bytes_max: 1 << 20,
        practices_max: 60,
        budget: BudgetLimits::default(),
    };
    Rules { world: &WORLD, limits }
}

fn moment(revision: Revision) -> Timestamp {
    Timestamp::from_micros(i64::try_from(revision.number()).unwrap() * 17)
}

static PARTNERS: LazyLock<[PartnerId; 2]> = LazyLock::new(|| ["hcp", "iom"].map(|id| id.parse().unwrap()));

/// Some revisions are of nobody, the others of two partners in turns.
fn accepted(revision: Revision) -> Accepted<'static> {
    let author = match revision.number() % 5 {
        0 | 1 => None,
        2 => Some(&PARTNERS[0]),
        _ => Some(&PARTNERS[1]),
    };
    Accepted { revision, at: moment(revision), author }
}

/// The next command, chosen without regard to the state.
#[derive(Debug, Clone)]
enum Step {
    Change {
        puts: Vec<Observation>,
        merges: Vec<(Index, GivenFields)>,
        withdrawals: Vec<Index>,
        is_distinct: bool,
    },
    Publish {
        minor: u8,
    },
    Retire {
        minor: u8,
    },
    Put {
        practice: Index,
        title: String,
        is_stale: bool,
    },
    WithdrawPractice(Index),
    Seed,
    Code {
        coder: &'static str,
        level: &'static str,
    },
    Adjudicate(Ruling),
    Access {
        partner: Index,
        change: u8,
    },
}

fn texts() -> impl Strategy<Value = Notes> {
    let evidence =
        vec("[a-c]{1,3}".prop_map(|text| Evidence::new(text, String::new(), String::new()).unwrap()), 0..3);
    ("[a-c]{0,2}", "[a-c]{0,2}", evidence).prop_map(|(comment, method, evidence)| Notes {
        comment,
        method,
        evidence,
    })
}

fn with_notes(observation: &Observation, notes: Notes) -> Observation {
    let (key, value) = (observation.key().clone(), observation.value().clone());
    Observation::new(key, value, Some(observation.status()), notes).unwrap()
}

fn puts() -> impl Strategy<Value = Vec<Observation>> {
    (history(1), vec(texts(), 12)).prop_map(|(batches, texts)| {
        let batch = batches.into_iter().flatten().zip(texts);
        batch.map(|(observation, notes)| with_notes(&observation, notes)).collect()
    })
}

/// What a merge gives; mostly something that fits.
fn fields() -> impl Strategy<Value = GivenFields> {
    let value =
        select(vec![Value::Missing(MissingReason::Confidential), Value::Level("basic".parse().unwrap())]);
    let status = prop_oneof![
        4 => Just(GivenStatus::Default),
        1 => Just(GivenStatus::Is(ObservationStatus::Estimated)),
        1 => Just(GivenStatus::Is(ObservationStatus::Missing)),
    ];
    (option::weighted(0.2, value), option::of(status), texts(), any::<[bool; 3]>()).prop_map(
        |(value, status, Notes { comment, method, evidence }, [has_comment, has_method, has_evidence])| {
            let comment = Some(comment).filter(|_| has_comment || (value.is_none() && status.is_none()));
            let (method, evidence) =
                (Some(method).filter(|_| has_method), Some(evidence).filter(|_| has_evidence));
            GivenFields { value, status, comment, method, evidence }
        },
    )
}

fn change() -> impl Strategy<Value = Step> {
    let merges = vec((any::<Index>(), fields()), 0..3);
    (option::of(puts()), merges, vec(any::<Index>(), 0..3), any::<bool>()).prop_map(
        |(puts, merges, withdrawals, is_distinct)| Step::Change {
            puts: puts.unwrap_or_default(),
            merges,
            withdrawals,
            is_distinct,
        },
    )
}

fn step() -> impl Strategy<Value = Step> {
    let level = select(vec!["basic", "elaborated", "comprehensive", "unheard-of"]);
    let ruling = select(vec![Ruling::Median, Ruling::Majority]);
    prop_oneof![
        8 => change(),
        1 => (0_u8..4).prop_map(|minor| Step::Publish { minor }),
        1 => (0_u8..4).prop_map(|minor| Step::Retire { minor }),
        2 => (any::<Index>(), "[a-z]{1,8}", any::<bool>())
            .prop_map(|(practice, title, is_stale)| Step::Put { practice, title, is_stale }),
        1 => any::<Index>().prop_map(Step::WithdrawPractice),
        1 => Just(Step::Seed),
        3 => (select(vec!["ada", "ben", "eve"]), level).prop_map(|(coder, level)| Step::Code { coder, level }),
        1 => ruling.prop_map(Step::Adjudicate),
        4 => (any::<Index>(), 0..6_u8).prop_map(|(partner, change)| Step::Access { partner, change }),
    ]
}

fn unit() -> Unit {
    Unit::new("dual-nationality".parse().unwrap(), "MAR".parse().unwrap(), "2020".parse().unwrap()).unwrap()
}

fn publish(minor: u8) -> PublishFramework {
    let text = Catalog::bundled().framework_texts().iter().find(|text| text.contains("id = \"target-10-7\""));
    let text = text.unwrap().replace("version = \"1.0.0\"", &format!("version = \"1.{minor}.0\""));
    PublishFramework::read(text, &rules().limits).unwrap()
}

/// The keys that are observed.
fn observed(state: &State) -> Vec<ObservationKey> {
    let mut keys = Vec::new();
    for indicator in state.panel().indicators() {
        for (country, series) in state.panel().countries(indicator) {
            for (unit, timeline) in series.timelines() {
                let area = unit.map_or(tenseven_model::AreaCode::Country(country), |unit| {
                    tenseven_model::AreaCode::Local(country, unit.clone())
                });
                keys.extend(timeline.iter().map(|(period, sourced)| ObservationKey {
                    indicator: indicator.clone(),
                    area: area.clone(),
                    source: sourced.source.clone(),
                    period,
                }));
            }
        }
    }
    keys.sort();
    keys
}

/// What is observed for a key, as the journal has it.
fn current(events: &[Event], state: &State, key: &ObservationKey) -> Observation {
    let revision = state.panel().get(key).unwrap().revision;
    let event = &events[usize::try_from(revision.number()).unwrap() - 1];
    event.versions().iter().find(|version| version.key() == key).unwrap().observation().unwrap().clone()
}

/// A merge, resolved if something is observed.
fn merge(state: &State, events: &[Event], key: ObservationKey, fields: GivenFields) -> Change {
    let mut change = ObservationMerge::new(key, fields).unwrap().into();
    if let Change::Merge(merge) = &mut change
        && let Some(cell) = state.panel().get(merge.request().key())
    {
        let current = current(events, state, merge.request().key());
        merge.resolve(cell.revision, &current);
    }
    change
}

fn withdrawal(key: &ObservationKey) -> Withdrawal {
    Withdrawal::new(key.clone(), "sent by mistake".parse().unwrap()).unwrap()
}

fn command(state: &State, events: &[Event], step: Step) -> Command {
    match step {
        Step::Change { puts, merges, withdrawals, is_distinct } => {
            let keys = observed(state);
            let key = |index: &Index| (!keys.is_empty()).then(|| keys[index.index(keys.len())].clone());
            let merges = merges.into_iter().filter_map(|(index, fields)| {
                Some(ObservationMerge::new(key(&index)?, fields)).and_then(Result::ok)
            });
            let merges: Vec<_> = merges.collect();
            let merges =
                merges.iter().map(|one| merge(state, events, one.key().clone(), one.fields().clone()));
            let withdrawals = withdrawals.iter().filter_map(key).map(|key| withdrawal(&key).into());
            let mut changes: Vec<Change> =
                withdrawals.chain(merges).chain(puts.into_iter().map(Change::from)).collect();
            if is_distinct {
                let mut seen = BTreeSet::new();
                changes.retain(|change| seen.insert(change.key().clone()));
            }
            Command::SubmitChanges(SubmitChanges { changes })
        }
        Step::Publish { minor } => Command::PublishFramework(publish(minor)),
        Step::Retire { minor } => {
            let (id, version) = ("target-10-7".parse().unwrap(), format!("1.{minor}.0").parse().unwrap());
            let retirement = FrameworkRetirement { id, version, reason: "Over.".parse().unwrap() };
            Command::RetireFramework(Box::new(RetireFramework { retirement }))
        }
        Step::Put { practice, title, is_stale } => {
            let shipped = Catalog::bundled().practices();
            let draft =
                PracticeDraft { title, ..PracticeDraft::clone(&shipped[practice.index(shipped.len())]) };
            let newest = state.practices().get(&draft.id).map_or(Revision::ZERO, |held| held.revision);
            let expected = if is_stale { newest.next() } else { newest };
            let change = PracticeChange::Put(tenseven_model::Practice::new(draft).unwrap());
            let curator = "hub".parse().unwrap();
            Command::WritePractice(Box::new(WritePractice { change, curator, expected }))
        }
        Step::WithdrawPractice(practice) => {
            let shipped = Catalog::bundled().practices();
            let id = shipped[practice.index(shipped.len())].id.clone();
            let expected = state.practices().get(&id).map_or(Revision::ZERO, |held| held.revision);
            let change = PracticeChange::Withdrawn { id, reason: "Over.".parse().unwrap() };
            let curator = "hub".parse().unwrap();
            Command::WritePractice(Box::new(WritePractice { change, curator, expected }))
        }
        Step::Seed => Command::SeedPractices(SeedPractices::missing(&WORLD, state.practices())),
        Step::Code { coder, level } => {
            let judgement = Judgement::Level(level.parse().unwrap());
            let coding =
                Coding::new(unit(), coder.parse().unwrap(), judgement, String::new(), Vec::new()).unwrap();
            Command::SubmitCoding(Box::new(SubmitCoding { coding }))
        }
        Step::Adjudicate(ruling) => {
            let (source, curator) = ("panel".parse().unwrap(), "rosa".parse().unwrap());
            let command = AdjudicateCodings::new(unit(), source, curator, ruling, String::new()).unwrap();
            Command::AdjudicateCodings(Box::new(command))
        }
        Step::Access { partner, change } => access(state, &PARTNERS[partner.index(2)], change),
    }
}

/// A change of a partner's access; which one, and whether it can be accepted, is left to chance.
fn access(state: &State, id: &PartnerId, change: u8) -> Command {
    let (partner, reason) = (id.clone(), "Over.".parse().unwrap());
    let stored = state.partners().get(id).ok();
    let key = stored.and_then(|stored| stored.keys.first()).map(|stored| stored.key.id.clone());
    let fresh =
        ApiKey::from_random([u8::try_from(state.revision().number() % 251).unwrap(); ApiKey::RANDOM_BYTES]);
    match change {
        0 | 1 => {
            let status = if change == 0 { PartnerStatus::Active } else { PartnerStatus::Suspended };
            let (name, contact) = ("Partner".to_owned(), String::new());
            let certificate_names = vec![format!("{id}.example")];
            let quota = Quota::default().with(QuotaLimit::Watches, NonZero::new(u64::from(change)));
            let draft = PartnerDraft { id: partner, name, contact, status, certificate_names, quota };
            Command::PutPartner(Box::new(PutPartner {
                partner: Partner::new(draft).unwrap(),
                keeps_status: false,
                keeps_quota: false,
            }))
        }
        2 => {
            let (id, hash) = (fresh.id().clone(), fresh.hash());
            let name = "nightly push".parse().unwrap();
            Command::IssueKey(Box::new(IssueKey(IssuedKey { id, partner, name, hash, expires_at: None })))
        }
        3 => {
            let key = key.unwrap_or_else(|| fresh.id().clone());
            Command::RevokeKey(Box::new(RevokeKey { partner, key, reason }))
        }
        4 => Command::AddGrant(Box::new(AddGrant { partner, grant: Grant::Admin })),
        _ => {
            let grant = stored
                .and_then(|stored| stored.grants.first())
                .map_or(Revision::ZERO, |grant| grant.revision);
            Command::RevokeGrant(Box::new(RevokeGrant { partner, grant, reason }))
        }
    }
}

/// Decides a command on top of a state, and folds what it becomes in; a framework as the registry does, without reading its text
/// again.
fn apply(state: &mut State, command: Command) -> Result<Event, Rejection> {
    let Decision { event, outcome: _ } = decide(state, command.clone(), &rules())?;
    let revision = state.revision().next();
    match command {
        Command::PublishFramework(command) => {
            let (planned, definition) = (command.planned().clone(), command.definition().to_owned());
            let published = Published::new(planned, definition.into(), revision);
            state.fold_published(accepted(revision), published);
        }
        _ => state.fold(accepted(revision), &event).unwrap(),
    }
    Ok(event)
}

/// A state in which a framework is published, and the journal of it.
fn begun() -> (State, Vec<Event>) {
    let mut state = State::default();
    let event = apply(&mut state, Command::PublishFramework(publish(0))).unwrap();
    (state, vec![event])
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(48))]

    #[test]
    fn folding_the_events_gives_the_live_state(steps in vec(step(), 1..24)) {
        let (mut live, mut events) = begun();
        for step in steps {
            let command = command(&live, &events, step);
            events.extend(apply(&mut live, command).ok());
        }
        let mut rebuilt = State::default();
        for (event, revision) in events.iter().zip((1..).map(Revision::new)) {
            rebuilt.fold(accepted(revision), event).unwrap();
        }
        prop_assert_eq!(rebuilt, live);
    }

    #[test]
    fn the_same_command_on_the_same_state_is_decided_the_same_and_changes_nothing(steps in vec(step(), 1..16)) {
        let (mut state, mut events) = begun();
        for step in steps {
            let (before, command) = (state.clone(), command(&state, &events, step));
            let first = decide(&state, command.clone(), &rules());
            prop_assert_eq!(&state, &before);
            prop_assert_eq!(first, decide(&before, command.clone(), &rules()));
            events.extend(apply(&mut state, command).ok());
        }
    }

    #[test]
    fn an_observation_is_unchanged_exactly_if_value_status_and_texts_are(
        texts in (texts(), prop_oneof![Just(None), texts().prop_map(Some)]),
        levels in (select(vec!["basic", "elaborated"]), select(vec!["basic", "elaborated"])),
        statuses in (option::of(Just(ObservationStatus::Estimated)), option::of(Just(ObservationStatus::Estimated))),
    ) {
        let say = |level: &str, status, notes: &Notes| {
            let value = Value::Level(level.parse().unwrap());
            let bare = observation("dual-nationality", "MAR", "2020", value.clone());
            Observation::new(bare.key().clone(), value, status, notes.clone()).unwrap()
        };
        let second_texts = texts.1.as_ref().unwrap_or(&texts.0);
        let (first, second) = (say(levels.0, statuses.0, &texts.0), say(levels.1, statuses.1, second_texts));
        let (mut state, _) = begun();
        apply(&mut state, push_of(&first)).unwrap();
        let outcome = decide(&state, push_of(&second), &rules()).unwrap().outcome;
        let unchanged = ChangeCounts { unchanged: 1, ..ChangeCounts::default() };
        let revised = ChangeCounts { revised: 1, ..ChangeCounts::default() };
        prop_assert_eq!(outcome, if first == second { unchanged } else { revised });
    }
}

fn changes_of<const COUNT: usize>(changes: [Change; COUNT]) -> Command {
    Command::SubmitChanges(SubmitChanges { changes: changes.into() })
}

fn push_of(observation: &Observation) -> Command {
    changes_of([observation.clone().into()])
}

/// An observation with every text, and copies that differ in one thing each.
fn one_and_its_neighbours() -> (Observation, Vec<(&'static str, Observation)>) {
    let value = |level: &str| Value::Level(level.parse().unwrap());
    let key = observation("dual-nationality", "MAR", "2020", value("basic")).key().clone();
    let evidence = |citation: &str, url: &str, quote: &str| {
        Evidence::new(citation.into(), url.into(), quote.into()).unwrap()
    };
    let notes = |comment: &str, method: &str, evidence| Notes {
        comment: comment.into(),
        method: method.into(),
        evidence,
    };
    let law = || evidence("Law 1", "https://example.org/1", "no one");
    let make = |value, status, notes| Observation::new(key.clone(), value, status, notes).unwrap();
    let normal = Some(ObservationStatus::Normal);
    let texts = |notes| make(value("basic"), normal, notes);
    let others = vec![
        ("value", make(value("elaborated"), normal, notes("a", "b", vec![law()]))),
        ("missing", make(Value::Missing(MissingReason::Confidential), None, notes("a", "b", vec![law()]))),
        ("status", make(value("basic"), Some(ObservationStatus::Estimated), notes("a", "b", vec![law()]))),
        ("comment", texts(notes("A", "b", vec![law()]))),
        ("method", texts(notes("a", "B", vec![law()]))),
        ("texts that run together", texts(notes("ab", "", vec![law()]))),
        ("texts exchanged", texts(notes("b", "a", vec![law()]))),
        ("citation", texts(notes("a", "b", vec![evidence("Law 2", "https://example.org/1", "no one")]))),
        ("url", texts(notes("a", "b", vec![evidence("Law 1", "https://example.org/2", "no one")]))),
        ("quote", texts(notes("a", "b", vec![evidence("Law 1", "https://example.org/1", "None")]))),
        ("evidence twice", texts(notes("a", "b", vec![law(), law()]))),
        ("no evidence", texts(notes("a", "b", Vec::new()))),
        ("no texts", texts(Notes::default())),
    ];
    (texts(notes("a", "b", vec![law()])), others)
}

#[test]
fn an_observation_that_differs_in_a_single_text_value_or_status_is_a_revision() {
    let (one, others) = one_and_its_neighbours();
    for (what, other) in others {
        let (mut state, _) = begun();
        apply(&mut state, push_of(&one)).unwrap();
        let counted = |observation: &Observation| {
            let ChangeCounts { new, revised, unchanged, withdrawn: _ } =
                decide(&state, push_of(observation), &rules()).unwrap().outcome;
            [new, revised, unchanged]
        };
        assert_eq!(counted(&one), [0, 0, 1]);
        assert_eq!(counted(&other), [0, 1, 0], "{what}");
    }
}
