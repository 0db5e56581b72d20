//! The arguments of the command line and their environment variables.

use clap::Parser;

use crate::{command::Command, connection::Global};

const EXIT_CODES: &str = "\
Exit codes:
  0   everything was done
  1   something was refused, not found or failed
  2   the command line cannot be understood
  64  the configuration is invalid, for example the address of the server
  69  the server cannot be reached or is not available
  77  the call needs a key, or a grant that its partner lacks";

/// Registry of migration-governance observations, and scores made from them
#[derive(Debug, Parser)]
#[command(name = "tenseven", version, after_help = EXIT_CODES, propagate_version = true)]
pub(crate) struct Arguments {
    #[command(flatten)]
    pub(crate) global: Global,
    #[command(subcommand)]
    pub(crate) command: Command,
}

#[cfg(test)]
mod tests {
    use clap::CommandFactory as _;

    use super::*;

    #[test]
    fn the_command_line_is_consistent() {
        Arguments::command().debug_assert();
    }
}
