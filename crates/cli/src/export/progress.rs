//! Progress: a bar on a terminal, nothing elsewhere. It goes to standard error.

use indicatif::{ProgressBar, ProgressStyle};

use crate::output::number::count;

/// How much of an export has come.
pub(crate) struct Bar(ProgressBar);

impl Bar {
    /// A bar for this number of observations, if it is known.
    pub(crate) fn new(observations: Option<u64>) -> Self {
        let bar = observations.map_or_else(ProgressBar::new_spinner, ProgressBar::new);
        let template = match observations {
            Some(_) => "{bar:30} {percent:>3} %  {msg} ({eta})",
            None => "{spinner} {msg}",
        };
        // A template that cannot be used leaves the default style.
        if let Ok(style) = ProgressStyle::with_template(template) {
            bar.set_style(style);
        }
        Self(bar)
    }

    /// Updates the number of written observations of a revision.
    pub(crate) fn moved(&self, observations: u64, revision: u64) {
        self.0.set_position(observations);
        self.0.set_message(format!("{} observations, revision {}", count(observations), count(revision)));
    }
}

impl Drop for Bar {
    fn drop(&mut self) {
        self.0.finish_and_clear();
    }
}
