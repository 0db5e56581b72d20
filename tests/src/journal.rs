//! Journals that hold a framework of the tests beside those that ship.

use std::path::Path;

use tenseven_model::{ContentDigest, Revision, SubmissionId, Timestamp};
use tenseven_store::{Content, Entry, FrameworkSource, Journal as _, JournalOptions, Outcome, SledJournal};

/// A framework that may be ranked by, and that has what an explanation tells of.
pub const RANKED: &str = include_str!("../frameworks/ranked.toml");

/// A framework of one indicator that coders rate on five levels.
pub const CODED: &str = include_str!("../frameworks/coded.toml");

/// Makes a journal in the directory `data` whose first revision published this framework.
pub fn publish(data: &Path, text: &str) {
    let journal = SledJournal::open(data, JournalOptions::default()).expect("a journal can be made");
    let entry = Entry {
        revision: Revision::new(1),
        committed_at: Timestamp::from_micros(1_577_836_800_000_000),
        submission: SubmissionId::from_bytes([7; 16]).expect("the id is not nil"),
        digest: ContentDigest([7; 32]),
        outcome: Outcome::default(),
        content: Content::Framework(FrameworkSource { text: text.to_owned() }),
    };
    journal.append(Revision::ZERO, &[entry]).expect("the journal takes its first entry");
}
