//! Packed texts: a text kept as the lines that it shares with another one, and its own.
//!
//! *Invariant:* unpacked, it is what was packed, and it never takes much more memory than that.

use std::{collections::HashMap, ops::Range, sync::Arc};

/// A text, next to others that have most of their lines in common with it. Cloning is cheap.
#[derive(Debug, Clone)]
pub(super) enum PackedText {
    /// As it is.
    Whole(Arc<str>),
    /// In parts.
    Parts { base: Arc<str>, parts: Arc<[Part]> },
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Part {
    /// This range of the base.
    Shared(Range<usize>),
    /// Lines of its own.
    Own(Box<str>),
}

impl PackedText {
    /// Packs a text. `like` is one that it probably has most lines in common with.
    pub(super) fn new(text: &Arc<str>, like: Option<&Self>) -> Self {
        if let Some(like) = like {
            let (Self::Whole(base) | Self::Parts { base, .. }) = like;
            let parts = parts(text, base);
            if bytes_of(&parts) <= text.len() / 2 {
                return Self::Parts { base: Arc::clone(base), parts: parts.into() };
            }
        }
        Self::Whole(Arc::clone(text))
    }

    /// The text that was packed.
    pub(super) fn text(&self) -> Arc<str> {
        match self {
            Self::Whole(text) => Arc::clone(text),
            Self::Parts { base, parts } => {
                let part = |part: &Part| match part {
                    Part::Shared(range) => base[range.clone()].to_owned(),
                    Part::Own(lines) => lines.to_string(),
                };
                parts.iter().map(part).collect::<String>().into()
            }
        }
    }
}

/// The parts of a text, as long as possible, each taken from where the base has its first line.
fn parts(text: &str, base: &str) -> Vec<Part> {
    let mut known = HashMap::new();
    let mut start = 0;
    for line in base.split_inclusive('\n') {
        known.entry(line).or_insert(start);
        start += line.len();
    }
    let mut parts: Vec<Part> = Vec::new();
    for line in text.split_inclusive('\n') {
        if let Some(Part::Shared(range)) = parts.last_mut()
            && base[range.end..].split_inclusive('\n').next() == Some(line)
        {
            range.end += line.len();
        } else if let Some(start) = known.get(line) {
            parts.push(Part::Shared(*start..start + line.len()));
        } else if let Some(Part::Own(lines)) = parts.last_mut() {
            *lines = format!("{lines}{line}").into();
        } else {
            parts.push(Part::Own(line.into()));
        }
    }
    parts
}

fn bytes_of(parts: &[Part]) -> usize {
    let own = parts.iter().map(|part| match part {
        Part::Shared(_) => 0,
        Part::Own(lines) => lines.len(),
    });
    size_of_val(parts) + own.sum::<usize>()
}

#[cfg(test)]
mod tests {
    use proptest::{collection::vec, prelude::*};

    use super::*;

    #[test]
    fn a_text_with_few_lines_of_its_own_takes_little() {
        let lines: Vec<_> = (0..500).map(|line| format!("weight-{line} = {line}\n")).collect();
        let base = PackedText::new(&Arc::from(lines.concat()), None);
        let text: Arc<str> = base.text().replace("weight-7 = 7\n", "weight-7 = 8\n").into();
        let packed = PackedText::new(&text, Some(&base));
        assert_eq!(packed.text(), text);
        let PackedText::Parts { parts, .. } = packed else { panic!("it is not kept in parts") };
        assert_eq!(parts.len(), 3);
        assert_eq!(parts[1], Part::Own("weight-7 = 8\n".into()));
    }

    #[test]
    fn a_text_with_little_in_common_is_kept_whole() {
        let base = PackedText::new(&Arc::from("a\nb\n"), None);
        let text = Arc::from("a\nthis line is new\n");
        assert!(matches!(PackedText::new(&text, Some(&base)), PackedText::Whole(_)));
    }

    proptest! {
        #[test]
        fn what_is_packed_is_what_is_unpacked(
            lines in vec(vec("[ab]{0,3}(\n|\r\n|é|)", 0..30), 1..4),
        ) {
            let mut like: Option<PackedText> = None;
            for lines in lines {
                let text: Arc<str> = lines.concat().into();
                let packed = PackedText::new(&text, like.as_ref());
                prop_assert_eq!(&packed.text(), &text);
                like = Some(packed);
            }
        }
    }
}
