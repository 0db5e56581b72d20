//! The program `tenseven`: the commands that talk to a server, and the server itself.
//!
//! *Invariant:* a command returns what became of it; exit codes are made in [`exit`] alone, and standard output is
//! written through [`output`] alone.

mod arguments;
mod coding_file;
mod command;
mod connection;
mod demo;
mod exit;
mod export;
mod observation_file;
mod output;
mod push;
mod upkeep;
mod withdrawal_file;

use std::process::ExitCode;

use clap::Parser as _;

fn main() -> ExitCode {
    match arguments::Arguments::try_parse() {
        Ok(arguments) => exit::code(command::run(arguments)),
        Err(error) => exit::code_of_arguments(&error, std::env::args().any(|argument| argument == "serve")),
    }
}
