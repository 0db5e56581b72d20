//! Scores that compare areas with one another.

use tenseven_engine::{Board, Geography, Plan};
use tenseven_model::{
    Gap,
    framework::{
        Aggregate, AreaSet, Branch, Direction, Fallback, FrameworkDraft, Impute, Limits, Normalise, Pool,
        Post, Reference, Standing, Ties, Transform, Treatment,
    },
};

use crate::fixture::*;

fn plan(pool: Pool, reference: Reference) -> Plan {
    let mut draft = draft()
        .leaf("a", "overall", NUMBER, Normalise::MinMax { lower: 0.0, upper: 100.0, pool })
        .with(|_, leaf, _| leaf.direction = Direction::LowerIsBetter);
    draft.reference = reference;
    draft.plan()
}

fn board(pool: Pool, reference: Reference) -> Board {
    let cells = [
        ("LBY", "2019", 10.0),
        ("MAR", "2019", 20.0),
        ("TUN", "2019", 12.0),
        ("ESP", "2019", 60.0),
        ("XAA", "2019", 110.0),
        ("LBY", "2020", 10.0),
        ("MAR", "2020", 15.0),
    ];
    let cells = cells.map(|(area, period, value)| ("a", area, period, number(value)));
    plan(pool, reference).score(&panel(&cells), &geography())
}

#[test]
fn the_reference_set_makes_the_ends_of_the_scale() {
    let group = Reference::Group(AreaSet::M49("015".parse().unwrap()));
    for (reference, libya, tunisia, spain, illustration) in [
        (Reference::World, 100.0, 96.0, 0.0, -100.0),
        (Reference::All, 100.0, 98.0, 50.0, 0.0),
        (group, 100.0, 80.0, -400.0, -900.0),
    ] {
        let board = board(Pool::Period, reference.clone());
        let scores = ["LBY", "TUN", "ESP", "XAA"].map(|area| outcome(&board, "2019", area, "a"));
        assert_eq!(scores, [Ok(libya), Ok(tunisia), Ok(spain), Ok(illustration)], "{reference:?}");
    }
}

#[test]
fn a_group_that_is_not_listed_compares_nothing() {
    let board = board(Pool::Period, Reference::Group(AreaSet::M49("150".parse().unwrap())));
    assert_eq!(outcome(&board, "2019", "MAR", "a"), Err(Gap::ConstantColumn));
}

#[test]
fn periods_are_compared_alone_or_together() {
    let alone = board(Pool::Period, Reference::World);
    assert_eq!(outcome(&alone, "2020", "MAR", "a"), Ok(0.0));
    let together = board(Pool::AllPeriods, Reference::World);
    assert_eq!(outcome(&together, "2020", "MAR", "a"), Ok(90.0));
}

#[test]
fn one_area_alone_cannot_be_compared() {
    let cells = [("a", "MAR", "2019", number(1.0)), ("a", "XAA", "2019", number(2.0))];
    let board = plan(Pool::Period, Reference::World).score(&panel(&cells), &geography());
    assert_eq!(outcome(&board, "2019", "MAR", "a"), Err(Gap::ConstantColumn));
    assert_eq!(outcome(&board, "2019", "MAR", "overall"), Err(Gap::NoChildWithData));
}

#[test]
fn a_constant_that_stands_in_for_areas_of_the_reference_set_is_compared() {
    let minmax = Normalise::MinMax { lower: 0.0, upper: 100.0, pool: Pool::Period };
    let plan = draft()
        .leaf("a", "overall", NUMBER, minmax)
        .with(|_, leaf, _| leaf.impute = Some(Impute::Constant(0.0)))
        .plan();
    let cells = [("LBY", 5.0), ("MAR", 20.0)].map(|(area, value)| ("a", area, "2019", number(value)));
    let board = plan.score(&panel(&cells), &geography());
    assert_eq!(outcome(&board, "2019", "LBY", "a"), Ok(25.0));
    // It is compared, and no answer: nothing was reported of the area.
    assert_eq!(board.answer(period("2019"), area("TUN")).nodes[1].outcome, Err(Gap::NeverReported));
    assert_eq!(nothing_known(&plan).nodes[1].outcome, Err(Gap::NeverReported));
    assert_eq!(nothing_known(&plan).nodes[1].imputed, 0);
}

/// A pooled leaf with the constant 0, compared over all areas with data, beside a leaf that has no part in it.
fn filled() -> Plan {
    let minmax = Normalise::MinMax { lower: 0.0, upper: 100.0, pool: Pool::AllPeriods };
    let mut draft = draft()
        .leaf("a", "overall", NUMBER, minmax)
        .with(|_, leaf, _| leaf.impute = Some(Impute::Constant(0.0)))
        .leaf("b", "overall", NUMBER, Normalise::None);
    draft.reference = Reference::All;
    draft.plan()
}

#[test]
fn an_area_without_data_is_not_among_all() {
    let cells = [("a", "MAR", "2018", number(5.0)), ("a", "LBY", "2018", number(10.0))];
    let board = filled().score(&panel(&cells), &geography());
    assert_eq!(outcome(&board, "2018", "MAR", "a"), Ok(0.0));
}

#[test]
fn a_period_that_goes_takes_what_stood_in_there_out_of_the_comparison() {
    let (plan, geography) = (filled(), geography());
    let cells = [("a", "MAR", "2018", 5.0), ("a", "MAR", "2019", 10.0), ("b", "MAR", "2020", 1.0)];
    let mut panel = panel(&cells.map(|(id, area, period, value)| (id, area, period, number(value))));
    let before = plan.score(&panel, &geography);
    assert_eq!(outcome(&before, "2018", "MAR", "a"), Ok(50.0));
    let gone = key("b", "MAR", "one", "2020");
    panel.remove(&gone);
    let after = plan.rescore(&before, &panel, &geography, &[gone]);
    assert_eq!(outcome(&after, "2018", "MAR", "a"), Ok(0.0));
}

#[test]
fn another_geography_makes_another_board() {
    let cells = [("a", "MAR", "2019", number(10.0)), ("a", "LBY", "2019", number(30.0))];
    let (plan, panel) = (plan(Pool::Period, Reference::World), panel(&cells));
    let before = plan.score(&panel, &Geography::default());
    assert_eq!(outcome(&before, "2019", "MAR", "a"), Err(Gap::ConstantColumn));
    let after = plan.rescore(&before, &panel, &geography(), &[]);
    assert_eq!(outcome(&after, "2019", "MAR", "a"), Ok(100.0));
}

/// The scores that LBY, MAR and TUN get for 2, 4 and 10.
fn scored(normalise: Normalise, direction: Direction, transform: Transform) -> [Result<f64, Gap>; 3] {
    let plan = draft()
        .leaf("a", "overall", NUMBER, normalise)
        .with(|_, leaf, _| {
            leaf.direction = direction;
            leaf.transform = transform;
        })
        .plan();
    let cells = [("LBY", 2.0), ("MAR", 4.0), ("TUN", 10.0)];
    let board =
        plan.score(&panel(&cells.map(|(area, value)| ("a", area, "2019", number(value)))), &geography());
    ["LBY", "MAR", "TUN"].map(|area| outcome(&board, "2019", area, "a"))
}

#[test]
fn every_comparison_scores_as_its_formula_says() {
    use Direction::{HigherIsBetter, LowerIsBetter};
    let pool = Pool::Period;
    let rank = |standing| Normalise::Rank { standing, ties: Ties::Min, pool };
    let morocco = Normalise::DistanceToReference { area: area("MAR"), cap: false };
    let percentiles = |lower, upper| {
        let reason = "for the test".to_owned();
        Normalise::PercentilePosts { lower, upper, scale: 100.0, clip: true, pool, reason }
    };
    let target = |target| Normalise::DistanceToTarget { target, cap: true, pool };
    for (normalise, direction, expected) in [
        (Normalise::DistanceToMax { pool }, HigherIsBetter, [0.0, 0.25, 1.0]),
        (morocco.clone(), HigherIsBetter, [0.0, 1.0, 4.0]),
        (morocco, LowerIsBetter, [1.0 + 1.0 / 3.0, 1.0, 0.0]),
        (target(6.0), HigherIsBetter, [0.0, 0.5, 1.0]),
        (Normalise::FractionOfMax { pool }, HigherIsBetter, [0.2, 0.4, 1.0]),
        (Normalise::FractionOfMax { pool }, LowerIsBetter, [1.0, 0.5, 0.2]),
        (Normalise::Scaled { zero: 2.0, one: 4.0, factor: 10.0 }, HigherIsBetter, [0.0, 10.0, 40.0]),
        // At 2 + 2·(4 − 2)/4 = 3 and 4 + 2·(10 − 4)/4 = 7.
        (percentiles(Post::Percentile(25.0), Post::Percentile(75.0)), HigherIsBetter, [0.0, 25.0, 100.0]),
        (percentiles(Post::Percentile(25.0), Post::Percentile(75.0)), LowerIsBetter, [100.0, 75.0, 0.0]),
        (percentiles(Post::At(0.0), Post::Percentile(100.0)), HigherIsBetter, [20.0, 40.0, 100.0]),
        (rank(Standing::Rank), LowerIsBetter, [3.0, 2.0, 1.0]),
        (rank(Standing::Percentile), HigherIsBetter, [0.0, 0.5, 1.0]),
    ] {
        assert_eq!(
            scored(normalise.clone(), direction, Transform::Identity),
            expected.map(Ok),
            "{normalise:?}"
        );
    }
    // Squares less 1, over 2: 1.5, 7.5 and 49.5; the target 4 becomes 7.5.
    assert_eq!(scored(target(4.0), HigherIsBetter, Transform::BoxCox(2.0)), [Ok(0.0), Ok(1.0), Ok(1.0)]);
}

#[test]
fn a_reference_area_without_a_value_leaves_all_without_a_score() {
    let spain = Normalise::DistanceToReference { area: area("ESP"), cap: false };
    let found = scored(spain, Direction::HigherIsBetter, Transform::Identity);
    assert_eq!(found, [Err(Gap::NoReference); 3]);
}

/// Two numbers, compared by Copeland's rule below a root that is their mean.
fn outranking() -> FrameworkDraft {
    let copeland = Branch { aggregate: Aggregate::Copeland, ..Branch::default() };
    draft()
        .branch("rule", "overall", 1.0, copeland)
        .leaf("a", "rule", NUMBER, Normalise::None)
        .leaf("b", "rule", NUMBER, Normalise::None)
        .with(|node, _, _| node.weight = 0.5)
}

/// LBY is ahead in the heavier a, then MAR; XAA is not of the world and outranks nobody there.
#[test]
fn areas_outrank_each_other_within_the_reference_set() {
    let mut cells = panel(&[
        ("a", "LBY", "2019", number(3.0)),
        ("a", "MAR", "2019", number(2.0)),
        ("a", "TUN", "2019", number(1.0)),
        ("a", "XAA", "2019", number(9.0)),
        ("b", "TUN", "2019", number(7.0)),
    ]);
    let (plan, geography) = (outranking().plan(), geography());
    let board = plan.score(&cells, &geography);
    let found = ["LBY", "MAR", "TUN", "XAA"].map(|area| outcome(&board, "2019", area, "overall"));
    assert_eq!(found, [Ok(2.0), Ok(0.0), Ok(-2.0), Ok(3.0)]);
    let change = key("a", "TUN", "one", "2019");
    cells.set(&change, cell(number(5.0), 9));
    let board = plan.rescore(&board, &cells, &geography, &[change]);
    let found = ["LBY", "MAR", "TUN", "XAA"].map(|area| outcome(&board, "2019", area, "overall"));
    assert_eq!(found, [Ok(0.0), Ok(-2.0), Ok(2.0), Ok(3.0)]);
}

/// 100 is drawn in to 3, whereupon 3 is the best of its year; in the year of three values nothing is.
#[test]
fn an_outlier_of_a_period_is_drawn_in_before_areas_are_compared() {
    let limits = Limits { skewness: 1.0, kurtosis: 1.0 };
    let plan = draft()
        .leaf("a", "overall", NUMBER, Normalise::MinMax { lower: 0.0, upper: 100.0, pool: Pool::Period })
        .with(|_, leaf, _| leaf.treat = Some(Treatment { limits, points: 1, fallback: Fallback::None }))
        .plan();
    let four = [("ESP", 1.0), ("LBY", 2.0), ("MAR", 3.0), ("TUN", 100.0)];
    let of = |period| four.map(|(area, value)| ("a", area, period, number(value)));
    let mut cells = panel(&[of("2019").as_slice(), &of("2020")[1..]].concat());
    let geography = geography();
    let board = plan.score(&cells, &geography);
    let scores = |board: &Board, period| {
        ["ESP", "LBY", "MAR", "TUN"]
            .map(|area| board.row(period, area.parse().unwrap()).map(|row| row.nodes[1].outcome))
    };
    let (earlier, later) = (period("2019"), period("2020"));
    assert_eq!(scores(&board, earlier), [0.0, 50.0, 100.0, 100.0].map(|score| Some(Ok(score))));
    assert_eq!(scores(&board, later)[3], Some(Ok(100.0)));
    assert_eq!(scores(&board, later)[2], Some(Ok(100.0 / 98.0)));
    let change = key("a", "ESP", "one", "2020");
    cells.set(&change, cell(number(1.0), 9));
    let board = plan.rescore(&board, &cells, &geography, &[change]);
    assert_eq!(scores(&board, later), [0.0, 50.0, 100.0, 100.0].map(|score| Some(Ok(score))));
}
