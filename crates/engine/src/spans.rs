//! Spans: which cells of a column are looked at, as ranges.
//!
//! *Invariant:* what [`Spans::ranges`] gives is in order and does not overlap.

use std::ops::Range;

/// Cells of a column.
#[derive(Debug, Clone, PartialEq, Default)]
pub(crate) enum Spans {
    /// None.
    #[default]
    None,
    /// One range.
    One(Range<usize>),
    /// Several, in any order, possibly overlapping.
    Many(Vec<Range<usize>>),
}

impl Spans {
    /// Every cell of a column.
    pub(crate) fn whole(len: usize) -> Self {
        if len == 0 { Self::None } else { Self::One(0..len) }
    }

    pub(crate) fn is_none(&self) -> bool {
        *self == Self::None
    }

    /// Adds a range.
    pub(crate) fn add(&mut self, range: Range<usize>) {
        match self {
            Self::None => *self = Self::One(range),
            Self::One(known) if known.start <= range.start && range.end <= known.end => {}
            Self::One(known) if known.end == range.start => known.end = range.end,
            Self::One(known) => *self = Self::Many(vec![known.clone(), range]),
            Self::Many(ranges) => match ranges.last_mut() {
                Some(last) if last.end == range.start => last.end = range.end,
                _ => ranges.push(range),
            },
        }
    }

    /// Adds every range of `other`.
    pub(crate) fn add_all(&mut self, other: &Self) {
        match other {
            Self::None => {}
            Self::One(range) => self.add(range.clone()),
            Self::Many(ranges) => {
                for range in ranges {
                    self.add(range.clone());
                }
            }
        }
    }

    /// The same cells, in order and each once; with every cell of a column of `len` where most of it is looked at anyway.
    pub(crate) fn in_order(self, len: usize) -> Self {
        let Self::Many(mut ranges) = self else { return self };
        ranges.sort_unstable_by_key(|range| range.start);
        let mut merged: Vec<Range<usize>> = Vec::with_capacity(ranges.len());
        for range in ranges {
            match merged.last_mut() {
                Some(last) if range.start <= last.end => last.end = last.end.max(range.end),
                _ => merged.push(range),
            }
        }
        match merged.as_slice() {
            [one] => Self::One(one.clone()),
            many if many.len() > len / 16 + 1 => Self::One(0..len),
            _ => Self::Many(merged),
        }
    }

    /// The same cells and all others of their periods, of which each has `areas` cells.
    pub(crate) fn by_period(&self, areas: usize) -> Self {
        let mut wide = Self::None;
        for range in self.ranges() {
            wide.add(range.start / areas * areas..range.end.div_ceil(areas) * areas);
        }
        wide
    }

    /// The ranges; in order if the spans are.
    pub(crate) fn ranges(&self) -> &[Range<usize>] {
        match self {
            Self::None => &[],
            Self::One(range) => std::slice::from_ref(range),
            Self::Many(ranges) => ranges,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn spans(ranges: &[Range<usize>]) -> Spans {
        let mut spans = Spans::default();
        for range in ranges {
            spans.add(range.clone());
        }
        spans
    }

    #[test]
    fn ranges_come_in_order_and_each_cell_once() {
        let ordered = spans(&[70..72, 3..5, 4..9, 71..74]).in_order(100);
        assert_eq!(ordered.ranges(), [3..9, 70..74]);
        assert_eq!(spans(&[1..2, 2..3]), Spans::One(1..3));
        assert!(spans(&[]).is_none());
    }

    #[test]
    fn a_cell_stands_for_its_period() {
        assert_eq!(spans(&[12..13, 33..34]).by_period(10).in_order(1000).ranges(), [10..20, 30..40]);
        assert_eq!(Spans::One(8..12).by_period(10), Spans::One(0..20));
    }

    #[test]
    fn many_scattered_cells_are_the_whole_column() {
        let scattered: Vec<_> = (0..50).map(|place| place * 2..place * 2 + 1).collect();
        assert_eq!(spans(&scattered).in_order(100), Spans::One(0..100));
    }
}
