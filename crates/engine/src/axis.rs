//! The axis: which periods and areas columns run over, and what is known of the areas.
//!
//! *Invariant:* cells stand period after period, in each the areas in order of their codes. The axis holds no observation.

use std::ops::Range;

use tenseven_model::{Alpha3, Gap, Period};

use crate::{Slot, normalise::Compared};

/// Whether observations of an area count for a leaf.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Ruling {
    /// They do.
    Counts,
    /// It is treated as missing, whatever was observed.
    Missing,
    /// It does not apply, whatever was observed.
    NotApplicable,
}

impl Ruling {
    /// What replaces the value of the area; none where its observations count.
    pub(crate) fn slot(self) -> Option<Slot> {
        match self {
            Self::Counts => None,
            Self::Missing => Some(Slot::gap(Gap::TreatedAsMissing)),
            Self::NotApplicable => Some(Slot::NOT_APPLICABLE),
        }
    }
}

/// The cells of a board.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Axis {
    /// Earliest first.
    pub(crate) periods: Vec<Period>,
    /// By code: all that the catalogue names, all that the framework names, and all others that something was reported
    /// for.
    pub(crate) areas: Vec<Alpha3>,
    /// Which of them relative normalisations compare.
    pub(crate) compared: Compared,
    /// Which of them anything was reported for, in any period.
    pub(crate) heard: Vec<bool>,
    /// By leaf: what the framework defines for each area; nothing where observations count for all.
    pub(crate) rulings: Vec<Vec<Ruling>>,
    /// By leaf: the group of each area that stands in for it; nothing where none does.
    pub(crate) leaf_groups: Vec<Vec<Option<usize>>>,
    /// By branch, in the plan's order: the same.
    pub(crate) branch_groups: Vec<Vec<Option<usize>>>,
}

impl Axis {
    /// How many cells a column has.
    pub(crate) fn len(&self) -> usize {
        self.periods.len() * self.areas.len()
    }

    /// Whether observations of the area at a place count for a leaf.
    pub(crate) fn ruling(&self, leaf: usize, area: usize) -> Ruling {
        self.rulings[leaf].get(area).copied().unwrap_or(Ruling::Counts)
    }

    /// The place of a period.
    pub(crate) fn period(&self, period: Period) -> Option<usize> {
        self.periods.binary_search(&period).ok()
    }

    /// The place of the first period that is not earlier.
    pub(crate) fn first_from(&self, period: Period) -> usize {
        // Periods follow each other, as a rule.
        let guess =
            self.periods.first().and_then(|first| first.periods_until(period)).unwrap_or_default() as usize;
        match self.periods.get(guess) {
            Some(there) if *there == period => guess,
            _ => self.periods.partition_point(|known| *known < period),
        }
    }

    /// The place of an area.
    pub(crate) fn area(&self, area: Alpha3) -> Option<usize> {
        self.areas.binary_search(&area).ok()
    }

    /// The cell at these places.
    pub(crate) fn cell(&self, period: usize, area: usize) -> usize {
        period * self.areas.len() + area
    }

    /// The cell of a period and area.
    pub(crate) fn find(&self, period: Period, area: Alpha3) -> Option<usize> {
        Some(self.cell(self.period(period)?, self.area(area)?))
    }

    /// The period and area of a cell.
    pub(crate) fn place(&self, cell: usize) -> (Period, Alpha3) {
        let areas = self.areas.len();
        (self.periods[cell / areas], self.areas[cell % areas])
    }

    /// All cells of the period at a place.
    pub(crate) fn cells(&self, period: usize) -> Range<usize> {
        self.cell(period, 0)..self.cell(period + 1, 0)
    }
}
