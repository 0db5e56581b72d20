//! The index: where a revision is in the log, and which revision a submission became.
//!
//! *Invariant:* it is derived from the log and can be removed at any time. The caller checks each
//! answer against the log, and counts reveal missing entries, so that an index that lost something is noticed and rebuilt.
//!
//! The newest part is kept in memory (`part`). From time to time that is merged into sled (`store`), as sorted runs of a few
//! kilobytes (`bucket`): not a key for each submission, because sled takes too much disk for that. Nothing waits for sled to sync.

mod bucket;
mod lookup;
mod meta;
mod part;
mod store;
#[cfg(test)]
mod tests;

pub(crate) use lookup::Index;
pub(crate) use store::IndexFault;
