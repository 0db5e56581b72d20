//! The journal itself on the simulated disk: after every crash everything acknowledged is there, and nothing else appeared.
//!
//! A run [`mark`](crate::disk::SimulatedDisk::mark)s what it submits and what was acknowledged. Each check opens the disk as the
//! next process would, compares, and goes on: what it saw and what it appends has to survive the next crash.

mod appending;
mod backups;
mod checkpoints;
mod compaction;
mod effort;
mod failures;
mod process;
mod restoring;
mod samples;
