//! Progress: what a person sees while a file is pushed. All of it goes to standard error.

use std::io::{self, Write as _};

use indicatif::{ProgressBar, ProgressStyle};

use super::{PushSummary, refusal::LineRefusal};
use crate::output::number::count;

/// Is told how a push goes.
pub(crate) trait Watcher {
    /// Something was refused.
    fn refused(&mut self, refusal: &LineRefusal);
    /// The file was read up to this byte.
    fn moved(&mut self, bytes_read: u64, summary: &PushSummary);
}

/// A progress bar on a terminal, nothing elsewhere, and a line for each refusal.
pub(crate) struct Bar {
    bar: ProgressBar,
    tell: bool,
}

impl Bar {
    /// A bar for a file of so many bytes, if that is known. Refusals are told only if `tell`.
    pub(crate) fn new(bytes: Option<u64>, tell: bool) -> Self {
        let bar = bytes.map_or_else(ProgressBar::new_spinner, ProgressBar::new);
        let template = match bytes {
            Some(_) => "{bar:30} {percent:>3} %  {msg}",
            None => "{spinner} {msg}",
        };
        // A template that cannot be used leaves the default style.
        if let Ok(style) = ProgressStyle::with_template(template) {
            bar.set_style(style);
        }
        Self { bar, tell }
    }
}

impl Watcher for Bar {
    fn refused(&mut self, refusal: &LineRefusal) {
        if self.tell {
            self.bar.suspend(|| {
                // Nothing can be done if nobody can be told; the summary counts it all the same.
                let _ = writeln!(io::stderr().lock(), "error: {refusal}");
            });
        }
    }

    fn moved(&mut self, bytes_read: u64, summary: &PushSummary) {
        self.bar.set_position(bytes_read);
        let already = match summary.already_pushed {
            0 => String::new(),
            rows => format!(" ({} there already)", count(rows)),
        };
        self.bar.set_message(format!(
            "{} rows{already}, revision {}",
            count(summary.rows),
            count(summary.revision)
        ));
    }
}

impl Drop for Bar {
    fn drop(&mut self) {
        self.bar.finish_and_clear();
    }
}
