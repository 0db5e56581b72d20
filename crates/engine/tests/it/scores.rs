//! Rows and boards, with figures worked out by hand.

use tenseven_engine::{NodeScore, Panel, Plan};
use tenseven_model::{
    CellOrigin, Coverage, Gap, IndicatorKind, MissingReason, Value,
    framework::{
        Aggregate, Branch, Direction, FrameworkDraft, Impute, MinCoverage, Normalise, Over, Tier, Transform,
    },
};

use crate::fixture::*;

const NOT_APPLICABLE: Value = Value::Missing(MissingReason::NotApplicable);

fn tiers() -> Normalise {
    let tier = |at_least, score| Tier { at_least, score };
    Normalise::Tiers { tiers: vec![tier(0.9, 100.0), tier(0.4, 50.0)], below: 0.0 }
}

fn policy_scores() -> Normalise {
    Normalise::Levels(vec![0.0, 50.0, 100.0])
}

/// Two domains: one with a policy and a ratio, one with a number that is its own score.
fn two_domains() -> FrameworkDraft {
    draft()
        .branch("rights", "overall", 1.0, mean(MinCoverage::One))
        .leaf("services", "rights", policy(), policy_scores())
        .leaf("regularised", "rights", IndicatorKind::Ratio, tiers())
        .branch("mobility", "overall", 3.0, mean(MinCoverage::One))
        .leaf("visas", "mobility", NUMBER, Normalise::None)
}

pub(crate) fn covered(with_data: u32, applicable: u32) -> Coverage {
    Coverage { with_data, applicable }
}

#[test]
fn domains_are_means_of_indicators_and_the_root_of_domains_by_weight() {
    let plan = two_domains().plan();
    let panel = panel(&[
        ("services", "MAR", "2020", level("comprehensive")),
        ("regularised", "MAR", "2020", ratio(4.0, 10.0)),
        ("visas", "MAR", "2020", number(20.0)),
    ]);
    let board = plan.score(&panel, &geography());
    let row = board.row(period("2020"), area("MAR")).unwrap();
    let outcomes: Vec<_> = row.nodes.iter().map(|node| node.outcome).collect();
    // overall = (1·75 + 3·20) / 4
    assert_eq!(outcomes, [Ok(33.75), Ok(75.0), Ok(100.0), Ok(50.0), Ok(20.0), Ok(20.0)]);
    assert_eq!(row.nodes[0].coverage, covered(3, 3));
    let leaf = node(&plan, &row, "regularised").leaf.as_ref().unwrap();
    assert_eq!((leaf.raw, leaf.origin), (0.4, CellOrigin::Observed));
    assert_eq!(leaf.source, Some("one".parse().unwrap()));
}

#[test]
fn what_is_not_known_is_left_out_and_said() {
    let plan = two_domains().plan();
    let board = plan.score(&panel(&[("services", "MAR", "2020", level("elaborated"))]), &geography());
    let row = board.row(period("2020"), area("MAR")).unwrap();
    assert_eq!(node(&plan, &row, "overall").outcome, Ok(50.0));
    assert_eq!(node(&plan, &row, "overall").coverage, covered(1, 3));
    assert_eq!(node(&plan, &row, "mobility").outcome, Err(Gap::NoChildWithData));
    assert_eq!(node(&plan, &row, "visas").outcome, Err(Gap::NeverReported));
    assert_eq!(board.row(period("2020"), area("TUN")), None);
    assert_eq!(board.answer(period("2020"), area("TUN")), nothing_known(&plan));
    assert_eq!(nothing_known(&plan).nodes[0].coverage, covered(0, 3));
}

#[test]
fn what_does_not_apply_leaves_the_denominator_all_the_way_up() {
    let plan = two_domains().root(mean(MinCoverage::Share(1.0))).plan();
    let board = plan.score(
        &panel(&[
            ("services", "MAR", "2020", NOT_APPLICABLE),
            ("regularised", "MAR", "2020", NOT_APPLICABLE),
            ("visas", "MAR", "2020", number(20.0)),
        ]),
        &geography(),
    );
    let row = board.row(period("2020"), area("MAR")).unwrap();
    assert_eq!(node(&plan, &row, "rights").outcome, Err(Gap::Reported(MissingReason::NotApplicable)));
    assert_eq!(node(&plan, &row, "overall").outcome, Ok(20.0));
    assert_eq!(node(&plan, &row, "overall").coverage, covered(1, 1));
}

#[test]
fn minimum_coverage_counts_leaves_where_the_branch_is_made_from_leaves() {
    let cells = [("services", "MAR", "2020", level("basic")), ("visas", "MAR", "2020", number(20.0))];
    let overall = |over, min_coverage| {
        let branch = Branch { aggregate: Aggregate::Arithmetic, over, min_coverage, ..Branch::default() };
        let board = two_domains().root(branch).plan().score(&panel(&cells), &geography());
        outcome(&board, "2020", "MAR", "overall")
    };
    assert_eq!(overall(Over::Children, MinCoverage::Share(1.0)), Ok(15.0));
    assert_eq!(overall(Over::Leaves, MinCoverage::Share(1.0)), Err(Gap::BelowMinCoverage));
    assert_eq!(overall(Over::Leaves, MinCoverage::Count(2)), Ok(120.0 / 7.0));
}

#[test]
fn a_criterion_has_a_score_where_enough_of_what_bears_on_it_has_data() {
    let by_criterion = |min_coverage, cells: &[_]| {
        let mut draft = two_domains().criteria(&["safe"]);
        draft.criteria[0].min_coverage = min_coverage;
        for indicator in &mut draft.indicators {
            indicator.criteria.push("safe".parse().unwrap());
        }
        let board = draft.plan().score(&panel(cells), &geography());
        board.row(period("2020"), area("MAR")).unwrap().criteria[0].outcome
    };
    let visas = ("visas", "MAR", "2020", number(20.0));
    let one = [visas.clone()];
    assert_eq!(by_criterion(MinCoverage::One, &one), Ok(20.0));
    assert_eq!(by_criterion(MinCoverage::Share(0.5), &one), Err(Gap::BelowMinCoverage));
    assert_eq!(by_criterion(MinCoverage::Count(2), &one), Err(Gap::BelowMinCoverage));
    // Of two that apply one is half.
    let half = [visas, ("services", "MAR", "2020", NOT_APPLICABLE)];
    assert_eq!(by_criterion(MinCoverage::Share(0.5), &half), Ok(20.0));
}

/// overall ▸ a, (extra, which does not count ▸ b, c), and c is reported missing.
fn with_uncounted(root: Branch) -> Plan {
    let mut draft = draft()
        .root(root)
        .criteria(&["safe"])
        .branch("extra", "overall", 1.0, Branch::default())
        .leaf("a", "overall", NUMBER, Normalise::None)
        .leaf("b", "extra", NUMBER, Normalise::None)
        .with(|_, _, indicator| indicator.criteria = vec!["safe".parse().unwrap()])
        .leaf("c", "extra", NUMBER, Normalise::None);
    draft.nodes[1].counts = false;
    draft.plan()
}

#[test]
fn what_does_not_count_is_scored_and_part_of_nothing_above() {
    let cells = [
        ("a", "MAR", "2020", number(10.0)),
        ("b", "MAR", "2020", number(70.0)),
        ("c", "MAR", "2020", Value::Missing(MissingReason::NotCollected)),
        ("b", "TUN", "2020", number(50.0)),
    ];
    let over_leaves =
        Branch { over: Over::Leaves, min_coverage: MinCoverage::Share(1.0), ..Branch::default() };
    for root in [Branch::default(), over_leaves] {
        let plan = with_uncounted(root);
        let board = plan.score(&panel(&cells), &geography());
        let row = board.row(period("2020"), area("MAR")).unwrap();
        let score = |id: &str| (node(&plan, &row, id).outcome, node(&plan, &row, id).coverage);
        assert_eq!(score("overall"), (Ok(10.0), covered(1, 1)));
        assert_eq!(score("extra"), (Ok(70.0), covered(1, 2)));
        assert_eq!(row.criteria[0].outcome, Ok(70.0), "a criterion is made of what bears on it");
        let explained = board.explain(period("2020"), area("MAR")).nodes;
        let shares: Vec<_> = explained.iter().map(|node| (node.contribution, node.to_root)).collect();
        let [root, extra, b, c, a] = shares.as_slice() else { panic!("{shares:?}") };
        assert_eq!((*root, *a), ((None, Some(10.0)), (Some(10.0), Some(10.0))));
        assert_eq!((*extra, *b, *c), ((None, None), (Some(70.0), None), (None, None)));
        // Something is known of what counts for nothing above, and that is on the list.
        let row = board.row(period("2020"), area("TUN")).unwrap();
        assert_eq!(node(&plan, &row, "overall").outcome, Err(Gap::NoChildWithData));
        assert_eq!(node(&plan, &row, "overall").coverage, covered(0, 1));
        assert_eq!(node(&plan, &row, "extra").outcome, Ok(50.0));
        assert_eq!(tenseven_engine::weights::effective(plan.framework()), [1.0, 0.0, 0.0, 0.0, 1.0]);
    }
}

#[test]
fn what_does_not_count_can_be_computed_from_the_score_above_it() {
    let mut draft = draft()
        .leaf("a", "overall", NUMBER, Normalise::None)
        .leaf("twice", "overall", NUMBER, Normalise::None)
        .with(|_, _, indicator| indicator.formula = Some("node[overall] * 2".parse().unwrap()));
    assert!(draft.clone().check().is_err(), "a part of the score cannot be made from it");
    draft.nodes[2].counts = false;
    let plan = draft.plan();
    let before = plan.score(&panel(&[("a", "MAR", "2020", number(4.0))]), &geography());
    let (changed, key) = (panel(&[("a", "MAR", "2020", number(5.0))]), key("a", "MAR", "alpha", "2020"));
    let board = plan.rescore(&before, &changed, &geography(), &[key]);
    for (board, expected) in [(before, 8.0), (board, 10.0)] {
        let row = board.row(period("2020"), area("MAR")).unwrap();
        assert_eq!(node(&plan, &row, "twice").outcome, Ok(expected));
    }
}

#[test]
fn over_leaves_uses_effective_weights() {
    let cells = [
        ("services", "MAR", "2020", level("comprehensive")),
        ("regularised", "MAR", "2020", ratio(0.0, 10.0)),
        ("visas", "MAR", "2020", number(20.0)),
    ];
    let overall = |aggregate, over, cells: &[_]| {
        let branch = Branch { aggregate, over, min_coverage: MinCoverage::One, ..Branch::default() };
        let board = two_domains().root(branch).plan().score(&panel(cells), &geography());
        outcome(&board, "2020", "MAR", "overall")
    };
    // Effective weights 1/8, 1/8, 6/8: complete data give the same either way.
    assert_eq!(overall(Aggregate::Arithmetic, Over::Children, &cells), Ok(27.5));
    assert_eq!(overall(Aggregate::Arithmetic, Over::Leaves, &cells), Ok(27.5));
    // Without the ratio: children (1·100 + 3·20)/4; leaves (100/8 + 6·20/8)/(7/8).
    let partial = [cells[0].clone(), cells[2].clone()];
    assert_eq!(overall(Aggregate::Arithmetic, Over::Children, &partial), Ok(40.0));
    assert_eq!(overall(Aggregate::Arithmetic, Over::Leaves, &partial), Ok(220.0 / 7.0));
    // Sums take weights as they stand: 1·1·100 + 1·1·0 + 3·1·20.
    assert_eq!(overall(Aggregate::Sum, Over::Leaves, &cells), Ok(160.0));
}

#[test]
fn sums_run_in_the_order_of_the_framework() {
    // From the right 1 − 10^16 would round to −10^16, and the sum would be 0.
    let cells = [("a", 1e16), ("b", -1e16), ("c", 1.0)].map(|(id, value)| (id, "MAR", "2020", number(value)));
    for over in [Over::Children, Over::Leaves] {
        let sum =
            Branch { aggregate: Aggregate::Sum, over, min_coverage: MinCoverage::One, ..Branch::default() };
        let draft = ["a", "b", "c"]
            .into_iter()
            .fold(draft().root(sum), |draft, id| draft.leaf(id, "overall", NUMBER, Normalise::None));
        let board = draft.plan().score(&panel(&cells), &geography());
        assert_eq!(outcome(&board, "2020", "MAR", "overall"), Ok(1.0));
    }
}

#[test]
fn items_of_sdg_10_7_2_add_up_to_percent() {
    // 100·Σ s / n with s = 0, 0.5 or 1 is the mean of 0, 50 and 100.
    let mut draft = draft().branch("d1", "overall", 1.0, mean(MinCoverage::Share(1.0)));
    for item in ["a", "b", "c", "d", "e"] {
        draft = draft.leaf(item, "d1", policy(), policy_scores());
    }
    let plan = draft.plan();
    let levels = [
        ("a", "comprehensive"),
        ("b", "comprehensive"),
        ("c", "elaborated"),
        ("d", "elaborated"),
        ("e", "basic"),
    ];
    let mut cells: Vec<_> = levels.iter().map(|(item, code)| (*item, "MAR", "2019", level(code))).collect();
    assert_eq!(outcome(&plan.score(&panel(&cells), &geography()), "2019", "MAR", "d1"), Ok(60.0));
    cells.pop();
    let board = plan.score(&panel(&cells), &geography());
    assert_eq!(outcome(&board, "2019", "MAR", "d1"), Err(Gap::BelowMinCoverage));
}

#[test]
fn deaths_on_a_log_scale_score_higher_the_fewer_they_are() {
    let posts = Normalise::Goalposts {
        lower: 0.0,
        upper: 999.0,
        scale: 100.0,
        clip: true,
        reason: "a thousand-fold range".to_owned(),
    };
    let plan = draft()
        .leaf("deaths", "overall", COUNT, posts)
        .with(|_, leaf, _| {
            leaf.direction = Direction::LowerIsBetter;
            leaf.transform = Transform::Log1p;
        })
        .plan();
    let cells = [("LBY", 3653.0), ("TUN", 99.0), ("MAR", 9.0), ("ESP", 0.0)]
        .map(|(area, deaths)| ("deaths", area, "2016", number(deaths)));
    let board = plan.score(&panel(&cells), &geography());
    assert_eq!(outcome(&board, "2016", "LBY", "deaths"), Ok(0.0));
    assert_eq!(outcome(&board, "2016", "ESP", "deaths"), Ok(100.0));
    let near = |area: &str, expected: f64| {
        let score = outcome(&board, "2016", area, "deaths").unwrap();
        assert!((score - expected).abs() < 1e-12 * expected, "{area}: {score}");
    };
    near("TUN", 100.0 / 3.0);
    near("MAR", 200.0 / 3.0);
}

#[test]
fn every_mark_is_counted_up_to_the_root() {
    let plan = draft()
        .branch("d", "overall", 1.0, mean(MinCoverage::One))
        .leaf("cities", "d", COUNT, Normalise::None)
        .with(units_add_up)
        .leaf("old", "d", NUMBER, Normalise::None)
        .with(|_, leaf, _| leaf.max_age = 3)
        .leaf("unknown", "d", NUMBER, Normalise::None)
        .with(|_, leaf, _| leaf.impute = Some(Impute::Constant(12.0)))
        .leaf("seen", "d", NUMBER, Normalise::None)
        .plan();
    let panel = panel(&[
        ("cities", "MAR/rabat", "2020", number(4.0)),
        ("cities", "MAR/fes", "2020", number(2.0)),
        ("old", "MAR", "2018", number(10.0)),
        ("seen", "MAR", "2020", number(0.0)),
        ("unknown", "MAR", "2020", Value::Missing(MissingReason::Confidential)),
    ]);
    let board = plan.score(&panel, &geography());
    let row = board.row(period("2020"), area("MAR")).unwrap();
    let marks = |node: &NodeScore| (node.carried, node.rolled_up, node.imputed, node.is_filled());
    assert_eq!(node(&plan, &row, "overall").outcome, Ok(7.0));
    assert_eq!(marks(node(&plan, &row, "overall")), (1, 1, 1, true));
    assert_eq!(marks(node(&plan, &row, "seen")), (0, 0, 0, false));
    let leaf = |id: &str| node(&plan, &row, id).leaf.clone().unwrap();
    assert_eq!(leaf("cities").origin, CellOrigin::RolledUp { units: 2 });
    assert_eq!(leaf("old").origin, CellOrigin::Carried { from: period("2018") });
    assert_eq!((leaf("unknown").origin, leaf("unknown").value), (CellOrigin::Constant, None));
}

#[test]
fn local_units_are_no_rows_and_count_only_where_they_add_up() {
    let plan = draft().leaf("cities", "overall", COUNT, Normalise::None).plan();
    let board = plan.score(&panel(&[("cities", "MAR/rabat", "2020", number(4.0))]), &geography());
    assert_eq!(board.periods().count(), 0);
}

#[test]
fn a_criterion_is_the_plain_mean_of_the_leaves_that_bear_on_it() {
    let safe = |_: &mut _, _: &mut _, indicator: &mut tenseven_model::Indicator| {
        indicator.criteria = vec!["safe".parse().unwrap()];
    };
    let plan = draft()
        .criteria(&["safe", "orderly"])
        .branch("d", "overall", 1.0, mean(MinCoverage::One))
        .leaf("a", "d", NUMBER, Normalise::None)
        .with(safe)
        .leaf("b", "overall", NUMBER, Normalise::None)
        .with(safe)
        .leaf("c", "overall", NUMBER, Normalise::None)
        .with(safe)
        .leaf("e", "overall", NUMBER, Normalise::None)
        .plan();
    let cells = [("a", 10.0), ("b", 40.0), ("e", 1000.0)];
    let cells = cells.map(|(indicator, value)| (indicator, "MAR", "2020", number(value)));
    let row = plan.score(&panel(&cells), &geography()).row(period("2020"), area("MAR")).unwrap();
    assert_eq!((row.criteria[0].outcome, row.criteria[0].coverage), (Ok(25.0), covered(2, 3)));
    assert_eq!(row.criteria[1].outcome, Err(Gap::NoChildWithData));
    assert_eq!(row.criteria[1].coverage, covered(0, 0));
}

#[test]
fn a_board_ends_where_the_last_value_is_carried_to_and_later_there_is_nothing() {
    let plan = draft()
        .leaf("a", "overall", NUMBER, Normalise::None)
        .with(|_, leaf, _| leaf.max_age = 2)
        .leaf("b", "overall", NUMBER, Normalise::None)
        .plan();
    let panel = panel(&[
        ("a", "MAR", "2015", number(1.0)),
        ("b", "MAR", "2019", number(3.0)),
        ("a", "MAR", "2019", number(5.0)),
        ("a", "TUN", "2018", number(8.0)),
    ]);
    let board = plan.score(&panel, &geography());
    let periods: Vec<_> = board.periods().map(|period| period.to_string()).collect();
    assert_eq!(periods, ["2015", "2016", "2017", "2018", "2019", "2020", "2021"]);
    assert_eq!(board.areas(period("2019")).collect::<Vec<_>>(), areas(&["MAR", "TUN"]));
    let later = board.answer(period("2021"), area("MAR"));
    assert_eq!((later.nodes[0].outcome, later.nodes[0].carried), (Ok(5.0), 1));
    assert_eq!(board.answer(period("2022"), area("MAR")), nothing_known(&plan));
}

#[test]
fn an_area_with_only_missing_words_has_a_row_that_says_why() {
    let plan = two_domains().plan();
    let hidden = Value::Missing(MissingReason::Confidential);
    let board = plan.score(&panel(&[("visas", "MAR", "2020", hidden)]), &geography());
    assert_eq!(outcome(&board, "2020", "MAR", "visas"), Err(Gap::Reported(MissingReason::Confidential)));
    assert_eq!(outcome(&board, "2020", "MAR", "overall"), Err(Gap::NoChildWithData));
}

#[test]
fn scores_are_read_one_by_one_as_in_their_row() {
    let plan = two_domains().plan();
    let board = plan.score(&panel(&[("visas", "XAA", "2020", number(7.0))]), &geography());
    let at = |area_code, node| board.outcome(period("2020"), area(area_code), node);
    assert_eq!(at("XAA", 0), Some(Ok(7.0)));
    assert_eq!((at("XAA", 6), at("MAR", 0)), (None, None));
    let rows: Vec<_> = board.rows(period("2020")).map(|(area, _)| area).collect();
    assert_eq!(rows, areas(&["XAA"]));
    assert_eq!(plan.score(&Panel::new(), &geography()).periods().count(), 0);
}

#[test]
fn boards_can_be_handed_to_other_threads() {
    fn shareable<T: Send + Sync>(_: &T) {}
    shareable(&two_domains().plan().score(&Panel::new(), &geography()));
}

#[test]
fn scoring_that_is_watched_ends_where_it_is_told_to_and_is_otherwise_the_same() {
    let plan = two_domains().plan();
    let panel = panel(&[
        ("services", "MAR", "2020", level("comprehensive")),
        ("regularised", "LBY", "2019", ratio(4.0, 10.0)),
        ("visas", "MAR", "2018", number(20.0)),
    ]);
    let board = plan.score(&panel, &geography());
    let mut told = Vec::new();
    let watched = plan.score_while(&panel, &geography(), &mut |progress| {
        told.push(progress);
        true
    });
    let watched = watched.unwrap();
    for period in board.periods() {
        assert_eq!(watched.rows(period).collect::<Vec<_>>(), board.rows(period).collect::<Vec<_>>());
    }
    assert!(told.is_sorted_by_key(|progress| progress.done));
    assert!(told.last().is_some_and(|last| last.of > 0 && last.done == last.of), "{told:?}");
    for stop_after in 0..told.len() {
        let mut asked = 0;
        let stopped = plan.score_while(&panel, &geography(), &mut |_| {
            asked += 1;
            asked <= stop_after
        });
        assert!(stopped.is_none(), "after {stop_after}");
    }
}
