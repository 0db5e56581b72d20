//! Tests of pushing against a fake registry.

use tenseven_client::{Code, v1};
use uuid::Uuid;

use super::{
    Batches, LineRefusal, PushSummary, Session, Watcher,
    fake_registry::{Registry, refused},
    submission_id,
};
use crate::{
    exit,
    observation_file::ObservationReader,
    output::Document as _,
    table_file::{Input, ReadingOptions},
};

struct Nobody;

impl Watcher for Nobody {
    fn moved(&mut self, _: u64, _: &PushSummary) {}
    fn refused(&mut self, _: &[LineRefusal]) {}
}

async fn push(
    registry: &Registry,
    session: Session,
    file: &str,
    batch_size: u64,
) -> (PushSummary, Option<anyhow::Error>, Vec<String>) {
    let reader = ObservationReader::open(Input::of_bytes(file), &ReadingOptions::default(), None).unwrap();
    let (summary, interrupted) = session.run(Batches::new(reader, batch_size), registry, &mut Nobody).await;
    let messages = summary.findings.first().iter().map(ToString::to_string).collect();
    (summary, interrupted, messages)
}

/// A file with these rows, the first on line 2.
fn file_of(rows: impl Iterator<Item = String>) -> String {
    std::iter::once("indicator,area,period,source,value\n".to_owned()).chain(rows).collect()
}

/// One month of many.
fn month(row: u32) -> String {
    format!("{}-{:02}", 1950 + row / 12, row % 12 + 1)
}

/// Rows on lines 2 to 8.
const FILE: &str = "indicator,area,period,source,value\n\
    i,MAR,2014,s,1\ni,MAR,2015,s,2\ni,MAR,2016,s,3\ni,MAR,2017,s,4\ni,MAR,2018,s,5\ni,MAR,2019,s,6\ni,MAR,2020,s,7\n";

#[tokio::test]
async fn pushes_all_rows_in_batches() {
    let registry = Registry::default();
    let (summary, interrupted, messages) = push(&registry, Session::default(), FILE, 3).await;
    assert!(interrupted.is_none() && messages.is_empty());
    assert_eq!((summary.rows, summary.new, summary.batches_accepted, summary.revision), (7, 7, 3, 3));
}

#[tokio::test]
async fn rows_outside_the_grants_are_findings_and_the_other_batches_are_pushed() {
    let registry = Registry { granted_area: Some("MAR".to_owned()), ..Registry::default() };
    let file = FILE.replace("i,MAR,2015", "i,LBY,2015");
    let (summary, interrupted, messages) = push(&registry, Session::default(), &file, 3).await;
    assert!(interrupted.is_none(), "{interrupted:?}");
    assert_eq!((summary.rows, summary.new, summary.refused), (7, 4, 3));
    assert_eq!(messages, ["line 3: no grant covers area LBY"]);
    let checked = Session { dry_run: true, ..Session::default() };
    let registry = Registry { granted_area: Some("MAR".to_owned()), ..Registry::default() };
    let (summary, _, messages) = push(&registry, checked, &file, 3).await;
    assert_eq!((summary.correct, summary.refused, messages.len()), (4, 3, 1));
}

#[tokio::test]
async fn the_same_file_again_changes_nothing_and_reports_that() {
    let registry = Registry::default();
    push(&registry, Session::default(), FILE, 3).await;
    let (again, ..) = push(&registry, Session::default(), FILE, 3).await;
    assert_eq!((again.rows, again.new, again.already_pushed), (7, 0, 7));
    assert_eq!((again.batches_accepted, again.batches_already_pushed), (3, 3));
    assert_eq!((registry.revision(), *registry.calls.borrow()), (3, 3), "nothing was sent again");
    let with_nonce = Session { nonce: Some(Uuid::from_u128(1)), ..Session::default() };
    let (again, ..) = push(&registry, with_nonce, FILE, 3).await;
    assert_eq!((again.new, again.already_pushed, registry.revision()), (7, 0, 6));
}

#[tokio::test]
async fn of_a_file_that_is_half_there_only_the_rest_is_sent() {
    let registry = Registry::default();
    let file = file_of((0..1_000).map(|row| format!("i,MAR,{},s,1\n", month(row))));
    let half: String = file.split_inclusive('\n').take(501).collect();
    push(&registry, Session::default(), &half, 10).await;
    let (summary, interrupted, _) = push(&registry, Session::default(), &file, 10).await;
    assert!(interrupted.is_none());
    assert_eq!((summary.rows, summary.already_pushed, summary.new), (1_000, 500, 500));
    assert_eq!((summary.batches_accepted, summary.batches_already_pushed), (100, 50));
    assert_eq!((*registry.calls.borrow(), registry.revision(), summary.revision), (100, 100, 100));
}

#[tokio::test]
async fn content_that_occurs_twice_in_a_file_is_refused_the_second_time() {
    let registry = Registry::default();
    let rows = || (0..50).map(|row| format!("i,MAR,{},s,1\n", 2000 + row));
    let (summary, ..) = push(&registry, Session::default(), &file_of(rows().chain(rows())), 50).await;
    assert_eq!((summary.rows, summary.new, summary.refused, summary.findings.count()), (100, 50, 50, 50));
    assert_eq!(registry.revision(), 1);
}

#[tokio::test]
async fn a_server_that_cannot_be_asked_what_is_there_is_sent_nothing() {
    let registry = Registry { is_away: true, ..Registry::default() };
    let (summary, interrupted, _) = push(&registry, Session::default(), FILE, 3).await;
    assert!(interrupted.unwrap().to_string().starts_with("the rows from line 2 on were not pushed"));
    assert_eq!((summary.rows, *registry.calls.borrow()), (0, 0));
}

#[tokio::test]
async fn outcomes_of_batches_are_reported_in_the_order_of_the_file() {
    let registry = Registry { listed_max: 100, ..Registry::default() };
    let row = |row: u32| {
        let value = match row % 10 {
            3 => "-1",
            7 => "one",
            _ => "1",
        };
        format!("i,MAR,{},s,{value}\n", month(row))
    };
    let (summary, _, messages) = push(&registry, Session::default(), &file_of((0..400).map(row)), 2).await;
    let lines: Vec<u64> =
        messages.iter().map(|one| one[5..].split(':').next().unwrap().parse().unwrap()).collect();
    let expected: Vec<u64> = (0..400).filter(|row| matches!(row % 10, 3 | 7)).map(|row| row + 2).collect();
    assert_eq!((lines, summary.batches_refused), (expected, 80));
}

#[tokio::test]
async fn a_batch_with_a_row_that_cannot_be_read_is_only_checked_and_the_others_are_sent() {
    let registry = Registry::default();
    let file = FILE.replace("2017,s,4", "2017,s,four").replace("MAR,2018", "Atlantis,2018");
    let (summary, interrupted, messages) = push(&registry, Session::default(), &file, 3).await;
    assert!(interrupted.is_none());
    assert_eq!(messages.len(), 2, "{messages:?}");
    assert!(
        messages[0].starts_with("line 5: value: \"four\"") && messages[1].starts_with("line 6: area: "),
        "{messages:?}"
    );
    assert_eq!((summary.rows, summary.new, summary.refused), (7, 4, 3));
    assert_eq!((summary.batches_accepted, summary.batches_refused), (2, 1));
    assert_eq!((*registry.calls.borrow(), *registry.checks.borrow()), (2, 1));
}

#[tokio::test]
async fn what_is_wrong_with_a_batch_is_reported_at_once_in_the_order_of_its_lines() {
    let registry = Registry::default();
    let violations =
        [("observations[0].area", "is not known"), ("observations[1].value.number", "is negative")];
    registry.refusals.borrow_mut().push(refused(Code::InvalidArgument, "INVALID_REQUEST", &violations));
    let file = FILE.replace("2015,s,2", "2015,s,two");
    let (summary, _, messages) = push(&registry, Session::default(), &file, 3).await;
    assert_eq!(messages.len(), 3, "{messages:?}");
    assert!(
        messages[0].starts_with("line 2: area") && messages[1].starts_with("line 3: value"),
        "{messages:?}"
    );
    assert!(messages[2].starts_with("line 4: value"), "{messages:?}");
    assert_eq!((summary.refused, summary.batches_refused), (3, 1));
}

#[tokio::test]
async fn what_the_server_refuses_is_reported_with_the_line_in_the_file() {
    let registry = Registry::default();
    let violations =
        [("observations[2].value.number", "is negative"), ("observations[1].area", "is not known")];
    registry.refusals.borrow_mut().push(refused(Code::InvalidArgument, "INVALID_REQUEST", &violations));
    let file = format!("# a comment\n{FILE}");
    let (summary, interrupted, messages) = push(&registry, Session::default(), &file, 3).await;
    assert!(interrupted.is_none());
    assert_eq!(messages, ["line 4: area: is not known", "line 5: value: is negative"]);
    assert_eq!((summary.new, summary.refused, summary.batches_refused), (4, 3, 1));
    let document = summary.json();
    assert_eq!(document["refusals"][1]["line"], 5);
    assert_eq!(document["refusals"][1]["column"], "value");
}

#[tokio::test]
async fn violations_that_the_server_did_not_list_are_reported_with_their_lines() {
    let registry = Registry { listed_max: 5, ..Registry::default() };
    // Every third row is wrong, so that a piece of twenty has more violations than are listed.
    let row = |row: u32| format!("i,MAR,{},s,{}\n", 2000 + row, if row.is_multiple_of(3) { -1 } else { 1 });
    let file = file_of((0..100).map(row));
    let (summary, interrupted, messages) = push(&registry, Session::default(), &file, 100).await;
    assert!(interrupted.is_none());
    let all: Vec<_> =
        (0..100).step_by(3).map(|row| format!("line {}: value: is negative", row + 2)).collect();
    assert_eq!(messages, all);
    assert_eq!((summary.rows, summary.refused, summary.batches_refused), (100, 100, 1));
    assert_eq!(*registry.calls.borrow(), 1);
    assert!(registry.accepted.borrow().is_empty());
}

#[tokio::test]
async fn a_refusal_that_lists_everything_is_not_checked_again() {
    let registry = Registry { listed_max: 7, ..Registry::default() };
    let file = file_of((0..7).map(|row| format!("i,MAR,{},s,-1\n", 2000 + row)));
    let (_, _, messages) = push(&registry, Session::default(), &file, 100).await;
    assert_eq!((messages.len(), *registry.checks.borrow()), (7, 0), "{messages:?}");
}

#[tokio::test]
async fn no_more_is_checked_once_everything_is_listed() {
    let registry = Registry { listed_max: 5, ..Registry::default() };
    // Six wrong rows in all: five are listed, and the sixth is in the first piece.
    let file =
        file_of((0..100).map(|row| format!("i,MAR,{},s,{}\n", 2000 + row, if row < 6 { -1 } else { 1 })));
    let (_, _, messages) = push(&registry, Session::default(), &file, 100).await;
    // The first piece, and its first six rows one by one.
    assert_eq!((messages.len(), *registry.checks.borrow()), (6, 7), "{messages:?}");
}

#[tokio::test]
async fn violations_that_cannot_be_listed_are_counted() {
    let registry = Registry { listed_max: 1, ..Registry::default() };
    // Both violations of line 3 are in one row; the key of lines 2 and 62 is found while the file is read.
    let row = |row: u32| match row {
        1 => "i,ZZZ,2001,s,-1\n".to_owned(),
        60 => "i,MAR,2000,s,1\n".to_owned(),
        row => format!("i,MAR,{},s,1\n", 2000 + row),
    };
    let file = file_of((0..61).map(row));
    let (summary, _, messages) = push(&registry, Session::default(), &file, 100).await;
    assert_eq!(messages.len(), 3, "{messages:?}");
    assert_eq!(messages[0], "line 3: area: is not known");
    assert!(
        messages[1].starts_with("line 62: has the indicator, area, period and source of line 2"),
        "{messages:?}"
    );
    assert!(messages[2].starts_with("lines 2 to 62: and 1 more"), "{messages:?}");
    assert_eq!((summary.refused, summary.findings.count()), (61, 3));
}

#[tokio::test]
async fn a_server_that_goes_away_while_checking_leaves_what_was_listed() {
    let registry = Registry { listed_max: 5, checks_max: Some(0), ..Registry::default() };
    let file = file_of((0..40).map(|row| format!("i,MAR,{},s,-1\n", 2000 + row)));
    let (summary, interrupted, messages) = push(&registry, Session::default(), &file, 100).await;
    assert!(interrupted.is_none());
    assert_eq!((messages.len(), summary.refused), (6, 40), "{messages:?}");
    assert!(messages[5].starts_with("lines 2 to 41: and 35 more"), "{messages:?}");
}

#[tokio::test]
async fn a_refusal_without_fields_is_reported_with_the_lines_of_its_batch() {
    let registry = Registry::default();
    registry.refusals.borrow_mut().push(refused(Code::AlreadyExists, "SUBMISSION_ID_REUSED", &[]));
    let (summary, _, messages) = push(&registry, Session::default(), FILE, 3).await;
    assert_eq!(messages, ["lines 2 to 4: refused by the test (SUBMISSION_ID_REUSED)"]);
    assert_eq!(summary.new, 4);
}

#[tokio::test]
async fn stops_at_the_first_refusal_where_that_was_asked_for() {
    let registry = Registry::default();
    registry.refusals.borrow_mut().push(refused(Code::InvalidArgument, "INVALID_REQUEST", &[]));
    let session = Session { stop_on_refusal: true, ..Session::default() };
    let (summary, interrupted, _) = push(&registry, session, FILE, 3).await;
    assert!(interrupted.is_none() && summary.stopped);
    assert_eq!((summary.rows, summary.refused, *registry.calls.borrow()), (3, 3, 1));
}

#[tokio::test]
async fn a_server_that_goes_away_interrupts_the_push_with_the_line_to_go_on_from() {
    let registry = Registry::default();
    registry.refusals.borrow_mut().push(refused(Code::Unavailable, "SHUTTING_DOWN", &[]));
    let (summary, interrupted, _) = push(&registry, Session::default(), FILE, 3).await;
    let error = interrupted.unwrap();
    assert!(error.to_string().starts_with("the rows from line 2 on were not pushed"), "{error}");
    assert_eq!((summary.rows, summary.new), (0, 0));
    assert_eq!(format!("{:?}", exit::code(Err(error))), format!("{:?}", std::process::ExitCode::from(69)));
}

#[tokio::test]
async fn rows_before_the_place_where_the_file_breaks_off_are_pushed() {
    let registry = Registry::default();
    let file = format!("{FILE}i,MAR,2021,s,\"{}", "x".repeat(5 << 20));
    let (summary, interrupted, _) = push(&registry, Session::default(), &file, 3).await;
    assert_eq!((summary.rows, summary.new), (7, 7));
    assert!(format!("{:#}", interrupted.unwrap()).contains("from line 9 on"));
}

#[tokio::test]
async fn a_dry_run_has_everything_checked_and_nothing_stored() {
    let registry = Registry::default();
    let session = Session { dry_run: true, ..Session::default() };
    let file = FILE.replace("2014,s,1", "2014,s,one");
    let (summary, _, messages) = push(&registry, session, &file, 3).await;
    assert_eq!((summary.rows, summary.correct, summary.refused), (7, 4, 3));
    assert_eq!((*registry.calls.borrow(), *registry.checks.borrow()), (0, 3));
    assert_eq!(messages.len(), 1);
    // As many are looked up together as were read meanwhile.
    assert!(*registry.look_ups.borrow() > 0);
}

#[tokio::test]
async fn a_dry_run_counts_what_was_pushed_before() {
    let registry = Registry::default();
    push(&registry, Session::default(), FILE, 3).await;
    let session = Session { dry_run: true, ..Session::default() };
    let (summary, ..) = push(&registry, session, FILE, 3).await;
    assert_eq!((summary.already_pushed, summary.correct, *registry.checks.borrow()), (7, 0, 0));
}

#[test]
fn a_submission_id_stays_the_same_for_the_same_content() {
    let observation = |value| v1::Observation {
        indicator: "migrant-casualties".into(),
        area: "LBY".into(),
        period: "2016".into(),
        source: "iom".into(),
        value: Some(v1::Value { kind: Some(v1::value::Kind::Number(value)) }),
        ..Default::default()
    };
    let batch = [observation(3653.0), observation(1.0)];
    let id = submission_id(&batch, None).unwrap();
    // Written down when the derivation was made; another id means that files pushed before are no longer recognised.
    assert_eq!(id.to_string(), "90011a5d-f537-8a14-a27e-589e473ad633");
    let swapped = [batch[1].clone(), batch[0].clone()];
    assert_ne!(submission_id(&swapped, None).unwrap(), id);
    assert_ne!(submission_id(&batch[..1], None).unwrap(), id);
    assert_ne!(submission_id(&batch, Some(Uuid::nil())).unwrap(), id);
}
