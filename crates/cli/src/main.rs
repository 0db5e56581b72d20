//! The program `tenseven`: the commands that talk to a server, and the server itself.
//!
//! *Invariant:* a command returns what became of it; exit codes are made in [`exit`] alone, and standard output is
//! written through [`output`] alone.
//!
//! # Where to start
//!
//! `Command` in `crates/cli/src/command/run.rs`, which lists the commands and runs each. [`output::Document`] is what most of them
//! print.
//!
//! # What is absent
//!
//! gRPC and storage: commands go through `tenseven-client`, and `serve` and the maintenance of journals through
//! `tenseven-server`.
//!
//! # To add a command
//!
//! 1. Write its arguments and a `run` in a file of its own in `crates/cli/src/command`; `crates/cli/src/command/trend.rs` is a short
//!    one. A command that reads flattens `Moment` (`crates/cli/src/moment.rs`) into its arguments.
//! 2. Name the file in `crates/cli/src/command/mod.rs`, and add a variant of `Command` and its arm to
//!    `crates/cli/src/command/run.rs`.
//! 3. Write what it prints as a [`output::Document`] in a file of `crates/cli/src/output`, such as
//!    `crates/cli/src/output/trend.rs`.
//! 4. Test its output in every format in `tests/golden/commands.rs`, and what it does in `tests/e2e`.
//! 5. Name it in `README.md`.
//!
//! # To add an output format
//!
//! 1. Add a variant of `Format` in `crates/cli/src/output/document.rs`, and write it in `render` from what a document has:
//!    its table, its JSON, or its sheet of rows and columns. Every command that prints documents then has it.
//! 2. Give it to the commands that print row by row, which match on `Format` themselves: `crates/cli/src/command/observations.rs` and
//!    `crates/cli/src/command/watch_scores.rs`. `crates/cli/src/command/watch.rs` and `crates/cli/src/export/rows.rs` have fewer
//!    formats, in an enum of their own.
//! 3. Print one document of each kind in it in `tests/golden/commands.rs`.
//!
//! # To read another kind of file
//!
//! 1. Recognise its first bytes in `crates/cli/src/table_file/container.rs`.
//! 2. Give its rows as `crates/cli/src/table_file/text_rows.rs` does, with the line or number of each, and add them to `Rows` in
//!    `crates/cli/src/table_file/table.rs`. All commands that read files then read it.
//! 3. Write such a file in `crates/cli/src/table_file/tests.rs`.
//!
//! # To add a column to observation files
//!
//! 1. Add it to `Column` in `crates/cli/src/observation_file/column.rs`, and follow the compiler to
//!    `crates/cli/src/observation_file/row.rs`, which reads it.
//! 2. Write it in `crates/cli/src/observation_file/write.rs`; `crates/cli/src/observation_file/tests.rs` tests that what is written
//!    is read back.

mod arguments;
mod coding_file;
mod command;
mod connection;
mod demo;
mod exit;
mod export;
mod judgement;
mod maintenance;
mod moment;
mod observation_file;
mod output;
mod output_file;
mod push;
mod secret_file;
mod table_file;
mod template;
mod vocabulary;
mod withdrawal_file;

use std::process::ExitCode;

use arguments::Arguments;
use clap::{CommandFactory as _, Parser as _};

fn main() -> ExitCode {
    match Arguments::try_parse() {
        Ok(Arguments { global, command }) => exit::code(command::run(&global, command, Arguments::command)),
        Err(error) => exit::code_of_arguments(&error, std::env::args().any(|argument| argument == "serve")),
    }
}
