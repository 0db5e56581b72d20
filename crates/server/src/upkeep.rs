//! What operators do to a journal while no server runs on it, and with backups.
//!
//! *Invariant:* what is read is not changed, and what is made counts only once it is whole.

use std::{
    path::{Path, PathBuf},
    sync::Arc,
};

use tenseven_model::{HistoryId, Lineage, Revision, Timestamp};
use tenseven_observatory::upkeep::{self, UpkeepError};
pub use tenseven_observatory::upkeep::{Compacted, Problem, Verified};
use tenseven_store::{
    BackupError, BackupReader, BuildError, Checkpoints as _, DiskJournal, Journal as _, JournalBuilder,
    JournalOptions, OpenError,
    file_system::{DiskFileSystem, FileSystem},
};
pub use tenseven_store::{BackupHeader, BackupWriter, ChainHash, Head, Record, read_frames};

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
    /// A journal cannot be made.
    #[error("the journal cannot be written: {0}")]
    Build(#[from] BuildError),
    /// A journal cannot be read.
    #[error("the journal cannot be read: {0}")]
    Read(#[from] tenseven_store::ReadError),
    /// Checkpoints cannot be listed.
    #[error(transparent)]
    Checkpoints(#[from] tenseven_store::CheckpointError),
    /// A backup does not begin where the one before it ends.
    #[error(
        "backup {path} begins after {after}, but the one before it ends at {head}; name a full backup first, then those that were made since it, in order"
    )]
    NotContinued {
        /// The backup.
        path: PathBuf,
        /// Where it begins.
        after: Head,
        /// Where the one before it ends.
        head: Head,
    },
    /// The backup that a new one is to follow is of another history.
    #[error(
        "the journal has another history than the earlier backup, which ends at {after}; make a full backup, without --since"
    )]
    OtherHistory {
        /// Where the earlier backup ends.
        after: Head,
    },
    /// A restore to a revision or time that the backups do not reach, or that was given up.
    #[error("{0}")]
    Target(String),
}

impl Error {
    /// Whether it reports that a journal or a backup is damaged.
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

/// Is called with how far the work is: the last revision that is done, and the last that there is.
pub type Progress<'a> = &'a mut dyn FnMut(Revision, Revision);

/// What a journal is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct JournalStatus {
    /// Its last entry.
    pub head: Head,
    /// Its histories.
    pub lineage: Lineage,
    /// The oldest revision that can be requested.
    pub oldest: Revision,
    /// Revisions that have a checkpoint, oldest first.
    pub checkpoints: Vec<Revision>,
    /// Bytes on the disk.
    pub disk_bytes: u64,
    /// When the last entry was accepted.
    pub last_accepted_at: Option<Timestamp>,
}

/// What a backup holds.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CheckedBackup {
    /// Its last record.
    pub head: Head,
    /// What the backup states about itself.
    pub header: BackupHeader,
}

/// Where a restore ends.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Target {
    /// At the end of the last backup.
    End,
    /// At this revision.
    Revision(Revision),
    /// At the last revision accepted at or before this time.
    Time(Timestamp),
}

/// A journal that was made from backups.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Restored {
    /// Its last entry.
    pub head: Head,
    /// The history that begins after that.
    pub history: HistoryId,
}

/// The files that backups are written to.
pub fn files() -> Arc<dyn FileSystem> {
    Arc::new(DiskFileSystem)
}

/// Checks the journal in a directory. Changes nothing.
pub fn verify(data: &Path, progress: Progress<'_>) -> Result<Verified, Error> {
    Ok(upkeep::verify(&opened(data)?, progress)?)
}

/// What a journal is, without reading what its entries hold. Changes nothing.
pub fn status(data: &Path) -> Result<JournalStatus, Error> {
    let journal = opened(data)?;
    let head = journal.head();
    let last_accepted_at =
        if head.revision == Revision::ZERO { None } else { Some(journal.stamp(head.revision)?.committed_at) };
    Ok(JournalStatus {
        head,
        lineage: journal.lineage(),
        oldest: journal.horizon().max(Revision::new(1)),
        checkpoints: journal.checkpoints()?.iter().map(|info| info.head.revision).collect(),
        disk_bytes: journal.disk_bytes().unwrap_or_default(),
        last_accepted_at,
    })
}

/// Checks a backup.
pub fn verify_backup(file: &Path, progress: Progress<'_>) -> Result<CheckedBackup, Error> {
    let mut reader = BackupReader::open(&*files(), file)?;
    for record in reader.by_ref() {
        let revision = record?.revision();
        progress(revision, revision);
    }
    Ok(CheckedBackup { head: reader.head(), header: reader.header().clone() })
}

/// Makes a journal from a full backup and those that were made since it, in order.
pub fn restore(
    backups: &[PathBuf],
    data: &Path,
    target: Target,
    progress: Progress<'_>,
) -> Result<Restored, Error> {
    let Some(last) = backups.last() else { return Err(Error::Target("name a backup".to_owned())) };
    // The last one knows all histories, and how far the journal was compacted.
    let header = BackupReader::open(&*files(), last)?.header().clone();
    for backup in backups {
        let horizon = BackupReader::open(&*files(), backup)?.header().horizon;
        if horizon != header.horizon {
            return Err(Error::Target(format!(
                "the journal was compacted between these backups: {} goes back to revision {horizon}, {} to {}; restore from backups made after the compaction",
                backup.display(),
                last.display(),
                header.horizon
            )));
        }
    }
    let options = JournalOptions::default();
    let mut builder = JournalBuilder::restore(data, &options, header.horizon, header.lineage)?;
    for backup in backups {
        let mut reader = BackupReader::open(&*files(), backup)?;
        let (after, head) = (reader.header().after, builder.head());
        if after != head && !is_reached(target, &head, None) {
            return Err(Error::NotContinued { path: backup.clone(), after, head });
        }
        for record in reader.by_ref() {
            let record = record?;
            if is_reached(target, &builder.head(), Some(&record)) {
                break;
            }
            builder.add(&record)?;
            progress(record.revision(), record.revision());
        }
    }
    let head = builder.head();
    check_target(target, head, builder.horizon())?;
    let history = builder.begin_history()?;
    builder.finish()?;
    Ok(Restored { head, history })
}

/// Whether a restore has everything that it is to have, before the next record.
fn is_reached(target: Target, head: &Head, next: Option<&Record>) -> bool {
    match target {
        Target::End => false,
        Target::Revision(revision) => head.revision >= revision,
        Target::Time(time) => next.is_some_and(|next| next.stamp().committed_at > time),
    }
}

/// Succeeds if a restore got where it was to get.
fn check_target(target: Target, head: Head, horizon: Revision) -> Result<(), Error> {
    if let Target::Revision(revision) = target
        && head.revision < revision
    {
        return Err(Error::Target(format!(
            "the backups end at revision {}, before revision {revision}; name a revision that they have",
            head.revision
        )));
    }
    if head.revision < horizon {
        return Err(Error::Target(format!(
            "versions before revision {horizon} were given up by a compaction, so that a journal cannot end at revision {}; name a later moment",
            head.revision
        )));
    }
    if head.revision == Revision::ZERO {
        return Err(Error::Target("the backups hold nothing up to then; name a later moment".to_owned()));
    }
    Ok(())
}

/// Writes a backup of the journal in a directory that no server runs on, of what came after another backup if that is given.
/// Changes nothing in the directory.
pub fn back_up(
    data: &Path,
    file: &Path,
    since: Option<&Path>,
    progress: Progress<'_>,
) -> Result<Head, Error> {
    let after = since.map(end_of).transpose()?.unwrap_or_default();
    let journal = opened(data)?;
    if !holds(&journal, after)? {
        return Err(Error::OtherHistory { after });
    }
    let header = BackupHeader { horizon: journal.horizon(), after, lineage: journal.lineage() };
    let mut writer = BackupWriter::open(files(), file, header)?;
    let head = journal.head();
    for record in journal.records_after(writer.head().revision) {
        let record = record?;
        writer.add(&record)?;
        progress(record.revision(), head.revision);
    }
    Ok(writer.finish()?)
}

/// Whether a journal went through an entry.
fn holds(journal: &DiskJournal, at: Head) -> Result<bool, Error> {
    if at.revision == Revision::ZERO || at.revision > journal.head().revision {
        return Ok(at == Head::default());
    }
    Ok(journal.record(at.revision)?.has_chain(at.chain))
}

/// Where a backup ends. All of it is read, so that nothing is added to one that is damaged.
pub fn end_of(backup: &Path) -> Result<Head, Error> {
    Ok(verify_backup(backup, &mut |_, _| ())?.head)
}

/// Replaces the log of a journal by one in which versions that were superseded up to a revision are given up.
pub fn compact(data: &Path, horizon: Revision, progress: Progress<'_>) -> Result<Compacted, Error> {
    if !data.join("journal").exists() {
        return Err(OpenError::Absent(data.to_owned()).into());
    }
    let options = JournalOptions::default();
    let journal = DiskJournal::open(data, options.clone())?;
    upkeep::check_horizon(&journal, horizon)?;
    let mut log = journal.rewrite(horizon, &options)?;
    let compacted = upkeep::compact(&journal, &mut log, progress)?;
    log.finish()?;
    Ok(compacted)
}

fn opened(data: &Path) -> Result<DiskJournal, Error> {
    Ok(DiskJournal::open_read_only(data, JournalOptions::default(), &mut |_| ())?)
}
