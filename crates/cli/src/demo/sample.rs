//! Pushes a sample, and prints the origin that its comments state.

use anyhow::Context as _;
use tenseven_catalog::Sample;
use tenseven_client::Client;

use crate::{
    observation_file::ObservationReader,
    push::{Bar, Batches, PushSummary, Session},
    table_file::{Input, ReadingOptions},
};

/// Rows a batch.
const BATCH_SIZE: u64 = 1_000;

/// A sample that was pushed.
#[derive(Debug)]
pub(super) struct PushedSample {
    /// The sample.
    pub(super) sample: Sample,
    /// What became of its rows.
    pub(super) summary: PushSummary,
}

impl PushedSample {
    /// Where the sample's figures come from.
    pub(super) fn source(&self) -> String {
        note(self.sample.text, "Source: ")
    }

    /// The licence of the figures; empty for figures of the project's own.
    pub(super) fn licence(&self) -> String {
        note(self.sample.text, "Licence: ")
    }
}

/// The comment at the top of a file that begins with `title`, with the lines that go on from it.
fn note(text: &str, title: &str) -> String {
    let mut comments =
        text.lines().map_while(|line| line.strip_prefix("# ")).skip_while(|line| !line.starts_with(title));
    let Some(first) = comments.next() else { return String::new() };
    let first = first.trim_start_matches(title);
    let more = comments.map_while(|line| line.strip_prefix("  "));
    std::iter::once(first).chain(more).map(str::trim).collect::<Vec<_>>().join(" ")
}

/// Pushes a sample as `tenseven push` would push its file.
pub(super) async fn push(client: &Client, sample: Sample) -> anyhow::Result<PushedSample> {
    let rows = ObservationReader::open(Input::of_bytes(sample.text), &ReadingOptions::default(), None)
        .with_context(|| format!("sample {}", sample.id))?;
    let batches = Batches::new(rows, BATCH_SIZE);
    let mut bar = Bar::new(Some(sample.text.len() as u64));
    let (mut summary, interrupted) = Session::default().run(batches, client, &mut bar).await;
    summary.findings.print()?;
    sample.id.clone_into(&mut summary.file);
    match interrupted {
        Some(error) => Err(error.context(format!("sample {}", sample.id))),
        None => Ok(PushedSample { sample, summary }),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_note_goes_on_over_its_lines() {
        let text = "# Title\n# Source: one,\n#   two\n# Licence: free\nindicator,area\n# Source: not this\n";
        assert_eq!(note(text, "Source: "), "one, two");
        assert_eq!(note(text, "Licence: "), "free");
        assert_eq!(note(text, "Method: "), "");
    }
}
