//! Quotation marks: whether one is left open at the end of a file.
//!
//! *Invariant:* follows the rules of CSV as the reader does: a mark opens at the start of a cell alone, two of them
//! inside mean one, and lines that begin with `#` are comments.

/// The state of the parser at the next byte of a file.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(super) enum Quotes {
    /// At the start of a line.
    #[default]
    LineStart,
    /// At the start of a cell.
    CellStart,
    /// In a cell without quotation marks, or after its closing mark.
    Plain,
    /// In a cell between quotation marks.
    Open,
    /// After a quotation mark in such a cell: it closes the cell, or is the first of two.
    Mark,
    /// In a comment.
    Comment,
}

impl Quotes {
    /// After these bytes of a text whose cells `delimiter` separates.
    pub(super) fn after(self, bytes: &[u8], delimiter: u8) -> Self {
        bytes.iter().fold(self, |state, byte| state.next(*byte, delimiter))
    }

    fn next(self, byte: u8, delimiter: u8) -> Self {
        match (self, byte) {
            (Self::Comment, b'\n') => Self::LineStart,
            (Self::Comment, _) | (Self::LineStart, b'#') => Self::Comment,
            (Self::Open, b'"') => Self::Mark,
            (Self::Open, _) | (Self::LineStart | Self::CellStart | Self::Mark, b'"') => Self::Open,
            (_, b'\n' | b'\r') => Self::LineStart,
            (_, other) if other == delimiter => Self::CellStart,
            (Self::LineStart | Self::CellStart | Self::Plain | Self::Mark, _) => Self::Plain,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn finds_a_mark_that_is_left_open() {
        let open = |text: &str| Quotes::default().after(text.as_bytes(), b',') == Quotes::Open;
        for text in ["a,\"b", "a,\"b\nc,d\n", "\"", "a,\"b \"\" c", "# \"\na,\"b"] {
            assert!(open(text), "{text:?}");
        }
        for text in
            ["", "a,\"b\"", "a,\"b \"\" c\"\n", "a,5\" pipe", "# \" odd\na,b", "a,\"b\",c\n", "a,b\"c\"d"]
        {
            assert!(!open(text), "{text:?}");
        }
    }
}
