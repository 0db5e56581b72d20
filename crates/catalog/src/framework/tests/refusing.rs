//! What is wrong with a text by itself: keys, words, kinds of values.

use tenseven_model::framework::{Aggregate, NodeBody};

use super::fixture::*;
use crate::parse_framework;

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
    expect(
        "label = \"Safe\"",
        "label = \"Safe\"\nzzz = 1",
        "criterion safe",
        "zzz",
        "give id, label or min_coverage",
    );
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
    expect("m49:015", "MAR", "framework", "reference", "write world, all, a group");
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
    let limit = "write a whole number from 0 to 240";
    expect("max_age = 5", "max_age = 241", "node overall", "max_age", &format!("is the number 241; {limit}"));
    expect("max_age = 5", "max_age = 4294967295", "node overall", "max_age", limit);
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
        let text = RIGHT.replace("method = \"sum\"", method).replace("score = 0 }", "score = 1 }");
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
        "label = \"Safe\"",
        "label = \"Safe\"\nmin_coverage = {}",
        "criterion safe",
        "min_coverage",
        "neither a share nor a count",
    );
    expect(
        "impute = { level = \"basic\" }",
        "impute = { level = \"basic\", constant = 0 }",
        "node overall",
        "impute",
        "one of constant, level and method",
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
fn a_name_that_a_formula_gets_wrong_is_found_where_it_stands() {
    let part = "[[indicators]]\nid = \"c\"\nname = \"C\"\nformula = ";
    let with = |formula: &str| {
        RIGHT.replace(
            "[[report]]\nid = \"access.countries\"",
            &format!("{part}{formula}\n\n[[report]]\nid = \"access.countries\""),
        )
    };
    for (formula, places) in [
        ("\"2 * [deths] + node[ overal ]\"", [(73, 17), (73, 32)]),
        ("'[deths] / (node[overal])'", [(73, 13), (73, 28)]),
        ("\"\"\"\n[deaths] + [deths]\n  + node[overal]\"\"\"", [(74, 13), (75, 10)]),
    ] {
        let found = findings(&with(formula));
        let found: Vec<_> = found.iter().map(|one| (one.line, one.column, &*one.problem)).collect();
        let expected = [
            "\"deths\" is no indicator of the framework; did you mean deaths?",
            "\"overal\" is no node of the framework; did you mean overall?",
        ];
        let expected: Vec<_> =
            places.iter().zip(expected).map(|((line, column), problem)| (*line, *column, problem)).collect();
        assert_eq!(found, expected, "{formula}");
    }
}

#[test]
fn refuses_a_reference_area_that_does_not_exist() {
    let posts = "{ method = \"goalposts\", lower = 0, upper = 5000, reason = \"zero is the aim\" }";
    let area = |code: &str| format!("{{ method = \"dist2ref\", area = \"{code}\" }}");
    expect(posts, &area("MRR"), "indicator deaths", "normalise.area", "no country or area of ISO 3166-1");
    for code in ["MAR", "XAA"] {
        assert_eq!(findings(&RIGHT.replace(posts, &area(code))), []);
    }
}

#[test]
fn groups_that_are_missing_are_missed_once() {
    let text = RIGHT.replace("impute = { level = \"basic\" }", "impute = { method = \"group-mean\" }");
    let found = findings(&text);
    assert!(
        matches!(found.as_slice(), [one] if one.place == "node overall" && one.key == "impute.groups"),
        "{found:#?}"
    );
}

#[test]
fn a_whole_number_of_any_length_is_a_number() {
    assert_eq!(findings(&RIGHT.replace("upper = 5000", "upper = 99999999999999999999")), []);
}
