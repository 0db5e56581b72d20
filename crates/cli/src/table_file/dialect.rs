//! Dialects: what separates the cells of a text and ends its lines.
//!
//! *Invariant:* the header alone decides, by the key columns that it names; a line `sep=…` before it decides instead.

/// The columns that every file has.
pub(super) const KEY_COLUMNS: [&str; 3] = ["indicator", "area", "period"];

/// What may separate cells, the most usual first.
const DELIMITERS: [u8; 4] = [b',', b';', b'\t', b'|'];

/// What separates the cells of a text and ends its lines.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Dialect {
    pub(super) delimiter: u8,
    /// Whether lines end with a carriage return alone.
    pub(super) is_carriage_return: bool,
}

impl Dialect {
    /// What separates cells, for people.
    pub(super) fn delimiter_name(self) -> &'static str {
        match self.delimiter {
            b';' => "semicolons",
            b'\t' => "tabs",
            b'|' => "bars",
            _ => "commas",
        }
    }
}

/// The dialect of a text that begins like this; none if more of it is needed. `is_all` if nothing follows.
pub(super) fn recognise(beginning: &[u8], is_all: bool) -> Option<Dialect> {
    let is_carriage_return = match beginning.iter().position(|byte| matches!(byte, b'\r' | b'\n')) {
        Some(end) if beginning[end] == b'\r' => {
            let next = beginning.get(end + 1);
            if next.is_none() && !is_all {
                return None;
            }
            next != Some(&b'\n')
        }
        Some(_) => false,
        None if is_all => false,
        None => return None,
    };
    let text = beginning.strip_prefix("\u{FEFF}".as_bytes()).unwrap_or(beginning);
    let mut lines = text.split_inclusive(|byte| matches!(byte, b'\r' | b'\n'));
    let delimiter = lines.find_map(|line| {
        let is_ended = line.last().is_some_and(|last| matches!(last, b'\r' | b'\n'));
        (is_ended || is_all).then(|| delimiter_of(line)).flatten()
    });
    match delimiter {
        Some(delimiter) => Some(Dialect { delimiter, is_carriage_return }),
        None if is_all => Some(Dialect { delimiter: b',', is_carriage_return }),
        None => None,
    }
}

/// What separates the cells of a header; none of a line that is no header.
fn delimiter_of(line: &[u8]) -> Option<u8> {
    let line = line.trim_ascii_end();
    let is_blank = line.iter().all(|byte| byte.is_ascii_whitespace() || b",;|\"".contains(byte));
    if is_blank || line.starts_with(b"#") || line.starts_with(b"\"#") {
        return None;
    }
    if let Some((_, declared)) = line.split_at_checked(4).filter(|(start, _)| is_declaration(start)) {
        // A tab was trimmed with the end of the line.
        return Some(declared.first().copied().unwrap_or(b'\t'));
    }
    let keys_by = |delimiter: u8| {
        let names = line.split(|byte| *byte == delimiter);
        names.filter(|name| KEY_COLUMNS.iter().any(|key| is_named(name, key))).count()
    };
    // The first of those that find the most.
    DELIMITERS.into_iter().rev().max_by_key(|delimiter| keys_by(*delimiter))
}

/// Whether a line, or its first cell, declares what separates cells, as Excel writes it.
pub(super) fn is_declaration(text: &[u8]) -> bool {
    text.eq_ignore_ascii_case(b"sep=")
}

fn is_named(name: &[u8], key: &str) -> bool {
    let name = name.trim_ascii();
    let name = name.strip_prefix(b"\"").and_then(|name| name.strip_suffix(b"\"")).unwrap_or(name);
    name.trim_ascii().eq_ignore_ascii_case(key.as_bytes())
}

/// The name of a column as it is compared: in lower case, with `_` for spaces.
pub(super) fn column_name(written: &str) -> String {
    written.split_whitespace().collect::<Vec<_>>().join("_").to_lowercase()
}
