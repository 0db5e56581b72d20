//! The report: the figures that the target itself asks for.

use tenseven_model::{
    Indicator, IndicatorId,
    framework::{Averaged, Clause, Condition, Figure},
};

use super::{
    names::Names,
    schema::{FIGURES, FigureKind, WHERE},
    table::Table,
};

/// Reads one clause about these indicators; none if its figure cannot be made out.
pub(super) fn clause(part: &Table<'_>, names: &Names<'_>, indicators: &[Indicator]) -> Option<Clause> {
    let title = part.words("title", "\"Countries that grant dual nationality\"");
    let unit = part.text_or_empty("unit");
    let figure = figure(part, names, indicators);
    Some(Clause { id: part.parsed("id")?, title, unit, figure: figure? })
}

fn figure(part: &Table<'_>, names: &Names<'_>, indicators: &[Indicator]) -> Option<Figure> {
    part.require("figure", "\"count\"");
    let kind = part.choice("figure", FIGURES)?;
    if kind == FigureKind::BandShare {
        part.refuse("indicator", "does not go with band-share; name a node");
    } else {
        if kind != FigureKind::WeightedMean {
            part.refuse("node", "goes with band-share and weighted-mean alone; name an indicator");
        }
        part.refuse("at_least_band", "goes with figure = \"band-share\" alone");
    }
    if kind != FigureKind::WeightedMean {
        part.refuse("weight_by", "goes with figure = \"weighted-mean\" alone");
    }
    if kind != FigureKind::Count {
        part.refuse("where", "goes with figure = \"count\" alone");
    }
    match kind {
        FigureKind::Count => {
            part.require("where", "{ level_at_least = \"elaborated\" }");
            let (indicator, condition) = (indicator(part, names), condition(part));
            let (indicator, condition) = (indicator?, condition?);
            let of = indicators.iter().find(|of| of.id == indicator);
            level_exists(part, of?, &condition).then_some(Figure::Count { indicator, condition })
        }
        FigureKind::Sum => Some(Figure::Sum { indicator: indicator(part, names)? }),
        FigureKind::Mean => Some(Figure::Mean { indicator: indicator(part, names)? }),
        FigureKind::RatioOfSums => Some(Figure::RatioOfSums { indicator: indicator(part, names)? }),
        FigureKind::WeightedMean => weighted_mean(part, names),
        FigureKind::BandShare => band_share(part, names),
    }
}

/// The mean of an indicator or of a node's scores, weighted by another indicator.
fn weighted_mean(part: &Table<'_>, names: &Names<'_>) -> Option<Figure> {
    part.require("weight_by", "\"population\"");
    let weight_by = indicator_at(part, names, "weight_by");
    let of = if part.has("node") {
        part.refuse("indicator", "stands beside node; name one of the two");
        let node = part.word("node").filter(|node| names.nodes.check(part, "node", *node));
        node.and_then(|node| part.parse_word("node", node)).map(Averaged::Node)
    } else {
        indicator(part, names).map(Averaged::Indicator)
    };
    Some(Figure::WeightedMean { of: of?, weight_by: weight_by? })
}

fn indicator(part: &Table<'_>, names: &Names<'_>) -> Option<IndicatorId> {
    part.require("indicator", "\"dual-nationality\"");
    indicator_at(part, names, "indicator")
}

/// The indicator that a key names.
fn indicator_at(part: &Table<'_>, names: &Names<'_>, key: &str) -> Option<IndicatorId> {
    let word = part.word(key)?;
    names.indicators.check(part, key, word).then_some(())?;
    part.parse_word(key, word)
}

/// Whether the rubric of the indicator has the level that the condition names. That it has a rubric is the model's to say.
fn level_exists(part: &Table<'_>, indicator: &Indicator, condition: &Condition) -> bool {
    let (Some(rubric), Condition::LevelAtLeast(level)) = (indicator.kind.rubric(), condition) else {
        return true;
    };
    let exists = rubric.place(level).is_some();
    if !exists {
        let codes = rubric.levels().iter().map(|level| level.code.as_str());
        let remedy = part.findings().remedy(level.as_str(), codes);
        part.find(
            "where",
            format!("{:?} is no level of the rubric of {}{remedy}", level.as_str(), indicator.id),
        );
    }
    exists
}

fn band_share(part: &Table<'_>, names: &Names<'_>) -> Option<Figure> {
    part.require("node", "\"overall\"");
    part.require("at_least_band", "\"meets\"");
    let node = part.word("node").filter(|node| names.nodes.check(part, "node", *node));
    let band = part.word("at_least_band").filter(|band| names.bands.check(part, "at_least_band", *band));
    Some(Figure::BandShare {
        node: part.parse_word("node", node?)?,
        at_least: part.parse_word("at_least_band", band?)?,
    })
}

fn condition(part: &Table<'_>) -> Option<Condition> {
    let table = part.table("where", WHERE)?;
    let given: Vec<_> = WHERE.iter().copied().filter(|key| table.has(key)).collect();
    match given.as_slice() {
        ["level_at_least"] => table.parsed("level_at_least").map(Condition::LevelAtLeast),
        ["flag"] => table.flag("flag").map(Condition::Flag),
        ["at_least"] => table.number("at_least").map(Condition::AtLeast),
        ["above"] => table.number("above").map(Condition::Above),
        _ => {
            part.find("where", format!("has {} conditions; give one of {}", given.len(), WHERE.join(", ")));
            None
        }
    }
}
