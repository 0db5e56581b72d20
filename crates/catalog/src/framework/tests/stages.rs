//! Groups, denominators, imputation, treatment and formulas.

use tenseven_model::{
    M49,
    framework::{
        AreaSet, Average, Averaged, Branch, Denominator, Fallback, Figure, GroupAverage, Impute, Limits,
        NodeBody, Normalise, Over, Pool, Post, Reference, Transform, Treatment,
    },
};

use super::fixture::*;
use crate::{TextFinding, parse_framework};

const HEAD: &str = r#"id = "staged"
version = "1.0.0"
title = "Staged"
reference = "coast"

[[groups]]
id = "coast"
label = "Countries with a coast"
areas = ["MAR", "TUN", "XAA"]
members_of = ["m49:039"]

[[groups]]
id = "inland"
label = "Landlocked countries"
members_of = ["m49:432"]

[[nodes]]
id = "overall"
name = "Overall"
normalise = { method = "minmax" }
not_applicable = ["inland"]
treat = "default"
denominate = { indicator = "people", per = 1000, max_age = 3, sources = ["census"] }
impute = { method = "group-median", groups = ["coast", "m49:015"] }

[nodes.aggregate]
min_coverage = { share = 0.5, over = "leaves" }
impute = { method = "group-mean", groups = ["m49:015"] }

[[indicators]]
id = "people"
name = "Inhabitants"
kind = "count"

[[indicators]]
id = "above"
name = "As the node above says"
kind = "count"
parent = "overall"
"#;

/// The head with one more indicator, `own`, that says this.
fn with(own: &str) -> String {
    format!("{HEAD}\n[[indicators]]\nid = \"own\"\nname = \"Own\"\nparent = \"overall\"\n{own}\n")
}

fn problem(text: &str) -> TextFinding {
    let found = findings(text);
    let [finding] = found.as_slice() else { panic!("{text} gives {found:#?}") };
    finding.clone()
}

fn own(group: &str) -> AreaSet {
    AreaSet::Own(group.parse().unwrap())
}

fn m49(code: &str) -> AreaSet {
    AreaSet::M49(code.parse::<M49>().unwrap())
}

#[test]
fn stages_are_inherited_each_by_itself() {
    let framework = parse_framework(HEAD).unwrap_or_else(|error| panic!("{error}"));
    assert_eq!(framework.draft().reference, Reference::Group(own("coast")));
    assert_eq!(framework.draft().groups[0].areas.len(), 3);
    let leaf = framework.leaf(1).unwrap();
    assert_eq!(leaf.not_applicable, [own("inland")]);
    assert_eq!(leaf.treat, Some(Treatment::default()));
    let groups = vec![own("coast"), m49("015")];
    assert_eq!(leaf.impute, Some(Impute::Group(GroupAverage { average: Average::Median, groups })));
    let denominator = Denominator {
        indicator: "people".parse().unwrap(),
        per: 1000.0,
        sources: vec!["census".parse().unwrap()],
        max_age: 3,
    };
    assert_eq!(leaf.denominator, Some(denominator));
    let NodeBody::Branch(Branch { min_coverage_over, impute, .. }) = &framework.nodes()[0].body else {
        panic!("the root is a leaf")
    };
    let groups = vec![m49("015")];
    assert_eq!(*min_coverage_over, Over::Leaves);
    assert_eq!(*impute, Some(GroupAverage { average: Average::Mean, groups }));
}

#[test]
fn none_undoes_what_a_node_above_says() {
    let text = with(
        "kind = \"number\"\nimpute = \"none\"\ntreat = \"none\"\ndenominate = \"none\"\nnot_applicable = []",
    );
    let framework = parse_framework(&text).unwrap_or_else(|error| panic!("{error}"));
    let leaf = framework.leaf(2).unwrap();
    assert_eq!((&leaf.impute, leaf.treat, &leaf.denominator), (&None, None, &None));
    assert!(leaf.not_applicable.is_empty());
}

#[test]
fn areas_that_do_not_count_are_named_one_by_one_or_by_group() {
    let text = with("kind = \"number\"\nnot_applicable_for = [\"XAA\"]\nunknown_for = [\"MAR\", \"coast\"]");
    let text = text.replace("id = \"overall\"\n", "id = \"overall\"\nunknown_for = [\"m49:015\"]\n");
    let framework = parse_framework(&text).unwrap_or_else(|error| panic!("{error}"));
    let area = |code: &str| AreaSet::Area(code.parse().unwrap());
    let (above, leaf) = (framework.leaf(1).unwrap(), framework.leaf(2).unwrap());
    assert_eq!(above.unknown_for, [m49("015")], "as the node above says");
    assert_eq!(leaf.not_applicable, [area("XAA")]);
    assert_eq!(leaf.unknown_for, [area("MAR"), own("coast")]);
}

#[test]
fn what_does_not_count_has_no_weight_and_needs_a_parent() {
    let text = with("kind = \"number\"\ncounts = false");
    let framework = parse_framework(&text).unwrap_or_else(|error| panic!("{error}"));
    assert_eq!(framework.nodes().iter().map(|node| node.counts).collect::<Vec<_>>(), [true, true, false]);
    let found = problem(&with("kind = \"number\"\ncounts = false\nweight = 1"));
    assert_eq!((found.key.as_str(), found.place.as_str()), ("weight", "indicator own"));
    assert!(found.problem.contains("with counts = false this is no part of it"), "{found}");
    let found =
        problem(&HEAD.replace("name = \"Inhabitants\"\n", "name = \"Inhabitants\"\ncounts = false\n"));
    assert!(found.problem.contains("needs a parent"), "{found}");
    let found = problem(&HEAD.replace("id = \"overall\"\n", "id = \"overall\"\ncounts = false\n"));
    assert!(found.problem.contains("there is none"), "{found}");
}

#[test]
fn several_roots_are_listed() {
    let other = "[[nodes]]\nid = \"other\"\nname = \"Other\"\nnormalise = { method = \"minmax\" }\n\
        \n[[indicators]]\nid = \"own\"\nname = \"Own\"\nparent = \"other\"\nkind = \"number\"\n";
    let text = format!("roots = [\"overall\", \"other\"]\n{HEAD}\n{other}");
    let framework = parse_framework(&text).unwrap_or_else(|error| panic!("{error}"));
    assert_eq!(framework.roots().count(), 2);
    assert_eq!(framework.draft().roots.len(), 2);
    let found = problem(&format!("{HEAD}\n{other}"));
    assert!(found.problem.contains("unless several are listed in roots"), "{found}");
    let found = problem(&text.replace("\"other\"]", "\"othr\"]"));
    assert_eq!(found.key, "roots");
    assert!(found.problem.contains("did you mean other?"), "{found}");
}

#[test]
fn a_weighted_mean_names_what_it_is_of_and_by() {
    let clause = |rest: &str| {
        format!("{HEAD}\n[[report]]\nid = \"all\"\ntitle = \"All\"\nfigure = \"weighted-mean\"\n{rest}\n")
    };
    let framework = parse_framework(&clause("node = \"overall\"\nweight_by = \"people\""));
    let framework = framework.unwrap_or_else(|error| panic!("{error}"));
    let of = Averaged::Node("overall".parse().unwrap());
    let expected = Figure::WeightedMean { of, weight_by: "people".parse().unwrap() };
    assert_eq!(framework.draft().report[0].figure, expected);
    for (rest, key, words) in [
        ("indicator = \"above\"", "weight_by", "write for example weight_by = \"population\""),
        ("weight_by = \"people\"", "indicator", "is missing"),
        ("weight_by = \"peple\"\nindicator = \"above\"", "weight_by", "did you mean people?"),
        ("weight_by = \"people\"\nindicator = \"above\"\nnode = \"overall\"", "indicator", "one of the two"),
        (
            "weight_by = \"people\"\nindicator = \"above\"\nat_least_band = \"x\"",
            "at_least_band",
            "band-share",
        ),
    ] {
        let found = problem(&clause(rest));
        assert_eq!(found.key, key, "{rest}");
        assert!(found.problem.contains(words), "{rest}: {found}");
    }
    let mean = clause("indicator = \"above\"\nweight_by = \"people\"").replace("weighted-mean", "mean");
    assert_eq!(problem(&mean).key, "weight_by");
}

#[test]
fn posts_are_numbers_or_percentiles() {
    let posts = |rest: &str| {
        with(&format!(
            "kind = \"number\"\ntreat = \"none\"\nnormalise = {{ method = \"goalposts\", reason = \"so\", {rest} }}"
        ))
    };
    let framework =
        parse_framework(&posts("lower = { percentile = 2.5 }, upper = 7, pool = \"all-periods\""));
    let framework = framework.unwrap_or_else(|error| panic!("{error}"));
    let expected = Normalise::PercentilePosts {
        lower: Post::Percentile(2.5),
        upper: Post::At(7.0),
        scale: 100.0,
        clip: true,
        pool: Pool::AllPeriods,
        reason: "so".to_owned(),
    };
    assert_eq!(framework.leaf(2).unwrap().normalise, expected);
    for (rest, key, words) in [
        (
            "lower = 1, upper = 7, pool = \"period\"",
            "normalise.pool",
            "goes with a post at a percentile alone",
        ),
        ("lower = {}, upper = 7", "normalise.lower.percentile", "write for example percentile = 2.5"),
        ("lower = { percent = 2.5 }, upper = 7", "normalise.lower.percent", "did you mean percentile?"),
        ("lower = 1, upper = { percentile = 101 }", "normalise", "101 is no percentile"),
        ("lower = \"1\", upper = { percentile = 1 }", "normalise.lower", "write a finite number"),
    ] {
        let found = findings(&posts(rest));
        let told = found.iter().find(|finding| finding.key == key);
        let told = told.unwrap_or_else(|| panic!("{rest} gives {found:#?}"));
        assert!(told.problem.contains(words), "{rest}: {told}");
    }
}

#[test]
fn every_method_of_imputation_is_read() {
    for (written, expected) in [
        ("{ method = \"mean\" }", Impute::Average(Average::Mean)),
        ("{ method = \"median\" }", Impute::Average(Average::Median)),
        ("{ method = \"latest\", within = 240 }", Impute::Latest { within: 240 }),
        ("{ method = \"hold\" }", Impute::Hold),
        ("{ method = \"linear\" }", Impute::Linear),
    ] {
        let framework = parse_framework(&with(&format!("kind = \"number\"\nimpute = {written}"))).unwrap();
        assert_eq!(framework.leaf(2).unwrap().impute, Some(expected));
    }
}

#[test]
fn treatments_and_box_cox_take_their_numbers() {
    let treat = "{ skewness = 1.5, kurtosis = 4, points = 3, otherwise = \"boxcox\", exponent = 0.25 }";
    let text = with(&format!("kind = \"number\"\ntreat = {treat}\ntransform = {{ boxcox = 0.5 }}"));
    let framework = parse_framework(&text).unwrap_or_else(|error| panic!("{error}"));
    let leaf = framework.leaf(2).unwrap();
    let limits = Limits { skewness: 1.5, kurtosis: 4.0 };
    assert_eq!(leaf.treat, Some(Treatment { limits, points: 3, fallback: Fallback::BoxCox(0.25) }));
    assert_eq!(leaf.transform, Transform::BoxCox(0.5));
}

#[test]
fn a_formula_makes_an_indicator_a_number() {
    let framework = parse_framework(&with("formula = \"[above] / [people]\"")).unwrap();
    let indicator = framework.indicator(&"own".parse().unwrap()).unwrap();
    assert_eq!(indicator.kind.as_str(), "number");
    assert_eq!(indicator.formula.as_ref().unwrap().text, "[above] / [people]");
}

#[test]
fn a_look_back_is_at_values_and_no_further_than_240_periods() {
    let says = |text: &str, expected: &str| {
        let found = findings(text);
        let is_said = |finding: &TextFinding| finding.key == "formula" && finding.problem.contains(expected);
        assert!(found.iter().any(is_said), "{expected}: {found:#?}");
    };
    says(&with("formula = \"lag(node[overall], 1)\""), "write node[id] outside of lag");
    let far = |inner: &str| {
        with(&format!(
            "formula = \"growth([inner], 200)\"\n\n[[indicators]]\nid = \"inner\"\nname = \"Inner\"\nformula = \"{inner}\""
        ))
    };
    says(&far("lag([above], 41)"), "looks back 241 periods");
    says(&far("node[overall] + [above]"), "looks back at [inner], which is computed from a score");
    assert!(parse_framework(&far("lag([above], 40)")).is_ok());
    let found = problem(&with(
        "formula = \"moving_mean(moving_mean([above], 230), 11) + moving_mean(moving_mean([above], 200), 40) + moving_mean(moving_mean([above], 121), 120) + moving_mean(moving_mean([above], 121), 120) + moving_mean(moving_mean([above], 121), 120)\"",
    ));
    assert!(found.problem.contains("read 50000 values or more"), "{found:?}");
}

#[test]
fn what_is_wrong_with_a_formula_stands_at_its_place() {
    let found = problem(&with("formula = \"[above] / sqr([people])\""));
    assert_eq!((found.key.as_str(), found.column), ("formula", 22));
    assert!(found.problem.contains("did you mean sqrt?"), "{found}");
    let found = problem(&with("formula = \"[abov] * 2\""));
    assert!(
        found.problem.contains("\"abov\" is no indicator of the framework; did you mean above?"),
        "{found}"
    );
    let found = problem(&with("formula = \"node[overall] * 2\"\nimpute = \"none\"\ndenominate = \"none\""));
    assert!(found.problem.contains("a score that own itself is a part of"), "{found}");
}

#[test]
fn slips_are_told_with_the_remedy() {
    for (written, key, words) in [
        ("impute = { method = \"meen\" }", "impute.method", "did you mean mean?"),
        ("impute = { method = \"latest\" }", "impute.within", "write for example within = 3"),
        ("impute = { method = \"latest\", within = 241 }", "impute.within", "from 0 to 240"),
        ("impute = { method = \"mean\", groups = [] }", "impute.groups", "group-mean or group-median alone"),
        ("impute = { constant = 1, method = \"mean\" }", "impute", "needs one of constant, level and method"),
        ("impute = { method = \"group-mean\", groups = [\"cost\"] }", "impute.groups", "did you mean coast?"),
        ("not_applicable = [\"m49:999\"]", "not_applicable", "no group of the UN standard M49"),
        ("unknown_for = [\"TXN\"]", "unknown_for", "no country or area of ISO 3166-1"),
        ("unknown_for = [\"cost\"]", "unknown_for", "did you mean coast?"),
        ("unknown_for = [\"inland\"]", "unknown_for", "inland is also named by not_applicable"),
        (
            "not_applicable_for = []\nnot_applicable = []",
            "not_applicable",
            "another name of not_applicable_for",
        ),
        ("denominate = { indicator = \"peple\" }", "denominate.indicator", "did you mean people?"),
        ("denominate = { indicator = \"people\", max_age = 241 }", "denominate.max_age", "from 0 to 240"),
        (
            "denominate = { indicator = \"people\", per = 0 }",
            "denominate",
            "per is 0; write a number above 0",
        ),
        ("treat = { otherwise = \"boxcox\" }", "treat.exponent", "write for example exponent = 0.5"),
        ("treat = { exponent = 1 }", "treat.exponent", "goes with otherwise = \"boxcox\" alone"),
        ("treat = \"yes\"", "treat", "is not known; give default or none"),
        ("transform = { boxcx = 1 }", "transform.boxcx", "did you mean boxcox?"),
    ] {
        let text = with(&format!("kind = \"number\"\n{written}"));
        let found = findings(&text);
        let told = found.iter().find(|finding| finding.key == key);
        let told = told.unwrap_or_else(|| panic!("{written} gives {found:#?}"));
        assert!(told.problem.contains(words), "{written}: {told}");
    }
}

#[test]
fn groups_hold_areas_that_there_are() {
    let found = problem(&HEAD.replace("\"MAR\", \"TUN\"", "\"MAR\", \"TXN\""));
    assert!(found.problem.contains("TXN is no country or area of ISO 3166-1"), "{found}");
    let found = problem(&HEAD.replace("members_of = [\"m49:432\"]", "members_of = []"));
    assert!(found.problem.contains("name at least one area"), "{found}");
}
