//! The series of a batch: which combinations of indicator, area and source it has, in the order in which they were
//! first met.

use crate::record::{column::PlacesWriter, dictionary::Dictionary};

/// Places of an indicator, an area and a source in their dictionaries.
pub(super) type Series = [u32; 3];

/// Up to how many combinations an observation a table of all of them is the faster way.
const COMBINATIONS_PER_ROW_MAX: usize = 8;
/// Stands in the table for a combination that was not met yet.
const UNMET: u32 = u32::MAX;

/// Distinct series, and the column of the rows' places among them.
pub(super) struct Listed {
    pub(super) distinct: Vec<Series>,
    pub(super) rows: PlacesWriter,
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
    let mut distinct = Vec::with_capacity(rows.len());
    let place = |series: &Series| {
        let [indicator, area, source] = series.map(|place| place as usize);
        let met = &mut table[(indicator * areas + area) * sources + source];
        if *met == UNMET {
            // A record has fewer than 2^32 bytes, so fewer rows.
            *met = u32::try_from(distinct.len()).unwrap_or(UNMET);
            distinct.push(*series);
        }
        *met
    };
    let rows = column(rows.iter().map(place));
    Listed { distinct, rows }
}

fn by_hash(rows: &[Series]) -> Listed {
    let mut known = Dictionary::with_capacity(rows.len());
    let rows = column(rows.iter().map(|series| known.place(*series)));
    Listed { distinct: known.values().to_vec(), rows }
}

fn column(places: impl Iterator<Item = u32>) -> PlacesWriter {
    let mut column = PlacesWriter::default();
    places.for_each(|place| column.push(place));
    column
}

#[cfg(test)]
mod tests {
    use proptest::{collection::vec, prelude::*};

    use super::*;
    use crate::record::column::Places;

    proptest! {
        #[test]
        fn both_ways_list_the_same(rows in vec([0..4u32, 0..5u32, 0..2u32], 0..40)) {
            let (table, hash) = (by_table(&rows, [4, 5, 2], 40), by_hash(&rows));
            prop_assert_eq!(&table.distinct, &hash.distinct);
            let bytes = table.rows.finish();
            prop_assert_eq!(&bytes, &hash.rows.finish());
            let mut places = Places::new(&bytes).unwrap();
            for series in &rows {
                prop_assert_eq!(&table.distinct[places.next().unwrap() as usize], series);
            }
        }
    }
}
