//! Positions: from a byte of the text to its line and column.

/// Where the lines of a text begin.
pub(super) struct Lines<'t> {
    text: &'t str,
    starts: Vec<usize>,
}

impl<'t> Lines<'t> {
    pub(super) fn new(text: &'t str) -> Self {
        let after_breaks = text.match_indices('\n').map(|(at, _)| at + 1);
        Self { text, starts: std::iter::once(0).chain(after_breaks).collect() }
    }

    /// The text.
    pub(super) fn text(&self) -> &'t str {
        self.text
    }

    /// Line and column of a byte, both from 1, the column in characters. Beyond the text: its end.
    pub(super) fn position(&self, at: usize) -> (usize, usize) {
        let at = at.min(self.text.len());
        let line = self.starts.partition_point(|start| *start <= at);
        let start = self.starts.get(line.saturating_sub(1)).copied().unwrap_or_default();
        // Counting starts of characters works inside a character as well.
        let before = self.text.as_bytes().get(start..at).unwrap_or_default();
        let characters = before.iter().filter(|byte| (**byte & 0xC0) != 0x80).count();
        (line, characters + 1)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn counts_lines_and_characters_from_one() {
        let text = "a\nÅé = 1\r\n\nend";
        let lines = Lines::new(text);
        let at = |what: &str| lines.position(text.find(what).unwrap());
        assert_eq!(lines.position(0), (1, 1));
        assert_eq!(at("Å"), (2, 1));
        assert_eq!(at("="), (2, 4));
        assert_eq!(at("end"), (4, 1));
        assert_eq!(lines.position(text.len()), (4, 4));
        assert_eq!(lines.position(usize::MAX), (4, 4));
        assert_eq!(Lines::new("").position(0), (1, 1));
    }
}
