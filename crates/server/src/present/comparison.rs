//! Comparisons of scores.

use tenseven_api::v1;
use tenseven_engine::{CriterionScore, NodeScore};
use tenseven_model::{Framework, Outcome, Period, framework::NodeIndex};
use tenseven_observatory::{ComparedColumn, Comparison};

use super::{count::count, score};

/// Scores side by side.
pub(crate) fn comparison(comparison: &Comparison) -> v1::CompareScoresResponse {
    let Comparison { published, columns, nodes } = comparison;
    let framework = &published.framework;
    let criteria = framework.draft().criteria.iter().enumerate();
    v1::CompareScoresResponse {
        framework: framework.reference().to_string(),
        columns: columns.iter().map(column).collect(),
        nodes: nodes.iter().map(|index| node(framework, *index, columns)).collect(),
        criteria: criteria
            .map(|(index, known)| v1::ComparedCriterion {
                criterion: known.id.to_string(),
                label: known.label.clone(),
                scores: criterion_scores(index, columns),
            })
            .collect(),
        ..Default::default()
    }
}

fn column(column: &ComparedColumn) -> v1::ComparedColumn {
    let ComparedColumn { area, area_name, period, row: _, coverage: _ } = column;
    v1::ComparedColumn { area: area.to_string(), area_name: area_name.clone(), period: period.to_string() }
}

fn node(framework: &Framework, index: NodeIndex, columns: &[ComparedColumn]) -> v1::ComparedNode {
    let known = &framework.nodes()[index];
    let first = columns.first().map(|first| first.row.nodes[index].outcome);
    let scores = columns.iter().map(|column| {
        let score = &column.row.nodes[index];
        let difference = difference(score.outcome, first);
        let coverage = score::coverage_change(framework, column.coverage[index].as_ref(), difference);
        v1::ComparedScore {
            coverage_change: coverage,
            ..node_score(framework, score, column.period, difference)
        }
    });
    v1::ComparedNode {
        node: known.id.to_string(),
        name: known.name.clone(),
        parent: known.parent.as_ref().map(ToString::to_string).unwrap_or_default(),
        depth: count(framework.depth(index)),
        scores: scores.collect(),
    }
}

fn node_score(
    framework: &Framework,
    score: &NodeScore,
    period: Period,
    difference: Option<f64>,
) -> v1::ComparedScore {
    v1::ComparedScore {
        score: score.outcome.ok(),
        gap: score::gap(score.outcome),
        difference,
        band: score::band(framework, score.outcome),
        coverage: Some(score::node_coverage(score)),
        status: score::status(score).into(),
        leaf: score.leaf.as_ref().map(|leaf| score::leaf_value(leaf, period)),
        coverage_change: None,
    }
}

fn criterion_scores(index: usize, columns: &[ComparedColumn]) -> Vec<v1::ComparedScore> {
    let of = |column: &ComparedColumn| column.row.criteria.get(index).copied();
    let first = columns.first().and_then(of).map(|first| first.outcome);
    let scores = columns.iter().filter_map(of);
    let score = |CriterionScore { outcome, coverage }: CriterionScore| v1::ComparedScore {
        score: outcome.ok(),
        gap: score::gap(outcome),
        difference: difference(outcome, first),
        coverage: Some(score::coverage(coverage)),
        status: v1::ScoreStatus::Unspecified.into(),
        ..v1::ComparedScore::default()
    };
    scores.map(score).collect()
}

fn difference(score: Outcome, first: Option<Outcome>) -> Option<f64> {
    Some(score.ok()? - first?.ok()?).filter(|difference| difference.is_finite())
}
