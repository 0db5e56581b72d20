//! What is wrong with what a text means, and how much of it is said.

use super::fixture::*;
use crate::{framework::findings::FINDINGS_MAX, parse_framework};

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
    for (needed, problem) in [
        ("{ share = 1.5 }", "no share above 0"),
        ("{ count = 3 }", "asks for 3 with data, and 1 scored indicators"),
        ("{ count = 1, over = \"leaves\" }", "is no key here"),
    ] {
        let written = format!("label = \"Safe\"\nmin_coverage = {needed}");
        let key = if problem.contains("key") { "min_coverage.over" } else { "min_coverage" };
        expect("label = \"Safe\"", &written, "criterion safe", key, problem);
    }
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
fn decimals_are_read_where_they_are_written_and_refused_with_their_remedy() {
    let version = "version = \"1.0.0\"\n";
    let with = |keys: &str| RIGHT.replacen(version, &format!("{version}{keys}\n"), 1);
    let framework = parse_framework(&with("precision = 3\nrounding = \"half-even\"")).unwrap();
    let to = framework.precision(0).unwrap();
    assert_eq!((to.digits(), to.rounding().as_str()), (3, "half-even"));
    let own = RIGHT.replacen("weight = 2", "weight = 2\nprecision = 1", 1);
    let framework = parse_framework(&own).unwrap();
    let stated: Vec<_> = (0..framework.nodes().len()).filter_map(|node| framework.precision(node)).collect();
    assert_eq!(
        stated.iter().map(|to| (to.digits(), to.rounding().as_str())).collect::<Vec<_>>(),
        [(1, "half-up")]
    );
    for (keys, key, problem) in [
        ("precision = 13", "precision", "from 0 to 12"),
        ("precision = 1.5", "precision", "a whole number"),
        ("rounding = \"half-up\"", "rounding", "write precision = 3 as well"),
        ("precision = 2\nrounding = \"half-odd\"", "rounding", "did you mean"),
    ] {
        let found = findings(&with(keys));
        assert_eq!(found.len(), 1, "{keys}: {found:#?}");
        assert_eq!(&*found[0].key, key, "{keys}: {found:#?}");
        assert!(found[0].problem.contains(problem), "{keys}: {found:#?}");
    }
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
