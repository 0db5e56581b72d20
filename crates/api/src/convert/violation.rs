//! Violations: the invalid fields of a request, each with its path.

use std::{fmt, str::FromStr};

use super::names::{Names, Repeated};
pub use crate::v1::FieldReason;

/// One field that cannot be used.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Violation {
    /// The path of the field, for example `observations[17].value.number`.
    pub path: String,
    /// The kind of fault, for machines.
    pub reason: FieldReason,
    /// What is wrong and what would be right, for people.
    pub description: String,
}

/// Everything that is wrong with a request; never empty where it is an error.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Violations(pub Vec<Violation>);

impl fmt::Display for Violations {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let texts: Vec<_> = self.0.iter().map(|one| format!("{}: {}", one.path, one.description)).collect();
        f.write_str(&texts.join("; "))
    }
}

impl std::error::Error for Violations {}

/// Reads fields and collects what is wrong with them.
#[derive(Debug, Default)]
pub struct Reader {
    violations: Vec<Violation>,
    names: Names,
    /// The path of the message that is read, with a dot after it; empty for the request itself.
    within: String,
}

impl Reader {
    /// Notes a violation.
    pub fn refuse(&mut self, path: impl Into<String>, reason: FieldReason, description: impl Into<String>) {
        let path = format!("{}{}", self.within, path.into());
        self.violations.push(Violation { path, reason, description: description.into() });
    }

    /// Reads the fields of a message that is at `path` in the request.
    pub fn within<T>(&mut self, path: &str, read: impl FnOnce(&mut Self) -> T) -> T {
        let outer = self.within.len();
        self.within.push_str(path);
        self.within.push('.');
        let read = read(self);
        self.within.truncate(outer);
        read
    }

    /// A text that must be given and have its standard's shape.
    pub fn required<T: FromStr<Err: fmt::Display>>(
        &mut self,
        path: &str,
        text: &str,
        what: &str,
    ) -> Option<T> {
        if text.is_empty() {
            self.refuse(path, FieldReason::Required, format!("is empty; give {what}"));
            return None;
        }
        self.parsed(path, text)
    }

    /// A name that must be given, the `field` of what is at `path`; one that was read before is shared.
    pub(super) fn required_name<T: Repeated<Err: fmt::Display>>(
        &mut self,
        path: &str,
        field: &str,
        text: &str,
        what: &str,
    ) -> Option<T> {
        match T::shared(&mut self.names, text) {
            Ok(name) => Some(name),
            // Listed with its path, which is built only now.
            Err(_) => self.required(&format!("{path}.{field}"), text, what),
        }
    }

    /// A text that must be given, the `field` of what is at `path`.
    pub(super) fn required_field<T: FromStr<Err: fmt::Display>>(
        &mut self,
        path: &str,
        field: &str,
        text: &str,
        what: &str,
    ) -> Option<T> {
        text.parse().ok().or_else(|| self.required(&format!("{path}.{field}"), text, what))
    }

    /// A text that may be empty; otherwise it must have its standard's shape.
    pub fn optional<T: FromStr<Err: fmt::Display>>(&mut self, path: &str, text: &str) -> Option<T> {
        if text.is_empty() { None } else { self.parsed(path, text) }
    }

    /// Texts that must each have their standard's shape.
    pub fn each<T: FromStr<Err: fmt::Display>>(&mut self, path: &str, texts: &[String]) -> Vec<T> {
        let parse = |(index, text): (usize, &String)| self.parsed(&format!("{path}[{index}]"), text);
        texts.iter().enumerate().filter_map(parse).collect()
    }

    fn parsed<T: FromStr<Err: fmt::Display>>(&mut self, path: &str, text: &str) -> Option<T> {
        text.parse()
            .map_err(|error: T::Err| self.refuse(path, FieldReason::Malformed, error.to_string()))
            .ok()
    }

    /// How many violations were noted so far.
    pub fn count(&self) -> usize {
        self.violations.len()
    }

    /// What was read, if it was read whole.
    pub fn finish<T>(self, read: Option<T>) -> Result<T, Violations> {
        match read {
            Some(read) if self.violations.is_empty() => Ok(read),
            _ => Err(Violations(self.violations)),
        }
    }
}
