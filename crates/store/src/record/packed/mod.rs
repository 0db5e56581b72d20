//! Batches of observations in columns, as documented at `PackedObservations` in `proto/`.
//!
//! *Invariant:* the same observations make the same bytes, and are read back from them exactly.
//!
//! A row is read from the columns as plain numbers first; only a row that is asked for becomes an observation, with
//! the texts that it points to. So one version is found without building the batch around it.

mod decode;
mod dictionaries;
mod encode;
mod find;
mod find_all;
mod kind;
mod notes;
mod row;
mod series;

pub(super) use decode::versions;
pub(super) use encode::pack;
pub(super) use find::find;
pub(super) use find_all::find_all;
