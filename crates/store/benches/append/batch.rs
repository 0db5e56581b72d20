//! Batches as partners send them, and as the server reads them: some indicators, many areas and periods, one source,
//! each name kept once and shared.

use tenseven_model::{
    ContentDigest, Evidence, IndicatorId, Notes, Number, Observation, ObservationKey, Period, Revision,
    SourceId, SubmissionId, Timestamp, Value,
    event::{ChangeCounts, Event, ObservationVersion},
};
use tenseven_store::Entry;

/// Comments and evidence of the observations.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Kind {
    /// Nothing.
    Plain,
    /// A citation each, of which there are ten, and a comment on every tenth.
    WithEvidence,
}

/// A batch; another seed gives other values.
pub(crate) fn batch(kind: Kind, size: usize, seed: u64) -> Entry {
    let mut id = [1; 16];
    id[..8].copy_from_slice(&seed.to_be_bytes());
    let names = Names::of(seed);
    Entry {
        revision: Revision::new(1),
        committed_at: Timestamp::from_micros(1_700_000_000_000_000),
        submission: SubmissionId::from_bytes(id).unwrap(),
        author: None,
        digest: ContentDigest([seed as u8; 16]),
        outcome: ChangeCounts { new: size as u32, ..ChangeCounts::default() },
        event: Event::Observations((0..size).map(|place| version(kind, place, seed, &names)).collect()),
    }
}

/// The names of a batch.
struct Names {
    indicators: Vec<IndicatorId>,
    source: SourceId,
    period: Period,
}

impl Names {
    fn of(seed: u64) -> Self {
        Self {
            indicators: (0..11).map(|place| format!("indicator-{place}").parse().unwrap()).collect(),
            source: "national-statistics".parse().unwrap(),
            period: (2014 + seed % 12).to_string().parse().unwrap(),
        }
    }
}

fn version(kind: Kind, place: usize, seed: u64, names: &Names) -> ObservationVersion {
    let letter = |place: usize| char::from(b'A' + (place % 26) as u8);
    let area = place / names.indicators.len();
    let key = ObservationKey {
        indicator: names.indicators[place % names.indicators.len()].clone(),
        area: format!("{}{}{}", letter(area / 7), letter(area / 26), letter(area)).parse().unwrap(),
        source: names.source.clone(),
        period: names.period,
    };
    let number = (seed as f64).mul_add(0.1, place as f64 * 1.37);
    let notes = match kind {
        Kind::Plain => Notes::default(),
        Kind::WithEvidence => notes(place),
    };
    let value = Value::Number(Number::try_from(number).unwrap());
    ObservationVersion::observed(Observation::new(key, value, None, notes).unwrap(), None)
}

fn notes(place: usize) -> Notes {
    let citation = format!("National statistical office, yearbook {}, table 7", 2010 + place % 10);
    let url = format!("https://statistics.example.org/yearbook/{}", 2010 + place % 10);
    let comment = if place.is_multiple_of(10) { format!("Revised in round {place}.") } else { String::new() };
    Notes {
        comment,
        evidence: vec![Evidence::new(citation, url, String::new()).unwrap()],
        ..Notes::default()
    }
}
