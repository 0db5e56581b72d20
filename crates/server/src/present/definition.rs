//! Framework definitions: their violations, and the progress of their publications.

use tenseven_api::{
    convert::{definition_summary, timestamp_message},
    v1::{self, publish_framework_response::Step},
};
use tenseven_catalog::{FrameworkTextError, TextFinding};
use tenseven_model::Version;
use tenseven_observatory::{
    Clash, Figure, FrameworkCost, Limited, PartFigure, Position, PublicationProgress, PublicationReceipt,
    PublicationStage, Unpublishable, Validation,
};

use super::count::count;

/// The violations of a definition, or its contents.
pub(crate) fn validation(validation: Validation) -> v1::ValidateFrameworkResponse {
    match validation {
        Validation::Wrong(FrameworkTextError { findings }) => v1::ValidateFrameworkResponse {
            findings: findings.iter().map(finding).collect(),
            framework: None,
            publication: None,
            cost: None,
            ..Default::default()
        },
        Validation::Right { framework, highest, cost, refusal } => v1::ValidateFrameworkResponse {
            findings: Vec::new(),
            framework: Some(definition_summary(&framework)),
            publication: Some(outlook(highest.as_ref(), refusal)),
            cost: Some(self::cost(&cost)),
            ..Default::default()
        },
    }
}

fn finding(finding: &TextFinding) -> v1::DefinitionFinding {
    v1::DefinitionFinding {
        line: count(finding.line),
        column: count(finding.column),
        part: finding.place.clone(),
        key: finding.key.clone(),
        message: finding.message().to_owned(),
        remedy: finding.remedy().to_owned(),
        suggestion: finding.suggestion().to_owned(),
    }
}

fn outlook(highest: Option<&Version>, refusal: Option<Unpublishable>) -> v1::PublicationOutlook {
    use v1::PublicationState as State;
    let (mut clashes, mut exceeded) = (Vec::new(), Vec::new());
    let state = match refusal {
        None => State::Ready,
        Some(Unpublishable::Exists { same_text: true, .. }) => State::Published,
        Some(Unpublishable::Exists { .. }) => State::VersionExists,
        Some(Unpublishable::NotHigher { .. }) => State::VersionNotHigher,
        Some(Unpublishable::Clashes { clashes: found, .. }) => {
            clashes = found;
            State::IndicatorClash
        }
        Some(Unpublishable::OverBudget(over)) => {
            exceeded = over.exceeded;
            State::OverBudget
        }
        Some(Unpublishable::TooManyVersions { max: _ }) => State::TooManyVersions,
    };
    v1::PublicationOutlook {
        state: state.into(),
        highest_version: highest.map(ToString::to_string).unwrap_or_default(),
        clashes: clashes.into_iter().map(clash).collect(),
        exceeded: exceeded.iter().map(figure).collect(),
    }
}

/// What a framework costs.
pub(crate) fn cost(cost: &FrameworkCost) -> v1::FrameworkCost {
    let FrameworkCost { size, figures } = cost;
    v1::FrameworkCost {
        area_count: size.areas as u64,
        period_count: size.periods as u64,
        figures: figures.iter().map(figure).collect(),
    }
}

fn figure(limited: &Limited) -> v1::CostFigure {
    let Limited { figure, amount, max, parts } = limited;
    let kind = match figure {
        Figure::Bytes => v1::CostKind::MemoryBytes,
        Figure::Change => v1::CostKind::Change,
        Figure::Rebuild => v1::CostKind::Rebuild,
        Figure::Periods => v1::CostKind::Periods,
        Figure::AllBytes => v1::CostKind::AllMemoryBytes,
        Figure::AllChange => v1::CostKind::AllChange,
        Figure::AllRebuild => v1::CostKind::AllRebuild,
    };
    let part = |part: &PartFigure| {
        let PartFigure { part, amount, cause, remedy } = part;
        v1::CostlyPart {
            part: part.clone(),
            amount: *amount,
            cause: cause.clone(),
            remedy: (*remedy).to_owned(),
        }
    };
    v1::CostFigure {
        kind: kind.into(),
        amount: *amount,
        limit: *max,
        parts: parts.iter().map(part).collect(),
    }
}

fn clash(clash: Clash) -> v1::IndicatorClash {
    let Clash { indicator, aspect, framework, message } = clash;
    v1::IndicatorClash {
        indicator: indicator.to_string(),
        aspect: aspect.as_str().to_owned(),
        framework: framework.map(|framework| framework.to_string()).unwrap_or_default(),
        message,
    }
}

/// How far a publication is.
pub(crate) fn progress(progress: &PublicationProgress) -> v1::PublishFrameworkResponse {
    let PublicationProgress { stage, done, of, revision } = *progress;
    let stage = match stage {
        PublicationStage::Scoring => v1::PublicationStage::Scoring,
        PublicationStage::CatchingUp => v1::PublicationStage::CatchingUp,
        PublicationStage::Storing => v1::PublicationStage::Storing,
    };
    let step = Step::Progress(v1::PublicationProgress {
        stage: stage.into(),
        fraction: progress.fraction(),
        done_count: done,
        cell_count: of,
        scored_revision: revision.number(),
    });
    v1::PublishFrameworkResponse { step: Some(step) }
}

/// That a version is published.
pub(crate) fn receipt(receipt: &PublicationReceipt, at: Position) -> v1::PublishFrameworkResponse {
    let PublicationReceipt { framework, revision, accepted_at, cost } = receipt;
    let step = Step::Receipt(v1::PublicationReceipt {
        framework: framework.to_string(),
        revision: revision.number(),
        accept_time: accepted_at.map(timestamp_message),
        history_id: at.history.to_string(),
        cost: Some(self::cost(cost)),
    });
    v1::PublishFrameworkResponse { step: Some(step) }
}
