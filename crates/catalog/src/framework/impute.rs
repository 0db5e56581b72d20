//! Imputation as a text says it, before it is known for which indicator.

use tenseven_model::{
    Indicator, IndicatorKind,
    framework::{Average, GroupAverage, Impute},
};

use super::{
    findings::Wrong,
    names::{Ids, Known},
    schema::{IMPUTE, IMPUTES, ImputeMethod},
    sets::sets,
    table::{Table, Word},
};

/// What stands in where nothing is known.
#[derive(Clone)]
pub(super) enum StandIn<'a> {
    Nothing,
    Level(Word<'a>),
    /// The same for every indicator.
    Same(Impute),
}

/// Reads `impute` of a part.
pub(super) fn impute<'a>(part: &Table<'a>, groups: &Ids<'_>, known: &Known<'_>) -> Option<StandIn<'a>> {
    if part.text_unchecked("impute").is_some() {
        return part.choice("impute", &[("none", ())]).map(|()| StandIn::Nothing);
    }
    let table = part.table("impute", IMPUTE)?;
    let stated: Vec<_> = ["constant", "level", "method"].into_iter().filter(|key| table.has(key)).collect();
    let [stated] = stated.as_slice() else {
        let wanted = "write { constant = 0 }, { level = \"no\" }, { method = \"mean\" } or \"none\"";
        part.find("impute", format!("needs one of constant, level and method; {wanted}"));
        return None;
    };
    let method = if *stated == "method" { Some(table.choice("method", IMPUTES)?) } else { None };
    for (key, is_taken) in [
        ("groups", matches!(method, Some(ImputeMethod::Group(_)))),
        ("within", method == Some(ImputeMethod::Latest)),
    ] {
        if table.has(key) && !is_taken {
            let taker = if key == "groups" { "group-mean or group-median" } else { "latest" };
            table.refuse(key, format!("goes with method = {taker} alone"));
        }
    }
    Some(match method {
        None if *stated == "level" => StandIn::Level(table.word("level")?),
        None => StandIn::Same(Impute::Constant(table.number("constant")?)),
        Some(ImputeMethod::Average(average)) => StandIn::Same(Impute::Average(average)),
        Some(ImputeMethod::Group(average)) => {
            let group = group_average(&table, average, groups, known);
            // What names no groups is said already.
            StandIn::Same(Impute::Group(table.has("groups").then_some(group)?))
        }
        Some(ImputeMethod::Latest) => {
            table.require("within", "3");
            StandIn::Same(Impute::Latest { within: table.count_up_to("within", known.periods_max())? })
        }
        Some(ImputeMethod::Hold) => StandIn::Same(Impute::Hold),
        Some(ImputeMethod::Linear) => StandIn::Same(Impute::Linear),
    })
}

/// The average of an area's own group.
pub(super) fn group_average(
    table: &Table<'_>,
    average: Average,
    groups: &Ids<'_>,
    known: &Known<'_>,
) -> GroupAverage {
    table.require("groups", "[\"m49:002\", \"m49:150\"]");
    GroupAverage { average, groups: sets(table, "groups", groups, known) }
}

impl StandIn<'_> {
    /// What stands in for this indicator; a level is its place.
    pub(super) fn of(&self, part: &Table<'_>, indicator: &Indicator) -> Result<Option<Impute>, Wrong> {
        let problem = match (self, &indicator.kind) {
            (Self::Nothing, _) => return Ok(None),
            (Self::Level(level), IndicatorKind::Rubric(rubric)) => {
                let codes = rubric.levels().iter().map(|level| level.code.as_str());
                if let Some(place) = codes.clone().position(|code| code == level.text) {
                    return Ok(Some(Impute::Constant(place as f64)));
                }
                let remedy = part.findings().remedy(level.text, codes);
                format!("{:?} is no level of the rubric of {}{remedy}", level.text, indicator.id)
            }
            (Self::Level(_), kind) => {
                format!("{} is a {} and has no levels; write constant = 0", indicator.id, kind.as_str())
            }
            (Self::Same(Impute::Constant(_)), IndicatorKind::Rubric(_)) => {
                format!("{} has a rubric; name a level of it as level = \"…\"", indicator.id)
            }
            (Self::Same(Impute::Constant(constant)), IndicatorKind::Flag)
                if ![0.0, 1.0].contains(constant) =>
            {
                format!("{} is a flag; write constant = 0 for false or 1 for true", indicator.id)
            }
            (Self::Same(impute), _) => return Ok(Some(impute.clone())),
        };
        part.find("impute", problem);
        Err(Wrong)
    }
}
