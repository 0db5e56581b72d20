//! Explanations.

use tenseven_api::{convert::observation_message, v1};
use tenseven_engine::{
    explain::{BranchParts, LeafStages, Made, NodeExplanation},
    normalise::{Basis, Extremes, Moments},
    reads::{Read, Role, Target},
    treat,
};
use tenseven_model::{
    Framework, Outcome,
    framework::{Direction, Leaf, NodeIndex},
};
use tenseven_observatory::{READ_OBSERVATIONS_MAX, Recorded, ScoreExplanation};

use super::score;

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
    v1::ScoreExplanation {
        framework: published.framework.reference().to_string(),
        area: area.to_string(),
        area_name: area_name.clone(),
        period: period.to_string(),
        nodes: nodes.iter().filter_map(|place| node(explanation, *place)).collect(),
        omitted_text_count: *texts_left_out,
    }
}

fn node(explanation: &ScoreExplanation, place: NodeIndex) -> Option<v1::ExplainedNode> {
    let framework = &explanation.published.framework;
    let NodeExplanation { score, unrounded, contribution, to_root, made } =
        explanation.explanation.nodes.get(place)?;
    let made = match made {
        Made::Leaf(stages) => {
            let known = framework.leaf(place)?;
            v1::explained_node::Composition::Leaf(leaf(explanation, known, stages))
        }
        Made::Branch(parts) => v1::explained_node::Composition::Branch(branch(framework, parts)),
    };
    Some(v1::ExplainedNode {
        node: Some(score::node(framework, place, score, explanation.period)),
        weight: framework.nodes()[place].weight,
        effective_weight: explanation.effective_weights.get(place).copied().flatten(),
        contribution: *contribution,
        contribution_to_root: *to_root,
        unrounded: *unrounded,
        composition: Some(made),
    })
}

fn branch(framework: &Framework, made: &BranchParts) -> v1::ExplainedBranch {
    let BranchParts { aggregate, parts, stands_in, own } = made;
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
    }
}

fn leaf(explanation: &ScoreExplanation, known: &Leaf, stages: &LeafStages) -> v1::ExplainedLeaf {
    let LeafStages {
        read: _,
        reads,
        excluded_by,
        resolved,
        denominated,
        imputed,
        treated,
        transformed,
        basis,
        normalised,
    } = stages;
    let indicator = explanation.published.framework.indicator(&known.indicator);
    v1::ExplainedLeaf {
        indicator: known.indicator.to_string(),
        indicator_name: indicator.map(|one| one.name.clone()).unwrap_or_default(),
        unit: indicator.map(|one| one.unit.clone()).unwrap_or_default(),
        formula: indicator.and_then(|one| Some(one.formula.as_ref()?.text.clone())).unwrap_or_default(),
        reads: reads.iter().map(|one| read(explanation, one)).collect(),
        excluded_by: excluded_by.as_ref().map(ToString::to_string).unwrap_or_default(),
        resolved: Some(stage(*resolved)),
        denominated: denominated.map(stage),
        imputed: imputed.map(stage),
        treated: treated.as_ref().map(|(outcome, _)| stage(*outcome)),
        treatment: treated.as_ref().map(|(_, report)| treatment(report)),
        transformed: transformed.map(stage),
        transform: known.transform.as_str().to_owned(),
        basis: basis.as_ref().map(basis_message),
        normalised: Some(stage(*normalised)),
        normalisation: known.normalise.as_str().to_owned(),
        lower_is_better: known.direction == Direction::LowerIsBetter,
    }
}

fn read(explanation: &ScoreExplanation, read: &Read) -> v1::ExplainedRead {
    let Read { target, role, period, outcome, observations } = read;
    let listed = observations.iter().take(READ_OBSERVATIONS_MAX);
    let listed = listed.filter_map(|key| explanation.observations.get(key));
    v1::ExplainedRead {
        role: match role {
            Role::Value => v1::ReadRole::Value,
            Role::Denominator => v1::ReadRole::Denominator,
            Role::StandIn => v1::ReadRole::StandIn,
        }
        .into(),
        period: period.to_string(),
        value: Some(stage(*outcome)),
        observations: listed.map(recorded).collect(),
        observation_count: u32::try_from(observations.len()).unwrap_or(u32::MAX),
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
        Target::Node(place) => {
            let known = &framework.nodes()[*place];
            let (node, name) = (known.id.to_string(), known.name.clone());
            v1::ExplainedRead { node, name, ..v1::ExplainedRead::default() }
        }
    }
}

fn recorded(recorded: &Recorded) -> v1::RecordedObservation {
    let Recorded { observation, revision, accepted_at, submission } = recorded;
    observation_message(observation, *revision, *accepted_at, *submission)
}

fn stage(outcome: Outcome) -> v1::StageValue {
    v1::StageValue { number: outcome.ok(), gap: score::gap(outcome) }
}

fn treatment(report: &treat::Report) -> v1::OutlierTreatment {
    let treat::Report { before, winsorised, transformed, mirrored } = report;
    let drawn = winsorised.as_ref().map_or(0, |(drawn, _)| drawn.points());
    v1::OutlierTreatment {
        skewness: before.map(|shape| shape.skewness),
        kurtosis: before.map(|shape| shape.kurtosis),
        winsorised_count: u32::try_from(drawn).unwrap_or(u32::MAX),
        rescaled: transformed.is_some(),
        mirrored: *mirrored,
    }
}

fn basis_message(basis: &Basis) -> v1::NormalisationBasis {
    let of_extremes = |Extremes { min, max }: Extremes| v1::NormalisationBasis {
        min: Some(min),
        max: Some(max),
        ..v1::NormalisationBasis::default()
    };
    match basis {
        Basis::Extremes(extremes) => of_extremes(*extremes),
        Basis::Moments(Moments { mean, deviation }) => v1::NormalisationBasis {
            mean: Some(*mean),
            deviation: Some(*deviation),
            ..v1::NormalisationBasis::default()
        },
        Basis::Order(order) => v1::NormalisationBasis {
            compared_count: u32::try_from(order.numbers().len()).unwrap_or(u32::MAX),
            ..v1::NormalisationBasis::default()
        },
        Basis::Reference(extremes, at) => v1::NormalisationBasis {
            reference: Some(stage(*at)),
            ..extremes.map(of_extremes).unwrap_or_default()
        },
    }
}
