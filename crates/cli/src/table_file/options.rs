//! Options for what a file itself leaves open.

use clap::{Args, ValueEnum};

/// The decimal mark of a number.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(crate) enum Decimal {
    /// As in 1.5
    Point,
    /// As in 1,5
    Comma,
}

/// How a file is to be read.
#[derive(Debug, Clone, Default, Args)]
pub(crate) struct ReadingOptions {
    /// What the fraction of a number begins with, for files in which 1,234 or 1.234 can be read in two ways; cells that a
    /// workbook holds as numbers are taken as they are
    #[arg(long, value_enum, value_name = "MARK")]
    pub(crate) decimal: Option<Decimal>,
    /// The sheet of a workbook, where several have the columns indicator, area and period
    #[arg(long, value_name = "NAME")]
    pub(crate) sheet: Option<String>,
}
