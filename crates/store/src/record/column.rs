//! Columns of numbers, as documented at `PackedObservations` in `proto/`. Persisted; must stay stable.

use super::varint::{self, VarintFault};

/// The numbers one by one.
const PLAIN: u8 = 0;
/// The numbers in runs.
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
    /// Bytes follow its last number.
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

/// Writes a column, row by row. Only a number that differs from the one before it takes any work.
#[derive(Debug, Default)]
pub(super) struct ColumnWriter {
    /// The runs before the one under way: a number, and how often it comes.
    runs: Vec<(u64, usize)>,
    /// The number of the run under way, and its first row.
    number: u64,
    start: usize,
    /// The bits that any number of a run before has.
    bits: u64,
}

impl ColumnWriter {
    /// Adds the number of a row. Rows are counted from 0, and come in order and without gaps.
    #[inline]
    pub(super) fn put(&mut self, row: usize, number: u64) {
        if number != self.number {
            self.begin_run(row, number);
        }
    }

    #[inline(never)]
    fn begin_run(&mut self, row: usize, number: u64) {
        self.end_run(row);
        (self.number, self.start) = (number, row);
    }

    fn end_run(&mut self, row: usize) {
        if row > self.start {
            self.runs.push((self.number, row - self.start));
            self.bits |= self.number;
        }
    }

    /// The bytes of a column of `count` rows: none where all numbers are 0, runs where there are few of them.
    pub(super) fn finish(mut self, count: usize) -> Vec<u8> {
        if self.runs.is_empty() && self.number == 0 {
            return Vec::new();
        }
        self.end_run(count);
        if 2 * self.runs.len() > count { self.plain(count) } else { self.in_runs() }
    }

    fn plain(&self, count: usize) -> Vec<u8> {
        if self.bits >= 0x80 {
            let mut bytes = Vec::with_capacity(1 + 2 * count);
            bytes.push(PLAIN);
            for (number, length) in &self.runs {
                (0..*length).for_each(|_| varint::push(&mut bytes, *number));
            }
            return bytes;
        }
        // Each number is a byte.
        let mut bytes = vec![PLAIN; 1 + count];
        let mut at = 1;
        for (number, length) in &self.runs {
            let byte = number.to_le_bytes()[0];
            match length {
                1 => bytes[at] = byte,
                _ => bytes[at..at + length].fill(byte),
            }
            at += length;
        }
        bytes
    }

    fn in_runs(&self) -> Vec<u8> {
        let mut bytes = Vec::with_capacity(1 + 4 * self.runs.len());
        bytes.push(RUNS);
        for (number, length) in &self.runs {
            varint::push(&mut bytes, *number);
            varint::push(&mut bytes, *length as u64);
        }
        bytes
    }
}

/// Writes a column of indexes into a dictionary, as deltas.
#[derive(Debug, Default)]
pub(super) struct IndexColumnWriter {
    column: ColumnWriter,
    last: u32,
    /// The difference that the column's run under way is of.
    delta: i64,
}

impl IndexColumnWriter {
    /// Adds the index for a row, as [`ColumnWriter::put`] does.
    #[inline]
    pub(super) fn put(&mut self, row: usize, index: u32) {
        let delta = i64::from(index) - i64::from(self.last);
        self.last = index;
        if delta != self.delta {
            self.delta = delta;
            self.column.begin_run(row, zigzag(delta));
        }
    }

    /// The bytes of a column of `count` rows.
    pub(super) fn finish(self, count: usize) -> Vec<u8> {
        self.column.finish(count)
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

/// Reads a column of indexes that are stored as deltas.
#[derive(Debug, Clone)]
pub(super) struct IndexColumn<'a> {
    column: Column<'a>,
    last: i64,
}

impl<'a> IndexColumn<'a> {
    /// The column of deltas with these bytes.
    pub(super) fn new(bytes: &'a [u8]) -> Result<Self, ColumnFault> {
        Ok(Self { column: Column::new(bytes)?, last: 0 })
    }

    /// The next index.
    #[inline]
    pub(super) fn next(&mut self) -> Result<u32, ColumnFault> {
        let index = self.last.wrapping_add(unzigzag(self.column.next()?));
        self.last = index;
        u32::try_from(index).map_err(|_| ColumnFault::TooLarge(index.cast_unsigned()))
    }

    /// Succeeds if all indexes were read.
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
        numbers.iter().enumerate().for_each(|(row, number)| column.put(row, *number));
        column.finish(numbers.len())
    }

    fn encode_deltas(indexes: &[u32]) -> Vec<u8> {
        let mut column = IndexColumnWriter::default();
        indexes.iter().enumerate().for_each(|(row, index)| column.put(row, *index));
        column.finish(indexes.len())
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
        assert!(matches!(IndexColumn::new(&beyond).unwrap().next(), Err(ColumnFault::TooLarge(_))));
        let before = encode(&[zigzag(-1)]);
        assert!(matches!(IndexColumn::new(&before).unwrap().next(), Err(ColumnFault::TooLarge(_))));
    }

    proptest! {
        #[test]
        fn is_read_back(numbers in vec(prop_oneof![0..4u64, any::<u64>()], 0..60)) {
            prop_assert_eq!(decoded(&encode(&numbers), numbers.len()), Ok(numbers));
        }

        #[test]
        fn places_are_read_back(indexes in vec(prop_oneof![0..4u32, any::<u32>()], 0..60)) {
            let bytes = encode_deltas(&indexes);
            let mut column = IndexColumn::new(&bytes).unwrap();
            for index in indexes {
                prop_assert_eq!(column.next(), Ok(index));
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
