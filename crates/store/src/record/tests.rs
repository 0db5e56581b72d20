//! The codec against any entry, and against bytes that are none.

use bytes::Bytes;
use proptest::{collection::vec, option, prelude::*, sample::select};
use prost::Message as _;
use tenseven_model::{
    AdjudicationRule, Coding, ContentDigest, Evidence, Judgement, MissingReason, Notes, Number, Observation,
    ObservationKey, ObservationStatus, Ratio, Revision, SubmissionId, Timestamp, Unit, Value, Withdrawal,
    event::{
        Adjudicated, ChangeCounts, Event, FiledCoding, FrameworkRetirement, FrameworkSource,
        ObservationVersion, VersionBody,
    },
};

use super::{
    access,
    decode::{self, find, find_all},
    decode_error::ObservationFault,
    encode::{encode, prepare},
    practices::tests::practice_versions,
    wire,
};
use crate::{AssessmentFault, DecodeError, Entry, RecordHash, Stamp};

fn encoded(entry: &Entry) -> Vec<u8> {
    encode(entry, prepare(entry), None).into_record().to_vec()
}

fn decoded(stamp: Stamp, record: &[u8]) -> Result<Entry, DecodeError> {
    decode::entry(stamp, Bytes::copy_from_slice(record))
}

fn finite() -> impl Strategy<Value = f64> {
    any::<u64>().prop_map(f64::from_bits).prop_filter("finite", |number| number.is_finite())
}

fn ratio() -> impl Strategy<Value = Ratio> {
    (finite(), finite()).prop_filter_map("a part of a whole", |(a, b)| {
        let (a, b) = (a.abs(), b.abs());
        Ratio::new(a.min(b), a.max(b)).ok()
    })
}

fn value() -> impl Strategy<Value = Value> {
    prop_oneof![
        finite().prop_map(|number| Value::Number(Number::try_from(number).unwrap())),
        any::<bool>().prop_map(Value::Flag),
        "[a-z][a-z0-9-]{0,12}".prop_map(|level| Value::Level(level.parse().unwrap())),
        ratio().prop_map(Value::Ratio),
        select(MissingReason::ALL.to_vec()).prop_map(Value::Missing),
    ]
}

fn key() -> impl Strategy<Value = ObservationKey> {
    let area = "[A-Z]{3}(/[a-zA-Z0-9._-]{1,48})?";
    let period = prop_oneof!["(19|20)[0-9]{2}", "20[0-9]{2}-(S[12]|Q[1-4]|0[1-9]|1[0-2])"];
    ("[a-z][a-z0-9-]{0,20}", area, "[a-z]{1,9}", period).prop_map(|(indicator, area, source, period)| {
        ObservationKey {
            indicator: indicator.parse().unwrap(),
            area: area.parse().unwrap(),
            source: source.parse().unwrap(),
            period: period.parse().unwrap(),
        }
    })
}

fn evidence() -> impl Strategy<Value = Evidence> {
    ("\\PC{0,20}", "(https://[a-z]{1,9}\\.org/\\PC{0,9})?", "\\PC{0,20}")
        .prop_filter_map("evidence", |(citation, url, quote)| Evidence::new(citation, url, quote).ok())
}

fn notes() -> impl Strategy<Value = Notes> {
    prop_oneof![
        Just(Notes::default()),
        ("\\PC{0,40}", "[a-c]{0,2}", vec(evidence(), 0..4)).prop_map(|(comment, method, evidence)| Notes {
            comment,
            method,
            evidence
        }),
    ]
}

fn observation() -> impl Strategy<Value = Observation> {
    (key(), value(), select(ObservationStatus::ALL), notes()).prop_map(|(key, value, status, notes)| {
        let missing = matches!(value, Value::Missing(_));
        let status = (status.is_missing() == missing).then_some(status);
        Observation::new(key, value, status, notes).unwrap()
    })
}

/// Few reasons, so that some are shared, and some are the comments of observations.
fn withdrawal() -> impl Strategy<Value = Withdrawal> {
    let reason = prop_oneof!["[a-c]{1,2}", "\\PC{1,40}"];
    (key(), reason)
        .prop_filter_map("a reason", |(key, reason)| Withdrawal::new(key, reason.parse().ok()?).ok())
}

fn judgement() -> impl Strategy<Value = Judgement> {
    prop_oneof![
        "[a-z][a-z0-9-]{0,12}".prop_map(|level| Judgement::Level(level.parse().unwrap())),
        select(MissingReason::ALL.to_vec()).prop_map(Judgement::Missing),
    ]
}

fn filed(revision: u64) -> impl Strategy<Value = FiledCoding> {
    let texts = ("\\PC{0,80}", vec(evidence(), 0..4));
    (key(), judgement(), texts, 1..u32::MAX, option::of(1..revision)).prop_map(
        |(key, judgement, (narrative, evidence), round, previous)| {
            let unit = Unit::new(key.indicator, key.area, key.period).unwrap();
            let coder = key.source.as_str().parse().unwrap();
            let coding = Coding::new(unit, coder, judgement, narrative, evidence).unwrap();
            FiledCoding { coding, round, previous: previous.map(Revision::new) }
        },
    )
}

fn adjudicated(revision: u64) -> impl Strategy<Value = Adjudicated> {
    let rule = prop_oneof![
        Just(AdjudicationRule::Median),
        Just(AdjudicationRule::Majority),
        "[a-z]\\PC{0,80}".prop_map(|why| AdjudicationRule::Decision { rationale: why.try_into().unwrap() }),
    ];
    (observed(revision), 1..u32::MAX, "[a-z]{1,9}", rule, vec(1..revision, 0..9)).prop_map(
        |(version, round, curator, rule, codings)| Adjudicated {
            version,
            round,
            curator: curator.parse().unwrap(),
            rule,
            codings: codings.into_iter().map(Revision::new).collect(),
        },
    )
}

fn version(revision: u64) -> impl Strategy<Value = ObservationVersion> {
    let body = prop_oneof![3 => observation().prop_map(VersionBody::Observed), 1 => withdrawal().prop_map(VersionBody::Withdrawn)];
    (body, option::of(1..revision))
        .prop_map(|(body, previous)| ObservationVersion { body, previous: previous.map(Revision::new) })
}

fn observed(revision: u64) -> impl Strategy<Value = ObservationVersion> {
    (observation(), option::of(1..revision)).prop_map(|(observation, previous)| ObservationVersion {
        body: VersionBody::Observed(observation),
        previous: previous.map(Revision::new),
    })
}

fn retirement() -> impl Strategy<Value = FrameworkRetirement> {
    let texts = ("[a-z][a-z0-9-]{0,20}", "[0-9]\\.[0-9]\\.[0-9](-[a-z]{1,5})?", "r\\PC{0,40}x");
    texts.prop_map(|(id, version, reason)| FrameworkRetirement {
        id: id.parse().unwrap(),
        version: version.parse().unwrap(),
        reason: reason.parse().unwrap(),
    })
}

fn event(revision: u64) -> impl Strategy<Value = Event> {
    prop_oneof![
        4 => vec(version(revision), 0..30).prop_map(Event::Observations),
        1 => "\\PC{0,200}".prop_map(|text| Event::Framework(FrameworkSource { text })),
        1 => retirement().prop_map(Event::Retirement),
        1 => access::tests::change_of(revision).prop_map(|change| Event::Access(Box::new(change))),
        1 => practice_versions(revision).prop_map(Event::Practices),
        1 => filed(revision).prop_map(|filed| Event::Coding(Box::new(filed))),
        1 => adjudicated(revision).prop_map(|adjudicated| Event::Adjudication(Box::new(adjudicated))),
    ]
}

fn entry() -> impl Strategy<Value = Entry> {
    let submission =
        any::<[u8; 16]>().prop_filter_map("not nil", |bytes| SubmissionId::from_bytes(bytes).ok());
    let numbers = any::<(i64, [u32; 4])>();
    let event = (2..u64::MAX).prop_flat_map(|revision| (Just(revision), event(revision)));
    let author = option::of("[a-z][a-z0-9-]{0,20}".prop_map(|id| id.parse().unwrap()));
    (submission, author, any::<[u8; 16]>(), numbers, event).prop_map(
        |(submission, author, digest, (micros, [new, revised, unchanged, withdrawn]), (revision, event))| {
            Entry {
                revision: Revision::new(revision),
                committed_at: Timestamp::from_micros(micros),
                submission,
                author,
                digest: ContentDigest(digest),
                outcome: ChangeCounts { new, revised, unchanged, withdrawn },
                event,
            }
        },
    )
}

/// The bits of every float, in order.
fn bits(entry: &Entry) -> Vec<u64> {
    let observations = entry.event.versions().iter().filter_map(ObservationVersion::observation);
    let floats = observations.flat_map(|one| match one.value() {
        Value::Number(number) => vec![number.get()],
        Value::Ratio(ratio) => vec![ratio.numerator(), ratio.denominator()],
        Value::Flag(_) | Value::Level(_) | Value::Missing(_) => vec![],
    });
    floats.map(f64::to_bits).collect()
}

fn sample(count: usize) -> Entry {
    let observation = |index: usize| {
        let key = ObservationKey {
            indicator: ["migrant-casualties", "dual-nationality", "remittance-cost"][index % 3]
                .parse()
                .unwrap(),
            area: format!("MAR/unit-{}", index % 208).parse().unwrap(),
            source: "iom-missing-migrants".parse().unwrap(),
            period: (2014 + index / 208 % 12).to_string().parse().unwrap(),
        };
        let (citation, url) = ("Missing Migrants Project".into(), "https://missingmigrants.iom.int".into());
        let notes = Notes {
            method: "Incident reports, added up by country of incident".into(),
            evidence: vec![Evidence::new(citation, url, String::new()).unwrap()],
            ..Notes::default()
        };
        let observation =
            Observation::new(key, Value::Number(Number::try_from(index as f64).unwrap()), None, notes)
                .unwrap();
        ObservationVersion::observed(observation, None)
    };
    Entry {
        revision: Revision::new(7),
        committed_at: Timestamp::from_micros(1_700_000_000_000_000),
        submission: "67e55044-10b1-426f-9247-bb680e5fe0c8".parse().unwrap(),
        author: None,
        digest: ContentDigest([9; 16]),
        outcome: ChangeCounts { new: 1, revised: 2, unchanged: 3, withdrawn: 0 },
        event: Event::Observations((0..count).map(observation).collect()),
    }
}

/// The packed record after `change`, decoded.
fn unpacked_after(change: impl FnOnce(&mut wire::PackedObservations)) -> Result<Entry, DecodeError> {
    let sample = sample(2);
    let mut record = wire::EntryRecord::decode(encoded(&sample).as_slice()).unwrap();
    let Some(wire::entry_record::Content::Packed(packed)) = &mut record.content else { panic!("no batch") };
    change(packed);
    decoded(sample.stamp(), &record.encode_to_vec())
}

#[test]
fn a_batch_that_repeats_its_texts_is_compact() {
    let (few, many) = (encoded(&sample(1)).len(), encoded(&sample(1_000)).len());
    println!(
        "a batch of 1,000 observations with evidence: {:.1} bytes each; of 1: {few}",
        many as f64 / 1_000.0
    );
    assert!(many < 24_000, "{many} bytes for 1,000 observations");
}

/// Many rows of every kind, out of order, of which some share their series, values and notes.
fn varied(count: usize) -> Entry {
    let version = |index: usize| {
        let index = index * 617 % count;
        let key = ObservationKey {
            indicator: format!("indicator-{}", index % 13).parse().unwrap(),
            area: ["MAR", "LBY", "MAR/casablanca", "TUN/sfax"][index / 13 % 4].parse().unwrap(),
            source: ["ine", "iom"][index / 7 % 2].parse().unwrap(),
            period: format!("20{:02}-Q{}", 10 + index % 9, 1 + index % 4).parse().unwrap(),
        };
        let previous = index.is_multiple_of(3).then(|| Revision::new(1 + index as u64 % 6));
        let value = match index % 6 {
            0 | 1 => Value::Number(Number::try_from(index as f64 / 7.0).unwrap()),
            2 => Value::Flag(index % 4 == 2),
            3 => Value::Level(["none", "partial", "full"][index / 6 % 3].parse().unwrap()),
            4 => Value::Ratio(Ratio::new(1.0, 2.0 + index as f64).unwrap()),
            _ if index.is_multiple_of(5) => {
                return ObservationVersion::withdrawn(
                    Withdrawal::new(key, "Wrong.".parse().unwrap()).unwrap(),
                    previous,
                );
            }
            _ => Value::Missing(MissingReason::ALL[index % 4]),
        };
        let comment = if index % 11 < 4 { format!("Round {}", index % 11) } else { String::new() };
        let notes = Notes { comment, ..Notes::default() };
        ObservationVersion::observed(Observation::new(key, value, None, notes).unwrap(), previous)
    };
    Entry { event: Event::Observations((0..count).map(version).collect()), ..sample(0) }
}

#[test]
fn the_bytes_of_a_batch_stay_stable() {
    let hash = |entry: &Entry| blake3::hash(&encoded(entry)).to_hex()[..16].to_owned();
    let hashes = [sample(1), sample(1_000), varied(5), varied(1_000)].map(|entry| hash(&entry));
    assert_eq!(hashes, ["ef0773931fcdada4", "6fb5cb4874822987", "864c9befb8d94d0f", "3c07c0014f985902"]);
}

#[test]
fn one_observation_takes_27_bytes_without_its_texts() {
    let texts = ["migrant-casualties", "MAR", "2020", "iom-stocks"];
    let [indicator, area, period, source] = texts;
    let key = ObservationKey {
        indicator: indicator.parse().unwrap(),
        area: area.parse().unwrap(),
        source: source.parse().unwrap(),
        period: period.parse().unwrap(),
    };
    let value = Value::Number(Number::try_from(3_653.5).unwrap());
    let observation = Observation::new(key, value, None, Notes::default()).unwrap();
    let event = Event::Observations(vec![ObservationVersion::observed(observation, None)]);
    let record = encoded(&Entry { event, ..sample(0) });
    let Some(wire::entry_record::Content::Packed(packed)) =
        wire::EntryRecord::decode(record.as_slice()).unwrap().content
    else {
        panic!("no batch")
    };
    // Two counts of 2 bytes, four dictionaries with 3 bytes and their texts, and 8 bytes of a number after 3.
    let text_bytes: usize = texts.iter().map(|text| text.len()).sum();
    assert_eq!(packed.encoded_len(), text_bytes + 2 * 2 + 4 * 3 + 11);
}

#[test]
fn invalid_columns_are_errors() {
    type Change = fn(&mut wire::PackedObservations);
    let error = |change: Change| {
        let error = unpacked_after(change).unwrap_err();
        let source = std::error::Error::source(&error).map(ToString::to_string);
        format!("{error}: {}", source.unwrap_or_default())
    };
    let index = "observation 0 is not one: it points to index 9 of the dictionary of";
    let claims: [(Change, String); 15] = [
        (
            |packed| packed.count = u32::MAX,
            "it has 4294967295 observations; at most 1000000 are allowed: ".into(),
        ),
        (
            |packed| packed.count = 3,
            "the column of series is not one: it ends in the middle of a number, or before its last number"
                .into(),
        ),
        (
            |packed| packed.numbers = vec![0; 15].into(),
            "the column of numbers is not one: it has 7 bytes instead of 8".into(),
        ),
        (|packed| packed.count = 1, "the column of series is not one: it holds 2, which is too large".into()),
        (|packed| packed.series = vec![0, 18, 0].into(), format!("{index} series, which has 2")),
        (|packed| packed.period = vec![0, 18, 0].into(), format!("{index} periods, which has 1")),
        (|packed| packed.note = vec![1, 10, 2].into(), format!("{index} notes, which has 1")),
        (
            |packed| packed.kind = vec![1, 6, 2].into(),
            "observation 0 is not one: it has no value; it may have been written by a later release".into(),
        ),
        (
            |packed| packed.kind = vec![1, 5, 2].into(),
            "observation 0 is not one: it is withdrawn, but has a status, a method or evidence".into(),
        ),
        (
            |packed| (packed.kind, packed.note) = (vec![1, 5, 2].into(), Bytes::new()),
            "observation 0 is not one: the reason is empty".into(),
        ),
        (|packed| packed.status = vec![1, 2, 2].into(), "observation 0 is not one: \"C\" is no SDMX".into()),
        (
            |packed| packed.previous = vec![1, 7, 2].into(),
            "observation 0 is not one: it replaces a version of 7 revisions before 7, where there is none"
                .into(),
        ),
        (
            |packed| packed.flags = vec![0, 1].into(),
            "the column of flags is not one: it has more numbers than there are rows".into(),
        ),
        (
            |packed| packed.areas = vec![3, b'm', b'a', b'r'].into(),
            "an area in the dictionary is not one".into(),
        ),
        (
            |packed| packed.texts = vec![9].into(),
            "the dictionary of texts is not one: a text is longer".into(),
        ),
    ];
    for (change, expected) in claims {
        let found = error(change);
        assert!(found.starts_with(&expected), "{found:?} instead of {expected:?}");
    }
}

#[test]
fn refuses_texts_that_would_fill_the_memory() {
    let long = "x".repeat(4_000);
    let mut entry = sample(1);
    let Event::Observations(versions) = &mut entry.event else { panic!("no batch") };
    let (key, value) = (versions[0].key().clone(), versions[0].observation().unwrap().value().clone());
    let notes = Notes { comment: long.clone(), method: long, ..Notes::default() };
    versions[0] = ObservationVersion::observed(Observation::new(key, value, None, notes).unwrap(), None);
    let mut record = wire::EntryRecord::decode(encoded(&entry).as_slice()).unwrap();
    let Some(wire::entry_record::Content::Packed(packed)) = &mut record.content else { panic!("no batch") };
    // A million observations that share one long note: a record of 8 MB would become 8 GB.
    packed.count = 1_000_000;
    packed.numbers = vec![0; 8_000_000].into();
    packed.note = vec![1, 1, 0xc0, 0x84, 0x3d].into();
    let refused = decoded(entry.stamp(), &record.encode_to_vec());
    assert!(matches!(refused, Err(DecodeError::TooMuchText)), "{:?}", refused.map(drop));
}

#[test]
fn what_the_model_refuses_is_an_error_that_names_the_observation() {
    type Change = fn(&mut wire::PackedObservations);
    let fault = |change: Change| match unpacked_after(change) {
        Err(DecodeError::Observation { index, source }) => (index, source),
        other => panic!("{other:?}"),
    };
    let (index, source) = fault(|packed| {
        packed.numbers = [0_f64, f64::NAN].iter().flat_map(|number| number.to_le_bytes()).collect();
    });
    assert!(index == 1 && matches!(source, ObservationFault::Number(_)), "{index}: {source:?}");
    // A value with the status of a missing value.
    let (index, source) = fault(|packed| packed.status = vec![0, 0, 14].into());
    assert!(index == 1 && matches!(source, ObservationFault::Observation(_)), "{index}: {source:?}");
    let (index, source) = fault(|packed| {
        (packed.kind, packed.missing) = (vec![0, 0, 4].into(), vec![0, 0].into());
        packed.numbers = vec![0; 8].into();
    });
    assert!(index == 1 && matches!(source, ObservationFault::MissingReason(0)), "{index}: {source:?}");
}

#[test]
fn a_record_without_content_or_with_a_short_digest_is_an_error() {
    let sample = sample(1);
    let whole = wire::EntryRecord::decode(encoded(&sample).as_slice()).unwrap();
    let error =
        |record: wire::EntryRecord| decoded(sample.stamp(), &record.encode_to_vec()).unwrap_err().to_string();
    let without = wire::EntryRecord { content: None, ..whole.clone() };
    assert_eq!(error(without), "the record has no content; it may have been written by a later release");
    let short = wire::EntryRecord { content_digest: vec![1; 15].into(), ..whole };
    assert_eq!(error(short), "the content digest has 15 bytes instead of 16");
}

/// The record of an adjudication after `change`, decoded.
fn adjudicated_after(change: impl FnOnce(&mut wire::AdjudicationRecord)) -> Result<Entry, DecodeError> {
    let Event::Observations(versions) = sample(1).event else { panic!("no batch") };
    let adjudicated = Adjudicated {
        version: versions[0].clone(),
        round: 1,
        curator: "rosa".parse().unwrap(),
        rule: AdjudicationRule::Median,
        codings: vec![Revision::new(3), Revision::new(5)],
    };
    let entry = Entry { event: Event::Adjudication(Box::new(adjudicated)), ..sample(0) };
    let mut record = wire::EntryRecord::decode(encoded(&entry).as_slice()).unwrap();
    let Some(wire::entry_record::Content::Adjudication(found)) = &mut record.content else {
        panic!("no adjudication")
    };
    change(found);
    decoded(entry.stamp(), &record.encode_to_vec())
}

#[test]
fn invalid_adjudications_are_errors() {
    type Change = fn(&mut wire::AdjudicationRecord);
    let fault = |change: Change| match adjudicated_after(change) {
        Err(DecodeError::Assessment(fault)) => fault,
        other => panic!("{other:?}"),
    };
    assert!(matches!(fault(|record| record.observation = None), AssessmentFault::Observations(0)));
    let none = fault(|record| record.observation = Some(wire::PackedObservations::default()));
    assert!(matches!(none, AssessmentFault::Observations(0)), "{none:?}");
    assert!(matches!(fault(|record| record.rule = 9), AssessmentFault::Rule(9)));
    assert!(matches!(fault(|record| record.round = 0), AssessmentFault::Round));
    assert!(matches!(fault(|record| record.codings = vec![7]), AssessmentFault::Cited { before: 7, .. }));
    assert!(matches!(fault(|record| record.curator = String::new()), AssessmentFault::Id { .. }));
}

#[test]
fn a_compacted_record_counts_as_the_one_that_it_was_made_of() {
    let (entry, original) = (sample(1), RecordHash([5; 32]));
    let plain = Bytes::from(encoded(&entry));
    let own = RecordHash::of(entry.stamp(), &plain);
    assert_eq!(decode::hash(entry.stamp(), &plain).unwrap(), (own, false));
    let compacted = encode(&entry, prepare(&entry), Some(original)).into_record();
    assert_eq!(decode::hash(entry.stamp(), &compacted).unwrap(), (original, true));
    assert_eq!(decode::entry(entry.stamp(), compacted.clone()).unwrap(), entry);
    let short = wire::EntryRecord {
        compacted_from: vec![1; 31].into(),
        ..wire::EntryRecord::decode(compacted).unwrap()
    };
    let refused = decode::hash(entry.stamp(), &short.encode_to_vec().into());
    assert!(matches!(refused, Err(DecodeError::Length { found: 31, .. })), "{refused:?}");
}

#[test]
fn the_hash_of_a_record_covers_its_stamp() {
    let Stamp { revision, committed_at, submission } = sample(0).stamp();
    let hash = |stamp| RecordHash::of(stamp, b"record");
    let own = hash(Stamp { revision, committed_at, submission });
    let others = [
        Stamp { revision: revision.next(), committed_at, submission },
        Stamp { revision, committed_at: Timestamp::from_micros(1), submission },
        Stamp { revision, committed_at, submission: SubmissionId::from_bytes([8; 16]).unwrap() },
    ];
    assert!(others.into_iter().all(|stamp| hash(stamp) != own));
}

proptest! {
    #[test]
    fn any_entry_is_read_back_exactly(entry in entry(), original: Option<[u8; 32]>) {
        let record = encode(&entry, prepare(&entry), original.map(RecordHash)).into_record();
        let read = decoded(entry.stamp(), &record).unwrap();
        prop_assert_eq!(bits(&read), bits(&entry));
        prop_assert_eq!(read, entry);
    }

    #[test]
    fn what_was_read_makes_the_same_bytes(entry in entry()) {
        let bytes = encoded(&entry);
        prop_assert_eq!(encoded(&decoded(entry.stamp(), &bytes).unwrap()), bytes);
    }

    #[test]
    fn any_observation_is_found_by_its_key_and_no_other_is(entry in entry(), other in key()) {
        let record = Bytes::from(encoded(&entry));
        let versions = entry.event.versions();
        let first = |key: &ObservationKey| versions.iter().find(|version| version.key() == key);
        for key in versions.iter().map(ObservationVersion::key).chain([&other]) {
            let found = find(entry.revision, record.clone(), key).unwrap();
            prop_assert_eq!(found.as_ref(), first(key));
        }
    }

    #[test]
    fn many_observations_are_found_as_one_by_one(entry in entry(), others in vec(key(), 0..4), twice: bool) {
        let mut keys: Vec<&ObservationKey> = others.iter().collect();
        let versions = entry.event.versions();
        keys.extend(versions.iter().rev().step_by(2).map(ObservationVersion::key));
        keys.extend(versions.iter().take(usize::from(twice)).map(ObservationVersion::key));
        let record = Bytes::from(encoded(&entry));
        let one_by_one: Vec<_> =
            keys.iter().map(|key| find(entry.revision, record.clone(), key).unwrap()).collect();
        prop_assert_eq!(find_all(entry.revision, record, &keys).unwrap(), one_by_one);
    }

    #[test]
    fn what_a_submission_was_answered_is_read_without_the_rest(entry in entry()) {
        prop_assert_eq!(decode::answer(encoded(&entry).into()).unwrap(), (entry.digest, entry.outcome));
    }

    #[test]
    fn no_bytes_make_it_panic(bytes in any::<Vec<u8>>(), key in key()) {
        let stamp = sample(0).stamp();
        let _ = decoded(stamp, &bytes);
        let _ = decode::answer(bytes.clone().into());
        let _ = decode::hash(stamp, &bytes.clone().into());
        let _ = find_all(Revision::new(1), bytes.clone().into(), &[&key]);
        let _ = find(Revision::new(1), bytes.into(), &key);
    }

    #[test]
    fn no_damage_to_a_record_makes_it_panic(entry in entry(), index: prop::sample::Index, byte: u8, key in key()) {
        let mut bytes = encoded(&entry);
        let index = index.index(bytes.len());
        bytes[index] = byte;
        let _ = decoded(entry.stamp(), &bytes);
        let _ = decoded(entry.stamp(), &bytes[..index]);
        let _ = decode::hash(entry.stamp(), &bytes.clone().into());
        let _ = find_all(entry.revision, bytes.clone().into(), &[&key]);
        let _ = find(entry.revision, bytes.into(), &key);
    }
}
