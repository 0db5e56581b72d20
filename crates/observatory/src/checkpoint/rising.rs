//! Rising revisions: of the entries that hold the newest versions of practices, and of those that changed access. Their contents are
//! read from the journal, as frameworks are.

use std::{
    collections::BTreeSet,
    io::{Read, Result, Write},
};

use integer_encoding::{VarIntReader as _, VarIntWriter as _};
use tenseven_model::Revision;

use super::damaged;

/// Writes revisions, rising.
pub(super) fn write(sink: &mut impl Write, revisions: &BTreeSet<Revision>) -> Result<()> {
    sink.write_varint(revisions.len() as u64)?;
    let mut last = 0;
    for revision in revisions {
        sink.write_varint(revision.number() - last)?;
        last = revision.number();
    }
    Ok(())
}

/// Reads revisions of a state of this revision.
pub(super) fn read(source: &mut impl Read, at: Revision) -> Result<Vec<Revision>> {
    let count: u64 = source.read_varint()?;
    let (mut revisions, mut last) = (Vec::new(), 0_u64);
    for _ in 0..count {
        let step: u64 = source.read_varint()?;
        last = last
            .checked_add(step)
            .filter(|next| *next > last && *next <= at.number())
            .ok_or_else(|| damaged("a revision of a practice or of access is none, or none of before"))?;
        revisions.push(Revision::new(last));
    }
    Ok(revisions)
}
