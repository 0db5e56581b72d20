//! Progress: a bar over revisions on a terminal, nothing elsewhere.

use indicatif::{ProgressBar, ProgressStyle};
use tenseven_model::Revision;

/// A bar over the revisions of a journal.
pub(crate) struct Bar(ProgressBar);

impl Bar {
    /// A bar for what is being done.
    pub(crate) fn new(doing: &'static str) -> Self {
        let bar = ProgressBar::new_spinner();
        // A template that cannot be used leaves the default style.
        if let Ok(style) =
            ProgressStyle::with_template("{msg} {bar:30} revision {human_pos} of {human_len} ({eta})")
        {
            bar.set_style(style);
        }
        bar.set_message(doing);
        Self(bar)
    }

    /// Moves to a revision.
    pub(crate) fn moved(&self, done: Revision, last: Revision) {
        // Of a backup it is not known before its end how much there is.
        if last > done || self.0.length().is_some() {
            self.0.set_length(last.number());
        }
        self.0.set_position(done.number());
    }
}

impl Drop for Bar {
    fn drop(&mut self) {
        self.0.finish_and_clear();
    }
}
