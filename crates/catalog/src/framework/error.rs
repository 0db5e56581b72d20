//! What is wrong with a text, and where.

use std::fmt;

/// One thing that is wrong with the text of a framework.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TextFinding {
    /// The line, from 1.
    pub line: usize,
    /// The column in characters, from 1.
    pub column: usize,
    /// The part of the framework: `framework`, `indicator dual-nationality`, `node crisis`.
    pub place: String,
    /// The key in that part, as `normalise.lower`; empty where the part as a whole is meant.
    pub key: String,
    /// What is wrong, and what would be right.
    pub problem: String,
}

impl fmt::Display for TextFinding {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "line {}, column {}: {}", self.line, self.column, self.place)?;
        if !self.key.is_empty() {
            write!(f, ", {}", self.key)?;
        }
        write!(f, ": {}", self.problem)
    }
}

/// All that is wrong with the text of a framework; never empty.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FrameworkTextError {
    /// The findings, in the order of the text.
    pub findings: Vec<TextFinding>,
}

impl fmt::Display for FrameworkTextError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let findings: Vec<_> = self.findings.iter().map(ToString::to_string).collect();
        f.write_str(&findings.join("; "))
    }
}

impl std::error::Error for FrameworkTextError {}
