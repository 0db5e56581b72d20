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
mod run;
mod sample;
mod scores;
mod serve;

pub(crate) use run::{Command, run};
