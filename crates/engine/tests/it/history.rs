//! Whatever happens, and in whatever order: the board kept up to date is the board made from scratch.

use std::collections::BTreeMap;

use proptest::prelude::*;
use tenseven_engine::{
    Board, BoardSize, Cell, Cost, Explanation, Geography, NodeChange, NodeScore, Panel, Plan, Row,
    explain::Made,
};
use tenseven_model::{
    Alpha3, Gap, Indicator, IndicatorKind, MissingReason, ObservationKey, Period, Precision, Rounding, Value,
    formula::Formula,
    framework::{
        Aggregate, AreaGroup, AreaSet, Average, Branch, Denominator, Direction, Fallback, Finding,
        FrameworkDraft, GroupAverage, Impute, Leaf, Limits, MinCoverage, NodeBody, Normalise, Over, Place,
        Pool, Post, Reference, Standing, Tier, Ties, Transform, Treatment,
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
    impute: usize,
    excluded: usize,
    denominated: bool,
    formula: usize,
}

fn drawn() -> impl Strategy<Value = Drawn> {
    let first = (0..5_usize, 0..20_usize, any::<bool>(), 0..5_usize, 0..4_u32);
    let constant = prop::option::weighted(0.3, prop::sample::select(vec![0.0, 1.0, -3.5]));
    let weight = prop::sample::select(vec![1.0, 0.3, 7.0, 1e60]);
    let second = (constant, any::<bool>(), any::<bool>(), 0..3_usize, weight, any::<bool>(), 0..6_usize);
    let third = (0..14_usize, 0..8_usize, prop::bool::weighted(0.2), 0..14_usize);
    (first, second, third).prop_map(|(first, second, third)| {
        let (kind, normalise, lower_is_better, transform, max_age) = first;
        let (impute, excluded, denominated, formula) = third;
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
            impute,
            excluded,
            denominated,
            formula,
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
    let average = prop::sample::select(vec![Average::Mean, Average::Median]);
    let impute = prop::option::weighted(0.2, average.prop_map(group_average));
    (aggregate, over, min_coverage, over_again(), impute).prop_map(
        |(aggregate, over, min_coverage, min_coverage_over, impute)| Branch {
            aggregate,
            over,
            min_coverage,
            min_coverage_over,
            impute: impute.filter(|_| aggregate != Aggregate::Copeland),
        },
    )
}

fn over_again() -> impl Strategy<Value = Over> {
    prop::sample::select(vec![Over::Children, Over::Leaves])
}

fn group_average(average: Average) -> GroupAverage {
    GroupAverage { average, groups: vec![own("north"), AreaSet::M49("015".parse().unwrap()), own("south")] }
}

fn own(group: &str) -> AreaSet {
    AreaSet::Own(group.parse().unwrap())
}

fn groups() -> Vec<AreaGroup> {
    let group = |id: &str, codes: &[&str], members_of: &[&str]| AreaGroup {
        id: id.parse().unwrap(),
        label: String::new(),
        areas: areas(codes),
        members_of: members_of.iter().map(|group| group.parse().unwrap()).collect(),
    };
    vec![group("north", &["ESP", "XAA"], &["150"]), group("south", &["TUN", "XAB", "XZZ"], &[])]
}

pub(crate) fn framework() -> impl Strategy<Value = FrameworkDraft> {
    let reference = prop::sample::select(vec![
        Reference::World,
        Reference::All,
        Reference::Group(AreaSet::M49("015".parse().unwrap())),
    ]);
    (prop::collection::vec(drawn(), 1..=LEAVES), [branch(), branch(), branch()], reference, precisions())
        .prop_map(|(leaves, branches, reference, precisions)| {
            let parents = ["overall", "domain", "part"];
            let [overall, domain, part] = branches;
            let mut draft = draft().root(overall).criteria(&["safe"]);
            draft.criteria[0].min_coverage = part.min_coverage;
            draft.reference = reference;
            draft.groups = groups();
            draft = draft.indicator("x", NUMBER).indicator("y", COUNT).indicator("z", NUMBER);
            draft.indicators[2].formula = Some(formula("[x] * 2 - [y]"));
            let deepest = leaves.iter().map(|leaf| leaf.parent).max().unwrap_or(0);
            if deepest >= 1 {
                draft = draft.branch("domain", "overall", 2.0, domain);
            }
            if deepest >= 2 {
                draft = draft.branch("part", "domain", 0.7, part);
            }
            for (place, leaf) in leaves.iter().enumerate() {
                draft = place_leaf(draft, &format!("i{place}"), parents[leaf.parent], leaf);
                weigh(&mut draft, parents[leaf.parent], leaf.tagged);
                if leaf.parent == 0 && deepest >= 1 && leaf.formula == 4 {
                    compute(&mut draft, "node[domain] / 2 + [y]");
                }
            }
            for (branch, parent) in [("overall", None), ("domain", Some("overall")), ("part", Some("domain"))]
            {
                count_one(&mut draft, branch);
                if let Some(node) = draft.nodes.iter_mut().find(|node| node.id.as_str() == branch) {
                    node.counts = parent.is_none() || leaves[0].impute != 7;
                }
                if let Some(parent) = parent {
                    count_one(&mut draft, parent);
                }
            }
            let is_parted = leaves.iter().any(|leaf| leaf.parent == 0) && leaves[0].denominated;
            if let (true, Some(domain)) =
                (is_parted, draft.nodes.iter_mut().find(|node| node.id.as_str() == "domain"))
            {
                (domain.parent, domain.counts) = (None, true);
                draft.roots = ["overall", "domain"].map(|id| id.parse().unwrap()).into();
                count_one(&mut draft, "overall");
            }
            draft.precision = precisions[0];
            for (node, precision) in draft.nodes.iter_mut().zip(&precisions[1..]) {
                node.precision = *precision;
            }
            without_clashes(draft)
        })
}

/// Lets a child of a branch count where none does.
fn count_one(draft: &mut FrameworkDraft, branch: &str) {
    let is_child = |node: &&mut tenseven_model::framework::Node| {
        node.parent.as_ref().is_some_and(|parent| parent.as_str() == branch)
    };
    let counts = |draft: &mut FrameworkDraft| draft.nodes.iter_mut().filter(is_child).any(|node| node.counts);
    if !counts(draft)
        && let Some(child) = draft.nodes.iter_mut().find(is_child)
    {
        child.counts = true;
    }
}

/// With which decimals scores are published: of the framework, and of its first nodes.
fn precisions() -> impl Strategy<Value = Vec<Option<Precision>>> {
    let rounding = prop::sample::select(vec![Rounding::HalfUp, Rounding::HalfEven]);
    let precision =
        (0..3_u32, rounding).prop_map(|(digits, rounding)| Precision::new(digits, rounding).unwrap());
    prop::collection::vec(prop::option::weighted(0.3, precision), 5)
}

/// Lets the last leaf be computed, and nothing of other periods stand in for it.
fn compute(draft: &mut FrameworkDraft, text: &str) {
    let indicator = draft.indicators.last_mut().unwrap();
    let NodeBody::Leaf(leaf) = &mut draft.nodes.last_mut().unwrap().body else {
        panic!("the last node is no leaf")
    };
    if matches!(indicator.kind, IndicatorKind::Number { .. }) {
        indicator.formula = Some(formula(text));
        leaf.impute =
            leaf.impute.take().filter(|impute| matches!(impute, Impute::Constant(_) | Impute::Average(_)));
    }
}

fn formula(text: &str) -> Formula {
    text.parse().unwrap()
}

/// What stands in for a leaf, if anything does.
fn impute(drawn: &Drawn) -> Option<Impute> {
    let is_ordinal = drawn.kind >= 3;
    match drawn.impute {
        0 | 1 => drawn.constant.filter(|_| !is_ordinal).map(Impute::Constant),
        2 => Some(Impute::Latest { within: 2 }),
        3 => Some(Impute::Hold),
        4 if !is_ordinal => Some(Impute::Linear),
        5 if !is_ordinal => Some(Impute::Average(Average::Mean)),
        6 if !is_ordinal => Some(Impute::Average(Average::Median)),
        7 if !is_ordinal => Some(Impute::Group(group_average(Average::Mean))),
        _ => None,
    }
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
    let percentiles = |lower, upper| Normalise::PercentilePosts {
        lower,
        upper,
        scale: 10.0,
        clip: place.is_multiple_of(3),
        pool,
        reason: "drawn".to_owned(),
    };
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
        16 | 17 => percentiles(Post::Percentile(2.5), Post::Percentile(90.0)),
        18 => percentiles(Post::At(1.0), Post::Percentile(75.0)),
        _ => rank(Standing::Percentile, Ties::Min),
    }
}

/// A treatment that few values are enough for, where the normalisation can follow it.
fn treatment(place: usize, normalise: &Normalise) -> Option<Treatment> {
    let limits = Limits { skewness: 0.3, kurtosis: -1.0 };
    let is_stated = matches!(
        normalise,
        Normalise::DistanceToTarget { .. } | Normalise::PercentilePosts { lower: Post::At(_), .. }
    );
    let follows = normalise.pool().is_some() && !is_stated;
    let fallback = match place {
        0 => Fallback::None,
        1 if follows => Fallback::Log,
        2 if follows => Fallback::LogEither,
        3 if follows => Fallback::BoxCox(0.5),
        _ => return None,
    };
    Some(Treatment { limits, points: 1, fallback })
}

/// The draft with everything changed that clashes with something else in it.
fn without_clashes(mut draft: FrameworkDraft) -> FrameworkDraft {
    while let Err(error) = draft.clone().check() {
        for Finding { place, key, problem } in &error.findings {
            if let Place::Criterion(_) = place {
                draft.criteria[0].min_coverage = MinCoverage::One;
                continue;
            }
            let node = draft.nodes.iter_mut().find(|node| Place::Node(node.id.clone()) == *place);
            match (*key, &mut node.unwrap_or_else(|| panic!("{place}: {problem}")).body) {
                ("min_coverage", NodeBody::Branch(branch)) => branch.min_coverage = MinCoverage::One,
                ("aggregate", NodeBody::Branch(branch)) => branch.aggregate = Aggregate::Linear(1.0),
                ("normalise", NodeBody::Leaf(Leaf { normalise: Normalise::Levels(scores), .. })) => {
                    scores[0] = 1.0;
                }
                ("normalise", NodeBody::Leaf(leaf)) => {
                    leaf.normalise = Normalise::MinMax { lower: 1.0, upper: 10.0, pool: Pool::AllPeriods };
                }
                _ => panic!("{place}, {key}: {problem}"),
            }
        }
    }
    draft
}

/// Of a linear combination some weights are below zero.
fn weigh(draft: &mut FrameworkDraft, parent: &str, tagged: bool) {
    let above = draft.nodes.iter().find(|node| node.id.as_str() == parent).map(|node| node.body.clone());
    let Some(NodeBody::Branch(Branch { aggregate, .. })) = above else { panic!("{parent} is no branch") };
    let takes_shares = draft.nodes.iter().any(|node| match &node.body {
        NodeBody::Branch(branch) => {
            branch.over == Over::Leaves && !branch.aggregate.takes_weights_as_they_stand()
        }
        NodeBody::Leaf(_) => false,
    });
    let last = draft.nodes.last_mut().unwrap();
    if matches!(aggregate, Aggregate::Linear(_)) && tagged && !takes_shares {
        last.weight = -last.weight;
    }
}

/// What an indicator is computed by; a number that is drawn beyond these makes it an observed one.
const FORMULAS: [&str; 10] = [
    "max([x], [y]) ^ 0.5 + if([x] > [y], [x] / [y], 1)",
    "[z] + log([x])",
    "if([y] >= 10, 5, abs([z]))",
    "if(1 > 2, [x], 3)",
    "mean([x], [y], coalesce([z], log([y])))",
    "coalesce([x], 4) + sum([y], [z])",
    "if(known([y]), count([x], [z]), [z])",
    "growth([x], 1) + lag([z], 2)",
    "moving_mean([y], 3)",
    "difference(coalesce([x], lag([y], 1)), 2)",
];

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
        node.counts = drawn.transform != 4;
        leaf.max_age = drawn.max_age;
        leaf.impute = impute(drawn);
        leaf.not_applicable = match drawn.excluded {
            0 => vec![own("south")],
            1 | 2 => vec![AreaSet::M49("015".parse().unwrap())],
            _ => vec![],
        };
        leaf.unknown_for = match drawn.excluded {
            2 => vec![own("south"), own("north")],
            3 => vec![AreaSet::Area(area("MAR")), AreaSet::Area(area("XZZ"))],
            _ => vec![],
        };
        if drawn.denominated && drawn.kind < 2 {
            let indicator = if drawn.tagged { "y" } else { "z" };
            leaf.denominator = Some(Denominator {
                indicator: indicator.parse().unwrap(),
                per: 10.0,
                sources: vec![],
                max_age: u32::from(drawn.listed),
            });
        }
        if drawn.kind == 1 {
            indicator.formula = FORMULAS.get(drawn.formula).map(|text| formula(text));
        }
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
        if !ordinal && !matches!(leaf.impute, Some(Impute::Constant(_))) {
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
pub(crate) type Change = (usize, usize, usize, usize, Option<usize>);

pub(crate) fn change() -> impl Strategy<Value = Change> {
    let value = prop::option::weighted(0.8, 0..16_usize);
    (0..LEAVES + 2, 0..AREAS.len(), 0..PERIODS.len(), 0..SOURCES.len(), value)
}

/// The kinds of the indicators that leaves are made from, by number.
pub(crate) fn kinds(draft: &FrameworkDraft) -> Vec<usize> {
    let leaves = draft.indicators.iter().filter(|indicator| indicator.id.as_str().starts_with('i'));
    let kind = |indicator: &Indicator| match indicator.kind {
        IndicatorKind::Count => 0,
        IndicatorKind::Number { .. } => 1,
        IndicatorKind::Ratio => 2,
        IndicatorKind::Rubric(_) => 3,
        IndicatorKind::Flag => 4,
    };
    leaves.map(kind).collect()
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
pub(crate) fn make(panel: &mut Panel, kinds: &[usize], change: &Change, revision: u64) -> ObservationKey {
    let (indicator, area, period, source, choice) = *change;
    let indicator = indicator % (kinds.len() + 2);
    let id = match indicator.checked_sub(kinds.len()) {
        Some(other) => ["x", "y"][other].to_owned(),
        None => format!("i{indicator}"),
    };
    let kind = kinds.get(indicator).copied().unwrap_or(1);
    let key = key(&id, AREAS[area], SOURCES[source], PERIODS[period]);
    match choice {
        Some(choice) => drop(panel.set(&key, cell(value(kind, choice), revision))),
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

/// Whether an area is in a set, by the groups that are drawn here.
fn holds(set: &AreaSet, area: Alpha3) -> bool {
    let stated = |id: &str| match id {
        "north" => areas(&["ESP", "XAA"]).contains(&area),
        _ => areas(&["TUN", "XAB", "XZZ"]).contains(&area),
    };
    match set {
        AreaSet::M49(_) => areas(&["LBY", "MAR", "TUN"]).contains(&area),
        AreaSet::Own(id) => stated(id.as_str()),
        AreaSet::Area(one) => *one == area,
    }
}

/// What somebody knows who was told every change: the scores of all nodes by area and period, values of leaves apart.
type Told = BTreeMap<(Alpha3, Period), BTreeMap<usize, NodeScore>>;

fn without_leaf(score: &NodeScore) -> NodeScore {
    NodeScore { leaf: None, ..score.clone() }
}

/// Takes in what a change made another, and compares all that was told so far with the scores themselves.
fn assert_told(told: &mut Told, [before, after]: [&Board; 2], changed: &[ObservationKey]) {
    for change in after.changes_since(before, changed) {
        let NodeChange { area, period, node, before: was, score, has_row } = change;
        assert_eq!(has_row, after.row(period, area).is_some());
        let said = before.row(period, area).map(|row| row.nodes[node].clone());
        assert_eq!(
            said.as_ref().map(|said| said.outcome.map(f64::to_bits)),
            was.map(|was| was.map(f64::to_bits))
        );
        let same_bits = |said: &NodeScore| said.outcome.map(f64::to_bits) == score.outcome.map(f64::to_bits);
        if let Some(said) = said.filter(same_bits)
            && has_row
        {
            assert_ne!(without_leaf(&said), score, "{area} {period} {node} is told and did not change");
        }
        if has_row {
            told.entry((area, period)).or_default().insert(node, score);
        } else {
            told.remove(&(area, period));
        }
    }
    let rows: usize = after.periods().map(|period| after.rows(period).count()).sum();
    assert_eq!(told.len(), rows, "what is known is what there is");
    for period in after.periods() {
        for (area, row) in after.rows(period) {
            let known = &told[&(area, period)];
            for (node, score) in row.nodes.iter().enumerate() {
                assert_eq!(known[&node], without_leaf(score), "{area} {period} {node}");
                let bits = |score: &NodeScore| score.outcome.map(f64::to_bits);
                assert_eq!(bits(&known[&node]), bits(score), "{area} {period} {node}");
            }
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
            assert!(row.nodes[0].coverage.with_data <= row.nodes[0].coverage.applicable);
            assert_made_of_what_counts(&row, plan);
            assert_explained(&board.explain(period, area), &row, plan);
        }
    }
    let bytes = |size| Cost::of(plan, size).bytes;
    // Without what does not depend on the size.
    let cells = bytes(board.size()) - bytes(BoardSize { areas: 0, periods: 0 });
    assert!(cells >= 8 * board.slots() as u64, "{cells} is less than {} slots take", board.slots());
    let anew = plan.score(panel, geography);
    for at in ["2016", "2018", "2020", "2023", "2030", "2019-Q2"].map(period) {
        for area in areas(&["MAR", "TUN", "XAB", "XZZ"]) {
            assert_same_row(&board.answer(at, area), &anew.answer(at, area));
            assert_explained(&board.explain(at, area), &board.answer(at, area), plan);
        }
    }
}

/// Coverage, and plain weighted means, worked out again from the children that count, in the plainest way.
fn assert_made_of_what_counts(row: &Row, plan: &Plan) {
    let framework = plan.framework();
    for (place, node) in framework.nodes().iter().enumerate() {
        let NodeBody::Branch(branch) = &node.body else { continue };
        let is_counted = |child: &&usize| framework.nodes()[**child].counts;
        let counted: Vec<usize> = framework.children(place).iter().filter(is_counted).copied().collect();
        let coverage = counted.iter().map(|child| row.nodes[*child].coverage).sum();
        assert_eq!(row.nodes[place].coverage, coverage, "{}", node.id);
        let is_rounded = framework.draft().nodes.iter().any(|node| node.precision.is_some());
        let is_plain = branch.aggregate == Aggregate::Arithmetic
            && branch.over == Over::Children
            && branch.impute.is_none()
            && framework.draft().precision.is_none()
            && !is_rounded;
        if let (true, Ok(score)) = (is_plain, row.nodes[place].outcome) {
            let known: Vec<(f64, f64)> = counted
                .iter()
                .filter_map(|child| Some((framework.nodes()[*child].weight, row.nodes[*child].outcome.ok()?)))
                .collect();
            let weights: f64 = known.iter().map(|(weight, _)| weight).sum();
            let mean: f64 = known.iter().map(|(weight, score)| weight / weights * score).sum();
            let largest = known.iter().map(|(_, score)| score.abs()).fold(1.0, f64::max);
            assert!((mean - score).abs() <= 1e-9 * largest, "{}: {mean} and {score}", node.id);
        }
    }
}

/// Numbers beyond this cannot be added up without leaving the range of finite ones.
const HUGE: f64 = 1e290;

/// An explanation tells the scores of the row, and what parts add adds up to them.
fn assert_explained(explanation: &Explanation, row: &Row, plan: &Plan) {
    let framework = plan.framework();
    let scores: Vec<_> = explanation.nodes.iter().map(|node| node.score.clone()).collect();
    assert_eq!(scores, row.nodes);
    let mut fallen = 0.0;
    let mut largest: f64 = 1.0;
    for (place, node) in explanation.nodes.iter().enumerate() {
        let Ok(published) = node.score.outcome else { continue };
        let score = node.unrounded.unwrap_or(published);
        assert_eq!(framework.published_score(place, Ok(score)), Ok(published));
        largest = largest.max(score.abs());
        match &node.made {
            Made::Leaf(stages) => {
                assert_eq!(stages.normalised, Ok(score));
                if framework.root_of(place) == 0 {
                    fallen += node.to_root.unwrap_or_default();
                }
            }
            Made::Branch(parts) => {
                let added: Vec<f64> = parts.parts.iter().map(|(_, _, adds)| *adds).collect();
                let size = added.iter().fold(score.abs().max(1.0), |size, part| size.max(part.abs()));
                if size > HUGE {
                    return;
                }
                let sum = added.iter().sum::<f64>() + parts.own;
                assert!((sum - score).abs() <= 1e-12 * size, "{sum} and {score} of {parts:?}");
                let children = framework.children(place).iter();
                let children: f64 = children.filter_map(|child| explanation.nodes[*child].contribution).sum();
                assert!((children + parts.own - score).abs() <= 1e-12 * size, "{children} and {score}");
                if score != 0.0 && framework.root_of(place) == 0 {
                    // In this order: the product of two large numbers has no end, their shares have.
                    fallen += node.to_root.unwrap_or_default() * (parts.own / score);
                }
            }
        }
    }
    // What opposes itself within a part can be any number of times as large as the score.
    let opposed = explanation.nodes.iter().any(|node| node.to_root.is_some_and(|part| part < 0.0));
    let root = &explanation.nodes[0];
    if let Ok(published) = root.score.outcome
        && !opposed
        && largest < HUGE
        && framework.draft().nodes.iter().all(|node| !is_linear_or_compares(&node.body))
    {
        let root = root.unrounded.unwrap_or(published);
        assert!((fallen - root).abs() <= 1e-12 * largest, "{fallen} and {root}");
    }
}

/// Whether what lies below a node is set off against each other there.
fn is_linear_or_compares(body: &NodeBody) -> bool {
    let NodeBody::Branch(branch) = body else { return false };
    matches!(branch.aggregate, Aggregate::Linear(_) | Aggregate::Copeland) || branch.over == Over::Leaves
}

/// The periods of a board are counted before it is scored: exactly where nothing was taken back, and never too low.
fn assert_counted(after: &Board, (observed, panel): (&Panel, &Panel), changed: &[ObservationKey]) {
    let plan = after.plan();
    let counted = plan.period_count_with(observed, changed).unwrap_or_else(|| plan.period_count(observed));
    let periods = after.size().periods;
    assert!(periods <= counted, "{periods} periods, counted {counted}");
    if changed.iter().all(|key| panel.get(key).is_some()) {
        assert_eq!((periods, plan.period_count(panel)), (counted, counted));
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 2_000, ..ProptestConfig::default() })]

    #[test]
    fn a_board_kept_up_to_date_is_the_board_made_from_scratch(
        draft in framework(),
        batches in prop::collection::vec(prop::collection::vec(change(), 1..8), 1..12),
    ) {
        let kinds = kinds(&draft);
        let (plan, geography) = (draft.plan(), geography());
        let (mut panel, mut known) = (Panel::new(), BTreeMap::new());
        let mut live = plan.score(&panel, &geography);
        let mut told = Told::new();
        for (revision, batch) in (1..).zip(&batches) {
            let observed = panel.clone();
            let changed: Vec<_> =
                batch.iter().map(|change| make(&mut panel, &kinds, change, revision)).collect();
            known.extend(changed.iter().map(|key| (key.clone(), panel.get(key).map(Cell::from))));
            let after = plan.rescore(&live, &panel, &geography, &changed);
            assert_counted(&after, (&observed, &panel), &changed);
            let before = std::mem::replace(&mut live, after);
            assert_told(&mut told, [&before, &live], &changed);
            assert_same(&live, &plan.score(&panel, &geography));
        }
        let on_two_threads = std::thread::scope(|scope| {
            let score = || plan.score(&panel, &geography);
            [scope.spawn(score), scope.spawn(score)].map(|thread| thread.join().unwrap())
        });
        for board in &on_two_threads {
            assert_same(&live, board);
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
    fn what_is_unknown_for_an_area_is_scored_as_if_all_was_reported_missing(
        draft in framework(),
        changes in prop::collection::vec(change(), 1..60),
    ) {
        let kinds = kinds(&draft);
        let (mut panel, mut keys) = (Panel::new(), Vec::new());
        for (revision, change) in (1..).zip(&changes) {
            keys.push((make(&mut panel, &kinds, change, revision), revision));
        }
        let board = draft.clone().plan().score(&panel, &geography());
        let mut plain = draft.clone();
        for node in &mut plain.nodes {
            let NodeBody::Leaf(leaf) = &mut node.body else { continue };
            let sets = std::mem::take(&mut leaf.unknown_for);
            for (key, revision) in keys.iter().filter(|(key, _)| key.indicator == leaf.indicator) {
                let is_unknown = key.area.country().is_some_and(|country| sets.iter().any(|set| holds(set, country)));
                if is_unknown && panel.get(key).is_some() {
                    panel.set(key, cell(Value::Missing(MissingReason::NotCollected), *revision));
                }
            }
        }
        let reference = plain.plan().score(&panel, &geography());
        let is_computed = |id: &str| draft.indicators.iter().any(|known| known.id.as_str() == id && known.formula.is_some());
        prop_assume!(draft.nodes.iter().all(|node| match &node.body {
            NodeBody::Leaf(leaf) => leaf.unknown_for.is_empty() || !is_computed(leaf.indicator.as_str()),
            NodeBody::Branch(_) => true,
        }));
        for period in reference.periods() {
            for (area, row) in reference.rows(period) {
                let found = board.row(period, area).unwrap();
                let plainly = |row: &Row| -> Vec<_> {
                    let score = |node: &NodeScore| node.outcome.map(f64::to_bits).map_err(|gap| match gap {
                        Gap::TreatedAsMissing | Gap::Reported(MissingReason::NotCollected) => Gap::NeverReported,
                        gap => gap,
                    });
                    row.nodes.iter().map(|node| (score(node), node.coverage, node.imputed)).collect()
                };
                prop_assert_eq!(plainly(&row), plainly(&found));
            }
        }
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
