//! The target's own figures.

use proptest::prelude::*;
use tenseven_engine::{Board, ClauseResult, Panel, Plan};
use tenseven_model::{
    IndicatorKind, MissingReason, Value,
    framework::{Averaged, Condition, Figure, Normalise},
};

use crate::fixture::*;

fn indicator(id: &str) -> tenseven_model::IndicatorId {
    id.parse().unwrap()
}

fn plan() -> Plan {
    let count = |id: &str, condition| Figure::Count { indicator: indicator(id), condition };
    draft()
        .bands(&[("partial", 40.0), ("meets", 80.0), ("fully", 100.0)])
        .leaf("visas", "overall", policy(), Normalise::Levels(vec![0.0, 80.0, 100.0]))
        .with(|_, leaf, _| leaf.max_age = 5)
        .leaf("cities", "overall", COUNT, Normalise::None)
        .with(units_add_up)
        .leaf("agreements", "overall", IndicatorKind::Ratio, Normalise::None)
        .leaf("law", "overall", IndicatorKind::Flag, Normalise::Levels(vec![0.0, 100.0]))
        .indicator("deaths-sea", COUNT)
        .clause("visas", count("visas", Condition::LevelAtLeast("elaborated".parse().unwrap())))
        .clause("laws", count("law", Condition::Flag(false)))
        .clause("some-cities", count("cities", Condition::Above(2.0)))
        .clause("at-least-two", count("cities", Condition::AtLeast(2.0)))
        .clause("cities", Figure::Sum { indicator: indicator("cities") })
        .clause("mean-cities", Figure::Mean { indicator: indicator("cities") })
        .clause("agreements", Figure::RatioOfSums { indicator: indicator("agreements") })
        .clause("sea", Figure::Sum { indicator: indicator("deaths-sea") })
        .clause(
            "meets",
            Figure::BandShare { node: "visas".parse().unwrap(), at_least: "meets".parse().unwrap() },
        )
        .plan()
}

fn board(cells: &[(&str, &str, &str, Value)]) -> Board {
    plan().score(&panel(cells), &geography())
}

fn clause(board: &Board, id: &str, at: &str) -> ClauseResult {
    let world = areas(&["ESP", "LBY", "MAR", "TUN", "MAR"]);
    let report = board.report(period(at), &world);
    report.into_iter().find(|result| result.clause.as_str() == id).unwrap()
}

fn tally(result: &ClauseResult) -> Vec<(&str, u32)> {
    result.tally.iter().map(|(label, count)| (label.as_str(), *count)).collect()
}

fn visas() -> [(&'static str, &'static str, &'static str, Value); 5] {
    [
        ("visas", "ESP", "2020", level("comprehensive")),
        ("visas", "LBY", "2020", level("basic")),
        ("visas", "MAR", "2016", level("elaborated")),
        ("visas", "TUN", "2020", Value::Missing(MissingReason::NotAvailable)),
        ("visas", "XAA", "2020", level("comprehensive")),
    ]
}

#[test]
fn counts_areas_at_a_level_or_above_with_the_latest_word_of_each() {
    let board = board(&visas());
    let result = clause(&board, "visas", "2020");
    assert_eq!((result.value, result.with_data, result.areas), (Some(2.0), 3, 4));
    assert_eq!(tally(&result), [("comprehensive", 1), ("elaborated", 1), ("basic", 1)]);
    assert_eq!(result.counted, areas(&["ESP", "MAR"]));
    assert_eq!(result.with_data_areas, areas(&["ESP", "LBY", "MAR"]));
}

#[test]
fn a_band_share_is_a_percentage_of_the_areas_with_a_score() {
    let board = board(&visas());
    let result = clause(&board, "meets", "2020");
    assert_eq!((result.value, result.with_data), (Some(200.0 / 3.0), 3));
    assert_eq!(tally(&result), [("fully", 1), ("meets", 1), ("partial", 0), ("", 1)]);
    assert_eq!(result.counted, areas(&["ESP", "MAR"]));
}

#[test]
fn a_period_after_the_last_observation_is_reported_from_carried_words() {
    let board = board(&visas());
    assert_eq!(clause(&board, "visas", "2025").with_data, 2);
    let share = clause(&board, "meets", "2025");
    assert_eq!((share.value, share.with_data), (Some(50.0), 2));
    assert_eq!(clause(&board, "meets", "2026").value, None);
}

#[test]
fn sums_take_local_units_where_the_country_is_silent() {
    let board = board(&[
        ("cities", "MAR/rabat", "2020", number(1.0)),
        ("cities", "MAR/fes", "2020", number(1.0)),
        ("cities", "TUN", "2020", number(5.0)),
        ("cities", "TUN/sfax", "2020", number(100.0)),
        ("cities", "XAA", "2020", number(1000.0)),
    ]);
    assert_eq!(clause(&board, "cities", "2020").value, Some(7.0));
    assert_eq!(clause(&board, "mean-cities", "2020").value, Some(3.5));
    assert_eq!(clause(&board, "cities", "2020").counted, []);
    assert_eq!(clause(&board, "some-cities", "2020").counted, areas(&["TUN"]));
    assert_eq!(clause(&board, "at-least-two", "2020").counted, areas(&["MAR", "TUN"]));
}

/// The mean of the values of `a`, and of the scores that they make, by the people of each area.
fn weighted(cells: &[(&str, &str, &str, Value)]) -> [ClauseResult; 2] {
    let by = |of: Averaged| Figure::WeightedMean { of, weight_by: indicator("people") };
    let board = draft()
        .indicator("people", COUNT)
        .leaf("a", "overall", NUMBER, Normalise::None)
        .clause("values", by(Averaged::Indicator(indicator("a"))))
        .clause("scores", by(Averaged::Node("overall".parse().unwrap())))
        .plan()
        .score(&panel(cells), &geography());
    board.report(period("2020"), &areas(&["ESP", "LBY", "MAR", "TUN"])).try_into().unwrap()
}

#[test]
fn a_weighted_mean_counts_each_area_for_its_people() {
    let cells = [
        ("a", "ESP", "2020", number(10.0)),
        ("people", "ESP", "2020", number(3.0)),
        ("a", "LBY", "2020", number(50.0)),
        ("people", "LBY", "2020", number(1.0)),
        // Nobody, or nobody known, counts for nothing.
        ("a", "MAR", "2020", number(900.0)),
        ("people", "MAR", "2020", number(0.0)),
        ("a", "TUN", "2020", number(900.0)),
        ("people", "TUN", "2019", number(70.0)),
    ];
    for result in weighted(&cells) {
        assert_eq!((result.value, result.with_data, result.areas), (Some(20.0), 2, 4), "{}", result.clause);
        assert_eq!(result.with_data_areas, areas(&["ESP", "LBY"]));
    }
    for result in weighted(&cells[6..]) {
        assert_eq!((result.value, result.with_data), (None, 0));
    }
}

proptest! {
    #[test]
    fn a_weighted_mean_is_what_plain_sums_make_of_it(
        drawn in prop::collection::vec((0..1_000_u32, prop::option::of(0..500_u32)), 4),
    ) {
        let codes = ["ESP", "LBY", "MAR", "TUN"];
        let mut cells = Vec::new();
        let (mut sum, mut people) = (0.0, 0.0);
        for (code, (value, weight)) in codes.iter().zip(&drawn) {
            cells.push(("a", *code, "2020", number(f64::from(*value))));
            if let Some(weight) = weight {
                cells.push(("people", *code, "2020", number(f64::from(*weight))));
                sum += f64::from(*value) * f64::from(*weight);
                people += f64::from(*weight);
            }
        }
        for result in weighted(&cells) {
            let expected = (people > 0.0).then_some(sum / people);
            prop_assert_eq!(result.value, expected);
        }
    }
}

#[test]
fn a_figure_over_no_data_is_absent_and_not_zero() {
    let nothing = plan().score(&Panel::new(), &geography());
    for result in nothing.report(period("2020"), &areas(&["MAR"])) {
        assert_eq!((result.value, result.with_data, result.areas), (None, 0, 1), "{}", result.clause);
    }
}

#[test]
fn a_ratio_of_sums_weighs_areas_by_their_whole() {
    let board = board(&[
        ("agreements", "MAR", "2020", ratio(1.0, 2.0)),
        ("agreements", "TUN", "2020", ratio(1.0, 8.0)),
    ]);
    assert_eq!(clause(&board, "agreements", "2020").value, Some(0.2));
}

#[test]
fn a_ratio_of_sums_that_overflow_is_absent() {
    let board = board(&[
        ("agreements", "MAR", "2020", ratio(1.0, f64::MAX)),
        ("agreements", "TUN", "2020", ratio(1.0, f64::MAX)),
    ]);
    assert_eq!(clause(&board, "agreements", "2020").value, None);
    assert_eq!(clause(&board, "agreements", "2020").with_data, 2);
}

#[test]
fn an_indicator_without_a_leaf_is_taken_from_its_period_alone() {
    let board =
        board(&[("deaths-sea", "LBY", "2016", number(3.0)), ("law", "LBY", "2017", Value::Flag(false))]);
    assert_eq!(clause(&board, "sea", "2016").value, Some(3.0));
    assert_eq!(clause(&board, "sea", "2017").value, None);
    assert_eq!(clause(&board, "laws", "2017").value, Some(1.0));
}

/// Something is reported for Morocco until 2020 and for Libya until 2021.
#[test]
fn a_figure_that_looks_back_makes_no_period_exist() {
    let mut draft = draft().indicator("deaths", COUNT).indicator("year-before", NUMBER);
    draft.indicators.last_mut().unwrap().formula = Some("lag([deaths], 1)".parse().unwrap());
    let board = draft
        .leaf("visas", "overall", policy(), Normalise::Levels(vec![0.0, 80.0, 100.0]))
        .clause("sea", Figure::Sum { indicator: indicator("year-before") })
        .plan()
        .score(
            &panel(&[
                ("visas", "MAR", "2020", level("basic")),
                ("visas", "LBY", "2021", level("basic")),
                ("deaths", "MAR", "2019", number(7.0)),
                ("deaths", "MAR", "2020", number(5.0)),
                ("deaths", "LBY", "2020", number(3.0)),
            ]),
            &geography(),
        );
    assert_eq!(clause(&board, "sea", "2020").value, Some(7.0));
    assert_eq!(clause(&board, "sea", "2021").value, Some(3.0));
}
