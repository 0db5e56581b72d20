//! Suggestions: what may have been meant by a name that is not known.

/// The candidate that is closest to `given`, if one is close enough to be a slip of the hand: at most one edit in
/// three characters, and never more than four. Of equally close ones the first.
pub fn closest<'a>(given: &str, candidates: impl IntoIterator<Item = &'a str>) -> Option<&'a str> {
    let edits_max = (given.chars().count() / 3).clamp(1, 4);
    let distance =
        |candidate: &&str| strsim::damerau_levenshtein(&given.to_lowercase(), &candidate.to_lowercase());
    let (best, edits) = candidates
        .into_iter()
        .map(|candidate| (candidate, distance(&candidate)))
        .min_by_key(|(_, edits)| *edits)?;
    (edits <= edits_max).then_some(best)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn finds_a_slip_of_the_hand() {
        let known = ["dual-nationality", "multi-entry-visas", "regularisation"];
        assert_eq!(closest("dual-nationalty", known), Some("dual-nationality"));
        assert_eq!(closest("Regularization", known), Some("regularisation"));
    }

    #[test]
    fn does_not_guess_wildly() {
        assert_eq!(closest("gdp", ["dual-nationality", "regularisation"]), None);
        assert_eq!(closest("x", []), None);
    }
}
