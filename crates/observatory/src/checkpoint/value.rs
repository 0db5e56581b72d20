//! Values: their kinds, as a column of numbers, and their contents, as bytes.

use std::io::{Read, Result, Write};

use integer_encoding::{VarIntReader as _, VarIntWriter as _};
use tenseven_model::{LevelCode, MissingReason, NotesFingerprint, Number, Ratio, Value, ValueRef};

use super::{
    damaged,
    texts::{Parsed, Texts, Written},
};

/// The kinds; persisted.
const NUMBER: u64 = 0;
const FLAG: u64 = 1;
const LEVEL: u64 = 2;
const RATIO: u64 = 3;
const MISSING: u64 = 4;

pub(super) fn kind(value: ValueRef<'_>) -> u64 {
    match value {
        ValueRef::Number(_) => NUMBER,
        ValueRef::Flag(_) => FLAG,
        ValueRef::Level(_) => LEVEL,
        ValueRef::Ratio(_) => RATIO,
        ValueRef::Missing(_) => MISSING,
    }
}

pub(super) fn write(sink: &mut impl Write, texts: &mut Written, value: ValueRef<'_>) -> Result<()> {
    match value {
        ValueRef::Number(number) => sink.write_all(&number.bits().to_le_bytes()),
        ValueRef::Flag(flag) => sink.write_all(&[u8::from(flag)]),
        ValueRef::Level(level) => texts.write(sink, level.as_str()),
        ValueRef::Ratio(ratio) => {
            sink.write_all(&ratio.numerator().to_bits().to_le_bytes())?;
            sink.write_all(&ratio.denominator().to_bits().to_le_bytes())
        }
        ValueRef::Missing(reason) => {
            let index = MissingReason::ALL.iter().position(|known| *known == reason);
            sink.write_varint(index.unwrap_or_default() as u64).map(drop)
        }
    }
}

pub(super) fn read(
    source: &mut impl Read,
    kind: u64,
    (texts, levels): (&mut Texts, &mut Parsed<LevelCode>),
) -> Result<Value> {
    let none = || damaged("a value is none");
    Ok(match kind {
        NUMBER => Value::Number(Number::try_from(float(source)?).map_err(|_| none())?),
        FLAG => {
            let mut flag = [0];
            source.read_exact(&mut flag)?;
            Value::Flag(flag != [0])
        }
        LEVEL => Value::Level(levels.read(source, texts)?),
        RATIO => Value::Ratio(Ratio::new(float(source)?, float(source)?).map_err(|_| none())?),
        MISSING => {
            let index = usize::try_from(source.read_varint::<u64>()?).unwrap_or(usize::MAX);
            Value::Missing(MissingReason::ALL.get(index).copied().ok_or_else(none)?)
        }
        _ => return Err(none()),
    })
}

/// Reads the fingerprint of texts.
pub(super) fn read_fingerprint(source: &mut impl Read) -> Result<NotesFingerprint> {
    Ok(NotesFingerprint::from_bits(u64::from_le_bytes(eight(source)?)))
}

fn float(source: &mut impl Read) -> Result<f64> {
    Ok(f64::from_le_bytes(eight(source)?))
}

fn eight(source: &mut impl Read) -> Result<[u8; 8]> {
    let mut bytes = [0; 8];
    source.read_exact(&mut bytes)?;
    Ok(bytes)
}
