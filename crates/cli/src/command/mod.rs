//! The commands, one file each.

mod coding;
mod coding_adjudicate;
mod coding_said;
mod coding_submit;
mod compare;
mod completions;
mod demo;
mod explain;
mod export;
mod framework;
mod framework_diff;
mod framework_publish;
mod framework_text;
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
mod watch_resume;
mod watch_scores;
mod withdraw;

pub(crate) use run::{Command, run};
