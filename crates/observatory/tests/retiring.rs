//! Retiring versions of frameworks, tested without a socket and without a disk.

#![allow(clippy::unwrap_used, clippy::panic, reason = "tests: what does not hold fails them")]

use std::time::Duration;

use tenseven_catalog::Catalog;
use tenseven_model::{
    AsOf, FrameworkRef, Number, Observation, ReadAt, Revision, ScoreSelection, Value,
    event::{Event, FrameworkRetirement},
};
use tenseven_observatory::{
    FrameworkLookupError, Limits, NoSuccessor, NotScored, Observatory, RetireFrameworkError,
    RetiredFramework, RetirementReceipt, RetirementRejection, ScoreWatchError, ScoresError, Unpublishable,
    View, WatchScoresError, WatchStart, World, WriteError, upkeep,
};
use tenseven_store::{Entry, Journal as _};
use tenseven_testkit::{ManualClock, TestJournal, as_changes, observation, submission};

/// A watch that is not ended by a retirement waits for ever.
const WATCH_ENDS_WITHIN: Duration = Duration::from_secs(30);

fn open(journal: &TestJournal, limits: Limits) -> Observatory {
    let (world, clock) = (World::new(Catalog::bundled()), ManualClock::at(1_000));
    Observatory::open(Box::new(journal.clone()), world, limits, Box::new(clock)).unwrap()
}

fn block_on<T>(future: impl Future<Output = T>) -> T {
    tokio::runtime::Builder::new_current_thread().enable_time().build().unwrap().block_on(future)
}

fn view(observatory: &Observatory, as_of: AsOf) -> View {
    block_on(observatory.view(ReadAt::moment(as_of), Duration::ZERO)).unwrap()
}

fn push(observatory: &Observatory, number: u32, count: f64) -> Revision {
    let value = Value::Number(Number::try_from(count).unwrap());
    let batch: Vec<Observation> = vec![observation("seen", "MAR", "2020", value)];
    block_on(observatory.submit_changes(submission(number), as_changes(batch))).unwrap().revision
}

/// A framework whose one indicator takes values up to `max`.
fn text(version: &str, max: u32) -> String {
    format!(
        "id = \"mine\"\nversion = \"{version}\"\ntitle = \"Mine\"\n\n\
         [[nodes]]\nid = \"overall\"\nname = \"Overall\"\n\
         normalise = {{ method = \"goalposts\", lower = 0, upper = 9, reason = \"for the test\" }}\n\n\
         [[indicators]]\nid = \"seen\"\nname = \"Seen\"\nkind = \"number\"\nmin = 0\nmax = {max}\n\
         parent = \"overall\"\n"
    )
}

fn publish(observatory: &Observatory, number: u32, text: &str) {
    block_on(observatory.publish(submission(number), text.to_owned()).unwrap().ended()).unwrap();
}

fn retirement(version: &str) -> FrameworkRetirement {
    let (id, version) = ("mine".parse().unwrap(), version.parse().unwrap());
    FrameworkRetirement { id, version, reason: "weights were wrong".parse().unwrap() }
}

fn retire(
    observatory: &Observatory,
    number: u32,
    version: &str,
) -> Result<RetirementReceipt, RetireFrameworkError> {
    block_on(observatory.retire_framework(submission(number), retirement(version)))
}

fn reference(text: &str) -> FrameworkRef {
    text.parse().unwrap()
}

/// By which version a score is made; the score itself is the first's.
fn scored(observatory: &Observatory, framework: &str, as_of: AsOf) -> Result<String, ScoresError> {
    let (area, period) = ("MAR".parse().unwrap(), "2020".parse().unwrap());
    let tree = view(observatory, as_of).scores(&reference(framework), &area, period, &[])?;
    Ok(tree.published.framework.reference().to_string())
}

fn retired(answer: Result<String, ScoresError>) -> RetiredFramework {
    match answer {
        Err(
            ScoresError::Framework(FrameworkLookupError::Retired(retired))
            | ScoresError::NotScored(NotScored::Retired(retired)),
        ) => *retired,
        other => panic!("{other:?}"),
    }
}

/// Whether each version is listed as the newest, and the revision that retired it.
fn listed(observatory: &Observatory) -> Vec<(String, bool, Option<u64>)> {
    let page = view(observatory, AsOf::Now).frameworks(100, None);
    let mine = page.versions.iter().filter(|one| one.version.reference.id.as_str() == "mine");
    mine.map(|one| {
        let version = one.version.reference.to_string();
        (version, one.newest, one.retired.as_ref().map(|retired| retired.revision.number()))
    })
    .collect()
}

/// A registry with two versions, the second one higher.
fn with_two(journal: &TestJournal) -> Observatory {
    let observatory = open(journal, Limits::default());
    publish(&observatory, 1, &text("1.0.0", 100));
    publish(&observatory, 2, &text("2.0.0", 100));
    push(&observatory, 3, 4.5);
    observatory
}

#[test]
fn the_id_means_the_newest_version_that_is_not_retired_and_the_past_stays() {
    let journal = TestJournal::default();
    let observatory = with_two(&journal);
    let receipt = retire(&observatory, 4, "2.0.0").unwrap();
    let check = |observatory: &Observatory| {
        assert_eq!(scored(observatory, "mine", AsOf::Now).unwrap(), "mine@1.0.0");
        let refused = retired(scored(observatory, "mine@2.0.0", AsOf::Now));
        assert_eq!(
            (refused.retired.revision, refused.current),
            (receipt.revision, Some(reference("mine@1.0.0")))
        );
        assert_eq!(refused.retired.reason.as_str(), "weights were wrong");
        let at = receipt.revision.number();
        let before = AsOf::Revision(Revision::new(at - 1));
        assert_eq!(scored(observatory, "mine", before).unwrap(), "mine@2.0.0");
        assert_eq!(scored(observatory, "mine@2.0.0", before).unwrap(), "mine@2.0.0");
        let expected = [("mine@2.0.0".to_owned(), false, Some(at)), ("mine@1.0.0".to_owned(), true, None)];
        assert_eq!(listed(observatory), expected);
        let shown = view(observatory, AsOf::Now).framework(&reference("mine@2.0.0")).unwrap();
        assert_eq!(*shown.published.definition, *text("2.0.0", 100));
    };
    check(&observatory);
    push(&observatory, 5, 5.5);
    check(&observatory);
    drop(observatory);
    check(&open(&journal, Limits::default()));
}

#[test]
fn where_all_versions_are_retired_the_id_is_refused_until_a_higher_one_is_published() {
    let observatory = with_two(&TestJournal::default());
    retire(&observatory, 4, "1.0.0").unwrap();
    assert_eq!(scored(&observatory, "mine", AsOf::Now).unwrap(), "mine@2.0.0");
    retire(&observatory, 5, "2.0.0").unwrap();
    let refused = retired(scored(&observatory, "mine", AsOf::Now));
    assert_eq!((refused.retired.framework, refused.current), (reference("mine@2.0.0"), None));
    assert!(view(&observatory, AsOf::Now).framework(&reference("mine@1.0.0")).unwrap().retired.is_some());
    // Observations belong to no framework.
    push(&observatory, 6, 6.5);
    publish(&observatory, 7, &text("2.1.0", 100));
    assert_eq!(scored(&observatory, "mine", AsOf::Now).unwrap(), "mine@2.1.0");
}

#[test]
fn a_retirement_is_accepted_once_and_a_check_stores_nothing() {
    let observatory = with_two(&TestJournal::default());
    let revision = observatory.revision();
    let checked = observatory.preview_retirement(submission(4), retirement("1.0.0")).unwrap();
    assert_eq!((checked.revision, checked.accepted_at), (revision, None));
    assert_eq!(observatory.revision(), revision);
    let receipt = retire(&observatory, 4, "1.0.0").unwrap();
    assert_eq!(retire(&observatory, 4, "1.0.0").unwrap(), receipt);
    assert!(observatory.preview_retirement(submission(4), retirement("1.0.0")).is_ok());
    match retire(&observatory, 5, "1.0.0") {
        Err(WriteError::Rejected(RetirementRejection::Retired(known))) => {
            assert_eq!(known.retired.revision, receipt.revision);
        }
        other => panic!("{other:?}"),
    }
    let unknown = retire(&observatory, 6, "9.0.0");
    assert!(matches!(unknown, Err(WriteError::Rejected(RetirementRejection::Unknown(_)))), "{unknown:?}");
    let reused = retire(&observatory, 4, "2.0.0");
    assert!(matches!(reused, Err(WriteError::Submission(_))), "{reused:?}");
}

#[test]
fn a_watch_of_a_version_ends_when_that_is_retired() {
    let observatory = with_two(&TestJournal::default());
    let selection = ScoreSelection {
        framework: reference("mine"),
        areas: Vec::new(),
        from: None,
        to: None,
        nodes: Vec::new(),
    };
    block_on(async {
        let mut watch = observatory.watch_scores(&selection, WatchStart::default(), false).unwrap();
        let receipt = observatory.retire_framework(submission(4), retirement("2.0.0")).await.unwrap();
        let ended = async {
            loop {
                if let Err(problem) = watch.next().await {
                    break problem;
                }
            }
        };
        let problem = tokio::time::timeout(WATCH_ENDS_WITHIN, ended).await.unwrap();
        let ScoreWatchError::NotScored(NotScored::Retired(retired)) = problem else { panic!("{problem:?}") };
        assert_eq!(retired.retired.revision, receipt.revision);
        assert_eq!(retired.current, Some(reference("mine@1.0.0")));
        let selection = ScoreSelection { framework: reference("mine@2.0.0"), ..selection };
        let again = observatory.watch_scores(&selection, WatchStart::default(), false);
        assert!(matches!(again, Err(WatchScoresError::NotScored(NotScored::Retired(_)))));
    });
}

#[test]
fn a_version_that_cannot_be_the_newest_any_more_is_retired_first() {
    let observatory = open(&TestJournal::default(), Limits::default());
    publish(&observatory, 1, &text("1.0.0", 10));
    publish(&observatory, 2, &text("2.0.0", 100));
    // Only the second version allows it.
    push(&observatory, 3, 50.0);
    match retire(&observatory, 4, "2.0.0") {
        Err(WriteError::Rejected(RetirementRejection::Successor(blocked))) => {
            let NoSuccessor { successor, problem, .. } = *blocked;
            assert_eq!(successor, reference("mine@1.0.0"));
            assert!(matches!(*problem, Unpublishable::Clashes { count: 1, .. }), "{problem:?}");
        }
        other => panic!("{other:?}"),
    }
    retire(&observatory, 5, "1.0.0").unwrap();
    retire(&observatory, 6, "2.0.0").unwrap();
}

#[test]
fn a_version_that_costs_too_much_does_not_become_the_newest_again() {
    let journal = TestJournal::default();
    let live = open(&journal, Limits::default());
    let costly = text("1.0.0", 100).replace(
        "method = \"goalposts\", lower = 0, upper = 9, reason = \"for the test\"",
        "method = \"prank\", pool = \"all-periods\"",
    );
    publish(&live, 1, &costly);
    publish(&live, 2, &text("2.0.0", 100));
    drop(live);
    let mut limits = Limits::default();
    limits.budget.framework_cost_max = 2_000_000;
    let observatory = open(&journal, limits);
    match retire(&observatory, 3, "2.0.0") {
        Err(WriteError::Rejected(RetirementRejection::Successor(blocked))) => {
            assert!(matches!(*blocked.problem, Unpublishable::OverBudget(_)), "{blocked:?}");
        }
        other => panic!("{other:?}"),
    }
    assert!(observatory.status().suspended.is_empty());
}

#[test]
fn retired_versions_do_not_count_among_those_that_there_may_be() {
    let mut limits = Limits::default();
    limits.budget.framework_versions_max = Catalog::bundled().framework_texts().len() + 1;
    let observatory = open(&TestJournal::default(), limits);
    publish(&observatory, 1, &text("1.0.0", 100));
    let next = || block_on(observatory.publish(submission(2), text("2.0.0", 100)).unwrap().ended());
    assert!(next().is_err());
    retire(&observatory, 3, "1.0.0").unwrap();
    next().unwrap();
}

#[test]
fn verification_finds_a_version_that_is_retired_twice_or_never_was_there() {
    let journal = TestJournal::default();
    let observatory = with_two(&journal);
    retire(&observatory, 4, "1.0.0").unwrap();
    drop(observatory);
    let problems = || upkeep::verify(&journal, &mut |_, _| ()).unwrap().problems;
    assert!(problems().is_empty(), "{:?}", problems());
    for (number, version) in [(5, "1.0.0"), (6, "9.0.0")] {
        let head = journal.head().revision;
        let last = journal.read(head).unwrap();
        let entry = Entry {
            revision: head.next(),
            submission: submission(number),
            event: Event::Retirement(retirement(version)),
            ..last
        };
        journal.append(head, &[entry]).unwrap();
    }
    let reports: Vec<_> = problems().iter().map(ToString::to_string).collect();
    assert_eq!(reports.len(), 2, "{reports:?}");
    assert!(
        reports[0].contains("retires mine@1.0.0") && reports[1].contains("retires mine@9.0.0"),
        "{reports:?}"
    );
    // A start folds them all the same.
    assert_eq!(scored(&open(&journal, Limits::default()), "mine", AsOf::Now).unwrap(), "mine@2.0.0");
}
