//! `tenseven completions`: what a shell needs to complete the command line.

use std::io::Write as _;

use clap::Args;

use crate::{exit::Outcome, output::stdout};

/// Arguments of `tenseven completions`.
#[derive(Debug, Args)]
pub(crate) struct CompletionsArguments {
    /// The shell
    shell: clap_complete::Shell,
}

/// Runs `tenseven completions`.
pub(crate) fn run(
    arguments: &CompletionsArguments,
    command_line: &mut clap::Command,
) -> anyhow::Result<Outcome> {
    let mut script = Vec::new();
    clap_complete::generate(arguments.shell, command_line, "tenseven", &mut script);
    let mut out = stdout::lock();
    out.write_all(&script)?;
    out.flush()?;
    Ok(Outcome::Done)
}
