//! The commands, one file each.

mod compare;
mod completions;
mod demo;
mod explain;
mod framework;
mod framework_diff;
mod framework_publish;
mod frameworks;
mod indicators;
mod man;
mod observations;
mod practice;
mod practice_write;
mod push;
mod rank;
mod references;
mod report;
mod revisions;
mod run;
mod sample;
mod scores;
mod serve;
mod template;
mod trend;
mod upkeep;
mod watch;

pub(crate) use run::{Command, run};
