//! What operators do to a journal while no server runs on it, and with backups.

use std::path::Path;

use tenseven_model::Revision;
use tenseven_observatory::upkeep::{self, UpkeepError};
pub use tenseven_observatory::upkeep::{Compacted, Migrated, Problem, Verified};
use tenseven_store::{
    AppendError, BackupError, BackupReader, Journal as _, JournalOptions, OpenError, Record, SledJournal,
    read_format_1,
};
pub use tenseven_store::{BackupWriter, ChainHash, Head, Record as BackupRecord};

/// Why upkeep ended before it was done.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// A journal cannot be opened.
    #[error(transparent)]
    Open(#[from] OpenError),
    /// A journal cannot be read or written.
    #[error(transparent)]
    Upkeep(#[from] UpkeepError),
    /// A backup cannot be read or written.
    #[error(transparent)]
    Backup(#[from] BackupError),
    /// A journal cannot be written.
    #[error("the new journal cannot be written: {0}")]
    Append(#[from] AppendError),
    /// A journal cannot be read.
    #[error("the journal cannot be read: {0}")]
    Read(#[from] tenseven_store::ReadError),
    /// There is no journal to read.
    #[error("{0} is not there; name the directory of a journal, or the file of a backup")]
    Absent(String),
    /// What is to be made is there already.
    #[error("{0} holds a journal already; name a directory that does not exist yet")]
    Occupied(String),
}

/// Is told how far the work has come: the last revision that is done, and the last that there is.
pub type Progress<'a> = &'a mut dyn FnMut(Revision, Revision);

/// Bytes of records that are appended together.
const APPENDED_TOGETHER: usize = 8 * 1024 * 1024;
/// Records that are appended together at most.
const RECORDS_TOGETHER: usize = 256;

/// What a backup holds.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct CheckedBackup {
    /// Its last record.
    pub head: Head,
    /// Versions superseded up to here were given up before it was made.
    pub horizon: Revision,
}

/// Checks the journal in a directory.
pub fn verify(data: &Path, progress: Progress<'_>) -> Result<Verified, Error> {
    Ok(upkeep::verify(&opened(data)?, progress)?)
}

/// Checks a backup.
pub fn verify_backup(file: &Path, progress: Progress<'_>) -> Result<CheckedBackup, Error> {
    let mut reader = BackupReader::open(file)?;
    for record in reader.by_ref() {
        let revision = record?.revision;
        progress(revision, revision);
    }
    Ok(CheckedBackup { head: reader.head(), horizon: reader.horizon() })
}

/// Makes a journal from a backup.
pub fn restore(file: &Path, data: &Path, progress: Progress<'_>) -> Result<Head, Error> {
    let mut reader = BackupReader::open(file)?;
    let journal = created(data, reader.horizon())?;
    let (mut records, mut bytes) = (Vec::<Record>::new(), 0);
    for record in reader.by_ref() {
        let record = record?;
        progress(record.revision, record.revision);
        bytes += record.bytes.len();
        records.push(record);
        if bytes >= APPENDED_TOGETHER || records.len() >= RECORDS_TOGETHER {
            journal.append_records(journal.head(), &records)?;
            records.clear();
            bytes = 0;
        }
    }
    Ok(journal.append_records(journal.head(), &records)?)
}

/// Writes a backup of the journal in a directory that no server runs on.
pub fn back_up(data: &Path, file: &Path, progress: Progress<'_>) -> Result<Head, Error> {
    let journal = opened(data)?;
    let mut writer = BackupWriter::open(file, journal.horizon())?;
    let head = journal.head();
    for record in journal.records_after(writer.head().revision) {
        let record = record?;
        writer.add(&record)?;
        progress(record.revision, head.revision);
    }
    Ok(writer.finish()?)
}

/// Makes a journal in which versions that were superseded up to a revision are given up.
pub fn compact(
    from: &Path,
    to: &Path,
    horizon: Revision,
    progress: Progress<'_>,
) -> Result<Compacted, Error> {
    let source = opened(from)?;
    // Asked before anything is made.
    upkeep::check_horizon(&source, horizon)?;
    let target = created(to, horizon)?;
    Ok(upkeep::compact(&source, &target, progress)?)
}

/// Makes a journal of the present format from one of format 1.
pub fn migrate(from: &Path, to: &Path, progress: Progress<'_>) -> Result<Migrated, Error> {
    if !from.exists() {
        return Err(Error::Absent(from.display().to_string()));
    }
    let old = read_format_1(from, JournalOptions::default())?;
    let new = created(to, Revision::ZERO)?;
    Ok(upkeep::migrate(&old, &new, progress)?)
}

fn opened(data: &Path) -> Result<SledJournal, Error> {
    // Opening makes what is absent, which nobody who wants to read means.
    if !data.join("db").exists() {
        return Err(Error::Absent(data.display().to_string()));
    }
    Ok(SledJournal::open(data, JournalOptions::default())?)
}

fn created(data: &Path, horizon: Revision) -> Result<SledJournal, Error> {
    if data.join("db").exists() {
        return Err(Error::Occupied(data.display().to_string()));
    }
    if horizon == Revision::ZERO {
        return Ok(SledJournal::open(data, JournalOptions::default())?);
    }
    Ok(SledJournal::create_compacted(data, JournalOptions::default(), horizon)?)
}
