//! Score trees.

use tenseven_api::{
    convert::{LeafOrigin, gap_message, leaf_origin, value_message},
    v1,
};
use tenseven_engine::{CoverageChange, CriterionScore, LeafCell, NodeScore, Row};
use tenseven_model::{Coverage, Framework, Outcome, Period, framework::NodeIndex};
use tenseven_observatory::{ScoreChange, ScoreTree};

use super::count::count;

/// The scores of one area for one period.
pub(crate) fn tree(tree: &ScoreTree) -> v1::ScoreTree {
    let ScoreTree { published, area, area_name, period, row, nodes } = tree;
    let Row { nodes: scores, criteria } = row;
    let framework = &published.framework;
    let labelled = framework.draft().criteria.iter().zip(criteria);
    v1::ScoreTree {
        framework: framework.reference().to_string(),
        area: area.to_string(),
        area_name: area_name.clone(),
        period: period.to_string(),
        nodes: nodes
            .iter()
            .filter_map(|index| Some(node(framework, *index, scores.get(*index)?, *period)))
            .collect(),
        criteria: labelled.map(|(known, score)| criterion(known, score)).collect(),
    }
}

/// The score of the node at an index of the framework.
pub(super) fn node(
    framework: &Framework,
    index: NodeIndex,
    score: &NodeScore,
    period: Period,
) -> v1::NodeScore {
    let known = &framework.nodes()[index];
    v1::NodeScore {
        node: known.id.to_string(),
        name: known.name.clone(),
        parent: known.parent.as_ref().map(ToString::to_string).unwrap_or_default(),
        depth: count(framework.depth(index)),
        score: score.outcome.ok(),
        gap: gap(score.outcome),
        band: band(framework, score.outcome),
        coverage: Some(node_coverage(score)),
        status: status(score).into(),
        leaf: score.leaf.as_ref().map(|leaf| leaf_value(leaf, period)),
    }
}

/// A score that changed, or a current one in a snapshot.
pub(crate) fn score_change(framework: &Framework, change: &ScoreChange) -> v1::ScoreChange {
    let ScoreChange { area, period, node: index, before, score, no_data } = change;
    v1::ScoreChange {
        area: area.to_string(),
        period: period.to_string(),
        score: Some(node(framework, *index, score, *period)),
        previous_score: before.and_then(Outcome::ok),
        previous_gap: before.map(gap).unwrap_or_default(),
        no_data: *no_data,
    }
}

/// Why there is no score; unspecified where there is one.
pub(super) fn gap(outcome: Outcome) -> i32 {
    outcome.err().map(gap_message).unwrap_or_default().into()
}

/// The id of the band that contains a score; empty if there is none.
pub(super) fn band(framework: &Framework, outcome: Outcome) -> String {
    let band = outcome.ok().and_then(|score| framework.band(score));
    band.map(|band| band.id.to_string()).unwrap_or_default()
}

/// What a score rests on.
pub(super) fn status(score: &NodeScore) -> v1::ScoreStatus {
    match score.outcome {
        Err(_) => v1::ScoreStatus::Missing,
        Ok(_) if score.is_filled() => v1::ScoreStatus::Filled,
        Ok(_) => v1::ScoreStatus::Observed,
    }
}

/// How much is known below a node.
pub(super) fn node_coverage(score: &NodeScore) -> v1::Coverage {
    let NodeScore { outcome: _, coverage: counts, carried, rolled_up, imputed, imputed_nodes, leaf: _ } =
        score;
    v1::Coverage {
        carried: *carried,
        rolled_up: *rolled_up,
        imputed: *imputed,
        imputed_nodes: *imputed_nodes,
        ..coverage(*counts)
    }
}

pub(super) fn coverage(counts: Coverage) -> v1::Coverage {
    let Coverage { with_data, applicable } = counts;
    v1::Coverage { with_data, applicable, share: counts.share(), ..v1::Coverage::default() }
}

/// How much of a change comes from coverage; none where there is no change, or nothing came or lapsed.
pub(super) fn coverage_change(
    framework: &Framework,
    coverage: Option<&CoverageChange>,
    change: Option<f64>,
) -> Option<v1::CoverageChange> {
    let (CoverageChange { came, lapsed, like_for_like }, change) = coverage.zip(change)?;
    let ids =
        |leaves: &[NodeIndex]| leaves.iter().map(|leaf| framework.nodes()[*leaf].id.to_string()).collect();
    Some(v1::CoverageChange {
        came: ids(came),
        lapsed: ids(lapsed),
        like_for_like: *like_for_like,
        from_coverage: like_for_like.map(|alike| change - alike).filter(|rest| rest.is_finite()),
    })
}

pub(super) fn leaf_value(leaf: &LeafCell, period: Period) -> v1::LeafValue {
    let LeafCell {
        origin,
        units,
        source,
        status,
        revision,
        value,
        raw,
        is_carried: _,
        is_filled_in: _,
        denominator,
    } = leaf;
    let LeafOrigin { origin, observed, imputation } = leaf_origin(*origin, period);
    let text = |period: Option<Period>| period.map(|period| period.to_string()).unwrap_or_default();
    v1::LeafValue {
        origin: origin.into(),
        value: value.as_ref().map(value_message),
        number: *raw,
        source: source.as_ref().map(ToString::to_string).unwrap_or_default(),
        status: status.map(|status| status.to_string()).unwrap_or_default(),
        observed_period: text(observed.map(|(from, _)| from)),
        revision: revision.number(),
        local_unit_count: *units,
        imputation: imputation.to_owned(),
        imputed_to_period: text(observed.and_then(|(_, to)| to)),
        denominator: denominator.map(|(whole, _)| whole),
        denominator_period: text(denominator.map(|(_, from)| from)),
    }
}

fn criterion(known: &tenseven_model::framework::Criterion, score: &CriterionScore) -> v1::CriterionScore {
    let CriterionScore { outcome, coverage: counts } = score;
    v1::CriterionScore {
        criterion: known.id.to_string(),
        label: known.label.clone(),
        score: outcome.ok(),
        coverage: Some(coverage(*counts)),
        gap: gap(*outcome),
    }
}
