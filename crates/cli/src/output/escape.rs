//! Escapes texts of others, so that they cannot control a terminal or hide content.
//!
//! *Invariant:* what is written to a terminal has no control characters but line feeds and tabs, and no characters that
//! turn the direction of text. They are shown by their numbers. Bytes that are cut within a character are put together again.

use std::io::{self, Write};

use tenseven_model::is_hidden;

/// Longest character in UTF-8, in bytes.
const CHARACTER_BYTES_MAX: usize = 4;

/// Writes a text escaped.
#[derive(Debug)]
pub(crate) struct Escaped<W> {
    inner: W,
    /// The beginning of a character of which more is to come.
    cut: Vec<u8>,
}

impl<W: Write> Escaped<W> {
    pub(crate) fn new(inner: W) -> Self {
        Self { inner, cut: Vec::with_capacity(CHARACTER_BYTES_MAX) }
    }

    fn write_text(&mut self, text: &str) -> io::Result<()> {
        let mut plain = 0;
        for (start, character) in text.char_indices().filter(|(_, character)| is_unsafe(*character)) {
            self.inner.write_all(&text.as_bytes()[plain..start])?;
            write!(self.inner, "{}", character.escape_unicode())?;
            plain = start + character.len_utf8();
        }
        self.inner.write_all(&text.as_bytes()[plain..])
    }
}

impl<W: Write> Write for Escaped<W> {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        let mut all = std::mem::take(&mut self.cut);
        all.extend_from_slice(bytes);
        let mut rest = all.as_slice();
        while !rest.is_empty() {
            match str::from_utf8(rest) {
                Ok(text) => {
                    self.write_text(text)?;
                    break;
                }
                Err(error) => {
                    let (text, after) = rest.split_at(error.valid_up_to());
                    self.write_text(&String::from_utf8_lossy(text))?;
                    let Some(wrong) = error.error_len() else {
                        self.cut = after.to_vec();
                        break;
                    };
                    self.inner.write_all("\u{FFFD}".as_bytes())?;
                    rest = after.get(wrong..).unwrap_or_default();
                }
            }
        }
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        self.inner.flush()
    }
}

/// Whether a character acts on a terminal instead of being shown.
fn is_unsafe(character: char) -> bool {
    is_hidden(character) && !matches!(character, '\n' | '\t')
}

#[cfg(test)]
mod tests {
    use super::*;

    fn escaped(parts: &[&[u8]]) -> String {
        let mut out = Escaped::new(Vec::new());
        for part in parts {
            out.write_all(part).unwrap();
        }
        String::from_utf8(out.inner).unwrap()
    }

    #[test]
    fn what_acts_on_a_terminal_is_shown_by_its_number() {
        let text = "a\u{1b}]0;title\u{7}\u{9b}2J\u{202e}b\tc\n";
        assert_eq!(escaped(&[text.as_bytes()]), "a\\u{1b}]0;title\\u{7}\\u{9b}2J\\u{202e}b\tc\n");
    }

    #[test]
    fn characters_that_are_cut_are_put_together() {
        let text = "ärea \u{202e}, 面积, \u{1F30D}".as_bytes();
        let parts: Vec<&[u8]> = text.chunks(1).collect();
        assert_eq!(escaped(&parts), "ärea \\u{202e}, 面积, \u{1F30D}");
        assert_eq!(escaped(&[b"a\xffb"]), "a\u{FFFD}b");
    }
}
