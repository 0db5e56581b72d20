//! Texts, written once each: 0, length and bytes for a new one; the index, counted from 1, of one that came before.

use std::{
    collections::HashMap,
    io::{Read, Result, Write},
    str::FromStr,
};

use integer_encoding::{VarIntReader as _, VarIntWriter as _};

use super::damaged;

/// Longest text, in bytes: ids and local units are shorter.
const LENGTH_MAX: u64 = 256;

/// The texts that were written.
#[derive(Debug, Default)]
pub(super) struct Written(HashMap<String, u64>);

impl Written {
    pub(super) fn write(&mut self, sink: &mut impl Write, text: &str) -> Result<()> {
        if let Some(index) = self.0.get(text) {
            sink.write_varint(*index)?;
            return Ok(());
        }
        self.0.insert(text.to_owned(), self.0.len() as u64 + 1);
        sink.write_varint(0_u64)?;
        sink.write_varint(text.len() as u64)?;
        sink.write_all(text.as_bytes())
    }
}

/// The texts that were read, each already parsed.
#[derive(Debug)]
pub(super) struct Texts(Vec<String>);

impl Texts {
    pub(super) fn new() -> Self {
        Self(Vec::new())
    }

    /// The index of the next text, counted from 0.
    pub(super) fn index(&mut self, source: &mut impl Read) -> Result<usize> {
        let index: u64 = source.read_varint()?;
        if let Some(before) = index.checked_sub(1) {
            let before = usize::try_from(before).unwrap_or(usize::MAX);
            return if before < self.0.len() { Ok(before) } else { Err(damaged("a text is not there")) };
        }
        let length: u64 = source.read_varint()?;
        if length > LENGTH_MAX {
            return Err(damaged("a text is too long"));
        }
        let mut bytes = vec![0; usize::try_from(length).unwrap_or_default()];
        source.read_exact(&mut bytes)?;
        self.0.push(String::from_utf8(bytes).map_err(|_| damaged("a text is not UTF-8"))?);
        Ok(self.0.len() - 1)
    }

    pub(super) fn text(&self, index: usize) -> &str {
        self.0.get(index).map_or("", String::as_str)
    }
}

/// Texts of one kind, parsed once each.
#[derive(Debug)]
pub(super) struct Parsed<T>(HashMap<usize, T>);

impl<T: FromStr + Clone> Parsed<T> {
    pub(super) fn new() -> Self {
        Self(HashMap::new())
    }

    pub(super) fn read(&mut self, source: &mut impl Read, texts: &mut Texts) -> Result<T> {
        let index = texts.index(source)?;
        if let Some(known) = self.0.get(&index) {
            return Ok(known.clone());
        }
        let parsed: T =
            texts.text(index).parse().map_err(|_| damaged("a text cannot be parsed as its type"))?;
        self.0.insert(index, parsed.clone());
        Ok(parsed)
    }
}
