//! Rows of columns, as plain numbers.

use tenseven_model::{
    LevelCode, Notes, Number, Observation, ObservationKey, Ratio, Revision, Value, Withdrawal,
    event::ObservationVersion,
};

use super::kind::{self, reason, status};
use crate::record::{
    DecodeError, ObservationFault,
    column::{Column, ColumnFault, IndexColumn},
    wire,
};

/// One observation as stored in the columns.
#[derive(Debug, Clone, Copy)]
pub(super) struct Row {
    pub(super) series: u32,
    pub(super) period: u32,
    status: u64,
    value: Written,
    previous: u64,
    /// Counted from 1; 0: none.
    note: u64,
}

#[derive(Debug, Clone, Copy)]
enum Written {
    Number(f64),
    Flag(u64),
    Level(u64),
    Ratio(f64, f64),
    Missing(u64),
    Withdrawn,
}

/// Reads all columns, row by row.
pub(super) struct Rows<'a> {
    series: IndexColumn<'a>,
    period: IndexColumn<'a>,
    status: Column<'a>,
    kind: Column<'a>,
    numbers: &'a [u8],
    flags: Column<'a>,
    level: Column<'a>,
    ratios: &'a [u8],
    missing: Column<'a>,
    previous: Column<'a>,
    note: Column<'a>,
}

/// Names the column of a fault.
pub(super) fn in_column<T>(column: &'static str, found: Result<T, ColumnFault>) -> Result<T, DecodeError> {
    found.map_err(|source| DecodeError::Column { column, source })
}

impl<'a> Rows<'a> {
    pub(super) fn new(packed: &'a wire::PackedObservations) -> Result<Self, DecodeError> {
        Ok(Self {
            series: in_column("series", IndexColumn::new(&packed.series))?,
            period: in_column("periods", IndexColumn::new(&packed.period))?,
            status: in_column("statuses", Column::new(&packed.status))?,
            kind: in_column("kinds", Column::new(&packed.kind))?,
            numbers: &packed.numbers,
            flags: in_column("flags", Column::new(&packed.flags))?,
            level: in_column("levels", Column::new(&packed.level))?,
            ratios: &packed.ratios,
            missing: in_column("missing reasons", Column::new(&packed.missing))?,
            previous: in_column("revisions", Column::new(&packed.previous))?,
            note: in_column("notes", Column::new(&packed.note))?,
        })
    }

    /// The next row. `index` counts from 0.
    pub(super) fn next(&mut self, index: usize) -> Result<Row, DecodeError> {
        Ok(Row {
            series: in_column("series", self.series.next())?,
            period: in_column("periods", self.period.next())?,
            status: in_column("statuses", self.status.next())?,
            value: self.value(index)?,
            previous: in_column("revisions", self.previous.next())?,
            note: in_column("notes", self.note.next())?,
        })
    }

    fn value(&mut self, index: usize) -> Result<Written, DecodeError> {
        Ok(match in_column("kinds", self.kind.next())? {
            kind::NUMBER => Written::Number(in_column("numbers", take_float(&mut self.numbers))?),
            kind::FLAG => Written::Flag(in_column("flags", self.flags.next())?),
            kind::LEVEL => Written::Level(in_column("levels", self.level.next())?),
            kind::RATIO => {
                let mut float = || in_column("ratios", take_float(&mut self.ratios));
                Written::Ratio(float()?, float()?)
            }
            kind::MISSING => Written::Missing(in_column("missing reasons", self.missing.next())?),
            kind::WITHDRAWN => Written::Withdrawn,
            _ => return Err(DecodeError::Observation { index, source: ObservationFault::NoValue }),
        })
    }

    /// Succeeds if no column has more than was read.
    pub(super) fn end(&self) -> Result<(), DecodeError> {
        let columns = [
            ("statuses", &self.status),
            ("kinds", &self.kind),
            ("flags", &self.flags),
            ("levels", &self.level),
            ("missing reasons", &self.missing),
            ("revisions", &self.previous),
            ("notes", &self.note),
        ];
        columns.into_iter().try_for_each(|(name, column)| in_column(name, column.end()))?;
        in_column("series", self.series.end())?;
        in_column("periods", self.period.end())?;
        let empty = |bytes: &[u8]| if bytes.is_empty() { Ok(()) } else { Err(ColumnFault::TooLong) };
        in_column("numbers", empty(self.numbers))?;
        in_column("ratios", empty(self.ratios))
    }
}

fn take_float(rest: &mut &[u8]) -> Result<f64, ColumnFault> {
    let fault = ColumnFault::Length { found: rest.len(), expected: 8 };
    let (bytes, after) = rest.split_first_chunk::<8>().ok_or(fault)?;
    *rest = after;
    Ok(f64::from_le_bytes(*bytes))
}

/// The dictionaries, other than those of keys, that rows refer to.
pub(super) trait Pointed {
    /// The level at a index.
    fn level(&self, index: u64) -> Result<LevelCode, ObservationFault>;
    /// The notes at a index, counted from 0.
    fn notes(&self, index: u64) -> Result<Notes, ObservationFault>;
}

impl Row {
    /// The version that the row stores, in the entry of a revision.
    pub(super) fn version(
        self,
        revision: Revision,
        key: ObservationKey,
        pointed: &impl Pointed,
    ) -> Result<ObservationVersion, ObservationFault> {
        let previous = previous(revision, self.previous)?;
        let value = match self.value {
            Written::Number(number) => Value::Number(Number::try_from(number)?),
            Written::Flag(flag @ 0..=1) => Value::Flag(flag == 1),
            Written::Flag(other) => return Err(ObservationFault::Flag(other)),
            Written::Level(index) => Value::Level(pointed.level(index)?),
            Written::Ratio(numerator, denominator) => Value::Ratio(Ratio::new(numerator, denominator)?),
            Written::Missing(number) => Value::Missing(reason(number)?),
            Written::Withdrawn => {
                return Ok(ObservationVersion::withdrawn(self.withdrawal(key, pointed)?, previous));
            }
        };
        let observation = Observation::new(key, value, Some(status(self.status)?), self.notes(pointed)?)?;
        Ok(ObservationVersion::observed(observation, previous))
    }

    fn withdrawal(self, key: ObservationKey, pointed: &impl Pointed) -> Result<Withdrawal, ObservationFault> {
        let Notes { comment, method, evidence } = self.notes(pointed)?;
        // What is left out has one way of being left out.
        if self.status != 0 || !method.is_empty() || !evidence.is_empty() {
            return Err(ObservationFault::Withdrawn);
        }
        Ok(Withdrawal::new(key, comment.parse()?)?)
    }

    fn notes(self, pointed: &impl Pointed) -> Result<Notes, ObservationFault> {
        self.note.checked_sub(1).map_or(Ok(Notes::default()), |index| pointed.notes(index))
    }
}

fn previous(revision: Revision, before: u64) -> Result<Option<Revision>, ObservationFault> {
    match (before, revision.number().checked_sub(before)) {
        (0, _) => Ok(None),
        (_, Some(number @ 1..)) => Ok(Some(Revision::new(number))),
        _ => Err(ObservationFault::Previous { before, revision }),
    }
}
