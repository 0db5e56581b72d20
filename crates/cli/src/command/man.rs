//! `tenseven man`: the manual pages.

use std::{io::Write as _, path::PathBuf};

use anyhow::Context as _;
use clap::Args;

use crate::{exit::Outcome, output::stdout};

/// Arguments of `tenseven man`.
#[derive(Debug, Args)]
pub(crate) struct ManArguments {
    /// Write one page a command into this folder instead of printing the main page
    #[arg(long, value_name = "DIR")]
    out: Option<PathBuf>,
}

/// Runs `tenseven man`.
pub(crate) fn run(arguments: &ManArguments, command_line: clap::Command) -> anyhow::Result<Outcome> {
    if let Some(folder) = &arguments.out {
        std::fs::create_dir_all(folder)
            .and_then(|()| clap_mangen::generate_to(command_line, folder))
            .with_context(|| format!("the pages cannot be written to {}", folder.display()))?;
        return Ok(Outcome::Done);
    }
    let mut out = stdout::lock();
    clap_mangen::Man::new(command_line).render(&mut out)?;
    out.flush()?;
    Ok(Outcome::Done)
}
