//! Encodes a state as a checkpoint.

use std::io::{Result, Write};

use integer_encoding::VarIntWriter as _;
use tenseven_model::Revision;
use tenseven_state::State;

use super::{VERSION, authors, codings, panel, rising, withdrawn};

/// Writes a state down.
pub(super) fn state(sink: &mut impl Write, state: &State) -> Result<()> {
    sink.write_all(&[VERSION])?;
    sink.write_varint(state.stored())?;
    sink.write_varint(state.revision().number())?;
    sink.write_varint(state.accepted_at().map_or(0, |moment| moment.as_micros().cast_unsigned()))?;
    let published: Vec<u64> =
        state.frameworks().all().map(|(version, _)| version.revision.number()).collect();
    let mut retired: Vec<u64> = state.frameworks().retirements().map(Revision::number).collect();
    retired.sort_unstable();
    for revisions in [published, retired] {
        sink.write_varint(revisions.len() as u64)?;
        for revision in revisions {
            sink.write_varint(revision)?;
        }
    }
    panel::write(sink, state.panel())?;
    withdrawn::write(sink, state.withdrawn())?;
    codings::write(sink, state.codings())?;
    rising::write(sink, &state.practices().revisions())?;
    rising::write(sink, state.partners().revisions())?;
    authors::write(sink, state.authors())
}
