//! What the observatory promises of good practices, tested without a socket and without a disk.

#![allow(clippy::unwrap_used, clippy::panic, reason = "tests: what does not hold fails them")]

use std::{sync::Arc, time::Duration};

use proptest::prelude::*;
use tenseven_catalog::Catalog;
use tenseven_model::{
    AsOf, Practice, PracticeDraft, PracticeId, PracticeSelection, ReadAt, Revision,
    event::{Event, PracticeChange},
};
use tenseven_observatory::{
    JournalFull, Limits, Observatory, PracticeHit, PracticeRejection, PracticeRevised, Receipt,
    RecordedPractice, SubmissionError, TooManyPractices, View, World, WriteError, WritePractice,
    WritePracticeError, upkeep,
};
use tenseven_store::Journal as _;
use tenseven_testkit::{Failure, ManualClock, TestJournal, submission};

fn open(journal: &TestJournal) -> Observatory {
    open_with(journal, Limits::default())
}

fn open_with(journal: &TestJournal, limits: Limits) -> Observatory {
    let (world, clock) = (World::new(Catalog::bundled()), ManualClock::at(1_000));
    Observatory::open(Box::new(journal.clone()), world, limits, Box::new(clock)).unwrap()
}

fn block_on<T>(future: impl Future<Output = T>) -> T {
    tokio::runtime::Builder::new_current_thread().enable_time().build().unwrap().block_on(future)
}

fn view(observatory: &Observatory, as_of: AsOf) -> View {
    block_on(observatory.view(ReadAt::moment(as_of), Duration::ZERO)).unwrap()
}

fn draft(id: &str, title: &str, description: &str) -> PracticeDraft {
    PracticeDraft {
        id: id.parse().unwrap(),
        areas: vec!["MAR".parse().unwrap()],
        title: title.to_owned(),
        description: description.to_owned(),
        citation: "A book".to_owned(),
        domains: vec!["mobility".parse().unwrap()],
        indicators: Vec::new(),
        measures: Vec::new(),
    }
}

fn write(
    observatory: &Observatory,
    number: u32,
    change: PracticeChange,
    expected: Revision,
) -> Result<Receipt, WritePracticeError> {
    let write = WritePractice { change, curator: "hub".parse().unwrap(), expected };
    block_on(observatory.write_practice(submission(number), write))
}

fn put(
    observatory: &Observatory,
    number: u32,
    draft: PracticeDraft,
    expected: Revision,
) -> Result<Receipt, WritePracticeError> {
    write(observatory, number, PracticeChange::Put(Practice::new(draft).unwrap()), expected)
}

fn withdraw(
    observatory: &Observatory,
    number: u32,
    id: &str,
    expected: Revision,
) -> Result<Receipt, WritePracticeError> {
    let reason = "It is over.".parse().unwrap();
    write(observatory, number, PracticeChange::Withdrawn { id: id.parse().unwrap(), reason }, expected)
}

fn listed(view: &View) -> Vec<RecordedPractice> {
    view.practices(&PracticeSelection::default(), usize::MAX, None).unwrap().practices
}

fn found(view: &View, query: &str) -> Vec<PracticeHit> {
    view.search_practices(&query.parse().unwrap(), &PracticeSelection::default(), usize::MAX, None)
        .unwrap()
        .hits
}

fn ids(hits: &[PracticeHit]) -> Vec<&str> {
    hits.iter().map(|hit| hit.recorded.version.id().as_str()).collect()
}

#[test]
fn what_ships_is_there_from_the_start_as_one_entry_and_is_written_once() {
    let journal = TestJournal::default();
    let first = open(&journal);
    let shipped = Catalog::bundled().practices();
    assert_eq!(listed(&view(&first, AsOf::Now)).len(), shipped.len());
    let head = first.revision();
    drop(first);
    let entry = journal.read(head).unwrap();
    assert!(matches!(&entry.event, Event::Practices(versions) if versions.len() == shipped.len()));
    assert_eq!(open(&journal).revision(), head);
}

#[test]
fn a_practice_that_a_later_release_adds_is_written_beside_what_curators_wrote() {
    let journal = TestJournal::default();
    // A journal of a release that shipped one practice less, which a curator has revised since.
    let [rewritten, .., withdrawn, missing] = Catalog::bundled().practices() else { panic!("too few ship") };
    let mut first = None;
    {
        let whole = TestJournal::default();
        let _ = open(&whole);
        for entry in whole.read_after(Revision::ZERO).map(Result::unwrap) {
            let mut entry = entry;
            if let Event::Practices(versions) = &mut entry.event {
                versions.retain(|version| version.id() != &missing.id);
                first = Some(entry.revision);
            }
            journal.append(journal.head().revision, &[entry]).unwrap();
        }
    }
    let first = first.unwrap();
    let observatory = open(&journal);
    let seeded = observatory.revision();
    assert_eq!(view(&observatory, AsOf::Now).practice(&missing.id).unwrap().revision, seeded);
    assert!(seeded > first);
    let own = PracticeDraft { title: "Ours".to_owned(), ..PracticeDraft::clone(rewritten) };
    put(&observatory, 1, own, first).unwrap();
    withdraw(&observatory, 2, withdrawn.id.as_str(), first).unwrap();
    let (before, head) = (listed(&view(&observatory, AsOf::Now)), observatory.revision());
    drop(observatory);
    let again = open(&journal);
    assert_eq!(again.revision(), head, "what ships was written again");
    assert_eq!(listed(&view(&again, AsOf::Now)), before);
    assert!(
        before
            .iter()
            .any(|one| matches!(&one.version.change, PracticeChange::Put(one) if one.title == "Ours"))
    );
}

#[test]
fn of_two_curators_who_saw_the_same_version_one_is_refused_with_the_newest() {
    let observatory = open(&TestJournal::default());
    let first = put(&observatory, 1, draft("a", "One", "x"), Revision::ZERO).unwrap().revision;
    let second = put(&observatory, 2, draft("a", "Two", "x"), first).unwrap().revision;
    let id: PracticeId = "a".parse().unwrap();
    let stale =
        PracticeRevised { practice: id.clone(), expected: first, newest: second, is_withdrawn: false };
    assert_eq!(
        put(&observatory, 3, draft("a", "Three", "x"), first),
        Err(WriteError::Rejected(stale.into()))
    );
    assert!(put(&observatory, 4, draft("a", "Four", "x"), Revision::ZERO).is_err(), "it is not new");
    let unseen = put(&observatory, 5, draft("b", "Five", "x"), first);
    assert!(
        matches!(
            unseen,
            Err(WriteError::Rejected(PracticeRejection::Revised(PracticeRevised {
                newest: Revision::ZERO,
                ..
            })))
        ),
        "{unseen:?}"
    );
    assert_eq!(view(&observatory, AsOf::Now).practice(&id).unwrap().revision, second);
}

#[test]
fn a_curator_who_lost_against_a_version_that_could_not_be_flushed_does_not_see_it() {
    let journal = TestJournal::default();
    let observatory = Arc::new(open(&journal));
    journal.hold();
    // The first occupies the writer, so that the next two go out together.
    let puts: Vec<_> = [(1, "first"), (2, "a"), (3, "a")]
        .into_iter()
        .map(|(number, id)| {
            let observatory = Arc::clone(&observatory);
            let put =
                std::thread::spawn(move || put(&observatory, number, draft(id, "One", "x"), Revision::ZERO));
            std::thread::sleep(Duration::from_millis(50));
            put
        })
        .collect();
    journal.fail(Some(Failure::DiskFull));
    journal.release();
    let answers: Vec<_> = puts.into_iter().map(|put| put.join().unwrap()).collect();
    assert_eq!(answers, vec![Err(SubmissionError::from(JournalFull).into()); 3]);
}

#[test]
fn a_withdrawn_practice_is_gone_until_it_is_put_again_and_its_versions_stay() {
    let observatory = open(&TestJournal::default());
    let first = put(&observatory, 1, draft("a", "Unheard of", "x"), Revision::ZERO).unwrap().revision;
    let gone = withdraw(&observatory, 2, "a", first).unwrap().revision;
    assert_eq!(ids(&found(&view(&observatory, AsOf::Now), "unheard")), [""; 0]);
    assert_eq!(ids(&found(&view(&observatory, AsOf::Revision(first)), "unheard")), ["a"]);
    assert!(matches!(
        withdraw(&observatory, 3, "a", gone),
        Err(WriteError::Rejected(PracticeRejection::Unknown(_)))
    ));
    let back = put(&observatory, 4, draft("a", "Unheard of", "y"), gone).unwrap().revision;
    let view = view(&observatory, AsOf::Now);
    let versions = view.practice_versions(&"a".parse().unwrap(), 10, None).unwrap().versions;
    let revisions: Vec<_> = versions.iter().map(|one| (one.revision, one.version.previous)).collect();
    assert_eq!(revisions, [(back, Some(gone)), (gone, Some(first)), (first, None)]);
}

#[test]
fn one_practice_too_many_is_refused_and_there_is_room_again_after_a_withdrawal() {
    let limits = Limits { practices_max: Catalog::bundled().practices().len() + 1, ..Limits::default() };
    let observatory = open_with(&TestJournal::default(), limits);
    let first = put(&observatory, 1, draft("a", "A", "x"), Revision::ZERO).unwrap().revision;
    let full = put(&observatory, 2, draft("b", "B", "x"), Revision::ZERO);
    assert_eq!(full, Err(WriteError::Rejected(TooManyPractices { max: limits.practices_max }.into())));
    let first = put(&observatory, 3, draft("a", "A", "y"), first).unwrap().revision;
    withdraw(&observatory, 4, "a", first).unwrap();
    assert!(put(&observatory, 2, draft("b", "B", "x"), Revision::ZERO).is_ok());
}

#[test]
fn words_phrases_and_signs_mean_what_they_say() {
    let observatory = open(&TestJournal::default());
    let texts = [
        ("p1", "Zebra crossing", "A loan fund for returning people."),
        ("p2", "Loans", "A fund of zebras; a loan."),
        ("p3", "Integration of zebras", "Nothing else."),
    ];
    for (number, (id, title, description)) in (1..).zip(texts) {
        put(&observatory, number, draft(id, title, description), Revision::ZERO).unwrap();
    }
    let view = view(&observatory, AsOf::Now);
    let found = |query: &str| {
        let hits = found(&view, query);
        let mut ids: Vec<_> = ids(&hits).into_iter().filter(|id| id.len() == 2).map(str::to_owned).collect();
        ids.sort_unstable();
        ids
    };
    for (query, expected) in [
        ("zebra", &["p1", "p2", "p3"][..]),
        ("+zebra +loan", &["p1", "p2"]),
        ("+zebra -loan", &["p3"]),
        ("+zebra -\"loan fund\"", &["p2", "p3"]),
        ("\"loan fund\"", &["p1"]),
        ("+integrating zebra", &["p3"]),
        ("+zebra +Morocco +\"zebra crossing\"", &["p1"]),
        ("+ZÉBRA -integrated -loans", &[]),
    ] {
        assert_eq!(found(query), expected, "{query}");
    }
    assert_eq!(ids(&self::found(&view, "zebra")).len(), 3);
    let nothing =
        view.search_practices(&"-zebra the".parse().unwrap(), &PracticeSelection::default(), 9, None);
    assert!(nothing.is_err(), "there is nothing to find");
}

#[test]
fn equals_stand_by_id_and_pages_make_the_whole() {
    let observatory = open(&TestJournal::default());
    for number in 0..25_u32 {
        // Not in the order of the ids.
        let id = format!("q{:02}", number * 7 % 25);
        put(&observatory, number + 1, draft(&id, "Quagga", "The same."), Revision::ZERO).unwrap();
    }
    let view = view(&observatory, AsOf::Now);
    let whole = found(&view, "quagga");
    let mut sorted = ids(&whole);
    sorted.sort_unstable();
    assert_eq!((ids(&whole), whole.len()), (sorted, 25));
    let (mut paged, mut after) = (Vec::new(), None);
    loop {
        let query = "quagga".parse().unwrap();
        let page = view.search_practices(&query, &PracticeSelection::default(), 7, after.as_ref()).unwrap();
        assert_eq!(page.found, 25);
        paged.extend(page.hits);
        after = page.next;
        if after.is_none() {
            break;
        }
    }
    assert_eq!(paged, whole);
}

#[test]
fn a_page_of_long_practices_ends_before_it_is_too_long_for_stock_clients() {
    let observatory = open(&TestJournal::default());
    let long = "ü ".repeat(4_000);
    for number in 0..100_u32 {
        put(&observatory, number + 1, draft(&format!("l{number}"), "Quagga", &long), Revision::ZERO).unwrap();
    }
    let (view, filter) = (view(&observatory, AsOf::Now), PracticeSelection::default());
    let page = view.practices(&filter, 1_000, None).unwrap();
    assert!(page.practices.len() < 100 && page.next.is_some(), "{}", page.practices.len());
    let page = view.search_practices(&"quagga".parse().unwrap(), &filter, 1_000, None).unwrap();
    assert!(page.hits.len() < 100 && page.next.is_some() && page.found == 100, "{}", page.hits.len());
}

/// What a curator does in a history: with the practice of this number, put (with this many words) or withdrawn.
fn step() -> impl Strategy<Value = (u8, Option<Vec<usize>>)> {
    let words = proptest::collection::vec(0_usize..8, 1..12);
    (0_u8..5, prop_oneof![3 => words.prop_map(Some), 1 => Just(None)])
}

const WORDS: [&str; 8] = ["loan", "fund", "diaspora", "return", "labour", "visa", "health", "school"];

/// Plays a history and returns the revision of each step that was accepted.
fn play(observatory: &Observatory, steps: &[(u8, Option<Vec<usize>>)]) -> Vec<Revision> {
    let mut revisions = Vec::new();
    for (number, (practice, words)) in (1..).zip(steps) {
        let id = format!("p{practice}");
        let before = view(observatory, AsOf::Now);
        let versions = before.practice_versions(&id.parse().unwrap(), 1, None);
        let expected = versions.map_or(Revision::ZERO, |page| page.versions[0].revision);
        let answer = match words {
            Some(words) => {
                let text: Vec<_> = words.iter().map(|word| WORDS[*word]).collect();
                put(observatory, number, draft(&id, text[0], &text.join(" ")), expected)
            }
            None => withdraw(observatory, number, &id, expected),
        };
        revisions.extend(answer.ok().map(|receipt| receipt.revision));
    }
    revisions
}

type Answers = (Vec<RecordedPractice>, Vec<Vec<PracticeHit>>);

fn answers(observatory: &Observatory, as_of: AsOf) -> Answers {
    let view = view(observatory, as_of);
    let queries = ["loan", "+fund visa -school", "\"diaspora return\" health"];
    (listed(&view), queries.map(|query| found(&view, query)).to_vec())
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(12))]

    #[test]
    fn the_rebuilt_registry_answers_as_the_live_one_did_at_every_revision(
        steps in proptest::collection::vec(step(), 1..16)
    ) {
        let journal = TestJournal::default();
        let live = open(&journal);
        let revisions = play(&live, &steps);
        let given: Vec<_> =
            revisions.iter().map(|revision| (*revision, answers(&live, AsOf::Revision(*revision)))).collect();
        let now = answers(&live, AsOf::Now);
        drop(live);
        let rebuilt = open(&journal);
        prop_assert_eq!(answers(&rebuilt, AsOf::Now), now);
        for (revision, answer) in given {
            prop_assert_eq!(answers(&rebuilt, AsOf::Revision(revision)), answer);
        }
        drop(rebuilt);
        let verified = upkeep::verify(&journal, &mut |_, _| ()).unwrap();
        prop_assert!(verified.problems.is_empty(), "{:?}", verified.problems);
    }
}
