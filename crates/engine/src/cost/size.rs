//! The size of a board, and how much of it a change touches.

/// How many areas and periods a board has.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct BoardSize {
    /// Areas.
    pub areas: usize,
    /// Periods.
    pub periods: usize,
}

impl BoardSize {
    /// How many cells a column has.
    pub fn cells(self) -> usize {
        self.areas.saturating_mul(self.periods)
    }
}

/// How far a stage looks, and so how much of a column is made again where one cell changed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Reach {
    /// The cell alone.
    Cell,
    /// All areas of its period.
    Period,
    /// All areas of all periods.
    Board,
}

/// How many cells of a column are touched: some periods whole, and of others one area.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Touched {
    /// How many periods are touched.
    pub(super) periods: usize,
    /// Of those: how many are touched in all areas.
    pub(super) whole: usize,
}

impl Touched {
    /// One area in this many periods.
    pub(super) fn one_area(periods: usize) -> Self {
        Self { periods, whole: 0 }
    }

    /// All cells.
    pub(super) fn all(size: BoardSize) -> Self {
        Self { periods: size.periods, whole: size.periods }
    }

    /// What is touched in either. Changes of one observation begin at the same period.
    pub(super) fn or(self, other: Self) -> Self {
        Self { periods: self.periods.max(other.periods), whole: self.whole.max(other.whole) }
    }

    /// What a stage of this reach makes again.
    pub(super) fn widened(self, reach: Reach, size: BoardSize) -> Self {
        match reach {
            Reach::Cell => self,
            Reach::Period => Self { whole: self.periods, ..self },
            Reach::Board => Self::all(size),
        }
    }

    /// How many cells these are.
    pub(super) fn cells(self, size: BoardSize) -> f64 {
        self.whole as f64 * size.areas as f64 + self.periods.saturating_sub(self.whole) as f64
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_stage_that_compares_areas_touches_whole_periods() {
        let size = BoardSize { areas: 200, periods: 30 };
        let one = Touched::one_area(3);
        let cells = |touched: Touched| touched.cells(size).round();
        let reached = [Reach::Cell, Reach::Period, Reach::Board].map(|reach| cells(one.widened(reach, size)));
        assert_eq!(reached.map(f64::to_bits), [3.0, 600.0, 6_000.0].map(f64::to_bits));
        let either = one.or(Touched::one_area(1).widened(Reach::Period, size));
        assert_eq!(cells(either).to_bits(), 202.0_f64.to_bits());
    }
}
