//! `tenseven sample`: makes the samples that ship from the files of their publishers.

use std::{
    fs::File,
    io::{self, BufReader, Write as _},
    path::{Path, PathBuf},
};

use anyhow::Context as _;
use clap::{Args, Subcommand};
use tenseven_catalog::{Catalog, casualties};

use crate::{
    exit::Outcome,
    output::{number::counted, stdout},
    output_file::OutputFile,
};

/// Arguments of `tenseven sample`.
#[derive(Debug, Args)]
pub(crate) struct SampleArguments {
    #[command(subcommand)]
    sample: Sample,
}

#[derive(Debug, Subcommand)]
enum Sample {
    /// Dead and missing migrants per country and year, as an observation file on standard output
    DeadAndMissing {
        /// List of incidents of the IOM Missing Migrants Project, in CSV
        raw: PathBuf,
        /// Write the rows without a known country to this file instead of to standard error
        #[arg(long, value_name = "OUT.csv")]
        unplaced: Option<PathBuf>,
    },
}

/// Runs `tenseven sample`.
pub(crate) fn run(arguments: &SampleArguments) -> anyhow::Result<Outcome> {
    match &arguments.sample {
        Sample::DeadAndMissing { raw, unplaced } => dead_and_missing(raw, unplaced.as_deref()),
    }
}

fn dead_and_missing(raw: &Path, unplaced: Option<&Path>) -> anyhow::Result<Outcome> {
    let file = File::open(raw).with_context(|| format!("{} cannot be opened", raw.display()))?;
    let tally = casualties::aggregate(BufReader::new(file), Catalog::bundled().areas())
        .with_context(|| raw.display().to_string())?;
    let mut text = Vec::new();
    casualties::write_unplaced(&tally, &mut text)?;
    match unplaced {
        Some(path) => {
            let written = |mut file: OutputFile| {
                file.write_all(&text)?;
                file.finish()
            };
            OutputFile::create(path)
                .and_then(written)
                .with_context(|| format!("{} was not written", path.display()))?;
        }
        None => io::stderr().lock().write_all(&text)?,
    }
    let mut text = Vec::new();
    casualties::write_observations(&tally, &mut text)?;
    let mut out = stdout::lock();
    out.write_all(&text)?;
    out.flush()?;
    let placed = counted(tally.placed().rows, "row was placed", "rows were placed");
    let left = counted(tally.left().rows, "row was not", "rows were not");
    writeln!(io::stderr().lock(), "{placed}, {left}")?;
    Ok(Outcome::Done)
}
