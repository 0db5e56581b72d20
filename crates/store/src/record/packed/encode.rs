//! From observations to columns.

use tenseven_model::{AreaCode, IndicatorId, LevelCode, ObservationKey, Period, Revision, SourceId, Value};

use super::{
    kind::{self, reason_number, status_number},
    notes::{Noted, NotesWriter},
    series::{self, Listed, Series},
};
use crate::{
    Said, Versioned,
    record::{
        column::{ColumnWriter, PlacesWriter},
        dictionary::Dictionary,
        texts, wire,
    },
};

/// The observations of the entry of a revision, in columns.
pub(in crate::record) fn pack(revision: Revision, versions: &[Versioned]) -> wire::PackedObservations {
    let mut keys = Keys::with_capacity(versions.len());
    let mut values = Values::default();
    let mut notes = NotesWriter::default();
    let (mut status, mut previous, mut note) =
        (ColumnWriter::default(), ColumnWriter::default(), ColumnWriter::default());
    values.numbers.reserve(8 * versions.len());
    for version in versions {
        let Versioned { said, previous: replaced } = version;
        keys.push(version.key());
        let texts = match said {
            Said::Observed(observation) => {
                values.push(observation.value());
                status.push(status_number(observation.status()));
                Noted::from(observation.notes())
            }
            Said::Withdrawn(withdrawal) => {
                values.push_withdrawn();
                status.push(0);
                Noted::comment(withdrawal.reason().as_str())
            }
        };
        note.push(u64::from(notes.place(texts)));
        // What is not before the entry is refused before it gets here.
        previous.push(replaced.map_or(0, |replaced| revision.number().wrapping_sub(replaced.number())));
    }
    let (texts, notes) = notes.finish();
    let mut packed = wire::PackedObservations {
        // A record has fewer than 2^32 bytes, and an entry fewer observations.
        count: u32::try_from(versions.len()).unwrap_or(u32::MAX),
        status: status.finish().into(),
        previous: previous.finish().into(),
        note: note.finish().into(),
        texts: texts.into(),
        notes: notes.into(),
        ..wire::PackedObservations::default()
    };
    keys.finish(&mut packed);
    values.finish(&mut packed);
    packed
}

/// What observations are of.
struct Keys<'a> {
    indicators: Dictionary<&'a IndicatorId>,
    areas: Dictionary<&'a AreaCode>,
    sources: Dictionary<&'a SourceId>,
    periods: Dictionary<Period>,
    series: Vec<Series>,
    period: PlacesWriter,
}

impl<'a> Keys<'a> {
    fn with_capacity(count: usize) -> Self {
        Self {
            indicators: Dictionary::default(),
            areas: Dictionary::default(),
            sources: Dictionary::default(),
            periods: Dictionary::default(),
            series: Vec::with_capacity(count),
            period: PlacesWriter::default(),
        }
    }

    fn push(&mut self, key: &'a ObservationKey) {
        let ObservationKey { indicator, area, source, period } = key;
        let places = [self.indicators.place(indicator), self.areas.place(area), self.sources.place(source)];
        self.series.push(places);
        self.period.push(self.periods.place(*period));
    }

    fn finish(self, packed: &mut wire::PackedObservations) {
        let Self { indicators, areas, sources, periods, series, period } = self;
        let Listed { distinct, rows } =
            series::listed(&series, [indicators.len(), areas.len(), sources.len()]);
        packed.indicators = listed(&indicators, |bytes, id| texts::push(bytes, id.as_str())).into();
        packed.areas = listed(&areas, |bytes, area| texts::push(bytes, &area.to_string())).into();
        packed.sources = listed(&sources, |bytes, id| texts::push(bytes, id.as_str())).into();
        packed.periods = listed(&periods, |bytes, period| texts::push(bytes, &period.to_string())).into();
        let column = |part: usize| {
            let mut column = PlacesWriter::default();
            for series in &distinct {
                column.push(series[part]);
            }
            column.finish().into()
        };
        packed.series_count = u32::try_from(distinct.len()).unwrap_or(u32::MAX);
        (packed.series_indicators, packed.series_areas, packed.series_sources) =
            (column(0), column(1), column(2));
        (packed.series, packed.period) = (rows.finish().into(), period.finish().into());
    }
}

/// What observations say.
#[derive(Default)]
struct Values<'a> {
    kind: ColumnWriter,
    numbers: Vec<u8>,
    flags: ColumnWriter,
    levels: Dictionary<&'a LevelCode>,
    level: ColumnWriter,
    ratios: Vec<u8>,
    missing: ColumnWriter,
}

impl<'a> Values<'a> {
    fn push(&mut self, value: &'a Value) {
        self.kind.push(match value {
            Value::Number(number) => {
                self.numbers.extend_from_slice(&number.get().to_bits().to_le_bytes());
                kind::NUMBER
            }
            Value::Flag(flag) => {
                self.flags.push(u64::from(*flag));
                kind::FLAG
            }
            Value::Level(level) => {
                self.level.push(u64::from(self.levels.place(level)));
                kind::LEVEL
            }
            Value::Ratio(ratio) => {
                self.ratios.extend_from_slice(&ratio.numerator().to_bits().to_le_bytes());
                self.ratios.extend_from_slice(&ratio.denominator().to_bits().to_le_bytes());
                kind::RATIO
            }
            Value::Missing(reason) => {
                self.missing.push(reason_number(*reason));
                kind::MISSING
            }
        });
    }

    /// A withdrawal has no value.
    fn push_withdrawn(&mut self) {
        self.kind.push(kind::WITHDRAWN);
    }

    fn finish(self, packed: &mut wire::PackedObservations) {
        let Self { kind, numbers, flags, levels, level, ratios, missing } = self;
        packed.kind = kind.finish().into();
        packed.numbers = numbers.into();
        packed.flags = flags.finish().into();
        packed.levels = listed(&levels, |bytes, level| texts::push(bytes, level.as_str())).into();
        packed.level = level.finish().into();
        packed.ratios = ratios.into();
        packed.missing = missing.finish().into();
    }
}

fn listed<K: std::hash::Hash + Eq + Clone>(
    dictionary: &Dictionary<K>,
    push: impl Fn(&mut Vec<u8>, &K),
) -> Vec<u8> {
    let mut bytes = Vec::new();
    dictionary.values().iter().for_each(|value| push(&mut bytes, value));
    bytes
}
