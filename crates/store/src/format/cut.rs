//! Cutting a record into parts, and joining the parts.

use super::envelope::{PAYLOAD_LENGTH_MAX, Part, PartError};

/// The parts of a record, in order. An empty record has one empty part.
pub(crate) fn cut(record: &[u8]) -> impl Iterator<Item = Part<'_>> {
    let count = record.len().div_ceil(PAYLOAD_LENGTH_MAX).max(1);
    (0..count).map(move |place| {
        let from = place * PAYLOAD_LENGTH_MAX;
        let to = record.len().min(from + PAYLOAD_LENGTH_MAX);
        Part { count: saturated(count), record_length: saturated(record.len()), payload: &record[from..to] }
    })
}

/// Records are far shorter than 4 GiB (`ENTRY_LENGTH_MAX`).
fn saturated(number: usize) -> u32 {
    u32::try_from(number).unwrap_or(u32::MAX)
}

/// A record that is being joined from its parts.
#[derive(Debug)]
pub(crate) struct Join {
    count: u32,
    record_length: u32,
    record: Vec<u8>,
}

impl Join {
    /// Starts with part 0.
    pub(crate) fn start(first: Part<'_>) -> Result<Self, PartError> {
        let Part { count, record_length, payload: _ } = first;
        let length = usize::try_from(record_length).unwrap_or(usize::MAX);
        if length.div_ceil(PAYLOAD_LENGTH_MAX).max(1) != usize::try_from(count).unwrap_or(usize::MAX) {
            return Err(PartError::Counts { count, length: record_length });
        }
        // No room is reserved for the whole record: its length is not to be trusted before its parts are there.
        let mut join = Self { count, record_length, record: Vec::new() };
        join.push(first)?;
        Ok(join)
    }

    /// Whether `part` belongs to the same record as part 0.
    pub(crate) fn fits(&self, part: &Part<'_>) -> bool {
        part.count == self.count && part.record_length == self.record_length
    }

    /// Adds the next part.
    pub(crate) fn push(&mut self, part: Part<'_>) -> Result<(), PartError> {
        let left = usize::try_from(self.record_length).unwrap_or(usize::MAX) - self.record.len();
        let expected = left.min(PAYLOAD_LENGTH_MAX);
        if part.payload.len() != expected {
            return Err(PartError::Length { found: part.payload.len(), expected });
        }
        self.record.extend_from_slice(part.payload);
        Ok(())
    }

    /// Number of parts that the record has.
    pub(crate) fn count(&self) -> u32 {
        self.count
    }

    /// The record, once all parts were added.
    pub(crate) fn finish(self) -> Vec<u8> {
        self.record
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::format::limits::PART_LENGTH_MAX;

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
        for (length, count) in [
            (0, 1),
            (1, 1),
            (PAYLOAD_LENGTH_MAX, 1),
            (PAYLOAD_LENGTH_MAX + 1, 2),
            (3 * PAYLOAD_LENGTH_MAX, 3),
        ] {
            let record = vec![7; length];
            let parts: Vec<_> = cut(&record).collect();
            assert_eq!(parts.len(), count, "{length} bytes");
            assert!(parts.iter().skip(1).all(|part| !part.payload.is_empty()), "{length} bytes");
        }
    }

    #[test]
    fn refuses_counts_that_cannot_be_true() {
        let part = Part { count: 2, record_length: 3, payload: b"abc" };
        assert_eq!(Join::start(part).unwrap_err(), PartError::Counts { count: 2, length: 3 });
        let none = Part { count: 0, record_length: 0, payload: b"" };
        assert_eq!(Join::start(none).unwrap_err(), PartError::Counts { count: 0, length: 0 });
    }

    #[test]
    fn refuses_a_part_of_another_length() {
        let record = vec![1; PAYLOAD_LENGTH_MAX + 9];
        let parts: Vec<_> = cut(&record).collect();
        let mut join = Join::start(parts[0]).unwrap();
        let short = Part { payload: &parts[1].payload[..8], ..parts[1] };
        assert_eq!(join.push(short), Err(PartError::Length { found: 8, expected: 9 }));
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(64))]
        #[test]
        fn a_record_is_joined_from_its_parts(record in proptest::collection::vec(any::<u8>(), 0..40_000)) {
            let parts: Vec<_> = cut(&record).collect();
            for part in &parts {
                prop_assert!(part.ser(b"key").len() <= PART_LENGTH_MAX);
            }
            prop_assert_eq!(joined(&parts), Ok(record.clone()));
        }
    }
}
