//! `tenseven man`: the manual pages.

use std::{io::Write as _, path::PathBuf};

use anyhow::Context as _;
use clap::{Args, CommandFactory as _};

use crate::{arguments::Arguments, exit::Outcome, output::stdout};

/// Arguments of `tenseven man`.
#[derive(Debug, Args)]
pub(crate) struct ManArguments {
    /// Write one page a command into this folder instead of printing the main page
    #[arg(long, value_name = "DIR")]
    out: Option<PathBuf>,
}

/// Runs `tenseven man`.
pub(crate) fn run(arguments: &ManArguments) -> anyhow::Result<Outcome> {
    if let Some(folder) = &arguments.out {
        std::fs::create_dir_all(folder)
            .and_then(|()| clap_mangen::generate_to(Arguments::command(), folder))
            .with_context(|| format!("the pages cannot be written to {}", folder.display()))?;
        return Ok(Outcome::Done);
    }
    let mut out = stdout::lock();
    clap_mangen::Man::new(Arguments::command()).render(&mut out)?;
    out.flush()?;
    Ok(Outcome::Done)
}
