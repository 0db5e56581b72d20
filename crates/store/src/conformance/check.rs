//! One check of the suite, and how a file lists its own.

use crate::Storage;

/// One check of the suite.
#[derive(Debug, Clone, Copy)]
pub struct Check {
    /// What it claims.
    pub name: &'static str,
    pub(super) check: fn(&dyn Storage),
}

impl Check {
    /// Runs the check on a journal, which has to be empty.
    ///
    /// # Panics
    ///
    /// If the journal does not do what the check claims.
    pub fn run(&self, journal: &dyn Storage) {
        let _name = NameOnPanic(self.name);
        (self.check)(journal);
    }
}

/// Makes the list of checks of a file.
macro_rules! list {
    ($($name:ident)*) => {
        pub(super) const CHECKS: &[super::Check] =
            &[$(super::Check { name: stringify!($name), check: $name }),*];
    };
}
pub(super) use list;

/// Prints the name of the check if it panics.
pub(super) struct NameOnPanic(pub(super) &'static str);

impl Drop for NameOnPanic {
    fn drop(&mut self) {
        if std::thread::panicking() {
            eprintln!("the check {} failed", self.0);
        }
    }
}
