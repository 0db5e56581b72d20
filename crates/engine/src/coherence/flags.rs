//! Pairs of columns that say nearly the same, or that work against each other.

use super::{Correlation, correlation};
use crate::Column;
use tenseven_model::equality::compare;

/// What is remarkable about a pair.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    /// So alike that one of them may be dispensable: |r| at or above the upper limit.
    Alike,
    /// Opposed, so that they cancel each other out: r at or below the lower limit.
    Opposed,
}

/// A pair worth a look.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Flag {
    /// The places of both columns, the earlier first.
    pub pair: (usize, usize),
    /// Pearson's r.
    pub correlation: f64,
    /// What is remarkable about it. A pair can be both, and then has a flag of each.
    pub kind: Kind,
}

/// The pairs with |r| ≥ `alike` (usually 0.9), and those with r ≤ `opposed` (usually −0.4), in order.
pub fn flags(columns: &[&Column], alike: f64, opposed: f64) -> Vec<Flag> {
    let mut flags = Vec::new();
    for (place, one) in columns.iter().enumerate() {
        for (against, other) in columns.iter().enumerate().skip(place + 1) {
            let Some(correlation) = correlation(one, other, Correlation::Pearson) else { continue };
            let mut add = |kind| flags.push(Flag { pair: (place, against), correlation, kind });
            if compare(correlation.abs(), alike).is_ge() {
                add(Kind::Alike);
            }
            if compare(correlation, opposed).is_le() {
                add(Kind::Opposed);
            }
        }
    }
    flags
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn alike_and_opposed_pairs_are_named_and_others_not() {
        let column = |values: [f64; 4]| values.into_iter().map(Ok).collect::<Column>();
        let one = column([1.0, 2.0, 3.0, 4.0]);
        let alike = column([2.0, 4.0, 6.0, 8.0]);
        let opposed = column([4.0, 3.0, 2.0, 1.0]);
        let other = column([1.0, -1.0, -1.0, 1.0]);
        let found = flags(&[&one, &alike, &opposed, &other], 0.9, -0.4);
        let pairs: Vec<_> = found.iter().map(|flag| (flag.pair, flag.kind)).collect();
        let expected = [
            ((0, 1), Kind::Alike),
            ((0, 2), Kind::Alike),
            ((0, 2), Kind::Opposed),
            ((1, 2), Kind::Alike),
            ((1, 2), Kind::Opposed),
        ];
        assert_eq!(pairs, expected);
    }
}
