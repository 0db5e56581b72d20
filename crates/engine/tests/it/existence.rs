//! Which areas and periods exist: by their own observations, whatever is known of other areas, and the same for every question.

use std::collections::BTreeSet;

use proptest::prelude::*;
use tenseven_engine::{Board, Geography, Panel, Plan};
use tenseven_model::{
    Alpha3, AreaCode, Gap, ObservationKey, Period,
    framework::{
        Average, Denominator, FrameworkDraft, GroupAverage, Impute, Leaf, NodeBody, Normalise, Pool,
        Reference,
    },
    indicator::RollUp,
};

use crate::{
    fixture::*,
    history::{change, framework, kinds, make},
};

fn cells_of(board: &Board) -> BTreeSet<(Alpha3, Period)> {
    board.periods().flat_map(|period| board.areas(period).map(move |area| (area, period))).collect()
}

fn years_of(board: &Board, code: &str) -> Vec<String> {
    let cells = cells_of(board).into_iter().filter(|(known, _)| *known == area(code));
    cells.map(|(_, period)| period.to_string()).collect()
}

/// A denominator, read as it is.
fn people() -> Denominator {
    Denominator { indicator: "people".parse().unwrap(), per: 1.0, sources: vec![], max_age: 0 }
}

#[test]
fn a_formula_that_reads_scores_makes_no_area_exist() {
    for text in ["node[a] * 2", "if(1, 5, node[a])"] {
        let mut draft = draft().leaf("a", "overall", NUMBER, Normalise::None);
        draft = draft.leaf("b", "overall", NUMBER, Normalise::None).with(|_, _, indicator| {
            indicator.formula = Some(text.parse().unwrap());
        });
        let plan = draft.plan();
        let board = plan.score(&panel(&[("a", "MAR", "2020", number(1.0))]), &geography());
        assert_eq!(board.areas(period("2020")).collect::<Vec<_>>(), areas(&["MAR"]), "{text}");
        let answer = board.answer(period("2020"), area("TUN"));
        assert_eq!(answer.nodes[2].outcome, Err(Gap::NeverReported), "{text}");
    }
}

/// Only what is looked at has to be known; of an area and period that does not exist nothing is.
#[test]
fn the_branch_that_is_not_taken_need_not_be_known() {
    let draft = draft().indicator("unknown", NUMBER).leaf("a", "overall", NUMBER, Normalise::None);
    let plan = draft
        .leaf("b", "overall", NUMBER, Normalise::None)
        .with(|_, _, indicator| indicator.formula = Some("if(1 > 2, [unknown], 100)".parse().unwrap()))
        .plan();
    let cells = [("a", "MAR", "2020", number(1.0)), ("a", "TUN", "2019", number(1.0))];
    let before = panel(&cells);
    let board = plan.score(&before, &geography());
    assert_eq!(outcome(&board, "2020", "MAR", "b"), Ok(100.0));
    assert_eq!(board.answer(period("2020"), area("TUN")).nodes[2].outcome, Err(Gap::NeverReported));
    let mut after = before.clone();
    let key = key("a", "TUN", "one", "2020");
    after.set(&key, cell(number(2.0), 9));
    let board = plan.rescore(&board, &after, &geography(), std::slice::from_ref(&key));
    assert_eq!(outcome(&board, "2020", "TUN", "b"), Ok(100.0));
    let board = plan.rescore(&board, &before, &geography(), &[key]);
    assert_eq!(board.areas(period("2020")).collect::<Vec<_>>(), areas(&["MAR"]));
}

#[test]
fn a_value_is_carried_as_far_whatever_others_report() {
    let carried = |_: &mut _, leaf: &mut Leaf, _: &mut _| leaf.max_age = 2;
    let plan = draft().leaf("a", "overall", NUMBER, Normalise::None).with(carried).plan();
    let mut cells = vec![("a", "MAR", "2019", number(1.0))];
    let alone = plan.score(&panel(&cells), &geography());
    assert_eq!(years_of(&alone, "MAR"), ["2019", "2020", "2021"]);
    cells.push(("a", "TUN", "2020", number(1.0)));
    assert_eq!(years_of(&plan.score(&panel(&cells), &geography()), "MAR"), ["2019", "2020", "2021"]);
}

fn filled(impute: Impute, cells: &[(&str, &str)]) -> Board {
    let plan = draft()
        .leaf("a", "overall", NUMBER, Normalise::None)
        .with(|_, leaf, _| leaf.impute = Some(impute))
        .plan();
    let cells: Vec<_> = cells.iter().map(|(area, year)| ("a", *area, *year, number(1.0))).collect();
    plan.score(&panel(&cells), &geography())
}

#[test]
fn a_year_between_two_numbers_exists_though_nobody_reported_for_it() {
    for impute in [Impute::Linear, Impute::Hold] {
        let board = filled(impute.clone(), &[("MAR", "2010"), ("MAR", "2012"), ("TUN", "2015")]);
        assert_eq!(years_of(&board, "MAR"), ["2010", "2011", "2012"], "{impute:?}");
        assert_eq!(outcome(&board, "2011", "MAR", "a"), Ok(1.0));
        let beyond = board.answer(period("2015"), area("MAR"));
        assert_eq!(beyond.nodes[1].outcome, Err(Gap::NeverReported), "what is held has no end: {impute:?}");
    }
    let latest = filled(Impute::Latest { within: 1 }, &[("MAR", "2010"), ("MAR", "2013")]);
    assert_eq!(years_of(&latest, "MAR"), ["2010", "2011", "2013", "2014"]);
}

/// Of Libya only how many people it has is known; the mean of the others, 2, stands in for deaths per head. That moves the moments that
/// all are compared with.
#[test]
fn a_denominator_is_something_that_was_reported_where_others_stand_in() {
    let zscore = Normalise::ZScore { mean: 0.0, deviation: 1.0, pool: Pool::Period };
    let framework = |impute: Option<Impute>| {
        let mut draft = draft().indicator("people", COUNT).leaf("deaths", "overall", COUNT, zscore.clone());
        draft = draft.with(|_, leaf, _| {
            leaf.denominator = Some(people());
            leaf.impute = impute;
        });
        draft.reference = Reference::All;
        draft.plan()
    };
    let people = ["LBY", "MAR", "TUN"].map(|area| ("people", area, "2020", number(10.0)));
    let deaths = [("MAR", 10.0), ("TUN", 30.0)].map(|(area, n)| ("deaths", area, "2020", number(n)));
    let cells = panel(&[people.to_vec(), deaths.to_vec()].concat());
    let board = framework(Some(Impute::Average(Average::Mean))).score(&cells, &geography());
    assert_eq!(outcome(&board, "2020", "LBY", "deaths"), Ok(0.0));
    assert_eq!(outcome(&board, "2020", "TUN", "deaths"), Ok(1.0), "a deviation of 1 over three areas");
    let board = framework(None).score(&cells, &geography());
    assert_eq!(
        board.areas(period("2020")).collect::<Vec<_>>(),
        areas(&["MAR", "TUN"]),
        "nothing comes of it"
    );
}

#[test]
fn what_stands_in_for_an_area_makes_it_exist_in_no_other_period() {
    let average = Impute::Group(GroupAverage {
        average: Average::Mean,
        groups: vec![tenseven_model::framework::AreaSet::M49("015".parse().unwrap())],
    });
    for impute in [Impute::Constant(7.0), Impute::Average(Average::Mean), average] {
        let board = filled(impute.clone(), &[("MAR", "2019"), ("TUN", "2020")]);
        assert_eq!(years_of(&board, "MAR"), ["2019"], "{impute:?}");
        let answer = board.answer(period("2020"), area("MAR"));
        assert_eq!(answer.nodes[1].outcome, Err(Gap::NeverReported), "{impute:?}");
        assert_eq!(board.report(period("2020"), &areas(&["MAR"])).len(), 0);
    }
}

/// The definition as it is documented, from the framework's text and the keys of one area.
fn exists(draft: &FrameworkDraft, keys: &[ObservationKey], panel: &Panel, at: Period) -> bool {
    let leaves = draft.nodes.iter().filter_map(|node| match &node.body {
        NodeBody::Leaf(leaf) => Some(leaf),
        NodeBody::Branch(_) => None,
    });
    let reported = |indicator: &str, max_age: u32| {
        let known = draft.indicators.iter().find(|known| known.id.as_str() == indicator).unwrap();
        let counts = |key: &&ObservationKey| {
            key.indicator.as_str() == indicator
                && (known.roll_up == Some(RollUp::Sum) || matches!(key.area, AreaCode::Country(_)))
        };
        keys.iter().filter(counts).any(|key| key.period.periods_until(at).is_some_and(|age| age <= max_age))
    };
    leaves.into_iter().any(|leaf| {
        let mut read = inputs(draft, leaf.indicator.as_str());
        let is_value = read.iter().any(|id| reported(id, leaf.max_age));
        read.clear();
        let is_average = matches!(leaf.impute, Some(Impute::Average(_) | Impute::Group(_)));
        let is_whole = leaf.denominator.as_ref().filter(|_| is_average).is_some_and(|whole| {
            inputs(draft, whole.indicator.as_str()).iter().any(|id| reported(id, whole.max_age))
        });
        is_value || is_whole || is_filled(draft, leaf, panel, keys, at)
    })
}

/// What is observed of all that an indicator is made from.
fn inputs(draft: &FrameworkDraft, indicator: &str) -> Vec<String> {
    let known = draft.indicators.iter().find(|known| known.id.as_str() == indicator).unwrap();
    let Some(formula) = &known.formula else { return vec![indicator.to_owned()] };
    let (read, _) = formula.expression.reads();
    read.into_iter().flat_map(|id| inputs(draft, id.as_str())).collect()
}

/// Whether a leaf that is filled in over time has numbers near enough, or on both sides. They are read from a framework that fills in
/// nothing.
fn is_filled(
    draft: &FrameworkDraft,
    leaf: &Leaf,
    panel: &Panel,
    keys: &[ObservationKey],
    at: Period,
) -> bool {
    let Some(Impute::Latest { .. } | Impute::Hold | Impute::Linear) = leaf.impute else { return false };
    let mut bare = draft.clone();
    let mut place = 0;
    for (node, one) in bare.nodes.iter_mut().enumerate() {
        let NodeBody::Leaf(known) = &mut one.body else { continue };
        if known.indicator == leaf.indicator {
            place = node;
        }
        (known.impute, known.treat, known.normalise) = (None, None, known.normalise.clone());
        known.not_applicable.clear();
    }
    let (plan, geography) = (Plan::new(std::sync::Arc::new(bare.check().unwrap())), geography());
    let board = plan.score(panel, &geography);
    let read = inputs(draft, leaf.indicator.as_str());
    let has_number = |key: &&ObservationKey| {
        let explanation = board.explain(key.period, key.area.country().unwrap());
        let tenseven_engine::explain::Made::Leaf(stages) = &explanation.nodes[place].made else {
            return false;
        };
        stages.denominated.unwrap_or(stages.resolved).is_ok()
    };
    let known = draft.indicators.iter().find(|known| known.id == leaf.indicator).unwrap();
    let adds_up = known.roll_up == Some(RollUp::Sum);
    let counts = |key: &&ObservationKey| {
        read.iter().any(|id| key.indicator.as_str() == id)
            && (adds_up || matches!(key.area, AreaCode::Country(_)))
    };
    let numbers: Vec<Period> = keys.iter().filter(counts).filter(has_number).map(|key| key.period).collect();
    match leaf.impute {
        Some(Impute::Latest { within }) => {
            let age =
                numbers.iter().filter_map(|number| number.periods_until(at)).filter(|age| *age > 0).min();
            age.is_some_and(|age| age <= within)
        }
        _ => numbers.iter().any(|number| *number < at) && numbers.iter().any(|number| *number >= at),
    }
}

fn keys_of(panel: &Panel, code: Alpha3, all: &BTreeSet<ObservationKey>) -> Vec<ObservationKey> {
    let of_area = all.iter().filter(|key| key.area.country() == Some(code) && panel.get(key).is_some());
    of_area.filter(|key| key.period.frequency() == tenseven_model::Frequency::Annual).cloned().collect()
}

fn only(panel: &Panel, keys: &[ObservationKey]) -> Panel {
    let mut made = Panel::new();
    for key in keys {
        made.set(key, panel.get(key).unwrap().into());
    }
    made
}

fn assert_exists_alone(plan: &Plan, geography: &Geography, panel: &Panel, keys: &BTreeSet<ObservationKey>) {
    let board = plan.score(panel, geography);
    let draft = plan.framework().draft();
    for code in areas(&["ESP", "LBY", "MAR", "TUN", "XAA", "XAB"]) {
        let own = keys_of(panel, code, keys);
        let alone = plan.score(&only(panel, &own), geography);
        for at in (2014..=2027).map(|year: u16| Period::year(year).unwrap()) {
            assert_eq!(board.has_row(at, code), alone.has_row(at, code), "{code} {at} by itself");
            assert_eq!(board.has_row(at, code), exists(draft, &own, &only(panel, &own), at), "{code} {at}");
            let answer = board.answer(at, code);
            if !board.has_row(at, code) {
                assert!(answer.nodes.iter().all(|node| node.outcome.is_err() && node.leaf.is_none()));
            }
            assert_eq!(board.answers(at, &[code, code]), vec![answer.clone(), answer.clone()]);
            let explained = board.explain(at, code).nodes.into_iter().map(|node| node.score);
            assert_eq!(explained.collect::<Vec<_>>(), answer.nodes, "{code} {at}");
        }
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 150, ..ProptestConfig::default() })]

    #[test]
    fn what_exists_follows_from_the_area_alone_as_documented(
        draft in framework(),
        changes in prop::collection::vec(change(), 1..40),
    ) {
        let kinds = kinds(&draft);
        let (plan, geography, mut panel) = (draft.plan(), geography(), Panel::new());
        let keys: BTreeSet<_> =
            (1..).zip(&changes).map(|(revision, change)| make(&mut panel, &kinds, change, revision)).collect();
        assert_exists_alone(&plan, &geography, &panel, &keys);
    }
}
