//! Columns of numbers, written as runs of equal ones.

use std::io::{Read, Result, Write};

use integer_encoding::{VarIntReader as _, VarIntWriter as _};

use super::damaged;

/// Writes a column. Its length is the reader's to know.
pub(super) fn write(sink: &mut impl Write, column: impl Iterator<Item = u64>) -> Result<()> {
    let mut run: Option<(u64, u64)> = None;
    for number in column {
        match &mut run {
            Some((known, length)) if *known == number => *length += 1,
            _ => {
                if let Some(ended) = run.replace((number, 1)) {
                    write_run(sink, ended)?;
                }
            }
        }
    }
    run.map_or(Ok(()), |last| write_run(sink, last))
}

fn write_run(sink: &mut impl Write, (number, length): (u64, u64)) -> Result<()> {
    sink.write_varint(number)?;
    sink.write_varint(length)?;
    Ok(())
}

/// Reads a column of `length` numbers into `column`, which is cleared first.
pub(super) fn read(source: &mut impl Read, length: usize, column: &mut Vec<u64>) -> Result<()> {
    column.clear();
    while column.len() < length {
        let number: u64 = source.read_varint()?;
        let run = usize::try_from(source.read_varint::<u64>()?).unwrap_or(usize::MAX);
        if run == 0 || run > length - column.len() {
            return Err(damaged("a run is longer than its column"));
        }
        column.resize(column.len() + run, number);
    }
    Ok(())
}

/// A number and its sign in one, small numbers small.
pub(super) fn zigzag(number: i64) -> u64 {
    ((number << 1) ^ (number >> 63)).cast_unsigned()
}

/// The inverse of [`zigzag`].
pub(super) fn unzigzag(number: u64) -> i64 {
    (number >> 1).cast_signed() ^ -((number & 1).cast_signed())
}

/// The steps from each number to the next, the first from 0.
pub(super) fn steps(column: impl Iterator<Item = u64>) -> impl Iterator<Item = u64> {
    let mut last = 0_u64;
    column.map(move |number| {
        let step = number.wrapping_sub(last);
        last = number;
        zigzag(step.cast_signed())
    })
}

/// The inverse of [`steps`], in place.
pub(super) fn unstep(column: &mut [u64]) {
    let mut last = 0_u64;
    for number in column {
        last = last.wrapping_add(unzigzag(*number).cast_unsigned());
        *number = last;
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    proptest! {
        #[test]
        fn a_column_is_read_back(column in proptest::collection::vec(prop_oneof![Just(7_u64), any::<u64>()], 0..300)) {
            let mut bytes = Vec::new();
            write(&mut bytes, steps(column.iter().copied())).unwrap();
            let mut back = vec![1];
            read(&mut bytes.as_slice(), column.len(), &mut back).unwrap();
            unstep(&mut back);
            prop_assert_eq!(back, column);
        }

        #[test]
        fn no_bytes_make_it_panic_or_take_more_memory_than_the_column(bytes: Vec<u8>, length in 0_usize..1_000) {
            let mut column = Vec::new();
            if read(&mut bytes.as_slice(), length, &mut column).is_ok() {
                prop_assert_eq!(column.len(), length);
            }
        }
    }
}
