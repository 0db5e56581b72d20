//! What is withdrawn: each key, in order, as the indices of its texts, and the revision that withdrew it.

use std::io::{Read, Result, Write};

use integer_encoding::{VarIntReader as _, VarIntWriter as _};
use tenseven_engine::Panel;
use tenseven_model::{AreaCode, IndicatorId, ObservationKey, Period, Revision, SourceId};
use tenseven_state::observations::Withdrawn;

use super::{
    damaged,
    texts::{Parsed, Texts, Written},
};

/// Writes what is withdrawn.
pub(super) fn write(sink: &mut impl Write, withdrawn: &Withdrawn) -> Result<()> {
    let mut texts = Written::default();
    sink.write_varint(withdrawn.count() as u64)?;
    for (ObservationKey { indicator, area, source, period }, revision) in withdrawn.iter() {
        texts.write(sink, indicator.as_str())?;
        texts.write(sink, &area.to_string())?;
        texts.write(sink, source.as_str())?;
        sink.write_varint(period.code())?;
        sink.write_varint(revision.number())?;
    }
    Ok(())
}

/// Reads the withdrawn observations, which are not in the panel.
pub(super) fn read(reader: &mut impl Read, panel: &Panel) -> Result<Withdrawn> {
    let mut texts = Texts::new();
    let (mut indicators, mut areas) = (Parsed::<IndicatorId>::new(), Parsed::<AreaCode>::new());
    let mut sources = Parsed::<SourceId>::new();
    let mut withdrawn = Withdrawn::default();
    let mut last = None;
    let count: u64 = reader.read_varint()?;
    for _ in 0..count {
        let key = ObservationKey {
            indicator: indicators.read(reader, &mut texts)?,
            area: areas.read(reader, &mut texts)?,
            source: sources.read(reader, &mut texts)?,
            period: Period::from_code(reader.read_varint()?).ok_or_else(|| damaged("a period is none"))?,
        };
        if panel.get(&key).is_some() {
            return Err(damaged("what is withdrawn is observed"));
        }
        if last.as_ref().is_some_and(|last| *last >= key) {
            return Err(damaged("what is withdrawn is not in order"));
        }
        withdrawn.put(key.clone(), Revision::new(reader.read_varint()?));
        last = Some(key);
    }
    Ok(withdrawn)
}
