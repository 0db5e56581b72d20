//! Watches of scores: the score changes of each revision.
//!
//! Those who watch the newest version of a framework are served by the hub, from the writer's own scoring. Those who are further back
//! than that reaches, or watch an earlier version, read the past in chunks.
//!
//! *Invariants:*
//! - A revision is sent by itself, once, regardless of what was flushed with it, and the same live as when it is requested
//!   again: scores follow entries, not states.
//! - Nothing is sent before the state with it is published, and the writer is never waited for.
//! - Memory is bounded: live scores in revisions and bytes, chunks of the past in number and bytes.

mod change;
mod error;
mod follower;
mod hub;
mod live;
mod opening;
mod past;
mod ring;
mod selection;
mod sources;
mod watch;

pub use change::{ScoreChange, ScoreChanges};
pub use error::{ScoreWatchError, WatchScoresError};
pub(crate) use hub::{Commit, Followed, Hub, Published as PublishedScores};
pub use selection::WatchedScores;
pub(crate) use sources::Sources;
pub use watch::ScoreWatch;
