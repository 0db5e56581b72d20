//! Reading a state that was written down.
//!
//! *Invariant:* whatever the bytes, the answer is a state or an error: no panic, and memory in
//! proportion to the bytes.

use std::io::{Read as Source, Result};

use integer_encoding::VarIntReader as _;
use tenseven_model::{Revision, SubmissionId, Timestamp};

use super::{VERSION, damaged, panel, practices, runs, withdrawn};
use crate::{
    ledger::{Ledger, Signature},
    state::State,
};

/// A state without its frameworks and practices, and the revisions that hold those.
pub(super) struct Read {
    pub(super) state: State,
    pub(super) frameworks: Vec<Revision>,
    /// In the order in which they are to be folded.
    pub(super) practices: Vec<Revision>,
}

/// Reads a state.
pub(super) fn state(source: &mut impl Source) -> Result<Read> {
    let mut version = [0];
    source.read_exact(&mut version)?;
    if version != [VERSION] {
        return Err(damaged("it is written in another way than this release writes them"));
    }
    let revision = Revision::new(source.read_varint()?);
    let count: u64 = source.read_varint()?;
    let mut frameworks = Vec::new();
    for _ in 0..count {
        frameworks.push(Revision::new(source.read_varint()?));
    }
    let ledger = ledger(source)?;
    if ledger.len() as u64 != revision.number() {
        return Err(damaged("it has signatures of another number of revisions than it is of"));
    }
    let panel = panel::read(source)?;
    let withdrawn = withdrawn::read(source, &panel)?;
    let practices = practices::read(source, revision)?;
    // Read to its end, so that the store has seen and checked everything.
    let rest = std::io::copy(source, &mut std::io::sink())?;
    if rest > 0 {
        return Err(damaged("something follows its end"));
    }
    Ok(Read { state: State::of(revision, ledger, panel, withdrawn), frameworks, practices })
}

fn ledger(source: &mut impl Source) -> Result<Ledger> {
    let count = usize::try_from(source.read_varint::<u64>()?).unwrap_or(usize::MAX);
    let mut submissions = Vec::new();
    for _ in 0..count {
        let mut id = [0; 16];
        source.read_exact(&mut id)?;
        submissions.push(SubmissionId::from_bytes(id).map_err(|_| damaged("a submission id is none"))?);
    }
    let (mut moments, mut stored) = (Vec::new(), Vec::new());
    runs::read(source, count, &mut moments)?;
    runs::unstep(&mut moments);
    runs::read(source, count, &mut stored)?;
    let mut ledger = Ledger::default();
    for ((submission, moment), stored) in submissions.into_iter().zip(moments).zip(stored) {
        let stored = u32::try_from(stored).map_err(|_| damaged("a count is too large"))?;
        let accepted_at = Timestamp::from_micros(moment.cast_signed());
        ledger.push(Signature { submission, accepted_at, stored });
    }
    Ok(ledger)
}
