//! The reference page, and texts that ship.

use super::fixture::*;
use crate::{
    Catalog,
    framework::{FRAMEWORK_REFERENCE, parse_stored_framework, schema},
    parse_framework,
};

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
        words(schema::BANDS_CLOSED),
        words(schema::DIRECTIONS),
        words(schema::TRANSFORMS),
        words(schema::POOLS),
        words(schema::TIES),
        words(schema::KINDS),
        words(schema::METHODS),
        words(schema::FIGURES),
        words(schema::IMPUTES),
        words(schema::NODE_IMPUTES),
        words(schema::FALLBACKS),
        words(schema::ROUNDINGS),
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
    for block in &blocks {
        toml::de::DeTable::parse(block).unwrap_or_else(|error| panic!("{error}"));
        if block.starts_with("id = ") {
            parse_framework(block).unwrap_or_else(|error| panic!("{error}"));
        }
    }
    assert_eq!(blocks.iter().filter(|block| block.starts_with("id = ")).count(), 2);
}

#[test]
fn every_key_stands_in_an_example() {
    let blocks: Vec<_> =
        FRAMEWORK_REFERENCE.split("```toml\n").skip(1).filter_map(|rest| rest.split("```").next()).collect();
    let examples = blocks.concat();
    for (heading, keys) in schema::TABLES {
        for key in *keys {
            let is_said = |head: &str| examples.contains(&format!("{head}{key} = "));
            let is_headed =
                [format!("[[{key}]]"), format!(".{key}]")].iter().any(|head| examples.contains(head));
            let is_shown = is_headed || ["\n", "{ ", ", "].into_iter().any(is_said);
            assert!(is_shown, "no example shows {key} of {heading}");
        }
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
    let framework = parse_stored_framework(&renamed).unwrap();
    let cites = |indicator: &tenseven_model::Indicator| {
        indicator.measures.iter().any(|measure| measure.as_str() == "a-measure-of-the-past")
    };
    assert!(framework.draft().indicators.iter().any(cites));
}

#[test]
fn a_stored_framework_carries_as_far_as_it_was_accepted_to() {
    let text = Catalog::bundled().framework_texts()[0].replacen("max_age = 5", "max_age = 241", 1);
    assert!(parse_framework(&text).is_err());
    let framework = parse_stored_framework(&text).unwrap();
    assert!(
        (0..framework.nodes().len()).filter_map(|node| framework.leaf(node)).any(|leaf| leaf.max_age == 241)
    );
}
