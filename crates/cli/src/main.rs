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
mod judgement;
mod moment;
mod observation_file;
mod output;
mod push;
mod upkeep;
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
