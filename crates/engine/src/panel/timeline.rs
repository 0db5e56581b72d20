//! A timeline: the cells of one indicator and one area, by period, then source.

use smallvec::SmallVec;
use tenseven_model::{Period, Revision, SourceId, ValueRef};

use super::{
    cell::{Cell, CellRef, Sourced},
    packed::{Extras, Packed},
};

/// The cells of one indicator and one area, by period, then source.
#[derive(Debug, Clone, Default)]
pub struct Timeline {
    cells: Vec<Packed>,
    /// Who reported them, in the order in which they were first met.
    sources: SmallVec<[SourceId; 1]>,
    extras: Option<Box<Extras>>,
}

/// The cells of one period.
#[derive(Debug, Clone, Copy)]
pub struct Cells<'a> {
    timeline: &'a Timeline,
    cells: &'a [Packed],
}

/// How many places around the likeliest one are looked at before a period is searched for.
const FEW: usize = 3;
/// Bytes of a source, about.
const SOURCE_BYTES: usize = 64;
/// A timeline of one area has room for so many more cells, in parts of what it has.
const ROOM_DIVISOR: usize = 8;

impl Timeline {
    /// An empty timeline with room for so many cells.
    pub fn with_capacity(cells: usize) -> Self {
        Self { cells: Vec::with_capacity(cells), ..Self::default() }
    }

    /// About how many bytes of memory it takes.
    pub(super) fn bytes(&self) -> usize {
        let extras = self.extras.as_ref().map_or(0, |extras| extras.bytes());
        size_of::<Self>()
            + size_of::<Packed>() * self.cells.capacity()
            + SOURCE_BYTES * self.sources.len()
            + extras
    }

    /// Puts a cell behind all others. If its period and source do not come behind theirs, nothing happens, and the
    /// answer is false.
    #[must_use]
    pub fn push(&mut self, period: Period, source: &SourceId, cell: Cell) -> bool {
        let number = self.number_of(source);
        if let Some(last) = self.cells.last() {
            let known = (last.period, self.source(last.source));
            if known >= (period.code(), Some(source)) {
                return false;
            }
        }
        let packed = Packed::new(period.code(), number, cell, &mut self.extras);
        self.cells.push(packed);
        true
    }

    /// The cells of a period, by source.
    pub fn at(&self, period: Period) -> Cells<'_> {
        let code = period.code();
        let from = self.first_of(code);
        let count = self.cells[from..].iter().take_while(|cell| cell.period == code).count();
        Cells { timeline: self, cells: &self.cells[from..from + count] }
    }

    /// Everything, by period, then source.
    pub fn iter(&self) -> impl Iterator<Item = (Period, Sourced<'_>)> {
        self.cells.iter().filter_map(|cell| Some((Period::from_code(cell.period)?, self.sourced(cell)?)))
    }

    /// How many cells there are.
    pub fn len(&self) -> usize {
        self.cells.len()
    }

    /// Whether there is none.
    pub fn is_empty(&self) -> bool {
        self.cells.is_empty()
    }

    pub(super) fn has(&self, period: Period) -> bool {
        !self.at(period).is_empty()
    }

    /// The last period up to `period` that has a cell, in the order of periods.
    pub(super) fn latest(&self, period: Period) -> Option<Period> {
        let after = self.cells.partition_point(|cell| cell.period <= period.code());
        Period::from_code(self.cells.get(after.checked_sub(1)?)?.period)
    }

    /// The periods that have a cell, each once.
    pub(super) fn periods(&self) -> impl Iterator<Item = Period> {
        let periods = self.cells.chunk_by(|a, b| a.period == b.period);
        periods.filter_map(|cells| Period::from_code(cells.first()?.period))
    }

    pub(super) fn get(&self, period: Period, source: &SourceId) -> Option<CellRef<'_>> {
        self.at(period).iter().find(|sourced| sourced.source == source).map(|sourced| sourced.cell)
    }

    /// Puts a cell in the place of the one of the same period and source, which is returned.
    pub(super) fn set(&mut self, period: Period, source: &SourceId, cell: Cell) -> Option<Cell> {
        let number = self.number_of(source);
        match self.place(period.code(), number) {
            Ok(place) => {
                let before = self.cells[place].cell(self.extras.as_deref()).into();
                self.cells[place].release(&mut self.extras);
                self.cells[place] = Packed::new(period.code(), number, cell, &mut self.extras);
                Some(before)
            }
            Err(place) => {
                let packed = Packed::new(period.code(), number, cell, &mut self.extras);
                self.make_room();
                self.cells.insert(place, packed);
                None
            }
        }
    }

    pub(super) fn remove(&mut self, period: Period, source: &SourceId) -> Option<Cell> {
        let number = self.sources.iter().position(|known| known == source)?;
        let place = self.place(period.code(), u32::try_from(number).ok()?).ok()?;
        let packed = self.cells.remove(place);
        let before = packed.cell(self.extras.as_deref()).into();
        packed.release(&mut self.extras);
        Some(before)
    }

    /// Gives back room that is not used.
    pub(super) fn shrink(&mut self) {
        self.cells.shrink_to_fit();
    }

    /// The place of the first cell of a period, or where it has to be.
    fn first_of(&self, code: u32) -> usize {
        let period = |place: usize| self.cells.get(place).map(|cell| cell.period);
        // Periods follow each other, as a rule, and few are missing.
        let guess = code.saturating_sub(period(0).unwrap_or(code)) as usize;
        let guess = guess.min(self.cells.len());
        let is_first =
            |place: &usize| period(*place) == Some(code) && (*place == 0 || period(*place - 1) != Some(code));
        let mut near = (guess.saturating_sub(FEW)..=guess).rev();
        near.find(is_first).unwrap_or_else(|| self.cells.partition_point(|cell| cell.period < code))
    }

    fn number_of(&mut self, source: &SourceId) -> u32 {
        let known = self.sources.iter().position(|known| known == source);
        let place = known.unwrap_or_else(|| {
            self.sources.push(source.clone());
            self.sources.len() - 1
        });
        // There are fewer sources than cells, and fewer cells than 2^32.
        u32::try_from(place).unwrap_or(u32::MAX)
    }

    /// Where the cell of a period and source is, or has to be.
    fn place(&self, period: u32, number: u32) -> Result<usize, usize> {
        let source = self.source(number);
        self.cells.binary_search_by(|cell| {
            cell.period.cmp(&period).then_with(|| {
                if cell.source == number {
                    std::cmp::Ordering::Equal
                } else {
                    self.source(cell.source).cmp(&source)
                }
            })
        })
    }

    fn source(&self, number: u32) -> Option<&SourceId> {
        self.sources.get(number as usize)
    }

    fn sourced(&self, cell: &Packed) -> Option<Sourced<'_>> {
        Some(Sourced { source: self.source(cell.source)?, cell: cell.cell(self.extras.as_deref()) })
    }

    fn make_room(&mut self) {
        if self.cells.len() == self.cells.capacity() {
            // Twice the room, as vectors take by themselves, would be half of a registry's memory.
            self.cells.reserve_exact(1 + self.cells.len() / ROOM_DIVISOR);
        }
    }
}

impl PartialEq for Timeline {
    fn eq(&self, other: &Self) -> bool {
        self.cells.len() == other.cells.len() && self.iter().eq(other.iter())
    }
}

impl Eq for Timeline {}

impl<'a> Cells<'a> {
    /// Whether there is none.
    pub fn is_empty(self) -> bool {
        self.cells.is_empty()
    }

    /// The cells, by source.
    pub fn iter(self) -> impl Iterator<Item = Sourced<'a>> {
        self.cells.iter().filter_map(move |cell| self.timeline.sourced(cell))
    }

    /// The value of the only cell; none if there are several, or none.
    pub(crate) fn only_value(self) -> Option<ValueRef<'a>> {
        let [only] = self.cells else { return None };
        Some(only.value(self.timeline.extras.as_deref()))
    }

    /// The cell that comes first by `rank`, which is told the source, whether the value is missing, and the revision.
    pub(crate) fn first_by<K: Ord>(
        self,
        rank: impl Fn(&'a SourceId, bool, Revision) -> K,
    ) -> Option<Sourced<'a>> {
        let ranked = self.cells.iter().filter_map(|cell| {
            let source = self.timeline.source(cell.source)?;
            Some((rank(source, cell.is_missing(), cell.revision()), cell))
        });
        let (_, first) = ranked.min_by(|(a, _), (b, _)| a.cmp(b))?;
        self.timeline.sourced(first)
    }
}
