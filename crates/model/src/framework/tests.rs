//! What makes a draft a framework, and what a framework answers.

use super::*;
use crate::{Frequency, Indicator, IndicatorKind, Level, NodeId, Rubric, indicator::RollUp};

fn indicator(id: &str, kind: IndicatorKind) -> Indicator {
    Indicator {
        id: id.parse().unwrap(),
        name: id.to_owned(),
        description: String::new(),
        unit: String::new(),
        kind,
        formula: None,
        breakdown_of: None,
        roll_up: None,
        criteria: Vec::new(),
        measures: Vec::new(),
        instruments: Vec::new(),
    }
}

fn rubric() -> IndicatorKind {
    let level = |code: &str, score| Level {
        code: code.parse().unwrap(),
        label: code.to_owned(),
        description: String::new(),
        score,
    };
    IndicatorKind::Rubric(Rubric::new(vec![level("no", 0.0), level("yes", 100.0)]).unwrap())
}

fn branch(id: &str, parent: Option<&str>) -> Node {
    Node {
        id: id.parse().unwrap(),
        name: id.to_owned(),
        parent: parent.map(|id| id.parse().unwrap()),
        weight: 1.0,
        counts: true,
        precision: None,
        body: NodeBody::Branch(Branch::default()),
    }
}

fn leaf(id: &str, parent: &str, normalise: Normalise) -> Node {
    let body = NodeBody::Leaf(Leaf {
        indicator: id.parse().unwrap(),
        sources: Vec::new(),
        max_age: 0,
        not_applicable: vec![],
        unknown_for: vec![],
        denominator: None,
        impute: None,
        direction: Direction::default(),
        treat: None,
        transform: Transform::default(),
        normalise,
    });
    Node { body, ..branch(id, Some(parent)) }
}

/// overall ▸ (first ▸ policy, count), (second ▸ share)
fn draft() -> FrameworkDraft {
    FrameworkDraft {
        id: "sample".parse().unwrap(),
        version: "1.0.0".parse().unwrap(),
        title: "A sample".to_owned(),
        description: String::new(),
        source: String::new(),
        frequency: Frequency::Annual,
        ranking: false,
        reference: Reference::World,
        precision: None,
        groups: vec![],
        bands: vec![
            Band { id: "low".parse().unwrap(), label: "Low".to_owned(), from: 0.0 },
            Band { id: "high".parse().unwrap(), label: "High".to_owned(), from: 50.0 },
        ],
        bands_closed: BandsClosed::Below,
        criteria: Vec::new(),
        roots: vec![],
        indicators: vec![
            indicator("policy", rubric()),
            indicator("count", IndicatorKind::Count),
            indicator("share", IndicatorKind::Ratio),
        ],
        nodes: vec![
            branch("overall", None),
            branch("second", Some("overall")),
            leaf("share", "second", Normalise::None),
            branch("first", Some("overall")),
            leaf("policy", "first", Normalise::Levels(vec![0.0, 100.0])),
            leaf("count", "first", Normalise::None),
        ],
        report: vec![Clause {
            id: "policies".parse().unwrap(),
            title: "Countries with a policy".to_owned(),
            unit: "countries".to_owned(),
            figure: Figure::Count {
                indicator: "policy".parse().unwrap(),
                condition: Condition::LevelAtLeast("yes".parse().unwrap()),
            },
        }],
    }
}

/// Place, key and problem of everything that is wrong with the sample after this change.
fn findings(change: impl FnOnce(&mut FrameworkDraft)) -> Vec<(String, &'static str, String)> {
    let mut draft = draft();
    change(&mut draft);
    let error = draft.check().expect_err("the draft was accepted");
    error.findings.into_iter().map(|one| (one.place.to_string(), one.key, one.problem)).collect()
}

/// Succeeds if this change makes exactly one finding, at this place and key.
fn check(change: impl FnOnce(&mut FrameworkDraft), place: &str, key: &str) {
    let found = findings(change);
    let places: Vec<_> = found.iter().map(|(place, key, _)| (place.as_str(), *key)).collect();
    assert_eq!(places, [(place, key)], "{found:?}");
}

fn set_leaf(draft: &mut FrameworkDraft, id: &str, change: impl FnOnce(&mut Leaf)) {
    let node = draft.nodes.iter_mut().find(|node| node.id.as_str() == id).unwrap();
    match &mut node.body {
        NodeBody::Leaf(leaf) => change(leaf),
        NodeBody::Branch(_) => panic!("{id} is no leaf"),
    }
}

#[test]
fn a_sound_draft_becomes_a_tree_in_depth_first_order() {
    let framework = draft().check().unwrap();
    let ids: Vec<_> = framework.nodes().iter().map(|node| node.id.as_str()).collect();
    assert_eq!(ids, ["overall", "second", "share", "first", "policy", "count"]);
    assert_eq!(framework.children(0), [1, 3]);
    assert_eq!(framework.leaves(), [2, 4, 5]);
    assert_eq!((framework.depth(0), framework.depth(5), framework.parent(5)), (0, 2, Some(3)));
    assert_eq!(framework.reference().to_string(), "sample@1.0.0");
}

#[test]
fn a_score_is_in_the_highest_band_that_it_reaches() {
    let framework = draft().check().unwrap();
    let band = |score| framework.band(score).map(|band| band.id.to_string());
    assert_eq!(band(50.0).as_deref(), Some("high"));
    assert_eq!(band(49.999).as_deref(), Some("low"));
    assert_eq!(band(-1.0), None);
}

#[test]
fn refuses_trees_that_are_none() {
    check(|draft| draft.nodes[1].parent = None, "framework", "nodes");
    check(|draft| draft.nodes[5].parent = Some("thrid".parse().unwrap()), "node count", "parent");
    check(|draft| draft.nodes[5].parent = Some("policy".parse().unwrap()), "node count", "parent");
    check(|draft| draft.nodes.push(branch("empty", Some("overall"))), "node empty", "id");
    check(|draft| draft.nodes.push(leaf("share", "first", Normalise::None)), "node share", "id");
}

#[test]
fn refuses_a_circle_of_parents() {
    let found = findings(|draft| draft.nodes[1].parent = Some("second".parse().unwrap()));
    assert!(found.iter().any(|(place, key, _)| place == "node second" && *key == "parent"), "{found:?}");
}

#[test]
fn refuses_weights_and_shares_that_cannot_work() {
    for weight in [0.0, -1.0, f64::NAN, f64::INFINITY] {
        check(|draft| draft.nodes[1].weight = weight, "node second", "weight");
    }
    for share in [0.0, 1.1, f64::NAN] {
        let body = Branch { min_coverage: MinCoverage::Share(share), ..Branch::default() };
        check(|draft| draft.nodes[1].body = NodeBody::Branch(body), "node second", "min_coverage");
    }
}

#[test]
fn refuses_a_criterion_that_asks_for_more_than_bear_on_it() {
    let least = |min_coverage: MinCoverage| {
        move |draft: &mut FrameworkDraft| {
            draft.indicators[1].criteria.push("safe".parse().unwrap());
            draft.criteria.push(Criterion {
                id: "safe".parse().unwrap(),
                label: "Safe".to_owned(),
                min_coverage,
            });
        }
    };
    check(least(MinCoverage::Share(1.5)), "criterion safe", "min_coverage");
    check(least(MinCoverage::Count(2)), "criterion safe", "min_coverage");
    for min_coverage in [MinCoverage::Count(1), MinCoverage::Share(0.5)] {
        let mut draft = draft();
        least(min_coverage)(&mut draft);
        assert!(draft.check().is_ok());
    }
}

#[test]
fn refuses_bands_out_of_order_and_twice() {
    check(|draft| draft.bands.reverse(), "band low", "from");
    let closed = |count: usize| {
        move |draft: &mut FrameworkDraft| {
            draft.bands.truncate(count);
            draft.bands_closed = BandsClosed::Above;
        }
    };
    check(closed(1), "framework", "bands_closed");
    check(closed(0), "framework", "bands_closed");
    check(|draft| draft.bands[1].id = "low".parse().unwrap(), "band low", "id");
}

#[test]
fn refuses_normalisations_that_do_not_fit_the_indicator() {
    let cases = [
        ("count", Normalise::Levels(vec![0.0, 1.0])),
        ("policy", Normalise::None),
        ("policy", Normalise::Levels(vec![0.0])),
        ("count", Normalise::Tiers { tiers: Vec::new(), below: 0.0 }),
        (
            "count",
            Normalise::Tiers {
                tiers: vec![Tier { at_least: 1.0, score: 50.0 }, Tier { at_least: 2.0, score: 100.0 }],
                below: 0.0,
            },
        ),
        ("count", Normalise::MinMax { lower: 100.0, upper: 0.0, pool: Pool::Period }),
    ];
    for (id, normalise) in cases {
        check(
            |draft| set_leaf(draft, id, |leaf| leaf.normalise = normalise),
            &format!("node {id}"),
            "normalise",
        );
    }
}

#[test]
fn refuses_goalposts_without_order_reason_or_transform() {
    let posts = |lower, upper, reason: &str| Normalise::Goalposts {
        lower,
        upper,
        scale: 100.0,
        clip: true,
        reason: reason.to_owned(),
    };
    for normalise in
        [posts(5.0, 5.0, "why"), posts(5.0, 1.0, "why"), posts(0.0, f64::NAN, "why"), posts(0.0, 1.0, " ")]
    {
        check(|draft| set_leaf(draft, "count", |leaf| leaf.normalise = normalise), "node count", "normalise");
    }
    let of_log = |leaf: &mut Leaf| {
        leaf.transform = Transform::Log;
        leaf.normalise = posts(0.0, 10.0, "the logarithm of 0 is none");
    };
    check(|draft| set_leaf(draft, "count", of_log), "node count", "normalise");
}

#[test]
fn refuses_a_transform_of_levels() {
    check(
        |draft| set_leaf(draft, "policy", |leaf| leaf.transform = Transform::Log1p),
        "node policy",
        "transform",
    );
}

#[test]
fn refuses_indicators_that_contradict_themselves() {
    check(|draft| draft.indicators[2].roll_up = Some(RollUp::Sum), "indicator share", "roll_up");
    check(
        |draft| draft.indicators[1].breakdown_of = Some("none".parse().unwrap()),
        "indicator count",
        "breakdown_of",
    );
    check(|draft| draft.indicators[1].criteria.push("safe".parse().unwrap()), "indicator count", "criteria");
    let bounds = IndicatorKind::Number { min: Some(2.0), max: Some(1.0) };
    check(|draft| draft.indicators.push(indicator("number", bounds)), "indicator number", "min");
    check(|draft| draft.indicators.push(indicator("count", IndicatorKind::Count)), "indicator count", "id");
}

#[test]
fn refuses_clauses_that_do_not_fit_what_they_ask_of() {
    let figure = |figure: Figure| move |draft: &mut FrameworkDraft| draft.report[0].figure = figure;
    let policy = || "policy".parse().unwrap();
    check(figure(Figure::Sum { indicator: policy() }), "report clause policies", "figure");
    check(figure(Figure::RatioOfSums { indicator: policy() }), "report clause policies", "figure");
    check(figure(Figure::Mean { indicator: "none".parse().unwrap() }), "report clause policies", "indicator");
    let condition = Condition::LevelAtLeast("maybe".parse().unwrap());
    check(figure(Figure::Count { indicator: policy(), condition }), "report clause policies", "figure");
    let weighted = |of: Averaged, weight_by: &str| {
        figure(Figure::WeightedMean { of, weight_by: weight_by.parse().unwrap() })
    };
    let count = || Averaged::Indicator("count".parse().unwrap());
    check(weighted(count(), "none"), "report clause policies", "weight_by");
    check(weighted(count(), "policy"), "report clause policies", "weight_by");
    check(weighted(count(), "share"), "report clause policies", "weight_by");
    check(weighted(Averaged::Indicator(policy()), "count"), "report clause policies", "figure");
    check(weighted(Averaged::Node("none".parse().unwrap()), "count"), "report clause policies", "node");
    let mut right = draft();
    weighted(Averaged::Node("overall".parse().unwrap()), "count")(&mut right);
    assert!(right.check().is_ok());
    let share = Figure::BandShare { node: "overall".parse().unwrap(), at_least: "best".parse().unwrap() };
    check(figure(share), "report clause policies", "at_least_band");
}

#[test]
fn reports_everything_that_is_wrong_at_once() {
    let found = findings(|draft| {
        draft.title.clear();
        draft.nodes[1].weight = 0.0;
        draft.bands.reverse();
    });
    assert_eq!(found.len(), 3, "{found:?}");
}

fn set_branch(draft: &mut FrameworkDraft, id: &str, aggregate: Aggregate) {
    let node = draft.nodes.iter_mut().find(|node| node.id.as_str() == id).unwrap();
    node.body = NodeBody::Branch(Branch { aggregate, ..Branch::default() });
}

#[test]
fn refuses_parameters_that_no_score_could_come_of() {
    for normalise in [
        Normalise::ZScore { mean: 0.0, deviation: 0.0, pool: Pool::Period },
        Normalise::ZScore { mean: f64::NAN, deviation: 1.0, pool: Pool::Period },
        Normalise::Scaled { zero: 2.0, one: 2.0, factor: 1.0 },
        Normalise::Scaled { zero: f64::MIN, one: f64::MAX, factor: 1.0 },
        Normalise::Scaled { zero: 0.0, one: 1.0, factor: 0.0 },
        Normalise::DistanceToTarget { target: f64::INFINITY, cap: true, pool: Pool::Period },
    ] {
        let set =
            |draft: &mut FrameworkDraft| set_leaf(draft, "count", |leaf| leaf.normalise = normalise.clone());
        check(set, "node count", "normalise");
    }
    let out_of_reach = |draft: &mut FrameworkDraft| {
        set_leaf(draft, "count", |leaf| {
            leaf.transform = Transform::Log;
            leaf.normalise = Normalise::DistanceToTarget { target: 0.0, cap: true, pool: Pool::Period };
        });
    };
    check(out_of_reach, "node count", "normalise");
    let no_exponent = |draft: &mut FrameworkDraft| {
        set_leaf(draft, "count", |leaf| leaf.transform = Transform::BoxCox(f64::NAN));
    };
    check(no_exponent, "node count", "transform");
    for aggregate in [Aggregate::Power(f64::NAN), Aggregate::Linear(f64::INFINITY)] {
        check(|draft| set_branch(draft, "first", aggregate), "node first", "aggregate");
    }
}

fn percentiles(lower: Post, upper: Post) -> Normalise {
    let (pool, reason) = (Pool::Period, "for the test".to_owned());
    Normalise::PercentilePosts { lower, upper, scale: 100.0, clip: true, pool, reason }
}

#[test]
fn refuses_percentiles_that_no_value_can_be_placed_between() {
    use Post::{At, Percentile};
    for (lower, upper) in [
        (At(0.0), At(1.0)),
        (Percentile(50.0), Percentile(50.0)),
        (Percentile(97.5), Percentile(2.5)),
        (Percentile(-1.0), At(1.0)),
        (At(1.0), Percentile(100.5)),
        (Percentile(f64::NAN), At(1.0)),
        (At(f64::INFINITY), Percentile(2.5)),
    ] {
        let leaf = |draft: &mut FrameworkDraft| {
            set_leaf(draft, "count", |leaf| leaf.normalise = percentiles(lower, upper));
        };
        check(leaf, "node count", "normalise");
    }
    let untransformed = |draft: &mut FrameworkDraft| {
        set_leaf(draft, "count", |leaf| {
            leaf.transform = Transform::Log;
            leaf.normalise = percentiles(At(0.0), Percentile(97.5));
        });
    };
    check(untransformed, "node count", "normalise");
    // Another scale cannot be followed by a post that is stated.
    let treated = |lower| {
        move |draft: &mut FrameworkDraft| {
            set_leaf(draft, "count", |leaf| {
                leaf.treat = Some(Treatment::default());
                leaf.normalise = percentiles(lower, Percentile(97.5));
            });
        }
    };
    check(treated(At(0.0)), "node count", "treat");
    let mut draft = draft();
    treated(Percentile(2.5))(&mut draft);
    assert!(draft.check().is_ok());
}

#[test]
fn some_area_scores_nothing_where_the_worse_post_is_a_percentile() {
    let geometric = |lower, upper, direction| {
        move |draft: &mut FrameworkDraft| {
            set_branch(draft, "first", Aggregate::Geometric);
            set_leaf(draft, "policy", |leaf| leaf.normalise = Normalise::Levels(vec![1.0, 100.0]));
            set_leaf(draft, "count", |leaf| {
                leaf.normalise = percentiles(lower, upper);
                leaf.direction = direction;
            });
        }
    };
    let (below, above) = (Post::Percentile(2.5), Post::Percentile(97.5));
    let stated = Post::At(50.0);
    check(geometric(below, above, Direction::HigherIsBetter), "node count", "normalise");
    check(geometric(below, stated, Direction::HigherIsBetter), "node count", "normalise");
    check(geometric(stated, above, Direction::LowerIsBetter), "node count", "normalise");
    let mut draft = draft();
    geometric(below, stated, Direction::LowerIsBetter)(&mut draft);
    assert!(draft.check().is_ok());
}

#[test]
fn refuses_a_mean_that_the_worst_area_could_never_have() {
    let clash = |aggregate: Aggregate, normalise: Normalise| {
        move |draft: &mut FrameworkDraft| {
            set_branch(draft, "first", aggregate);
            set_leaf(draft, "policy", |leaf| leaf.normalise = Normalise::Levels(vec![1.0, 100.0]));
            set_leaf(draft, "count", |leaf| leaf.normalise = normalise);
        }
    };
    let from = |lower| Normalise::MinMax { lower, upper: 100.0, pool: Pool::Period };
    for aggregate in [Aggregate::Geometric, Aggregate::Harmonic, Aggregate::Power(-1.0)] {
        check(clash(aggregate, from(0.0)), "node count", "normalise");
        check(clash(aggregate, Normalise::DistanceToMax { pool: Pool::Period }), "node count", "normalise");
        let mut draft = draft();
        clash(aggregate, from(1.0))(&mut draft);
        assert!(draft.check().is_ok());
    }
}

#[test]
fn several_roots_are_those_that_are_listed() {
    let roots = |ids: &[&str]| -> Vec<NodeId> { ids.iter().map(|id| id.parse().unwrap()).collect() };
    let two = |listed: &[&str]| {
        let listed = roots(listed);
        move |draft: &mut FrameworkDraft| {
            let second = draft.nodes.iter_mut().find(|node| node.id.as_str() == "second").unwrap();
            second.parent = None;
            draft.roots = listed;
        }
    };
    let mut draft = draft();
    two(&["second", "overall"])(&mut draft);
    let framework = draft.check().unwrap();
    assert_eq!(framework.roots().collect::<Vec<_>>(), [0, 4]);
    let ids: Vec<_> = framework.nodes().iter().map(|node| node.id.as_str()).collect();
    assert_eq!(ids, ["overall", "first", "policy", "count", "second", "share"]);
    assert_eq!((framework.root_of(3), framework.root_of(5), framework.depth(4)), (0, 4, 0));
    check(two(&[]), "framework", "nodes");
    check(two(&["overall", "second", "first"]), "framework", "roots");
    check(two(&["overall", "second", "overall"]), "framework", "roots");
    check(two(&["overall", "second", "share"]), "framework", "roots");
    check(two(&["overall", "second", "none"]), "framework", "roots");
    check(move |draft: &mut FrameworkDraft| draft.roots = roots(&["overall"]), "framework", "roots");
    let forgotten = |draft: &mut FrameworkDraft| {
        two(&["overall", "second"])(draft);
        draft.nodes.iter_mut().find(|node| node.id.as_str() == "first").unwrap().parent = None;
    };
    let mut draft = self::draft();
    forgotten(&mut draft);
    let error = draft.check().unwrap_err();
    let found = error.findings.iter().any(|finding| {
        finding.place.to_string() == "node first"
            && finding.key == "parent"
            && finding.problem.contains("list it there")
    });
    assert!(found, "{error}");
}

#[test]
fn what_does_not_count_has_a_parent_and_leaves_it_something_that_does() {
    check(|draft| draft.nodes[0].counts = false, "node overall", "counts");
    let none = |draft: &mut FrameworkDraft| {
        for node in draft
            .nodes
            .iter_mut()
            .filter(|node| node.parent.as_ref().is_some_and(|id| id.as_str() == "second"))
        {
            node.counts = false;
        }
    };
    check(none, "node second", "aggregate");
    // A mean that needs scores above 0 is not made of it, nor does a minimum reach it.
    let uncounted = |draft: &mut FrameworkDraft| {
        set_branch(draft, "first", Aggregate::Geometric);
        let policy = draft.nodes.iter_mut().find(|node| node.id.as_str() == "policy").unwrap();
        policy.counts = false;
    };
    let mut allowed = draft();
    uncounted(&mut allowed);
    assert!(allowed.check().is_ok());
    let too_many = |draft: &mut FrameworkDraft| {
        uncounted(draft);
        let first = draft.nodes.iter_mut().find(|node| node.id.as_str() == "first").unwrap();
        let NodeBody::Branch(branch) = &mut first.body else { panic!("first is a leaf") };
        branch.min_coverage = MinCoverage::Count(2);
    };
    check(too_many, "node first", "min_coverage");
}

#[test]
fn only_a_linear_combination_takes_weights_below_zero() {
    let weigh = |aggregate: Aggregate| {
        move |draft: &mut FrameworkDraft| {
            set_branch(draft, "first", aggregate);
            draft.nodes.iter_mut().find(|node| node.id.as_str() == "count").unwrap().weight = -1.0;
        }
    };
    for aggregate in [Aggregate::Arithmetic, Aggregate::Sum, Aggregate::Copeland] {
        check(weigh(aggregate), "node count", "weight");
    }
    let mut draft = draft();
    weigh(Aggregate::Linear(5.0))(&mut draft);
    assert!(draft.check().is_ok());
}

#[test]
fn refuses_a_treatment_that_the_leaf_could_not_follow() {
    let relative = Normalise::MinMax { lower: 0.0, upper: 100.0, pool: Pool::Period };
    let winsorise = Treatment { fallback: Fallback::None, ..Treatment::default() };
    let treat = |treatment: Treatment, normalise: Normalise, constant: Option<f64>| {
        move |draft: &mut FrameworkDraft| {
            set_leaf(draft, "count", |leaf| {
                leaf.treat = Some(treatment);
                leaf.normalise = normalise;
                leaf.impute = constant.map(Impute::Constant);
            });
        }
    };
    for accepted in
        [treat(Treatment::default(), relative.clone(), None), treat(winsorise, Normalise::None, None)]
    {
        let mut draft = draft();
        accepted(&mut draft);
        assert!(draft.check().is_ok());
    }
    let target = Normalise::DistanceToTarget { target: 9.0, cap: true, pool: Pool::Period };
    let limits = Limits { skewness: 0.0, kurtosis: 3.5 };
    let box_cox = Treatment { fallback: Fallback::BoxCox(f64::NAN), ..winsorise };
    for refused in [
        treat(Treatment::default(), Normalise::None, None),
        treat(Treatment::default(), target, None),
        treat(winsorise, relative.clone(), Some(0.0)),
        treat(Treatment { limits, ..winsorise }, relative.clone(), None),
        treat(box_cox, relative, None),
    ] {
        check(refused, "node count", "treat");
    }
    let ordinal = |draft: &mut FrameworkDraft| set_leaf(draft, "policy", |leaf| leaf.treat = Some(winsorise));
    check(ordinal, "node policy", "treat");
}

#[test]
fn refuses_a_geometric_mean_over_a_level_that_is_worth_nothing() {
    let geometric = |draft: &mut FrameworkDraft| set_branch(draft, "first", Aggregate::Geometric);
    check(geometric, "node policy", "normalise");
}

#[test]
fn refuses_groups_that_are_empty_occur_twice_or_are_not_stated() {
    let group = |id: &str, areas: &[&str]| AreaGroup {
        id: id.parse().unwrap(),
        label: String::new(),
        areas: areas.iter().map(|area| area.parse().unwrap()).collect(),
        members_of: vec![],
    };
    let own = |id: &str| AreaSet::Own(id.parse().unwrap());
    check(|draft| draft.groups = vec![group("coast", &[])], "group coast", "areas");
    check(|draft| draft.groups = vec![group("a", &["MAR"]), group("a", &["TUN"])], "group a", "id");
    check(|draft| draft.reference = Reference::Group(own("none")), "framework", "reference");
    let excluded = |draft: &mut FrameworkDraft| {
        set_leaf(draft, "count", |leaf| leaf.not_applicable = vec![own("none")]);
    };
    check(excluded, "node count", "not_applicable");
    for groups in [vec![], vec![own("none")]] {
        let impute = GroupAverage { average: Average::Mean, groups };
        let leaf = |draft: &mut FrameworkDraft| {
            set_leaf(draft, "count", |leaf| leaf.impute = Some(Impute::Group(impute.clone())));
        };
        check(leaf, "node count", "impute");
        let node = |draft: &mut FrameworkDraft| {
            draft.nodes[0].body =
                NodeBody::Branch(Branch { impute: Some(impute.clone()), ..Branch::default() });
        };
        check(node, "node overall", "impute");
    }
}

#[test]
fn refuses_imputations_that_are_no_level() {
    for impute in
        [Impute::Average(Average::Mean), Impute::Linear, Impute::Constant(2.0), Impute::Constant(0.5)]
    {
        check(|draft| set_leaf(draft, "policy", |leaf| leaf.impute = Some(impute)), "node policy", "impute");
    }
    for impute in [Impute::Hold, Impute::Latest { within: 2 }, Impute::Constant(1.0)] {
        let mut draft = draft();
        set_leaf(&mut draft, "policy", |leaf| leaf.impute = Some(impute));
        assert!(draft.check().is_ok());
    }
}

#[test]
fn refuses_denominators_that_cannot_divide() {
    let people = indicator("people", IndicatorKind::Count);
    let by = |leaf: &'static str, indicator: &'static str, per: f64| {
        let people = people.clone();
        move |draft: &mut FrameworkDraft| {
            let denominator =
                Denominator { indicator: indicator.parse().unwrap(), per, sources: vec![], max_age: 0 };
            draft.indicators.push(people.clone());
            set_leaf(draft, leaf, |leaf| leaf.denominator = Some(denominator));
        }
    };
    for (leaf, indicator, per) in [
        ("count", "none", 1.0),
        ("count", "count", 1.0),
        ("count", "policy", 1.0),
        ("count", "people", 0.0),
        ("count", "people", f64::INFINITY),
        ("share", "people", 1.0),
    ] {
        check(by(leaf, indicator, per), &format!("node {leaf}"), "denominate");
    }
    let mut sound = draft();
    by("count", "people", 1e5)(&mut sound);
    assert!(sound.check().is_ok());
}

/// The sample with an indicator that is computed so and scored below `second`.
fn computed(id: &str, text: &str, draft: &mut FrameworkDraft) {
    let mut made = indicator(id, IndicatorKind::Number { min: None, max: None });
    made.formula = Some(text.parse().unwrap());
    draft.indicators.push(made);
    draft.nodes.push(leaf(id, "second", Normalise::None));
}

#[test]
fn refuses_formulas_that_name_what_is_not_there_or_contradict_themselves() {
    check(|draft| computed("made", "[none] + 1", draft), "indicator made", "formula");
    check(|draft| computed("made", "node[none]", draft), "indicator made", "formula");
    check(|draft| computed("made", "1 + 2", draft), "indicator made", "formula");
    let count = |draft: &mut FrameworkDraft| {
        computed("made", "[count] * 2", draft);
        draft.indicators[3].kind = IndicatorKind::Count;
    };
    check(count, "indicator made", "kind");
    let whole = |draft: &mut FrameworkDraft| {
        computed("made", "[count] * 2", draft);
        draft.indicators[3].breakdown_of = Some("count".parse().unwrap());
    };
    check(whole, "indicator made", "breakdown_of");
    let mut sound = draft();
    computed("made", "[count] * 2 + node[first]", &mut sound);
    assert!(sound.check().is_ok());
}

#[test]
fn refuses_what_is_computed_from_itself_and_names_the_way() {
    let found = findings(|draft| {
        computed("one", "[two] + 1", draft);
        computed("two", "[one] * [count]", draft);
    });
    let problems: Vec<_> = found.iter().map(|(_, _, problem)| problem.as_str()).collect();
    assert_eq!(
        problems,
        ["is computed from itself: one from two from one", "is computed from itself: two from one from two"]
    );
    check(|draft| computed("made", "node[overall] / 2", draft), "indicator made", "formula");
    check(|draft| computed("made", "node[made]", draft), "indicator made", "formula");
    let through = |draft: &mut FrameworkDraft| {
        computed("made", "[between]", draft);
        let mut between = indicator("between", IndicatorKind::Number { min: None, max: None });
        between.formula = Some("node[second]".parse().unwrap());
        draft.indicators.push(between);
    };
    check(through, "indicator made", "formula");
}

#[test]
fn refuses_formulas_that_nest_without_end() {
    let chain = |length: usize| {
        move |draft: &mut FrameworkDraft| {
            computed("c0", "[count]", draft);
            for place in 1..length {
                computed(&format!("c{place}"), &format!("[c{}]", place - 1), draft);
            }
        }
    };
    let mut sound = draft();
    chain(60)(&mut sound);
    assert!(sound.check().is_ok());
    assert!(
        findings(chain(80)).iter().all(|(_, key, problem)| *key == "formula" && problem.contains("flatter"))
    );
}

#[test]
fn refuses_shares_of_weights_that_are_not_above_zero() {
    let below = |draft: &mut FrameworkDraft| {
        let over = Branch { over: Over::Leaves, ..Branch::default() };
        draft.nodes[0].body = NodeBody::Branch(over);
        set_branch(draft, "first", Aggregate::Linear(0.0));
        draft.nodes[5].weight = -1.0;
    };
    check(below, "node count", "weight");
}

#[test]
fn refuses_weights_that_leave_no_number_to_reckon_with() {
    for weight in [f64::MAX, 1e-300, 5e-324] {
        check(|draft| draft.nodes[1].weight = weight, "node second", "weight");
    }
    // Of a linear combination 0 is a weight, but not the only one.
    let nothing = |draft: &mut FrameworkDraft| {
        set_branch(draft, "first", Aggregate::Linear(1.0));
        draft.nodes[4].weight = 0.0;
        draft.nodes[5].weight = 0.0;
    };
    check(nothing, "node first", "aggregate");
    let mut something = draft();
    nothing(&mut something);
    something.nodes[5].weight = -1e100;
    assert!(something.check().is_ok());
}

/// From the leaf up, 1e-100 of its siblings at each of three levels.
#[test]
fn refuses_a_leaf_that_vanishes_among_the_leaves_below_a_node() {
    let deep = |over: Over, tiny: f64| {
        move |draft: &mut FrameworkDraft| {
            let NodeBody::Branch(root) = &mut draft.nodes[0].body else { panic!("the root is no branch") };
            root.over = over;
            draft.nodes[3].weight = tiny;
            draft.nodes[5].weight = tiny;
            draft.nodes.push(branch("third", Some("first")));
            draft.nodes[5].parent = Some("third".parse().unwrap());
            draft.nodes[6].weight = tiny;
            draft.nodes.push(leaf("again", "third", Normalise::None));
            draft.indicators.push(indicator("again", IndicatorKind::Count));
        }
    };
    let found = findings(deep(Over::Leaves, 1e-100));
    let found: Vec<_> = found.iter().map(|(place, key, problem)| (&**place, *key, problem)).collect();
    assert!(
        matches!(found.as_slice(), [("node count", "weight", problem)] if problem.contains("counts 1e-300")),
        "{found:#?}"
    );
    // So little that it is 0 for a number, though no weight is.
    let found = findings(|draft| {
        draft.nodes.iter_mut().for_each(|node| node.weight = 1e100);
        deep(Over::Leaves, 1e-100)(draft);
        draft.nodes.last_mut().expect("there are nodes").weight = 1e100;
    });
    assert!(found.iter().any(|(place, key, _)| place == "node count" && *key == "weight"), "{found:#?}");
    for (over, tiny) in [(Over::Children, 1e-100), (Over::Leaves, 1e-60)] {
        let mut draft = draft();
        deep(over, tiny)(&mut draft);
        assert!(draft.check().is_ok());
    }
}

/// The root is a geometric mean of what `first` and `second` are, and all that is compared is worth something but "count".
fn geometric_root(first: Aggregate, over: Over) -> FrameworkDraft {
    let mut draft = draft();
    draft.nodes[0].body =
        NodeBody::Branch(Branch { aggregate: Aggregate::Geometric, over, ..Branch::default() });
    set_branch(&mut draft, "first", first);
    set_leaf(&mut draft, "policy", |leaf| leaf.normalise = Normalise::Levels(vec![1.0, 100.0]));
    set_leaf(&mut draft, "count", |leaf| {
        leaf.normalise = Normalise::DistanceToMax { pool: Pool::Period };
    });
    draft
}

#[test]
fn refuses_a_mean_over_what_scores_nothing_further_below() {
    for (first, over, place, key) in [
        (Aggregate::Arithmetic, Over::Leaves, "node count", "normalise"),
        (Aggregate::Min, Over::Children, "node first", "aggregate"),
        (Aggregate::Copeland, Over::Children, "node first", "aggregate"),
    ] {
        check(|draft| *draft = geometric_root(first, over), place, key);
    }
    for first in [Aggregate::Arithmetic, Aggregate::Max, Aggregate::Linear(1.0)] {
        assert!(geometric_root(first, Over::Children).check().is_ok());
    }
    // Of one part alone every mean is that part.
    let alone = |draft: &mut FrameworkDraft| {
        *draft = geometric_root(Aggregate::Arithmetic, Over::Children);
        draft.nodes[4].parent = Some("second".parse().unwrap());
    };
    check(alone, "node first", "aggregate");
}

#[test]
fn refuses_a_minimum_that_more_must_reach_than_there_are() {
    let least = |count: u32, over: Over| {
        move |draft: &mut FrameworkDraft| {
            let min_coverage = MinCoverage::Count(count);
            draft.nodes[0].body =
                NodeBody::Branch(Branch { min_coverage, min_coverage_over: over, ..Branch::default() });
        }
    };
    check(least(3, Over::Children), "node overall", "min_coverage");
    check(least(4, Over::Leaves), "node overall", "min_coverage");
    for (count, over) in [(2, Over::Children), (3, Over::Leaves)] {
        let mut draft = draft();
        least(count, over)(&mut draft);
        assert!(draft.check().is_ok());
    }
}
