//! Bundled frameworks and practices, written into a registry that lacks them.

use std::convert::Infallible;

use tenseven_catalog::parse_framework;
use tenseven_model::{Revision, SubmissionId};
use tenseven_state::{Operation as _, frameworks::PublishFramework, practices::SeedPractices};
use tracing::{info, warn};

use crate::{
    JournalFailed, OpenError, PublishError, SubmissionError, WriteError,
    known_submissions::look_up,
    publication::publish_now,
    shared::Shared,
    submission::{Answer, Submission},
};

/// Publishes the frameworks that ship and that are not published.
pub(crate) fn publish_frameworks(shared: &Shared) -> Result<(), OpenError> {
    for definition in shared.world.catalog().framework_texts() {
        let failed = |problem: String| OpenError::Bundled {
            id: definition.lines().next().unwrap_or_default().to_owned(),
            problem,
        };
        let framework = parse_framework(definition).map_err(|error| failed(error.to_string()))?;
        let reference = framework.reference();
        let state = shared.state.load_full();
        if let Ok(published) = state.frameworks().get(&reference) {
            if *published.definition != **definition {
                warn!(framework = %reference, "the journal holds another text of this version than the program; the journal's counts");
            }
            continue;
        }
        match publish(shared, definition) {
            Ok(revision) => {
                info!(framework = %reference, revision = revision.number(), "published a framework that ships with the program");
            }
            // What partners have published comes first: a registry whose frameworks the program did not foresee
            // has to start all the same.
            Err(PublishError::Unpublishable(problem)) => {
                warn!(framework = %reference, %problem, "a framework that ships with the program is left out");
            }
            // Reads must keep working; the next start tries again.
            Err(PublishError::Submission(problem @ SubmissionError::JournalFull(_))) => {
                warn!(framework = %reference, %problem, "a framework that ships with the program is left out");
            }
            Err(problem) => return Err(failed(problem.to_string())),
        }
    }
    Ok(())
}

/// Publishes a framework that ships. Its submission id is made from its text; one that somebody else has used is
/// passed over.
fn publish(shared: &Shared, definition: &str) -> Result<Revision, PublishError> {
    let mut attempt = 0;
    loop {
        let id = PublishFramework::bundled_submission(definition, attempt);
        match publish_now(shared, &id.into(), definition.to_owned(), &mut |_| ()) {
            Err(PublishError::Submission(SubmissionError::IdReused(_))) => attempt += 1,
            answer => return answer.map(|receipt| receipt.revision),
        }
    }
}

/// Writes the practices that ship and that the journal does not know, as one entry.
pub(crate) fn write_practices(shared: &Shared) -> Result<(), OpenError> {
    let seeds = SeedPractices::missing(&shared.world, shared.state.load().practices());
    if seeds.practices.is_empty() {
        return Ok(());
    }
    let mut attempt = 0;
    loop {
        match write(shared, seeds.submission(attempt), seeds.clone()) {
            Err(WriteError::Submission(SubmissionError::IdReused(_))) => attempt += 1,
            // Reads must keep working; the next start tries again.
            Err(WriteError::Submission(problem @ SubmissionError::JournalFull(_))) => {
                warn!(%problem, "practices that ship with the program are left out");
                return Ok(());
            }
            Err(problem) => return Err(OpenError::Practices { problem: problem.to_string() }),
            Ok(receipt) => {
                let (revision, count) = (receipt.revision.number(), receipt.new);
                info!(revision, count, "wrote practices that ship with the program");
                return Ok(());
            }
        }
    }
}

fn write(shared: &Shared, id: SubmissionId, seeds: SeedPractices) -> Answer<Infallible> {
    let (digest, revision) = (seeds.digest(), shared.state.load().revision());
    if let Some(receipt) = look_up(shared.journal.as_ref(), revision, id, digest)? {
        return Ok(receipt);
    }
    let (submission, reply) = Submission::new(id.into(), digest, revision, seeds);
    shared.intake.submit(submission)?;
    reply.blocking_recv().unwrap_or_else(|_| Err(SubmissionError::from(JournalFailed).into()))
}
