//! The writer: three stages that a write passes through, each on a thread of its own.
//!
//! The decider decides submissions and prepares their entries, the flusher appends a group of them to the journal, and the
//! publisher scores what was flushed, lets it be read, and answers. While one group is being flushed the next one is
//! decided, and the one before it is scored.
//!
//! *Invariants:*
//! - Nothing is answered, and no state is published, before its bytes are flushed.
//! - After a failed flush, everything that was decided on top of it fails with it, and deciding starts again from the last state that
//!   was flushed.
//! - A stage that panics ends the writer: nothing more is accepted, and what waits is answered with a failure.

mod changes;
mod decider;
mod flushed;
mod flusher;
mod group;
mod publisher;
mod threads;

#[cfg(test)]
pub(crate) use self::{
    decider::Decider,
    flushed::LastFlushed,
    flusher::Flusher,
    group::{FlushedGroup, Group},
    publisher::Publisher,
};
pub(crate) use threads::Writer;
