//! Columns of numbers, as `PackedObservations` in `proto/` says. Persisted; must stay stable.

use super::varint::{self, VarintFault};

/// The numbers stand one by one.
const PLAIN: u8 = 0;
/// The numbers stand in runs.
const RUNS: u8 = 1;

/// Why bytes are no column.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum ColumnFault {
    /// A way of writing that this release does not know.
    #[error("it is written in way {0}, which this release does not know")]
    Way(u8),
    /// One of its numbers is none.
    #[error(transparent)]
    Number(#[from] VarintFault),
    /// It goes on behind its last number.
    #[error("it has more numbers than there are rows")]
    TooLong,
    /// A number comes no time.
    #[error("a run has no length")]
    EmptyRun,
    /// A number is too large for what it means.
    #[error("it holds {0}, which is too large")]
    TooLarge(u64),
    /// It has not as many bytes as its numbers take.
    #[error("it has {found} bytes instead of {expected}")]
    Length {
        /// Its bytes.
        found: usize,
        /// The bytes that it has to have.
        expected: usize,
    },
}

/// Writes a column, number by number.
#[derive(Debug, Default)]
pub(super) struct ColumnWriter {
    /// The runs before the one under way: a number, and how often it comes.
    runs: Vec<(u64, u32)>,
    number: u64,
    /// How often the number of the run under way came so far; 0 only at the start.
    length: u32,
    count: usize,
}

impl ColumnWriter {
    /// Adds a number.
    #[inline]
    pub(super) fn push(&mut self, number: u64) {
        self.count += 1;
        if number == self.number && self.length < u32::MAX {
            self.length += 1;
            return;
        }
        self.end_run();
        (self.number, self.length) = (number, 1);
    }

    fn end_run(&mut self) {
        if self.length > 0 {
            self.runs.push((self.number, self.length));
        }
    }

    /// The bytes of the column: none where all numbers are 0, runs where there are few of them.
    pub(super) fn finish(mut self) -> Vec<u8> {
        if self.runs.is_empty() && self.number == 0 {
            return Vec::new();
        }
        self.end_run();
        let Self { runs, count, .. } = self;
        if 2 * runs.len() > count {
            let mut bytes = Vec::with_capacity(1 + count + count / 2);
            bytes.push(PLAIN);
            for (number, length) in runs {
                for _ in 0..length {
                    varint::push(&mut bytes, number);
                }
            }
            return bytes;
        }
        let mut bytes = Vec::with_capacity(1 + 4 * runs.len());
        bytes.push(RUNS);
        for (number, length) in runs {
            varint::push(&mut bytes, number);
            varint::push(&mut bytes, u64::from(length));
        }
        bytes
    }
}

/// Writes a column of deltas, place by place.
#[derive(Debug, Default)]
pub(super) struct PlacesWriter {
    column: ColumnWriter,
    last: i64,
}

impl PlacesWriter {
    /// Adds a place.
    #[inline]
    pub(super) fn push(&mut self, place: u32) {
        let place = i64::from(place);
        self.column.push(zigzag(place - self.last));
        self.last = place;
    }

    /// The bytes of the column.
    pub(super) fn finish(self) -> Vec<u8> {
        self.column.finish()
    }
}

fn zigzag(number: i64) -> u64 {
    ((number << 1) ^ (number >> 63)).cast_unsigned()
}

fn unzigzag(number: u64) -> i64 {
    (number >> 1).cast_signed() ^ -(number & 1).cast_signed()
}

/// Reads a column, number by number.
#[derive(Debug, Clone)]
pub(super) struct Column<'a> {
    rest: &'a [u8],
    plain: bool,
    /// It has no bytes, and so any count of zeros.
    absent: bool,
    /// The number of the run under way, and how often it still comes.
    number: u64,
    left: u64,
}

impl<'a> Column<'a> {
    /// The column with these bytes.
    pub(super) fn new(bytes: &'a [u8]) -> Result<Self, ColumnFault> {
        let (plain, rest, left) = match bytes.split_first() {
            None => (false, bytes, u64::MAX),
            Some((&PLAIN, rest)) => (true, rest, 0),
            Some((&RUNS, rest)) => (false, rest, 0),
            Some((way, _)) => return Err(ColumnFault::Way(*way)),
        };
        Ok(Self { rest, plain, absent: bytes.is_empty(), number: 0, left })
    }

    /// The next number.
    #[inline]
    pub(super) fn next(&mut self) -> Result<u64, ColumnFault> {
        if self.plain {
            return Ok(varint::take(&mut self.rest)?);
        }
        if self.left == 0 {
            self.number = varint::take(&mut self.rest)?;
            self.left = varint::take(&mut self.rest)?;
            if self.left == 0 {
                return Err(ColumnFault::EmptyRun);
            }
        }
        self.left -= 1;
        Ok(self.number)
    }

    /// Succeeds if all numbers were read.
    pub(super) fn end(&self) -> Result<(), ColumnFault> {
        if self.absent || (self.rest.is_empty() && self.left == 0) {
            Ok(())
        } else {
            Err(ColumnFault::TooLong)
        }
    }
}

/// Reads a column of deltas, place by place.
#[derive(Debug, Clone)]
pub(super) struct Places<'a> {
    column: Column<'a>,
    last: i64,
}

impl<'a> Places<'a> {
    /// The column of deltas with these bytes.
    pub(super) fn new(bytes: &'a [u8]) -> Result<Self, ColumnFault> {
        Ok(Self { column: Column::new(bytes)?, last: 0 })
    }

    /// The next place.
    #[inline]
    pub(super) fn next(&mut self) -> Result<u32, ColumnFault> {
        let place = self.last.wrapping_add(unzigzag(self.column.next()?));
        self.last = place;
        u32::try_from(place).map_err(|_| ColumnFault::TooLarge(place.cast_unsigned()))
    }

    /// Succeeds if all places were read.
    pub(super) fn end(&self) -> Result<(), ColumnFault> {
        self.column.end()
    }
}

#[cfg(test)]
mod tests {
    use proptest::{collection::vec, prelude::*};

    use super::*;

    fn encode(numbers: &[u64]) -> Vec<u8> {
        let mut column = ColumnWriter::default();
        for number in numbers {
            column.push(*number);
        }
        column.finish()
    }

    fn encode_deltas(places: &[u32]) -> Vec<u8> {
        let mut column = PlacesWriter::default();
        for place in places {
            column.push(*place);
        }
        column.finish()
    }

    fn decoded(bytes: &[u8], count: usize) -> Result<Vec<u64>, ColumnFault> {
        let mut column = Column::new(bytes)?;
        let numbers = (0..count).map(|_| column.next()).collect::<Result<_, _>>()?;
        column.end().map(|()| numbers)
    }

    #[test]
    fn its_bytes_stay_stable() {
        assert_eq!(encode(&[]), []);
        assert_eq!(encode(&[0, 0, 0]), []);
        assert_eq!(encode(&[300]), [0, 0xac, 0x02]);
        assert_eq!(encode(&[1, 2]), [0, 1, 2]);
        assert_eq!(encode(&[5, 5, 5, 5, 0, 0]), [1, 5, 4, 0, 2]);
        assert_eq!(encode_deltas(&[3, 2, 2, 7]), [0, 6, 1, 0, 10]);
        assert_eq!(encode_deltas(&[0, 1, 2, 3, 4, 5]), [1, 0, 1, 2, 5]);
    }

    #[test]
    fn refuses_what_is_no_column() {
        assert_eq!(decoded(&[2, 1], 1), Err(ColumnFault::Way(2)));
        assert_eq!(decoded(&[0, 1], 2), Err(ColumnFault::Number(VarintFault::Short)));
        assert_eq!(decoded(&[0, 1, 1], 1), Err(ColumnFault::TooLong));
        assert_eq!(decoded(&[1, 7, 3], 2), Err(ColumnFault::TooLong));
        assert_eq!(decoded(&[1, 7, 0], 1), Err(ColumnFault::EmptyRun));
        let beyond = encode(&[zigzag(i64::from(u32::MAX) + 1)]);
        assert!(matches!(Places::new(&beyond).unwrap().next(), Err(ColumnFault::TooLarge(_))));
        let before = encode(&[zigzag(-1)]);
        assert!(matches!(Places::new(&before).unwrap().next(), Err(ColumnFault::TooLarge(_))));
    }

    proptest! {
        #[test]
        fn is_read_back(numbers in vec(prop_oneof![0..4u64, any::<u64>()], 0..60)) {
            prop_assert_eq!(decoded(&encode(&numbers), numbers.len()), Ok(numbers));
        }

        #[test]
        fn places_are_read_back(places in vec(prop_oneof![0..4u32, any::<u32>()], 0..60)) {
            let bytes = encode_deltas(&places);
            let mut column = Places::new(&bytes).unwrap();
            for place in places {
                prop_assert_eq!(column.next(), Ok(place));
            }
            prop_assert_eq!(column.end(), Ok(()));
        }

        #[test]
        fn any_number_has_its_zigzag(number: i64) {
            prop_assert_eq!(unzigzag(zigzag(number)), number);
        }

        #[test]
        fn no_bytes_make_it_panic(bytes: Vec<u8>, count in 0..300usize) {
            let _ = decoded(&bytes, count);
        }
    }
}
