//! Reading the journal again at the start.

use std::{
    io,
    sync::mpsc::{Receiver, sync_channel},
    thread::{Builder, Scope},
};

use tenseven_store::{Entry, ReadError, Records};

/// Most entries, and observations unless a single entry holds more, that are handed over together.
const TOGETHER_ENTRIES_MAX: usize = 256;
const TOGETHER_OBSERVATIONS_MAX: usize = 2_000;

/// Entries in order; nothing follows an error.
type Decoded = Vec<Result<Entry, ReadError>>;

/// Decodes records on a thread of its own, while those before them are folded.
pub(crate) fn decoded_ahead<'scope>(
    scope: &'scope Scope<'scope, '_>,
    mut records: Records,
) -> io::Result<Receiver<Decoded>> {
    let (sender, decoded) = sync_channel(1);
    let decode = move || {
        loop {
            let together = decode_some(&mut records);
            let is_last = together.last().is_none_or(Result::is_err);
            // The other end is gone if an entry could not be folded.
            if sender.send(together).is_err() || is_last {
                return;
            }
        }
    };
    Builder::new().name("tenseven-replay".to_owned()).spawn_scoped(scope, decode)?;
    Ok(decoded)
}

fn decode_some(records: &mut Records) -> Decoded {
    let (mut together, mut observations) = (Vec::new(), 0);
    while together.len() < TOGETHER_ENTRIES_MAX
        && observations < TOGETHER_OBSERVATIONS_MAX
        && let Some(record) = records.next()
    {
        let entry = record.and_then(|record| record.entry());
        observations += entry.as_ref().map_or(0, |entry| entry.event.versions().len());
        let is_last = entry.is_err();
        together.push(entry);
        if is_last {
            break;
        }
    }
    together
}
