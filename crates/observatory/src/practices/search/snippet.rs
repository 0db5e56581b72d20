//! Snippets: the part of a text that shows why it was found.
//!
//! *Invariant:* the parts of a snippet, put together, are a piece of the text, and nothing has to be escaped or counted to
//! show them: what was found is in parts of its own.

use std::ops::Range;

use super::{
    analysis::{Word, words},
    wanted::Wanted,
};

/// About how many bytes of a text a snippet shows.
const LENGTH_BYTES: usize = 240;
/// About how many of them stand before the first thing found.
const BEFORE_BYTES: usize = 60;
/// Marks where a text was cut.
const CUT: &str = "…";

/// A part of a text.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SnippetPart {
    /// The text of the part.
    pub text: String,
    /// Whether it is what was looked for.
    pub matched: bool,
}

/// The ranges of a text that match, in order, none within another.
pub(super) fn marks(text: &str, wanted: &Wanted) -> Vec<Range<usize>> {
    let words: Vec<Word> = words(text).collect();
    let mut marked = vec![false; words.len()];
    for sequence in wanted.shown() {
        for start in 0..words.len() {
            if is_start_of(sequence, &words[start..]) {
                marked[start..start + sequence.len()].fill(true);
            }
        }
    }
    let marks = words.iter().zip(marked).filter(|(_, marked)| *marked);
    marks.map(|(word, _)| word.from..word.to).collect()
}

/// Whether words begin with a sequence, each as far from the first as there.
fn is_start_of(sequence: &[Word], words: &[Word]) -> bool {
    let (Some(first), Some(start)) = (sequence.first(), words.first()) else { return false };
    sequence.len() <= words.len()
        && sequence.iter().zip(words).all(|(wanted, found)| {
            wanted.stem == found.stem && wanted.position - first.position == found.position - start.position
        })
}

/// The whole text in parts.
pub(super) fn whole(text: &str, marks: &[Range<usize>]) -> Vec<SnippetPart> {
    parts(text, marks, 0..text.len())
}

/// The piece of a text in which most was found, the first of several; its beginning if nothing was.
pub(super) fn snippet(text: &str, marks: &[Range<usize>]) -> Vec<SnippetPart> {
    let window = |start: usize| {
        let from = boundary_before(text, start.saturating_sub(BEFORE_BYTES));
        from..boundary_before(text, (from + LENGTH_BYTES).min(text.len()))
    };
    let count = |window: &Range<usize>| {
        marks.iter().filter(|mark| mark.start >= window.start && mark.end <= window.end).count()
    };
    let windows = marks.iter().map(|mark| window(mark.start));
    // Of several with as many the first: the last one counts where they are compared from behind.
    let best = windows.rev().max_by_key(count).unwrap_or_else(|| window(0));
    let mut parts = parts(text, marks, best.clone());
    let cut = || SnippetPart { text: CUT.to_owned(), matched: false };
    if best.start > 0 {
        parts.insert(0, cut());
    }
    if best.end < text.len() {
        parts.push(cut());
    }
    parts
}

/// The last place up to `place` where a word begins or the text ends; the next character's place where a word is that
/// long.
fn boundary_before(text: &str, place: usize) -> usize {
    if place == 0 || place >= text.len() {
        return place.min(text.len());
    }
    let floor = (0..=place).rev().find(|place| text.is_char_boundary(*place)).unwrap_or(0);
    let (before, behind) = text.split_at(floor);
    if behind.starts_with(char::is_whitespace) {
        return floor;
    }
    before
        .char_indices()
        .rev()
        .take(40)
        .find(|(_, c)| c.is_whitespace())
        .map_or(floor, |(at, c)| at + c.len_utf8())
}

fn parts(text: &str, marks: &[Range<usize>], window: Range<usize>) -> Vec<SnippetPart> {
    let mut parts = Vec::new();
    let mut push = |range: Range<usize>, matched| {
        let text = text.get(range).unwrap_or_default();
        if !text.is_empty() {
            parts.push(SnippetPart { text: text.to_owned(), matched });
        }
    };
    let mut last = window.start;
    for mark in marks.iter().filter(|mark| mark.start >= window.start && mark.end <= window.end) {
        push(last..mark.start, false);
        push(mark.clone(), true);
        last = mark.end;
    }
    push(last..window.end, false);
    parts
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn shown(text: &str, query: &str) -> String {
        let wanted = Wanted::of(&query.parse().unwrap()).unwrap();
        let marks = marks(text, &wanted);
        let mark = |part: SnippetPart| if part.matched { format!("[{}]", part.text) } else { part.text };
        snippet(text, &marks).into_iter().map(mark).collect()
    }

    #[test]
    fn forms_of_the_words_are_marked() {
        assert_eq!(shown("Integrating migrants.", "integration"), "[Integrating] migrants.");
        assert_eq!(shown("Integrating migrants.", "integration -migrants"), "[Integrating] migrants.");
    }

    #[test]
    fn of_a_phrase_only_the_whole_is_marked() {
        let text = "Labour law; labour officers and officers of health";
        assert_eq!(
            shown(text, "\"labour officers\""),
            "Labour law; [labour] [officers] and officers of health"
        );
        assert_eq!(
            shown(text, "\"officers of health\""),
            "Labour law; labour officers and [officers] of [health]"
        );
    }

    #[test]
    fn the_piece_in_which_most_was_found_is_shown() {
        let filler = "word ".repeat(100);
        let text = format!("{filler}one fund {filler}a fund and a loan {filler}");
        let shown = shown(&text, "fund loan");
        assert!(shown.starts_with('…') && shown.ends_with('…'), "{shown}");
        assert!(shown.contains("a [fund] and a [loan]"), "{shown}");
        assert!(shown.len() < LENGTH_BYTES + 30, "{shown}");
    }

    proptest! {
        #[test]
        fn a_snippet_is_a_piece_of_its_text(text in "(\\PC{0,9} |loan |ß—é ){0,90}") {
            let wanted = Wanted::of(&"loan".parse().unwrap()).unwrap();
            let marks = marks(&text, &wanted);
            let together = |parts: Vec<SnippetPart>| parts.into_iter().map(|part| part.text).collect::<String>();
            prop_assert_eq!(together(whole(&text, &marks)), text.clone());
            let piece = together(snippet(&text, &marks));
            let piece = piece.strip_prefix(CUT).unwrap_or(&piece);
            let piece = piece.strip_suffix(CUT).unwrap_or(piece);
            prop_assert!(text.contains(piece), "{}", piece);
        }
    }
}
