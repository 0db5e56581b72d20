//! Making a journal of records that exist: a restore, a compaction, an import.
//!
//! *Invariant:* until [`JournalBuilder::finish`] publishes its manifest the new log is not current. What an attempt leaves that was cut
//! short is removed by the next one, or when the journal is opened.

use std::{
    path::Path,
    sync::{Arc, Mutex, PoisonError},
};

use tenseven_model::{History, HistoryId, Lineage, Revision};

use super::{journal::DiskJournal, locking, open, writer::Writer};
use crate::{
    AppendError, BuildError, Entry, Head, JournalOptions, OpenError, Record,
    file_system::{DirectoryLock, FileSystem, LockMode},
    log::{self, Layout, LogWriter, Manifest, NewLog, Prepared, create_log, failed},
    record::{PreparedEntry, Sealed, seal_all, seal_compacted},
};

/// Bytes of records, and records, that are written with one sync at most.
const COMMIT_BYTES: usize = 8 * 1024 * 1024;
const COMMIT_RECORDS: usize = 4_096;

/// The log that a new one replaces.
#[derive(Debug)]
struct Replaced {
    manifest: Manifest,
    /// Its journal's.
    writer: Arc<Mutex<Option<Writer>>>,
    /// Which of its replacements the new one is.
    rewrite: u64,
}

/// Writes a journal record by record.
#[derive(Debug)]
pub struct JournalBuilder {
    files: Arc<dyn FileSystem>,
    layout: Layout,
    manifest: Manifest,
    replaced: Option<Replaced>,
    writer: LogWriter,
    random: fn() -> [u8; 16],
    head: Head,
    pending: Vec<Sealed>,
    pending_bytes: usize,
    is_finished: bool,
    /// Held while the directory has no other owner.
    _lock: Option<Box<dyn DirectoryLock>>,
}

impl DiskJournal {
    /// Begins a log that is to replace this one, in which versions superseded up to `horizon` may be left out. Finishing it fails
    /// if something was appended that it lacks, or if another one was begun. Once it is finished this journal takes nothing more; it
    /// has to be dropped and opened again.
    pub fn rewrite(&self, horizon: Revision, options: &JournalOptions) -> Result<JournalBuilder, BuildError> {
        let mut writer = self.writer();
        let Some(writer) = writer.as_mut() else { return Err(AppendError::ReadOnly.into()) };
        let rewrite = writer.begin_rewrite()?;
        JournalBuilder::rewrite(self, rewrite, options, horizon)
    }
}

impl JournalBuilder {
    /// Begins a journal in the directory `path`, which may be absent, empty, or a mount point with `lost+found`.
    pub fn restore(
        path: &Path,
        options: &JournalOptions,
        horizon: Revision,
        lineage: Lineage,
    ) -> Result<Self, BuildError> {
        let files = Arc::clone(&options.files);
        log::make_directories(&*files, path)?;
        let lock = locking::lock(&*files, path, LockMode::Exclusive)?;
        let layout = Layout::new(path);
        match log::prepare(&*files, &layout) {
            Ok(Prepared::Empty) => mark(&*files, &layout)?,
            // An earlier attempt, which this one replaces.
            Err(OpenError::Unfinished(_)) => sync_mark(&*files, &layout)?,
            Ok(Prepared::Journal(_)) => return Err(OpenError::NotEmpty(path.to_owned()).into()),
            Err(error) => return Err(error.into()),
        }
        log::sync_name(&*files, path)?;
        let manifest = Manifest { generation: 1 };
        Self::start(options, layout, (manifest, None), NewLog { lineage, horizon }, Some(lock))
    }

    /// Begins a log that is to replace that of `journal`, next to it.
    fn rewrite(
        journal: &DiskJournal,
        rewrite: u64,
        options: &JournalOptions,
        horizon: Revision,
    ) -> Result<Self, BuildError> {
        let manifest = Manifest { generation: journal.generation };
        let next = Manifest { generation: journal.generation + 1 };
        let new = NewLog { lineage: journal.lineage.clone(), horizon };
        let replaced = Replaced { manifest, writer: Arc::clone(&journal.writer), rewrite };
        Self::start(options, journal.layout.clone(), (next, Some(replaced)), new, None)
    }

    fn start(
        options: &JournalOptions,
        layout: Layout,
        (manifest, replaced): (Manifest, Option<Replaced>),
        new: NewLog,
        lock: Option<Box<dyn DirectoryLock>>,
    ) -> Result<Self, BuildError> {
        let files = Arc::clone(&options.files);
        log::remove_leftovers(
            &*files,
            &layout,
            replaced.as_ref().map(|replaced| replaced.manifest.generation),
        );
        let directory = layout.log(manifest.generation);
        files.create_directory(&directory).map_err(|error| failed("make directory", &directory, error))?;
        let writer = create_log(&files, directory, new, options)?;
        Ok(Self {
            files,
            layout,
            manifest,
            replaced,
            writer,
            random: options.random,
            head: Head::default(),
            pending: Vec::new(),
            pending_bytes: 0,
            is_finished: false,
            _lock: lock,
        })
    }

    /// The last record that was added.
    pub fn head(&self) -> Head {
        self.head
    }

    /// The last revision that may be compacted.
    pub fn horizon(&self) -> Revision {
        self.writer.horizon()
    }

    /// Adds a record as it is. It has to follow the one before it.
    pub fn add(&mut self, record: &Record) -> Result<(), BuildError> {
        self.check_next(record.revision())?;
        let chain = record.chain(self.head.chain, self.writer.horizon())?;
        self.push(Sealed::of(record.stamp(), chain, record.body().clone()))
    }

    /// Adds an entry that another journal format holds.
    pub fn add_entry(&mut self, entry: &Entry) -> Result<(), BuildError> {
        self.check_next(entry.revision)?;
        for sealed in seal_all(self.head, &[PreparedEntry::new(entry)?])? {
            self.push(sealed)?;
        }
        Ok(())
    }

    /// Adds what compaction left of the entry of `original`.
    pub fn add_compacted(&mut self, entry: &Entry, original: &Record) -> Result<(), BuildError> {
        self.check_next(entry.revision)?;
        let horizon = self.writer.horizon();
        if entry.revision > horizon {
            return Err(AppendError::BeyondHorizon { revision: entry.revision, horizon }.into());
        }
        let (hash, _) = original.hash()?;
        let sealed = seal_compacted(self.head, entry, hash)?;
        self.push(sealed)
    }

    /// Makes a new history begin after the last record.
    pub fn begin_history(&mut self) -> Result<HistoryId, BuildError> {
        self.commit()?;
        let id = HistoryId::of_version_8((self.random)());
        let mut histories = self.writer.lineage().histories().to_vec();
        histories.retain(|history| history.after <= self.head.revision);
        histories.push(History { id, after: self.head.revision });
        self.writer.begin_history(Lineage::of(histories).unwrap_or_default())?;
        Ok(id)
    }

    /// Publishes the journal, which then may be opened.
    pub fn finish(mut self) -> Result<Head, BuildError> {
        self.commit()?;
        // From here on the new log may be the current one, even if a later step fails.
        self.is_finished = true;
        let publish = || open::publish(&*self.files, &self.layout, self.manifest);
        if let Some(Replaced { manifest, writer, rewrite }) = &self.replaced {
            let mut writer = writer.lock().unwrap_or_else(PoisonError::into_inner);
            let writer = writer.as_mut().ok_or(BuildError::Superseded)?;
            writer.replace(*rewrite, self.head, publish)?;
            // From here on the new log is the current one; what cannot be removed now is removed by the next start.
            let _ = log::remove_log(&*self.files, &self.layout.log(manifest.generation));
        } else {
            publish()?;
        }
        let _ = self.files.remove_file(&self.layout.root.join(Layout::RESTORING));
        Ok(self.head)
    }

    fn check_next(&self, found: Revision) -> Result<(), AppendError> {
        let expected = self.head.revision.next();
        if found == expected {
            return Ok(());
        }
        Err(AppendError::NotContiguous { index: 0, expected, found })
    }

    fn push(&mut self, sealed: Sealed) -> Result<(), BuildError> {
        self.head = sealed.head();
        self.pending_bytes += sealed.record.len();
        self.pending.push(sealed);
        if self.pending_bytes >= COMMIT_BYTES || self.pending.len() >= COMMIT_RECORDS {
            self.commit()?;
        }
        Ok(())
    }

    fn commit(&mut self) -> Result<(), AppendError> {
        self.writer.commit(&self.pending)?;
        self.pending.clear();
        self.pending_bytes = 0;
        Ok(())
    }
}

impl Drop for JournalBuilder {
    fn drop(&mut self) {
        // A log that was to replace another is removed when the journal is opened.
        if self.is_finished || self.replaced.is_some() {
            return;
        }
        // What cannot be removed now is removed by the next attempt.
        let removed = log::remove_log(&*self.files, &self.layout.log(self.manifest.generation));
        // The mark goes last, after a power cut too: a log without it has to have a manifest.
        if removed.is_ok() && sync_mark(&*self.files, &self.layout).is_ok() {
            let _ = self.files.remove_file(&self.layout.root.join(Layout::RESTORING));
        }
    }
}

/// Marks a directory as one that a restore is filling, so that nobody takes it for an empty one.
fn mark(files: &dyn FileSystem, layout: &Layout) -> Result<(), OpenError> {
    let path = layout.root.join(Layout::RESTORING);
    files.create(&path).map_err(|error| failed("make", &path, error))?;
    sync_mark(files, layout)
}

/// Makes durable that there is a mark, before there is a log, or that there is no log any more, before the mark is removed.
fn sync_mark(files: &dyn FileSystem, layout: &Layout) -> Result<(), OpenError> {
    files.sync_directory(&layout.root).map_err(|error| failed("sync", &layout.root, error))
}
