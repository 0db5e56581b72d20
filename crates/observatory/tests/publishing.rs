//! What the observatory promises of publications, tested without a socket and without a disk.

#![allow(clippy::unwrap_used, clippy::panic, reason = "tests: what does not hold fails them")]

use std::{sync::Arc, time::Duration};

use proptest::prelude::*;
use tenseven_catalog::Catalog;
use tenseven_engine::Row;
use tenseven_model::{
    Alpha3, AsOf, Number, Observation, Period, ReadAt, Revision, ScoreSelection, SubmissionId, Value,
};
use tenseven_observatory::{
    Aspect, ChangesError, Closing, DefinitionError, DefinitionTooLong, FrameworkLookupError, IdReused,
    JournalFull, Limits, Observatory, PublicationReceipt, PublicationStage, PublicationStep,
    PublicationUnderWay, PublishError, SubmissionError, Unpublishable, View, World,
};
use tenseven_testkit::{Failure, ManualClock, TestJournal, as_changes, history, observation, submission};

fn open(journal: &TestJournal) -> Observatory {
    let (world, clock) = (World::new(Catalog::bundled()), ManualClock::at(1_000));
    Observatory::open(Box::new(journal.clone()), world, Limits::default(), Box::new(clock)).unwrap()
}

fn block_on<T>(future: impl Future<Output = T>) -> T {
    tokio::runtime::Builder::new_current_thread().enable_time().build().unwrap().block_on(future)
}

fn view(observatory: &Observatory, as_of: AsOf) -> View {
    block_on(observatory.view(ReadAt::moment(as_of), Duration::ZERO)).unwrap()
}

fn push(observatory: &Observatory, number: u32, batch: &[Observation]) -> Result<Revision, ChangesError> {
    block_on(observatory.submit_changes(submission(number), as_changes(batch.to_vec())))
        .map(|receipt| receipt.revision)
}

fn publish(observatory: &Observatory, number: u32, text: &str) -> Result<PublicationReceipt, PublishError> {
    block_on(observatory.publish(submission(number), text.to_owned())?.ended())
}

/// The revision of the `count`th entry behind what a new registry begins with.
fn behind_the_start(count: u64) -> Revision {
    static START: std::sync::OnceLock<u64> = std::sync::OnceLock::new();
    let start = START.get_or_init(|| {
        // On a thread of its own: opening blocks.
        std::thread::spawn(|| open(&TestJournal::default()).revision().number()).join().unwrap()
    });
    Revision::new(start + count)
}

/// The target's framework as it ships, in another version.
fn target(version: &str) -> String {
    let text = Catalog::bundled()
        .framework_texts()
        .iter()
        .find(|text| text.contains("id = \"target-10-7\""))
        .unwrap();
    text.replacen("version = \"1.0.0\"", &format!("version = \"{version}\""), 1)
}

/// A small framework of one indicator, which the target has too, compared over all areas.
fn small(version: &str, kind: &str) -> String {
    format!(
        "id = \"small\"\nversion = \"{version}\"\ntitle = \"Small\"\n\n\
         [[nodes]]\nid = \"overall\"\nname = \"Overall\"\nnormalise = {{ method = \"minmax\" }}\nmax_age = 3\n\n\
         [[indicators]]\nid = \"migrant-casualties\"\nname = \"Casualties\"\nkind = \"{kind}\"\nunit = \"persons\"\n\
         parent = \"overall\"\n"
    )
}

/// The same with an indicator that nobody else has.
fn own(version: &str, kind: &str) -> String {
    small(version, kind).replace("migrant-casualties", "own-figure")
}

fn count(indicator: &str, area: &str, period: &str, count: f64) -> Observation {
    observation(indicator, area, period, Value::Number(Number::try_from(count).unwrap()))
}

/// All scores made with a framework.
fn scores(observatory: &Observatory, framework: &str, as_of: AsOf) -> Vec<(Alpha3, Period, Row)> {
    let framework = framework.parse().unwrap();
    let selection = ScoreSelection { framework, areas: Vec::new(), from: None, to: None, nodes: Vec::new() };
    let view = view(observatory, as_of);
    let (mut all, mut after) = (Vec::new(), None);
    loop {
        let page = view.list_scores(&selection, usize::MAX, after.as_ref()).unwrap();
        all.extend(page.trees.into_iter().map(|tree| (tree.area, tree.period, tree.row)));
        after = page.next;
        if after.is_none() {
            return all;
        }
    }
}

fn listed(observatory: &Observatory) -> Vec<(String, bool)> {
    let listed = view(observatory, AsOf::Now).frameworks(100, None).versions;
    listed.into_iter().map(|one| (one.version.reference.to_string(), one.newest)).collect()
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(24))]

    #[test]
    fn what_was_published_amid_pushes_is_scored_as_a_rebuilt_registry_scores_it(
        before in history(6), meanwhile in history(6), after in history(4)
    ) {
        let journal = TestJournal::default();
        let live = Arc::new(open(&journal));
        for (number, batch) in (0..).zip(&before) {
            push(&live, number, batch).unwrap();
        }
        let pushing = {
            let (live, meanwhile) = (Arc::clone(&live), meanwhile.clone());
            std::thread::spawn(move || {
                for (number, batch) in (1_000..).zip(&meanwhile) {
                    push(&live, number, batch).unwrap();
                }
            })
        };
        for (number, text) in [(2_000, target("2.0.0")), (2_001, small("1.0.0", "count"))] {
            publish(&live, number, &text).unwrap();
        }
        pushing.join().unwrap();
        // Asked for after each push, the scores of the older version are brought up to date, not made from scratch.
        let mut older = Vec::new();
        for (number, batch) in (3_000..).zip(&after) {
            let revision = push(&live, number, batch).unwrap();
            older.push((revision, scores(&live, "target-10-7@1.0.0", AsOf::Now)));
        }
        let all = |observatory: &Observatory| ["target-10-7", "target-10-7@1.0.0", "small"].map(|one| scores(observatory, one, AsOf::Now));
        let (scored, named) = (all(&live), listed(&live));
        drop(live);
        let rebuilt = open(&journal);
        prop_assert_eq!(listed(&rebuilt), named);
        prop_assert_eq!(all(&rebuilt), scored);
        for (revision, scored) in older.into_iter().rev() {
            prop_assert_eq!(scores(&rebuilt, "target-10-7@1.0.0", AsOf::Revision(revision)), scored);
        }
    }
}

#[test]
fn a_published_version_is_the_newest_and_the_past_keeps_the_one_before() {
    let observatory = open(&TestJournal::default());
    push(&observatory, 1, &[count("migrant-casualties", "MAR", "2020", 27.0)]).unwrap();
    let before = scores(&observatory, "target-10-7", AsOf::Now);
    let heavier = target("2.0.0").replacen("label = \"Basic\"", "label = \"Lowest\"", 1);
    let receipt = publish(&observatory, 2, &heavier).unwrap();
    assert_eq!(
        (receipt.framework.to_string().as_str(), receipt.revision),
        ("target-10-7@2.0.0", behind_the_start(2))
    );
    let of = |as_of| {
        let found = view(&observatory, as_of).framework(&"target-10-7".parse().unwrap()).unwrap();
        found.published.framework.draft().version.to_string()
    };
    assert_eq!(of(AsOf::Now), "2.0.0");
    assert_eq!(of(AsOf::Revision(behind_the_start(1))), "1.1.0");
    assert_eq!(scores(&observatory, "target-10-7", AsOf::Revision(behind_the_start(1))), before);
    // A framework that was not there then is not there now, when one asks of then.
    publish(&observatory, 3, &small("1.0.0", "count")).unwrap();
    let then = view(&observatory, AsOf::Revision(behind_the_start(2)));
    assert!(matches!(then.framework(&"small".parse().unwrap()), Err(FrameworkLookupError::Unknown(_))));
    // The year that is observed, and three more to which it is carried.
    assert_eq!(scores(&observatory, "small", AsOf::Now).len(), 4);
}

#[test]
fn a_submission_sent_again_has_its_first_receipt_at_any_time() {
    let journal = TestJournal::default();
    let first = {
        let observatory = open(&journal);
        let first = publish(&observatory, 1, &small("1.0.0", "count")).unwrap();
        assert_eq!(publish(&observatory, 1, &small("1.0.0", "count")), Ok(first.clone()));
        publish(&observatory, 2, &small("2.0.0", "count")).unwrap();
        first
    };
    let observatory = open(&journal);
    assert_eq!(publish(&observatory, 1, &small("1.0.0", "count")), Ok(first));
    let reused = publish(&observatory, 1, &small("3.0.0", "count"));
    let first = IdReused { submission: submission(1), revision: behind_the_start(1) };
    assert_eq!(reused, Err(SubmissionError::from(first).into()));
    assert_eq!(observatory.revision(), behind_the_start(2));
}

fn unpublishable(answer: Result<PublicationReceipt, PublishError>) -> Unpublishable {
    match answer {
        Err(PublishError::Unpublishable(problem)) => problem,
        other => panic!("{other:?}"),
    }
}

fn clash(answer: Result<PublicationReceipt, PublishError>) -> (Aspect, String) {
    match unpublishable(answer) {
        Unpublishable::Clashes { clashes, count: 1, .. } => (clashes[0].aspect, clashes[0].message.clone()),
        other => panic!("{other:?}"),
    }
}

#[test]
fn a_refused_publication_leaves_no_trace() {
    let journal = TestJournal::default();
    let observatory = open(&journal);
    publish(&observatory, 1, &small("1.2.0", "count")).unwrap();
    push(&observatory, 2, &[count("migrant-casualties", "MAR", "2020", 27.0)]).unwrap();
    let (named, revision) = (listed(&observatory), observatory.revision());
    let exists =
        unpublishable(publish(&observatory, 3, &small("1.2.0", "count").replace("Casualties", "Dead")));
    assert!(matches!(exists, Unpublishable::Exists { same_text: false, .. }), "{exists:?}");
    let same = unpublishable(publish(&observatory, 3, &small("1.2.0", "count")));
    assert!(matches!(same, Unpublishable::Exists { same_text: true, .. }), "{same:?}");
    let lower = unpublishable(publish(&observatory, 3, &small("1.1.9", "count")));
    assert_eq!(
        lower.to_string(),
        "small@1.1.9 is not higher than small@1.2.0, which is published; give it a higher version"
    );
    let wrong = publish(&observatory, 3, &small("2.0.0", "cuont"));
    assert!(
        matches!(&wrong, Err(PublishError::Definition(DefinitionError::Text(error))) if error.findings[0].line == 14),
        "{wrong:?}"
    );
    let long = publish(&observatory, 3, &format!("{}# {}", small("2.0.0", "count"), "x".repeat(1 << 20)));
    assert!(
        matches!(
            long,
            Err(PublishError::Definition(DefinitionError::TooLong(DefinitionTooLong { max: 1_048_576, .. })))
        ),
        "{long:?}"
    );
    assert_eq!((listed(&observatory), observatory.revision()), (named.clone(), revision));
    drop(observatory);
    let observatory = open(&journal);
    assert_eq!((listed(&observatory), observatory.revision()), (named, revision));
    // Nor is the submission id used up.
    assert_eq!(publish(&observatory, 3, &small("2.0.0", "count")).unwrap().revision, revision.next());
}

#[test]
fn an_indicator_of_another_framework_is_defined_alike_or_refused() {
    let observatory = open(&TestJournal::default());
    let (aspect, message) = clash(publish(&observatory, 1, &small("1.0.0", "number")));
    assert_eq!(aspect, Aspect::Kind);
    assert_eq!(
        message,
        "is a number here, and a count there, in target-10-7@1.1.0; define it alike, or give it an id of its own"
    );
    let others = [
        (small("1.0.0", "count").replace("\"persons\"", "\"thousands\""), Aspect::Unit),
        (small("1.0.0", "count").replace("title", "frequency = \"monthly\"\ntitle"), Aspect::Frequency),
        (
            small("1.0.0", "count").replace("kind = \"count\"", "formula = \"[x]\"")
                + "[[indicators]]\nid = \"x\"\nname = \"X\"\nkind = \"count\"\n",
            Aspect::Formula,
        ),
    ];
    for (text, aspect) in others {
        assert_eq!(clash(publish(&observatory, 1, &text)).0, aspect, "{text}");
    }
    // What the target takes is still what it takes.
    publish(&observatory, 1, &small("1.0.0", "count")).unwrap();
    push(&observatory, 2, &[count("migrant-casualties", "MAR", "2020", 27.0)]).unwrap();
}

#[test]
fn a_new_version_changes_an_indicator_only_where_no_observation_contradicts_it() {
    let observatory = open(&TestJournal::default());
    publish(&observatory, 1, &own("1.0.0", "number")).unwrap();
    publish(&observatory, 2, &own("1.1.0", "count")).unwrap();
    push(
        &observatory,
        3,
        &[count("own-figure", "MAR", "2020", 27.0), count("own-figure", "LBY", "2020", 1.0)],
    )
    .unwrap();
    let (aspect, message) = clash(publish(&observatory, 4, &own("2.0.0", "ratio")));
    assert_eq!(aspect, Aspect::Observations);
    assert_eq!(
        message,
        "2 observations of it would not be right any more (the first is LBY 2020 from test: the indicator takes a ratio, but a number is given); keep it as it is, or give the new one an id of its own"
    );
    // Counts are numbers too, and from now on others are taken as well.
    publish(&observatory, 5, &own("2.0.0", "number")).unwrap();
    push(&observatory, 6, &[count("own-figure", "CAN", "2020", 0.5)]).unwrap();
    assert_eq!(clash(publish(&observatory, 7, &own("3.0.0", "count"))).0, Aspect::Observations);
}

#[test]
fn nothing_of_a_version_can_be_read_before_it_is_flushed() {
    let journal = TestJournal::default();
    let observatory = Arc::new(open(&journal));
    journal.hold();
    let mut publication = observatory.publish(submission(1), small("1.0.0", "count")).unwrap();
    let storing = block_on(async {
        loop {
            match publication.next().await {
                Some(PublicationStep::Working(progress)) if progress.stage == PublicationStage::Storing => {
                    break progress;
                }
                Some(PublicationStep::Working(_)) => {}
                other => panic!("{other:?}"),
            }
        }
    });
    assert_eq!((storing.fraction(), storing.revision), (1.0, behind_the_start(0)));
    std::thread::sleep(Duration::from_millis(100));
    let shipped = Catalog::bundled().framework_texts().len();
    assert_eq!(listed(&observatory).len(), shipped);
    // Another one has to wait, and the same one can be followed.
    let other = observatory.publish(submission(2), small("2.0.0", "count"));
    assert_eq!(other.err(), Some(PublicationUnderWay.into()));
    let mut again = observatory.publish(submission(1), small("1.0.0", "count")).unwrap();
    journal.release();
    let receipt = block_on(publication.ended()).unwrap();
    assert_eq!(block_on(again.ended()), Ok(receipt));
    assert_eq!(listed(&observatory).len(), shipped + 1);
}

#[test]
fn a_publication_that_nobody_follows_goes_on() {
    let observatory = open(&TestJournal::default());
    drop(observatory.publish(submission(1), small("1.0.0", "count")).unwrap());
    let reached = observatory
        .view(ReadAt { min_revision: behind_the_start(1), ..ReadAt::default() }, Duration::from_secs(20));
    assert!(block_on(reached).unwrap().framework(&"small".parse().unwrap()).is_ok());
    assert_eq!(publish(&observatory, 1, &small("1.0.0", "count")).unwrap().revision, behind_the_start(1));
}

#[test]
fn a_full_disk_refuses_a_publication_and_shows_nothing_of_it() {
    let journal = TestJournal::default();
    let observatory = open(&journal);
    journal.fail(Some(Failure::DiskFull));
    assert_eq!(
        publish(&observatory, 1, &small("1.0.0", "count")),
        Err(SubmissionError::from(JournalFull).into())
    );
    assert_eq!(listed(&observatory).len(), Catalog::bundled().framework_texts().len());
    journal.fail(None);
    assert_eq!(publish(&observatory, 1, &small("1.0.0", "count")).unwrap().revision, behind_the_start(1));
}

#[test]
fn a_preview_says_what_would_be_answered_and_stores_nothing() {
    let observatory = open(&TestJournal::default());
    let preview = |id: SubmissionId, text: &str| observatory.preview_publication(id, text);
    let receipt = preview(submission(1), &small("1.0.0", "count")).unwrap();
    assert_eq!(
        (receipt.framework.to_string().as_str(), receipt.revision),
        ("small@1.0.0", behind_the_start(0))
    );
    assert_eq!(receipt.accepted_at, None);
    assert!(matches!(preview(submission(1), &small("1.0.0", "number")), Err(PublishError::Unpublishable(_))));
    assert_eq!(observatory.revision(), behind_the_start(0));
}

/// Many observations of one indicator, so that scoring them takes a while.
fn many() -> Vec<Vec<Observation>> {
    let areas = ["MAR", "LBY", "CAN", "XAA", "XAB", "XAC", "ITA", "ESP", "FRA", "DEU"];
    let batch = |source: u32| {
        let all = areas.iter().flat_map(|area| (1900..2020).map(move |year| (area, year)));
        all.map(|(area, year)| {
            count("migrant-casualties", area, &year.to_string(), f64::from(source + year % 7))
        })
        .collect()
    };
    (0..4).map(batch).collect()
}

#[test]
fn pushes_are_answered_while_the_registry_is_scored() {
    let observatory = Arc::new(open(&TestJournal::default()));
    for (number, batch) in (0..).zip(many()) {
        push(&observatory, number, &batch).unwrap();
    }
    let mut publication = observatory.publish(submission(100), target("2.0.0")).unwrap();
    let first = block_on(publication.next());
    assert!(matches!(first, Some(PublicationStep::Working(_))), "{first:?}");
    let pushed = push(&observatory, 101, &[count("migrant-casualties", "MAR", "2021", 1.0)]).unwrap();
    let receipt = block_on(publication.ended()).unwrap();
    assert!(pushed < receipt.revision, "the push was answered only after the publication");
    let new = scores(&observatory, "target-10-7@2.0.0", AsOf::Now);
    assert_eq!(new, scores(&observatory, "target-10-7@1.0.0", AsOf::Now));
    assert!(new.iter().any(|(_, period, _)| period.to_string() == "2021"));
}

/// A framework with a rubric of its own.
fn coded(version: &str, levels: &[&str]) -> String {
    let level = |code: &&str| format!("{{ code = \"{code}\", label = \"{code}\", score = 10 }}");
    let levels = levels.iter().map(level).collect::<Vec<_>>().join(", ");
    format!(
        "id = \"coded\"\nversion = \"{version}\"\ntitle = \"Coded\"\n\n[[rubrics]]\nid = \"r\"\nlevels = [{levels}]\n\n\
         [[nodes]]\nid = \"overall\"\nname = \"Overall\"\nnormalise = {{ method = \"levels\" }}\n\n\
         [[indicators]]\nid = \"own-policy\"\nname = \"Policy\"\nkind = \"rubric\"\nrubric = \"r\"\nparent = \"overall\"\n"
    )
}

#[test]
fn a_level_that_was_added_is_taken_and_is_a_named_gap_in_the_version_before() {
    let observatory = open(&TestJournal::default());
    let policy =
        |area, code: &str| observation("own-policy", area, "2020", Value::Level(code.parse().unwrap()));
    publish(&observatory, 1, &coded("1.0.0", &["no", "yes"])).unwrap();
    push(&observatory, 2, &[policy("MAR", "yes")]).unwrap();
    assert!(matches!(push(&observatory, 3, &[policy("CAN", "maybe")]), Err(ChangesError::Faults(_))));
    publish(&observatory, 4, &coded("1.1.0", &["no", "maybe", "yes"])).unwrap();
    push(&observatory, 5, &[policy("CAN", "maybe")]).unwrap();
    let outcomes = |framework| -> Vec<_> {
        let rows = scores(&observatory, framework, AsOf::Now).into_iter();
        rows.map(|(area, _, row)| (area.to_string(), row.nodes[1].outcome)).collect()
    };
    assert_eq!(outcomes("coded"), [("CAN".to_owned(), Ok(10.0)), ("MAR".to_owned(), Ok(10.0))]);
    let before = outcomes("coded@1.0.0");
    assert_eq!(before[1], ("MAR".to_owned(), Ok(10.0)));
    assert!(before.iter().any(|(area, outcome)| area == "CAN" && outcome.is_err()), "{before:?}");
    // A level that observations have cannot go.
    assert_eq!(clash(publish(&observatory, 6, &coded("2.0.0", &["no", "yes"]))).0, Aspect::Observations);
}

#[test]
fn an_observatory_that_closes_ends_its_publication_and_leaves_a_sound_journal() {
    let journal = TestJournal::default();
    let observatory = open(&journal);
    for (number, batch) in (0..).zip(many()) {
        push(&observatory, number, &batch).unwrap();
    }
    let mut publication = observatory.publish(submission(100), target("2.0.0")).unwrap();
    observatory.close();
    let answer = block_on(publication.ended());
    assert!(
        matches!(answer, Ok(_) | Err(PublishError::Submission(SubmissionError::Closing(_)))),
        "{answer:?}"
    );
    assert_eq!(
        observatory.publish(submission(101), target("3.0.0")).err(),
        Some(SubmissionError::from(Closing).into())
    );
    drop(observatory);
    let again = open(&journal);
    let shipped = Catalog::bundled().framework_texts().len();
    assert_eq!(listed(&again).len(), shipped + usize::from(answer.is_ok()));
    assert!(publish(&again, 100, &target("2.0.0")).is_ok());
}

#[test]
fn what_comes_between_scoring_and_storing_is_in_the_scores_too() {
    let journal = TestJournal::default();
    let observatory = Arc::new(open(&journal));
    // Revised later, so that no layout changes, for which everything would be read again.
    let known = ["MAR", "LBY", "CAN"].map(|area| count("migrant-casualties", area, "2020", 50.0));
    push(&observatory, 0, &known).unwrap();
    journal.hold();
    let pushing = |number: u32, area: &'static str| {
        let observatory = Arc::clone(&observatory);
        let pushing = std::thread::spawn(move || {
            push(&observatory, number, &[count("migrant-casualties", area, "2020", f64::from(number))])
        });
        std::thread::sleep(Duration::from_millis(50));
        pushing
    };
    // The first occupies the writer; the publication and the second then go out together, after it.
    let first = pushing(1, "MAR");
    let mut publication = observatory.publish(submission(10), small("1.0.0", "count")).unwrap();
    std::thread::sleep(Duration::from_millis(200));
    let second = pushing(2, "LBY");
    journal.release();
    let receipt = block_on(publication.ended()).unwrap();
    let revisions = [first.join().unwrap().unwrap(), receipt.revision, second.join().unwrap().unwrap()];
    assert_eq!(revisions, [2, 3, 4].map(behind_the_start));
    let live = scores(&observatory, "small", AsOf::Now);
    // Three areas, each in the year that is observed and in three more to which it is carried.
    assert_eq!(live.len(), 3 * 4);
    drop(observatory);
    assert_eq!(scores(&open(&journal), "small", AsOf::Now), live);
}
