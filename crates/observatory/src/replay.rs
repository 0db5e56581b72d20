//! Replays the journal at the start.
//!
//! *Invariant:* an entry whose decoding or folding panics is an error that names its revision: every start would meet it.

use std::{
    panic::{AssertUnwindSafe, catch_unwind},
    sync::mpsc::{Receiver, SyncSender, sync_channel},
    thread::Builder,
};

use tenseven_model::Revision;
use tenseven_state::State;
use tenseven_store::{Entry, Journal, Records};

use crate::{OpenError, accepted::accepted, approximate_size::entry_bytes};

/// Maximum number of entries, observations and bytes in one group, unless a single entry holds more.
const TOGETHER_ENTRIES_MAX: usize = 256;
const TOGETHER_OBSERVATIONS_MAX: usize = 2_000;
const TOGETHER_BYTES_MAX: usize = 256 * 1024;

/// Entries in order; nothing follows an error.
type Decoded = Vec<Result<Entry, OpenError>>;

/// Folds the entries after a state into it. They are decoded on a thread of their own, while those before them are folded.
pub(crate) fn fold_journal(journal: &dyn Journal, state: &mut State) -> Result<(), OpenError> {
    let records = journal.records_after(state.revision());
    let first = state.revision().next();
    let (sender, decoded) = sync_channel(1);
    std::thread::scope(|scope| {
        let decode = move || decode(records, first, &sender);
        let thread = Builder::new().name("tenseven-replay".to_owned());
        thread.spawn_scoped(scope, decode).map_err(OpenError::Thread)?;
        fold_all(state, decoded)
    })
}

fn fold_all(state: &mut State, decoded: Receiver<Decoded>) -> Result<(), OpenError> {
    for entry in decoded.into_iter().flatten() {
        let entry = entry?;
        let fold = || state.fold(accepted(&entry), &entry.event);
        catching(entry.revision, fold)??;
    }
    Ok(())
}

fn decode(mut records: Records, mut next: Revision, sender: &SyncSender<Decoded>) {
    loop {
        let together = decode_some(&mut records, &mut next);
        let is_last = together.last().is_none_or(Result::is_err);
        // The other end is gone if an entry could not be folded.
        if sender.send(together).is_err() || is_last {
            return;
        }
    }
}

fn decode_some(records: &mut Records, next: &mut Revision) -> Decoded {
    let (mut together, mut observations, mut bytes) = (Vec::new(), 0, 0);
    while together.len() < TOGETHER_ENTRIES_MAX
        && observations < TOGETHER_OBSERVATIONS_MAX
        && bytes < TOGETHER_BYTES_MAX
    {
        let read = catching(*next, || Some(records.next()?.and_then(|record| record.entry())));
        let entry = match read {
            Ok(None) => break,
            Ok(Some(entry)) => entry.map_err(OpenError::from),
            Err(panicked) => Err(panicked),
        };
        if let Ok(entry) = &entry {
            match entry.event.versions().len() {
                0 => bytes += entry_bytes(entry),
                count => observations += count,
            }
        }
        *next = next.next();
        let is_last = entry.is_err();
        together.push(entry);
        if is_last {
            break;
        }
    }
    together
}

/// Runs something that every start has to run with an entry. After a panic nothing that it touched is used again.
fn catching<T>(revision: Revision, run: impl FnOnce() -> T) -> Result<T, OpenError> {
    catch_unwind(AssertUnwindSafe(run)).map_err(|_| OpenError::Panicked { revision })
}
