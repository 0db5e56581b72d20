//! The steps of an import.

use std::{
    fs,
    path::{Path, PathBuf},
};

use tenseven_model::{History, HistoryId, Lineage, Revision};
use tenseven_store::{
    ChainHash, DiskJournal, Entry, Head, Journal as _, JournalBuilder, JournalOptions, decode_entry,
};

use crate::{
    copy::copy,
    error::{EntryFault, ImportError},
    record::{Converted, convert},
    source::Source,
    witness,
};

/// Entries between two lines of progress.
const PROGRESS_ENTRIES: u64 = 10_000;

/// What was imported.
pub(crate) struct Imported {
    pub(crate) head: Head,
    pub(crate) history: HistoryId,
    pub(crate) horizon: Revision,
}

/// Converts the journal in `old` into a new one in `new`.
pub(crate) fn import(
    old: &Path,
    new: &Path,
    report: &mut dyn FnMut(String),
) -> Result<Imported, ImportError> {
    let next_to = prepare(old, new)?;
    report(format!("copying {}", old.display()));
    let copy = copy(old, &next_to)?;
    let acknowledged = witness::read(&copy.path().join("witness"))?;
    if acknowledged.is_none() {
        report("there is no `witness`: whether the end of the journal is lost cannot be known".to_owned());
    }
    let source = Source::open(copy.path())?;
    let noted = acknowledged.map_or(Revision::ZERO, |noted| noted.revision);
    if source.last < noted {
        return Err(ImportError::Shortened { head: source.last, acknowledged: noted });
    }
    let history = HistoryId::of_version_8(*uuid::Uuid::new_v4().as_bytes());
    let lineage = Lineage::of(vec![History { id: history, after: Revision::ZERO }]).unwrap_or_default();
    let options = JournalOptions::default();
    let mut builder = JournalBuilder::restore(new, &options, source.horizon, lineage)?;
    let mut chain = ChainHash::default();
    for number in 1..=source.last.number() {
        let revision = Revision::new(number);
        let entry = next(&source, revision, &mut chain, acknowledged)?;
        builder.add_entry(&entry)?;
        if number.is_multiple_of(PROGRESS_ENTRIES) || revision == source.last {
            report(format!("{number} of {} entries", source.last));
        }
    }
    let head = builder.finish()?;
    check(new, head)?;
    Ok(Imported { head, history, horizon: source.horizon })
}

/// Makes the directory that `new` is to be in, and returns it.
fn prepare(old: &Path, new: &Path) -> Result<PathBuf, ImportError> {
    let next_to = match new.parent() {
        Some(parent) if !parent.as_os_str().is_empty() => parent,
        _ => Path::new("."),
    };
    let absolute = |path: &Path| path.canonicalize().map_err(ImportError::io("look at", path));
    let whole_old = absolute(old)?;
    // The nearest directory that exists shows whether anything would be made within the old journal.
    let exists = new.ancestors().find(|path| path.exists()).unwrap_or(Path::new("."));
    if absolute(exists)?.starts_with(&whole_old) {
        return Err(ImportError::Inside { new: new.to_owned(), old: old.to_owned() });
    }
    fs::create_dir_all(next_to).map_err(ImportError::io("make", next_to))?;
    Ok(next_to.to_owned())
}

/// The entry of a revision, which has to follow the one with this chain hash.
fn next(
    source: &Source,
    revision: Revision,
    chain: &mut ChainHash,
    acknowledged: Option<Head>,
) -> Result<Entry, ImportError> {
    let failed = |fault| ImportError::Entry { revision, fault };
    let bytes = source.record(revision)?;
    let converted = convert(revision, &bytes).map_err(failed)?;
    let Converted { stamp, record, previous, chain: own, is_compacted } = converted;
    if previous != *chain {
        return Err(failed(EntryFault::Link));
    }
    if is_compacted && revision > source.horizon {
        return Err(failed(EntryFault::Compacted));
    }
    if acknowledged.is_some_and(|noted| noted.revision == revision && noted.chain != own) {
        return Err(failed(EntryFault::Replaced));
    }
    *chain = own;
    decode_entry(stamp, record).map_err(|error| failed(EntryFault::Record(error)))
}

/// Reads all of the new journal once.
fn check(new: &Path, head: Head) -> Result<(), ImportError> {
    let journal = DiskJournal::open_read_only(new, JournalOptions::default(), &mut |_| ())?;
    let mut count = 0;
    for entry in journal.read_after(Revision::ZERO) {
        entry?;
        count += 1;
    }
    if journal.head() == head && count == head.revision.number() {
        return Ok(());
    }
    Err(ImportError::Different)
}
