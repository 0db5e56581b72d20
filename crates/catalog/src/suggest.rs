//! Suggesting: which of the known words an unknown one was probably meant to be.
//!
//! *Invariant:* the work is bounded, whatever is asked: long words get no suggestion, and only the first candidates are
//! looked at.

/// Longest word that gets a suggestion, in characters.
const LENGTH_MAX: usize = 64;
/// Most candidates that are looked at.
const CANDIDATES_MAX: usize = 1_000;

/// The candidate that takes the fewest edits (insert, delete, replace, swap of neighbours), the first of several; none
/// if even that takes more than one edit in three letters. Case, `-` and `_` do not matter.
pub(crate) fn nearest<'a>(word: &str, candidates: impl IntoIterator<Item = &'a str>) -> Option<&'a str> {
    let word = letters(word);
    if word.is_empty() || word.len() > LENGTH_MAX {
        return None;
    }
    let edits_max = word.len().div_ceil(3);
    candidates
        .into_iter()
        .take(CANDIDATES_MAX)
        .filter_map(|candidate| {
            let known = letters(candidate);
            let near = known.len() <= LENGTH_MAX && known.len().abs_diff(word.len()) <= edits_max;
            let edits = near.then(|| edits(&word, &known)).filter(|edits| *edits <= edits_max)?;
            let same_start = known.first() == word.first();
            Some(((edits, !same_start), candidate))
        })
        .min_by_key(|(rank, _)| *rank)
        .map(|(_, candidate)| candidate)
}

/// `; did you mean …?`, or else the words that are known, or nothing where they are too many to read.
pub(crate) fn remedy<'a>(word: &str, candidates: impl IntoIterator<Item = &'a str> + Clone) -> String {
    if let Some(nearest) = nearest(word, candidates.clone()) {
        return format!("; did you mean {nearest}?");
    }
    let mut known = candidates.into_iter();
    let few: Vec<_> = known.by_ref().take(20).collect();
    match few.split_last() {
        None => String::new(),
        Some(_) if known.next().is_some() => String::new(),
        Some((only, [])) => format!("; give {only}"),
        Some((last, others)) => format!("; give {} or {last}", others.join(", ")),
    }
}

fn letters(word: &str) -> Vec<char> {
    let one = |c: char| if c == '_' { '-' } else { c.to_ascii_lowercase() };
    word.chars().take(LENGTH_MAX + 1).map(one).collect()
}

/// The optimal string alignment distance.
fn edits(from: &[char], to: &[char]) -> usize {
    let mut before_last: Vec<usize> = Vec::new();
    let mut last: Vec<usize> = (0..=to.len()).collect();
    for (row, a) in from.iter().enumerate() {
        let mut current = vec![row + 1];
        for (column, b) in to.iter().enumerate() {
            let replaced = last[column] + usize::from(a != b);
            let mut fewest = replaced.min(last[column + 1] + 1).min(current[column] + 1);
            if row > 0 && column > 0 && *a == to[column - 1] && from[row - 1] == *b {
                fewest = fewest.min(before_last[column - 1] + 1);
            }
            current.push(fewest);
        }
        before_last = std::mem::replace(&mut last, current);
    }
    last.last().copied().unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn finds_the_word_behind_a_slip() {
        let known = ["arithmetic", "sum", "min_coverage", "higher-is-better"];
        for (slip, meant) in [
            ("arithmatic", "arithmetic"),
            ("smu", "sum"),
            ("min-coverage", "min_coverage"),
            ("Higher_Is_Better", "higher-is-better"),
            ("mincoverage", "min_coverage"),
        ] {
            assert_eq!(nearest(slip, known), Some(meant), "{slip}");
        }
    }

    #[test]
    fn stays_silent_rather_than_guess_wildly() {
        assert_eq!(nearest("geometric", ["sum", "arithmetic"]), None);
        assert_eq!(nearest("", ["a"]), None);
        assert_eq!(nearest(&"x".repeat(65), [&*"x".repeat(65)]), None);
    }

    #[test]
    fn prefers_the_word_with_the_same_start_among_equals() {
        assert_eq!(nearest("MRR", ["ARR", "MAR"]), Some("MAR"));
    }

    #[test]
    fn names_what_is_known_where_nothing_is_near() {
        assert_eq!(remedy("median", ["arithmetic", "sum"]), "; give arithmetic or sum");
        assert_eq!(remedy("summ", ["arithmetic", "sum"]), "; did you mean sum?");
        assert_eq!(remedy("x", []), "");
    }
}
