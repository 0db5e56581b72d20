//! Samples: observations that ship, ready to be pushed.
//!
//! *Invariant:* each text is a complete file as `tenseven push` reads it, with its source and licence in the comments at
//! its top. Nothing is read out of it here but the title.

/// A file of observations.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Sample {
    /// Its name: `dead-and-missing`.
    pub id: &'static str,
    /// What it holds, for readers: the first comment of the file.
    pub title: &'static str,
    /// The file, CSV in UTF-8; lines that start with `#` are comments.
    pub text: &'static str,
}

const FILES: [(&str, &str); 3] = [
    ("dead-and-missing", include_str!("../data/samples/dead-and-missing.csv")),
    ("dual-nationality-2020", include_str!("../data/samples/dual-nationality-2020.csv")),
    ("illustration", include_str!("../data/samples/illustration.csv")),
];

/// Every sample, by id.
pub(crate) fn samples() -> Vec<Sample> {
    let sample = |(id, text): (&'static str, &'static str)| {
        let title = text.lines().next().unwrap_or_default().trim_start_matches(['#', ' ']);
        Sample { id, title, text }
    };
    FILES.into_iter().map(sample).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_sample_says_what_it_holds_and_where_it_comes_from() {
        for sample in samples() {
            assert!(sample.text.starts_with("# "), "{} has no title", sample.id);
            assert!(sample.title.len() > 10, "{} has the title {:?}", sample.id, sample.title);
            assert!(
                sample.text.lines().any(|line| line.starts_with("# Source:")),
                "{} has no source",
                sample.id
            );
        }
    }
}
