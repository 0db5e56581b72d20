//! Every way of asking for scores returns the same scores.

#![allow(clippy::unwrap_used, clippy::panic, reason = "tests: what does not hold fails them")]

use std::time::Duration;

use proptest::prelude::*;
use tenseven_catalog::Catalog;
use tenseven_engine::{NodeScore, explain::Made};
use tenseven_model::{
    AreaCode, AreaSelection, AsOf, ComparisonSelection, FrameworkRef, ObservationKey, Period, RankSelection,
    ReadAt, TrendSelection,
};
use tenseven_observatory::{ComparisonError, Limits, Observatory, QueryFingerprint, RanksError, View, World};
use tenseven_testkit::{ManualClock, TestJournal, as_changes, history, submission};

const AREAS: [&str; 5] = ["MAR", "LBY", "CAN", "XAA", "NZL"];
/// From before the first observation to after all that is carried.
const YEARS: std::ops::Range<u16> = 2013..2030;

fn block_on<T>(future: impl Future<Output = T>) -> T {
    tokio::runtime::Builder::new_current_thread().enable_time().build().unwrap().block_on(future)
}

fn view(batches: &[Vec<tenseven_model::Observation>]) -> View {
    let world = World::new(Catalog::bundled());
    let clock = Box::new(ManualClock::at(1_000));
    let journal = Box::new(TestJournal::default());
    let observatory = Observatory::open(journal, world, Limits::default(), clock).unwrap();
    for (number, batch) in (0..).zip(batches) {
        block_on(observatory.submit_changes(submission(number), as_changes(batch.clone()))).unwrap();
    }
    block_on(observatory.view(ReadAt::moment(AsOf::Now), Duration::ZERO)).unwrap()
}

fn framework() -> FrameworkRef {
    "target-10-7".parse().unwrap()
}

fn area(code: &str) -> AreaCode {
    code.parse().unwrap()
}

fn periods() -> Vec<Period> {
    YEARS.map(|year| Period::year(year).unwrap()).collect()
}

fn scores(view: &View, of: &str, period: Period) -> Vec<NodeScore> {
    view.scores(&framework(), &area(of), period, &[]).unwrap().row.nodes
}

fn trend(of: &str) -> TrendSelection {
    let periods = periods();
    TrendSelection {
        framework: framework(),
        area: area(of),
        nodes: vec!["mobility".parse().unwrap(), "overall".parse().unwrap()],
        from: periods.first().copied(),
        to: periods.last().copied(),
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(16))]

    #[test]
    fn a_trend_returns_the_scores_of_each_period_with_pages_of_any_size(
        batches in history(4),
        size in 1_usize..9,
    ) {
        let view = view(&batches);
        for of in AREAS {
            let whole = view.trend(&trend(of), usize::MAX, None).unwrap().points;
            prop_assert_eq!(whole.len(), 2 * YEARS.len());
            let (mut found, mut after) = (Vec::new(), None);
            loop {
                let page = view.trend(&trend(of), size, after.as_ref()).unwrap();
                found.extend(page.points);
                let Some(next) = page.next else { break };
                let query = QueryFingerprint::of(&[b"trend"]);
                after = tenseven_observatory::Cursor::from_token(&next.token(query), query).unwrap();
            }
            prop_assert_eq!(found.len(), whole.len());
            let mut last: Option<(Period, f64)> = None;
            for (point, again) in whole.iter().zip(&found) {
                if point.period == Period::year(YEARS.start).unwrap() {
                    last = None;
                }
                prop_assert_eq!(&point.score, &scores(&view, of, point.period)[point.node]);
                prop_assert_eq!((&point.score, point.change), (&again.score, again.change));
                if let Ok(score) = point.score.outcome {
                    prop_assert_eq!(point.change, last.map(|(since, then)| (since, score - then)));
                    last = Some((point.period, score));
                } else {
                    prop_assert_eq!(point.change, None);
                }
            }
        }
    }

    #[test]
    fn a_comparison_returns_the_scores_of_each_area_and_period(batches in history(4)) {
        let view = view(&batches);
        let years = periods();
        let selection = ComparisonSelection {
            framework: framework(),
            areas: AREAS.iter().map(|code| AreaSelection::Area(area(code))).collect(),
            periods: vec![years[12], years[0], years[5], years[16]],
            nodes: Vec::new(),
        };
        let comparison = view.compare(&selection).unwrap();
        prop_assert_eq!(comparison.columns.len(), 20);
        let mut places = AREAS.iter().flat_map(|code| selection.periods.iter().map(move |period| (*code, *period)));
        for column in &comparison.columns {
            let (code, period) = places.next().unwrap();
            prop_assert_eq!((column.area.to_string(), column.period), (code.to_owned(), period));
            prop_assert_eq!(&column.row.nodes, &scores(&view, code, period));
        }
    }

    #[test]
    fn an_explanation_returns_the_scores_and_their_observations(batches in history(4)) {
        let view = view(&batches);
        for (of, period) in AREAS.into_iter().zip(periods().into_iter().skip(4)) {
            let explained = view.explain(&framework(), &area(of), period, None).unwrap();
            let known = scores(&view, of, period);
            for (node, score) in explained.explanation.nodes.iter().zip(&known) {
                prop_assert_eq!(&node.score, score);
                let Made::Leaf(stages) = &node.made else { continue };
                let keys: Vec<&ObservationKey> = stages.reads.iter().flat_map(|read| &read.observations).collect();
                prop_assert!(score.leaf.is_none() || !keys.is_empty());
                let newest = keys.iter().map(|key| explained.observations[*key].revision).max();
                let revision = score.leaf.as_ref().map(|leaf| leaf.revision);
                prop_assert!(revision.is_none() || newest == revision, "{revision:?} {newest:?}");
            }
            let below: f64 = explained.published.framework.children(0).iter()
                .filter_map(|child| explained.explanation.nodes[*child].contribution).sum();
            if let Ok(whole) = known[0].outcome {
                prop_assert!((below - whole).abs() < 1e-9);
            }
        }
    }
}

#[test]
fn a_trend_is_bounded_and_a_framework_that_must_not_rank_does_not() {
    let view = view(&[]);
    let years = |from: u16, to: u16| TrendSelection {
        from: Period::year(from).ok(),
        to: Period::year(to).ok(),
        ..trend("MAR")
    };
    assert_eq!(view.trend(&years(1900, 2199), usize::MAX, None).unwrap().points.len(), 600);
    let selection = RankSelection {
        framework: framework(),
        node: None,
        period: Period::year(2020).unwrap(),
        areas: vec![AreaSelection::World],
    };
    assert!(matches!(view.ranks(&selection).map(drop), Err(RanksError::Ranking(_))));
}

#[test]
fn a_comparison_is_bounded() {
    let view = view(&[]);
    let selection = |areas: usize, periods: usize| ComparisonSelection {
        framework: framework(),
        areas: ('A'..='Z').take(areas).map(|last| AreaSelection::Area(area(&format!("XB{last}")))).collect(),
        periods: self::periods().into_iter().take(periods).collect(),
        nodes: Vec::new(),
    };
    let compared = view.compare(&selection(25, 2)).unwrap();
    assert_eq!(compared.columns.len(), 50);
    assert!(compared.columns.iter().all(|column| column.row.nodes.iter().all(|node| node.outcome.is_err())));
    let refused = view.compare(&selection(17, 3)).map(drop).unwrap_err();
    let ComparisonError::TooMany(refused) = refused else { panic!("{refused}") };
    assert_eq!((refused.field, refused.count, refused.max), ("areas", 51, 50));
}
