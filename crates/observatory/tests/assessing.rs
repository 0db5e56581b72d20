//! Coding and adjudication, tested without a socket and without a disk.

#![allow(clippy::unwrap_used, reason = "tests: what does not hold fails them")]

use std::time::Duration;

use proptest::{collection::vec, prelude::*, sample::select};
use tenseven_catalog::Catalog;
use tenseven_model::{
    AgreementSelection, AsOf, CoderId, Coding, CodingSelection, Judgement, MissingReason,
    ObservationSelection, ReadAt, Revision, Ruling, Unit, UnitSelection, Value,
};
use tenseven_observatory::{
    AdjudicateCodings, AdjudicationRejection, CODERS_MAX, CodingRejection, Limits, Observatory,
    RecordedAdjudication, RecordedCoding, View, Viewer, World, WriteError, upkeep,
};
use tenseven_store::Checkpoints as _;
use tenseven_testkit::{ManualClock, TestJournal, as_changes, observation, submission};

/// With a checkpoint after every few entries.
fn open(journal: &TestJournal) -> Observatory {
    open_with(journal, 4)
}

fn open_with(journal: &TestJournal, checkpoint_observations_min: u64) -> Observatory {
    let limits = Limits { checkpoint_observations_min, ..Limits::default() };
    let (world, clock) = (World::new(Catalog::bundled()), ManualClock::at(1_000));
    Observatory::open(Box::new(journal.clone()), world, limits, Box::new(clock)).unwrap()
}

fn block_on<T>(future: impl Future<Output = T>) -> T {
    tokio::runtime::Builder::new_current_thread().enable_time().build().unwrap().block_on(future)
}

fn view(observatory: &Observatory, as_of: AsOf) -> View {
    block_on(observatory.view(ReadAt::moment(as_of), Duration::ZERO)).unwrap()
}

fn unit(area: &str) -> Unit {
    Unit::new("dual-nationality".parse().unwrap(), area.parse().unwrap(), "2020".parse().unwrap()).unwrap()
}

fn coder(id: &str) -> CoderId {
    id.parse().unwrap()
}

/// Something that somebody sends.
#[derive(Debug, Clone)]
enum Step {
    Code { coder: &'static str, area: &'static str, judgement: Judgement },
    Adjudicate { area: &'static str, ruling: Ruling },
    Push { area: &'static str, level: &'static str },
}

fn step() -> impl Strategy<Value = Step> {
    let area = || select(vec!["MAR", "LBY"]);
    let levels = || select(vec!["basic", "elaborated", "comprehensive"]);
    let judgement = prop_oneof![
        4 => levels().prop_map(|level| Judgement::Level(level.parse().unwrap())),
        1 => Just(Judgement::Missing(MissingReason::NotAvailable)),
    ];
    let decision = judgement.clone().prop_map(|judgement| {
        let rationale = "Read again".to_owned().try_into().unwrap();
        Ruling::Decision { judgement, rationale }
    });
    let ruling = prop_oneof![Just(Ruling::Median), Just(Ruling::Majority), decision];
    prop_oneof![
        6 => (select(vec!["ada", "ben", "eva"]), area(), judgement)
            .prop_map(|(coder, area, judgement)| Step::Code { coder, area, judgement }),
        3 => (area(), ruling).prop_map(|(area, ruling)| Step::Adjudicate { area, ruling }),
        1 => (area(), levels()).prop_map(|(area, level)| Step::Push { area, level }),
    ]
}

fn coding(coder_id: &str, area: &str, judgement: Judgement, narrative: &str) -> Coding {
    Coding::new(unit(area), coder(coder_id), judgement, narrative.to_owned(), Vec::new()).unwrap()
}

fn adjudication(area: &str, ruling: Ruling) -> AdjudicateCodings {
    let (source, curator) = ("test".parse().unwrap(), "rosa".parse().unwrap());
    AdjudicateCodings::new(unit(area), source, curator, ruling, String::new()).unwrap()
}

/// Takes a step; what cannot be adjudicated is passed over.
fn take(observatory: &Observatory, number: u32, step: &Step) {
    let id = submission(number);
    match step.clone() {
        Step::Code { coder, area, judgement } => {
            let coding = coding(coder, area, judgement, &format!("step {number}"));
            let would = observatory.preview_coding(id, coding.clone()).unwrap();
            let receipt = block_on(observatory.submit_coding(id, coding)).unwrap();
            assert_eq!((would.round, would.revises), (receipt.round, receipt.revises));
        }
        Step::Adjudicate { area, ruling } => {
            let would = observatory.preview_adjudication(id, adjudication(area, ruling.clone()));
            let made = block_on(observatory.adjudicate(id, adjudication(area, ruling)));
            match (would, made) {
                (Ok(would), Ok(made)) => {
                    assert_eq!((would.observation, would.codings), (made.observation, made.codings));
                }
                (Err(would), Err(refused)) => {
                    assert_eq!(would, refused);
                    assert!(
                        matches!(refused, WriteError::Rejected(AdjudicationRejection::NotAdjudicable(_))),
                        "{refused:?}"
                    );
                }
                (would, made) => assert_eq!(would.err(), made.err()),
            }
        }
        Step::Push { area, level } => {
            let level = Value::Level(level.parse().unwrap());
            let batch = vec![observation("dual-nationality", area, "2020", level)];
            block_on(observatory.submit_changes(id, as_changes(batch))).unwrap();
        }
    }
}

fn all_codings(view: &View, viewer: &Viewer) -> Vec<RecordedCoding> {
    let filter = CodingSelection { superseded: true, ..CodingSelection::default() };
    let (mut all, mut after) = (Vec::new(), None);
    loop {
        let page = view.codings(viewer, &filter, 3, after.as_ref()).unwrap();
        all.extend(page.codings);
        after = page.next;
        if after.is_none() {
            return all;
        }
    }
}

fn all_adjudications(view: &View) -> Vec<RecordedAdjudication> {
    let (mut all, mut after) = (Vec::new(), None);
    loop {
        let page = view.adjudications(&UnitSelection::default(), 2, after.as_ref()).unwrap();
        all.extend(page.adjudications);
        after = page.next;
        if after.is_none() {
            return all;
        }
    }
}

fn selection() -> AgreementSelection {
    let indicator = "dual-nationality".parse().unwrap();
    AgreementSelection { indicator, area: None, from: None, to: None, coders: Vec::new() }
}

const VIEWERS: [Option<&str>; 3] = [Some("ada"), Some("ben"), None];

fn viewer(id: Option<&str>) -> Viewer {
    id.map_or(Viewer::Anyone, |id| Viewer::Coder(coder(id)))
}

/// Everything that is answered of codings, and the observations made of them.
fn answers(view: &View) -> String {
    let everybody = VIEWERS.map(viewer).into_iter().chain([Viewer::Curator]);
    let seen: Vec<_> = everybody
        .map(|viewer| {
            let filter = CodingSelection::default();
            let withheld = view.codings(&viewer, &filter, 1_000, None).unwrap().withheld;
            let agreement = view.agreement(&viewer, &selection()).unwrap();
            (all_codings(view, &viewer), withheld, agreement)
        })
        .collect();
    let observations = view.observations(&ObservationSelection::default(), 1_000, None).unwrap().observations;
    format!("{:#?}", (view.revision(), seen, all_adjudications(view), observations))
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(8))]

    #[test]
    fn a_rebuilt_registry_answers_of_every_revision_as_the_live_one_did(steps in vec(step(), 4..14)) {
        let journal = TestJournal::default();
        let live = open(&journal);
        let mut given = Vec::new();
        for (number, step) in (0..).zip(&steps) {
            take(&live, number, step);
            let now = view(&live, AsOf::Now);
            given.push((now.revision(), answers(&now)));
        }
        drop(live);
        let verified = upkeep::verify(&journal, &mut |_, _| ()).unwrap();
        prop_assert!(verified.problems.is_empty(), "{:?}", verified.problems);
        loop {
            let again = open_with(&journal, u64::MAX);
            for (revision, before) in &given {
                prop_assert_eq!(&answers(&view(&again, AsOf::Revision(*revision))), before);
            }
            drop(again);
            let Some(newest) = journal.checkpoints().unwrap().last().copied() else { break };
            journal.remove_checkpoint(newest.head.revision).unwrap();
        }
    }

    #[test]
    fn nobody_sees_or_reckons_what_is_open_but_its_coder_and_curators(steps in vec(step(), 4..14)) {
        let live = open(&TestJournal::default());
        for (number, step) in (0..).zip(&steps) {
            take(&live, number, step);
        }
        for number in 1..=live.revision().number() {
            let view = view(&live, AsOf::Revision(Revision::new(number)));
            let all = all_codings(&view, &Viewer::Curator);
            let open_rounds = view.agreement(&Viewer::Curator, &selection()).unwrap().open_rounds;
            for id in VIEWERS {
                let seen = all_codings(&view, &viewer(id));
                let may_see = all.iter().filter(|one| {
                    one.adjudicated.is_some() || id.is_some_and(|id| *one.coding.coder() == coder(id))
                });
                prop_assert_eq!(seen, may_see.cloned().collect::<Vec<_>>());
                let figures = view.agreement(&viewer(id), &selection()).unwrap();
                prop_assert_eq!(figures.open_rounds, 0);
                let closed = view.agreement(&Viewer::Curator, &selection()).unwrap().rounds - open_rounds;
                prop_assert_eq!(figures.rounds, closed);
            }
        }
    }
}

#[test]
fn only_the_first_page_has_the_number_of_withheld_codings() {
    let live = open(&TestJournal::default());
    let basic = || Judgement::Level("basic".parse().unwrap());
    let steps =
        [("ada", "LBY"), ("ben", "LBY"), ("eva", "LBY"), ("ada", "MAR"), ("ben", "TUN"), ("eva", "TUN")];
    for (number, (coder, area)) in (0..).zip(steps) {
        take(&live, number, &Step::Code { coder, area, judgement: basic() });
    }
    let (view, ada, filter) =
        (view(&live, AsOf::Now), Viewer::Coder(coder("ada")), CodingSelection::default());
    let first = view.codings(&ada, &filter, 1, None).unwrap();
    let second = view.codings(&ada, &filter, 1, first.next.as_ref()).unwrap();
    assert_eq!([first.withheld, second.withheld], [4, 0]);
    assert!(first.next.is_some() && second.next.is_none());
}

#[test]
fn a_round_accepts_a_limited_number_of_coders() {
    let live = open(&TestJournal::default());
    let basic = || Judgement::Level("basic".parse().unwrap());
    let submit = |number: u32| {
        let coding = coding(&format!("coder-{number}"), "MAR", basic(), "");
        block_on(live.submit_coding(submission(number), coding))
    };
    let most = u32::try_from(CODERS_MAX).unwrap();
    for number in 0..most {
        submit(number).unwrap();
    }
    assert!(matches!(submit(most), Err(WriteError::Rejected(CodingRejection::RoundFull(_)))));
    // Who is in it can still revise, and once it is adjudicated the next round has room.
    let again = coding("coder-0", "MAR", Judgement::Missing(MissingReason::NotAvailable), "");
    assert!(block_on(live.submit_coding(submission(most + 1), again)).unwrap().revises);
    let made = block_on(live.adjudicate(submission(most + 2), adjudication("MAR", Ruling::Median))).unwrap();
    assert_eq!(made.codings.len(), CODERS_MAX);
    assert_eq!(submit(most).unwrap().round, 2);
}
