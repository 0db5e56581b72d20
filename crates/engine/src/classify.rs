//! Stage 8, classify: which band a score stands in.
//!
//! *Invariant:* a band begins with its lower bound and ends before the next one's, both by the rule of
//! [`tenseven_model::equality`]; below the lowest there is none.

pub use tenseven_model::framework::band_of as band;

#[cfg(test)]
mod tests {
    use tenseven_model::framework::Band;

    use super::*;

    #[test]
    fn a_band_begins_with_its_lower_bound() {
        let bands: Vec<_> = [("partial", 40.0), ("meets", 80.0), ("fully", 100.0)]
            .into_iter()
            .map(|(id, from)| Band { id: id.parse().unwrap(), label: id.to_owned(), from })
            .collect();
        let found = [39.999, 40.0, 79.999, 80.0, 100.0, 1e300].map(|score| band(&bands, score));
        assert_eq!(found, [None, Some(0), Some(0), Some(1), Some(2), Some(2)]);
    }
}
