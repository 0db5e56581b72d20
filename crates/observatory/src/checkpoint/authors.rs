//! Authors: the runs of revisions with one author, each as the step from the one before and the index of its author's id.

use std::io::{Read, Result, Write};

use integer_encoding::{VarIntReader as _, VarIntWriter as _};
use tenseven_model::{PartnerId, Revision};
use tenseven_state::access::Authors;

use super::{
    damaged,
    texts::{Parsed, Texts, Written},
};

/// Writes authors.
pub(super) fn write(sink: &mut impl Write, authors: &Authors) -> Result<()> {
    let (mut texts, mut last) = (Written::default(), 0);
    sink.write_varint(authors.runs().count() as u64)?;
    for (first, author) in authors.runs() {
        sink.write_varint(first.number() - last)?;
        last = first.number();
        sink.write_all(&[u8::from(author.is_some())])?;
        if let Some(author) = author {
            texts.write(sink, author.as_str())?;
        }
    }
    Ok(())
}

/// Reads authors of revisions up to one.
pub(super) fn read(source: &mut impl Read, up_to: Revision) -> Result<Authors> {
    let (mut texts, mut ids) = (Texts::new(), Parsed::<PartnerId>::new());
    let count: u64 = source.read_varint()?;
    let (mut runs, mut last, mut before) = (Vec::new(), 0_u64, None);
    for _ in 0..count {
        let step: u64 = source.read_varint()?;
        last = last
            .checked_add(step)
            .filter(|next| *next > last && *next <= up_to.number())
            .ok_or_else(|| damaged("a revision of an author is none, or none of before"))?;
        let mut has_author = [0];
        source.read_exact(&mut has_author)?;
        let author = match has_author {
            [0] => None,
            [1] => Some(ids.read(source, &mut texts)?),
            _ => return Err(damaged("an author is neither there nor missing")),
        };
        if author == before {
            return Err(damaged("two runs in a row have one author"));
        }
        before.clone_from(&author);
        runs.push((Revision::new(last), author));
    }
    Ok(Authors::of_runs(runs))
}
