//! Whether a server answers with everything that was acknowledged, and with nothing else.

use std::{collections::BTreeMap, time::Duration};

use anyhow::{Context as _, Result, bail, ensure};
use tenseven_api::v1::{
    ExportObservationsRequest, ListObservationsRequest, LookUpSubmissionsRequest, Observation, Page,
    WatchObservationsRequest, observation_service_client::ObservationServiceClient, value::Kind,
};
use tenseven_tests::START_REVISION;
use tonic::{Code, Status, transport::Channel};

use super::{
    load::connect,
    random::Random,
    record::{Batch, Fact, Shared, lock},
};

/// How long a check may take.
const CHECK_MAX: Duration = Duration::from_mins(1);
/// How many batches in doubt are sent again after a start.
const SENT_AGAIN: usize = 3;
/// Most submissions in one look-up.
const LOOK_UP_MAX: usize = 10_000;

type Client = ObservationServiceClient<Channel>;

/// What became of reading the past.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum History {
    /// Every revision was read and is right.
    Whole,
    /// Reading it was refused, as data loss, with this message. Nothing that was answered was wrong.
    Refused(String),
}

/// Compares everything that a server answers with what was acknowledged. What was in doubt and is there counts as
/// acknowledged from now on.
pub(crate) async fn check(address: &str, record: &Shared) -> Result<History> {
    tokio::time::timeout(CHECK_MAX, compare(address, record)).await.context("the check does not end")?
}

async fn compare(address: &str, record: &Shared) -> Result<History> {
    let mut client = connect(address).await?;
    let head = head(&mut client).await?;
    let last = lock(record).last();
    ensure!(head >= last, "LOST: revision {last} was acknowledged, and {head} is the last one there");
    let history = match history(&mut client, head).await? {
        Ok(history) => {
            compare_history(&history, record)?;
            History::Whole
        }
        Err(status) => History::Refused(status.message().to_owned()),
    };
    if history == History::Whole {
        compare_current(&mut client, record).await?;
        compare_submissions(&mut client, record).await?;
    }
    let faults = lock(record).faults().join("; ");
    ensure!(faults.is_empty(), "WRONG: {faults}");
    Ok(history)
}

async fn head(client: &mut Client) -> Result<u64> {
    let page = Some(Page { size: 1, ..Default::default() });
    let request = ListObservationsRequest { page, ..Default::default() };
    Ok(client.list_observations(request).await.context("the list is refused")?.into_inner().revision)
}

/// Every revision that changed observations, from the first on; or the status that refuses the past as damaged.
async fn history(client: &mut Client, head: u64) -> Result<Result<BTreeMap<u64, Batch>, Status>> {
    let mut history: BTreeMap<u64, Batch> = BTreeMap::new();
    if head <= START_REVISION {
        return Ok(Ok(history));
    }
    let request = WatchObservationsRequest { after_revision: Some(0), ..Default::default() };
    let mut changes = match client.watch_observations(request).await {
        Ok(changes) => changes.into_inner(),
        Err(status) if status.code() == Code::DataLoss => return Ok(Err(status)),
        Err(status) => bail!("the past is refused: {status}"),
    };
    loop {
        let message = match changes.message().await {
            Ok(message) => message.context("the watch ended")?,
            Err(status) if status.code() == Code::DataLoss => return Ok(Err(status)),
            Err(status) => bail!("the past is cut short: {status}"),
        };
        if message.accept_time.is_some() {
            let facts = message.observations.into_iter().map(fact).collect::<Result<Vec<_>>>()?;
            let submission = message.submission_id;
            let batch = || Batch { submission: submission.clone(), facts: Vec::new() };
            history.entry(message.revision).or_insert_with(batch).facts.extend(facts);
        }
        if message.revision >= head && !message.continues {
            return Ok(Ok(history));
        }
    }
}

fn fact(observation: Observation) -> Result<Fact> {
    let kind = observation.value.and_then(|value| value.kind);
    let Some(Kind::Number(value)) = kind else { bail!("LOST: {} has no number", observation.area) };
    Ok(Fact { area: observation.area, value, comment: observation.comment })
}

/// Everything acknowledged is in the history, and nothing that was never sent.
fn compare_history(history: &BTreeMap<u64, Batch>, record: &Shared) -> Result<()> {
    let mut record = lock(record);
    for (revision, acknowledged) in record.accepted() {
        let Some(found) = history.get(revision) else {
            bail!("LOST: revision {revision} was acknowledged and is not in the history");
        };
        ensure!(found == acknowledged, "WRONG: revision {revision} is not what was acknowledged");
    }
    for (revision, found) in history {
        if record.accepted().contains_key(revision) {
            continue;
        }
        let Some(sent) = record.in_doubt().get(&found.submission) else {
            bail!("WRONG: revision {revision} holds {}, which nobody sent", found.submission);
        };
        ensure!(sent == found, "WRONG: revision {revision} is not what was sent");
        record.accept(&found.submission, *revision);
    }
    Ok(())
}

/// The current observations are those that follow from the history.
async fn compare_current(client: &mut Client, record: &Shared) -> Result<()> {
    let request = ExportObservationsRequest::default();
    let mut parts = client.export_observations(request).await.context("the export is refused")?.into_inner();
    let mut found = BTreeMap::new();
    loop {
        let part = parts.message().await.context("the export is cut short")?.context("the export ended")?;
        for recorded in part.observations {
            let fact = fact(recorded.observation.context("no observation")?)?;
            found.insert(fact.area.clone(), (recorded.revision, fact));
        }
        if part.complete {
            break;
        }
    }
    let record = lock(record);
    let expected = record.current();
    for (area, (revision, fact)) in &expected {
        let Some(found) = found.get(*area) else {
            bail!("LOST: {area} of revision {revision} is not exported")
        };
        ensure!(
            (found.0, &found.1) == (*revision, *fact),
            "WRONG: {area} is exported as {} of revision {}, and is {} of {revision}",
            found.1.value,
            found.0,
            fact.value
        );
    }
    ensure!(found.len() == expected.len(), "WRONG: {} observations, not {}", found.len(), expected.len());
    Ok(())
}

/// Each submission is known under the revision that was acknowledged.
async fn compare_submissions(client: &mut Client, record: &Shared) -> Result<()> {
    let accepted: Vec<_> = {
        let record = lock(record);
        record.accepted().iter().map(|(revision, batch)| (batch.submission.clone(), *revision)).collect()
    };
    for some in accepted.chunks(LOOK_UP_MAX) {
        let submission_ids = some.iter().map(|(submission, _)| submission.clone()).collect();
        let request = LookUpSubmissionsRequest { submission_ids, ..Default::default() };
        let answer =
            client.look_up_submissions(request).await.context("the look-up is refused")?.into_inner();
        let found: Vec<_> = answer
            .submissions
            .into_iter()
            .map(|one| (one.submission_id, one.receipt.map(|receipt| receipt.revision).unwrap_or_default()))
            .collect();
        ensure!(
            found == some,
            "LOST: of {} submissions {} are known as acknowledged",
            some.len(),
            found.len()
        );
    }
    Ok(())
}

/// The server accepts what comes next under a revision of its own, and what comes again under the one that it had.
pub(crate) async fn goes_on(address: &str, record: &Shared) -> Result<()> {
    let mut client = connect(address).await?;
    let next = lock(record).batch(25, 3, 0, &mut Random::new());
    let again: Vec<_> = {
        let record = lock(record);
        let known = record.accepted().values().next_back().cloned();
        let in_doubt = record.in_doubt().values().filter(|batch| **batch != next).take(SENT_AGAIN).cloned();
        in_doubt.chain(known).collect()
    };
    let last = lock(record).last();
    let receipt = client.push_observations(next.request()).await.context("the next push is refused")?;
    let revision = receipt.into_inner().revision;
    lock(record).accept(&next.submission, revision);
    ensure!(revision > last, "WRONG: the next push was given revision {revision}, after {last}");
    for batch in again {
        let receipt =
            client.push_observations(batch.request()).await.context("a batch sent again is refused")?;
        lock(record).accept(&batch.submission, receipt.into_inner().revision);
    }
    let faults = lock(record).faults().join("; ");
    ensure!(faults.is_empty(), "WRONG: {faults}");
    Ok(())
}
