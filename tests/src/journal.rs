//! Journals that hold something of the tests before the server writes what ships.

use std::path::Path;

use tenseven_model::{
    ContentDigest, Practice, PracticeDraft, Revision, SubmissionId, Timestamp,
    event::{ChangeCounts, Event, FrameworkSource, PracticeChange, PracticeVersion},
};
use tenseven_store::{DiskJournal, Entry, Journal as _, JournalOptions};

/// A framework that may be ranked by, and that has all that an explanation shows.
pub const RANKED: &str = include_str!("../frameworks/ranked.toml");

/// A framework of one indicator that coders rate on five levels.
pub const CODED: &str = include_str!("../frameworks/coded.toml");

/// Makes a journal in the directory `data` whose first revision published this framework.
pub fn publish(data: &Path, text: &str) {
    let event = Event::Framework(FrameworkSource { text: text.to_owned() });
    append(data, event, ChangeCounts::default());
}

/// Makes a journal in the directory `data` whose first revisions published these frameworks, one each.
pub fn publish_all(data: &Path, texts: &[String]) {
    let journal = DiskJournal::open(data, JournalOptions::default()).expect("a journal can be made");
    let entry = |(number, text): (u64, &String)| Entry {
        revision: Revision::new(number),
        committed_at: Timestamp::from_micros(1_577_836_800_000_000),
        submission: SubmissionId::from_bytes(u128::from(number).to_be_bytes()).expect("the id is not nil"),
        author: None,
        digest: ContentDigest([7; 16]),
        outcome: ChangeCounts::default(),
        event: Event::Framework(FrameworkSource { text: text.clone() }),
    };
    let entries: Vec<Entry> = (1..).zip(texts).map(entry).collect();
    journal.append(Revision::ZERO, &entries).expect("the journal takes its first entries");
}

/// Makes a journal in the directory `data` whose first revision wrote this number of practices.
pub fn practise(data: &Path, count: usize) {
    let version = |number| PracticeVersion {
        change: PracticeChange::Put(practice(number)),
        curator: Some("journal".parse().expect("it is an id")),
        previous: None,
    };
    let new = u32::try_from(count).expect("the number fits");
    let event = Event::Practices((0..count).map(version).collect());
    append(data, event, ChangeCounts { new, ..ChangeCounts::default() });
}

fn practice(number: usize) -> Practice {
    let draft = PracticeDraft {
        id: format!("practice-{number}").parse().expect("it is an id"),
        areas: vec!["MAR".parse().expect("it is an area")],
        title: "A practice of the tests".to_owned(),
        description: "What is done there.".to_owned(),
        citation: "A register".to_owned(),
        domains: Vec::new(),
        indicators: Vec::new(),
        measures: Vec::new(),
    };
    Practice::new(draft).expect("nothing is wrong with it")
}

/// Makes a journal whose only entry has this content and outcome.
fn append(data: &Path, event: Event, outcome: ChangeCounts) {
    let journal = DiskJournal::open(data, JournalOptions::default()).expect("a journal can be made");
    let entry = Entry {
        revision: Revision::new(1),
        committed_at: Timestamp::from_micros(1_577_836_800_000_000),
        submission: SubmissionId::from_bytes([7; 16]).expect("the id is not nil"),
        author: None,
        digest: ContentDigest([7; 16]),
        outcome,
        event,
    };
    journal.append(Revision::ZERO, &[entry]).expect("the journal takes its first entry");
}
