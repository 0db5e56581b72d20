//! Slots: a finite number, or the reason why there is none, in eight bytes.
//!
//! A reason is kept as the payload of a quiet NaN, so that one array holds the numbers and their validity mask, and
//! loops over it need no branch. The payload never leaves this module but as a [`Gap`].
//!
//! *Invariant:* the number of a slot is finite. What is not becomes [`Gap::NotFinite`] on the way in.

use std::fmt;

use tenseven_model::{Gap, MissingReason, Outcome};

use crate::chunked::{Blank, CHUNK, Element};

/// The bits of a quiet NaN without a payload.
const QUIET: u64 = 0x7FF8_0000_0000_0000;

/// How many slots are looked at side by side.
const LANES: usize = 4;

/// By payload, from 1.
const GAPS: [Gap; 16] = [
    Gap::NeverReported,
    Gap::Reported(MissingReason::NotApplicable),
    Gap::Reported(MissingReason::NotCollected),
    Gap::Reported(MissingReason::Confidential),
    Gap::Reported(MissingReason::NotAvailable),
    Gap::NoChildWithData,
    Gap::BelowMinCoverage,
    Gap::ConstantColumn,
    Gap::OutsideTransform,
    Gap::NotFinite,
    Gap::NoDenominator,
    Gap::NoReference,
    Gap::NoSpan,
    Gap::NotPositive,
    Gap::NoPair,
    Gap::TreatedAsMissing,
];

/// By gap, in the same order: a chunk of nothing else.
static BLANKS: [[Slot; CHUNK]; GAPS.len()] = {
    let mut blanks = [[Slot::NEVER_REPORTED; CHUNK]; GAPS.len()];
    let mut index = 0;
    while index < GAPS.len() {
        blanks[index] = [Slot::gap(GAPS[index]); CHUNK];
        index += 1;
    }
    blanks
};

const fn payload(gap: Gap) -> u64 {
    match gap {
        Gap::NeverReported => 1,
        Gap::Reported(MissingReason::NotApplicable) => 2,
        Gap::Reported(MissingReason::NotCollected) => 3,
        Gap::Reported(MissingReason::Confidential) => 4,
        Gap::Reported(MissingReason::NotAvailable) => 5,
        Gap::NoChildWithData => 6,
        Gap::BelowMinCoverage => 7,
        Gap::ConstantColumn => 8,
        Gap::OutsideTransform => 9,
        Gap::NotFinite => 10,
        Gap::NoDenominator => 11,
        Gap::NoReference => 12,
        Gap::NoSpan => 13,
        Gap::NotPositive => 14,
        Gap::NoPair => 15,
        Gap::TreatedAsMissing => 16,
    }
}

/// A finite number, or the reason why there is none.
#[derive(Clone, Copy)]
pub struct Slot(f64);

impl Slot {
    /// Nothing was ever reported.
    pub const NEVER_REPORTED: Self = Self::gap(Gap::NeverReported);
    /// The question does not arise.
    pub const NOT_APPLICABLE: Self = Self::gap(Gap::Reported(MissingReason::NotApplicable));
    const NOT_FINITE: Self = Self::gap(Gap::NotFinite);

    /// The slot of a gap.
    pub const fn gap(gap: Gap) -> Self {
        Self(f64::from_bits(QUIET | payload(gap)))
    }

    /// The slot of a number; one that is not finite becomes [`Gap::NotFinite`].
    #[inline]
    pub fn number(number: f64) -> Self {
        if number.is_finite() { Self(number) } else { Self::NOT_FINITE }
    }

    /// The slot of a number that may not be finite: for loops that look for those afterwards ([`Slot::is_finite`]).
    #[expect(clippy::inline_always, reason = "part of loops that are compiled for wider instructions")]
    #[inline(always)]
    pub(crate) fn unchecked(number: f64) -> Self {
        Self(number)
    }

    /// Whether there is a finite number.
    #[inline]
    pub(crate) fn is_finite(self) -> bool {
        self.0.is_finite()
    }

    /// What stands here.
    #[inline]
    pub fn get(self) -> Outcome {
        if self.is_gap() { Err(self.reason()) } else { Ok(self.0) }
    }

    /// Whether there is no number.
    #[expect(clippy::inline_always, reason = "part of loops that are compiled for wider instructions")]
    #[inline(always)]
    pub fn is_gap(self) -> bool {
        self.0.is_nan()
    }

    /// The number, and a NaN where there is none: for sums that look at [`Slot::is_gap`] beside it.
    #[inline]
    pub(crate) fn raw(self) -> f64 {
        self.0
    }

    /// The number, and 0 where there is none.
    #[expect(clippy::inline_always, reason = "part of loops that are compiled for wider instructions")]
    #[inline(always)]
    pub(crate) fn or_zero(self) -> f64 {
        if self.is_gap() { 0.0 } else { self.0 }
    }

    /// The number replaced by what `rule` makes of it; a gap stays. `rule` is also asked for what stands in for the
    /// number of a gap, and the answer thrown away, so that a loop over slots has no branch.
    #[inline]
    #[must_use]
    pub fn map(self, rule: impl Fn(f64) -> f64) -> Self {
        let made = Self::number(rule(self.0));
        if self.is_gap() { self } else { made }
    }

    /// Whether both are the same to the last bit.
    #[inline]
    pub fn same_bits(self, other: Self) -> bool {
        self.0.to_bits() == other.0.to_bits()
    }

    /// What `rule` makes of each number, gaps as they are; both are equally long.
    #[inline]
    pub(crate) fn map_into(from: &[Self], made: &mut [Self], rule: impl Fn(f64) -> f64) {
        let mut largest = [0.0; LANES];
        let (chunks, rest) = from.as_chunks::<LANES>();
        let (made_chunks, made_rest) = made.as_chunks_mut::<LANES>();
        for (made, slots) in made_chunks.iter_mut().zip(chunks) {
            for lane in 0..LANES {
                let number = rule(slots[lane].0);
                // What comes of a gap is never larger.
                largest[lane] = if number.abs() > largest[lane] { number.abs() } else { largest[lane] };
                made[lane].0 = if slots[lane].is_gap() { slots[lane].0 } else { number };
            }
        }
        for (made, slot) in made_rest.iter_mut().zip(rest) {
            let number = rule(slot.0);
            largest[0] = if number.abs() > largest[0] { number.abs() } else { largest[0] };
            made.0 = if slot.is_gap() { slot.0 } else { number };
        }
        // A rule is arithmetic on finite numbers: what leaves their range is endless, or comes of something that was.
        if largest.into_iter().any(|number| number >= f64::INFINITY) {
            for (made, slot) in made.iter_mut().zip(from) {
                *made = slot.map(&rule);
            }
        }
    }

    /// A chunk in which nothing was ever reported.
    pub(crate) fn never_reported() -> Blank<Self> {
        &BLANKS[0]
    }

    #[cold]
    fn reason(self) -> Gap {
        let payload = usize::try_from(self.0.to_bits() & 0xFF).unwrap_or_default();
        payload.checked_sub(1).and_then(|place| GAPS.get(place)).copied().unwrap_or(Gap::NotFinite)
    }
}

impl Element for Slot {
    #[inline]
    fn is_same(&self, other: &Self) -> bool {
        self.same_bits(*other)
    }

    fn blank(&self) -> Option<Blank<Self>> {
        if !self.is_gap() {
            return None;
        }
        BLANKS.iter().find(|blank| self.same_bits(blank[0]))
    }
}

impl From<Outcome> for Slot {
    fn from(outcome: Outcome) -> Self {
        match outcome {
            Ok(number) => Self::number(number),
            Err(gap) => Self::gap(gap),
        }
    }
}

impl PartialEq for Slot {
    fn eq(&self, other: &Self) -> bool {
        self.get() == other.get()
    }
}

impl fmt::Debug for Slot {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.get().fmt(f)
    }
}

/// What stages do with slots in a row.
pub trait Slots {
    /// What stands at a place. Beyond the end nothing was ever reported.
    fn outcome(&self, place: usize) -> Outcome;

    /// The numbers, in order.
    fn numbers(&self) -> impl Iterator<Item = f64>;

    /// Replaces every number by what `rule` makes of it; gaps stay.
    fn map(&mut self, rule: impl Fn(f64) -> Outcome);

    /// Replaces every gap by what `rule` makes of it; numbers stay.
    fn map_gaps(&mut self, rule: impl Fn(Gap) -> Outcome);
}

impl Slots for [Slot] {
    fn outcome(&self, place: usize) -> Outcome {
        self.get(place).copied().unwrap_or(Slot::NEVER_REPORTED).get()
    }

    fn numbers(&self) -> impl Iterator<Item = f64> {
        self.iter().filter(|slot| !slot.is_gap()).map(|slot| slot.0)
    }

    fn map(&mut self, rule: impl Fn(f64) -> Outcome) {
        for slot in self {
            if !slot.is_gap() {
                *slot = rule(slot.0).into();
            }
        }
    }

    fn map_gaps(&mut self, rule: impl Fn(Gap) -> Outcome) {
        for slot in self {
            if slot.is_gap() {
                *slot = rule(slot.reason()).into();
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_gap_comes_back_as_it_was_put_in() {
        for (place, gap) in GAPS.into_iter().enumerate() {
            assert_eq!(payload(gap), place as u64 + 1);
            assert_eq!(Slot::gap(gap).get(), Err(gap));
        }
    }

    #[test]
    fn what_is_not_finite_is_a_gap() {
        for number in [f64::NAN, -f64::NAN, f64::INFINITY, f64::NEG_INFINITY] {
            assert_eq!(Slot::number(number).get(), Err(Gap::NotFinite));
            assert_eq!(Slot::number(1.0).map(|_| number).get(), Err(Gap::NotFinite));
        }
        assert_eq!(Slot::gap(Gap::NoPair).map(|_| 1.0).get(), Err(Gap::NoPair));
    }

    #[test]
    fn a_slot_takes_eight_bytes() {
        assert_eq!(size_of::<Slot>(), 8);
    }
}
