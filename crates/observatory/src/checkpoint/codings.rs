//! Codings, unit after unit: indicator, area, period, and for each round its codings and what closed it.

use std::io::{Read, Result, Write};

use integer_encoding::{VarIntReader as _, VarIntWriter as _};
use tenseven_model::{
    AreaCode, CoderId, IndicatorId, Judgement, LevelCode, MissingReason, Period, Revision, Unit,
};
use tenseven_state::codings::{Codings, History, IndexedCoding, Round};

use super::{
    damaged,
    texts::{Parsed, Texts, Written},
};

/// A level; higher numbers are missing values, by the index of the reason. Persisted.
const LEVEL: u64 = 0;

/// Writes all codings.
pub(super) fn write(sink: &mut impl Write, codings: &Codings) -> Result<()> {
    let mut texts = Written::default();
    sink.write_varint(codings.unit_count() as u64)?;
    for (unit, history) in codings.units(None, None) {
        texts.write(sink, unit.indicator().as_str())?;
        texts.write(sink, &unit.area().to_string())?;
        sink.write_varint(unit.period().code())?;
        sink.write_varint(history.rounds().count() as u64)?;
        for (_, round) in history.rounds() {
            // No entry has revision 0, so 0 encodes an open round.
            sink.write_varint(round.adjudicated.map_or(0, Revision::number))?;
            sink.write_varint(round.all().count() as u64)?;
            for (filed, _) in round.all() {
                write_filed(sink, &mut texts, filed)?;
            }
        }
    }
    Ok(())
}

fn write_filed(sink: &mut impl Write, texts: &mut Written, filed: &IndexedCoding) -> Result<()> {
    let IndexedCoding { coder, revision, judgement } = filed;
    texts.write(sink, coder.as_str())?;
    sink.write_varint(revision.number())?;
    match judgement {
        Judgement::Level(level) => {
            sink.write_varint(LEVEL)?;
            texts.write(sink, level.as_str())
        }
        Judgement::Missing(reason) => {
            let index = MissingReason::ALL.iter().position(|known| known == reason);
            sink.write_varint(LEVEL + 1 + index.unwrap_or_default() as u64).map(drop)
        }
    }
}

/// What is needed from one unit to the next.
struct Reader {
    texts: Texts,
    indicators: Parsed<IndicatorId>,
    areas: Parsed<AreaCode>,
    coders: Parsed<CoderId>,
    levels: Parsed<LevelCode>,
}

/// Reads all codings.
pub(super) fn read(source: &mut impl Read) -> Result<Codings> {
    let mut reader = Reader {
        texts: Texts::new(),
        indicators: Parsed::new(),
        areas: Parsed::new(),
        coders: Parsed::new(),
        levels: Parsed::new(),
    };
    let mut codings = Codings::default();
    let count: u64 = source.read_varint()?;
    for _ in 0..count {
        let unit = reader.unit(source)?;
        let mut rounds = Vec::new();
        let count: u64 = source.read_varint()?;
        for _ in 0..count {
            rounds.push(reader.round(source)?);
        }
        if !codings.put(&unit, History::new(rounds)) {
            return Err(damaged("a unit comes twice"));
        }
    }
    Ok(codings)
}

impl Reader {
    fn unit(&mut self, source: &mut impl Read) -> Result<Unit> {
        let indicator = self.indicators.read(source, &mut self.texts)?;
        let area = self.areas.read(source, &mut self.texts)?;
        let period = Period::from_code(source.read_varint()?).ok_or_else(|| damaged("a period is none"))?;
        Unit::new(indicator, area, period).map_err(|_| damaged("a unit is none"))
    }

    fn round(&mut self, source: &mut impl Read) -> Result<Round> {
        let adjudicated = match source.read_varint()? {
            0 => None,
            revision => Some(Revision::new(revision)),
        };
        let count: u64 = source.read_varint()?;
        let mut filed = Vec::new();
        for _ in 0..count {
            filed.push(self.filed(source)?);
        }
        Ok(Round::new(filed, adjudicated))
    }

    fn filed(&mut self, source: &mut impl Read) -> Result<IndexedCoding> {
        let coder = self.coders.read(source, &mut self.texts)?;
        let revision = Revision::new(source.read_varint()?);
        let judgement = match source.read_varint::<u64>()? {
            LEVEL => Judgement::Level(self.levels.read(source, &mut self.texts)?),
            missing => {
                let index = usize::try_from(missing - LEVEL - 1).unwrap_or(usize::MAX);
                let reason = MissingReason::ALL.get(index).copied();
                Judgement::Missing(reason.ok_or_else(|| damaged("a reason is none"))?)
            }
        };
        Ok(IndexedCoding { coder, revision, judgement })
    }
}
