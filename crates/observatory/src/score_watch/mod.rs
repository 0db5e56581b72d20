//! Watching scores: what each revision changed of them.
//!
//! A *feed* follows one version of a framework: it holds a board, takes one entry after the other, and keeps what each of
//! them changed in a ring that any number of watchers read. Whoever watches from further back than any ring reaches gets a
//! feed that starts there, made from the past, and leaves it for the others' feed once that reaches back far enough.
//!
//! *Invariants:*
//! - A revision is told by itself, once, whatever it was flushed together with, and the same now as when it is asked for
//!   again: feeds take entries, not states.
//! - Nothing is told before the state with it is published, and the writer is never waited for nor slowed.
//! - Memory is bounded: the ring of a feed in revisions and bytes, feeds that start in the past in number.

mod feed;
mod feeds;
mod follower;
mod news;
mod opening;
mod ring;
mod selection;
mod watch;

pub(crate) use feeds::Feeds;
pub use news::{ScoreChange, ScoreNews};
pub use selection::ScoreWatchSelection;
pub use watch::ScoreWatch;
