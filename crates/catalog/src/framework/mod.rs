//! Frameworks as text: TOML read into a [`tenseven_model::Framework`].
//!
//! *Invariant:* a text that is refused is refused with all that is wrong with it at once, each finding with its line and
//! column. Two exceptions: where the text is no TOML, only that is said, because what it means is unknown; and a finding
//! that follows from another is left out.
//!
//! One file a concern: [`table`] reads values, [`schema`] lists the keys, `head`, `node`, `indicator`, `leaf`, `stages`,
//! `normalise` and `report` each read a part, `inheritance` gives a leaf what is said above it, `text` puts them together, and [`locate`] finds the line of what the model
//! finds wrong. What works and what does not is the model's to say; here only what cannot be expressed is refused.

mod error;
mod findings;
mod head;
mod impute;
mod indicator;
mod inheritance;
mod leaf;
mod locate;
mod names;
mod node;
mod normalise;
mod position;
mod precision;
mod report;
mod schema;
mod sets;
mod stages;
mod table;
mod text;

pub use error::{FrameworkTextError, TextFinding};
pub(crate) use names::Known;
pub(crate) use text::parse;
pub use text::{FRAMEWORK_REFERENCE, parse_stored_framework};

#[cfg(test)]
mod tests;
