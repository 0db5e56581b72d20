//! Answers of the observatory as messages, always by destructuring, so that a new field breaks the build.

mod framework;
mod report;
mod score;

pub(crate) use framework::{framework, summary};
pub(crate) use report::report;
pub(crate) use score::tree;
