//! Cutting the stored bytes of a record into parts, and joining the parts.

use super::{
    envelope::{Part, Shape},
    part_error::PartError,
};

/// The bytes of a record as they are stored.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Stored<'a> {
    /// The record, or a zstd frame of it.
    pub(crate) bytes: &'a [u8],
    /// Bytes of the record.
    pub(crate) record_length: usize,
    /// Whether the bytes are a zstd frame.
    pub(crate) compressed: bool,
}

/// The parts of a record, in order. An empty record has one empty part.
pub(crate) fn cut(stored: Stored<'_>) -> impl Iterator<Item = Part<'_>> {
    let Stored { bytes, record_length, compressed } = stored;
    let shape = Shape::new(bytes.len(), record_length, compressed);
    let part = move |payload| Part { shape, payload };
    let empty = bytes.is_empty().then(|| part(&[][..]));
    bytes.chunks(shape.payload_length_max).map(part).chain(empty)
}

/// The stored bytes of a record that are being joined from their parts.
#[derive(Debug)]
pub(crate) struct Join {
    shape: Shape,
    stored: Vec<u8>,
}

impl Join {
    /// Starts with part 0.
    pub(crate) fn start(first: Part<'_>) -> Result<Self, PartError> {
        first.shape.check()?;
        // No room is reserved for the whole record: its length is not to be trusted before its parts are there.
        let mut join = Self { shape: first.shape, stored: Vec::new() };
        join.push(first)?;
        Ok(join)
    }

    /// Whether `part` belongs to the same record as part 0.
    pub(crate) fn fits(&self, part: &Part<'_>) -> bool {
        part.shape == self.shape
    }

    /// Adds the next part.
    pub(crate) fn push(&mut self, part: Part<'_>) -> Result<(), PartError> {
        let left = usize::try_from(self.shape.stored_length).unwrap_or(usize::MAX) - self.stored.len();
        let expected = left.min(self.shape.payload_length_max);
        if part.payload.len() != expected {
            return Err(PartError::Length { found: part.payload.len(), expected });
        }
        self.stored.extend_from_slice(part.payload);
        Ok(())
    }

    /// What all parts of the record say of it.
    pub(crate) fn shape(&self) -> Shape {
        self.shape
    }

    /// The stored bytes, once all parts were added.
    pub(crate) fn finish(self) -> Vec<u8> {
        self.stored
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::format::limits::PART_LENGTH_MAX;

    fn parts(record: &[u8]) -> Vec<Part<'_>> {
        cut(Stored { bytes: record, record_length: record.len(), compressed: false }).collect()
    }

    fn joined(parts: &[Part<'_>]) -> Result<Vec<u8>, PartError> {
        let mut join = Join::start(parts[0])?;
        for part in &parts[1..] {
            assert!(join.fits(part));
            join.push(*part)?;
        }
        Ok(join.finish())
    }

    #[test]
    fn parts_at_the_border_are_full_and_never_empty() {
        let max = Shape::new(0, 0, false).payload_length_max;
        for (length, count) in [(0, 1), (1, 1), (max, 1), (max + 1, 2), (3 * max, 3)] {
            let record = vec![7; length];
            let parts = parts(&record);
            assert_eq!(parts.len(), count, "{length} bytes");
            assert!(parts.iter().skip(1).all(|part| !part.payload.is_empty()), "{length} bytes");
        }
    }

    #[test]
    fn refuses_a_part_of_another_length() {
        let record = vec![1; PART_LENGTH_MAX + 9];
        let parts = parts(&record);
        let mut join = Join::start(parts[0]).unwrap();
        let short = Part { payload: &parts[1].payload[1..], ..parts[1] };
        let expected = parts[1].payload.len();
        assert_eq!(join.push(short), Err(PartError::Length { found: expected - 1, expected }));
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(64))]
        #[test]
        fn a_record_is_joined_from_its_parts(record in proptest::collection::vec(any::<u8>(), 0..40_000)) {
            let parts = parts(&record);
            for part in &parts {
                prop_assert!(part.ser(b"key").len() <= PART_LENGTH_MAX);
            }
            prop_assert_eq!(joined(&parts), Ok(record.clone()));
        }
    }
}
