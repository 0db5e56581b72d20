//! Decodes a state from a checkpoint.
//!
//! *Invariant:* any bytes result in a state or an error: no panic, and memory in
//! proportion to the bytes.

use std::io::{Read as Source, Result};

use integer_encoding::VarIntReader as _;
use tenseven_model::{Revision, Timestamp};
use tenseven_state::{Checkpointed, State};

use super::{VERSION, authors, codings, damaged, panel, rising, withdrawn};

/// A state without its frameworks, their retirements and practices, and the revisions that hold those.
pub(super) struct Read {
    pub(super) state: State,
    pub(super) frameworks: Vec<Revision>,
    pub(super) retirements: Vec<Revision>,
    /// In the order in which they are to be folded.
    pub(super) practices: Vec<Revision>,
    /// Changes of access, in the order in which they are to be folded.
    pub(super) access: Vec<Revision>,
}

/// Reads a state.
pub(super) fn state(source: &mut impl Source) -> Result<Read> {
    let stored = stored(source)?;
    let revision = Revision::new(source.read_varint()?);
    let moment = Timestamp::from_micros(source.read_varint::<u64>()?.cast_signed());
    let (frameworks, retirements) = (revisions(source)?, revisions(source)?);
    let panel = panel::read(source)?;
    let withdrawn = withdrawn::read(source, &panel)?;
    let codings = codings::read(source)?;
    let (practices, access) = (rising::read(source, revision)?, rising::read(source, revision)?);
    let authors = authors::read(source, revision)?;
    // Read to its end, so that the store has seen and checked everything.
    let rest = std::io::copy(source, &mut std::io::sink())?;
    if rest > 0 {
        return Err(damaged("something follows its end"));
    }
    let accepted_at = (revision != Revision::ZERO).then_some(moment);
    let state = State::of_checkpoint(Checkpointed {
        revision,
        accepted_at,
        stored,
        panel,
        withdrawn,
        codings,
        authors,
    });
    Ok(Read { state, frameworks, retirements, practices, access })
}

fn revisions(source: &mut impl Source) -> Result<Vec<Revision>> {
    let count: u64 = source.read_varint()?;
    let mut revisions = Vec::new();
    for _ in 0..count {
        revisions.push(Revision::new(source.read_varint()?));
    }
    Ok(revisions)
}

/// Reads the beginning: how many versions of observations, and codings, were stored up to the checkpoint.
pub(super) fn stored(source: &mut impl Source) -> Result<u64> {
    let mut version = [0];
    source.read_exact(&mut version)?;
    if version != [VERSION] {
        return Err(damaged("it is written in another way than this release writes them"));
    }
    source.read_varint()
}
