//! What makes a draft a framework.

mod clashes;
mod components;
mod draft_check;
mod findings;
mod formulas;
mod groups;
mod leaves;
mod nodes;
mod parts;
mod report;
mod tree;
mod weights;

pub(super) use findings::findings;
