//! Frameworks and indicators, as messages.

use tenseven_model::{
    Framework, Indicator, IndicatorKind, Level, Precision, Revision,
    framework::{
        AreaGroup, AreaSet, Band, Branch, Clause, Criterion, Direction, FrameworkDraft, Impute, Leaf, Node,
        NodeBody,
    },
};

use crate::v1;

/// The framework as a message, with its definition as published.
pub fn framework_message(
    framework: &Framework,
    definition: &str,
    newest: bool,
    published: Revision,
) -> v1::Framework {
    let FrameworkDraft {
        id,
        version,
        title,
        description,
        source,
        frequency,
        ranking,
        reference: _,
        precision,
        groups,
        bands,
        bands_closed,
        criteria,
        roots: _,
        indicators,
        nodes,
        report,
    } = framework.draft();
    v1::Framework {
        summary: Some(v1::FrameworkSummary {
            id: id.to_string(),
            version: version.to_string(),
            title: title.clone(),
            frequency: frequency.to_string(),
            scored_indicator_count: u32::try_from(framework.leaves().len()).unwrap_or(u32::MAX),
            newest,
            published_revision: published.number(),
            retirement: None,
        }),
        description: description.clone(),
        source: source.clone(),
        ranking: *ranking,
        precision: precision.map(precision_message),
        bands: bands.iter().map(band_message).collect(),
        bands_closed: bands_closed.as_str().to_owned(),
        criteria: criteria.iter().map(criterion_message).collect(),
        nodes: nodes.iter().map(node_message).collect(),
        indicators: indicators.iter().map(indicator_message).collect(),
        report: report.iter().map(clause_message).collect(),
        definition: definition.to_owned(),
        groups: groups.iter().map(group_message).collect(),
    }
}

fn group_message(group: &AreaGroup) -> v1::AreaGroup {
    let AreaGroup { id, label, areas, members_of } = group;
    v1::AreaGroup {
        id: id.to_string(),
        label: label.clone(),
        areas: areas.iter().map(ToString::to_string).collect(),
        members_of: members_of.iter().map(|group| AreaSet::M49(*group).to_string()).collect(),
    }
}

fn band_message(band: &Band) -> v1::Band {
    let Band { id, label, from } = band;
    v1::Band { id: id.to_string(), label: label.clone(), from: *from }
}

fn criterion_message(criterion: &Criterion) -> v1::Criterion {
    let Criterion { id, label, min_coverage: _ } = criterion;
    v1::Criterion { id: id.to_string(), label: label.clone() }
}

fn precision_message(precision: Precision) -> v1::Precision {
    v1::Precision {
        digits: u32::from(precision.digits()),
        rounding: precision.rounding().as_str().to_owned(),
    }
}

fn node_message(node: &Node) -> v1::Node {
    let Node { id, name, parent, weight, counts, precision, body } = node;
    let made = match body {
        NodeBody::Branch(branch) => branch_message(branch),
        NodeBody::Leaf(leaf) => leaf_message(leaf),
    };
    v1::Node {
        id: id.to_string(),
        name: name.clone(),
        parent: parent.as_ref().map(ToString::to_string).unwrap_or_default(),
        weight: *weight,
        not_counted: !counts,
        precision: precision.map(precision_message),
        ..made
    }
}

/// What a branch is made by; how it hangs in the tree is the node's.
fn branch_message(branch: &Branch) -> v1::Node {
    let Branch { aggregate, over: _, min_coverage: _, min_coverage_over: _, impute } = branch;
    v1::Node {
        method: aggregate.as_str().to_owned(),
        impute: impute.clone().map(|group| Impute::Group(group).as_str().to_owned()).unwrap_or_default(),
        ..v1::Node::default()
    }
}

fn leaf_message(leaf: &Leaf) -> v1::Node {
    let Leaf {
        indicator,
        sources: _,
        max_age,
        not_applicable,
        unknown_for,
        denominator,
        impute,
        direction,
        treat,
        transform,
        normalise,
    } = leaf;
    v1::Node {
        indicator: indicator.to_string(),
        method: normalise.as_str().to_owned(),
        max_age: *max_age,
        denominator: denominator.as_ref().map(|by| by.indicator.to_string()).unwrap_or_default(),
        impute: impute.as_ref().map(Impute::as_str).unwrap_or_default().to_owned(),
        treats_outliers: treat.is_some(),
        transform: transform.as_str().to_owned(),
        lower_is_better: *direction == Direction::LowerIsBetter,
        not_applicable: not_applicable.iter().map(ToString::to_string).collect(),
        unknown_for: unknown_for.iter().map(ToString::to_string).collect(),
        ..v1::Node::default()
    }
}

fn clause_message(clause: &Clause) -> v1::ReportClause {
    let Clause { id, title, unit, figure } = clause;
    let node = figure.node().map(ToString::to_string).unwrap_or_default();
    v1::ReportClause {
        id: id.to_string(),
        title: title.clone(),
        unit: unit.clone(),
        figure: figure.as_str().to_owned(),
        indicator: figure.indicator().map(ToString::to_string).unwrap_or_default(),
        node,
        weight_by: figure.weight_by().map(ToString::to_string).unwrap_or_default(),
    }
}

/// The indicator as a message.
pub fn indicator_message(indicator: &Indicator) -> v1::Indicator {
    let Indicator {
        id,
        name,
        description,
        unit,
        kind,
        formula,
        breakdown_of,
        roll_up,
        criteria,
        measures,
        instruments,
    } = indicator;
    let (min, max) = match kind {
        IndicatorKind::Number { min, max } => (*min, *max),
        IndicatorKind::Count => (Some(0.0), None),
        IndicatorKind::Ratio | IndicatorKind::Rubric(_) | IndicatorKind::Flag => (None, None),
    };
    v1::Indicator {
        id: id.to_string(),
        name: name.clone(),
        description: description.clone(),
        kind: kind_message(kind).into(),
        unit: unit.clone(),
        levels: kind
            .rubric()
            .map(|rubric| rubric.levels().iter().map(level_message).collect())
            .unwrap_or_default(),
        min,
        max,
        breakdown_of: breakdown_of.as_ref().map(ToString::to_string).unwrap_or_default(),
        rolls_up: roll_up.is_some(),
        criteria: criteria.iter().map(ToString::to_string).collect(),
        measures: measures.iter().map(ToString::to_string).collect(),
        instruments: instruments.iter().map(ToString::to_string).collect(),
        formula: formula.as_ref().map(|formula| formula.text.clone()).unwrap_or_default(),
    }
}

fn kind_message(kind: &IndicatorKind) -> v1::IndicatorKind {
    match kind {
        IndicatorKind::Count => v1::IndicatorKind::Count,
        IndicatorKind::Number { .. } => v1::IndicatorKind::Number,
        IndicatorKind::Ratio => v1::IndicatorKind::Ratio,
        IndicatorKind::Rubric(_) => v1::IndicatorKind::Rubric,
        IndicatorKind::Flag => v1::IndicatorKind::Flag,
    }
}

fn level_message(level: &Level) -> v1::RubricLevel {
    let Level { code, label, description, score } = level;
    v1::RubricLevel {
        code: code.to_string(),
        label: label.clone(),
        description: description.clone(),
        score: *score,
    }
}
