//! A simulation of the whole registry on one thread: the stages of the writer, the hub, queries and checkpoints, on a journal that
//! fails and loses power, with a clock that is set by hand.
//!
//! A seed decides every step, so that a run can be repeated. After each step what can be seen is compared with a model: a map, and scores
//! made from scratch.

mod client;
mod clock;
mod model;
mod random;
mod registry;
mod run;
mod seeds;
mod watcher;
