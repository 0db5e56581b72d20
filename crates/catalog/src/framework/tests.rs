use tenseven_model::{
    Framework, Frequency,
    framework::{
        Aggregate, Branch, Direction, Figure, Leaf, MinCoverage, NodeBody, Normalise, Over, Pool, Reference,
        Tier, Transform,
    },
};

use super::{
    FRAMEWORK_REFERENCE, FrameworkTextError, TextFinding, findings::FINDINGS_MAX, parse_framework, schema,
};
use crate::Catalog;

/// A text in which nothing is wrong; every kind of part stands in it.
const RIGHT: &str = r#"id = "small"
version = "1.0.0"
title = "Small"
reference = "m49:015"

[[bands]]
id = "low"
label = "Low"
from = 0

[[bands]]
id = "high"
label = "High"
from = 50

[[criteria]]
id = "safe"
label = "Safe"

[[rubrics]]
id = "three-tier"
levels = [
  { code = "basic", label = "Basic", score = 0 },
  { code = "elaborated", label = "Elaborated", score = 50 },
  { code = "comprehensive", label = "Comprehensive", score = 100 },
]

[[nodes]]
id = "overall"
name = "Overall"
max_age = 5
normalise = { method = "levels" }
impute = { level = "basic" }

[[nodes]]
id = "rights"
name = "Rights"
parent = "overall"
weight = 2
aggregate = { method = "sum", over = "leaves", min_coverage = { count = 1 } }

[[indicators]]
id = "access"
name = "Access"
kind = "rubric"
rubric = "three-tier"
criteria = ["safe"]
measures = ["managing-borders"]
instruments = ["gfmd"]
parent = "rights"

[[indicators]]
id = "deaths"
name = "Deaths"
kind = "count"
parent = "overall"
max_age = 0
impute = "none"
direction = "lower-is-better"
transform = "log1p"
normalise = { method = "goalposts", lower = 0, upper = 5000, reason = "zero is the aim" }

[[indicators]]
id = "deaths.land"
name = "Deaths on land"
kind = "count"
breakdown_of = "deaths"
roll_up = "sum"

[[report]]
id = "access.countries"
title = "Countries with access"
figure = "count"
indicator = "access"
where = { level_at_least = "elaborated" }

[[report]]
id = "overall"
title = "Countries that stand high"
figure = "band-share"
node = "overall"
at_least_band = "high"
"#;

fn right() -> Framework {
    parse_framework(RIGHT).unwrap_or_else(|error| panic!("{error}"))
}

fn findings(text: &str) -> Vec<TextFinding> {
    parse_framework(text).map_or_else(|FrameworkTextError { findings }| findings, |_| Vec::new())
}

/// The only finding of the right text after one change.
fn only(from: &str, to: &str) -> TextFinding {
    assert_eq!(RIGHT.matches(from).count(), 1, "{from:?} does not stand once in the right text");
    let found = findings(&RIGHT.replacen(from, to, 1));
    let [finding] = found.as_slice() else { panic!("{from:?} -> {to:?} gives {found:#?}") };
    finding.clone()
}

/// Asserts that one change gives one finding, at `key` of `place`, with these words in it.
#[track_caller]
fn expect(from: &str, to: &str, place: &str, key: &str, words: &str) {
    let finding = only(from, to);
    assert_eq!((&*finding.place, &*finding.key), (place, key), "{finding}");
    assert!(finding.problem.contains(words), "{finding}");
}

#[test]
fn a_right_text_is_read_as_it_is_meant() {
    let framework = right();
    let draft = framework.draft();
    assert_eq!(draft.reference, Reference::Group("015".parse().unwrap()));
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
    assert_eq!((access.max_age, access.constant), (5, Some(0.0)));
    assert_eq!(access.normalise, Normalise::Levels(vec![0.0, 50.0, 100.0]));
    assert_eq!((deaths.max_age, deaths.constant), (0, None));
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
        (draft.frequency, draft.ranking, draft.reference),
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
        (leaf.normalise.clone(), leaf.constant)
    };
    assert_eq!(flag("{ method = \"levels\" }"), (Normalise::Levels(vec![0.0, 100.0]), Some(1.0)));
    let turned = "{ method = \"levels\", scores = { true = 0, false = 100 } }";
    assert_eq!(flag(turned).0, Normalise::Levels(vec![100.0, 0.0]));
}

#[test]
fn every_finding_stands_at_its_line_and_column() {
    for (from, to, line, column) in [
        // At a wrong value: the value.
        ("version = \"1.0.0\"", "version = \"1.0\"", 2, 11),
        ("weight = 2", "weight = \"2\"", 39, 10),
        (
            "  { code = \"elaborated\", label = \"Elaborated\", score = 50 },",
            "  { code = \"e e\", label = \"É\", score = 50 },",
            24,
            12,
        ),
        ("measures = [\"managing-borders\"]", "measures = [ \"gfmd\" ]", 48, 14),
        // At a key that is not one: the key.
        ("direction = \"lower", "directon = \"lower", 59, 1),
        ("min_coverage = { count = 1 }", "min_coverage = { count = 1, shares = 1 }", 40, 76),
        // Where something is missing: the head of the table.
        ("title = \"Countries with access\"\n", "", 70, 1),
        ("name = \"Access\"\n", "", 42, 1),
        ("id = \"small\"\n", "", 1, 1),
        // After letters of several bytes: characters count.
        (
            "name = \"Rights\"\nparent = \"overall\"\nweight = 2",
            "name = \"Rights\"\nparent = \"overall\"\nweight = 0",
            39,
            10,
        ),
        (
            "normalise = { method = \"goalposts\", lower = 0, upper = 5000, reason = \"zero is the aim\" }",
            "normalise = { method = \"goalposts\", reason = \"zéro is the åim\", lower = 0, upper = \"5000\" }",
            61,
            84,
        ),
    ] {
        let finding = only(from, to);
        assert_eq!((finding.line, finding.column), (line, column), "{finding}");
    }
}

#[test]
fn a_finding_reads_with_its_place() {
    let finding = only("direction = \"lower", "directon = \"lower");
    assert_eq!(
        finding.to_string(),
        "line 59, column 1: indicator deaths, directon: is no key here; did you mean direction?"
    );
}

#[test]
fn names_unknown_keys_with_what_was_meant() {
    expect(
        "title = \"Small\"",
        "titel = \"x\"\ntitle = \"Small\"",
        "framework",
        "titel",
        "did you mean title?",
    );
    expect("label = \"Low\"", "label = \"Low\"\nlabell = \"\"", "band low", "labell", "did you mean label?");
    expect("label = \"Safe\"", "label = \"Safe\"\nzzz = 1", "criterion safe", "zzz", "give id or label");
    expect(
        "over = \"leaves\"",
        "over = \"leaves\", ovr = 1",
        "node rights",
        "aggregate.ovr",
        "did you mean over?",
    );
    expect(
        "parent = \"rights\"",
        "parent = \"rights\"\nwieght = 1",
        "indicator access",
        "wieght",
        "did you mean weight?",
    );
    expect(
        "figure = \"count\"",
        "figure = \"count\"\nwhen = 1",
        "report clause access.countries",
        "when",
        "did you mean where?",
    );
    expect(
        "lower = 0,",
        "lower = 0, clipp = true,",
        "indicator deaths",
        "normalise.clipp",
        "did you mean clip?",
    );
    expect(
        "score = 0 }",
        "score = 0, scores = 1 }",
        "rubric three-tier",
        "levels[1].scores",
        "did you mean score?",
    );
}

#[test]
fn names_unknown_words_with_what_was_meant() {
    expect(
        "id = \"small\"",
        "id = \"small\"\nfrequency = \"anual\"",
        "framework",
        "frequency",
        "did you mean annual?",
    );
    expect("\"sum\", over", "\"summ\", over", "node rights", "aggregate.method", "did you mean sum?");
    expect("\"leaves\"", "\"leafs\"", "node rights", "aggregate.over", "did you mean leaves?");
    expect(
        "\"lower-is-better\"",
        "\"lower_is_better\"",
        "indicator deaths",
        "direction",
        "did you mean lower-is-better?",
    );
    expect("\"log1p\"", "\"log10\"", "indicator deaths", "transform", "did you mean log1p?");
    expect(
        "\"goalposts\"",
        "\"goalpost\"",
        "indicator deaths",
        "normalise.method",
        "did you mean goalposts?",
    );
    expect("\"band-share\"", "\"bandshare\"", "report clause overall", "figure", "did you mean band-share?");
    expect("kind = \"rubric\"", "kind = \"rubrik\"", "indicator access", "kind", "did you mean rubric?");
    expect("roll_up = \"sum\"", "roll_up = \"mean\"", "indicator deaths.land", "roll_up", "give sum");
    expect("impute = \"none\"", "impute = \"nothing\"", "indicator deaths", "impute", "give none");
}

#[test]
fn names_references_that_lead_nowhere_with_what_was_meant() {
    expect(
        "parent = \"rights\"",
        "parent = \"right\"",
        "indicator access",
        "parent",
        "no node of the framework; did you mean rights?",
    );
    expect(
        "\"three-tier\"\ncriteria",
        "\"three-tiers\"\ncriteria",
        "indicator access",
        "rubric",
        "did you mean three-tier?",
    );
    expect(
        "criteria = [\"safe\"]",
        "criteria = [\"save\"]",
        "indicator access",
        "criteria",
        "did you mean safe?",
    );
    expect(
        "\"managing-borders\"",
        "\"managing-border\"",
        "indicator access",
        "measures",
        "did you mean managing-borders?",
    );
    expect("[\"gfmd\"]", "[\"gmfd\"]", "indicator access", "instruments", "did you mean gfmd?");
}

#[test]
fn names_references_of_breakdowns_clauses_and_stages_that_lead_nowhere() {
    expect(
        "breakdown_of = \"deaths\"",
        "breakdown_of = \"death\"",
        "indicator deaths.land",
        "breakdown_of",
        "did you mean deaths?",
    );
    expect(
        "indicator = \"access\"",
        "indicator = \"acess\"",
        "report clause access.countries",
        "indicator",
        "did you mean access?",
    );
    expect(
        "node = \"overall\"",
        "node = \"overal\"",
        "report clause overall",
        "node",
        "did you mean overall?",
    );
    expect(
        "at_least_band = \"high\"",
        "at_least_band = \"hihg\"",
        "report clause overall",
        "at_least_band",
        "did you mean high?",
    );
    expect(
        "\"elaborated\" }\n\n",
        "\"elaborate\" }\n\n",
        "report clause access.countries",
        "where",
        "did you mean elaborated?",
    );
    expect(
        "impute = { level = \"basic\" }",
        "impute = { level = \"basics\" }",
        "indicator access",
        "impute",
        "did you mean basic?",
    );
    expect("m49:015", "m49:016", "framework", "reference", "no group of the UN standard M49");
    expect("m49:015", "MAR", "framework", "reference", "write world, all or a group");
}

#[test]
fn says_of_a_value_of_the_wrong_kind_what_it_is_and_what_it_should_be() {
    expect("title = \"Small\"", "title = 7", "framework", "title", "is the number 7; write a text in quotes");
    expect(
        "version = \"1.0.0\"",
        "version = \"1.0.0\"\nranking = \"no\"",
        "framework",
        "ranking",
        "write true or false",
    );
    expect("from = 50", "from = \"50\"", "band high", "from", "is the text \"50\"; write a finite number");
    expect("from = 50", "from = nan", "band high", "from", "write a finite number");
    expect("upper = 5000", "upper = inf", "indicator deaths", "normalise.upper", "write a finite number");
    expect("max_age = 5", "max_age = -1", "node overall", "max_age", "a whole number from 0");
    expect("max_age = 5", "max_age = 5.0", "node overall", "max_age", "a whole number from 0");
    expect(
        "criteria = [\"safe\"]",
        "criteria = \"safe\"",
        "indicator access",
        "criteria",
        "a list in brackets",
    );
    expect("[\"gfmd\"]", "[\"gfmd\", 7]", "indicator access", "instruments", "has the number 7; write texts");
    expect("{ count = 1 }", "1", "node rights", "aggregate.min_coverage", "write a table in braces");
    expect("id = \"low\"", "id = 7", "band number 1", "id", "is the number 7; write a text in quotes");
    expect("id = \"low\"", "id = \"l ow\"", "band l ow", "id", "has ' ' at character 2");
}

#[test]
fn says_which_key_is_missing_and_how_it_is_written() {
    expect(
        "version = \"1.0.0\"\n",
        "",
        "framework",
        "version",
        "is missing; write for example version = \"1.0.0\"",
    );
    expect("title = \"Small\"", "title = \" \"", "framework", "title", "is empty");
    expect("from = 50\n", "", "band high", "from", "is missing");
    expect("code = \"basic\", ", "", "rubric three-tier", "levels[1].code", "is missing");
    expect("kind = \"rubric\"\n", "", "indicator access", "kind", "is missing");
    expect(
        "kind = \"rubric\"\nrubric = \"three-tier\"\n",
        "kind = \"rubric\"\n",
        "indicator access",
        "rubric",
        "is missing",
    );
    expect("method = \"levels\"", "", "node overall", "normalise.method", "is missing");
    expect("upper = 5000, ", "", "indicator deaths", "normalise.upper", "is missing");
    expect(", reason = \"zero is the aim\"", "", "indicator deaths", "normalise.reason", "is missing");
    expect(
        "where = { level_at_least = \"elaborated\" }\n",
        "",
        "report clause access.countries",
        "where",
        "is missing",
    );
    expect("node = \"overall\"\n", "", "report clause overall", "node", "is missing");
    expect(
        "normalise = { method = \"levels\" }\n",
        "",
        "indicator access",
        "normalise",
        "here and at every node above",
    );
    expect("id = \"low\"\n", "", "band number 1", "id", "is missing; write for example id = \"band\"");
}

#[test]
fn an_aggregation_takes_its_own_number_and_no_other() {
    let read = |method: &str| {
        let text = RIGHT.replace("method = \"sum\"", method);
        let framework = parse_framework(&text).unwrap_or_else(|error| panic!("{method}: {error}"));
        match &framework.nodes()[1].body {
            NodeBody::Branch(branch) => branch.aggregate,
            NodeBody::Leaf(_) => panic!("the second node is no branch"),
        }
    };
    assert_eq!(read("method = \"power\", exponent = -0.5"), Aggregate::Power(-0.5));
    assert_eq!(read("method = \"linear\", constant = 3"), Aggregate::Linear(3.0));
    assert_eq!(read("method = \"linear\""), Aggregate::Linear(0.0));
    assert_eq!(read("method = \"copeland\""), Aggregate::Copeland);
    let (node, sum) = ("node rights", "method = \"sum\"");
    expect(sum, "method = \"power\"", node, "aggregate.exponent", "exponent = 2");
    expect(sum, "method = \"sum\", exponent = 2", node, "aggregate.exponent", "only for method = \"power\"");
    expect(sum, "method = \"power\", exponent = 2, constant = 1", node, "aggregate.constant", "\"linear\"");
}

#[test]
fn refuses_keys_that_do_not_go_together() {
    expect(
        "kind = \"rubric\"\n",
        "kind = \"rubric\"\nmin = 0\n",
        "indicator access",
        "min",
        "kind = \"number\" alone",
    );
    expect(
        "breakdown_of = \"deaths\"",
        "rubric = \"three-tier\"",
        "indicator deaths.land",
        "rubric",
        "kind = \"rubric\" alone",
    );
    expect("roll_up = \"sum\"", "weight = 2", "indicator deaths.land", "weight", "needs a parent");
    expect("roll_up = \"sum\"", "max_age = 2", "indicator deaths.land", "max_age", "needs a parent");
    expect(
        "node = \"overall\"",
        "node = \"overall\"\nindicator = \"access\"",
        "report clause overall",
        "indicator",
        "name a node",
    );
    expect(
        "figure = \"count\"",
        "figure = \"count\"\nnode = \"rights\"",
        "report clause access.countries",
        "node",
        "name an indicator",
    );
    expect(
        "node = \"overall\"",
        "node = \"overall\"\nwhere = { flag = true }",
        "report clause overall",
        "where",
        "\"count\" alone",
    );
}

#[test]
fn refuses_tables_that_say_two_things_or_none() {
    expect(
        "{ count = 1 }",
        "{ count = 1, share = 0.5 }",
        "node rights",
        "aggregate.min_coverage",
        "both a share and a count",
    );
    expect("{ count = 1 }", "{}", "node rights", "aggregate.min_coverage", "neither a share nor a count");
    expect(
        "impute = { level = \"basic\" }",
        "impute = { level = \"basic\", constant = 0 }",
        "node overall",
        "impute",
        "one of constant and level",
    );
    expect(
        "impute = { level = \"basic\" }",
        "impute = { constant = 0 }",
        "indicator access",
        "impute",
        "name a level",
    );
    expect(
        "impute = \"none\"",
        "impute = { level = \"basic\" }",
        "indicator deaths",
        "impute",
        "has no levels",
    );
    expect(
        "{ level_at_least = \"elaborated\" }",
        "{ flag = true, above = 0 }",
        "report clause access.countries",
        "where",
        "has 2 conditions",
    );
    expect(
        "{ level_at_least = \"elaborated\" }",
        "{}",
        "report clause access.countries",
        "where",
        "has 0 conditions",
    );
}

#[test]
fn scores_name_every_level_and_no_other() {
    let scores = |scores: &str| format!("normalise = {{ method = \"levels\", scores = {{ {scores} }} }}");
    let levels = "normalise = { method = \"levels\" }";
    let missing = only(levels, &scores("basic = 0, comprehensive = 100"));
    assert!(missing.problem.contains("gives no score to elaborated"), "{missing}");
    let unknown = only(levels, &scores("basic = 0, elaborated = 1, comprehensive = 2, comprehensible = 3"));
    assert!(unknown.problem.contains("did you mean comprehensive?"), "{unknown}");
    assert_eq!((unknown.line, &*unknown.key), (32, "normalise.scores"), "{unknown}");
    let text = only(levels, &scores("basic = 0, elaborated = 1, comprehensive = \"all\""));
    assert_eq!((&*text.place, &*text.key), ("node overall", "normalise.scores.comprehensive"), "{text}");
}

#[test]
fn what_the_model_finds_wrong_stands_where_it_is_written() {
    expect("from = 50", "from = 0", "band high", "from", "lowest first");
    expect("weight = 2", "weight = -2", "node rights", "weight", "not above 0");
    expect("{ count = 1 }", "{ share = 1.5 }", "node rights", "aggregate.min_coverage", "no share above 0");
    expect("lower = 0,", "lower = 5000,", "indicator deaths", "normalise", "must lie below the upper post");
    expect(
        "transform = \"log1p\"",
        "transform = \"log\"",
        "indicator deaths",
        "normalise",
        "cannot be transformed",
    );
    expect(
        "breakdown_of = \"deaths\"",
        "breakdown_of = \"deaths.land\"",
        "indicator deaths.land",
        "breakdown_of",
        "itself a breakdown",
    );
    expect(
        "parent = \"rights\"",
        "parent = \"deaths\"",
        "indicator access",
        "parent",
        "can have no children",
    );
    expect(
        "figure = \"count\"\nindicator = \"access\"",
        "figure = \"count\"\nindicator = \"deaths\"",
        "report clause access.countries",
        "figure",
        "cannot be made of deaths",
    );
}

#[test]
fn an_id_stands_once_among_its_kind() {
    let text = RIGHT
        .replace("id = \"high\"", "id = \"low\"")
        .replace("at_least_band = \"high\"", "at_least_band = \"low\"");
    let found = findings(&text);
    assert!(
        matches!(found.as_slice(), [one] if one.problem.contains("stands on line 7 already")),
        "{found:#?}"
    );
    expect("id = \"deaths.land\"", "id = \"access\"", "indicator access", "id", "stands on line 43 already");
    expect(
        "id = \"overall\"\ntitle",
        "id = \"access.countries\"\ntitle",
        "report clause access.countries",
        "id",
        "stands on line 71 already",
    );
    // An indicator with a parent is a node as well.
    let text = RIGHT.replace(
        "id = \"deaths.land\"\n",
        "id = \"rights\"\nparent = \"overall\"\nnormalise = { method = \"none\" }\nimpute = \"none\"\n",
    );
    let found = findings(&text);
    assert!(
        matches!(found.as_slice(), [one] if one.place == "indicator rights" && one.problem.contains("line 36 already")),
        "{found:#?}"
    );
}

#[test]
fn all_that_is_wrong_is_said_at_once_in_the_order_of_the_text() {
    let text = RIGHT
        .replace("version = \"1.0.0\"", "version = \"one\"")
        .replace("from = 50", "from = -1")
        .replace("score = 50", "score = \"half\"")
        .replace("method = \"sum\"", "method = \"mode\"")
        .replace("instruments = [\"gfmd\"]", "instruments = [\"gfdm\"]")
        .replace("upper = 5000", "upper = -5000")
        .replace("at_least_band = \"high\"", "at_least_bnad = \"high\"");
    let found: Vec<_> =
        findings(&text).into_iter().map(|finding| (finding.line, finding.place, finding.key)).collect();
    let found: Vec<_> = found.iter().map(|(line, place, key)| (*line, &**place, &**key)).collect();
    assert_eq!(
        found,
        [
            (2, "framework", "version"),
            (14, "band high", "from"),
            (24, "rubric three-tier", "levels[2].score"),
            (40, "node rights", "aggregate.method"),
            (49, "indicator access", "instruments"),
            (61, "indicator deaths", "normalise"),
            (77, "report clause overall", "at_least_band"),
            (82, "report clause overall", "at_least_bnad"),
        ]
    );
}

#[test]
fn what_follows_from_another_finding_is_left_out() {
    // Without its parent, or without its kind, an indicator leaves holes in the tree; only the cause is said.
    for (from, to) in [
        ("parent = \"rights\"", "parent = \"nowhere\""),
        ("kind = \"rubric\"", "kind = \"text\""),
        ("{ code = \"elaborated\", ", "{ "),
        ("normalise = { method = \"levels\" }", "normalise = { method = \"level\" }"),
        ("max_age = 5", "max_age = \"5\""),
    ] {
        only(from, to);
    }
}

#[test]
fn a_clause_about_a_node_that_is_wrong_is_not_blamed() {
    let text = RIGHT.replace("node = \"overall\"", "node = \"access\"");
    assert!(parse_framework(&text).is_ok());
    let found = findings(&text.replace("kind = \"rubric\"", "kind = \"text\""));
    assert!(matches!(found.as_slice(), [one] if one.key == "kind"), "{found:#?}");
}

#[test]
fn a_wrong_part_does_not_hide_what_else_is_wrong_with_it() {
    let text = RIGHT
        .replace("weight = 2", "weight = 0\nzzz = 1")
        .replace("roll_up = \"sum\"", "roll_up = \"sum\"\nzzz = 1");
    let text = text.replace("kind = \"count\"\nbreakdown_of", "kind = \"ratio\"\nbreakdown_of");
    let found: Vec<_> = findings(&text).into_iter().map(|finding| (finding.place, finding.key)).collect();
    let found: Vec<_> = found.iter().map(|(place, key)| (&**place, &**key)).collect();
    assert_eq!(
        found,
        [
            ("node rights", "weight"),
            ("node rights", "zzz"),
            ("indicator deaths.land", "roll_up"),
            ("indicator deaths.land", "zzz"),
        ]
    );
}

#[test]
fn nodes_that_lead_round_in_a_circle_are_found() {
    let found = findings(&RIGHT.replace("name = \"Overall\"", "name = \"Overall\"\nparent = \"rights\""));
    let round: Vec<_> = found.iter().filter(|finding| finding.problem.contains("in a circle")).collect();
    assert!(round.len() == found.len() && found.len() >= 2, "{found:#?}");
}

#[test]
fn a_text_that_is_no_toml_is_refused_with_the_place() {
    let found = findings("id = \"small\"\ntitle = \"open\nversion = \"1.0.0\"\n[[nodes]\n");
    assert!(found.len() >= 2, "{found:#?}");
    assert_eq!((found[0].line, &*found[0].place), (2, "framework"), "{found:#?}");
    assert!(found.iter().all(|finding| finding.problem.contains("no TOML")), "{found:#?}");
    let twice = findings("id = \"small\"\nid = \"large\"\n");
    assert_eq!(twice.iter().map(|finding| (finding.line, finding.column)).collect::<Vec<_>>(), [(2, 1)]);
}

#[test]
fn a_table_where_a_list_belongs_is_refused_with_how_it_is_written() {
    let found = findings(&RIGHT.replace("[[criteria]]", "[criteria]"));
    assert!(found[0].problem.contains("each under [[criteria]]"), "{found:#?}");
    assert_eq!((found[0].line, &*found[0].key), (16, "criteria"));
}

#[test]
fn the_empty_text_lacks_what_every_framework_has() {
    let found = findings("");
    let keys: Vec<_> = found.iter().map(|finding| &*finding.key).collect();
    assert_eq!(keys, ["id", "version", "title", "nodes"]);
    assert!(found.iter().all(|finding| (finding.line, finding.column) == (1, 1)), "{found:#?}");
}

#[test]
fn the_answer_to_a_very_wrong_text_is_bounded() {
    let wrong = "[[nodes]]\nid = \"a\"\nparnt = \"x\"\n".repeat(3 * FINDINGS_MAX);
    let found = findings(&wrong);
    assert_eq!(found.len(), FINDINGS_MAX + 1);
    assert!(found[FINDINGS_MAX].problem.contains("more findings are not listed"), "{}", found[FINDINGS_MAX]);
    let long = "x".repeat(1_000_000);
    let found = findings(&RIGHT.replace("kind = \"rubric\"", &format!("kind = {long:?}\n{long} = 1")));
    let size: usize = found.iter().map(|finding| finding.to_string().len()).sum();
    assert!(size < 10_000, "{size} bytes in {} findings", found.len());
}

#[test]
fn too_many_parts_are_refused_before_they_are_looked_at() {
    let many = "[[bands]]\n".repeat(10_001);
    let found = findings(&many);
    assert!(matches!(found.as_slice(), [one] if one.problem.contains("at most 10000")), "{found:#?}");
}

#[test]
fn the_reference_describes_every_key() {
    for (heading, keys) in schema::TABLES {
        let section = FRAMEWORK_REFERENCE
            .split("\n## ")
            .find(|section| section.lines().next() == Some(*heading))
            .unwrap_or_else(|| panic!("there is no section {heading}"));
        for key in *keys {
            let described = section.lines().any(|line| {
                line.starts_with('|')
                    && line.split('|').nth(1).is_some_and(|cell| cell.contains(&format!("`{key}`")))
                    || line.starts_with('|') && *key == "method" && line.contains("`method`")
                    || line.starts_with("| `tiers`") && line.contains(&format!("`{key}`"))
            });
            assert!(described, "section {heading} does not describe {key}");
        }
    }
}

#[test]
fn the_reference_names_every_choice() {
    fn words<T>(choices: &[(&'static str, T)]) -> Vec<&'static str> {
        choices.iter().map(|(word, _)| *word).collect()
    }
    let choices = [
        words(schema::FREQUENCIES),
        words(schema::AGGREGATES),
        words(schema::OVERS),
        words(schema::DIRECTIONS),
        words(schema::TRANSFORMS),
        words(schema::POOLS),
        words(schema::TIES),
        words(schema::KINDS),
        words(schema::METHODS),
        words(schema::FIGURES),
    ];
    for word in choices.concat() {
        assert!(FRAMEWORK_REFERENCE.contains(&format!("`{word}`")), "the reference does not name {word}");
    }
}

#[test]
fn the_examples_of_the_reference_are_right() {
    let blocks: Vec<_> =
        FRAMEWORK_REFERENCE.split("```toml\n").skip(1).filter_map(|rest| rest.split("```").next()).collect();
    assert!(blocks.len() >= 3, "{} examples", blocks.len());
    parse_framework(blocks[0]).unwrap_or_else(|error| panic!("{error}"));
    for block in &blocks[1..] {
        toml::de::DeTable::parse(block).unwrap_or_else(|error| panic!("{error}"));
    }
}

#[test]
fn every_normalisation_of_the_reference_can_be_read() {
    let block = FRAMEWORK_REFERENCE.split("\nlevels = {").nth(1).unwrap().split("```").next().unwrap();
    let block = format!("levels = {{{block}");
    assert_eq!(block.lines().count(), schema::METHODS.len());
    for line in block.lines() {
        let (method, written) = line.split_once(" = ").unwrap();
        let text = if method == "levels" {
            RIGHT.replace("{ method = \"levels\" }", written)
        } else {
            let start = RIGHT.find("{ method = \"goalposts\"").unwrap();
            let end = RIGHT[start..].find('\n').unwrap() + start;
            format!("{}{written}{}", &RIGHT[..start], &RIGHT[end..])
        };
        let framework = parse_framework(&text).unwrap_or_else(|error| panic!("{line}: {error}"));
        let leaf = framework.leaf(if method == "levels" { 2 } else { 3 }).unwrap();
        assert_eq!(leaf.normalise.as_str(), method);
    }
}

#[test]
fn every_prefix_of_what_ships_is_answered() {
    for text in Catalog::bundled().framework_texts() {
        for end in (0..text.len()).step_by(997).filter(|end| text.is_char_boundary(*end)) {
            if let Err(error) = parse_framework(&text[..end]) {
                assert!(!error.findings.is_empty(), "cut at {end}");
            }
        }
    }
}

#[test]
fn whatever_line_is_missing_or_doubled_the_cause_is_named() {
    let shipped = Catalog::bundled().framework_texts().iter().map(|text| (*text, 13));
    for (text, step) in std::iter::once((RIGHT, 1)).chain(shipped) {
        let lines: Vec<_> = text.lines().collect();
        for place in (0..lines.len()).step_by(step) {
            let (before, after) = lines.split_at(place);
            let without = [before, &after[1..]].concat().join("\n");
            let doubled = [before, &after[..1], after].concat().join("\n");
            for changed in [without, doubled] {
                for finding in findings(&changed) {
                    assert!(!finding.problem.contains("cannot be read"), "line {}: {finding}", place + 1);
                    assert!(finding.line <= lines.len() + 1, "line {}: {finding}", place + 1);
                }
            }
        }
    }
}

#[test]
fn a_stored_framework_keeps_names_that_no_longer_ship() {
    let text = Catalog::bundled().framework_texts()[0];
    let measure = Catalog::bundled().measures()[0].id.to_string();
    let renamed = text.replace(&format!("\"{measure}\""), "\"a-measure-of-the-past\"");
    assert_ne!(renamed, text);
    assert!(parse_framework(&renamed).is_err());
    let framework = super::parse_stored_framework(&renamed).unwrap();
    let cites = |indicator: &tenseven_model::Indicator| {
        indicator.measures.iter().any(|measure| measure.as_str() == "a-measure-of-the-past")
    };
    assert!(framework.draft().indicators.iter().any(cites));
}
