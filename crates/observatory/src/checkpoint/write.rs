//! Writing a state down.

use std::io::{Result, Write};

use integer_encoding::VarIntWriter as _;

use super::{VERSION, panel, practices, runs, withdrawn};
use crate::{ledger::Ledger, state::State};

/// Writes a state down.
pub(super) fn state(sink: &mut impl Write, state: &State) -> Result<()> {
    sink.write_all(&[VERSION])?;
    sink.write_varint(state.revision.number())?;
    let published: Vec<u64> = state.shelf.all().map(|(published, _)| published.revision.number()).collect();
    sink.write_varint(published.len() as u64)?;
    for revision in published {
        sink.write_varint(revision)?;
    }
    ledger(sink, &state.ledger)?;
    panel::write(sink, &state.panel)?;
    withdrawn::write(sink, &state.withdrawn)?;
    practices::write(sink, &state.practices.revisions())
}

fn ledger(sink: &mut impl Write, ledger: &Ledger) -> Result<()> {
    sink.write_varint(ledger.len() as u64)?;
    for signature in ledger.iter() {
        sink.write_all(signature.submission.as_bytes())?;
    }
    let moments = ledger.iter().map(|signature| signature.accepted_at.as_micros().cast_unsigned());
    runs::write(sink, runs::steps(moments))?;
    runs::write(sink, ledger.iter().map(|signature| u64::from(signature.stored)))
}
