//! One answer, however it is asked: the same area and period through every question, live, read again from the journal, and as of each
//! past revision.

#![allow(clippy::unwrap_used, clippy::panic, reason = "tests: what does not hold fails them")]

use std::{
    collections::{BTreeMap, BTreeSet},
    time::Duration,
};

use proptest::prelude::*;
use tenseven_catalog::Catalog;
use tenseven_engine::{CriterionScore, NodeScore, Row};
use tenseven_model::{
    Alpha3, AreaCode, AreaSelection, AsOf, ComparisonSelection, FrameworkRef, Number, Observation,
    ObservationKey, Period, RankSelection, ReadAt, Revision, ScoreSelection, TrendSelection, Value,
    Withdrawal,
};
use tenseven_observatory::{Change, Limits, Observatory, View, WatchStart, World};
use tenseven_testkit::{ManualClock, TestJournal, observation, submission};

/// A framework with values that are carried, interpolated, filled in by other areas and by constants, and computed.
const FRAMEWORK: &str = r#"
id = "doors"
version = "1.0.0"
title = "Doors"
ranking = true
reference = "all"

[[bands]]
id = "low"
label = "Low"
from = -1000

[[criteria]]
id = "safe"
label = "Safe"

[[nodes]]
id = "overall"
name = "Overall"

[[nodes]]
id = "part"
name = "Part"
parent = "overall"
aggregate = { method = "arithmetic", min_coverage = { count = 2 }, impute = { method = "group-mean", groups = ["m49:015", "m49:021"] } }

[[indicators]]
id = "carried"
name = "Carried"
kind = "number"
parent = "overall"
max_age = 2
criteria = ["safe"]
normalise = { method = "minmax" }

[[indicators]]
id = "line"
name = "Interpolated"
kind = "number"
parent = "part"
impute = { method = "linear" }
normalise = { method = "none" }

[[indicators]]
id = "others"
name = "Filled in by others"
kind = "number"
parent = "part"
denominate = { indicator = "people" }
impute = { method = "mean" }
normalise = { method = "zscore" }

[[indicators]]
id = "constant"
name = "Filled in with a constant"
kind = "number"
parent = "overall"
impute = { constant = 7 }
normalise = { method = "rank" }

[[indicators]]
id = "made"
name = "Computed"
formula = "if(1 > 2, [carried], node[part])"
parent = "overall"
normalise = { method = "none" }

[[indicators]]
id = "gathered"
name = "Gathered from what is known"
formula = "mean([carried], coalesce([others], 3)) + known([line])"
parent = "overall"
max_age = 1
normalise = { method = "minmax" }

[[indicators]]
id = "past"
name = "Looks back"
formula = "coalesce(growth([carried], 1), lag([twice], 2) + moving_mean([line], 2))"
parent = "overall"
max_age = 1
normalise = { method = "rank" }

[[indicators]]
id = "twice"
name = "Twice"
formula = "2 * [carried] - difference([people], 1)"

[[indicators]]
id = "people"
name = "People"
kind = "number"

[[report]]
id = "all"
title = "All"
figure = "band-share"
node = "overall"
at_least_band = "low"
"#;

const INDICATORS: [&str; 5] = ["carried", "line", "others", "constant", "people"];
const AREAS: [&str; 4] = ["CAN", "LBY", "MAR", "XAA"];

/// Everything that is answered of an area and period: none where they do not exist.
type Answers = BTreeMap<(Alpha3, Period), Option<Bits>>;

/// A row, its numbers by their bits.
#[derive(Debug, Clone, PartialEq)]
struct Bits(Vec<String>);

impl Bits {
    fn of(row: &Row) -> Self {
        Self(row.nodes.iter().map(node_bits).chain(row.criteria.iter().map(criterion_bits)).collect())
    }
}

fn node_bits(node: &NodeScore) -> String {
    let NodeScore { outcome, coverage, carried, rolled_up, imputed, imputed_nodes, leaf: _ } = node;
    format!("{:?} {coverage:?} {carried} {rolled_up} {imputed} {imputed_nodes}", outcome.map(f64::to_bits))
}

fn criterion_bits(CriterionScore { outcome, coverage }: &CriterionScore) -> String {
    format!("{:?} {coverage:?}", outcome.map(f64::to_bits))
}

fn block_on<T>(future: impl Future<Output = T>) -> T {
    tokio::runtime::Builder::new_current_thread().enable_time().build().unwrap().block_on(future)
}

fn open(journal: &TestJournal) -> Observatory {
    let (world, clock) = (World::new(Catalog::bundled()), ManualClock::at(1_000));
    Observatory::open(Box::new(journal.clone()), world, Limits::default(), Box::new(clock)).unwrap()
}

fn view(observatory: &Observatory, as_of: AsOf) -> View {
    block_on(observatory.view(ReadAt::moment(as_of), Duration::ZERO)).unwrap()
}

fn framework() -> FrameworkRef {
    "doors".parse().unwrap()
}

fn years() -> Vec<Period> {
    (2013..=2022).map(|year| Period::year(year).unwrap()).collect()
}

fn areas() -> Vec<AreaSelection> {
    AREAS.iter().map(|area| area.parse().unwrap()).collect()
}

fn codes() -> Vec<Alpha3> {
    AREAS.iter().map(|area| area.parse().unwrap()).collect()
}

fn listed(view: &View, areas: Vec<AreaSelection>, from: Option<Period>, to: Option<Period>) -> Answers {
    let selection = ScoreSelection { framework: framework(), areas, from, to, nodes: Vec::new() };
    let (mut answers, mut after) = (Answers::new(), None);
    loop {
        let page = view.list_scores(&selection, 7, after.as_ref()).unwrap();
        answers
            .extend(page.trees.into_iter().map(|tree| ((tree.area, tree.period), Some(Bits::of(&tree.row)))));
        after = page.next;
        if after.is_none() {
            return answers;
        }
    }
}

/// Asks for everything one by one; what has no row on the list is none, and has no score.
fn answers(view: &View) -> Answers {
    let all = listed(view, Vec::new(), None, None);
    let mut answers = Answers::new();
    for area in codes() {
        for period in years() {
            let row = view.scores(&framework(), &AreaCode::Country(area), period, &[]).unwrap().row;
            let known = all.get(&(area, period)).cloned().flatten();
            if let Some(known) = &known {
                assert_eq!(Bits::of(&row), *known, "{area} {period}");
            } else {
                let nothing = |node: &NodeScore| node.outcome.is_err() && node.leaf.is_none();
                assert!(row.nodes.iter().all(nothing), "{area} {period} is listed nowhere: {row:?}");
                assert_eq!(row.nodes[0].coverage.with_data, 0);
            }
            answers.insert((area, period), known);
        }
    }
    let found: BTreeSet<_> =
        answers.iter().filter(|(_, known)| known.is_some()).map(|(cell, _)| *cell).collect();
    assert_eq!(found, all.keys().copied().collect(), "no area or period exists on the list alone");
    answers
}

/// Asks the other questions about the same.
fn ask(view: &View, answers: &Answers) {
    let of = |known: &Answers| -> Answers {
        known.iter().filter(|(_, row)| row.is_some()).map(|(cell, row)| (*cell, row.clone())).collect()
    };
    assert_eq!(listed(view, areas(), None, None), of(answers), "several areas");
    for period in years() {
        let here: Answers = of(answers).into_iter().filter(|((_, at), _)| *at == period).collect();
        assert_eq!(listed(view, areas(), Some(period), Some(period)), here, "{period} alone");
        check_ranks(view, period, answers);
        check_report(view, period, answers);
    }
    let selection =
        ComparisonSelection { framework: framework(), areas: areas(), periods: years(), nodes: Vec::new() };
    for column in view.compare(&selection).unwrap().columns {
        check_row(answers, (column.area, column.period), &column.row);
    }
    for area in codes() {
        check_trend(view, area, answers);
        for period in years() {
            let explained = view.explain(&framework(), &AreaCode::Country(area), period, None).unwrap();
            let scores: Vec<_> =
                explained.explanation.nodes.iter().map(|node| node_bits(&node.score)).collect();
            let row = view.scores(&framework(), &AreaCode::Country(area), period, &[]).unwrap().row;
            assert_eq!(scores, row.nodes.iter().map(node_bits).collect::<Vec<_>>(), "{area} {period}");
        }
    }
}

fn check_row(answers: &Answers, cell: (Alpha3, Period), row: &Row) {
    match &answers[&cell] {
        Some(known) => assert_eq!(Bits::of(row), *known, "{cell:?}"),
        None => assert!(row.nodes.iter().all(|node| node.outcome.is_err()), "{cell:?}"),
    }
}

/// Whether the root has a score there.
fn is_scored(view: &View, (area, period): (Alpha3, Period), answers: &Answers) -> bool {
    let tree = view.scores(&framework(), &AreaCode::Country(area), period, &[]).unwrap();
    answers[&(area, period)].is_some() && tree.row.nodes[0].outcome.is_ok()
}

fn check_ranks(view: &View, period: Period, answers: &Answers) {
    let selection = RankSelection { framework: framework(), node: None, period, areas: areas() };
    for ranked in view.ranks(&selection).unwrap().areas {
        let cell = (ranked.area, period);
        assert_eq!(ranked.rank.is_ok(), is_scored(view, cell, answers), "{cell:?}");
        if let Some(known) = &answers[&cell] {
            assert_eq!(node_bits(&ranked.score), known.0[0]);
        }
    }
}

fn check_report(view: &View, period: Period, answers: &Answers) {
    let report = view.target_report(&framework(), period, &areas()).unwrap();
    let scored: Vec<_> =
        codes().into_iter().filter(|area| is_scored(view, (*area, period), answers)).collect();
    assert_eq!(report.results[0].with_data_areas, scored, "{period}");
}

fn check_trend(view: &View, area: Alpha3, answers: &Answers) {
    let selection = |from, to| TrendSelection {
        framework: framework(),
        area: AreaCode::Country(area),
        nodes: Vec::new(),
        from,
        to,
    };
    let all = years();
    let trend = view.trend(&selection(all.first().copied(), all.last().copied()), 1_000, None).unwrap();
    for point in &trend.points {
        match &answers[&(area, point.period)] {
            Some(known) => {
                assert_eq!(node_bits(&point.score), known.0[point.node], "{area} {}", point.period);
            }
            None => assert!(point.score.outcome.is_err(), "{area} {}", point.period),
        }
    }
    let known =
        || answers.iter().filter(|((of, _), row)| *of == area && row.is_some()).map(|((_, at), _)| *at);
    let points = view.trend(&selection(None, None), 1_000, None).unwrap().points;
    let ends = (points.first().map(|point| point.period), points.last().map(|point| point.period));
    assert_eq!(ends, (known().min(), known().max()), "{area}: a trend runs over what exists");
}

/// The scores that a watch sends first.
fn snapshot(observatory: &Observatory, revision: Revision) -> BTreeMap<(Alpha3, Period), Vec<String>> {
    let selection =
        ScoreSelection { framework: framework(), areas: Vec::new(), from: None, to: None, nodes: Vec::new() };
    let mut known: BTreeMap<_, Vec<String>> = BTreeMap::new();
    block_on(async {
        let mut watch = observatory.watch_scores(&selection, WatchStart::after(revision), true).unwrap();
        while watch.is_opening() {
            for event in watch.next().await.unwrap() {
                for change in event.changes {
                    known.entry((change.area, change.period)).or_default().push(node_bits(&change.score));
                }
            }
        }
    });
    known
}

fn check_snapshot(observatory: &Observatory, revision: Revision, answers: &Answers) {
    let nodes = 9;
    let known = answers.iter().filter_map(|(cell, row)| Some((*cell, row.clone()?.0[..nodes].to_vec())));
    assert_eq!(snapshot(observatory, revision), known.collect());
}

/// A change of one key: to a number, or to nothing.
type Drawn = (usize, usize, u16, Option<u8>);

fn drawn() -> impl Strategy<Value = Drawn> {
    let value = prop::option::weighted(0.8, 0..6_u8);
    (0..INDICATORS.len(), 0..AREAS.len(), 2014..2020_u16, value)
}

fn change((indicator, area, year, value): Drawn, known: &mut BTreeSet<ObservationKey>) -> Option<Change> {
    let number = Value::Number(Number::try_from(f64::from(value.unwrap_or_default())).unwrap());
    let made: Observation = observation(INDICATORS[indicator], AREAS[area], &year.to_string(), number);
    if value.is_some() {
        known.insert(made.key().clone());
        return Some(made.into());
    }
    let is_known = known.remove(made.key());
    is_known.then(|| Withdrawal::new(made.key().clone(), "drawn".parse().unwrap()).unwrap().into())
}

fn publish(observatory: &Observatory) {
    block_on(observatory.publish(submission(1), FRAMEWORK.to_owned()).unwrap().ended()).unwrap();
}

/// Every answer, at each revision; then again from the journal, and as of each revision.
fn check(changes: &[Drawn]) {
    let journal = TestJournal::default();
    let observatory = open(&journal);
    publish(&observatory);
    let (mut known, mut past) = (BTreeSet::new(), Vec::new());
    for (number, drawn) in (2..).zip(changes) {
        let Some(change) = change(*drawn, &mut known) else { continue };
        let revision =
            block_on(observatory.submit_changes(submission(number), vec![change])).unwrap().revision;
        let now = view(&observatory, AsOf::Now);
        past.push((revision, answers(&now)));
    }
    let Some((newest, last)) = past.last() else { return };
    let now = view(&observatory, AsOf::Now);
    ask(&now, last);
    check_snapshot(&observatory, *newest, last);
    drop((now, observatory));
    let replayed = open(&journal);
    let again = view(&replayed, AsOf::Now);
    assert_eq!(answers(&again), *last, "read again from the journal");
    ask(&again, last);
    for (revision, expected) in &past {
        assert_eq!(answers(&view(&replayed, AsOf::Revision(*revision))), *expected, "as of {revision}");
    }
    if let Some((revision, expected)) = past.get(past.len() / 2) {
        ask(&view(&replayed, AsOf::Revision(*revision)), expected);
        check_snapshot(&replayed, *revision, expected);
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 16, ..ProptestConfig::default() })]

    #[test]
    fn an_area_and_period_have_one_answer(changes in prop::collection::vec(drawn(), 1..14)) {
        check(&changes);
    }
}

/// Morocco's value of 2018 is carried to 2020, whether or not Libya reports for 2019.
#[test]
fn a_carried_score_stays_when_what_another_area_reported_is_withdrawn() {
    let (journal, mut known) = (TestJournal::default(), BTreeSet::new());
    let observatory = open(&journal);
    publish(&observatory);
    let mut submit = |number, drawn| {
        let change = change(drawn, &mut known).unwrap();
        block_on(observatory.submit_changes(submission(number), vec![change])).unwrap();
        let of_morocco = areas().split_off(2)[..1].to_vec();
        let cells: Vec<_> =
            listed(&view(&observatory, AsOf::Now), of_morocco, None, None).into_keys().collect();
        cells.into_iter().map(|(_, period)| period.to_string()).collect::<Vec<_>>()
    };
    let expected = ["2018", "2019", "2020"];
    assert_eq!(submit(2, (0, 2, 2018, Some(1))), expected);
    assert_eq!(submit(3, (0, 1, 2019, Some(2))), expected);
    assert_eq!(submit(4, (0, 1, 2019, None)), expected);
}
