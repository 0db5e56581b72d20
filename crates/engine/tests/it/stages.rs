//! Groups, denominators, imputation, formulas and explanations, each with figures worked out by hand.

use tenseven_engine::explain::Made;
use tenseven_model::{
    CellOrigin, Gap, Imputation, MissingReason, Outcome,
    framework::{
        AreaGroup, AreaSet, Average, Branch, Denominator, FrameworkDraft, GroupAverage, Impute, MinCoverage,
        Normalise, Over,
    },
};

use crate::{fixture::*, scores::covered};

fn own(group: &str) -> AreaSet {
    AreaSet::Own(group.parse().unwrap())
}

/// A draft that states a group of its own.
fn with_group(id: &str, codes: &[&str]) -> FrameworkDraft {
    let mut draft = draft();
    draft.groups.push(AreaGroup {
        id: id.parse().unwrap(),
        label: String::new(),
        areas: areas(codes),
        members_of: vec![],
    });
    draft
}

fn people(per: f64, max_age: u32) -> Denominator {
    Denominator { indicator: "people".parse().unwrap(), per, sources: vec![], max_age }
}

#[test]
fn a_landlocked_country_has_no_coastal_goal() {
    let plan = with_group("inland", &["XAA"])
        .leaf("coast", "overall", NUMBER, Normalise::None)
        .with(|_, leaf, _| leaf.not_applicable = vec![own("inland")])
        .leaf("land", "overall", NUMBER, Normalise::None)
        .plan();
    let observed = [
        ("coast", "XAA", "2020", number(90.0)),
        ("land", "XAA", "2020", number(10.0)),
        ("land", "MAR", "2020", number(20.0)),
    ];
    let board = plan.score(&panel(&observed), &geography());
    let row = board.row(period("2020"), area("XAA")).unwrap();
    assert_eq!(
        node(&plan, &row, "coast").outcome,
        Err(Gap::Reported(MissingReason::NotApplicable)),
        "whatever is observed of it"
    );
    assert_eq!(node(&plan, &row, "overall").outcome, Ok(10.0));
    assert_eq!(node(&plan, &row, "overall").coverage, covered(1, 1));
    let row = board.row(period("2020"), area("MAR")).unwrap();
    assert_eq!(node(&plan, &row, "overall").coverage, covered(1, 2));
}

#[test]
fn what_is_unknown_for_an_area_counts_as_missing_whatever_was_observed() {
    let draft = with_group("inland", &["XAA"])
        .leaf("coast", "overall", NUMBER, Normalise::None)
        .with(|_, leaf, _| leaf.unknown_for = vec![own("inland"), AreaSet::Area(area("LBY"))])
        .leaf("land", "overall", NUMBER, Normalise::None);
    let observed = [
        ("coast", "XAA", "2020", number(90.0)),
        ("coast", "LBY", "2020", number(50.0)),
        ("coast", "MAR", "2020", number(30.0)),
        ("land", "XAA", "2020", number(10.0)),
        ("land", "MAR", "2020", number(20.0)),
    ];
    let plan = draft.clone().plan();
    let board = plan.score(&panel(&observed), &geography());
    let row = board.row(period("2020"), area("XAA")).unwrap();
    assert_eq!(node(&plan, &row, "coast").outcome, Err(Gap::TreatedAsMissing));
    assert_eq!(node(&plan, &row, "coast").coverage, covered(0, 1));
    assert_eq!(node(&plan, &row, "overall").outcome, Ok(10.0));
    assert_eq!(node(&plan, &row, "overall").coverage, covered(1, 2));
    let Made::Leaf(stages) = &board.explain(period("2020"), area("XAA")).nodes[1].made else { panic!() };
    assert_eq!((stages.resolved, &stages.unknown_for), (Ok(90.0), &Some(own("inland"))));
    assert_eq!(stages.normalised, Err(Gap::TreatedAsMissing));
    let row = board.row(period("2020"), area("LBY")).unwrap();
    assert_eq!(
        node(&plan, &row, "overall").outcome,
        Err(Gap::NoChildWithData),
        "reported, and so on the list"
    );
    let row = board.row(period("2020"), area("MAR")).unwrap();
    assert_eq!(node(&plan, &row, "overall").outcome, Ok(25.0));
    // What stands in for a missing value stands in for it, and is not made from what it replaces.
    let mean = draft.with_leaf("coast", |leaf| leaf.impute = Some(Impute::Average(Average::Mean))).plan();
    let board = mean.score(&panel(&observed), &geography());
    let row = board.row(period("2020"), area("XAA")).unwrap();
    assert_eq!(node(&mean, &row, "coast").outcome, Ok(30.0));
    assert_eq!(
        (node(&mean, &row, "overall").coverage, node(&mean, &row, "overall").imputed),
        (covered(2, 2), 1)
    );
}

#[test]
fn the_areas_own_other_periods_do_not_stand_in_for_what_is_unknown() {
    for impute in [Impute::Hold, Impute::Linear, Impute::Latest { within: 3 }] {
        let plan = draft()
            .leaf("a", "overall", NUMBER, Normalise::None)
            .with(|_, leaf, _| {
                leaf.impute = Some(impute);
                leaf.unknown_for = vec![AreaSet::Area(area("MAR"))];
            })
            .plan();
        let observed = [("a", "MAR", "2018", number(1.0)), ("a", "MAR", "2020", number(3.0))];
        let board = plan.score(&panel(&observed), &geography());
        for year in ["2018", "2019", "2020"] {
            let row = board.row(period(year), area("MAR")).unwrap();
            let found = node(&plan, &row, "a");
            assert_eq!((found.outcome, &found.leaf), (Err(Gap::TreatedAsMissing), &None), "{year}");
        }
    }
}

#[test]
fn a_value_is_divided_by_the_denominator_of_its_period_or_one_carried_to_it() {
    let plan = draft()
        .indicator("people", COUNT)
        .leaf("deaths", "overall", COUNT, Normalise::None)
        .with(|_, leaf, _| leaf.denominator = Some(people(100.0, 1)))
        .plan();
    let observed = [
        ("deaths", "MAR", "2019", number(4.0)),
        ("deaths", "MAR", "2020", number(6.0)),
        ("deaths", "MAR", "2021", number(6.0)),
        ("people", "MAR", "2019", number(200.0)),
    ];
    let board = plan.score(&panel(&observed), &geography());
    let at = |year: &str| {
        let row = board.row(period(year), area("MAR")).unwrap();
        let deaths = node(&plan, &row, "deaths").clone();
        (deaths.outcome, deaths.carried, deaths.leaf.and_then(|leaf| leaf.denominator))
    };
    assert_eq!(at("2019"), (Ok(2.0), 0, Some((200.0, period("2019")))));
    assert_eq!(at("2020"), (Ok(3.0), 1, Some((200.0, period("2019")))));
    assert_eq!(at("2021"), (Err(Gap::NoDenominator), 0, None));
    assert_eq!(board.row(period("2022"), area("MAR")), None, "people alone make no row");
}

/// What stands in for each area and year of one indicator.
fn imputed(
    impute: Impute,
    observed: &[(&str, &str, f64)],
    at: (&str, &str),
) -> (Outcome, Option<CellOrigin>) {
    let plan = with_group("south", &["TUN", "XAA"])
        .leaf("a", "overall", NUMBER, Normalise::None)
        .with(|_, leaf, _| leaf.impute = Some(impute))
        .leaf("other", "overall", NUMBER, Normalise::None)
        .plan();
    let mut cells: Vec<_> =
        observed.iter().map(|(area, year, value)| ("a", *area, *year, number(*value))).collect();
    cells.push(("other", at.0, at.1, number(1.0)));
    let board = plan.score(&panel(&cells), &geography());
    let row = board.row(period(at.1), area(at.0)).unwrap();
    let found = node(&plan, &row, "a");
    assert_eq!(found.imputed, u32::from(found.outcome.is_ok()), "what stands in is marked");
    (found.outcome, found.leaf.as_ref().map(|leaf| leaf.origin))
}

#[test]
fn others_of_the_period_stand_in_and_say_so() {
    let observed = [("MAR", "2020", 10.0), ("ESP", "2020", 40.0), ("TUN", "2020", 16.0)];
    let by = |imputation| Some(CellOrigin::Imputed(imputation));
    let of = |impute| imputed(impute, &observed, ("XAA", "2020"));
    assert_eq!(of(Impute::Average(Average::Mean)), (Ok(22.0), by(Imputation::Mean)));
    assert_eq!(of(Impute::Average(Average::Median)), (Ok(16.0), by(Imputation::Median)));
    let group = GroupAverage { average: Average::Mean, groups: vec![own("south")] };
    assert_eq!(of(Impute::Group(group.clone())), (Ok(16.0), by(Imputation::GroupMean)));
    let outside = imputed(Impute::Group(group), &observed[..2], ("LBY", "2020"));
    assert_eq!(outside, (Err(Gap::NeverReported), None), "an area of no group is not filled in");
}

/// From 10 in 2016 to 40 in 2019.
#[test]
fn other_periods_of_the_area_stand_in_and_say_which() {
    // A quarter is no year.
    let observed = [("MAR", "2016", 10.0), ("MAR", "2019", 40.0), ("MAR", "2015-Q2", 99.0)];
    let (from, to) = (period("2016"), period("2019"));
    let by = |imputation| Some(CellOrigin::Imputed(imputation));
    let of = |impute, year| imputed(impute, &observed, ("MAR", year));
    assert_eq!(of(Impute::Linear, "2018"), (Ok(30.0), by(Imputation::Interpolated { from, to })));
    assert_eq!(of(Impute::Linear, "2021"), (Ok(40.0), by(Imputation::Held { from: to })));
    assert_eq!(of(Impute::Hold, "2018"), (Ok(10.0), by(Imputation::Held { from })));
    assert_eq!(of(Impute::Hold, "2014"), (Ok(10.0), by(Imputation::Held { from })));
    assert_eq!(of(Impute::Latest { within: 2 }, "2018"), (Ok(10.0), by(Imputation::Latest { from })));
    assert_eq!(of(Impute::Latest { within: 1 }, "2018"), (Err(Gap::NeverReported), None));
}

#[test]
fn the_average_of_its_group_stands_in_for_a_node_of_which_too_little_is_known() {
    let impute = Some(GroupAverage { average: Average::Mean, groups: vec![own("north")] });
    let branch = Branch { min_coverage: MinCoverage::Count(2), impute, ..Branch::default() };
    let plan = with_group("north", &["MAR", "TUN", "LBY", "ESP"])
        .branch("domain", "overall", 1.0, branch)
        .leaf("a", "domain", NUMBER, Normalise::None)
        .leaf("b", "domain", NUMBER, Normalise::None)
        .plan();
    let observed = [
        ("a", "MAR", "2020", number(10.0)),
        ("b", "MAR", "2020", number(20.0)),
        ("a", "TUN", "2020", number(30.0)),
        ("b", "TUN", "2020", number(40.0)),
        ("a", "LBY", "2020", number(99.0)),
    ];
    let board = plan.score(&panel(&observed), &geography());
    let row = board.row(period("2020"), area("LBY")).unwrap();
    let (domain, overall) = (node(&plan, &row, "domain"), node(&plan, &row, "overall"));
    assert_eq!((domain.outcome, domain.imputed_nodes), (Ok(25.0), 1));
    assert_eq!((overall.outcome, overall.imputed_nodes, overall.is_filled()), (Ok(25.0), 1, true));
    let row = board.row(period("2020"), area("MAR")).unwrap();
    assert_eq!(node(&plan, &row, "domain").imputed_nodes, 0);
}

/// Three leaves below two children: one of two children has data, but one of three leaves only.
#[test]
fn coverage_can_be_counted_over_the_leaves_below() {
    let score = |min_coverage_over| {
        let root = Branch { min_coverage: MinCoverage::Share(0.5), min_coverage_over, ..Branch::default() };
        let plan = draft()
            .root(root)
            .branch("domain", "overall", 1.0, Branch::default())
            .leaf("a", "domain", NUMBER, Normalise::None)
            .leaf("b", "domain", NUMBER, Normalise::None)
            .leaf("c", "overall", NUMBER, Normalise::None)
            .plan();
        let board = plan.score(&panel(&[("a", "MAR", "2020", number(10.0))]), &geography());
        outcome(&board, "2020", "MAR", "overall")
    };
    assert_eq!(score(Over::Children), Ok(10.0));
    assert_eq!(score(Over::Leaves), Err(Gap::BelowMinCoverage));
}

#[test]
fn a_formula_reads_indicators_and_scores_of_the_same_area_and_period() {
    let mut draft = draft()
        .branch("parts", "overall", 1.0, Branch::default())
        .leaf("women", "parts", COUNT, Normalise::None)
        .leaf("men", "parts", COUNT, Normalise::None)
        .leaf("parity", "overall", NUMBER, Normalise::None);
    draft.indicators[2].formula = Some("min([women] / [men], 1) * node[parts]".parse().unwrap());
    let plan = draft.plan();
    let observed = [
        ("women", "MAR", "2020", number(30.0)),
        ("men", "MAR", "2020", number(50.0)),
        ("women", "TUN", "2020", number(30.0)),
        ("women", "ESP", "2020", number(30.0)),
        ("men", "ESP", "2020", number(0.0)),
    ];
    let board = plan.score(&panel(&observed), &geography());
    let parity = |code: &str| outcome(&board, "2020", code, "parity");
    // 30/50 of the mean of both, 40.
    assert_eq!(parity("MAR"), Ok(24.0));
    assert_eq!(parity("TUN"), Err(Gap::NeverReported));
    assert_eq!(parity("ESP"), Err(Gap::NoDenominator));
    let row = board.row(period("2020"), area("MAR")).unwrap();
    let leaf = node(&plan, &row, "parity").leaf.as_ref().unwrap();
    assert_eq!((leaf.origin, leaf.raw), (CellOrigin::Computed, 24.0));
}

#[test]
fn what_is_computed_from_a_carried_value_is_marked_as_carried() {
    let mut draft = draft()
        .indicator("a", NUMBER)
        .indicator("b", NUMBER)
        .leaf("sum", "overall", NUMBER, Normalise::None)
        .with(|_, leaf, _| leaf.max_age = 1);
    draft.indicators[2].formula = Some("[a] + [b]".parse().unwrap());
    let plan = draft.plan();
    let observed = [
        ("a", "MAR", "2019", number(1.0)),
        ("a", "MAR", "2020", number(2.0)),
        ("b", "MAR", "2019", number(10.0)),
    ];
    let board = plan.score(&panel(&observed), &geography());
    let at = |year: &str| {
        let row = board.row(period(year), area("MAR")).unwrap();
        let overall = node(&plan, &row, "overall");
        (overall.outcome, overall.carried)
    };
    assert_eq!((at("2019"), at("2020")), ((Ok(11.0), 0), (Ok(12.0), 1)));
}

/// Deaths per 100: 4/200 → 2; goalposts 0 to 10, fewer are better: 80. With 20 of weight 3: (80 + 60)/4 = 35.
#[test]
fn an_explanation_leads_from_the_score_to_what_was_observed() {
    let posts = Normalise::Goalposts {
        lower: 0.0,
        upper: 10.0,
        scale: 100.0,
        clip: true,
        reason: "to explain".to_owned(),
    };
    let plan = draft()
        .indicator("people", COUNT)
        .leaf("deaths", "overall", COUNT, posts)
        .with(|_, leaf, _| {
            leaf.denominator = Some(people(100.0, 0));
            leaf.direction = tenseven_model::framework::Direction::LowerIsBetter;
        })
        .leaf("other", "overall", NUMBER, Normalise::None)
        .with(|node, _, _| node.weight = 3.0)
        .plan();
    let observed = [
        ("deaths", "MAR", "2020", number(4.0)),
        ("people", "MAR", "2020", number(200.0)),
        ("other", "MAR", "2020", number(20.0)),
    ];
    let board = plan.score(&panel(&observed), &geography());
    let explanation = board.explain(period("2020"), area("MAR"));
    let added: Vec<_> = explanation.nodes.iter().map(|node| (node.contribution, node.to_root)).collect();
    assert_eq!(added, [(None, Some(35.0)), (Some(20.0), Some(20.0)), (Some(15.0), Some(15.0))]);
    let Made::Leaf(deaths) = &explanation.nodes[1].made else { panic!("deaths is a leaf") };
    assert_eq!((deaths.resolved, deaths.denominated, deaths.imputed), (Ok(4.0), Some(Ok(2.0)), None));
    assert_eq!((deaths.transformed, deaths.normalised), (None, Ok(80.0)));
    assert_eq!(deaths.read, [("deaths".parse().unwrap(), Ok(4.0))]);
}
