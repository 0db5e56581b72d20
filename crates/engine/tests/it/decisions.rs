//! Decisions on exact decimal data are those of exact arithmetic, whatever the order of anything.

use tenseven_engine::{
    Board, Column, Panel, Plan,
    aggregate::{Input, aggregate},
    classify, denominate, normalise, ranks,
};
use tenseven_model::{
    Outcome, Precision, Rounding, Value,
    equality::compare,
    framework::{
        Aggregate, Band, BandsClosed, Branch, Condition, Direction, Figure, FrameworkDraft, MinCoverage,
        Node, NodeBody, Normalise, Over, Pool, Post, Standing, Tier, Ties,
    },
};

use crate::{exact::Dice, fixture::*};

/// How many random cases are tried, as a rule and in the long form (`--ignored`).
const CASES: u32 = 2_000;
const CASES_LONG: u32 = 1_000_000;

const AREAS: [&str; 6] = ["DZA", "EGY", "LBY", "MAR", "MRT", "TUN"];
const NONE: Normalise = Normalise::None;

fn geography() -> tenseven_engine::Geography {
    tenseven_engine::Geography::new(areas(&AREAS), std::collections::HashMap::new())
}

/// The six orders of 0.1, 0.2 and 0.3: one score, rank 1 for all, and the band that begins with 0.2.
#[test]
fn the_same_values_in_any_order_have_one_rank_and_one_band() {
    let leaves = ["a", "b", "c"];
    let draft = leaves.iter().fold(draft().bands(&[("low", 0.0), ("met", 0.2)]), |draft, leaf| {
        draft.leaf(leaf, "overall", NUMBER, NONE)
    });
    let plan = draft.plan();
    let orders = [[1, 2, 3], [1, 3, 2], [2, 1, 3], [2, 3, 1], [3, 1, 2], [3, 2, 1]];
    let mut panel = Panel::new();
    for (area, order) in AREAS.iter().zip(orders) {
        for (leaf, tenths) in leaves.iter().zip(order) {
            panel.set(&key(leaf, area, "one", "2020"), cell(number(f64::from(tenths) / 10.0), 1));
        }
    }
    let board = plan.score(&panel, &geography());
    let column: Column = AREAS.iter().map(|area| outcome(&board, "2020", area, "overall")).collect();
    assert_eq!(column.values(), [0.2; 6]);
    assert_eq!(ranks::competition(&column), [Some(1); 6]);
    let bands = &plan.framework().draft().bands;
    assert!(column.values().iter().all(|score| classify::band(bands, BandsClosed::Below, *score) == Some(1)));
}

#[test]
fn twenty_flags_of_a_twentieth_are_the_whole() {
    let mut draft = draft().bands(&[("partly", 0.0), ("fully", 100.0)]);
    let mut panel = Panel::new();
    for place in 0..20 {
        let id = format!("item-{place}");
        draft = draft
            .leaf(&id, "overall", tenseven_model::IndicatorKind::Flag, Normalise::Levels(vec![0.0, 100.0]))
            .with(|node, _, _| node.weight = 0.05);
        panel.set(&key(&id, "MAR", "one", "2020"), cell(Value::Flag(true), 1));
    }
    let [node, at_least] = ["overall", "fully"];
    let share = Figure::BandShare { node: node.parse().unwrap(), at_least: at_least.parse().unwrap() };
    for method in [Aggregate::Arithmetic, Aggregate::Sum] {
        let root = Branch { aggregate: method, ..Branch::default() };
        let board =
            draft.clone().root(root).clause("fully", share.clone()).plan().score(&panel, &geography());
        assert_eq!(outcome(&board, "2020", "MAR", "overall"), Ok(100.0));
        assert_eq!(board.report(period("2020"), &areas(&["MAR"]))[0].value, Some(100.0));
    }
}

#[test]
fn five_numbers_that_average_eighty_meet_eighty() {
    let numbers = [96.4, 58.3, 73.6, 77.5, 94.2];
    let mut draft = draft().bands(&[("partly", 40.0), ("meets", 80.0)]);
    let mut panel = Panel::new();
    for (place, value) in numbers.into_iter().enumerate() {
        let id = format!("item-{place}");
        draft = draft.leaf(&id, "overall", NUMBER, NONE);
        panel.set(&key(&id, "MAR", "one", "2020"), cell(number(value), 1));
    }
    let board = draft.plan().score(&panel, &geography());
    assert_eq!(outcome(&board, "2020", "MAR", "overall"), Ok(80.0));
}

fn percentiles() -> Normalise {
    Normalise::PercentilePosts {
        lower: Post::Percentile(10.0),
        upper: Post::Percentile(82.5),
        scale: 100.0,
        clip: false,
        pool: Pool::Period,
        reason: "for the test".to_owned(),
    }
}

fn bands(edges: &[f64]) -> Vec<Band> {
    let band = |(place, from): (usize, &f64)| Band {
        id: format!("band-{place}").parse().unwrap(),
        label: String::new(),
        from: *from,
    };
    edges.iter().enumerate().map(band).collect()
}

fn weighted(weights: &[f64], scores: &[f64], method: Aggregate) -> Outcome {
    let columns: Vec<Column> = scores.iter().map(|score| [Ok(*score)].into_iter().collect()).collect();
    let inputs: Vec<_> =
        columns.iter().zip(weights).map(|(column, weight)| Input { column, weight: *weight }).collect();
    aggregate(&inputs, 1, method, MinCoverage::One).get(0)
}

/// A number of tenths or hundredths, in hundredths.
fn decimal(dice: &mut Dice) -> i64 {
    let hundredths = if dice.below(2) == 0 { dice.below(10_001) } else { 10 * dice.below(1_001) };
    i64::try_from(hundredths).unwrap()
}

/// Means of decimal numbers with decimal weights, against band edges, tiers and thresholds at and next to them.
fn edges_are_met_as_in_exact_arithmetic(cases: u32) {
    let mut dice = Dice::new(7);
    let mut met = 0;
    for case in 0..cases {
        let count = 2 + dice.below(8);
        let mut scores: Vec<_> = (0..count).map(|_| decimal(&mut dice)).collect();
        let mut whole: Vec<i64> = (0..count).map(|_| i64::try_from(1 + dice.below(40)).unwrap()).collect();
        let exact = |scores: &[i64], whole: &[i64]| -> (i64, i64) {
            (scores.iter().zip(whole).map(|(score, weight)| score * weight).sum(), whole.iter().sum())
        };
        if case % 2 == 0 {
            // The first is moved so that the mean is a decimal number.
            whole[0] = 1;
            let (sum, by) = exact(&scores, &whole);
            scores[0] += by - sum % by;
        }
        let numbers: Vec<f64> = scores.iter().map(|hundredths| *hundredths as f64 / 100.0).collect();
        let unit = dice.pick(&[1.0, 10.0, 100.0]);
        let weights: Vec<f64> = whole.iter().map(|weight| *weight as f64 / unit).collect();
        // In hundredths: the mean is sum/by; the edge is the mean if that is a decimal number, or one next to it.
        let (sum, by) = exact(&scores, &whole);
        let edge = sum / by + i64::try_from(dice.below(3)).unwrap() - 1;
        let is_reached = sum >= edge * by;
        met += u32::from(sum == edge * by);
        let mean = weighted(&weights, &numbers, Aggregate::Arithmetic).unwrap();
        let from = edge as f64 / 100.0;
        let seen = format!("case {case}: {numbers:?}, {weights:?}, {from}");
        let edges = bands(&[from - 50.0, from]);
        let found = classify::band(&edges, BandsClosed::Below, mean);
        assert_eq!(found, Some(usize::from(is_reached)), "{seen}: band");
        let found = classify::band(&edges, BandsClosed::Above, mean);
        assert_eq!(found, Some(usize::from(sum > edge * by)), "{seen}: band closed above");
        let mut column: Column = [Ok(mean)].into_iter().collect();
        let tiers = [Tier { at_least: from, score: 1.0 }];
        normalise::tiers(&mut column, &tiers, 0.0);
        assert_eq!(column.get(0), Ok(f64::from(u8::from(is_reached))), "{seen}: tier");
        assert_eq!(compare(mean, from).is_ge(), is_reached, "{seen}: threshold");
        // A number per so many of something: 100·x/by reaches what is stated exactly.
        let per = denominate::per(Ok(sum as f64 / 100.0), Ok(by as f64), 100.0).unwrap();
        assert_eq!(compare(per, edge as f64).is_ge(), is_reached, "{seen}: per");
    }
    assert!(met * 10 > cases, "only {met} of {cases} lie at the edge");
}

#[test]
fn decimal_edges_are_met_as_in_exact_arithmetic() {
    edges_are_met_as_in_exact_arithmetic(CASES);
}

#[test]
#[ignore = "a million cases; run with --release"]
fn decimal_edges_are_met_as_in_exact_arithmetic_a_million_times() {
    edges_are_met_as_in_exact_arithmetic(CASES_LONG);
}

/// Ranks, percentile ranks and Copeland's scores of means of decimal numbers, of which many are equal.
fn ranks_are_those_of_exact_arithmetic(cases: u32) {
    let mut dice = Dice::new(8);
    for case in 0..cases {
        let count = 3 + usize::try_from(dice.below(3)).unwrap();
        let base: Vec<i64> = (0..count).map(|_| i64::try_from(dice.below(30)).unwrap()).collect();
        // Every area has the same tenths in another order, or one more of them.
        let places = 8;
        let scores: Vec<Vec<i64>> = (0..places)
            .map(|_| {
                let mut own = dice.shuffled(&base);
                own[0] += i64::try_from(dice.below(2)).unwrap();
                own
            })
            .collect();
        let sums: Vec<i64> = scores.iter().map(|own| own.iter().sum()).collect();
        let mean = |own: &Vec<i64>| {
            let numbers: Vec<f64> = own.iter().map(|tenths| *tenths as f64 / 10.0).collect();
            weighted(&vec![1.0; numbers.len()], &numbers, Aggregate::Arithmetic)
        };
        let column: Column = scores.iter().map(mean).collect();
        let above = |place: usize| sums.iter().filter(|sum| **sum > sums[place]).count();
        let below = |place: usize| sums.iter().filter(|sum| **sum < sums[place]).count();
        for (place, rank) in ranks::competition(&column).into_iter().enumerate() {
            assert_eq!(rank.map(|rank| rank as usize), Some(above(place) + 1), "case {case}: {scores:?}");
        }
        let mut ranked = column.clone();
        let order = tenseven_model::equality::Order::of(column.values());
        normalise::rank(&mut ranked, Direction::HigherIsBetter, Standing::Borda, Ties::Min, &order);
        let expected: Vec<f64> = (0..places).map(|place| below(place) as f64).collect();
        assert_eq!(ranked.values(), expected, "case {case}: {scores:?}");
        let inputs = [Input { column: &column, weight: 1.0 }];
        let copeland = aggregate(&inputs, places, Aggregate::Copeland, MinCoverage::One);
        let expected: Vec<f64> = (0..places).map(|place| below(place) as f64 - above(place) as f64).collect();
        assert_eq!(copeland.values(), expected, "case {case}: {scores:?}");
    }
}

#[test]
fn equal_means_of_decimal_numbers_share_a_rank() {
    ranks_are_those_of_exact_arithmetic(CASES / 4);
}

#[test]
#[ignore = "a million cases; run with --release"]
fn equal_means_of_decimal_numbers_share_a_rank_a_million_times() {
    ranks_are_those_of_exact_arithmetic(CASES_LONG);
}

/// HDI-like: three areas of 0.9615, 0.9620 and 0.9624, published as 0.962 alike, and a fourth of 0.9625, published as 0.963 or, to the
/// even digit, 0.962.
fn published(rounding: Rounding) -> Board {
    let to_three = Precision::new(3, rounding).unwrap();
    let formula = |text: &str| Some(text.parse().unwrap());
    let mut draft = draft()
        .bands(&[("high", 0.8), ("highest", 0.962)])
        .branch("index", "overall", 1.0, Branch::default())
        .leaf("value", "index", NUMBER, NONE)
        .leaf("loss", "overall", NUMBER, NONE)
        .with(|node, _, indicator| {
            node.weight = 2.0;
            indicator.formula = formula("1 - node[index]");
        })
        .leaf("rounded", "overall", NUMBER, NONE)
        .with(|_, _, indicator| indicator.formula = formula("round([value], 1)"));
    draft.nodes[1].precision = Some(to_three);
    let share = Figure::BandShare { node: "index".parse().unwrap(), at_least: "highest".parse().unwrap() };
    let plan = draft.clause("highest", share).plan();
    let cells = [("MAR", 0.9615), ("LBY", 0.962), ("TUN", 0.9624), ("ESP", 0.9625)]
        .map(|(area, value)| ("value", area, "2020", number(value)));
    plan.score(&panel(&cells), &crate::fixture::geography())
}

#[test]
fn ranks_bands_formulas_and_reports_look_at_the_published_score() {
    for (rounding, spain, ranks_found) in [
        (Rounding::HalfUp, 0.963, [Some(2), Some(2), Some(2), Some(1)]),
        (Rounding::HalfEven, 0.962, [Some(1); 4]),
    ] {
        let board = published(rounding);
        let codes = ["MAR", "LBY", "TUN", "ESP"];
        let column: Column = codes.iter().map(|area| outcome(&board, "2020", area, "index")).collect();
        assert_eq!(column.values(), [0.962, 0.962, 0.962, spain]);
        assert_eq!(ranks::competition(&column), ranks_found);
        // The loss is that from the published index: 0.038, and not 0.0385.
        assert!((outcome(&board, "2020", "MAR", "loss").unwrap() - 0.038).abs() < 1e-12);
        assert_eq!(outcome(&board, "2020", "MAR", "rounded"), Ok(1.0));
        // The node above is made from what is not rounded: (0.9615 + 2·0.038 + 1)/4.
        assert!((outcome(&board, "2020", "MAR", "overall").unwrap() - 0.509_375).abs() < 1e-12);
        assert_eq!(board.report(period("2020"), &areas(&codes))[0].value, Some(100.0));
        let explained = board.explain(period("2020"), area("MAR"));
        let index = &explained.nodes[1];
        assert_eq!((index.score.outcome, index.unrounded), (Ok(0.962), Some(0.9615)));
        assert_eq!(explained.nodes[0].unrounded, None);
        // What the value adds to the whole is a quarter of it, and not of what is published.
        let value = explained.nodes[2].to_root.unwrap();
        assert!((value - 0.9615 / 4.0).abs() < 1e-12, "{value}");
    }
}

#[test]
fn pairs_are_compared_as_they_are_published() {
    let mut draft = draft()
        .root(Branch { aggregate: Aggregate::Copeland, ..Branch::default() })
        .leaf("a", "overall", NUMBER, NONE);
    draft.precision = Some(Precision::new(1, Rounding::HalfUp).unwrap());
    let cells = [("MAR", 0.44), ("TUN", 0.42), ("ESP", 0.46)].map(|(area, v)| ("a", area, "2020", number(v)));
    let board = draft.plan().score(&panel(&cells), &crate::fixture::geography());
    let scores = ["MAR", "TUN", "ESP"].map(|area| outcome(&board, "2020", area, "overall"));
    assert_eq!(scores, [Ok(-1.0), Ok(-1.0), Ok(2.0)]);
}

#[test]
fn a_report_and_a_formula_meet_their_thresholds() {
    let sum = |text: &str| Some(text.parse().unwrap());
    let draft = draft()
        .indicator("a", NUMBER)
        .indicator("b", NUMBER)
        .leaf("sum", "overall", NUMBER, NONE)
        .with(|_, _, indicator| indicator.formula = sum("[a] + [b]"))
        .leaf("reached", "overall", NUMBER, NONE)
        .with(|_, _, indicator| indicator.formula = sum("if([a] + [b] <= 0.3, 1, 0)"));
    let figure = |condition| Figure::Count { indicator: "sum".parse().unwrap(), condition };
    let plan = draft
        .clause("above", figure(Condition::Above(0.3)))
        .clause("at-least", figure(Condition::AtLeast(0.300_000_000_000_000_1)))
        .plan();
    let cells = [("a", "MAR", "2020", number(0.1)), ("b", "MAR", "2020", number(0.2))];
    let board = plan.score(&panel(&cells), &geography());
    assert_eq!(outcome(&board, "2020", "MAR", "reached"), Ok(1.0));
    let report = board.report(period("2020"), &areas(&["MAR"]));
    assert_eq!([report[0].value, report[1].value], [Some(0.0), Some(1.0)]);
}

const METHODS: [Aggregate; 8] = [
    Aggregate::Arithmetic,
    Aggregate::Geometric,
    Aggregate::Harmonic,
    Aggregate::Power(0.5),
    Aggregate::Median,
    Aggregate::Sum,
    Aggregate::Linear(1.5),
    Aggregate::Copeland,
];

/// A tree of two levels with relative normalisations, whose children stand in the order of `order`.
fn tree(method: Aggregate, over: Over, weights: &[f64; 6], order: &[usize]) -> FrameworkDraft {
    let posts =
        Normalise::Goalposts { lower: 0.0, upper: 7.0, scale: 100.0, clip: true, reason: "drawn".to_owned() };
    let normalise = [
        Normalise::MinMax { lower: 1.0, upper: 100.0, pool: Pool::AllPeriods },
        Normalise::ZScore { mean: 100.0, deviation: 10.0, pool: Pool::Period },
        Normalise::Rank { standing: Standing::Percentile, ties: Ties::Average, pool: Pool::Period },
        posts,
        NONE,
        Normalise::FractionOfMax { pool: Pool::Period },
    ];
    let mut made = draft()
        .root(Branch { aggregate: method, over, ..Branch::default() })
        .branch("left", "overall", 0.3, Branch::default())
        .branch("right", "overall", 0.7, Branch { aggregate: Aggregate::Arithmetic, ..Branch::default() });
    if order.first() == Some(&5) {
        made.nodes.swap(1, 2);
    }
    for place in order {
        let parent = if place % 2 == 0 { "left" } else { "right" };
        made = made
            .leaf(&format!("i{place}"), parent, NUMBER, normalise[*place].clone())
            .with(|node, _, _| node.weight = weights[*place]);
    }
    without_zeros(made)
}

/// The draft with a sum where a mean is not defined for what may come out below it.
fn without_zeros(mut draft: FrameworkDraft) -> FrameworkDraft {
    if draft.clone().check().is_err() {
        let Node { body: NodeBody::Branch(root), .. } = &mut draft.nodes[0] else {
            panic!("the root is a branch")
        };
        root.aggregate = Aggregate::Sum;
    }
    draft
}

fn scores(plan: &Plan, board: &Board, names: &[&str]) -> Vec<(String, Vec<Option<u64>>)> {
    let mut found = Vec::new();
    for node in plan.framework().nodes() {
        let of = |area: &&str| {
            let place = plan.framework().node(&node.id).unwrap();
            board.outcome(period("2020"), crate::fixture::area(area), place)?.ok().map(f64::to_bits)
        };
        found.push((node.id.to_string(), names.iter().map(of).collect()));
    }
    found.sort();
    found
}

#[test]
fn the_order_of_children_areas_and_arrival_changes_no_bit() {
    let mut dice = Dice::new(9);
    for case in 0..150 {
        let method = dice.pick(&METHODS);
        let over = dice.pick(&[Over::Children, Over::Leaves]);
        let weights = [0; 6].map(|_| (1 + dice.below(20)) as f64 / dice.pick(&[1.0, 10.0, 3.0]));
        let values: Vec<f64> = (0..36).map(|_| (1 + dice.below(80)) as f64 / 10.0).collect();
        let mut cells: Vec<(usize, usize)> = (0..36).map(|cell| (cell / 6, cell % 6)).collect();
        cells.retain(|_| dice.below(12) > 0);
        let score = |order: &[usize], names: &[&str], cells: &[(usize, usize)]| {
            let plan = tree(method, over, &weights, order).plan();
            let mut panel = Panel::new();
            for (leaf, area) in cells {
                let value = cell(number(values[leaf * 6 + area]), 1);
                panel.set(&key(&format!("i{leaf}"), names[*area], "one", "2020"), value);
            }
            scores(&plan, &plan.score(&panel, &geography()), names)
        };
        let plain = score(&[0, 1, 2, 3, 4, 5], &AREAS, &cells);
        let order = dice.shuffled(&[0, 1, 2, 3, 4, 5]);
        let seen = format!("case {case}: {method:?} {over:?} {weights:?} {order:?}");
        assert_eq!(score(&order, &AREAS, &cells), plain, "{seen}: children");
        assert_eq!(score(&[0, 1, 2, 3, 4, 5], &dice.shuffled(&AREAS), &cells), plain, "{seen}: areas");
        let arrived = dice.shuffled(&cells);
        assert_eq!(score(&[0, 1, 2, 3, 4, 5], &AREAS, &arrived), plain, "{seen}: arrival");
    }
}

#[test]
fn a_power_of_two_in_all_values_changes_no_relative_score() {
    let mut dice = Dice::new(10);
    for case in 0..100 {
        let weights = [0; 7].map(|_| (1 + dice.below(20)) as f64);
        let values: Vec<f64> = (0..42).map(|_| (1 + dice.below(80)) as f64 / 10.0).collect();
        let factor = 2.0_f64.powi(i32::try_from(dice.below(200)).unwrap() - 100);
        let score = |factor: f64| {
            let mut draft = draft();
            for (place, normalise) in [
                Normalise::MinMax { lower: 1.0, upper: 100.0, pool: Pool::Period },
                Normalise::ZScore { mean: 0.0, deviation: 1.0, pool: Pool::Period },
                Normalise::Rank { standing: Standing::Rank, ties: Ties::Average, pool: Pool::Period },
                percentiles(),
                Normalise::FractionOfMax { pool: Pool::Period },
                Normalise::DistanceToMax { pool: Pool::Period },
                Normalise::DistanceToReference { area: area("MAR"), cap: false },
            ]
            .into_iter()
            .enumerate()
            {
                draft = draft
                    .leaf(&format!("i{place}"), "overall", NUMBER, normalise)
                    .with(|node, _, _| node.weight = weights[place]);
            }
            let plan = draft.plan();
            let mut panel = Panel::new();
            for (place, value) in values.iter().enumerate() {
                let key = key(&format!("i{}", place / 6), AREAS[place % 6], "one", "2020");
                panel.set(&key, cell(number(value * factor), 1));
            }
            scores(&plan, &plan.score(&panel, &geography()), &AREAS)
        };
        assert_eq!(score(factor), score(1.0), "case {case}: {factor:e}");
    }
}
