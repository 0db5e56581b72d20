//! What was sent to a server and what it acknowledged, as a partner would write it down.

use std::{
    collections::{BTreeMap, HashMap},
    fmt::Write as _,
    sync::{Arc, Mutex, MutexGuard, PoisonError},
};

use tenseven_api::v1::{Observation, PushObservationsRequest};
use tenseven_tests::{Draft, START_REVISION, number};

use super::random::Random;

/// What every area of the tests begins with: countries that nobody uses.
const COUNTRY: &str = "XB";
/// Cities that are observed again and again, a client.
const CITIES: u64 = 60;

/// What is observed of one area.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Fact {
    pub(crate) area: String,
    pub(crate) value: f64,
    pub(crate) comment: String,
}

/// A batch as it was sent.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Batch {
    pub(crate) submission: String,
    pub(crate) facts: Vec<Fact>,
}

impl Batch {
    /// The request that sends it.
    pub(crate) fn request(&self) -> PushObservationsRequest {
        let mut draft = Draft::new();
        for fact in &self.facts {
            draft = draft
                .with("cities-with-crisis-measures", &fact.area, "2020", number(fact.value))
                .but(|one: &mut Observation| one.comment.clone_from(&fact.comment));
        }
        PushObservationsRequest { submission_id: self.submission.clone(), ..draft.request() }
    }
}

/// A record that clients write and checks read.
pub(crate) type Shared = Arc<Mutex<Record>>;

/// What was sent and what was acknowledged.
#[derive(Debug, Clone, Default)]
pub(crate) struct Record {
    /// By the revision that was answered, or that was seen to be there after a start.
    accepted: BTreeMap<u64, Batch>,
    revisions: HashMap<String, u64>,
    /// Sent, and neither answered nor seen since.
    in_doubt: HashMap<String, Batch>,
    /// What no answer should have contained.
    faults: Vec<String>,
    values: u64,
}

impl Record {
    /// A new record.
    pub(crate) fn shared() -> Shared {
        Arc::default()
    }

    /// A copy with the same content, for another copy of the journal.
    pub(crate) fn copied(shared: &Shared) -> Shared {
        Arc::new(Mutex::new(lock(shared).clone()))
    }

    /// A batch that a client is about to send: cities that are known and one that is new, each with a value that none
    /// had before.
    pub(crate) fn batch(
        &mut self,
        client: u32,
        count: u64,
        comment_bytes: usize,
        random: &mut Random,
    ) -> Batch {
        let letter = char::from(b'A' + u8::try_from(client % 26).unwrap_or_default());
        let mut facts: BTreeMap<String, Fact> = BTreeMap::new();
        for place in 0..count {
            self.values += 1;
            let city = if place == 0 { CITIES + self.values } else { random.within(0..CITIES) };
            let area = format!("{COUNTRY}{letter}/c{city}");
            let comment = incompressible(comment_bytes, random);
            facts.insert(area.clone(), Fact { area, value: self.values as f64, comment });
        }
        let submission = uuid::Uuid::new_v4().to_string();
        let batch = Batch { submission: submission.clone(), facts: facts.into_values().collect() };
        self.in_doubt.insert(submission, batch.clone());
        batch
    }

    /// Takes an answer down, or what a start was seen to have kept.
    pub(crate) fn accept(&mut self, submission: &str, revision: u64) {
        if let Some(known) = self.accepted.get(&revision) {
            if known.submission != submission {
                let fault =
                    format!("revision {revision} was given twice: {} and {submission}", known.submission);
                self.faults.push(fault);
            }
            return;
        }
        if let Some(before) = self.revisions.get(submission) {
            self.faults.push(format!("{submission} has revision {revision} and had {before}"));
            return;
        }
        match self.in_doubt.remove(submission) {
            _ if revision <= START_REVISION => {
                self.faults.push(format!(
                    "{submission} was given revision {revision}, which was there from the start"
                ));
            }
            Some(batch) => {
                self.revisions.insert(batch.submission.clone(), revision);
                self.accepted.insert(revision, batch);
            }
            None => self.faults.push(format!("{submission} at revision {revision} was never sent")),
        }
    }

    pub(crate) fn accepted(&self) -> &BTreeMap<u64, Batch> {
        &self.accepted
    }

    pub(crate) fn in_doubt(&self) -> &HashMap<String, Batch> {
        &self.in_doubt
    }

    pub(crate) fn faults(&self) -> &[String] {
        &self.faults
    }

    /// The last revision that is taken down.
    pub(crate) fn last(&self) -> u64 {
        self.accepted.keys().next_back().copied().unwrap_or(START_REVISION)
    }

    /// The newest fact of each area, with its revision.
    pub(crate) fn current(&self) -> BTreeMap<&str, (u64, &Fact)> {
        let facts = self.accepted.iter().flat_map(|(revision, batch)| {
            batch.facts.iter().map(|fact| (fact.area.as_str(), (*revision, fact)))
        });
        facts.collect()
    }
}

/// The record, even if a writer panicked.
pub(crate) fn lock(shared: &Shared) -> MutexGuard<'_, Record> {
    shared.lock().unwrap_or_else(PoisonError::into_inner)
}

/// A text in which no compression finds much to save.
fn incompressible(bytes: usize, random: &mut Random) -> String {
    let mut text = String::new();
    while text.len() < bytes {
        let _ = write!(text, "{:x}", random.within(0..u64::MAX));
    }
    text.truncate(bytes);
    text
}
