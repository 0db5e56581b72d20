//! Indicators: what is observed, and the leaf that an indicator with a parent makes.

use std::{fmt, str::FromStr};

use tenseven_model::{
    Indicator, IndicatorId, IndicatorKind,
    formula::{Formula, FormulaError},
    framework::{Node, NodeBody},
    indicator::RollUp,
};

use super::{
    inheritance::Inheritance,
    leaf::leaf,
    names::{Known, Names},
    node::{Standing, standing},
    precision::precision,
    schema::{KINDS, Kind, STAGES},
    table::{Table, Word},
};

/// Reads one indicator, and whether its kind is known; none without an id.
pub(super) fn indicator(part: &Table<'_>, names: &Names<'_>, known: &Known<'_>) -> Option<(Indicator, bool)> {
    let name = part.words("name", "\"Dual nationality is granted\"");
    let kind = kind(part, names);
    let whole =
        part.word("breakdown_of").filter(|whole| names.indicators.check(part, "breakdown_of", *whole));
    let mut criteria = part.list("criteria");
    criteria.retain(|word| names.criteria.check(part, "criteria", *word));
    let kind_is_known = kind.is_some();
    let indicator = Indicator {
        name,
        description: part.text_or_empty("description"),
        unit: part.text_or_empty("unit"),
        // What stands in is never used, because the text has a finding then.
        kind: kind.unwrap_or(IndicatorKind::Count),
        formula: part.has("formula").then(|| formula(part, names)).flatten(),
        breakdown_of: whole.and_then(|whole| part.parse_word("breakdown_of", whole)),
        roll_up: part.choice("roll_up", &[("sum", RollUp::Sum)]),
        criteria: criteria.into_iter().filter_map(|word| part.parse_word("criteria", word)).collect(),
        measures: cited(part, "measures", "measure", (!known.anything).then_some(&known.measures)),
        instruments: cited(
            part,
            "instruments",
            "instrument",
            (!known.anything).then_some(&known.instruments),
        ),
        id: part.parsed::<IndicatorId>("id")?,
    };
    Some((indicator, kind_is_known))
}

/// The names of a list, which must be among those known; without any known, all are taken as they are.
fn cited<T>(part: &Table<'_>, key: &str, what: &str, known: Option<&Vec<&str>>) -> Vec<T>
where
    T: FromStr<Err: fmt::Display>,
{
    let read = |word: Word<'_>| {
        let Some(known) = known.filter(|known| !known.contains(&word.text)) else {
            return part.parse_word(key, word);
        };
        let remedy = part.findings().remedy(word.text, known.iter().copied());
        part.find_at(word.at, key, format!("{:?} is no {what} of the catalogue{remedy}", word.text));
        None
    };
    part.list(key).into_iter().filter_map(read).collect()
}

/// The formula. What is wrong with it is found at its place in the text, where the text has it as it stands.
fn formula(part: &Table<'_>, names: &Names<'_>) -> Option<Formula> {
    let word = part.word("formula")?;
    let at =
        |before: usize| part.findings().within(word.at, word.text).map_or(word.at, |start| start + before);
    let wrong = |error: FormulaError| {
        let before = word.text.chars().take(error.position.saturating_sub(1)).map(char::len_utf8).sum();
        part.find_at(at(before), "formula", error.to_string());
    };
    let formula: Formula = word.text.parse().map_err(wrong).ok()?;
    let (indicators, nodes) = formula.expression.reads();
    let indicators = indicators.iter().map(|id| (false, id.as_str()));
    let mut is_known = true;
    for (is_node, id) in indicators.chain(nodes.iter().map(|id| (true, id.as_str()))) {
        let ids = if is_node { &names.nodes } else { &names.indicators };
        if !ids.has(id) {
            let at = at(bracketed(word.text, id, is_node));
            is_known &= ids.check(part, "formula", Word { text: id, at });
        }
    }
    is_known.then_some(formula)
}

/// Where a formula first names this in brackets, as a node or as an indicator.
fn bracketed(formula: &str, id: &str, is_node: bool) -> usize {
    let mut places = formula.match_indices('[').filter(|(place, _)| {
        let names = formula[place + 1..].split(']').next().is_some_and(|name| name.trim() == id);
        names && formula[..*place].trim_end().ends_with("node") == is_node
    });
    let (place, _) = places.next().unwrap_or_default();
    place + formula[place..].find(id).unwrap_or_default()
}

fn kind(part: &Table<'_>, names: &Names<'_>) -> Option<IndicatorKind> {
    let kind = if part.has("formula") && !part.has("kind") {
        Kind::Number
    } else {
        part.require("kind", "\"rubric\"");
        part.choice("kind", KINDS)?
    };
    if kind != Kind::Rubric {
        part.refuse("rubric", "goes with kind = \"rubric\" alone");
    }
    if kind != Kind::Number {
        part.refuse("min", "goes with kind = \"number\" alone");
        part.refuse("max", "goes with kind = \"number\" alone");
    }
    Some(match kind {
        Kind::Rubric => return rubric(part, names),
        Kind::Count => IndicatorKind::Count,
        Kind::Number => IndicatorKind::Number { min: part.number("min"), max: part.number("max") },
        Kind::Ratio => IndicatorKind::Ratio,
        Kind::Flag => IndicatorKind::Flag,
    })
}

fn rubric(part: &Table<'_>, names: &Names<'_>) -> Option<IndicatorKind> {
    part.require("rubric", "\"three-tier\"");
    let id = part.word("rubric").filter(|id| names.rubrics.check(part, "rubric", *id));
    let rubric = id.and_then(|id| names.rubrics_by_id.get(id.text)).and_then(Option::as_ref);
    if rubric.is_none() {
        part.taint();
    }
    rubric.cloned().map(IndicatorKind::Rubric)
}

/// The node of an indicator that is scored; none for the others.
pub(super) fn node<'a>(
    part: &Table<'a>,
    indicator: &Indicator,
    names: &Names<'_>,
    inheritance: &Inheritance<'_, 'a>,
) -> Option<Node> {
    if !part.has("parent") {
        for key in STAGES.iter().chain(&["weight", "counts", "precision", "rounding"]) {
            part.refuse(key, "needs a parent; only an indicator that stands below a node is scored");
        }
        return None;
    }
    let Standing { parent, weight, counts } = standing(part, names);
    let leaf = leaf(part, indicator, &inheritance.chain(part));
    if leaf.is_err() {
        part.taint();
    }
    let id = part.parse_word("id", part.word("id")?)?;
    let (name, body) = (indicator.name.clone(), NodeBody::Leaf(leaf.ok()?));
    Some(Node { id, name, parent, weight, counts, precision: precision(part), body })
}
