//! Who has a journal open.

use std::fmt;

/// A process that has a journal open.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Owner {
    /// Its process id, on its own host.
    pub process: u32,
    /// The name of its program; empty if it is not known.
    pub program: String,
    /// The name of its host.
    pub host: String,
}

impl fmt::Display for Owner {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { process, program, host } = self;
        write!(f, "process {process}")?;
        if !program.is_empty() {
            write!(f, " ({program})")?;
        }
        write!(f, " on host {host}")
    }
}
