//! Converts a journal of format 2, which was in use before the first release, into one of the present format:
//! `cargo run -p tenseven-store --example import_format_2 -- OLD NEW`.
//!
//! *Invariant:* no byte of OLD changes. sled rewrites its files when it opens them, so that a copy next to NEW is opened instead.
//!
//! *Invariant:* NEW has every entry of OLD, or there is no journal in NEW: the chain of OLD is checked record by record, and OLD is
//! refused when it lacks entries that its `witness` records as acknowledged.
//!
//! NEW begins a history of its own. Checkpoints are not converted; the server makes new ones. Entries of a journal that was compacted
//! are converted as they are, and the horizon is kept: what was left out of them stays left out.

#![allow(clippy::print_stdout, clippy::print_stderr, reason = "a program for the command line")]

mod copy;
mod error;
mod import;
mod part;
mod record;
mod source;
mod witness;

use std::{env, error::Error, path::Path, process::ExitCode};

use import::Imported;

fn main() -> ExitCode {
    let arguments: Vec<_> = env::args_os().skip(1).collect();
    let [old, new] = arguments.as_slice() else {
        eprintln!("usage: import_format_2 OLD NEW");
        return ExitCode::from(2);
    };
    match import::import(Path::new(old), Path::new(new), &mut |line| println!("{line}")) {
        Ok(Imported { head, history, horizon }) => {
            println!("imported all entries up to revision {}; compacted up to {horizon}", head.revision);
            println!("the journal begins history {history}; its head is {head}");
            ExitCode::SUCCESS
        }
        Err(error) => {
            eprintln!("error: {error}");
            let mut cause = error.source();
            while let Some(source) = cause {
                eprintln!("  because: {source}");
                cause = source.source();
            }
            ExitCode::FAILURE
        }
    }
}
