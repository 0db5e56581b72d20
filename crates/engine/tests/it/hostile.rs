//! Whatever is written in a framework and observed of an area: no panic, no NaN, no infinity, and the board kept up to
//! date is still the board made from scratch. Numbers are drawn from the ends of their range, parameters from anywhere.

use std::{collections::HashMap, fmt::Debug};

use proptest::prelude::*;
use tenseven_engine::{Board, Geography, Panel, Plan, describe::describe, weights};
use tenseven_model::{
    IndicatorKind, Value,
    formula::Formula,
    framework::{
        Aggregate, AreaGroup, AreaSet, Average, Averaged, Branch, Condition, Denominator, Direction,
        Fallback, Figure, FrameworkDraft, GroupAverage, Impute, Leaf, Limits, MinCoverage, Normalise, Over,
        Pool, Post, Reference, Standing, Tier, Ties, Transform, Treatment,
    },
    indicator::RollUp,
};

use crate::fixture::*;

const AREAS: [&str; 5] = ["ESP", "LBY", "MAR", "XAA", "MAR/rabat"];
const PERIODS: [&str; 4] = ["1900", "2018", "2019", "2199"];
const LEAVES: usize = 5;

/// Numbers at and beyond the ends of what can be reckoned with.
const ENDS: [f64; 22] = [
    0.0,
    -0.0,
    1.0,
    -1.0,
    1e-3,
    50.0,
    100.0,
    f64::MAX,
    f64::MIN,
    f64::MIN_POSITIVE,
    -f64::MIN_POSITIVE,
    5e-324,
    -5e-324,
    1e-310,
    1e308,
    -1e308,
    1e155,
    1e-155,
    9_007_199_254_740_993.0,
    1.0 + f64::EPSILON,
    1e-20,
    709.8,
];

fn end() -> impl Strategy<Value = f64> {
    prop_oneof![
        3 => prop::sample::select(ENDS.to_vec()),
        1 => -100.0..100.0_f64,
        1 => any::<f64>().prop_filter("a number", |number| number.is_finite()),
    ]
}

/// A parameter that a framework can be expected to work with, but for one in so many.
fn parameter(sane: f64) -> impl Strategy<Value = f64> {
    prop_oneof![3 => Just(sane), 2 => end()]
}

/// A weight, as a rule one that is not refused; below zero it is for a linear combination alone.
fn weight() -> impl Strategy<Value = f64> {
    prop_oneof![
        20 => prop::sample::select(vec![1.0, 0.3, 7.0, 1e100, 1e-100]),
        2 => prop::sample::select(vec![0.0, -1.0, -1e100]),
        1 => end(),
    ]
}

fn positive(sane: f64) -> impl Strategy<Value = f64> {
    prop_oneof![3 => Just(sane), 2 => end().prop_map(f64::abs)]
}

/// A formula over `x`, `y` and the numbers at the ends, nested so deep.
fn expression(depth: u32) -> BoxedStrategy<String> {
    let leaf = prop_oneof![
        2 => Just("[x]".to_owned()),
        2 => Just("[y]".to_owned()),
        2 => end().prop_map(|number| format!("({}{:e})", if number.is_sign_negative() { "-" } else { "" }, number.abs())),
        1 => Just("1e6".to_owned()),
    ];
    leaf.prop_recursive(depth, 12, 3, |inner| {
        let one = (prop::sample::select(vec!["abs", "log", "exp", "sqrt", "-"]), inner.clone());
        let operators = vec!["+", "-", "*", "/", "^", "<", "<=", ">", ">=", "==", "!="];
        let two = (inner.clone(), prop::sample::select(operators), inner.clone());
        let listed = (
            prop::sample::select(vec!["min", "max", "mean", "sum", "count"]),
            prop::collection::vec(inner.clone(), 1..4),
        );
        prop_oneof![
            one.prop_map(|(function, value)| format!("({function}({value}))")),
            two.prop_map(|(left, operator, right)| format!("({left} {operator} {right})")),
            listed.prop_map(|(function, values)| format!("{function}({})", values.join(", "))),
            (inner.clone(), inner.clone()).prop_map(|(base, exponent)| format!("pow({base}, {exponent})")),
            (inner.clone(), 0..=12_u32).prop_map(|(value, digits)| format!("round({value}, {digits})")),
            (
                prop::sample::select(vec!["lag", "difference", "growth", "moving_mean"]),
                inner.clone(),
                2..5_u32
            )
                .prop_map(|(function, value, periods)| format!("{function}([x] + {value}, {periods})")),
            (inner.clone(), 0..3_usize).prop_map(|(value, kind)| match kind {
                0 => format!("known({value})"),
                1 => format!("coalesce([x], {value})"),
                _ => format!("coalesce([x], [y], {value})"),
            }),
            (inner.clone(), inner.clone(), inner)
                .prop_map(|(when, then, or)| format!("if({when}, {then}, {or})")),
        ]
    })
    .boxed()
}

fn aggregate() -> impl Strategy<Value = Aggregate> {
    prop_oneof![
        prop::sample::select(vec![
            Aggregate::Arithmetic,
            Aggregate::Geometric,
            Aggregate::Harmonic,
            Aggregate::Median,
            Aggregate::Min,
            Aggregate::Max,
            Aggregate::Sum,
            Aggregate::Copeland,
        ]),
        parameter(2.0).prop_map(Aggregate::Power),
        parameter(-1.5).prop_map(Aggregate::Linear),
    ]
}

fn over() -> impl Strategy<Value = Over> {
    prop::sample::select(vec![Over::Children, Over::Leaves])
}

fn average() -> impl Strategy<Value = Average> {
    prop::sample::select(vec![Average::Mean, Average::Median])
}

fn group_average() -> impl Strategy<Value = GroupAverage> {
    average().prop_map(|average| GroupAverage {
        average,
        groups: vec![AreaSet::Own("north".parse().unwrap()), AreaSet::M49("015".parse().unwrap())],
    })
}

fn branch() -> impl Strategy<Value = Branch> {
    let at_least = prop::sample::select(vec![
        MinCoverage::One,
        MinCoverage::Share(5e-324),
        MinCoverage::Share(0.5),
        MinCoverage::Count(0),
        MinCoverage::Count(1),
        MinCoverage::Count(u32::MAX),
    ]);
    let impute = prop::option::weighted(0.2, group_average());
    (aggregate(), over(), at_least, over(), impute).prop_map(
        |(aggregate, over, min_coverage, min_coverage_over, impute)| Branch {
            impute: impute.filter(|_| aggregate != Aggregate::Copeland),
            aggregate,
            over,
            min_coverage,
            min_coverage_over,
        },
    )
}

fn pool() -> impl Strategy<Value = Pool> {
    prop::sample::select(vec![Pool::Period, Pool::AllPeriods])
}

fn post() -> impl Strategy<Value = Post> {
    let percent = prop::sample::select(vec![0.0, 5e-324, 2.5, 50.0, 97.5, 100.0]);
    prop_oneof![1 => parameter(5.0).prop_map(Post::At), 3 => percent.prop_map(Post::Percentile)]
}

fn normalise() -> impl Strategy<Value = Normalise> {
    let standing = prop::sample::select(vec![Standing::Rank, Standing::Borda, Standing::Percentile]);
    let ties = prop::sample::select(vec![Ties::Min, Ties::Average]);
    prop_oneof![
        Just(Normalise::None),
        (parameter(10.0), parameter(100.0), parameter(0.0)).prop_map(|(at_least, score, below)| {
            Normalise::Tiers { tiers: vec![Tier { at_least, score }], below }
        }),
        (parameter(0.5), parameter(12.0), positive(100.0), any::<bool>()).prop_map(
            |(one, other, scale, clip)| Normalise::Goalposts {
                lower: one.min(other),
                upper: one.max(other),
                scale,
                clip,
                reason: "drawn".to_owned(),
            }
        ),
        (parameter(1.0), parameter(10.0), pool()).prop_map(|(one, other, pool)| {
            Normalise::MinMax { lower: one.min(other), upper: one.max(other), pool }
        }),
        (parameter(10.0), positive(2.0), pool()).prop_map(|(mean, deviation, pool)| Normalise::ZScore {
            mean,
            deviation,
            pool
        }),
        (parameter(-1.0), parameter(3.0), parameter(10.0))
            .prop_map(|(zero, one, factor)| Normalise::Scaled { zero, one, factor }),
        pool().prop_map(|pool| Normalise::DistanceToMax { pool }),
        (post(), post(), positive(100.0), any::<bool>(), pool()).prop_filter_map(
            "one is a percentile",
            |(lower, upper, scale, clip, pool)| {
                let is_right = match (lower, upper) {
                    (Post::At(_), Post::At(_)) => false,
                    (Post::Percentile(lower), Post::Percentile(upper)) => lower < upper,
                    _ => true,
                };
                let reason = "drawn".to_owned();
                is_right.then_some(Normalise::PercentilePosts { lower, upper, scale, clip, pool, reason })
            }
        ),
        any::<bool>().prop_map(|cap| Normalise::DistanceToReference { area: area("MAR"), cap }),
        (parameter(10.0), any::<bool>(), pool())
            .prop_map(|(target, cap, pool)| Normalise::DistanceToTarget { target, cap, pool }),
        pool().prop_map(|pool| Normalise::FractionOfMax { pool }),
        (standing, ties, pool()).prop_map(|(standing, ties, pool)| Normalise::Rank { standing, ties, pool }),
    ]
}

fn transform() -> impl Strategy<Value = Transform> {
    prop_oneof![
        4 => Just(Transform::Identity),
        3 => prop::sample::select(vec![Transform::Log, Transform::Log1p, Transform::Sqrt]),
        1 => parameter(0.5).prop_map(Transform::BoxCox),
    ]
}

fn treatment() -> impl Strategy<Value = Treatment> {
    let fallback = prop_oneof![
        prop::sample::select(vec![Fallback::None, Fallback::Log, Fallback::LogEither]),
        parameter(0.5).prop_map(Fallback::BoxCox),
    ];
    let points = prop::sample::select(vec![0, 1, 5, usize::MAX]);
    (positive(0.3), parameter(-1.0), points, fallback).prop_map(|(skewness, kurtosis, points, fallback)| {
        Treatment { limits: Limits { skewness, kurtosis }, points, fallback }
    })
}

fn impute() -> impl Strategy<Value = Impute> {
    prop_oneof![
        end().prop_map(Impute::Constant),
        average().prop_map(Impute::Average),
        group_average().prop_map(Impute::Group),
        prop::sample::select(vec![0, 2, u32::MAX]).prop_map(|within| Impute::Latest { within }),
        Just(Impute::Hold),
        Just(Impute::Linear),
    ]
}

/// What is drawn for a leaf.
#[derive(Debug, Clone)]
struct Drawn {
    kind: IndicatorKind,
    parent: usize,
    weight: f64,
    formula: Option<String>,
    denominator: Option<(bool, f64)>,
    leaf: Leaf,
}

fn drawn() -> impl Strategy<Value = Drawn> {
    let kind = prop::sample::select(vec![COUNT, NUMBER, NUMBER, IndicatorKind::Ratio, IndicatorKind::Flag]);
    let max_age = prop::sample::select(vec![0, 0, 2, u32::MAX]);
    let stages = (
        max_age,
        prop::option::weighted(0.4, impute()),
        any::<bool>(),
        prop::option::weighted(0.3, treatment()),
        transform(),
        normalise(),
        prop::bool::weighted(0.1),
    );
    let denominator = prop::option::weighted(0.2, (any::<bool>(), positive(100.0)));
    let formula = prop::option::weighted(0.4, expression(4));
    (kind, 0..3_usize, weight(), formula, denominator, stages).prop_map(
        |(kind, parent, weight, formula, denominator, stages)| {
            let (max_age, impute, lower_is_better, treat, transform, normalise, excluded) = stages;
            let direction =
                if lower_is_better { Direction::LowerIsBetter } else { Direction::HigherIsBetter };
            let not_applicable = if excluded { vec![AreaSet::Own("north".parse().unwrap())] } else { vec![] };
            let leaf = Leaf {
                indicator: "drawn".parse().unwrap(),
                sources: vec![],
                max_age,
                unknown_for: if lower_is_better { not_applicable.clone() } else { vec![] },
                not_applicable: if lower_is_better { vec![] } else { not_applicable },
                denominator: None,
                impute,
                direction,
                treat,
                transform,
                normalise,
            };
            Drawn { kind, parent, weight, formula, denominator, leaf }
        },
    )
}

fn framework() -> impl Strategy<Value = FrameworkDraft> {
    let reference = prop::sample::select(vec![
        Reference::World,
        Reference::All,
        Reference::Group(AreaSet::Own("north".parse().unwrap())),
    ]);
    let leaves = prop::collection::vec(drawn(), 1..=LEAVES);
    let weights = (weight(), weight());
    let computed = (expression(3), any::<bool>());
    (leaves, [branch(), branch(), branch()], weights, reference, computed).prop_map(made)
}

type Parts = (Vec<Drawn>, [Branch; 3], (f64, f64), Reference, (String, bool));

fn made((leaves, branches, weights, reference, (computed, reads_node)): Parts) -> FrameworkDraft {
    let [overall, domain, part] = branches;
    let mut draft = draft().root(overall).criteria(&["safe"]).bands(&[("low", f64::MIN), ("high", 50.0)]);
    draft.reference = reference;
    draft.groups = vec![AreaGroup {
        id: "north".parse().unwrap(),
        label: String::new(),
        areas: areas(&["ESP", "XAA"]),
        members_of: vec![],
    }];
    draft = draft.indicator("x", NUMBER).indicator("y", NUMBER).indicator("z", NUMBER);
    draft.indicators[2].formula = Some(formula(&format!("[x] + ({computed})")));
    let deepest = leaves.iter().map(|leaf| leaf.parent).max().unwrap_or(0);
    if deepest >= 1 {
        draft = draft.branch("domain", "overall", weights.0, domain);
    }
    if deepest >= 2 {
        draft = draft.branch("part", "domain", weights.1, part);
    }
    for (place, drawn) in leaves.into_iter().enumerate() {
        draft = add(draft, &format!("i{place}"), drawn, reads_node && deepest >= 1);
    }
    let indicator = |id: &str| id.parse().unwrap();
    draft
        .clause("sum", Figure::Sum { indicator: indicator("x") })
        .clause("mean", Figure::Mean { indicator: indicator("z") })
        .clause(
            "weighted",
            Figure::WeightedMean {
                of: Averaged::Node("overall".parse().unwrap()),
                weight_by: indicator("y"),
            },
        )
        .clause("above", Figure::Count { indicator: indicator("y"), condition: Condition::Above(0.0) })
        .clause(
            "high",
            Figure::BandShare { node: "overall".parse().unwrap(), at_least: "high".parse().unwrap() },
        )
}

fn add(draft: FrameworkDraft, id: &str, drawn: Drawn, reads_node: bool) -> FrameworkDraft {
    let Drawn { kind, parent, weight, formula: text, denominator, leaf: stages } = drawn;
    let is_flag = kind == IndicatorKind::Flag;
    let normalise = if is_flag { Normalise::Levels(vec![1.0, 100.0]) } else { stages.normalise.clone() };
    let parent = ["overall", "domain", "part"][parent];
    draft.leaf(id, parent, kind, normalise).with(|node, leaf, indicator| {
        node.weight = weight;
        let normalise = leaf.normalise.clone();
        *leaf = Leaf { indicator: leaf.indicator.clone(), normalise, ..stages };
        indicator.criteria = vec!["safe".parse().unwrap()];
        if is_flag {
            (leaf.transform, leaf.treat, leaf.impute) = (Transform::Identity, None, None);
        }
        if indicator.kind == COUNT {
            indicator.roll_up = Some(RollUp::Sum);
        }
        if indicator.kind == NUMBER
            && let Some(text) = text
        {
            let whole = if reads_node && parent == "overall" { "node[domain]" } else { "[z]" };
            indicator.formula = Some(formula(&format!("[x] * 1 + max({text}, {whole})")));
            leaf.impute = leaf.impute.take().filter(|impute| matches!(impute, Impute::Constant(_)));
        }
        if let Some((computed, per)) = denominator
            && matches!(indicator.kind, IndicatorKind::Count | IndicatorKind::Number { .. })
        {
            let id = if computed { "z" } else { "y" };
            let indicator = id.parse().unwrap();
            leaf.denominator = Some(Denominator { indicator, per, sources: vec![], max_age: u32::MAX });
        }
        let compares =
            leaf.normalise.pool().is_some() && !matches!(leaf.normalise, Normalise::DistanceToTarget { .. });
        leaf.treat = leaf
            .treat
            .take()
            .filter(|treat| compares || treat.fallback == Fallback::None)
            .filter(|_| !matches!(leaf.impute, Some(Impute::Constant(_))));
    })
}

fn formula(text: &str) -> Formula {
    text.parse().unwrap_or_else(|error| panic!("{text}: {error}"))
}

/// A value at a key, by numbers; none takes it away.
type Change = (usize, usize, usize, Option<f64>);

fn change() -> impl Strategy<Value = Change> {
    (0..LEAVES + 2, 0..AREAS.len(), 0..PERIODS.len(), prop::option::weighted(0.9, end()))
}

fn value(kind: Option<&IndicatorKind>, number: f64) -> Value {
    match kind {
        Some(IndicatorKind::Flag) => Value::Flag(number > 0.0),
        Some(IndicatorKind::Ratio) => ratio(number.abs().min(1e308), 1e308_f64.max(number.abs())),
        Some(IndicatorKind::Count) => self::number(number.abs()),
        _ => self::number(number),
    }
}

/// Asserts that there is no number in something told that is none.
#[track_caller]
fn assert_numbers(told: &impl Debug) {
    let told = format!("{told:?}");
    let is_none = |word: &str| matches!(word, "NaN" | "inf");
    let mut words = told.split(|letter: char| !letter.is_ascii_alphanumeric());
    assert!(!words.any(is_none), "{told}");
}

/// Everything that can be asked of a board.
fn ask(plan: &Plan, board: &Board) {
    let asked = ["2020", "2019-Q2"].map(period);
    for at in board.periods().chain(asked) {
        for code in areas(&["ESP", "XAA", "XZZ"]) {
            // An explanation tells the row as well.
            assert_numbers(&board.explain(at, code));
        }
        assert_numbers(&board.report(at, &areas(&["ESP", "MAR", "XAA", "XZZ"])));
        let nodes = 0..plan.framework().nodes().len();
        for node in nodes {
            let column = areas(&AREAS[..4]).into_iter().filter_map(|area| board.outcome(at, area, node));
            assert_numbers(&describe(&column.collect::<tenseven_engine::Column>()));
        }
    }
    assert_numbers(&weights::effective(plan.framework()));
}

fn assert_same(one: &Board, other: &Board) {
    assert!(one.periods().eq(other.periods()));
    for period in one.periods() {
        assert!(one.areas(period).eq(other.areas(period)));
        for area in one.areas(period) {
            for node in 0..one.plan().framework().nodes().len() {
                let bits =
                    |board: &Board| board.outcome(period, area, node).map(|score| score.map(f64::to_bits));
                assert_eq!(bits(one), bits(other));
            }
        }
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 500, max_global_rejects: 1_000_000, ..ProptestConfig::default() })]

    #[test]
    fn nothing_that_is_no_number_comes_out_of_anything(
        draft in framework(),
        changes in prop::collection::vec(change(), 0..40),
        few in any::<bool>(),
    ) {
        let Ok(framework) = draft.clone().check() else { return Err(TestCaseError::reject("refused")) };
        let plan = Plan::new(std::sync::Arc::new(framework));
        let geography = if few { Geography::new([], HashMap::new()) } else { geography() };
        let mut panel = Panel::new();
        let mut live = plan.score(&panel, &geography);
        for (revision, batch) in (1..).zip(changes.chunks(10)) {
            let mut changed = Vec::new();
            for (indicator, area, period, number) in batch {
                let id = ["x", "y", "i0", "i1", "i2", "i3", "i4"][*indicator];
                let kind = draft.indicators.iter().find(|known| known.id.as_str() == id);
                let key = key(id, AREAS[*area], "one", PERIODS[*period]);
                match number {
                    Some(number) => drop(panel.set(&key, cell(value(kind.map(|known| &known.kind), *number), revision))),
                    None => drop(panel.remove(&key)),
                }
                changed.push(key);
            }
            live = plan.rescore(&live, &panel, &geography, &changed);
            assert_same(&live, &plan.score(&panel, &geography));
        }
        ask(&plan, &live);
    }
}

/// A framework whose root is a linear combination of a leaf that counts for nothing and one that nobody reported.
#[test]
fn what_counts_for_nothing_adds_nothing() {
    let linear = |constant| Branch { aggregate: Aggregate::Linear(constant), ..Branch::default() };
    let plan = draft()
        .root(linear(0.0))
        .leaf("known", "overall", NUMBER, Normalise::None)
        .with(|node, _, _| node.weight = 0.0)
        .leaf("unknown", "overall", NUMBER, Normalise::None)
        .plan();
    let board = plan.score(&panel(&[("known", "MAR", "2020", number(7.0))]), &geography());
    let explanation = board.explain(period("2020"), area("MAR"));
    let known = &explanation.nodes[1];
    assert_eq!((known.contribution, known.to_root), (Some(0.0), Some(0.0)));
}

/// Two immense numbers that cancel but for their last digit: what either adds to the root is more than any number says.
#[test]
fn what_adds_more_than_any_number_is_left_unsaid() {
    let linear = || Branch { aggregate: Aggregate::Linear(0.0), ..Branch::default() };
    let plan = draft()
        .root(linear())
        .branch("difference", "overall", 1e100, linear())
        .leaf("one", "difference", NUMBER, Normalise::None)
        .leaf("other", "difference", NUMBER, Normalise::None)
        .with(|node, _, _| node.weight = -1.0)
        .plan();
    let immense = 1e220_f64;
    let cells =
        [("one", "MAR", "2020", number(immense)), ("other", "MAR", "2020", number(immense.next_down()))];
    let board = plan.score(&panel(&cells), &geography());
    let explanation = board.explain(period("2020"), area("MAR"));
    assert!(explanation.nodes[0].score.outcome.is_ok());
    assert_eq!(explanation.nodes[2].contribution, Some(immense));
    assert_eq!(explanation.nodes[2].to_root, None);
    assert_numbers(&explanation);
}
