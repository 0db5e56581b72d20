//! What operators do to a journal while no server runs on it, and with backups.
//!
//! *Invariant:* a journal that is made has its name only once it is whole; until then it lies beside it under the name with
//! `.unfinished` behind, where no server looks for it.

use std::{
    fs::{self, File},
    io,
    path::{Path, PathBuf},
};

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
    Absent(PathBuf),
    /// The directory holds no journal.
    #[error(
        "{0} holds no journal, or one whose file `db` is gone; name another directory, or restore a backup"
    )]
    NoJournal(PathBuf),
    /// What is to be made is there already.
    #[error("{0} is there already and not empty; name a directory that does not exist yet")]
    Occupied(PathBuf),
    /// A new journal would lie within the old one.
    #[error("{0} lies in the journal that is read; name a directory outside of it")]
    Within(PathBuf),
    /// The operating system reports an error.
    #[error("cannot {action} {path}: {source}")]
    Io {
        /// What was tried.
        action: &'static str,
        /// On what.
        path: PathBuf,
        /// What the operating system said.
        #[source]
        source: io::Error,
    },
}

impl Error {
    /// Whether it says that a journal or a backup is damaged.
    pub fn is_damage(&self) -> bool {
        matches!(
            self,
            Self::Open(OpenError::Corrupt(_) | OpenError::Shortened { .. } | OpenError::Damaged { .. })
                | Self::Backup(
                    BackupError::Damaged { .. } | BackupError::Record { .. } | BackupError::Unfinished { .. }
                )
        )
    }
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
    let making = Making::start(data, reader.horizon())?;
    let journal = &making.journal;
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
    let head = journal.append_records(journal.head(), &records)?;
    making.finish()?;
    Ok(head)
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
    check_outside(from, to)?;
    let making = Making::start(to, horizon)?;
    let compacted = upkeep::compact(&source, &making.journal, progress)?;
    making.finish()?;
    Ok(compacted)
}

/// Makes a journal of the present format from one of format 1.
pub fn migrate(from: &Path, to: &Path, progress: Progress<'_>) -> Result<Migrated, Error> {
    check_there(from)?;
    let old = read_format_1(from, JournalOptions::default())?;
    check_outside(from, to)?;
    let making = Making::start(to, Revision::ZERO)?;
    let migrated = upkeep::migrate(&old, &making.journal, progress)?;
    making.finish()?;
    Ok(migrated)
}

fn opened(data: &Path) -> Result<SledJournal, Error> {
    check_there(data)?;
    Ok(SledJournal::open(data, JournalOptions::default())?)
}

/// Succeeds if there is a journal: opening makes what is absent, which nobody who wants to read means.
fn check_there(data: &Path) -> Result<(), Error> {
    let failed = |source| Error::Io { action: "look at", path: data.to_owned(), source };
    match fs::metadata(data) {
        Err(error) if error.kind() == io::ErrorKind::NotFound => Err(Error::Absent(data.to_owned())),
        Err(error) => Err(failed(error)),
        Ok(found) if found.is_dir() => match fs::metadata(data.join("db")) {
            Err(error) if error.kind() == io::ErrorKind::NotFound => Err(Error::NoJournal(data.to_owned())),
            looked => looked.map(drop).map_err(failed),
        },
        Ok(_) => Err(Error::NoJournal(data.to_owned())),
    }
}

fn check_outside(from: &Path, to: &Path) -> Result<(), Error> {
    let resolved = |path: &Path| path.canonicalize().ok();
    let above = to.ancestors().find_map(resolved);
    match (resolved(from), above) {
        (Some(from), Some(above)) if above.starts_with(&from) => Err(Error::Within(to.to_owned())),
        _ => Ok(()),
    }
}

/// A journal that is being made.
struct Making {
    journal: SledJournal,
    unfinished: PathBuf,
    data: PathBuf,
}

impl Making {
    fn start(data: &Path, horizon: Revision) -> Result<Self, Error> {
        let data: PathBuf = data.components().collect();
        match fs::read_dir(&data).map(|mut entries| entries.next().is_none()) {
            Ok(true) => {}
            Err(error) if error.kind() == io::ErrorKind::NotFound => {}
            Ok(false) => return Err(Error::Occupied(data)),
            Err(source) => return Err(Error::Io { action: "look at", path: data, source }),
        }
        let mut name = data.as_os_str().to_owned();
        name.push(".unfinished");
        let unfinished = PathBuf::from(name);
        if unfinished.join("conf").exists() {
            // What an attempt before this one left.
            let removed = fs::remove_dir_all(&unfinished);
            removed.map_err(|source| Error::Io { action: "remove", path: unfinished.clone(), source })?;
        }
        let journal = if horizon == Revision::ZERO {
            SledJournal::open(&unfinished, JournalOptions::default())?
        } else {
            SledJournal::create_compacted(&unfinished, JournalOptions::default(), horizon)?
        };
        Ok(Self { journal, unfinished, data })
    }

    /// Gives the journal its name.
    fn finish(self) -> Result<(), Error> {
        let Self { journal, unfinished, data } = self;
        drop(journal);
        let named = fs::rename(&unfinished, &data);
        named.map_err(|source| Error::Io { action: "rename to its name", path: unfinished, source })?;
        let parent = data.parent().filter(|parent| !parent.as_os_str().is_empty()).unwrap_or(Path::new("."));
        let synced = File::open(parent).and_then(|parent| parent.sync_all());
        synced.map_err(|source| Error::Io { action: "sync", path: parent.to_owned(), source })
    }
}
