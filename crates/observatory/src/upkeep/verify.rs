//! Checking a journal: every entry, the chain, what entries state about one another, and checkpoints against the fold.

use std::collections::HashMap;

use tenseven_model::{
    Revision, SubmissionId, Unit,
    event::{Event, PracticeVersion, VersionBody},
};
use tenseven_state::State;
use tenseven_store::{ChainHash, Entry, Head, Storage};

use super::{Problem, Progress, UpkeepError};
use crate::{accepted::accepted, checkpoint};

/// What was found.
#[derive(Debug)]
pub struct Verified {
    /// The journal's head; its chain hash covers everything up to it.
    pub head: Head,
    /// Versions before it were given up.
    pub horizon: Revision,
    /// Observations that are current.
    pub observations: u64,
    /// Versions of observations.
    pub versions: u64,
    /// Checkpoints that were held against the fold.
    pub checkpoints: u64,
    /// Everything that is wrong.
    pub problems: Vec<Problem>,
}

/// Reads a journal whole. Memory is taken for what is current, and for the submission id of each entry.
pub fn verify(journal: &dyn Storage, progress: Progress<'_>) -> Result<Verified, UpkeepError> {
    let head = journal.head();
    let mut checking = Checking::new(journal)?;
    let mut last = Revision::ZERO;
    let mut chain = ChainHash::ZERO;
    for record in journal.records_after(Revision::ZERO) {
        let entry = record.and_then(|record| {
            chain = record.chain(chain, journal.horizon())?;
            record.entry()
        });
        match entry {
            Ok(entry) => {
                last = entry.revision;
                checking.entry(&entry);
            }
            Err(error) => {
                last = last.next();
                checking.problems.push(Problem::Entry { revision: last, error });
                checking.rest_alone(last, head.revision, progress);
                break;
            }
        }
        progress(last, head.revision);
    }
    if journal.horizon() > head.revision {
        let (head, horizon) = (head.revision, journal.horizon());
        checking.problems.push(Problem::Unfinished { head, horizon });
    }
    let Checking { state, versions, checkpoints_seen, problems, .. } = checking;
    Ok(Verified {
        head,
        horizon: journal.horizon(),
        observations: state.panel().len() as u64,
        versions,
        checkpoints: checkpoints_seen,
        problems,
    })
}

/// A fold in progress, with what it found.
struct Checking<'a> {
    journal: &'a dyn Storage,
    state: State,
    submissions: HashMap<SubmissionId, Revision>,
    versions: u64,
    checkpoints: Vec<Revision>,
    checkpoints_seen: u64,
    problems: Vec<Problem>,
}

impl<'a> Checking<'a> {
    fn new(journal: &'a dyn Storage) -> Result<Self, UpkeepError> {
        let checkpoints = journal.checkpoints()?.iter().map(|info| info.head.revision).collect();
        Ok(Self {
            journal,
            state: State::default(),
            submissions: HashMap::new(),
            versions: 0,
            checkpoints,
            checkpoints_seen: 0,
            problems: Vec::new(),
        })
    }

    fn entry(&mut self, entry: &Entry) {
        self.against_the_fold(entry);
        if let Err(error) = self.state.fold(accepted(entry), &entry.event) {
            self.problems.push(Problem::Framework(error));
            self.state.pass_over(accepted(entry));
        }
        if self.checkpoints.contains(&entry.revision) {
            self.checkpoint(entry.revision);
        }
    }

    /// What the entry states about those before it.
    fn against_the_fold(&mut self, entry: &Entry) {
        let (revision, submission) = (entry.revision, entry.submission);
        if let Some(first) = self.submissions.insert(submission, revision) {
            self.problems.push(Problem::Submission { revision, submission, first });
        }
        if self.state.accepted_at().is_some_and(|last| entry.committed_at < last) {
            self.problems.push(Problem::Moment { revision });
        }
        if let Event::Practices(versions) = &entry.event {
            self.practices_against_the_fold(revision, versions);
        }
        if let Event::Retirement(retirement) = &entry.event {
            let (frameworks, framework) = (self.state.frameworks(), retirement.framework());
            let published = frameworks.get(&framework);
            if !published.is_ok_and(|published| frameworks.retirement(published.revision).is_none()) {
                self.problems.push(Problem::RetiresNothing { revision, framework });
            }
        }
        self.assessment_against_the_fold(entry);
        let versions = entry.event.versions();
        self.versions += versions.len() as u64;
        // Of a compacted entry only what is still current at the horizon is left, and what it replaced is not.
        let horizon = self.journal.horizon();
        let answered = entry.outcome.stored();
        let held = match &entry.event {
            Event::Observations(versions) => versions.len() as u64,
            Event::Practices(versions) => versions.len() as u64,
            Event::Coding(_) | Event::Adjudication(_) => 1,
            Event::Framework(_) | Event::Retirement(_) => 0,
            // Counted, but held as one change.
            Event::Access(_) => answered,
        };
        if revision > horizon && answered != held {
            self.problems.push(Problem::Outcome { revision, answered, held });
        }
        for version in versions {
            let key = version.key();
            let folded = self.state.newest_version(key);
            let given_up =
                folded < version.previous && version.previous.is_some_and(|previous| previous <= horizon);
            if folded != version.previous && !given_up {
                let (found, key) = (version.previous, Box::new(key.clone()));
                self.problems.push(Problem::Previous { revision, key, found, folded });
            }
            if matches!(version.body, VersionBody::Withdrawn(_))
                && self.state.panel().get(key).is_none()
                && !given_up
            {
                self.problems.push(Problem::WithdrawsNothing { revision, key: Box::new(key.clone()) });
            }
        }
    }

    fn practices_against_the_fold(&mut self, revision: Revision, versions: &[PracticeVersion]) {
        for version in versions {
            let folded = self.state.practices().get(version.id()).map(|held| held.revision);
            if folded != version.previous {
                let (found, practice) = (version.previous, version.id().clone());
                self.problems.push(Problem::PreviousPractice { revision, practice, found, folded });
            }
        }
    }

    /// What the entry states about the codings before it.
    fn assessment_against_the_fold(&mut self, entry: &Entry) {
        let (revision, codings) = (entry.revision, self.state.codings());
        let is_right = match &entry.event {
            Event::Observations(_)
            | Event::Framework(_)
            | Event::Retirement(_)
            | Event::Practices(_)
            | Event::Access(_) => true,
            Event::Coding(filed) => {
                let (unit, coder) = (filed.coding.unit(), filed.coding.coder());
                let previous = codings.current(unit, coder).map(|before| before.revision);
                filed.round == codings.open_round(unit) && filed.previous == previous
            }
            Event::Adjudication(adjudicated) => {
                let key = adjudicated.version.key();
                Unit::new(key.indicator.clone(), key.area.clone(), key.period).is_ok_and(|unit| {
                    let open = codings.of(&unit).and_then(|history| history.open());
                    open.is_some_and(|(round, codings)| {
                        let rests_on = codings.current().map(|filed| filed.revision);
                        round == adjudicated.round && rests_on.eq(adjudicated.codings.iter().copied())
                    })
                })
            }
        };
        if !is_right {
            self.problems.push(Problem::Codings { revision });
        }
    }

    fn checkpoint(&mut self, revision: Revision) {
        self.checkpoints_seen += 1;
        match checkpoint::load(self.journal, revision) {
            Ok(held) if held == self.state => {}
            Ok(_) => self.problems.push(Problem::CheckpointDiffers { revision }),
            Err(error) => self.problems.push(Problem::Checkpoint { revision, detail: error.to_string() }),
        }
    }

    /// Checks each entry after a damaged one by itself; without that one nothing can be folded.
    fn rest_alone(&mut self, after: Revision, head: Revision, progress: Progress<'_>) {
        for number in after.number() + 1..=head.number() {
            let revision = Revision::new(number);
            if let Err(error) = self.journal.read(revision) {
                self.problems.push(Problem::Entry { revision, error });
            }
            progress(revision, head);
        }
    }
}
