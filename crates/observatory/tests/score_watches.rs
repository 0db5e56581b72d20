//! A watch of scores returns the changes of every revision, the same for every watcher, start and grouping of flushes.

#![allow(clippy::unwrap_used, clippy::panic, reason = "tests: what does not hold fails them")]

use std::{collections::BTreeMap, time::Duration};

use proptest::prelude::*;
use tenseven_catalog::Catalog;
use tenseven_engine::NodeScore;
use tenseven_model::{
    Alpha3, AsOf, Observation, Outcome, Period, ReadAt, Revision, ScoreSelection, framework::NodeIndex,
};
use tenseven_observatory::{
    Limits, NoSuchRevision, Observatory, ScoreChanges, ScoreWatch, WatchScoresError, WatchStart,
    WatchStartError, World,
};
use tenseven_testkit::{ManualClock, TestJournal, as_changes, history, submission};

/// Scores by area, period and node, values of leaves apart.
type Scores = BTreeMap<(Alpha3, Period, NodeIndex), NodeScore>;

fn run<T>(future: impl Future<Output = T>) -> T {
    let runtime =
        tokio::runtime::Builder::new_multi_thread().worker_threads(2).enable_time().build().unwrap();
    runtime.block_on(async { tokio::time::timeout(Duration::from_mins(1), future).await.unwrap() })
}

fn open(journal: &TestJournal) -> Observatory {
    let (world, clock) = (World::new(Catalog::bundled()), ManualClock::at(1_000));
    Observatory::open(Box::new(journal.clone()), world, Limits::default(), Box::new(clock)).unwrap()
}

fn all_nodes() -> ScoreSelection {
    let framework = "target-10-7".parse().unwrap();
    ScoreSelection { framework, areas: Vec::new(), from: None, to: None, nodes: Vec::new() }
}

/// Everything that a watch returns up to a revision.
async fn collect(watch: &mut ScoreWatch, up_to: Revision) -> Vec<ScoreChanges> {
    let mut events = Vec::new();
    while watch.reached() < up_to || events.last().is_some_and(|last: &ScoreChanges| last.continues) {
        events.extend(watch.next().await.unwrap());
    }
    events
}

async fn watched(observatory: &Observatory, after: u64, up_to: Revision) -> Vec<ScoreChanges> {
    let mut watch =
        observatory.watch_scores(&all_nodes(), WatchStart::after(Revision::new(after)), false).unwrap();
    collect(&mut watch, up_to).await
}

fn bits(outcome: Outcome) -> Result<u64, tenseven_model::Gap> {
    outcome.map(f64::to_bits)
}

/// The scores of all rows with data at a revision.
async fn listed(observatory: &Observatory, revision: Revision) -> Scores {
    let view = observatory
        .view(
            ReadAt { min_revision: revision, as_of: AsOf::Revision(revision), history: None },
            Duration::ZERO,
        )
        .await
        .unwrap();
    let framework = "target-10-7".parse().unwrap();
    let selection = ScoreSelection { framework, areas: Vec::new(), from: None, to: None, nodes: Vec::new() };
    let (mut scores, mut after) = (Scores::new(), None);
    loop {
        let page = view.list_scores(&selection, 1_000, after.as_ref()).unwrap();
        for tree in page.trees {
            for (node, score) in tree.row.nodes.into_iter().enumerate() {
                scores.insert((tree.area, tree.period, node), NodeScore { leaf: None, ..score });
            }
        }
        after = page.next;
        if after.is_none() {
            return scores;
        }
    }
}

/// Applies an event, which has to follow from what was known.
fn take_in(known: &mut Scores, events: &ScoreChanges) {
    for change in &events.changes {
        let before = known.insert((change.area, change.period, change.node), change.score.clone());
        let before = before.map(|score| bits(score.outcome));
        assert_eq!(before, change.before.map(bits), "{change:?}");
        assert_eq!(change.score.leaf, None);
    }
}

/// Pushes batches so that several go out with one flush, and returns the newest revision.
async fn push_in_groups(
    observatory: &Observatory,
    journal: &TestJournal,
    batches: &[Vec<Observation>],
    group: usize,
) -> Revision {
    let mut number = 0;
    for group in batches.chunks(group) {
        journal.hold();
        let mut submitted = Vec::new();
        for batch in group {
            submitted.push(observatory.submit(submission(number), as_changes(batch.clone())).await.unwrap());
            number += 1;
        }
        journal.release();
        for one in submitted {
            one.answer().await.unwrap();
        }
    }
    observatory.revision()
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(12))]

    #[test]
    fn changes_add_up_to_the_scores_of_every_revision_in_any_grouping_of_flushes(
        batches in history(9),
        group in 1_usize..5,
        from in 0_u64..20,
    ) {
        let journal = TestJournal::default();
        let observatory = open(&journal);
        let start = observatory.revision();
        run(async {
            let mut live = observatory.watch_scores(&all_nodes(), WatchStart::default(), true).unwrap();
            let opening = live.next().await.unwrap();
            assert_eq!(opening.len(), 1);
            assert_eq!((opening[0].revision, opening[0].cause), (start, None));
            let newest = push_in_groups(&observatory, &journal, &batches, group).await;
            let live = collect(&mut live, newest).await;
            // The same from every revision on, of the process that took the entries in, and of one that did not.
            let from = (start.number() + from).min(newest.number());
            let later = |events: &[ScoreChanges]| -> Vec<_> {
                events.iter().filter(|events| events.revision.number() > from).cloned().collect()
            };
            assert_eq!(watched(&observatory, from, newest).await, later(&live));
            observatory.close();
            let reopened = open(&journal);
            assert_eq!(watched(&reopened, from, newest).await, later(&live));
            // Applied so far, these are the scores of each revision.
            let (mut known, mut events) = (Scores::new(), live.iter().peekable());
            for number in start.number() + 1..=newest.number() {
                let revision = Revision::new(number);
                if let Some(events) = events.next_if(|events| events.revision == revision) {
                    take_in(&mut known, events);
                }
                let expected = listed(&reopened, revision).await;
                assert_eq!(known, expected, "at {revision}");
                let all_bits = |scores: &Scores| -> Vec<_> {
                    scores.values().map(|score| bits(score.outcome)).collect()
                };
                assert_eq!(all_bits(&known), all_bits(&expected));
                // A snapshot is what is listed.
                let mut snapshot = reopened.watch_scores(&all_nodes(), WatchStart::after(revision), true).unwrap();
                let mut shown = Scores::new();
                loop {
                    let part = snapshot.next().await.unwrap().remove(0);
                    take_in(&mut shown, &part);
                    if !part.continues {
                        break;
                    }
                }
                assert_eq!(shown, expected);
            }
            assert!(events.next().is_none());
        });
    }
}

/// Batches of one observation each, which all change a score.
fn steady(count: u32) -> Vec<Vec<Observation>> {
    let one = |step: u32| {
        let deaths = tenseven_model::Number::try_from(f64::from(step + 1)).unwrap();
        let value = tenseven_model::Value::Number(deaths);
        vec![tenseven_testkit::observation("migrant-casualties", "MAR", "2020", value)]
    };
    (0..count).map(one).collect()
}

#[test]
fn a_watch_that_falls_behind_the_ring_still_returns_every_change() {
    let journal = TestJournal::default();
    let observatory = open(&journal);
    let start = observatory.revision();
    run(async {
        let mut slow = observatory.watch_scores(&all_nodes(), WatchStart::default(), false).unwrap();
        let mut fast = observatory.watch_scores(&all_nodes(), WatchStart::default(), false).unwrap();
        // More than a ring holds.
        let batches = steady(4_500);
        let pushing = push_in_groups(&observatory, &journal, &batches, 500);
        let following = async {
            let mut events = Vec::new();
            while events.len() < 4_500 {
                events.extend(fast.next().await.unwrap());
            }
            events
        };
        let (newest, fast) = tokio::join!(pushing, following);
        assert_eq!(newest.number(), start.number() + 4_500);
        let slow = collect(&mut slow, newest).await;
        assert_eq!(slow.len(), fast.len());
        assert!(slow == fast);
    });
}

#[test]
fn a_watch_from_before_the_publication_returns_its_scores() {
    let journal = TestJournal::default();
    let observatory = open(&journal);
    run(async {
        let before = push_in_groups(&observatory, &journal, &steady(3), 1).await;
        let mut watch = observatory.watch_scores(&all_nodes(), WatchStart::default(), false).unwrap();
        assert_eq!(observatory.newer_version(watch.published()), None);
        let receipt = observatory.publish(submission(900), next_version()).unwrap().ended().await.unwrap();
        // Who watches goes on with the version that was the newest, and can hear of the other.
        assert_eq!(
            observatory.newer_version(watch.published()).map(|one| one.to_string()),
            Some("target-10-7@1.2.0".to_owned())
        );
        assert_eq!(collect(&mut watch, receipt.revision).await, []);
        let mut watch = observatory.watch_scores(&all_nodes(), WatchStart::after(before), true).unwrap();
        assert_eq!(watch.published().framework.reference().to_string(), "target-10-7@1.2.0");
        let snapshot = watch.next().await.unwrap().remove(0);
        assert_eq!((snapshot.revision, snapshot.cause, snapshot.changes.len()), (before, None, 0));
        let made = watch.next().await.unwrap().remove(0);
        assert_eq!((made.revision, watch.reached()), (receipt.revision, receipt.revision));
        assert_eq!(made.cause.map(|(_, submission)| submission), Some(submission(900)));
        let mut known = Scores::new();
        take_in(&mut known, &made);
        assert_eq!(known, listed(&observatory, receipt.revision).await);
        assert!(made.changes.iter().all(|change| change.before.is_none()));
    });
}

/// The framework that ships, as another version.
fn next_version() -> String {
    let catalog = Catalog::bundled();
    let texts = catalog.framework_texts();
    let text = texts.iter().find(|text| text.contains("id = \"target-10-7\"")).unwrap();
    text.replacen("version = \"1.0.0\"", "version = \"1.2.0\"", 1)
}

#[test]
fn a_version_that_is_not_the_newest_any_more_is_watched_on() {
    let journal = TestJournal::default();
    let observatory = open(&journal);
    let start = observatory.revision();
    run(async {
        let old = ScoreSelection { framework: "target-10-7@1.1.0".parse().unwrap(), ..all_nodes() };
        let mut before = observatory.watch_scores(&old, WatchStart::default(), false).unwrap();
        let batches = steady(12);
        push_in_groups(&observatory, &journal, &batches[..4], 2).await;
        let receipt = observatory.publish(submission(900), next_version()).unwrap().ended().await.unwrap();
        let mut after = observatory.watch_scores(&old, WatchStart::default(), false).unwrap();
        for (number, batch) in (1_000..).zip(&batches[4..]) {
            observatory.submit_changes(submission(number), as_changes(batch.clone())).await.unwrap();
        }
        let newest = observatory.revision();
        let (all, later) = (collect(&mut before, newest).await, collect(&mut after, newest).await);
        assert_eq!(all.len(), batches.len());
        assert_eq!(later, all[4..]);
        // And the same to one who comes later.
        let mut again = observatory.watch_scores(&old, WatchStart::after(start), false).unwrap();
        assert_eq!(collect(&mut again, newest).await, all);
        assert_eq!(receipt.revision.number(), start.number() + 5);
    });
}

#[test]
fn watchers_of_the_past_that_do_not_read_keep_nobody_waiting() {
    let journal = TestJournal::default();
    let observatory = open(&journal);
    let start = observatory.revision();
    run(async {
        let newest = push_in_groups(&observatory, &journal, &steady(300), 100).await;
        let mut idle = Vec::new();
        for back in 0..20 {
            let start = WatchStart::after(Revision::new(start.number() + back));
            let mut watch = observatory.watch_scores(&all_nodes(), start, false).unwrap();
            watch.next().await.unwrap();
            idle.push(watch);
        }
        let reading = watched(&observatory, start.number(), newest);
        assert_eq!(tokio::time::timeout(Duration::from_secs(20), reading).await.unwrap().len(), 300);
        let mut live = observatory.watch_scores(&all_nodes(), WatchStart::default(), false).unwrap();
        let receipt =
            observatory.submit_changes(submission(5_000), as_changes(steady(301).remove(300))).await.unwrap();
        assert_eq!(collect(&mut live, receipt.revision).await.len(), 1);
        for mut watch in idle {
            let from = watch.reached();
            let rest = collect(&mut watch, receipt.revision).await;
            assert_eq!(rest.len() as u64, receipt.revision.number() - from.number());
        }
    });
}

#[test]
fn a_snapshot_that_somebody_stopped_waiting_for_comes_when_it_is_asked_for_again() {
    let journal = TestJournal::default();
    let observatory = open(&journal);
    run(async {
        let newest = push_in_groups(&observatory, &journal, &steady(3), 1).await;
        let mut watch = observatory.watch_scores(&all_nodes(), WatchStart::default(), true).unwrap();
        // It is begun, and not waited for.
        tokio::select! {
            biased;
            ready = watch.ready() => ready.unwrap(),
            () = std::future::ready(()) => {}
        }
        let snapshot = watch.next().await.unwrap().remove(0);
        assert_eq!((snapshot.revision, snapshot.continues), (newest, false));
        assert!(!snapshot.changes.is_empty());
    });
}

#[test]
fn a_revision_that_is_still_to_come_is_refused() {
    let observatory = open(&TestJournal::default());
    let newest = observatory.revision();
    let wanted = newest.next();
    run(async {
        let refused = observatory.watch_scores(&all_nodes(), WatchStart::after(wanted), false).err();
        let expected = WatchStartError::from(NoSuchRevision { wanted, newest });
        assert_eq!(refused, Some(WatchScoresError::from(expected)));
    });
}
