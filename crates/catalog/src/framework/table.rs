//! Reading values out of one table of the text.
//!
//! *Invariant:* a value that is not there is `None`; a value that is wrong is `None` and a finding. Reading goes on either
//! way, so that everything wrong is found.

use std::{fmt, str::FromStr};

use toml::{
    Spanned,
    de::{DeArray, DeTable, DeValue},
};

use super::findings::Findings;

/// Most entries of a list.
const LIST_MAX: usize = 1_000;
/// Most entries of a list that every leaf below a node has a copy of.
pub(super) const INHERITED_MAX: usize = 64;
/// Most tables of a list within a part, as levels and tiers.
const TABLES_MAX: usize = 200;

/// A word of the text and where it stands.
#[derive(Debug, Clone, Copy)]
pub(super) struct Word<'a> {
    pub(super) text: &'a str,
    pub(super) at: usize,
}

/// One table of the text.
#[derive(Clone)]
pub(super) struct Table<'a> {
    entries: &'a DeTable<'a>,
    start: usize,
    place: String,
    path: String,
    findings: &'a Findings<'a>,
}

impl<'a> Table<'a> {
    /// The whole text.
    pub(super) fn root(entries: &'a DeTable<'a>, keys: &[&'static str], findings: &'a Findings<'a>) -> Self {
        let root = Self { entries, start: 0, place: "framework".to_owned(), path: String::new(), findings };
        root.check_keys(keys);
        root
    }

    /// What is said of the table in a finding: `indicator dual-nationality`.
    pub(super) fn place(&self) -> &str {
        &self.place
    }

    pub(super) fn findings(&self) -> &'a Findings<'a> {
        self.findings
    }

    pub(super) fn has(&self, key: &str) -> bool {
        self.entries.contains_key(key)
    }

    /// Whether a table is behind the key.
    pub(super) fn is_table(&self, key: &str) -> bool {
        self.entries.get(key).is_some_and(|value| value.get_ref().as_table().is_some())
    }

    /// How many entries the list behind the key has, right ones and wrong ones.
    pub(super) fn list_length(&self, key: &str) -> usize {
        self.entries.get(key).and_then(|value| value.get_ref().as_array()).map_or(0, |array| array.len())
    }

    /// Where the value of a key stands; where the table begins if there is none.
    pub(super) fn at(&self, key: &str) -> usize {
        self.entries.get(key).map_or(self.start, |value| value.span().start)
    }

    /// Adds a finding about the value of a key, or about its absence.
    pub(super) fn find(&self, key: &str, problem: impl Into<String>) {
        self.find_at(self.at(key), key, problem);
    }

    pub(super) fn find_at(&self, at: usize, key: &str, problem: impl Into<String>) {
        self.findings.add(at, &self.place, format!("{}{key}", self.path), problem.into());
    }

    /// Remembers that this part rests on something that is wrong.
    pub(super) fn taint(&self) {
        self.findings.taint(&self.place);
    }

    /// Adds a finding about a key that has no place here, at the key.
    pub(super) fn refuse(&self, key: &str, problem: impl Into<String>) {
        if let Some((found, _)) = self.entries.get_key_value(key) {
            self.find_at(found.span().start, key, problem);
        }
    }

    /// Adds a finding if a key is not there. `example` shows how it is written.
    pub(super) fn require(&self, key: &str, example: &str) {
        if !self.has(key) {
            self.find(key, format!("is missing; write for example {key} = {example}"));
        }
    }

    /// Adds a finding for every key that is not one of these.
    pub(super) fn check_keys(&self, keys: &[&'static str]) {
        for key in self.entries.keys() {
            let name: &str = key.get_ref();
            if !keys.contains(&name) {
                let remedy = self.findings.remedy(name, keys.iter().copied());
                self.find_at(key.span().start, name, format!("is no key here{remedy}"));
            }
        }
    }

    /// Every key with where it stands, in alphabetical order.
    pub(super) fn keys(&self) -> impl Iterator<Item = Word<'a>> {
        self.entries.keys().map(|key| Word { text: key.get_ref(), at: key.span().start })
    }

    fn value<T>(
        &self,
        key: &str,
        wanted: &str,
        read: impl FnOnce(&'a DeValue<'a>) -> Option<T>,
    ) -> Option<T> {
        let value = self.entries.get(key)?.get_ref();
        let read = read(value);
        if read.is_none() {
            self.find(key, format!("is {}; write {wanted}", kind(value)));
        }
        read
    }

    /// A text, as it stands.
    pub(super) fn text(&self, key: &str) -> Option<&'a str> {
        self.value(key, "a text in quotes", DeValue::as_str)
    }

    /// A text that is read for a second time: what is wrong with it was said the first time.
    pub(super) fn text_unchecked(&self, key: &str) -> Option<&'a str> {
        self.entries.get(key)?.get_ref().as_str()
    }

    /// A text, empty if it is not there.
    pub(super) fn text_or_empty(&self, key: &str) -> String {
        self.text(key).unwrap_or_default().to_owned()
    }

    /// A text that must be there and say something.
    pub(super) fn words(&self, key: &str, example: &str) -> String {
        self.require(key, example);
        let words = self.text(key);
        if words.is_some_and(|words| words.trim().is_empty()) {
            self.find(key, format!("is empty; write for example {example}"));
        }
        words.unwrap_or_default().to_owned()
    }

    /// A text with its place.
    pub(super) fn word(&self, key: &str) -> Option<Word<'a>> {
        Some(Word { text: self.text(key)?, at: self.at(key) })
    }

    /// A text in the form that `T` has.
    pub(super) fn parsed<T: FromStr<Err: fmt::Display>>(&self, key: &str) -> Option<T> {
        self.parse_word(key, self.word(key)?)
    }

    /// A word in the form that `T` has.
    pub(super) fn parse_word<T: FromStr<Err: fmt::Display>>(&self, key: &str, word: Word<'_>) -> Option<T> {
        word.text.parse().map_err(|error: T::Err| self.find_at(word.at, key, error.to_string())).ok()
    }

    /// One of some words.
    pub(super) fn choice<T: Copy>(&self, key: &str, choices: &[(&'static str, T)]) -> Option<T> {
        let text = self.text(key)?;
        let found = choices.iter().find(|(name, _)| *name == text);
        if found.is_none() {
            let remedy = self.findings.remedy(text, choices.iter().map(|(name, _)| *name));
            self.find(key, format!("{text:?} is not known{remedy}"));
        }
        found.map(|(_, choice)| *choice)
    }

    /// A finite number.
    pub(super) fn number(&self, key: &str) -> Option<f64> {
        self.value(key, "a finite number", |value| number(value).filter(|number| number.is_finite()))
    }

    /// A whole number from 0.
    pub(super) fn count(&self, key: &str) -> Option<u32> {
        self.count_up_to(key, u32::MAX)
    }

    /// A whole number from 0 to another.
    pub(super) fn count_up_to(&self, key: &str, max: u32) -> Option<u32> {
        let wanted = format!("a whole number from 0 to {max}");
        self.value(key, &wanted, |value| count(value).filter(|count| *count <= max))
    }

    /// True or false.
    pub(super) fn flag(&self, key: &str) -> Option<bool> {
        self.value(key, "true or false", DeValue::as_bool)
    }

    /// A list of texts, empty if it is not there.
    pub(super) fn list(&self, key: &str) -> Vec<Word<'a>> {
        self.list_up_to(key, LIST_MAX)
    }

    /// A list of at most so many texts.
    pub(super) fn list_up_to(&self, key: &str, max: usize) -> Vec<Word<'a>> {
        let Some(array) = self.value(key, "a list in brackets", DeValue::as_array) else { return Vec::new() };
        if self.has_too_many(key, array, max) {
            return Vec::new();
        }
        let words = array.iter().filter_map(|item| match item.get_ref() {
            DeValue::String(text) => Some(Word { text, at: item.span().start }),
            other => {
                self.find_at(item.span().start, key, format!("has {}; write texts in quotes", kind(other)));
                None
            }
        });
        words.collect()
    }

    /// The table behind a key.
    pub(super) fn table(&self, key: &str, keys: &[&'static str]) -> Option<Self> {
        let table = self.open_table(key)?;
        table.check_keys(keys);
        Some(table)
    }

    /// The table behind a key, whatever keys it has.
    pub(super) fn open_table(&self, key: &str) -> Option<Self> {
        let entries = self.value(key, "a table in braces", DeValue::as_table)?;
        Some(Self { entries, start: self.at(key), path: format!("{}{key}.", self.path), ..self.clone() })
    }

    fn array(&self, key: &str) -> Option<&'a DeArray<'a>> {
        self.value(key, &format!("a list of tables, each under [[{}{key}]]", self.path), DeValue::as_array)
    }

    /// The tables of a list in this part of the framework, as the tiers of a normalisation.
    pub(super) fn tables(&self, key: &str, keys: &[&'static str]) -> Vec<Self> {
        let read = |place: usize, entries, start| Self {
            entries,
            start,
            path: format!("{}{key}[{}].", self.path, place + 1),
            ..self.clone()
        };
        if self.array(key).is_some_and(|array| self.has_too_many(key, array, TABLES_MAX)) {
            return Vec::new();
        }
        self.each_table(key, keys, read)
    }

    fn has_too_many(&self, key: &str, array: &DeArray<'_>, max: usize) -> bool {
        if array.len() > max {
            self.find(key, format!("has {} entries; at most {max} are allowed", array.len()));
        }
        array.len() > max
    }

    /// The tables of a list that are parts of their own, as the nodes: each is named by `what` and its id.
    pub(super) fn parts(&self, key: &str, what: &str, keys: &[&'static str]) -> Vec<Self> {
        let read = |place: usize, entries: &'a DeTable<'a>, start| {
            let id = entries.get("id").and_then(|id| id.get_ref().as_str());
            let place =
                id.map_or_else(|| format!("{what} number {}", place + 1), |id| format!("{what} {id}"));
            Self { entries, start, place, path: String::new(), findings: self.findings }
        };
        self.each_table(key, keys, read)
    }

    fn each_table(
        &self,
        key: &str,
        keys: &[&'static str],
        read: impl Fn(usize, &'a DeTable<'a>, usize) -> Self,
    ) -> Vec<Self> {
        let Some(array) = self.array(key) else { return Vec::new() };
        let mut tables = Vec::new();
        for (place, item) in array.iter().enumerate() {
            match item.get_ref() {
                DeValue::Table(entries) => {
                    let table = read(place, entries, item.span().start);
                    table.check_keys(keys);
                    tables.push(table);
                }
                other => self.not_a_table(key, item, other),
            }
        }
        tables
    }

    fn not_a_table(&self, key: &str, item: &Spanned<DeValue<'_>>, found: &DeValue<'_>) {
        self.find_at(item.span().start, key, format!("has {}; write a table in braces", kind(found)));
    }
}

fn count(value: &DeValue<'_>) -> Option<u32> {
    let DeValue::Integer(integer) = value else { return None };
    u32::from_str_radix(integer.as_str(), integer.radix()).ok()
}

fn number(value: &DeValue<'_>) -> Option<f64> {
    match value {
        DeValue::Float(float) => float.as_str().parse().ok(),
        DeValue::Integer(integer) => {
            let whole = i64::from_str_radix(integer.as_str(), integer.radix()).map(|whole| whole as f64).ok();
            // Of one that is longer the nearest number there is.
            whole.or_else(|| integer.as_str().parse().ok().filter(|_| integer.radix() == 10))
        }
        _ => None,
    }
}

fn kind(value: &DeValue<'_>) -> String {
    match value {
        DeValue::String(text) if text.chars().count() <= 40 => format!("the text {text:?}"),
        DeValue::String(_) => "a text".to_owned(),
        DeValue::Integer(integer) if integer.as_str().len() <= 40 => format!("the number {integer}"),
        DeValue::Float(float) if float.as_str().len() <= 40 => format!("the number {float}"),
        DeValue::Integer(_) | DeValue::Float(_) => "a number".to_owned(),
        DeValue::Boolean(flag) => format!("{flag}"),
        DeValue::Datetime(_) => "a date".to_owned(),
        DeValue::Array(_) => "a list".to_owned(),
        DeValue::Table(_) => "a table".to_owned(),
    }
}
