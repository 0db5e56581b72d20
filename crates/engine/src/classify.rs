//! Stage 8, classify: which band a score stands in.
//!
//! *Invariant:* of the two edges of a band one belongs to it, as the framework defines, and a score is at an edge by the rule of
//! [`tenseven_model::equality`]; below the lowest band there is none.

pub use tenseven_model::framework::band_of as band;

#[cfg(test)]
mod tests {
    use tenseven_model::framework::{Band, BandsClosed};

    use super::*;

    fn bands() -> Vec<Band> {
        let bands = [("partial", 40.0), ("meets", 80.0), ("fully", 100.0)].into_iter();
        bands.map(|(id, from)| Band { id: id.parse().unwrap(), label: id.to_owned(), from }).collect()
    }

    #[test]
    fn a_band_that_is_closed_above_ends_with_its_upper_edge_and_the_lowest_has_both() {
        let found = [39.999, 40.0, 40.001, 79.999, 80.0, 80.000_000_000_000_01, 80.001, 100.0, 100.1, 1e300];
        let found = found.map(|score| band(&bands(), BandsClosed::Above, score));
        let expected =
            [None, Some(0), Some(0), Some(0), Some(0), Some(0), Some(1), Some(1), Some(2), Some(2)];
        assert_eq!(found, expected);
    }

    #[test]
    fn a_band_begins_with_its_lower_edge() {
        let found = [39.999, 40.0, 79.999, 80.0, 100.0, 1e300];
        let found = found.map(|score| band(&bands(), BandsClosed::Below, score));
        assert_eq!(found, [None, Some(0), Some(0), Some(1), Some(2), Some(2)]);
    }
}
