//! From observations to columns.

use tenseven_model::{
    AreaCode, ObservationKey, Period, Revision, Value,
    event::{ObservationVersion, VersionBody},
};

use super::{
    kind::{self, reason_number, status_number},
    notes::{Noted, NotesWriter},
    series::{self, Series},
};
use crate::record::{
    column::{ColumnWriter, IndexColumnWriter},
    dictionary::{Dictionary, Term as _},
    texts, wire,
};

/// The observations of the entry of a revision, in columns.
pub(in crate::record) fn pack(
    revision: Revision,
    versions: &[ObservationVersion],
) -> wire::PackedObservations {
    let count = versions.len();
    let (mut keys, mut values) = (Keys::with_capacity(count), Values::with_capacity(count));
    let mut notes = NotesWriter::default();
    let (mut status, mut previous, mut note) =
        (ColumnWriter::default(), ColumnWriter::default(), ColumnWriter::default());
    for (row, version) in versions.iter().enumerate() {
        keys.put(row, version.key());
        match &version.body {
            VersionBody::Observed(observation) => {
                values.put(row, observation.value());
                status.put(row, status_number(observation.status()));
                note.put(row, notes.index_of(observation.notes()).into());
            }
            VersionBody::Withdrawn(withdrawal) => {
                values.put_withdrawn(row);
                status.put(row, 0);
                note.put(row, notes.index(Noted::comment(withdrawal.reason().as_str())).into());
            }
        }
        // What is not before the entry is refused before it gets here.
        let before = |replaced: Revision| revision.number().wrapping_sub(replaced.number());
        previous.put(row, version.previous.map_or(0, before));
    }
    let (texts, notes) = notes.finish();
    let mut packed = wire::PackedObservations {
        // A record has fewer than 2^32 bytes, and an entry fewer observations.
        count: u32::try_from(count).unwrap_or(u32::MAX),
        status: status.finish(count).into(),
        previous: previous.finish(count).into(),
        note: note.finish(count).into(),
        texts: texts.into(),
        notes: notes.into(),
        ..wire::PackedObservations::default()
    };
    keys.finish(count, &mut packed);
    values.finish(count, &mut packed);
    packed
}

/// What observations are of.
struct Keys<'a> {
    indicators: Dictionary<&'a str>,
    areas: Dictionary<&'a AreaCode>,
    sources: Dictionary<&'a str>,
    periods: Dictionary<Period>,
    /// The key of the row before, and the indexes of its area, source and period.
    last: Option<&'a ObservationKey>,
    area: u32,
    source: u32,
    period: u32,
    series: Vec<Series>,
    period_column: IndexColumnWriter,
}

impl<'a> Keys<'a> {
    fn with_capacity(count: usize) -> Self {
        Self {
            indicators: Dictionary::for_rows(count),
            areas: Dictionary::for_rows(count),
            sources: Dictionary::for_rows(count),
            periods: Dictionary::for_rows(count),
            last: None,
            area: 0,
            source: 0,
            period: 0,
            series: Vec::with_capacity(count),
            period_column: IndexColumnWriter::default(),
        }
    }

    #[inline]
    fn put(&mut self, row: usize, key: &'a ObservationKey) {
        // Many batches go area by area, and have one source and one period.
        match self.last {
            Some(last) => {
                if last.area != key.area {
                    self.area = self.areas.index(&key.area);
                }
                if !last.source.as_str().is(key.source.as_str()) {
                    self.source = self.sources.index(key.source.as_str());
                }
                if last.period != key.period {
                    self.period = self.periods.index(key.period);
                }
            }
            None => self.find_indexes(key),
        }
        self.last = Some(key);
        self.series.push([self.indicators.index(key.indicator.as_str()), self.area, self.source]);
        self.period_column.put(row, self.period);
    }

    #[inline(never)]
    fn find_indexes(&mut self, key: &'a ObservationKey) {
        self.area = self.areas.index(&key.area);
        self.source = self.sources.index(key.source.as_str());
        self.period = self.periods.index(key.period);
    }

    fn finish(self, count: usize, packed: &mut wire::PackedObservations) {
        let Self { indicators, areas, sources, periods, series, period_column, .. } = self;
        let listed = series::listed(&series, [indicators.len(), areas.len(), sources.len()]);
        packed.indicators = texts::list(indicators.values()).into();
        packed.areas = areas_list(areas.values()).into();
        packed.sources = texts::list(sources.values()).into();
        let periods: Vec<String> = periods.values().iter().map(Period::to_string).collect();
        packed.periods = texts::list(&periods).into();
        packed.series_count = u32::try_from(listed.count).unwrap_or(u32::MAX);
        let [indicator, area, source, series] = listed.finish(count).map(Into::into);
        (packed.series_indicators, packed.series_areas, packed.series_sources) = (indicator, area, source);
        (packed.series, packed.period) = (series, period_column.finish(count).into());
    }
}

/// As `to_string` of each has it.
fn areas_list(areas: &[&AreaCode]) -> Vec<u8> {
    let mut bytes = Vec::with_capacity(4 * areas.len());
    for area in areas {
        match area {
            AreaCode::Country(country) => texts::push(&mut bytes, &[country.as_str()]),
            AreaCode::Local(country, unit) => {
                texts::push(&mut bytes, &[country.as_str(), "/", unit.as_str()]);
            }
            AreaCode::Group(_) => texts::push(&mut bytes, &[&area.to_string()]),
        }
    }
    bytes
}

/// The values of observations.
#[derive(Default)]
struct Values<'a> {
    kind: ColumnWriter,
    numbers: Vec<u8>,
    flags: ColumnWriter,
    flag_count: usize,
    levels: Dictionary<&'a str>,
    level: ColumnWriter,
    level_count: usize,
    ratios: Vec<u8>,
    missing: ColumnWriter,
    missing_count: usize,
}

impl<'a> Values<'a> {
    fn with_capacity(count: usize) -> Self {
        Self { numbers: Vec::with_capacity(8 * count), ..Self::default() }
    }

    #[inline]
    fn put(&mut self, row: usize, value: &'a Value) {
        match value {
            Value::Number(number) => {
                self.kind.put(row, kind::NUMBER);
                self.numbers.extend_from_slice(&number.bits().to_le_bytes());
            }
            Value::Flag(_) | Value::Level(_) | Value::Ratio(_) | Value::Missing(_) => {
                self.put_other(row, value);
            }
        }
    }

    /// Apart from numbers, as those are by far the most.
    #[inline(never)]
    fn put_other(&mut self, row: usize, value: &'a Value) {
        let kind = match value {
            Value::Number(number) => {
                self.numbers.extend_from_slice(&number.bits().to_le_bytes());
                kind::NUMBER
            }
            Value::Flag(flag) => {
                self.flags.put(self.flag_count, u64::from(*flag));
                self.flag_count += 1;
                kind::FLAG
            }
            Value::Level(level) => {
                self.level.put(self.level_count, u64::from(self.levels.index(level.as_str())));
                self.level_count += 1;
                kind::LEVEL
            }
            Value::Ratio(ratio) => {
                self.ratios.extend_from_slice(&ratio.numerator().to_bits().to_le_bytes());
                self.ratios.extend_from_slice(&ratio.denominator().to_bits().to_le_bytes());
                kind::RATIO
            }
            Value::Missing(reason) => {
                self.missing.put(self.missing_count, reason_number(*reason));
                self.missing_count += 1;
                kind::MISSING
            }
        };
        self.kind.put(row, kind);
    }

    /// A withdrawal has no value.
    fn put_withdrawn(&mut self, row: usize) {
        self.kind.put(row, kind::WITHDRAWN);
    }

    fn finish(self, count: usize, packed: &mut wire::PackedObservations) {
        packed.kind = self.kind.finish(count).into();
        packed.numbers = self.numbers.into();
        packed.flags = self.flags.finish(self.flag_count).into();
        packed.levels = texts::list(self.levels.values()).into();
        packed.level = self.level.finish(self.level_count).into();
        packed.ratios = self.ratios.into();
        packed.missing = self.missing.finish(self.missing_count).into();
    }
}
