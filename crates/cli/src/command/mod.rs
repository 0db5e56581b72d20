//! The commands, one file each.

mod completions;
mod demo;
mod framework;
mod frameworks;
mod indicators;
mod man;
mod observations;
mod push;
mod report;
mod revisions;
mod run;
mod sample;
mod scores;
mod serve;
mod upkeep;

pub(crate) use run::{Command, run};
