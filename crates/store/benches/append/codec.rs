//! How long a batch takes to become bytes and come back. `cargo bench -p tenseven-store --bench append -- 0 0` measures
//! nothing else, as no row has these two numbers; a third argument selects the batches with it in their name.

use std::time::{Duration, Instant};

use tenseven_model::{
    IndicatorId, LevelCode, MissingReason, Notes, Number, Observation, ObservationKey, ObservationStatus,
    Ratio, Revision, SourceId, Value, Withdrawal,
    event::{Event, ObservationVersion},
};
use tenseven_store::{Entry, Journal, MemoryJournal, PreparedEntry};

use crate::batch::{Kind, batch};

const SIZE: usize = 1_000;
const ROUNDS: usize = 1_000;
/// The revision of the measured entry; versions replace those of revisions before it.
const REVISION: u64 = 10;
/// A step through 1,000 observations that reaches each once, in no order that a batch would have.
const STEP: usize = 617;

pub(crate) fn print() {
    print_content("1,000 without evidence", batch(Kind::Plain, SIZE, 1).event);
    print_content("1,000 with evidence", batch(Kind::WithEvidence, SIZE, 1).event);
    print_content("1,000 mixed, in order", mixed(1, Names::Shared));
    print_content("1,000 mixed, shuffled", mixed(STEP, Names::Shared));
    print_content("1,000 mixed, shuffled, no name shared", mixed(STEP, Names::Parsed));
    print_content("100 without evidence", batch(Kind::Plain, 100, 1).event);
    print_content("10 without evidence", batch(Kind::Plain, 10, 1).event);
    print_content("1 without evidence", batch(Kind::Plain, 1, 1).event);
}

fn print_content(name: &str, content: Event) {
    if std::env::args().nth(3).is_some_and(|wanted| wanted != "--bench" && !name.contains(&wanted)) {
        return;
    }
    let journal = MemoryJournal::new();
    let mut entries: Vec<Entry> = (1..=REVISION).map(|number| batch(Kind::Plain, 1, number)).collect();
    (1..).zip(&mut entries).for_each(|(number, entry)| entry.revision = Revision::new(number));
    let last = entries.last_mut().unwrap();
    last.event = content;
    let entry = last.clone();
    journal.append(Revision::ZERO, &entries).unwrap();
    let versions = entry.event.versions();
    let (key, count) = (versions.last().unwrap().key(), versions.len() as f64);
    let encode = least(|| PreparedEntry::new(&entry).unwrap());
    let decode = least(|| journal.read(entry.revision).unwrap());
    let find = least(|| journal.find(entry.revision, key).unwrap().unwrap());
    let nanoseconds = |taken: Duration| taken.as_nanos() as f64 / count;
    println!(
        "{name}: {:.1} bytes each; encode {:.1} ns each, decode {:.1} ns each, find the last {find:.1?}",
        PreparedEntry::new(&entry).unwrap().record_length() as f64 / count,
        nanoseconds(encode),
        nanoseconds(decode),
    );
}

/// Whether equal names of a batch are one text in memory, as the server keeps them, or a text each.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Names {
    Shared,
    Parsed,
}

/// 1,000 observations of every kind: 10 indicators, 20 areas, 5 periods, two of three sources; some are revised, some
/// are withdrawn. They come in order if `step` is 1.
fn mixed(step: usize, names: Names) -> Event {
    let indicators: Vec<IndicatorId> =
        (0..10).map(|place| format!("indicator-{place}").parse().unwrap()).collect();
    let sources: Vec<SourceId> = (0..3).map(|place| format!("source-{place}").parse().unwrap()).collect();
    let version = |place: usize| {
        let (indicator, area, period) = (place % 10, place / 50 % 20, place / 10 % 5);
        let mut key = ObservationKey {
            indicator: indicators[indicator].clone(),
            area: format!("AA{}", char::from(b'A' + area as u8)).parse().unwrap(),
            source: sources[indicator % 3].clone(),
            period: (2015 + period).to_string().parse().unwrap(),
        };
        if names == Names::Parsed {
            key.indicator = key.indicator.as_str().parse().unwrap();
            key.source = key.source.as_str().parse().unwrap();
        }
        let previous = place.is_multiple_of(4).then(|| Revision::new(1 + place as u64 % 9));
        if place.is_multiple_of(40) {
            let reason = "Counted twice.".parse().unwrap();
            return ObservationVersion::withdrawn(Withdrawal::new(key, reason).unwrap(), previous);
        }
        let value = mixed_value(place);
        let estimated = place.is_multiple_of(7) && !matches!(value, Value::Missing(_));
        let status = estimated.then_some(ObservationStatus::Estimated);
        ObservationVersion::observed(
            Observation::new(key, value, status, Notes::default()).unwrap(),
            previous,
        )
    };
    Event::Observations((0..SIZE).map(|place| version(place * step % SIZE)).collect())
}

fn mixed_value(place: usize) -> Value {
    let levels: [LevelCode; 3] = ["none", "partial", "full"].map(|code| code.parse().unwrap());
    match place % 10 {
        0..5 => Value::Number(Number::try_from(place as f64 * 1.37).unwrap()),
        5 => Value::Flag((place / 10).is_multiple_of(3)),
        6 | 7 => Value::Level(levels[place / 10 % 3].clone()),
        8 => Value::Ratio(Ratio::new(place as f64, 2_000.0).unwrap()),
        _ if (place / 10).is_multiple_of(3) => Value::Missing(MissingReason::NotCollected),
        _ => Value::Number(Number::try_from(place as f64).unwrap()),
    }
}

/// The least time that `work` took: what others do on the machine only adds to it. What `work` makes is dropped after
/// its time was taken.
fn least<T>(mut work: impl FnMut() -> T) -> Duration {
    let once = |_| {
        let start = Instant::now();
        let made = std::hint::black_box(work());
        let taken = start.elapsed();
        drop(made);
        taken
    };
    (0..ROUNDS).map(once).min().unwrap()
}
