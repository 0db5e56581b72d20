//! The panel, written column by column: each timeline's periods, sources, revisions and marks, then its values, each followed by
//! the fingerprint of its texts if it has any.

use std::{
    collections::BTreeMap,
    io::{Read, Result, Write},
};

use integer_encoding::{VarIntReader as _, VarIntWriter as _};
use tenseven_engine::{Cell, Panel, Series, Timeline};
use tenseven_model::{
    Alpha3, IndicatorId, LevelCode, LocalUnit, ObservationStatus, Period, Revision, SourceId,
};

use super::{
    damaged, runs,
    texts::{Parsed, Texts, Written},
    value,
};

/// Maximum number of cells of one timeline that are read: there are not that many periods and sources.
const LENGTH_MAX: usize = 1 << 24;
/// Room for cells that is taken before they are read, at most: a count is not to be trusted.
const ROOM_MAX: usize = 4_096;
/// Bits of a mark above the status: whether there are notes, the kind of value.
const NOTED: u64 = 1 << 8;
const KIND_SHIFT: u32 = 9;

/// Writes a panel: indicators and countries in order.
pub(super) fn write(sink: &mut impl Write, panel: &Panel) -> Result<()> {
    let mut texts = Written::default();
    let mut indicators: Vec<&IndicatorId> = panel.indicators().collect();
    indicators.sort_unstable();
    sink.write_varint(indicators.len() as u64)?;
    for indicator in indicators {
        texts.write(sink, indicator.as_str())?;
        sink.write_varint(panel.countries(indicator).count() as u64)?;
        for (country, series) in panel.countries(indicator) {
            texts.write(sink, country.as_str())?;
            sink.write_varint(series.timelines().count() as u64)?;
            for (unit, timeline) in series.timelines() {
                // No local unit has an empty name, so the empty name encodes the country itself.
                texts.write(sink, unit.map_or("", LocalUnit::as_str))?;
                write_timeline(sink, &mut texts, timeline)?;
            }
        }
    }
    Ok(())
}

fn write_timeline(sink: &mut impl Write, texts: &mut Written, timeline: &Timeline) -> Result<()> {
    let cells = || timeline.iter();
    let mut sources: Vec<&SourceId> = Vec::new();
    let mut indices = Vec::with_capacity(timeline.len());
    for (_, sourced) in cells() {
        let known = sources.iter().position(|known| *known == sourced.source);
        indices.push(known.unwrap_or_else(|| {
            sources.push(sourced.source);
            sources.len() - 1
        }) as u64);
    }
    sink.write_varint(timeline.len() as u64)?;
    sink.write_varint(sources.len() as u64)?;
    for source in sources {
        texts.write(sink, source.as_str())?;
    }
    runs::write(sink, runs::steps(cells().map(|(period, _)| u64::from(period.code()))))?;
    runs::write(sink, indices.into_iter())?;
    runs::write(sink, runs::steps(cells().map(|(_, sourced)| sourced.cell.revision.number())))?;
    let mark = |cell: tenseven_engine::CellRef<'_>| {
        let noted = if cell.notes.is_some() { NOTED } else { 0 };
        value::kind(cell.value) << KIND_SHIFT | noted | u64::from(cell.status.letter())
    };
    runs::write(sink, cells().map(|(_, sourced)| mark(sourced.cell)))?;
    for (_, sourced) in cells() {
        value::write(sink, texts, sourced.cell.value)?;
        if let Some(notes) = sourced.cell.notes {
            sink.write_all(&notes.bits().to_le_bytes())?;
        }
    }
    Ok(())
}

/// Reads a panel.
pub(super) fn read(source: &mut impl Read) -> Result<Panel> {
    let mut reader = Reader {
        texts: Texts::new(),
        indicators: Parsed::new(),
        countries: Parsed::new(),
        sources: Parsed::new(),
        levels: Parsed::new(),
        columns: Default::default(),
    };
    let mut panel = Panel::new();
    let indicators: u64 = source.read_varint()?;
    for _ in 0..indicators {
        let indicator = reader.indicators.read(source, &mut reader.texts)?;
        let countries: u64 = source.read_varint()?;
        for _ in 0..countries {
            let country = reader.countries.read(source, &mut reader.texts)?;
            if !panel.put_series(&indicator, country, reader.series(source)?) {
                return Err(damaged("a country comes twice"));
            }
        }
    }
    Ok(panel)
}

/// What is needed from one timeline to the next.
struct Reader {
    texts: Texts,
    indicators: Parsed<IndicatorId>,
    countries: Parsed<Alpha3>,
    sources: Parsed<SourceId>,
    levels: Parsed<LevelCode>,
    /// Periods, sources, revisions, marks.
    columns: [Vec<u64>; 4],
}

impl Reader {
    fn series(&mut self, source: &mut impl Read) -> Result<Series> {
        let (mut own, mut units) = (Timeline::default(), BTreeMap::new());
        let timelines: u64 = source.read_varint()?;
        for _ in 0..timelines {
            let name = self.texts.index(source)?;
            let unit = match self.texts.text(name) {
                "" => None,
                text => Some(text.parse::<LocalUnit>().map_err(|_| damaged("a local unit is none"))?),
            };
            let timeline = self.timeline(source)?;
            match unit {
                None => own = timeline,
                Some(unit) => {
                    units.insert(unit, timeline);
                }
            }
        }
        Ok(Series::new(own, units))
    }

    fn timeline(&mut self, source: &mut impl Read) -> Result<Timeline> {
        let length = usize::try_from(source.read_varint::<u64>()?).unwrap_or(usize::MAX);
        if length > LENGTH_MAX {
            return Err(damaged("a timeline is too long"));
        }
        let count: u64 = source.read_varint()?;
        let mut sources: Vec<SourceId> = Vec::new();
        for _ in 0..count {
            sources.push(self.sources.read(source, &mut self.texts)?);
        }
        let [periods, indices, revisions, marks] = &mut self.columns;
        for column in [&mut *periods, &mut *indices, &mut *revisions, &mut *marks] {
            runs::read(source, length, column)?;
        }
        runs::unstep(periods);
        runs::unstep(revisions);
        let mut timeline = Timeline::with_capacity(length.min(ROOM_MAX));
        for index in 0..length {
            let mark = marks[index];
            let status = ObservationStatus::from_letter((mark & 0xff) as u8);
            let cell = Cell {
                value: value::read(source, mark >> KIND_SHIFT, (&mut self.texts, &mut self.levels))?,
                status: status.ok_or_else(|| damaged("a status is none"))?,
                revision: Revision::new(revisions[index]),
                notes: if mark & NOTED == 0 { None } else { Some(value::read_fingerprint(source)?) },
            };
            let period = u32::try_from(periods[index]).ok().and_then(Period::from_code);
            let period = period.ok_or_else(|| damaged("a period is none"))?;
            let by = usize::try_from(indices[index]).ok().and_then(|index| sources.get(index));
            if !timeline.push(period, by.ok_or_else(|| damaged("a source is not there"))?, cell) {
                return Err(damaged("cells are not in order"));
            }
        }
        Ok(timeline)
    }
}
