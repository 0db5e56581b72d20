//! What a right text is read as.

use tenseven_model::{
    Frequency,
    framework::{
        AreaSet, Branch, Direction, Figure, Impute, Leaf, MinCoverage, NodeBody, Normalise, Over, Pool,
        Reference, Tier, Transform,
    },
};

use super::fixture::*;
use crate::parse_framework;

#[test]
fn a_right_text_is_read_as_it_is_meant() {
    let framework = right();
    let draft = framework.draft();
    assert_eq!(draft.reference, Reference::Group(AreaSet::M49("015".parse().unwrap())));
    let ids: Vec<_> = framework.nodes().iter().map(|node| node.id.as_str()).collect();
    assert_eq!(ids, ["overall", "rights", "access", "deaths"]);
    let NodeBody::Branch(rights) = &framework.nodes()[1].body else { panic!("rights is no branch") };
    assert_eq!((rights.over, rights.min_coverage), (Over::Leaves, MinCoverage::Count(1)));
    let deaths = framework.leaf(3).unwrap();
    assert_eq!((deaths.direction, deaths.transform), (Direction::LowerIsBetter, Transform::Log1p));
    let posts = Normalise::Goalposts {
        lower: 0.0,
        upper: 5000.0,
        scale: 100.0,
        clip: true,
        reason: "zero is the aim".to_owned(),
    };
    assert_eq!(deaths.normalise, posts);
    assert!(matches!(&draft.report[1].figure, Figure::BandShare { .. }));
}

#[test]
fn a_leaf_takes_from_above_what_it_does_not_say_itself() {
    let framework = right();
    let (access, deaths) = (framework.leaf(2).unwrap(), framework.leaf(3).unwrap());
    assert_eq!((access.max_age, access.impute.clone()), (5, Some(Impute::Constant(0.0))));
    assert_eq!(access.normalise, Normalise::Levels(vec![0.0, 50.0, 100.0]));
    assert_eq!((deaths.max_age, deaths.impute.clone()), (0, None));
}

#[test]
fn what_is_not_said_has_the_default_of_the_reference() {
    let text = |normalise: &str| {
        format!(
            r#"id = "small"
version = "1.0.0"
title = "Small"
nodes = [{{ id = "overall", name = "Overall" }}]
indicators = [{{ id = "a", name = "A", kind = "ratio", parent = "overall", normalise = {normalise} }}]"#
        )
    };
    let framework = parse_framework(&text("{ method = \"minmax\" }")).unwrap();
    let draft = framework.draft();
    assert_eq!(
        (draft.frequency, draft.ranking, draft.reference.clone()),
        (Frequency::Annual, false, Reference::World)
    );
    assert_eq!((&*draft.description, &*draft.source, draft.bands.len()), ("", "", 0));
    assert_eq!(framework.nodes()[0].body, NodeBody::Branch(Branch::default()));
    assert_eq!(framework.nodes()[1].weight.to_bits(), 1.0_f64.to_bits());
    let leaf = Leaf {
        indicator: "a".parse().unwrap(),
        sources: Vec::new(),
        max_age: 0,
        not_applicable: vec![],
        unknown_for: vec![],
        denominator: None,
        impute: None,
        direction: Direction::HigherIsBetter,
        treat: None,
        transform: Transform::Identity,
        normalise: Normalise::MinMax { lower: 0.0, upper: 100.0, pool: Pool::Period },
    };
    assert_eq!(framework.leaf(1), Some(&leaf));
    let tiers =
        parse_framework(&text("{ method = \"tiers\", tiers = [{ at_least = 0.5, score = 1 }] }")).unwrap();
    let expected = Normalise::Tiers { tiers: vec![Tier { at_least: 0.5, score: 1.0 }], below: 0.0 };
    assert_eq!(tiers.leaf(1).unwrap().normalise, expected);
}

#[test]
fn levels_take_scores_of_their_own_in_the_order_of_the_rubric() {
    let scores = "{ method = \"levels\", scores = { comprehensive = 90, basic = 10, elaborated = 40.5 } }";
    let text = RIGHT.replace("{ method = \"levels\" }", scores);
    let framework = parse_framework(&text).unwrap();
    assert_eq!(framework.leaf(2).unwrap().normalise, Normalise::Levels(vec![10.0, 40.5, 90.0]));
}

#[test]
fn a_flag_is_worth_nothing_or_all_unless_scores_say_otherwise() {
    let flag = |scores: &str| {
        let text = RIGHT.replace("kind = \"rubric\"\nrubric = \"three-tier\"", "kind = \"flag\"");
        let text = text.replace("impute = { level = \"basic\" }", "impute = { constant = 1 }");
        let text = text.replace("where = { level_at_least = \"elaborated\" }", "where = { flag = true }");
        let framework = parse_framework(&text.replace("{ method = \"levels\" }", scores)).unwrap();
        let leaf = framework.leaf(2).unwrap();
        (leaf.normalise.clone(), leaf.impute.clone())
    };
    assert_eq!(
        flag("{ method = \"levels\" }"),
        (Normalise::Levels(vec![0.0, 100.0]), Some(Impute::Constant(1.0)))
    );
    let turned = "{ method = \"levels\", scores = { true = 0, false = 100 } }";
    assert_eq!(flag(turned).0, Normalise::Levels(vec![100.0, 0.0]));
}
