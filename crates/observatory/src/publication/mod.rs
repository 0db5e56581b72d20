//! Publications: a new version of a framework, from its text to the scores that can be read.
//!
//! *Invariant:* nothing of a version can be read before its text is flushed and the whole registry is scored under it,
//! and the scores are those that the journal rebuilds. Pushes are not held up while that is done: a thread of its own
//! scores the registry as it was, adds what was pushed meanwhile, and leaves to the writer only the little that is then
//! still missing. One version is published at a time.
//!
//! A publication goes on whether or not anybody follows it; what ends it early is a refusal or the end of the observatory.

mod publisher;
mod running;
mod scored;
mod step;

pub(crate) use publisher::{changed_since, first_receipt, publish_now};
pub(crate) use running::Running;
pub(crate) use scored::{Scored, ScoredVersion};
pub use step::{Publication, PublicationProgress, PublicationStage, PublicationStep};
