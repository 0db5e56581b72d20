//! What a framework costs.

use serde_json::{Value as Json, json};
use tenseven_client::v1;

use super::number::{count, fixed};

/// The cost in one line.
pub(crate) fn line(cost: &v1::FrameworkCost) -> String {
    let figures: Vec<_> = cost.figures.iter().map(amount_of).collect();
    let (areas, periods) = (count(cost.area_count), count(cost.period_count));
    format!("costs at most {}, with {areas} areas and {periods} periods", figures.join(", "))
}

/// Why a cost is too high, and what makes it lower.
pub(crate) fn problem(figure: &v1::CostFigure) -> String {
    let part = |part: &v1::CostlyPart| {
        let v1::CostlyPart { part, amount, cause, remedy } = part;
        format!("; {part} takes {} ({cause}; {remedy})", scaled(figure.kind(), *amount))
    };
    let parts: String = figure.parts.iter().map(part).collect();
    format!("costs too much: {}{parts}", amount_of(figure))
}

/// The cost as JSON.
pub(crate) fn json(cost: &v1::FrameworkCost) -> Json {
    let part = |part: &v1::CostlyPart| {
        let v1::CostlyPart { part, amount, cause, remedy } = part;
        json!({ "part": part, "amount": amount, "cause": cause, "remedy": remedy })
    };
    let figure = |figure: &v1::CostFigure| {
        json!({
            "kind": name(figure.kind()),
            "amount": figure.amount,
            "limit": figure.limit,
            "parts": figure.parts.iter().map(part).collect::<Vec<_>>(),
        })
    };
    json!({
        "area_count": cost.area_count,
        "period_count": cost.period_count,
        "figures": cost.figures.iter().map(figure).collect::<Vec<_>>(),
    })
}

fn name(kind: v1::CostKind) -> &'static str {
    match kind {
        v1::CostKind::Unspecified => "unknown",
        v1::CostKind::MemoryBytes => "memory-bytes",
        v1::CostKind::Change => "change",
        v1::CostKind::Rebuild => "rebuild",
        v1::CostKind::Periods => "periods",
        v1::CostKind::AllMemoryBytes => "all-memory-bytes",
        v1::CostKind::AllChange => "all-change",
        v1::CostKind::AllRebuild => "all-rebuild",
    }
}

/// An amount and its limit in words.
fn amount_of(figure: &v1::CostFigure) -> String {
    let kind = figure.kind();
    let what = match kind {
        v1::CostKind::Unspecified => "of something",
        v1::CostKind::MemoryBytes => "of memory",
        v1::CostKind::Change => "after one change",
        v1::CostKind::Rebuild => "to score everything",
        v1::CostKind::Periods => "periods",
        v1::CostKind::AllMemoryBytes => "of memory with all other frameworks",
        v1::CostKind::AllChange => "after one change with all other frameworks",
        v1::CostKind::AllRebuild => "to score everything by all frameworks",
    };
    format!("{} {what} (limit {})", scaled(kind, figure.amount), scaled(kind, figure.limit))
}

/// An amount for people, with its unit.
fn scaled(kind: v1::CostKind, amount: u64) -> String {
    match kind {
        v1::CostKind::MemoryBytes | v1::CostKind::AllMemoryBytes => {
            format!("{} MB", fixed(amount as f64 / 1e6, 1))
        }
        v1::CostKind::Change | v1::CostKind::Rebuild | v1::CostKind::AllChange | v1::CostKind::AllRebuild => {
            format!("{} ms", fixed(amount as f64 / 1e6, 1))
        }
        v1::CostKind::Periods | v1::CostKind::Unspecified => count(amount),
    }
}
