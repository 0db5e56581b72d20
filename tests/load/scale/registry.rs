//! The registry that is measured: 200 countries, 100 years, and as many indicators as it takes.

use std::{fmt::Write as _, path::Path};

use tenseven_catalog::Catalog;
use tenseven_model::{
    ContentDigest, Notes, Number, Observation, ObservationKey, Revision, SubmissionId, Timestamp, Value,
    event::{ChangeCounts, Event, FrameworkSource, ObservationVersion},
};
use tenseven_store::{DiskJournal, Entry, Journal, JournalOptions};

const COUNTRIES: usize = 200;
const YEARS: usize = 100;
const FIRST_YEAR: usize = 1921;
/// Countries in one batch, so that a batch has a thousand observations.
const COUNTRIES_TOGETHER: usize = 10;
/// One batch in this number is sent again with other values.
const REVISED_EVERY: usize = 20;
/// Entries that are appended together.
const APPENDED_TOGETHER: usize = 16;
/// Indicators under one domain.
const DOMAIN_SIZE: usize = 25;

/// Entries of one observation that are appended together.
const SINGLES_TOGETHER: usize = 64;

/// What was made.
pub(crate) struct Made {
    /// Observations that are current.
    pub(crate) keys: usize,
    /// Versions of observations.
    pub(crate) versions: usize,
    /// The last revision.
    pub(crate) head: u64,
}

impl Made {
    /// What [`make`] makes.
    pub(crate) fn of(millions: usize) -> Self {
        let batches = indicators_of(millions) * COUNTRIES / COUNTRIES_TOGETHER;
        let revised = batches.div_ceil(REVISED_EVERY);
        let size = COUNTRIES_TOGETHER * YEARS;
        Self {
            keys: batches * size,
            versions: (batches + revised) * size,
            head: (1 + batches + revised) as u64,
        }
    }
}

fn indicators_of(millions: usize) -> usize {
    millions * 1_000_000 / (COUNTRIES * YEARS)
}

/// The framework's id.
pub(crate) const FRAMEWORK: &str = "scale";

/// Makes a journal with this number of million observations, and a twentieth of them revised.
pub(crate) fn make(path: &Path, millions: usize) -> DiskJournal {
    let journal = DiskJournal::open(path, JournalOptions::default()).expect("a journal");
    let indicators = indicators_of(millions);
    let mut writer =
        Writer { journal: &journal, pending: Vec::new(), revision: 0, together: APPENDED_TOGETHER };
    writer.push(Event::Framework(FrameworkSource { text: framework(indicators) }));
    for batch in 0..indicators * COUNTRIES / COUNTRIES_TOGETHER {
        writer.push(Event::Observations(observations(batch, 0.0, None)));
        let first = writer.revision;
        if batch % REVISED_EVERY == 0 {
            let previous = Some(Revision::new(first));
            writer.push(Event::Observations(observations(batch, 0.5, previous)));
        }
    }
    writer.flush();
    assert_eq!(journal.head().revision.number(), Made::of(millions).head, "the journal has other revisions");
    journal
}

/// Makes a journal with this number of revisions of one observation each.
pub(crate) fn make_singles(path: &Path, count: usize) -> DiskJournal {
    let journal = DiskJournal::open(path, JournalOptions::default()).expect("a journal");
    let mut writer =
        Writer { journal: &journal, pending: Vec::new(), revision: 0, together: SINGLES_TOGETHER };
    let size = COUNTRIES_TOGETHER * YEARS;
    for batch in 0..count.div_ceil(size) {
        for version in observations(batch, 0.0, None).into_iter().take(count - batch * size) {
            writer.push(Event::Observations(vec![version]));
        }
    }
    writer.flush();
    journal
}

struct Writer<'a> {
    journal: &'a DiskJournal,
    pending: Vec<Entry>,
    revision: u64,
    /// Entries that are appended together.
    together: usize,
}

impl Writer<'_> {
    fn push(&mut self, event: Event) {
        self.revision += 1;
        let stored = event.versions().len();
        let mut id = [7; 16];
        id[..8].copy_from_slice(&self.revision.wrapping_mul(0x9e37_79b9_7f4a_7c15).to_be_bytes());
        self.pending.push(Entry {
            revision: Revision::new(self.revision),
            committed_at: Timestamp::from_micros(
                1_700_000_000_000_000 + i64::try_from(self.revision).expect("small") * 1_234_567,
            ),
            submission: SubmissionId::from_bytes(id).expect("not nil"),
            author: None,
            digest: ContentDigest([5; 16]),
            outcome: ChangeCounts { new: u32::try_from(stored).expect("small"), ..ChangeCounts::default() },
            event,
        });
        if self.pending.len() >= self.together {
            self.flush();
        }
    }

    fn flush(&mut self) {
        self.journal.append(self.journal.head().revision, &self.pending).expect("an append");
        self.pending.clear();
    }
}

/// The key of an observation: an indicator in a country and a year, by their places.
pub(crate) fn key(indicator: usize, country: usize, year: usize) -> ObservationKey {
    let areas = Catalog::bundled().areas();
    let country = areas.iter().nth(country).expect("there are enough countries").alpha3;
    ObservationKey {
        indicator: format!("indicator-{indicator}").parse().expect("an id"),
        area: country.into(),
        source: "national-statistics".parse().expect("an id"),
        period: (FIRST_YEAR + year).to_string().parse().expect("a year"),
    }
}

fn observations(batch: usize, change: f64, previous: Option<Revision>) -> Vec<ObservationVersion> {
    let (indicator, part) =
        (batch * COUNTRIES_TOGETHER / COUNTRIES, batch % (COUNTRIES / COUNTRIES_TOGETHER));
    let mut versions = Vec::with_capacity(COUNTRIES_TOGETHER * YEARS);
    for country in 0..COUNTRIES_TOGETHER {
        let first = key(indicator, part * COUNTRIES_TOGETHER + country, 0);
        for year in 0..YEARS {
            let period = (FIRST_YEAR + year).to_string().parse().expect("a year");
            let key = ObservationKey { period, ..first.clone() };
            // Figures without a pattern that a compression could find.
            let mixed = ((batch * 1_009 + country * 101 + year) as f64 * 0.618_033_988_749_895).fract();
            let value = Value::Number(Number::try_from(mixed * 99.0 + change).expect("finite"));
            let observation = Observation::new(key, value, None, Notes::default()).expect("an observation");
            versions.push(ObservationVersion::observed(observation, previous));
        }
    }
    versions
}

fn framework(indicators: usize) -> String {
    let mut text = format!(
        "id = \"{FRAMEWORK}\"\nversion = \"1.0.0\"\ntitle = \"To measure\"\nreference = \"all\"\n\n\
         [[nodes]]\nid = \"overall\"\nname = \"Overall\"\n\
         normalise = {{ method = \"goalposts\", lower = 0, upper = 100, reason = \"to measure\" }}\n"
    );
    for domain in 0..indicators.div_ceil(DOMAIN_SIZE) {
        let _ = write!(
            text,
            "\n[[nodes]]\nid = \"domain-{domain}\"\nname = \"Domain {domain}\"\nparent = \"overall\"\n"
        );
    }
    for indicator in 0..indicators {
        let domain = indicator / DOMAIN_SIZE;
        let _ = write!(
            text,
            "\n[[indicators]]\nid = \"indicator-{indicator}\"\nname = \"Indicator {indicator}\"\n\
             kind = \"number\"\nparent = \"domain-{domain}\"\n"
        );
    }
    text
}
