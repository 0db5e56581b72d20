//! Checkpoints: serialised states, so that a start folds only the entries after one.
//!
//! *Invariant:* a checkpoint is a cache. What is read from one equals what folding the journal gives (`verify` holds them
//! against each other), and losing all of them loses nothing but time. Scores are not in it: the engine is a function.
//!
//! The bytes, persisted; a new way of writing them needs a new first byte, and a reader that does not know it folds the
//! journal instead: one byte version; how many versions of observations, and codings, were stored; the revision; when it was
//! accepted; the revisions that published frameworks; those that retired versions of them; the panel, indicator after indicator; the keys that are withdrawn; the codings, unit after unit; then the
//! revisions that hold the newest versions of practices, and those that changed access, both rising, each as the step from the one before; then
//! who made which revision. Numbers are LEB128
//! varints, columns are written as runs
//! (`runs`), texts once each (`texts`). The store adds checksums and ties the whole to the journal's chain.

mod authors;
mod codings;
mod damage;
mod file;
mod panel;
mod read;
mod rising;
mod runs;
mod texts;
mod value;
mod withdrawn;
mod write;

use damage::damaged;
pub(crate) use file::{load, nearest, store, stored};

/// First byte of every checkpoint.
const VERSION: u8 = 4;

#[cfg(test)]
mod tests;
