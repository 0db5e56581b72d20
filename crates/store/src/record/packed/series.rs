//! The series of a batch: which combinations of indicator, area and source it has, in the order in which they were
//! first met.

use std::collections::HashMap;

use foldhash::fast::RandomState;

use crate::record::column::IndexColumnWriter;

/// Indexes of an indicator, an area and a source in their dictionaries.
pub(super) type Series = [u32; 3];

/// Up to how many combinations an observation a table of all of them is the faster way.
const COMBINATIONS_PER_ROW_MAX: usize = 8;
/// Marks a combination in the table that has not occurred yet.
const UNMET: u32 = u32::MAX;

/// Distinct series, and the column of the rows' indexes among them.
#[derive(Default)]
pub(super) struct Listed {
    pub(super) count: usize,
    indicators: IndexColumnWriter,
    areas: IndexColumnWriter,
    sources: IndexColumnWriter,
    rows: IndexColumnWriter,
}

impl Listed {
    /// The index of a series that was not met yet.
    #[inline]
    fn added(&mut self, [indicator, area, source]: Series) -> u32 {
        let index = self.count;
        self.indicators.put(index, indicator);
        self.areas.put(index, area);
        self.sources.put(index, source);
        self.count += 1;
        // A record has fewer than 2^32 bytes, so fewer rows.
        u32::try_from(index).unwrap_or(UNMET)
    }

    /// The columns of the indexes of indicator, area and source of each series, and of the series of each of `row_count` rows.
    pub(super) fn finish(self, row_count: usize) -> [Vec<u8>; 4] {
        let Self { count, indicators, areas, sources, rows } = self;
        [indicators.finish(count), areas.finish(count), sources.finish(count), rows.finish(row_count)]
    }
}

/// Lists the series of rows; `lengths` are those of the three dictionaries.
pub(super) fn listed(rows: &[Series], lengths: [usize; 3]) -> Listed {
    let combinations = lengths.into_iter().try_fold(1, usize::checked_mul);
    match combinations.filter(|count| *count <= COMBINATIONS_PER_ROW_MAX.saturating_mul(rows.len())) {
        Some(count) => by_table(rows, lengths, count),
        None => by_hash(rows),
    }
}

fn by_table(rows: &[Series], [_, areas, sources]: [usize; 3], combinations: usize) -> Listed {
    let mut table = vec![UNMET; combinations];
    let mut listed = Listed::default();
    for (row, series) in rows.iter().enumerate() {
        let [indicator, area, source] = series.map(|index| index as usize);
        let met = &mut table[(indicator * areas + area) * sources + source];
        if *met == UNMET {
            *met = listed.added(*series);
        }
        listed.rows.put(row, *met);
    }
    listed
}

fn by_hash(rows: &[Series]) -> Listed {
    let mut known = HashMap::with_capacity_and_hasher(rows.len(), RandomState::default());
    let mut listed = Listed::default();
    for (row, series) in rows.iter().enumerate() {
        let index = *known.entry(*series).or_insert_with(|| listed.added(*series));
        listed.rows.put(row, index);
    }
    listed
}

#[cfg(test)]
mod tests {
    use proptest::{collection::vec, prelude::*};

    use super::*;
    use crate::record::column::IndexColumn;

    proptest! {
        #[test]
        fn both_ways_list_the_same(rows in vec([0..4u32, 0..5u32, 0..2u32], 0..40)) {
            let (table, hash) = (by_table(&rows, [4, 5, 2], 40), by_hash(&rows));
            prop_assert_eq!(table.count, hash.count);
            let count = table.count;
            let columns = table.finish(rows.len());
            prop_assert_eq!(&columns, &hash.finish(rows.len()));
            let [mut indicators, mut areas, mut sources, mut indexes] =
                columns.each_ref().map(|column| IndexColumn::new(column).unwrap());
            let distinct: Vec<Series> = (0..count)
                .map(|_| [&mut indicators, &mut areas, &mut sources].map(|part| part.next().unwrap()))
                .collect();
            for series in &rows {
                prop_assert_eq!(&distinct[indexes.next().unwrap() as usize], series);
            }
        }
    }
}
