//! Every reason of the contract can be met by a client, and matches its documentation.
//!
//! A new reason has its line in [`ERRORS`] or [`FIELDS`]: how a client meets it. Only what a fault of the program alone can bring
//! about may be in [`UNPROVOKED`] instead, with the test that covers it.

mod admitted;
mod asked;
mod broken;
mod coded;
mod costly;
mod practised;
mod written;

use std::{collections::BTreeSet, path::Path, pin::Pin};

use tenseven_api::v1::{ErrorReason as Error, FieldReason as Field};
use tenseven_tests::{Refusal, Server, level, number};
use tonic::{Code, Status};
use written::give;

/// How a call that is refused ends.
type Told<'a> = Pin<Box<dyn Future<Output = Status> + 'a>>;
/// Makes a call that is refused.
type Scenario = for<'a> fn(&'a Server) -> Told<'a>;

/// For each reason of an error: what a client does to meet it. Each is handed a server that all share; those that need a server
/// of another kind start it.
const ERRORS: &[(Error, Scenario)] = &[
    (Error::InvalidRequest, |server| Box::pin(written::without_observations(server))),
    (Error::SubmissionIdReused, |server| Box::pin(written::an_id_with_other_content(server))),
    (Error::UnknownFramework, |server| Box::pin(asked::scores_of_no_framework(server))),
    (Error::UnknownIndicator, |server| Box::pin(asked::no_indicator(server))),
    (Error::UnknownArea, |server| Box::pin(asked::observations_of_no_area(server))),
    (Error::RevisionNotReached, |_| Box::pin(asked::a_revision_to_come())),
    (Error::NoSuchRevision, |server| Box::pin(asked::the_future(server))),
    (Error::InvalidPageToken, |server| Box::pin(asked::no_page(server))),
    (Error::MessageTooLarge, |_| Box::pin(written::too_much())),
    (Error::MalformedMessage, |server| Box::pin(asked::bytes_that_are_no_message(server))),
    (Error::UnknownMethod, |server| Box::pin(asked::no_method(server))),
    (Error::WriteQueueFull, |_| Box::pin(broken::more_than_the_disk_takes())),
    (Error::ShuttingDown, |_| Box::pin(broken::while_it_stops())),
    (Error::JournalFull, |_| Box::pin(broken::on_a_full_disk())),
    (Error::JournalFailed, |_| Box::pin(broken::on_a_disk_that_rots())),
    (Error::DeadlineExceeded, |_| Box::pin(written::too_slowly())),
    (Error::UnknownService, |server| Box::pin(asked::the_health_of_nothing(server))),
    (Error::Compacted, |_| Box::pin(broken::what_was_given_up())),
    (Error::JournalDamaged, |_| Box::pin(broken::what_went_bad())),
    (Error::OtherHistory, |server| Box::pin(asked::a_revision_of_another_registry(server))),
    (Error::RankingDisabled, |server| Box::pin(asked::forbidden_ranks(server))),
    (Error::VersionNotHigher, |server| Box::pin(written::a_lower_version(server))),
    (Error::FrameworkVersionExists, |server| Box::pin(written::a_version_again(server))),
    (Error::IndicatorClash, |server| Box::pin(written::an_indicator_defined_otherwise(server))),
    (Error::FrameworkOverBudget, |server| Box::pin(costly::more_than_is_allowed(server))),
    (Error::TooManyFrameworkVersions, |_| Box::pin(costly::a_version_too_many())),
    (Error::FrameworkNotScored, |_| Box::pin(costly::scores_by_one_that_costs_too_much())),
    (Error::FrameworkRetired, |_| Box::pin(costly::scores_by_one_that_is_retired())),
    (Error::RetirementBlocked, |_| Box::pin(costly::a_retirement_without_a_successor())),
    (Error::PublicationUnderWay, |_| Box::pin(broken::two_publications())),
    (Error::SlowReader, |_| Box::pin(broken::without_reading())),
    (Error::RequestMemoryFull, |_| Box::pin(written::concurrently_with_half_a_request())),
    (Error::TooManyWatchers, |_| Box::pin(asked::a_watch_too_many())),
    (Error::UnknownPractice, |server| Box::pin(practised::one_that_is_not(server))),
    (Error::PracticeRevised, |server| Box::pin(practised::one_that_another_revised(server))),
    (Error::TooManyPractices, |_| Box::pin(practised::more_than_are_held())),
    (Error::UnknownMeasure, |server| Box::pin(practised::no_measure(server))),
    (Error::UnknownInstrument, |server| Box::pin(practised::no_instrument(server))),
    (Error::NoCodings, |server| Box::pin(coded::a_round_without_codings(server))),
    (Error::NoCodedLevel, |server| Box::pin(coded::a_round_without_levels(server))),
    (Error::MedianBetweenLevels, |server| Box::pin(coded::a_median_between_levels(server))),
    (Error::NoMajority, |server| Box::pin(coded::a_round_without_majority(server))),
    (Error::RoundFull, |server| Box::pin(coded::a_coder_too_many(server))),
    (Error::UnknownObservation, |server| Box::pin(asked::no_observation(server))),
    (Error::UnknownAdjudication, |server| Box::pin(coded::no_adjudication(server))),
    (Error::Unauthenticated, |_| Box::pin(admitted::without_an_identity())),
    (Error::InvalidCredential, |_| Box::pin(admitted::with_a_key_that_was_revoked())),
    (Error::NotGranted, |_| Box::pin(admitted::outside_the_grants())),
    (Error::UnknownPartner, |_| Box::pin(admitted::a_partner_that_is_not())),
    (Error::UnknownKey, |_| Box::pin(admitted::a_key_that_is_not())),
    (Error::UnknownGrant, |_| Box::pin(admitted::a_grant_that_is_not())),
    (Error::LastAdmin, |_| Box::pin(admitted::the_last_admin())),
    (Error::TooManyOfPartner, |_| Box::pin(admitted::a_key_too_many())),
    (Error::CertificateNameTaken, |_| Box::pin(admitted::a_certificate_name_of_another())),
    (Error::QuotaExceeded, |_| Box::pin(admitted::more_than_a_partner_may_use())),
    (Error::TokenKeysUnavailable, |_| Box::pin(admitted::a_token_whose_keys_cannot_be_fetched())),
    (Error::GrantExists, |_| Box::pin(admitted::a_grant_twice())),
    (Error::NotAtThisAddress, |_| Box::pin(admitted::administration_at_the_address_of_everybody())),
];

/// The reasons that no client can bring about: where their test is, and its name.
const UNPROVOKED: &[(Error, &str, &str)] = &[
    // A panic of the program, or a status of the gRPC library that none of its known paths makes.
    (Error::Internal, "crates/server/src/layers/details.rs", "a_status_that_nobody_foresaw_is_internal"),
    // Hundreds of merges of one observation would have to overtake it, one after the other.
    (
        Error::MergeOvertaken,
        "crates/server/src/status/write.rs",
        "a_merge_that_others_overtake_is_aborted_and_can_be_sent_again",
    ),
];

/// For each reason of a field: what a client does to meet it.
const FIELDS: &[(Field, Scenario)] = &[
    (Field::Required, |server| Box::pin(written::without_observations(server))),
    (Field::Malformed, |server| Box::pin(written::changed(server, |one| one.period = "2020-13".into()))),
    (Field::OutOfRange, |server| Box::pin(written::changed(server, |one| give(one, number(-1.0))))),
    (Field::UnknownIndicator, |server| {
        Box::pin(written::changed(server, |one| one.indicator = "no-such".into()))
    }),
    (Field::UnknownArea, |server| Box::pin(written::changed(server, |one| one.area = "QQQ".into()))),
    (Field::UnknownNode, |server| Box::pin(asked::no_node(server))),
    (Field::WrongKind, |server| Box::pin(written::changed(server, |one| give(one, level("basic"))))),
    (Field::WrongFrequency, |server| Box::pin(written::changed(server, |one| one.period = "2020-Q1".into()))),
    (Field::DuplicateKey, |server| Box::pin(written::a_key_twice(server))),
    (Field::Contradiction, |server| Box::pin(written::changed(server, |one| one.status = "O".into()))),
    (Field::UnknownLevel, |server| Box::pin(written::no_level(server))),
    (Field::TooLong, |server| Box::pin(written::changed(server, |one| one.comment = "x".repeat(4_001)))),
    (Field::TooMany, |server| Box::pin(written::too_many(server))),
    (Field::NotAllowed, |server| Box::pin(written::changed(server, |one| one.area = "m49:015".into()))),
    (Field::UnknownField, |server| Box::pin(asked::no_field(server))),
    (Field::InvalidDefinition, |server| Box::pin(written::a_text_with_a_finding(server))),
    (Field::InvalidQuery, |server| Box::pin(practised::words_that_cannot_be_read(server))),
    (Field::UnknownDomain, |server| {
        Box::pin(practised::changed(server, |one| one.domains = vec!["mobilty".into()]))
    }),
    (Field::UnknownMeasure, |server| {
        Box::pin(practised::changed(server, |one| one.measures = vec!["skils".into()]))
    }),
    (Field::Duplicate, |server| Box::pin(practised::changed(server, |one| one.areas.push("MAR".into())))),
    (Field::WrongRole, |server| Box::pin(coded::a_coder_who_adjudicates(server))),
    (Field::NoRubric, |server| Box::pin(coded::a_coding_without_a_rubric(server))),
    (Field::OutsideGrants, |_| Box::pin(admitted::outside_the_grants())),
    (Field::NotObserved, |server| Box::pin(written::what_was_never_observed(server))),
];

/// The comment of a value of an enum of the contract.
fn comment(name: &str) -> String {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("../proto/tenseven/v1/error_reason.proto");
    let contract = std::fs::read_to_string(path).unwrap();
    let lines: Vec<_> = contract.lines().map(str::trim).collect();
    let place = lines.iter().position(|line| line.starts_with(&format!("{name} ="))).unwrap();
    let before = lines[..place].iter().rev().take_while(|line| line.starts_with("//"));
    let mut comment: Vec<_> = before.map(|line| line.trim_start_matches("//").trim()).collect();
    comment.reverse();
    comment.join(" ")
}

/// The first two words of a message, without names and numbers: enough to decide whether a sample is of this message.
fn beginning(message: &str) -> Vec<String> {
    let words: Vec<_> = message.split(' ').take(2).collect();
    // The id of a key may by chance be all letters.
    let is_key = |index: usize| index == 1 && words[0] == "key" && words[1].len() == 12;
    let is_named = |index: usize| is_key(index) || words[index].contains(|one: char| one.is_ascii_digit());
    let shown = |index| if is_named(index) { "#" } else { words[index] };
    (0..words.len()).map(|index| shown(index).to_owned()).collect()
}

/// The name of a code as the contract writes it.
fn code_name(code: Code) -> String {
    let name = format!("{code:?}");
    let mut written = String::new();
    for letter in name.chars() {
        if letter.is_uppercase() && !written.is_empty() {
            written.push('_');
        }
        written.push(letter.to_ascii_uppercase());
    }
    written
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn every_reason_of_an_error_is_met_with_the_code_and_the_details_that_the_contract_names() {
    let server = Server::start();
    for (reason, provoke) in ERRORS {
        if *reason == Error::JournalFull && !broken::can_mount() {
            println!("JOURNAL_FULL is left to tests/crash: this user may not mount a small disk");
            continue;
        }
        let status = provoke(&server).await;
        let (refusal, name) = (Refusal::from(&status), reason.as_str_name());
        assert_eq!(format!("ERROR_REASON_{}", refusal.reason), name, "{refusal:?}");
        let comment = comment(name);
        let (code, _) = comment.split_once([' ', ':']).unwrap();
        assert_eq!(code_name(refusal.code), code, "{name}");
        if let Some((_, sample)) = comment.split_once("Sample: \"") {
            assert_eq!(beginning(&refusal.message), beginning(sample), "{name}: {}", refusal.message);
        }
        let details = tonic_types::StatusExt::get_error_details(&status);
        let (promised, _) = comment.split_once(':').unwrap();
        for (detail, is_there) in [
            ("BadRequest", details.bad_request().is_some()),
            ("ResourceInfo", details.resource_info().is_some()),
            ("RetryInfo", details.retry_info().is_some()),
            ("QuotaFailure", details.quota_failure().is_some()),
            ("PreconditionFailure", details.precondition_failure().is_some()),
        ] {
            assert_eq!(is_there, promised.contains(detail), "{name}: {detail}");
        }
        // Metadata that is only sent sometimes begins with "then".
        for key in comment.replace("then metadata.", "").split("metadata.").skip(1) {
            let key: String = key.chars().take_while(|one| one.is_ascii_lowercase() || *one == '_').collect();
            assert!(refusal.metadata.contains_key(&key), "{name} has no metadata.{key}: {refusal:?}");
        }
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn every_reason_of_a_field_is_met() {
    let server = Server::start();
    for (reason, provoke) in FIELDS {
        let refusal = Refusal::from(&provoke(&server).await);
        let met: Vec<_> = refusal.violations.iter().map(|one| format!("FIELD_REASON_{}", one.1)).collect();
        assert!(met.iter().any(|met| met == reason.as_str_name()), "{}: {refusal:?}", reason.as_str_name());
    }
}

#[test]
fn no_reason_of_the_contract_is_without_its_scenario() {
    let unprovoked = UNPROVOKED.iter().map(|(reason, ..)| *reason as i32);
    let errors: BTreeSet<_> = ERRORS.iter().map(|(reason, _)| *reason as i32).chain(unprovoked).collect();
    let fields: BTreeSet<_> = FIELDS.iter().map(|(reason, _)| *reason as i32).collect();
    for number in 1..1_000 {
        if let Ok(reason) = Error::try_from(number) {
            assert!(errors.contains(&number), "{} has no scenario", reason.as_str_name());
        }
        if let Ok(reason) = Field::try_from(number) {
            assert!(fields.contains(&number), "{} has no scenario", reason.as_str_name());
        }
    }
}

#[test]
fn what_no_client_can_provoke_has_the_test_that_is_named() {
    for (reason, path, test) in UNPROVOKED {
        let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("..").join(path);
        let text = std::fs::read_to_string(&path).unwrap();
        assert!(
            text.contains(&format!("fn {test}()")),
            "{}: {} has no {test}",
            reason.as_str_name(),
            path.display()
        );
    }
}
