//! Notes of observations: written once for all observations that share them.

use std::collections::HashMap;

use foldhash::fast::RandomState;
use tenseven_model::{Evidence, Notes};

use crate::record::{
    decode_error::ObservationFault,
    dictionary::Dictionary,
    texts,
    varint::{self, VarintFault},
};

/// The texts of a value, or the reason of a withdrawal as a comment alone.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Noted<'a> {
    comment: &'a str,
    method: &'a str,
    evidence: &'a [Evidence],
}

impl<'a> Noted<'a> {
    /// A comment and nothing else.
    pub(super) fn comment(comment: &'a str) -> Self {
        Self { comment, method: "", evidence: &[] }
    }
}

impl<'a> From<&'a Notes> for Noted<'a> {
    fn from(notes: &'a Notes) -> Self {
        let Notes { comment, method, evidence } = notes;
        Self { comment, method, evidence }
    }
}

/// Notes of a batch while it is written.
#[derive(Debug, Default)]
pub(super) struct NotesWriter<'a> {
    texts: Dictionary<&'a str>,
    text_bytes: Vec<u8>,
    /// By their bytes.
    indexes: HashMap<Vec<u8>, u32, RandomState>,
    /// By their indexes, the first that had them.
    notes: Vec<Noted<'a>>,
    bytes: Vec<u8>,
    /// For each index, the index that was requested after it: comparing texts is cheaper than a lookup.
    follows: Vec<u32>,
    last: u32,
}

impl<'a> NotesWriter<'a> {
    /// The index of an observation's notes, counted from 1; 0 for none.
    #[inline]
    pub(super) fn index_of(&mut self, notes: &'a Notes) -> u32 {
        if notes.is_empty() { 0 } else { self.index(notes.into()) }
    }

    /// The index of notes, counted from 1; 0 for none.
    pub(super) fn index(&mut self, notes: Noted<'a>) -> u32 {
        if notes.comment.is_empty() && notes.method.is_empty() && notes.evidence.is_empty() {
            return 0;
        }
        let guess = self.follows.get(self.last as usize).copied().unwrap_or_default();
        if self.notes.get(guess as usize).is_some_and(|known| *known == notes) {
            self.last = guess;
            return guess + 1;
        }
        let bytes = self.written(notes);
        // A record has fewer than 2^32 bytes, so fewer notes.
        let next = u32::try_from(self.notes.len()).unwrap_or(u32::MAX);
        let index = *self.indexes.entry(bytes).or_insert_with_key(|bytes| {
            self.bytes.extend(bytes);
            self.notes.push(notes);
            self.follows.push(next);
            next
        });
        self.follows[self.last as usize] = index;
        self.last = index;
        index + 1
    }

    fn written(&mut self, notes: Noted<'a>) -> Vec<u8> {
        let Noted { comment, method, evidence } = notes;
        let mut bytes = Vec::with_capacity(8);
        let mut push = |number: u64| varint::push(&mut bytes, number);
        push(self.text(comment));
        push(self.text(method));
        push(evidence.len() as u64);
        for one in evidence {
            push(self.text(one.citation()));
            push(self.text(one.url()));
            push(self.text(one.quote()));
        }
        bytes
    }

    /// The index of a text, counted from 1; 0 for an empty text, which is not kept.
    fn text(&mut self, text: &'a str) -> u64 {
        if text.is_empty() {
            return 0;
        }
        let before = self.texts.len();
        let index = self.texts.index(text);
        if self.texts.len() > before {
            texts::push(&mut self.text_bytes, &[text]);
        }
        u64::from(index) + 1
    }

    /// The bytes of the dictionary of texts, and of the notes.
    pub(super) fn finish(self) -> (Vec<u8>, Vec<u8>) {
        (self.text_bytes, self.bytes)
    }
}

/// Takes notes from the front of `rest`, with the texts that they point to.
pub(super) fn take(rest: &mut &[u8], texts: &[&str]) -> Result<Notes, ObservationFault> {
    let comment = text(rest, texts)?;
    let method = text(rest, texts)?;
    let mut evidence = Vec::new();
    for _ in 0..number(rest)? {
        evidence.push(Evidence::new(text(rest, texts)?, text(rest, texts)?, text(rest, texts)?)?);
    }
    Ok(Notes { comment, method, evidence })
}

/// Passes over notes at the front of `rest`.
pub(super) fn skip(rest: &mut &[u8]) -> Result<(), ObservationFault> {
    number(rest)?;
    number(rest)?;
    for _ in 0..number(rest)? {
        number(rest)?;
        number(rest)?;
        number(rest)?;
    }
    Ok(())
}

fn number(rest: &mut &[u8]) -> Result<u64, VarintFault> {
    varint::take(rest)
}

fn text(rest: &mut &[u8], texts: &[&str]) -> Result<String, ObservationFault> {
    let Some(index) = number(rest)?.checked_sub(1) else { return Ok(String::new()) };
    let found = usize::try_from(index).ok().and_then(|index| texts.get(index));
    let index = u32::try_from(index).unwrap_or(u32::MAX);
    let fault = ObservationFault::Index { dictionary: "texts", index, length: texts.len() };
    found.map(|text| (*text).to_owned()).ok_or(fault)
}
