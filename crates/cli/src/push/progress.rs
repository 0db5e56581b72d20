//! Progress: what a person sees while a file is pushed. All of it goes to standard error.

use indicatif::{ProgressBar, ProgressStyle};

use super::{FindingsFile, PushSummary, refusal::LineRefusal};
use crate::output::number::count;

/// Is notified of the progress of a push.
pub(crate) trait Watcher {
    /// The file was read up to this byte.
    fn moved(&mut self, bytes_read: u64, summary: &PushSummary);

    /// A batch was refused for this.
    fn refused(&mut self, refusals: &[LineRefusal]);
}

/// Shows how a push goes, and writes what is refused to a file if that was asked for.
pub(crate) struct Recorder {
    pub(crate) bar: Bar,
    pub(crate) findings: Option<FindingsFile>,
}

impl Watcher for Recorder {
    fn moved(&mut self, bytes_read: u64, summary: &PushSummary) {
        self.bar.moved(bytes_read, summary);
    }

    fn refused(&mut self, refusals: &[LineRefusal]) {
        if let Some(findings) = &mut self.findings {
            findings.add(refusals);
        }
    }
}

/// A progress bar on a terminal, nothing elsewhere.
pub(crate) struct Bar(ProgressBar);

impl Bar {
    /// A bar for a file of this length in bytes, if it is known.
    pub(crate) fn new(bytes: Option<u64>) -> Self {
        let bar = bytes.map_or_else(ProgressBar::new_spinner, ProgressBar::new);
        let template = match bytes {
            Some(_) => "{bar:30} {percent:>3} %  {msg}",
            None => "{spinner} {msg}",
        };
        // A template that cannot be used leaves the default style.
        if let Ok(style) = ProgressStyle::with_template(template) {
            bar.set_style(style);
        }
        Self(bar)
    }
}

impl Watcher for Bar {
    fn moved(&mut self, bytes_read: u64, summary: &PushSummary) {
        self.0.set_position(bytes_read);
        let already = match summary.already_pushed {
            0 => String::new(),
            rows => format!(" ({} there already)", count(rows)),
        };
        self.0.set_message(format!(
            "{} rows{already}, revision {}",
            count(summary.rows),
            count(summary.revision)
        ));
    }

    fn refused(&mut self, _: &[LineRefusal]) {}
}

impl Drop for Bar {
    fn drop(&mut self) {
        self.0.finish_and_clear();
    }
}
