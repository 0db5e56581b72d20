//! What frameworks may cost, tested without a socket and without a disk.

#![allow(clippy::unwrap_used, clippy::panic, reason = "tests: what does not hold fails them")]

use std::{collections::HashMap, sync::Arc, time::Duration};

use tenseven_catalog::{Catalog, parse_framework};
use tenseven_model::{
    AsOf, Coding, Judgement, Number, Observation, ReadAt, Revision, Ruling, ScoreSelection, Unit, Value,
    Withdrawal,
};
use tenseven_observatory::{
    AdjudicateCodings, AdjudicateError, AdjudicationRejection, Budget, BudgetLimits, ChangeFaults,
    ChangesError, CodingProblem, Figure, FrameworkCost, Limits, NotScored, Observatory, OverBudget, Planned,
    Problem, PublicationReceipt, PublishError, ScoresError, TooManyPeriods, Unpublishable, Validation, View,
    WatchStart, World,
};
use tenseven_testkit::{ManualClock, TestJournal, as_changes, observation, submission};

const RANKED: &str = include_str!("../../../tests/frameworks/ranked.toml");
const CODED: &str = include_str!("../../../tests/frameworks/coded.toml");

fn open(journal: &TestJournal, limits: Limits) -> Observatory {
    let (world, clock) = (World::new(Catalog::bundled()), ManualClock::at(1_000));
    Observatory::open(Box::new(journal.clone()), world, limits, Box::new(clock)).unwrap()
}

fn limited(change: impl FnOnce(&mut BudgetLimits)) -> Limits {
    let mut limits = Limits::default();
    change(&mut limits.budget);
    limits
}

fn block_on<T>(future: impl Future<Output = T>) -> T {
    tokio::runtime::Builder::new_current_thread().enable_time().build().unwrap().block_on(future)
}

fn view(observatory: &Observatory) -> View {
    block_on(observatory.view(ReadAt::moment(AsOf::Now), Duration::ZERO)).unwrap()
}

fn push(observatory: &Observatory, number: u32, batch: &[Observation]) -> Result<Revision, ChangesError> {
    block_on(observatory.submit_changes(submission(number), as_changes(batch.to_vec())))
        .map(|receipt| receipt.revision)
}

fn publish(observatory: &Observatory, number: u32, text: &str) -> Result<PublicationReceipt, PublishError> {
    block_on(observatory.publish(submission(number), text.to_owned())?.ended())
}

fn count(period: &str, count: f64) -> Observation {
    observation("seen", "MAR", period, Value::Number(Number::try_from(count).unwrap()))
}

/// A framework of one observed indicator and this many that are computed from it.
fn copies(copies: usize, frequency: &str, root: &str) -> String {
    let head = format!(
        "id = \"mine\"\nversion = \"1.0.0\"\ntitle = \"Mine\"\nfrequency = \"{frequency}\"\n\n\
         [[nodes]]\nid = \"overall\"\nname = \"Overall\"\n{root}\n\n\
         [[indicators]]\nid = \"seen\"\nname = \"Seen\"\nkind = \"number\"\nparent = \"overall\"\n"
    );
    let copy = |copy: usize| {
        format!(
            "\n[[indicators]]\nid = \"copy-{copy}\"\nname = \"Copy\"\nformula = \"[seen] + {copy}\"\n\
             parent = \"overall\"\n"
        )
    };
    head + &(0..copies).map(copy).collect::<String>()
}

const GOALPOSTS: &str =
    "normalise = { method = \"goalposts\", lower = 0, upper = 9, reason = \"for the test\" }";
/// Every observation changes the scores of all areas and periods.
const COMPARED: &str = "aggregate = { method = \"copeland\" }\n\
                        normalise = { method = \"prank\", pool = \"all-periods\" }";

fn cost(text: &str) -> FrameworkCost {
    let framework = parse_framework(text).unwrap();
    let budget = Budget::new(&World::new(Catalog::bundled()), BudgetLimits::default());
    budget.cost(&Planned::new(Arc::new(framework)))
}

fn over_budget<T: std::fmt::Debug>(answer: Result<T, PublishError>) -> OverBudget {
    match answer {
        Err(PublishError::Unpublishable(Unpublishable::OverBudget(over))) => *over,
        other => panic!("{other:?}"),
    }
}

fn suspended<T>(answer: Result<T, ScoresError>) -> OverBudget {
    match answer {
        Err(ScoresError::NotScored(NotScored::Suspended(over))) => *over,
        Err(other) => panic!("{other:?}"),
        Ok(_) => panic!("there are scores"),
    }
}

#[test]
fn what_ships_and_the_examples_stay_far_below_their_limits() {
    let texts = Catalog::bundled().framework_texts().iter().copied();
    for text in texts.chain([RANKED, CODED]) {
        let cost = cost(text);
        for limited in &cost.figures {
            assert!(limited.amount * 5 < limited.max, "{limited:?}");
        }
    }
}

#[test]
fn a_thousand_computed_indicators_take_too_much_memory() {
    let observatory = open(&TestJournal::default(), Limits::default());
    let text = copies(1_000, "annual", GOALPOSTS);
    let over = over_budget(publish(&observatory, 1, &text));
    let limited = over.exceeded.iter().find(|one| one.figure == Figure::Bytes).unwrap();
    assert_eq!((limited.max, limited.parts.len()), (BudgetLimits::default().framework_bytes_max, 3));
    assert!(limited.amount > 4_000_000_000, "{limited:?}");
    assert!(over.to_string().contains("node copy-"), "{over}");
    assert_eq!(over_budget(observatory.preview_publication(submission(2), &text)), over);
}

#[test]
fn comparing_everything_with_everything_takes_too_much_work_after_a_change() {
    let observatory = open(&TestJournal::default(), Limits::default());
    let text = copies(100, "annual", COMPARED);
    assert!(text.len() < 74_000);
    let over = over_budget(publish(&observatory, 1, &text));
    let limited = over.exceeded.iter().find(|one| one.figure == Figure::Change).unwrap();
    assert!(limited.amount > 10 * limited.max, "{limited:?}");
    assert_eq!(limited.parts[0].part, "node overall");
    assert_eq!(limited.parts[0].cause, "copeland compares all pairs of areas in 101 parts");
    assert_eq!(limited.parts[1].cause, "prank compares all areas of all periods");
    assert!(over.to_string().contains("compare within a period instead of over all periods"), "{over}");
}

#[test]
fn a_validation_and_a_receipt_state_the_cost() {
    let observatory = open(&TestJournal::default(), Limits::default());
    let text = copies(3, "annual", GOALPOSTS);
    let stated = cost(&text);
    match view(&observatory).validate(&text).unwrap() {
        Validation::Right { cost, refusal: None, .. } => assert_eq!(cost, stated),
        _ => panic!("it can be published"),
    }
    let receipt = publish(&observatory, 1, &text).unwrap();
    assert_eq!(receipt.cost, stated);
    // The retry has the receipt of the first.
    assert_eq!(publish(&observatory, 1, &text).unwrap(), receipt);
    match view(&observatory).validate(&copies(1_000, "annual", GOALPOSTS)).unwrap() {
        Validation::Right { refusal: Some(Unpublishable::Exists { .. }), .. } => {}
        _ => panic!("that the version exists comes first"),
    }
}

#[test]
fn one_version_too_many_is_refused() {
    let max = Catalog::bundled().framework_texts().len() + 1;
    let limits = limited(|budget| budget.framework_versions_max = max);
    let observatory = open(&TestJournal::default(), limits);
    let text = copies(1, "annual", GOALPOSTS);
    publish(&observatory, 1, &text).unwrap();
    let full = publish(&observatory, 2, &text.replace("1.0.0", "1.0.1"));
    assert_eq!(full, Err(PublishError::Unpublishable(Unpublishable::TooManyVersions { max })));
}

#[test]
fn an_observation_that_makes_the_scores_run_over_too_many_periods_is_refused() {
    let limits = limited(|budget| budget.periods_max = 4);
    let observatory = open(&TestJournal::default(), limits);
    let text = copies(1, "monthly", &format!("{GOALPOSTS}\nmax_age = 1"));
    publish(&observatory, 1, &text).unwrap();
    push(&observatory, 2, &[count("2020-01", 1.0)]).unwrap();
    // 2020-01 and 2020-05, each carried to the next month.
    push(&observatory, 3, &[count("2020-05", 1.0)]).unwrap();
    let Err(ChangesError::Faults(ChangeFaults(faults))) =
        push(&observatory, 4, &[count("2020-01", 2.0), count("2020-09", 1.0)])
    else {
        panic!("it is accepted")
    };
    assert_eq!(faults.len(), 1);
    assert_eq!(faults[0].index, Some(1));
    assert!(
        matches!(faults[0].problem, Problem::TooManyPeriods(TooManyPeriods { count: 6, max: 4, .. })),
        "{faults:?}"
    );
    // What lies within is accepted.
    push(&observatory, 5, &[count("2020-01", 2.0), count("2020-05", 2.0)]).unwrap();
    // One of a period that another is carried to is carried further.
    assert!(push(&observatory, 6, &[count("2020-02", 2.0)]).is_err());
    // It is accepted together with the withdrawal of the other.
    let key = count("2020-01", 2.0).key().clone();
    let withdrawal = Withdrawal::new(key, "of another month".parse().unwrap()).unwrap();
    let moved = vec![count("2020-02", 2.0).into(), withdrawal.into()];
    assert!(block_on(observatory.submit_changes(submission(7), moved)).is_ok());
}

#[test]
fn a_stored_framework_that_costs_too_much_is_read_and_not_scored() {
    let journal = TestJournal::default();
    let text = copies(30, "annual", COMPARED.split_once('\n').unwrap().1);
    let live = open(&journal, Limits::default());
    publish(&live, 1, &text).unwrap();
    push(&live, 2, &[count("2020", 1.0)]).unwrap();
    drop(live);
    let lowered = limited(|budget| budget.framework_cost_max = 100_000_000);
    let reduced = open(&journal, lowered);
    let framework = "mine".parse().unwrap();
    assert_eq!(*view(&reduced).framework(&framework).unwrap().published.definition, *text);
    let score = |observatory: &Observatory| {
        let (area, period) = ("MAR".parse().unwrap(), "2020".parse().unwrap());
        view(observatory).scores(&"mine".parse().unwrap(), &area, period, &[])
    };
    let over = suspended(score(&reduced));
    assert_eq!(over.exceeded[0].figure, Figure::Change);
    // The registry goes on, and so do the others' scores.
    let revision = push(&reduced, 3, &[count("2020", 2.0)]).unwrap();
    assert!(
        view(&reduced)
            .scores(&"target-10-7".parse().unwrap(), &"MAR".parse().unwrap(), "2020".parse().unwrap(), &[])
            .is_ok()
    );
    assert_eq!(suspended(score(&reduced)), over);
    let selection = ScoreSelection {
        framework: "mine".parse().unwrap(),
        areas: Vec::new(),
        from: None,
        to: None,
        nodes: Vec::new(),
    };
    block_on(async {
        let refused = reduced.watch_scores(&selection, WatchStart::default(), false).err();
        assert_eq!(refused, Some(NotScored::Suspended(Box::new(over)).into()));
    });
    drop(reduced);
    let restored = open(&journal, Limits::default());
    assert_eq!(view(&restored).revision(), revision);
    assert!(score(&restored).is_ok());
}

#[test]
fn an_adjudication_that_makes_the_scores_run_over_too_many_periods_is_refused() {
    let observatory = open(&TestJournal::default(), limited(|budget| budget.periods_max = 1));
    let text = CODED.replace("title = \"Coded\"", "title = \"Coded\"\nfrequency = \"monthly\"");
    publish(&observatory, 1, &text).unwrap();
    let adjudicate = |number, period: &str| {
        let unit =
            || Unit::new("judged".parse().unwrap(), "MAR".parse().unwrap(), period.parse().unwrap()).unwrap();
        let judgement = Judgement::Level("two".parse().unwrap());
        let coding =
            Coding::new(unit(), "ada".parse().unwrap(), judgement, String::new(), Vec::new()).unwrap();
        block_on(observatory.submit_coding(submission(number), coding)).unwrap();
        let (source, curator) = ("test".parse().unwrap(), "rosa".parse().unwrap());
        let command = AdjudicateCodings::new(unit(), source, curator, Ruling::Median, String::new()).unwrap();
        block_on(observatory.adjudicate(submission(number + 1), command))
    };
    adjudicate(2, "2020-01").unwrap();
    let faults = match adjudicate(4, "2020-02") {
        Err(AdjudicateError::Rejected(AdjudicationRejection::Faults(faults))) => faults.0,
        other => panic!("{other:?}"),
    };
    assert_eq!(faults[0].path, "unit.period");
    assert!(matches!(
        faults[0].problem,
        CodingProblem::TooManyPeriods(TooManyPeriods { count: 2, max: 1, .. })
    ));
    // Another coding of the period that there is widens nothing.
    adjudicate(6, "2020-01").unwrap();
}

/// The same framework by another name, with indicators of its own.
fn renamed(text: &str, id: &str) -> String {
    text.replace("id = \"mine\"", &format!("id = \"{id}\""))
        .replace("seen", &format!("seen-{id}"))
        .replace("copy-", &format!("{id}-copy-"))
}

/// What the scores of the frameworks that ship take, of each in its newest version.
fn bytes_of_what_ships() -> u64 {
    let texts = Catalog::bundled().framework_texts().iter();
    // Newer versions of a framework come after older ones.
    let newest: HashMap<_, _> = texts
        .map(|text| (parse_framework(text).unwrap().draft().id.clone(), cost(text).figures[0].amount))
        .collect();
    newest.values().sum()
}

#[test]
fn all_newest_versions_together_have_a_limit_and_drafts_are_no_part_of_it() {
    let text = copies(3, "annual", GOALPOSTS);
    let bytes = |text: &str| cost(text).figures[0].amount;
    let shipped = bytes_of_what_ships();
    let limits = limited(|budget| budget.boards_bytes_max = shipped + bytes(&text) * 3 / 2);
    let observatory = open(&TestJournal::default(), limits);
    publish(&observatory, 1, &text).unwrap();
    let second = renamed(&text, "other");
    let over = over_budget(publish(&observatory, 2, &second));
    assert_eq!(over.exceeded.len(), 1);
    assert_eq!(over.exceeded[0].figure, Figure::AllBytes);
    assert_eq!(over.exceeded[0].amount, shipped + bytes(&text) + bytes(&second));
    assert!(over.to_string().contains("framework mine@1.0.0 with"), "{over}");
    // A newer version takes the place of the one before; a draft of it is scored when it is asked for.
    publish(&observatory, 3, &text.replace("1.0.0", "2.0.0")).unwrap();
    let larger = copies(9, "annual", GOALPOSTS);
    publish(&observatory, 4, &larger.replace("1.0.0", "2.1.0-draft")).unwrap();
    assert!(publish(&observatory, 5, &larger.replace("1.0.0", "2.1.0")).is_err());
}

#[test]
fn where_limits_were_lowered_what_was_published_last_is_not_scored() {
    let journal = TestJournal::default();
    let text = copies(3, "annual", GOALPOSTS);
    let live = open(&journal, Limits::default());
    publish(&live, 1, &text).unwrap();
    publish(&live, 2, &renamed(&text, "other")).unwrap();
    assert!(live.status().suspended.is_empty());
    drop(live);
    let lowered =
        limited(|budget| budget.boards_bytes_max = bytes_of_what_ships() + cost(&text).figures[0].amount);
    let reduced = open(&journal, lowered);
    let suspended = reduced.status().suspended;
    let names: Vec<_> = suspended.iter().map(|over| over.framework.to_string()).collect();
    assert_eq!(names, ["other@1.0.0"]);
    let score = |framework: &str| {
        let (area, period) = ("MAR".parse().unwrap(), "2020".parse().unwrap());
        view(&reduced).scores(&framework.parse().unwrap(), &area, period, &[])
    };
    assert!(score("mine").is_ok());
    assert_eq!(self::suspended(score("other")), suspended[0]);
    push(&reduced, 3, &[count("2020", 2.0)]).unwrap();
    assert_eq!(reduced.status().suspended, suspended);
}

#[test]
fn a_registry_with_more_periods_than_allowed_starts_and_takes_what_widens_nothing_else() {
    let journal = TestJournal::default();
    let live = open(&journal, Limits::default());
    publish(&live, 1, &copies(1, "monthly", GOALPOSTS)).unwrap();
    push(&live, 2, &[count("2020-01", 1.0), count("2020-02", 1.0)]).unwrap();
    drop(live);
    let reduced = open(&journal, limited(|budget| budget.periods_max = 1));
    let suspended = reduced.status().suspended;
    assert_eq!(suspended[0].exceeded[0].figure, Figure::Periods);
    push(&reduced, 3, &[count("2020-03", 1.0)]).unwrap();
    assert_eq!(reduced.status().suspended[0].exceeded[0].amount, 3);
}
