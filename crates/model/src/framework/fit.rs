//! What fits what: figures and normalisations to the kinds of indicators.

use super::{
    Condition, Direction, Fallback, Figure, Impute, Leaf, Limits, Normalise, Post, Tier, Transform, Treatment,
};
use crate::{Indicator, IndicatorKind, equality::compare};

/// Whether a figure can be made of this indicator.
pub(super) fn figure_fits(figure: &Figure, indicator: &Indicator) -> Result<(), String> {
    let kind = &indicator.kind;
    let numeric = matches!(kind, IndicatorKind::Count | IndicatorKind::Number { .. });
    let fits = match figure {
        Figure::Count { condition: Condition::LevelAtLeast(level), .. } => match kind {
            IndicatorKind::Rubric(rubric) if rubric.place(level).is_none() => {
                return Err(format!("{level} is no level of the rubric of {}", indicator.id));
            }
            kind => matches!(kind, IndicatorKind::Rubric(_)),
        },
        Figure::Count { condition: Condition::Flag(_), .. } => *kind == IndicatorKind::Flag,
        Figure::Count { condition: Condition::AtLeast(_) | Condition::Above(_), .. }
        | Figure::Mean { .. }
        | Figure::WeightedMean { .. } => numeric || *kind == IndicatorKind::Ratio,
        Figure::Sum { .. } => numeric,
        Figure::RatioOfSums { .. } => *kind == IndicatorKind::Ratio,
        Figure::BandShare { .. } => true,
    };
    if fits {
        Ok(())
    } else {
        Err(format!(
            "{} with this condition cannot be made of {}, a {}",
            figure.as_str(),
            indicator.id,
            kind.as_str()
        ))
    }
}

/// Whether a leaf of this indicator can be normalised so.
pub(super) fn normalise_fits(
    normalise: &Normalise,
    indicator: &Indicator,
    transform: Transform,
) -> Result<(), String> {
    let levels = match &indicator.kind {
        IndicatorKind::Rubric(rubric) => Some(rubric.levels().len()),
        IndicatorKind::Flag => Some(2),
        IndicatorKind::Count | IndicatorKind::Number { .. } | IndicatorKind::Ratio => None,
    };
    match normalise {
        Normalise::Levels(scores) => match levels {
            None => Err(format!(
                "levels needs a rubric or a flag, {} is a {}",
                indicator.id,
                indicator.kind.as_str()
            )),
            Some(count) if count != scores.len() => {
                Err(format!("gives {} scores for {count} levels; give each level one", scores.len()))
            }
            Some(_) if scores.iter().any(|score| !score.is_finite()) => {
                Err("a score is not finite".to_owned())
            }
            Some(_) => Ok(()),
        },
        other if levels.is_some() => Err(format!(
            "{} is a {} and needs levels, not {}",
            indicator.id,
            indicator.kind.as_str(),
            other.as_str()
        )),
        Normalise::None => Ok(()),
        Normalise::Tiers { tiers, below } => tiers_work(tiers, *below),
        Normalise::Goalposts { lower, upper, scale, reason, .. } => {
            goalposts_work([*lower, *upper], *scale, transform)?;
            reason_given(reason)
        }
        Normalise::PercentilePosts { lower, upper, scale, reason, .. } => {
            percentiles_work([*lower, *upper], *scale, transform)?;
            reason_given(reason)
        }
        other => comparison_works(other, transform),
    }
}

/// Whether the parameters of a normalisation that compares or scales can be worked with.
fn comparison_works(normalise: &Normalise, transform: Transform) -> Result<(), String> {
    match normalise {
        Normalise::MinMax { lower, upper, .. } => {
            if lower.is_finite() && upper.is_finite() && lower < upper {
                Ok(())
            } else {
                Err(format!("lower {lower} must lie below upper {upper}"))
            }
        }
        Normalise::ZScore { mean, deviation, .. } => {
            if mean.is_finite() && deviation.is_finite() && *deviation > 0.0 {
                Ok(())
            } else {
                Err(format!("the mean {mean} must be finite and a deviation's worth {deviation} above 0"))
            }
        }
        Normalise::Scaled { zero, one, factor } => {
            let finite = (one - zero).is_finite() && factor.is_finite();
            if finite && (one - zero).abs() > 0.0 && factor.abs() > 0.0 {
                Ok(())
            } else {
                Err(format!("the points {zero} and {one} must differ and the factor {factor} not be 0"))
            }
        }
        Normalise::DistanceToTarget { target, .. } => match transform.apply(*target) {
            Some(target) if target.is_finite() => Ok(()),
            _ => Err(format!("the target {target} cannot be transformed as the value is")),
        },
        _ => Ok(()),
    }
}

/// Whether outliers of a leaf can be treated so.
pub(super) fn treatment_fits(
    treatment: &Treatment,
    leaf: &Leaf,
    indicator: &Indicator,
) -> Result<(), String> {
    let Limits { skewness, kurtosis } = treatment.limits;
    let changes_scale = treatment.fallback != Fallback::None;
    let is_stated = |post: &Post| matches!(post, Post::At(_));
    let keeps_scale = match &leaf.normalise {
        Normalise::DistanceToTarget { .. } => true,
        Normalise::PercentilePosts { lower, upper, .. } => is_stated(lower) || is_stated(upper),
        _ => false,
    };
    let is_relative = leaf.normalise.pool().is_some() && !keeps_scale;
    if matches!(indicator.kind, IndicatorKind::Rubric(_) | IndicatorKind::Flag) {
        Err(format!("a {} has no outliers", indicator.kind.as_str()))
    } else if !(skewness.is_finite() && skewness > 0.0 && kurtosis.is_finite()) {
        Err(format!("the limits {skewness} and {kurtosis} must be finite, and that of the skewness above 0"))
    } else if matches!(treatment.fallback, Fallback::BoxCox(lambda) if !lambda.is_finite()) {
        Err("the exponent is not finite".to_owned())
    } else if matches!(leaf.impute, Some(Impute::Constant(_))) {
        Err("an imputed constant would be treated as an outlier; leave one of the two out".to_owned())
    } else if changes_scale && !is_relative {
        Err(format!(
            "{} could not follow a change of scale; let the fallback be none",
            leaf.normalise.as_str()
        ))
    } else {
        Ok(())
    }
}

/// Whether some value always scores 0 or less: the worst, or a level or tier.
pub(super) fn gives_nothing(leaf: &Leaf) -> bool {
    leaf.normalise.gives_the_worst_nothing()
        || worst_is_percentile(leaf)
        || gives_some_nothing(&leaf.normalise)
}

/// Whether the worse of the posts is a percentile, which some value lies at or beyond.
fn worst_is_percentile(leaf: &Leaf) -> bool {
    let Normalise::PercentilePosts { lower, upper, .. } = &leaf.normalise else { return false };
    let worse = if leaf.direction == Direction::LowerIsBetter { upper } else { lower };
    matches!(worse, Post::Percentile(_))
}

/// Whether a level or tier scores 0 or less.
fn gives_some_nothing(normalise: &Normalise) -> bool {
    match normalise {
        Normalise::Levels(scores) => scores.iter().any(|score| *score <= 0.0),
        Normalise::Tiers { tiers, below } => *below <= 0.0 || tiers.iter().any(|tier| tier.score <= 0.0),
        _ => false,
    }
}

fn tiers_work(tiers: &[Tier], below: f64) -> Result<(), String> {
    let finite = tiers.iter().all(|tier| tier.at_least.is_finite() && tier.score.is_finite());
    if tiers.is_empty() || !finite || !below.is_finite() {
        Err("tiers needs at least one threshold, and finite scores".to_owned())
    } else if tiers.windows(2).any(|pair| compare(pair[0].at_least, pair[1].at_least).is_le()) {
        Err("the thresholds must fall; list the highest tier first".to_owned())
    } else {
        Ok(())
    }
}

fn reason_given(reason: &str) -> Result<(), String> {
    if reason.trim().is_empty() {
        Err("goalposts are a choice; give the reason for these".to_owned())
    } else {
        Ok(())
    }
}

/// Whether a value can be placed between posts of which at least one is a percentile.
fn percentiles_work(posts: [Post; 2], scale: f64, transform: Transform) -> Result<(), String> {
    if !(scale.is_finite() && scale > 0.0) {
        return Err(format!("the scale {scale} must lie above 0"));
    }
    for post in posts {
        match post {
            Post::Percentile(percent) if !(0.0..=100.0).contains(&percent) => {
                return Err(format!("{percent} is no percentile; write a number from 0 to 100, as 2.5"));
            }
            Post::At(value) if !transform.apply(value).is_some_and(f64::is_finite) => {
                return Err(format!("the post {value} cannot be transformed as the value is"));
            }
            Post::Percentile(_) | Post::At(_) => {}
        }
    }
    match posts {
        [Post::At(_), Post::At(_)] => Err("neither post is a percentile".to_owned()),
        [Post::Percentile(lower), Post::Percentile(upper)] if compare(lower, upper).is_ge() => {
            Err(format!("the lower percentile {lower} must lie below the upper one {upper}"))
        }
        _ => Ok(()),
    }
}

fn goalposts_work([lower, upper]: [f64; 2], scale: f64, transform: Transform) -> Result<(), String> {
    if !(lower.is_finite() && upper.is_finite() && scale.is_finite() && scale > 0.0 && lower < upper) {
        return Err(format!(
            "the lower post {lower} must lie below the upper post {upper}, and the scale above 0"
        ));
    }
    match transform.apply(lower).zip(transform.apply(upper)) {
        Some((lower, upper)) if lower < upper => Ok(()),
        _ => Err(format!("the posts {lower} and {upper} cannot be transformed as the value is")),
    }
}
