//! Explanations.

use tenseven_api::{convert::observation_message, v1};
use tenseven_engine::{
    explain::{BranchParts, LeafStages, Made, NodeExplanation},
    reads::{Read, Role, Target},
};
use tenseven_model::{
    Framework, ObservationKey,
    framework::{Direction, Leaf, NodeIndex},
};
use tenseven_observatory::{READ_OBSERVATIONS_MAX, Recorded, ScoreExplanation};

use super::{
    count::count,
    others::{self, Listed},
    score,
    stage_value::stage,
    stages::{basis, treatment},
};

/// How the score of a node came about.
pub(crate) fn explanation(explanation: &ScoreExplanation) -> v1::ScoreExplanation {
    let ScoreExplanation {
        published,
        area,
        area_name,
        period,
        nodes,
        explanation: _,
        effective_weights: _,
        observations: _,
        texts_left_out,
    } = explanation;
    let mut listed = Listed::default();
    let nodes = nodes.iter().filter_map(|index| node(explanation, *index, &mut listed)).collect();
    v1::ScoreExplanation {
        framework: published.framework.reference().to_string(),
        area: area.to_string(),
        area_name: area_name.clone(),
        period: period.to_string(),
        nodes,
        omitted_text_count: *texts_left_out,
        omitted_setting_count: listed.settings_left_out,
    }
}

fn node(explanation: &ScoreExplanation, index: NodeIndex, listed: &mut Listed) -> Option<v1::ExplainedNode> {
    let framework = &explanation.published.framework;
    let NodeExplanation { score, unrounded, contribution, to_root, made } =
        explanation.explanation.nodes.get(index)?;
    let made = match made {
        Made::Leaf(stages) => {
            let known = framework.leaf(index)?;
            v1::explained_node::Composition::Leaf(leaf(explanation, known, stages))
        }
        Made::Branch(parts) => v1::explained_node::Composition::Branch(branch(framework, parts)),
    };
    Some(v1::ExplainedNode {
        node: Some(score::node(framework, index, score, explanation.period)),
        weight: framework.nodes()[index].weight,
        effective_weight: explanation.effective_weights.get(index).copied().flatten(),
        contribution: *contribution,
        contribution_to_root: *to_root,
        unrounded: *unrounded,
        settings: listed.settings(settings(framework, index)),
        composition: Some(made),
    })
}

/// What the framework defines for a node, its decimals included where they are the framework's.
fn settings(framework: &Framework, index: NodeIndex) -> Vec<(String, String)> {
    let node = tenseven_model::framework::Node {
        precision: framework.precision(index),
        ..framework.nodes()[index].clone()
    };
    node.settings()
}

fn branch(framework: &Framework, made: &BranchParts) -> v1::ExplainedBranch {
    let BranchParts { aggregate, parts, stands_in, own, others } = made;
    let part = |(node, weight, adds): &(NodeIndex, f64, f64)| v1::ExplainedPart {
        node: framework.nodes()[*node].id.to_string(),
        weight: *weight,
        contribution: *adds,
    };
    v1::ExplainedBranch {
        method: aggregate.as_str().to_owned(),
        parts: parts.iter().map(part).collect(),
        own: *own,
        filled_in: *stands_in,
        group: others.group.as_ref().map(ToString::to_string).unwrap_or_default(),
        compared: others::cells(others),
        compared_count: count(others.count),
    }
}

fn leaf(explanation: &ScoreExplanation, known: &Leaf, stages: &LeafStages) -> v1::ExplainedLeaf {
    let LeafStages {
        read: _,
        reads,
        excluded_by,
        unknown_for,
        resolved,
        denominated,
        imputed,
        treated,
        transformed,
        denominator,
        stand_ins,
        basis: _,
        pool: _,
        standing: _,
        normalised,
    } = stages;
    let stand_in_group = stand_ins.as_ref().and_then(|others| others.group.as_ref());
    let indicator = explanation.published.framework.indicator(&known.indicator);
    v1::ExplainedLeaf {
        indicator: known.indicator.to_string(),
        indicator_name: indicator.map(|one| one.name.clone()).unwrap_or_default(),
        unit: indicator.map(|one| one.unit.clone()).unwrap_or_default(),
        formula: indicator.and_then(|one| Some(one.formula.as_ref()?.text.clone())).unwrap_or_default(),
        reads: reads.iter().map(|one| read(explanation, one)).collect(),
        excluded_by: excluded_by.as_ref().map(ToString::to_string).unwrap_or_default(),
        unknown_for: unknown_for.as_ref().map(ToString::to_string).unwrap_or_default(),
        resolved: Some(stage(*resolved)),
        denominated: denominated.map(stage),
        imputed: imputed.map(stage),
        treated: treated.as_ref().map(|(outcome, _)| stage(*outcome)),
        treatment: treated.as_ref().map(|(_, report)| treatment(report)),
        transformed: transformed.map(stage),
        transform: known.transform.as_str().to_owned(),
        basis: basis(stages, known.direction),
        normalised: Some(stage(*normalised)),
        normalisation: known.normalise.as_str().to_owned(),
        lower_is_better: known.direction == Direction::LowerIsBetter,
        denominator: denominator.map(stage),
        stand_in_group: stand_in_group.map(ToString::to_string).unwrap_or_default(),
        stand_ins: stand_ins.as_ref().map(others::cells).unwrap_or_default(),
        stand_in_count: stand_ins.as_ref().map(|others| count(others.count)).unwrap_or_default(),
    }
}

fn read(explanation: &ScoreExplanation, read: &Read) -> v1::ExplainedRead {
    let Read { target, role, period, outcome, observations, passed_over } = read;
    let listed = |keys: &[ObservationKey]| {
        let listed = keys.iter().take(READ_OBSERVATIONS_MAX);
        listed.filter_map(|key| explanation.observations.get(key)).map(recorded).collect()
    };
    v1::ExplainedRead {
        role: match role {
            Role::Value => v1::ReadRole::Value,
            Role::Denominator => v1::ReadRole::Denominator,
            Role::StandIn => v1::ReadRole::StandIn,
        }
        .into(),
        period: period.to_string(),
        value: Some(stage(*outcome)),
        observations: listed(observations),
        observation_count: count(observations.len()),
        passed_over: listed(passed_over),
        passed_over_count: count(passed_over.len()),
        ..named(&explanation.published.framework, target)
    }
}

/// What was read, by name.
fn named(framework: &Framework, target: &Target) -> v1::ExplainedRead {
    match target {
        Target::Observed(id) | Target::Computed(id) => {
            let known = framework.indicator(id);
            v1::ExplainedRead {
                indicator: id.to_string(),
                name: known.map(|one| one.name.clone()).unwrap_or_default(),
                unit: known.map(|one| one.unit.clone()).unwrap_or_default(),
                formula: known.and_then(|one| Some(one.formula.as_ref()?.text.clone())).unwrap_or_default(),
                ..v1::ExplainedRead::default()
            }
        }
        Target::Node(index) => {
            let known = &framework.nodes()[*index];
            let (node, name) = (known.id.to_string(), known.name.clone());
            v1::ExplainedRead { node, name, ..v1::ExplainedRead::default() }
        }
    }
}

fn recorded(recorded: &Recorded) -> v1::RecordedObservation {
    let Recorded { observation, revision, accepted_at, submission, author } = recorded;
    observation_message(observation, *revision, *accepted_at, *submission, author.as_ref())
}
