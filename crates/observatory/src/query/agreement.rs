//! Agreement of coders, from the codings whose figures the caller may see.

use std::collections::BTreeSet;

use tenseven_engine::agreement::{AgreementError, Scale, Weighting, cohen, fleiss, krippendorff};
use tenseven_model::{AgreementSelection, CoderId, IndicatorId, Rubric, UnitSelection};
use tenseven_state::AreaSelectionError;

use super::too_many::TooMany;
use crate::{UnknownIndicator, View, Viewer};

/// Maximum number of codings that figures are made of at once.
const CODINGS_MAX: usize = 1_000_000;

/// The indicator has no rubric.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{indicator} is a {kind}, and only indicators with a rubric are coded")]
pub struct NoRubric {
    /// The indicator.
    pub indicator: IndicatorId,
    /// Its kind.
    pub kind: &'static str,
}

/// Why the agreement of coders is not shown.
#[derive(Debug, Clone, PartialEq, thiserror::Error)]
pub enum AgreementQueryError {
    /// No framework has the indicator.
    #[error(transparent)]
    Indicator(#[from] UnknownIndicator),
    /// The indicator has no rubric.
    #[error(transparent)]
    NoRubric(#[from] NoRubric),
    /// The areas cannot be used.
    #[error(transparent)]
    Areas(#[from] AreaSelectionError),
    /// Too much is requested at once.
    #[error(transparent)]
    TooMany(#[from] TooMany),
}

/// A coefficient of agreement.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Coefficient {
    /// Krippendorff's α, levels the same or not.
    AlphaNominal,
    /// Krippendorff's α by the order of the rubric.
    AlphaOrdinal,
    /// Krippendorff's α by the scores of the levels, differences.
    AlphaInterval,
    /// Krippendorff's α by the scores of the levels, in proportion.
    AlphaRatio,
    /// Cohen's κ, all disagreements the same.
    KappaPlain,
    /// Cohen's κ, by how many levels lie between.
    KappaLinear,
    /// Cohen's κ, by the square of that.
    KappaQuadratic,
    /// Fleiss' κ.
    KappaFleiss,
}

/// Why a coefficient cannot be had.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum NoAgreement {
    /// Nothing was coded by two coders.
    NoPair,
    /// All codings are the same.
    NoVariation,
    /// There are not exactly two coders.
    NotTwoCoders,
    /// Not everything was coded by the same number of coders.
    NotBalanced,
    /// A level has a score below 0, or the scores are too large.
    OutOfRange,
}

/// A coefficient, or why it cannot be had, and what it is made of.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Statistic {
    /// Which one.
    pub coefficient: Coefficient,
    /// Its value.
    pub value: Result<f64, NoAgreement>,
    /// Rounds of units that count.
    pub rounds: usize,
    /// Coders who coded them.
    pub coders: usize,
    /// Codings with a level that can be paired with at least one other.
    pub values: usize,
}

/// How far coders agree.
#[derive(Debug, Clone, PartialEq)]
pub struct Agreement {
    /// The coders whose codings were looked at, in order, or as they were named.
    pub coders: Vec<CoderId>,
    /// Rounds that were looked at, those with a single coding or none with a level included.
    pub rounds: usize,
    /// Of those, rounds that are still open.
    pub open_rounds: usize,
    /// The coefficients, always all of them, in the order of [`Coefficient`].
    pub statistics: Vec<Statistic>,
}

/// The levels that coders gave in one round, by their indices in the rubric.
type Row = Vec<(CoderId, usize)>;

impl View {
    /// How far coders agree. Each round of a unit counts by itself, with the last coding of each coder; codings without a
    /// level count as missing ones. An open round counts only for those who may have figures of it.
    pub fn agreement(
        &self,
        viewer: &Viewer,
        selection: &AgreementSelection,
    ) -> Result<Agreement, AgreementQueryError> {
        let AgreementSelection { indicator, area, from, to, coders: named } = selection;
        let (_, known) = self.published().indicator(indicator)?;
        let no_rubric = || NoRubric { indicator: indicator.clone(), kind: known.kind.as_str() };
        let rubric = known.kind.rubric().ok_or_else(no_rubric)?;
        let (indicator, area) = (Some(indicator.clone()), area.clone());
        let filter = UnitSelection { indicator, area, from: *from, to: *to };
        let (mut rows, mut open_rounds, mut count) = (Vec::new(), 0, 0);
        let mut coders = BTreeSet::new();
        for (_, history) in self.units(&filter, None)? {
            let rounds = history.rounds().map(|(_, round)| round);
            for round in rounds.filter(|round| viewer.sees_figures(round.adjudicated.is_some())) {
                let filed = round.current().filter(|one| named.is_empty() || named.contains(&one.coder));
                let filed: Vec<_> = filed.collect();
                if filed.is_empty() {
                    continue;
                }
                count += filed.len();
                open_rounds += usize::from(round.adjudicated.is_none());
                coders.extend(filed.iter().map(|one| one.coder.clone()));
                let level = |one: &&_| level(rubric, one);
                rows.push(filed.iter().filter_map(level).collect::<Row>());
            }
        }
        if count > CODINGS_MAX {
            let what = "the codings that figures were to be made of are";
            return Err(TooMany { field: "area", what, count, max: CODINGS_MAX }.into());
        }
        let coders = if named.is_empty() { coders.into_iter().collect() } else { named.clone() };
        let statistics = statistics(rubric, &rows, &coders);
        Ok(Agreement { coders, rounds: rows.len(), open_rounds, statistics })
    }
}

fn level(rubric: &Rubric, filed: &tenseven_state::codings::IndexedCoding) -> Option<(CoderId, usize)> {
    Some((filed.coder.clone(), rubric.place(filed.judgement.level()?)?))
}

fn statistics(rubric: &Rubric, rows: &[Row], coders: &[CoderId]) -> Vec<Statistic> {
    let score = |index: usize| rubric.levels().get(index).map_or(0.0, |level| level.score);
    let rank = |index: usize| index as f64;
    let mut statistics = vec![
        alpha(Coefficient::AlphaNominal, Scale::Nominal, rows, rank),
        alpha(Coefficient::AlphaOrdinal, Scale::Ordinal, rows, rank),
        alpha(Coefficient::AlphaInterval, Scale::Interval, rows, score),
        alpha(Coefficient::AlphaRatio, Scale::Ratio, rows, score),
    ];
    let levels = rubric.levels().len();
    for (coefficient, weighting) in [
        (Coefficient::KappaPlain, Weighting::Plain),
        (Coefficient::KappaLinear, Weighting::Linear),
        (Coefficient::KappaQuadratic, Weighting::Quadratic),
    ] {
        statistics.push(kappa(coefficient, weighting, rows, coders, levels));
    }
    statistics.push(of_fleiss(rows, levels));
    statistics
}

/// A coefficient with the counts of the rows that it is made of.
fn counted(coefficient: Coefficient, value: Result<f64, NoAgreement>, rows: &[&Row]) -> Statistic {
    let coders: BTreeSet<_> = rows.iter().flat_map(|row| row.iter().map(|(coder, _)| coder)).collect();
    let values = rows.iter().map(|row| row.len()).sum();
    Statistic { coefficient, value, rounds: rows.len(), coders: coders.len(), values }
}

fn alpha(coefficient: Coefficient, scale: Scale, rows: &[Row], number: impl Fn(usize) -> f64) -> Statistic {
    let paired: Vec<&Row> = rows.iter().filter(|row| row.len() > 1).collect();
    let units: Vec<Vec<Option<f64>>> =
        paired.iter().map(|row| row.iter().map(|(_, index)| Some(number(*index))).collect()).collect();
    counted(coefficient, krippendorff(&units, scale).map_err(reason), &paired)
}

fn kappa(
    coefficient: Coefficient,
    weighting: Weighting,
    rows: &[Row],
    coders: &[CoderId],
    levels: usize,
) -> Statistic {
    let [first, second] = coders else {
        return counted(coefficient, Err(NoAgreement::NotTwoCoders), &[]);
    };
    let of = |row: &Row, coder: &CoderId| row.iter().find(|(by, _)| by == coder).map(|(_, index)| *index);
    let mut table = vec![vec![0.0; levels]; levels];
    let mut both = Vec::new();
    for row in rows {
        if let Some((one, other)) = of(row, first).zip(of(row, second)) {
            table[one][other] += 1.0;
            both.push(row);
        }
    }
    counted(coefficient, cohen(&table, weighting).map_err(reason), &both)
}

fn of_fleiss(rows: &[Row], levels: usize) -> Statistic {
    // A round in which nobody gave a level is no subject.
    let judged: Vec<&Row> = rows.iter().filter(|row| !row.is_empty()).collect();
    let subject = |row: &&Row| {
        let mut counts = vec![0.0; levels];
        row.iter().for_each(|(_, index)| counts[*index] += 1.0);
        counts
    };
    let subjects: Vec<Vec<f64>> = judged.iter().map(subject).collect();
    let paired: Vec<&Row> = judged.iter().copied().filter(|row| row.len() > 1).collect();
    counted(Coefficient::KappaFleiss, fleiss(&subjects).map_err(reason), &paired)
}

fn reason(error: AgreementError) -> NoAgreement {
    match error {
        AgreementError::NoPair => NoAgreement::NoPair,
        AgreementError::NoVariation => NoAgreement::NoVariation,
        AgreementError::Uneven => NoAgreement::NotBalanced,
        AgreementError::OutOfRange => NoAgreement::OutOfRange,
    }
}
