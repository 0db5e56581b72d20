//! Whatever happens, and in whatever order: the board kept up to date is the board made from scratch.

use std::collections::BTreeMap;

use proptest::prelude::*;
use tenseven_engine::{Board, Geography, Panel, Plan, Row};
use tenseven_model::{
    Gap, IndicatorKind, MissingReason, ObservationKey, Value,
    framework::{
        Aggregate, AreaSet, Branch, Direction, Fallback, FrameworkDraft, Impute, Limits, MinCoverage,
        NodeBody, Normalise, Over, Pool, Reference, Standing, Tier, Ties, Transform, Treatment,
    },
    indicator::RollUp,
};

use crate::fixture::*;

const AREAS: [&str; 9] = ["ESP", "LBY", "MAR", "TUN", "XAA", "XAB", "MAR/rabat", "MAR/fes", "XAB/port"];
const PERIODS: [&str; 7] = ["2016", "2017", "2018", "2019", "2021", "2022", "2019-Q1"];
const SOURCES: [&str; 3] = ["alpha", "beta", "gamma"];
const LEAVES: usize = 6;

/// What is drawn for a leaf.
#[derive(Debug, Clone)]
#[expect(clippy::struct_excessive_bools, reason = "each is drawn by itself")]
struct Drawn {
    kind: usize,
    normalise: usize,
    lower_is_better: bool,
    transform: usize,
    max_age: u32,
    constant: Option<f64>,
    listed: bool,
    adds_up: bool,
    parent: usize,
    weight: f64,
    tagged: bool,
    treated: usize,
}

fn drawn() -> impl Strategy<Value = Drawn> {
    let first = (0..5_usize, 0..17_usize, any::<bool>(), 0..5_usize, 0..4_u32);
    let constant = prop::option::weighted(0.3, prop::sample::select(vec![0.0, 1.0, -3.5]));
    let weight = prop::sample::select(vec![1.0, 0.3, 7.0, f64::MAX]);
    let second = (constant, any::<bool>(), any::<bool>(), 0..3_usize, weight, any::<bool>(), 0..6_usize);
    (first, second).prop_map(|(first, second)| {
        let (kind, normalise, lower_is_better, transform, max_age) = first;
        let (constant, listed, adds_up, parent, weight, tagged, treated) = second;
        Drawn {
            kind,
            normalise,
            lower_is_better,
            transform,
            max_age,
            constant,
            listed,
            adds_up,
            parent,
            weight,
            tagged,
            treated,
        }
    })
}

fn branch() -> impl Strategy<Value = Branch> {
    let aggregate = prop::sample::select(vec![
        Aggregate::Arithmetic,
        Aggregate::Sum,
        Aggregate::Geometric,
        Aggregate::Harmonic,
        Aggregate::Power(2.0),
        Aggregate::Power(-1.5),
        Aggregate::Power(0.0),
        Aggregate::Median,
        Aggregate::Min,
        Aggregate::Max,
        Aggregate::Linear(-2.5),
        Aggregate::Copeland,
    ]);
    let over = prop::sample::select(vec![Over::Children, Over::Leaves]);
    let min_coverage = prop::sample::select(vec![
        MinCoverage::One,
        MinCoverage::Share(0.5),
        MinCoverage::Share(2.0 / 3.0),
        MinCoverage::Count(2),
    ]);
    (aggregate, over, min_coverage).prop_map(|(aggregate, over, min_coverage)| Branch {
        aggregate,
        over,
        min_coverage,
        ..Branch::default()
    })
}

fn framework() -> impl Strategy<Value = FrameworkDraft> {
    let reference = prop::sample::select(vec![
        Reference::World,
        Reference::All,
        Reference::Group(AreaSet::M49("015".parse().unwrap())),
    ]);
    (prop::collection::vec(drawn(), 1..=LEAVES), [branch(), branch(), branch()], reference).prop_map(
        |(leaves, branches, reference)| {
            let parents = ["overall", "domain", "part"];
            let [overall, domain, part] = branches;
            let mut draft = draft().root(overall).criteria(&["safe"]);
            draft.reference = reference;
            let deepest = leaves.iter().map(|leaf| leaf.parent).max().unwrap_or(0);
            if deepest >= 1 {
                draft = draft.branch("domain", "overall", 2.0, domain);
            }
            if deepest >= 2 {
                draft = draft.branch("part", "domain", 0.7, part);
            }
            for (place, leaf) in leaves.iter().enumerate() {
                draft = place_leaf(draft, &format!("i{place}"), parents[leaf.parent], leaf);
                settle_clashes(&mut draft, parents[leaf.parent], leaf.tagged);
            }
            draft
        },
    )
}

fn kind_of(drawn: &Drawn) -> IndicatorKind {
    match drawn.kind {
        0 => COUNT,
        1 => NUMBER,
        2 => IndicatorKind::Ratio,
        3 => policy(),
        _ => IndicatorKind::Flag,
    }
}

/// One of the normalisations that compare or scale.
fn comparison(place: usize) -> Normalise {
    let pool = if place.is_multiple_of(2) { Pool::Period } else { Pool::AllPeriods };
    let rank = |standing, ties| Normalise::Rank { standing, ties, pool };
    match place {
        3 => Normalise::MinMax { lower: 0.0, upper: 100.0, pool: Pool::Period },
        4 => Normalise::MinMax { lower: 1.0, upper: 10.0, pool: Pool::AllPeriods },
        5 | 6 => Normalise::ZScore { mean: 10.0, deviation: 2.0, pool },
        7 => Normalise::Scaled { zero: -1.0, one: 3.0, factor: 10.0 },
        8 | 9 => Normalise::DistanceToMax { pool },
        10 => Normalise::DistanceToReference { area: area("MAR"), cap: false },
        11 | 12 => Normalise::DistanceToTarget { target: 10.0, cap: true, pool },
        13 => Normalise::FractionOfMax { pool },
        14 => rank(Standing::Rank, Ties::Average),
        15 => rank(Standing::Borda, Ties::Min),
        _ => rank(Standing::Percentile, Ties::Min),
    }
}

/// A treatment that few values are enough for, where the normalisation can follow it.
fn treatment(place: usize, normalise: &Normalise) -> Option<Treatment> {
    let limits = Limits { skewness: 0.3, kurtosis: -1.0 };
    let follows = normalise.pool().is_some() && !matches!(normalise, Normalise::DistanceToTarget { .. });
    let fallback = match place {
        0 => Fallback::None,
        1 if follows => Fallback::Log,
        2 if follows => Fallback::LogEither,
        3 if follows => Fallback::BoxCox(0.5),
        _ => return None,
    };
    Some(Treatment { limits, points: 1, fallback })
}

/// Of a linear combination some weights are below zero; where a mean needs scores above zero, the last leaf gives them.
fn settle_clashes(draft: &mut FrameworkDraft, parent: &str, tagged: bool) {
    let above = draft.nodes.iter().find(|node| node.id.as_str() == parent).map(|node| node.body.clone());
    let Some(NodeBody::Branch(Branch { aggregate, .. })) = above else { panic!("{parent} is no branch") };
    let last = draft.nodes.last_mut().unwrap();
    if matches!(aggregate, Aggregate::Linear(_)) && tagged {
        last.weight = -last.weight;
    }
    let NodeBody::Leaf(leaf) = &mut last.body else { panic!("the last node is no leaf") };
    let needs_more = match aggregate {
        Aggregate::Geometric | Aggregate::Harmonic => true,
        Aggregate::Power(exponent) => exponent <= 0.0,
        _ => false,
    };
    if needs_more && leaf.normalise.gives_the_worst_nothing() {
        leaf.normalise = Normalise::MinMax { lower: 1.0, upper: 10.0, pool: Pool::AllPeriods };
    }
}

fn place_leaf(draft: FrameworkDraft, id: &str, parent: &str, drawn: &Drawn) -> FrameworkDraft {
    let ordinal = drawn.kind >= 3;
    let tier = |at_least, score| Tier { at_least, score };
    let normalise = match drawn.normalise {
        _ if drawn.kind == 3 => Normalise::Levels(vec![0.0, 50.0, 100.0]),
        _ if drawn.kind == 4 => Normalise::Levels(vec![0.0, 1.0]),
        0 => Normalise::None,
        1 => Normalise::Tiers { tiers: vec![tier(10.0, 100.0), tier(0.4, 50.0)], below: 0.0 },
        2 => Normalise::Goalposts {
            lower: 0.5,
            upper: 12.0,
            scale: 100.0,
            clip: drawn.tagged,
            reason: "drawn".to_owned(),
        },
        place => comparison(place),
    };
    draft.leaf(id, parent, kind_of(drawn), normalise).with(|node, leaf, indicator| {
        node.weight = drawn.weight;
        leaf.max_age = drawn.max_age;
        leaf.impute = drawn.constant.map(Impute::Constant);
        if drawn.listed {
            leaf.sources = vec!["beta".parse().unwrap(), "alpha".parse().unwrap()];
        }
        if drawn.lower_is_better {
            leaf.direction = Direction::LowerIsBetter;
        }
        if !ordinal {
            leaf.transform = [
                Transform::Identity,
                Transform::Log1p,
                Transform::Sqrt,
                Transform::BoxCox(0.5),
                Transform::Identity,
            ][drawn.transform];
        }
        if !ordinal && leaf.impute.is_none() {
            leaf.treat = treatment(drawn.treated, &leaf.normalise);
        }
        if drawn.adds_up && drawn.kind == 0 {
            indicator.roll_up = Some(RollUp::Sum);
        }
        if drawn.tagged {
            indicator.criteria = vec!["safe".parse().unwrap()];
        }
    })
}

/// A change of one key: to a value, chosen by number, or to nothing.
type Change = (usize, usize, usize, usize, Option<usize>);

fn change() -> impl Strategy<Value = Change> {
    let value = prop::option::weighted(0.8, 0..16_usize);
    (0..LEAVES, 0..AREAS.len(), 0..PERIODS.len(), 0..SOURCES.len(), value)
}

/// A value for an indicator of this kind; now and then one that it does not take, or far too large.
fn value(kind: usize, choice: usize) -> Value {
    match (kind, choice) {
        (_, 0) => Value::Missing(MissingReason::NotApplicable),
        (_, 1) => Value::Missing(MissingReason::NotCollected),
        (_, 2) => number(f64::MAX),
        (1, 3) => number(f64::MIN),
        (1, 4) => number(-1.0),
        (0 | 1, _) => number([0.0, 3.0, 3.0, 10.0, 12.0, 250.0][choice % 6]),
        (2, _) => ratio([0.0, 1.0, 2.0, 4.0][choice % 4], [4.0, 5.0][choice % 2]),
        (3, 3) => level("unheard-of"),
        (3, _) => level(["basic", "elaborated", "comprehensive"][choice % 3]),
        _ => Value::Flag(choice.is_multiple_of(2)),
    }
}

/// Makes the change and returns the key that it touched.
fn make(panel: &mut Panel, kinds: &[usize], change: &Change, revision: u64) -> ObservationKey {
    let (indicator, area, period, source, choice) = *change;
    let indicator = indicator % kinds.len();
    let key = key(&format!("i{indicator}"), AREAS[area], SOURCES[source], PERIODS[period]);
    match choice {
        Some(choice) => drop(panel.set(&key, cell(value(kinds[indicator], choice), revision))),
        None => drop(panel.remove(&key)),
    }
    key
}

fn assert_same_row(one: &Row, other: &Row) {
    assert_eq!(one, other);
    let outcomes = |row: &Row| -> Vec<Result<u64, Gap>> {
        let nodes = row.nodes.iter().map(|node| node.outcome);
        let criteria = row.criteria.iter().map(|criterion| criterion.outcome);
        nodes.chain(criteria).map(|outcome| outcome.map(f64::to_bits)).collect()
    };
    assert_eq!(outcomes(one), outcomes(other));
}

fn assert_same(one: &Board, other: &Board) {
    assert_eq!(one.periods().collect::<Vec<_>>(), other.periods().collect::<Vec<_>>());
    for period in one.periods() {
        let rows: Vec<_> = one.rows(period).collect();
        assert_eq!(rows.len(), other.rows(period).count());
        for ((area, row), (other_area, other_row)) in rows.iter().zip(other.rows(period)) {
            assert_eq!(*area, other_area);
            assert_same_row(row, &other_row);
        }
    }
}

fn assert_sound(plan: &Plan, board: &Board, panel: &Panel, geography: &Geography) {
    for period in board.periods() {
        for (area, row) in board.rows(period) {
            let nodes = row.nodes.iter().map(|node| node.outcome);
            let criteria = row.criteria.iter().map(|criterion| criterion.outcome);
            assert!(
                nodes.chain(criteria).all(|outcome| outcome.is_err() || outcome.is_ok_and(f64::is_finite))
            );
            assert_same_row(&row, &plan.score_row(panel, geography, period, area));
            assert!(row.nodes[0].coverage.with_data <= row.nodes[0].coverage.applicable);
        }
    }
    for at in ["2016", "2018", "2020", "2023", "2030", "2019-Q2"].map(period) {
        for area in areas(&["MAR", "TUN", "XAB", "XZZ"]) {
            assert_same_row(&board.answer(at, area), &plan.score_row(panel, geography, at, area));
        }
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 200, ..ProptestConfig::default() })]

    #[test]
    fn a_board_kept_up_to_date_is_the_board_made_from_scratch(
        draft in framework(),
        batches in prop::collection::vec(prop::collection::vec(change(), 1..8), 1..12),
    ) {
        let kinds: Vec<_> = draft.indicators.iter().map(|indicator| match indicator.kind {
            IndicatorKind::Count => 0,
            IndicatorKind::Number { .. } => 1,
            IndicatorKind::Ratio => 2,
            IndicatorKind::Rubric(_) => 3,
            IndicatorKind::Flag => 4,
        }).collect();
        let (plan, geography) = (draft.plan(), geography());
        let (mut panel, mut known) = (Panel::new(), BTreeMap::new());
        let mut live = plan.score(&panel, &geography);
        for (revision, batch) in (1..).zip(&batches) {
            let changed: Vec<_> =
                batch.iter().map(|change| make(&mut panel, &kinds, change, revision)).collect();
            known.extend(changed.iter().map(|key| (key.clone(), panel.get(key).cloned())));
            live = plan.rescore(&live, &panel, &geography, &changed);
            assert_same(&live, &plan.score(&panel, &geography));
        }
        let mut rebuilt = Panel::new();
        for (key, cell) in known {
            if let Some(cell) = cell {
                rebuilt.set(&key, cell);
            }
        }
        prop_assert_eq!(&panel, &rebuilt);
        assert_sound(&plan, &live, &panel, &geography);
    }

    #[test]
    fn the_order_in_which_cells_arrive_does_not_matter(
        draft in framework(),
        (changes, shuffled) in prop::collection::vec(change(), 1..60)
            .prop_map(|changes| (1_u64..).zip(changes).collect::<Vec<_>>())
            .prop_map(|mut changes| {
                // One change a key, so that the last word on each is the same in any order.
                changes.sort_by_key(|(_, (indicator, area, period, source, _))| (*indicator, *area, *period, *source));
                changes.dedup_by_key(|(_, (indicator, area, period, source, _))| (*indicator, *area, *period, *source));
                changes
            })
            .prop_flat_map(|changes| (Just(changes.clone()), Just(changes).prop_shuffle())),
    ) {
        // Six kinds whatever the framework has: what has no leaf there must not matter either.
        let kinds = [0, 1, 2, 3, 4, 1];
        let (plan, geography) = (draft.plan(), geography());
        let board = |changes: &[(u64, Change)]| {
            let mut panel = Panel::new();
            for (revision, change) in changes {
                make(&mut panel, &kinds, change, *revision);
            }
            plan.score(&panel, &geography)
        };
        assert_same(&board(&changes), &board(&shuffled));
    }
}
