//! The graph of modules of a crate, read from its source: which file uses an item that another file defines.
//!
//! Names are followed through re-exports and globs to the file that defines them. Code that is built for tests alone is left out.
//! Not seen: a method that is called on a value, where another method of the crate has the same name.

mod crate_source;
mod cycle;
mod edges;
mod names;
mod paths;
mod tests;

pub(crate) use crate_source::CrateSource;
pub(crate) use cycle::knots;
pub(crate) use edges::Edges;
