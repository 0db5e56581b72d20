//! Packed cells: 32 bytes each, because a registry has millions of them.
//!
//! *Invariant:* what a packed cell points to lies in the [`Extras`] of its timeline, and nothing else points there.

use tenseven_model::{
    LevelCode, MissingReason, NotesFingerprint, Number, ObservationStatus, Ratio, Revision, Value, ValueRef,
};

use super::cell::{Cell, CellRef};

/// Bits of the mark above the status: the kind of value, the revision.
const KIND_SHIFT: u32 = 8;
const KIND_MASK: u64 = 0xff;
const REVISION_SHIFT: u32 = 16;

const NUMBER: u64 = 0;
const FLAG: u64 = 1;
const LEVEL: u64 = 2;
const RATIO: u64 = 3;
const MISSING: u64 = 4;

/// Bytes of a level's code, about.
const LEVEL_BYTES: usize = 48;

/// A cell in 32 bytes.
#[derive(Debug, Clone, Copy)]
pub(super) struct Packed {
    /// A number's bits, a flag, the place of a level or a ratio in the extras, or the place of a reason.
    bits: u64,
    /// Status (8 bits), kind (8), revision (48).
    mark: u64,
    notes: Option<NotesFingerprint>,
    /// The period's number.
    pub(super) period: u32,
    /// The source's place in the timeline's list.
    pub(super) source: u32,
}

/// What does not fit into a packed cell.
#[derive(Debug, Clone, Default)]
pub(super) struct Extras {
    /// Distinct levels, in the order in which they were first met.
    levels: Vec<LevelCode>,
    /// One for each cell that holds a ratio, and those in `free`.
    ratios: Vec<Ratio>,
    free: Vec<u32>,
}

impl Extras {
    /// About how many bytes of memory it takes.
    pub(super) fn bytes(&self) -> usize {
        let (levels, ratios) =
            (self.levels.capacity() * LEVEL_BYTES, self.ratios.capacity() * size_of::<Ratio>());
        size_of::<Self>() + levels + ratios + self.free.capacity() * size_of::<u32>()
    }
}

impl Packed {
    pub(super) fn new(period: u32, source: u32, cell: Cell, extras: &mut Option<Box<Extras>>) -> Self {
        let (kind, bits) = match cell.value {
            Value::Number(number) => (NUMBER, number.bits()),
            Value::Flag(flag) => (FLAG, u64::from(flag)),
            Value::Level(level) => (LEVEL, extras.get_or_insert_default().place_of(level)),
            Value::Ratio(ratio) => (RATIO, extras.get_or_insert_default().keep(ratio)),
            Value::Missing(reason) => {
                let place = MissingReason::ALL.iter().position(|known| *known == reason);
                (MISSING, place.unwrap_or_default() as u64)
            }
        };
        let revision = cell.revision.number() << REVISION_SHIFT;
        let mark = revision | kind << KIND_SHIFT | u64::from(cell.status.letter());
        Self { bits, mark, notes: cell.notes, period, source }
    }

    pub(super) fn cell<'a>(&self, extras: Option<&'a Extras>) -> CellRef<'a> {
        CellRef {
            value: self.value(extras),
            status: ObservationStatus::from_letter((self.mark & 0xff) as u8)
                .unwrap_or(ObservationStatus::Normal),
            revision: Revision::new(self.mark >> REVISION_SHIFT),
            notes: self.notes,
        }
    }

    pub(super) fn value<'a>(&self, extras: Option<&'a Extras>) -> ValueRef<'a> {
        let missing = |place: u64| {
            let reason = MissingReason::ALL.get(place_of(place)).copied();
            ValueRef::Missing(reason.unwrap_or(MissingReason::NotAvailable))
        };
        // What is kept here was packed here, so nothing is ever pointed to that is not there.
        let lost = ValueRef::Missing(MissingReason::NotAvailable);
        match self.mark >> KIND_SHIFT & KIND_MASK {
            NUMBER => ValueRef::Number(Number::from_bits(self.bits)),
            FLAG => ValueRef::Flag(self.bits != 0),
            LEVEL => {
                extras.and_then(|extras| extras.levels.get(place_of(self.bits))).map_or(lost, ValueRef::Level)
            }
            RATIO => extras
                .and_then(|extras| extras.ratios.get(place_of(self.bits)))
                .map_or(lost, |ratio| ValueRef::Ratio(*ratio)),
            _ => missing(self.bits),
        }
    }

    /// Gives back what the cell alone points to. To be called once, when the cell goes.
    pub(super) fn release(&self, extras: &mut Option<Box<Extras>>) {
        if self.mark >> KIND_SHIFT & KIND_MASK == RATIO
            && let Some(extras) = extras
            && let Ok(place) = u32::try_from(self.bits)
        {
            extras.free.push(place);
        }
    }

    pub(super) fn revision(&self) -> Revision {
        Revision::new(self.mark >> REVISION_SHIFT)
    }

    pub(super) fn is_missing(&self) -> bool {
        self.mark >> KIND_SHIFT & KIND_MASK == MISSING
    }
}

impl Extras {
    fn place_of(&mut self, level: LevelCode) -> u64 {
        let known = self.levels.iter().position(|known| *known == level);
        let place = known.unwrap_or_else(|| {
            self.levels.push(level);
            self.levels.len() - 1
        });
        place as u64
    }

    fn keep(&mut self, ratio: Ratio) -> u64 {
        if let Some(place) = self.free.pop()
            && let Some(slot) = self.ratios.get_mut(place as usize)
        {
            *slot = ratio;
            return u64::from(place);
        }
        self.ratios.push(ratio);
        (self.ratios.len() - 1) as u64
    }
}

fn place_of(bits: u64) -> usize {
    usize::try_from(bits).unwrap_or(usize::MAX)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_cell_takes_32_bytes() {
        assert_eq!(size_of::<Packed>(), 32);
    }

    #[test]
    fn the_room_of_a_ratio_that_goes_is_used_again() {
        let mut extras = None;
        let cell = |numerator| Cell {
            value: Value::Ratio(Ratio::new(numerator, 8.0).unwrap()),
            status: ObservationStatus::Normal,
            revision: Revision::new(7),
            notes: None,
        };
        let first = Packed::new(0, 0, cell(1.0), &mut extras);
        first.release(&mut extras);
        let second = Packed::new(0, 0, cell(2.0), &mut extras);
        assert_eq!(second.cell(extras.as_deref()), CellRef { value: (&cell(2.0).value).into(), ..seven() });
        assert_eq!(extras.map(|extras| extras.ratios.len()), Some(1));
    }

    fn seven() -> CellRef<'static> {
        CellRef {
            value: ValueRef::Flag(true),
            status: ObservationStatus::Normal,
            revision: Revision::new(7),
            notes: None,
        }
    }
}
