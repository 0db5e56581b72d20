//! What is wrong with a text, and where.

use std::fmt;

/// One thing that is wrong with the text of a framework.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
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

/// Starts the remedy of a word that is near another.
const SUGGESTION: &str = "did you mean ";

impl TextFinding {
    /// What is wrong, without the remedy.
    pub fn message(&self) -> &str {
        self.problem_and_remedy().0
    }

    /// What would be right; empty where that is not told.
    pub fn remedy(&self) -> &str {
        self.problem_and_remedy().1
    }

    /// The word that was probably meant; empty where none is near.
    pub fn suggestion(&self) -> &str {
        let meant = self.remedy().strip_prefix(SUGGESTION).and_then(|rest| rest.strip_suffix('?'));
        meant.unwrap_or_default()
    }

    /// The problem on both sides of its first semicolon that stands in no quotes.
    fn problem_and_remedy(&self) -> (&str, &str) {
        let (mut is_quoted, mut is_escaped) = (false, false);
        for (place, character) in self.problem.char_indices() {
            match character {
                _ if is_escaped => is_escaped = false,
                '\\' => is_escaped = is_quoted,
                '"' => is_quoted = !is_quoted,
                ';' if !is_quoted => {
                    return (&self.problem[..place], self.problem[place + 1..].trim_start());
                }
                _ => {}
            }
        }
        (&self.problem, "")
    }
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_problem_is_told_apart_from_its_remedy() {
        let told = |problem: &str| {
            let finding = TextFinding {
                line: 1,
                column: 1,
                place: "framework".to_owned(),
                key: String::new(),
                problem: problem.to_owned(),
            };
            [finding.message(), finding.remedy(), finding.suggestion()].map(str::to_owned)
        };
        assert_eq!(
            told("\"min; \\\"mx\" is not known; did you mean minmax?"),
            ["\"min; \\\"mx\" is not known", "did you mean minmax?", "minmax"]
        );
        assert_eq!(told("is missing; write id = \"x\""), ["is missing", "write id = \"x\"", ""]);
        assert_eq!(told("is wrong"), ["is wrong", "", ""]);
    }
}
