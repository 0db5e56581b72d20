//! Opening a journal on disk.
//!
//! *Invariant:* until the journal is known to be sound nothing is changed, and the lock is held from the first look to the end. Opening
//! for reading changes nothing at all.

use std::{
    path::Path,
    sync::{Arc, Mutex, RwLock, atomic::AtomicBool},
};

use tenseven_model::{History, HistoryId, Lineage, Revision};

use super::{
    acknowledged::{Acknowledged, Noted},
    filling::index,
    journal::DiskJournal,
    locking::lock,
    owner_file::OwnerFile,
    writer::Writer,
};
use crate::{
    AppendError, JournalOptions, OpenError,
    checkpoint::CheckpointFiles,
    file_system::{Access, FileSystem, LockMode, is_no_room, read_exact_at},
    log::{
        self, Layout, LogWriter, Manifest, NewLog, Prepared, Progress, Recovered, create_log, failed, recover,
    },
};

impl DiskJournal {
    /// Opens the journal in the directory `path`, or makes it there, with access for this user only.
    #[expect(clippy::needless_pass_by_value, reason = "options are made where they are passed")]
    pub fn open(path: impl AsRef<Path>, options: JournalOptions) -> Result<Self, OpenError> {
        open(path.as_ref(), &options, &mut |_| ())
    }

    /// Opens as [`Self::open`] does, and reports how far the log is read: that takes a while where the index has to be made again.
    #[expect(clippy::needless_pass_by_value, reason = "options are made where they are passed")]
    pub fn open_with_progress(
        path: impl AsRef<Path>,
        options: JournalOptions,
        progress: Progress<'_>,
    ) -> Result<Self, OpenError> {
        open(path.as_ref(), &options, progress)
    }

    /// Opens the journal in the directory `path` for reading, all of which is read once. Changes nothing, and works on a read-only
    /// mount. Others may do the same meanwhile, but nobody can open it for writing.
    #[expect(clippy::needless_pass_by_value, reason = "options are made where they are passed")]
    pub fn open_read_only(
        path: impl AsRef<Path>,
        options: JournalOptions,
        progress: Progress<'_>,
    ) -> Result<Self, OpenError> {
        open_read_only(path.as_ref(), &options, progress)
    }
}

/// Opens the journal in `path`, or makes it.
fn open(path: &Path, options: &JournalOptions, progress: Progress<'_>) -> Result<DiskJournal, OpenError> {
    let files = Arc::clone(&options.files);
    log::make_directories(&*files, path)?;
    let lock = lock(&*files, path, LockMode::Exclusive)?;
    let layout = Layout::new(path);
    let manifest = match log::prepare(&*files, &layout)? {
        Prepared::Journal(manifest) => manifest,
        Prepared::Empty => create(&layout, options)?,
    };
    let (recovered, is_acknowledged) = read(&layout, manifest, options, Access::ReadWrite, progress)?;
    // The journal is sound: from here on it may be changed.
    if !is_acknowledged {
        write_again(&recovered)?;
    }
    make_durable(&*files, &layout, &recovered)?;
    log::remove_leftovers(&*files, &layout, Some(manifest.generation));
    log::remove_unfinished(&*files, &layout, manifest.generation);
    let end = recovered.end;
    let acknowledged = Acknowledged::open(&*files, &layout.acknowledged());
    acknowledged.note(end);
    let owner = OwnerFile::write(&files, path).ok();
    let made = LogWriter::new(&files, recovered, options);
    let (writer, log) = made.map_err(|error| failed("read the length of a segment in", path, error))?;
    let index = index(&layout, (&log, end), options, progress)?;
    Ok(DiskJournal {
        end: Mutex::new(end),
        lineage: writer.lineage().clone(),
        horizon: writer.horizon(),
        writer: Arc::new(Mutex::new(Some(Writer::new(writer, acknowledged)))),
        index: RwLock::new(Arc::new(index)),
        index_failed: AtomicBool::new(false),
        checkpoints: CheckpointFiles::at(Arc::clone(&files), layout.checkpoints()),
        layout,
        generation: manifest.generation,
        log,
        _owner: owner,
        _lock: lock,
    })
}

/// Opens the journal in `path` for reading; nobody may write to it meanwhile.
fn open_read_only(
    path: &Path,
    options: &JournalOptions,
    progress: Progress<'_>,
) -> Result<DiskJournal, OpenError> {
    let files = Arc::clone(&options.files);
    let lock = lock(&*files, path, LockMode::Shared)?;
    let layout = Layout::new(path);
    let Prepared::Journal(manifest) = log::prepare(&*files, &layout)? else {
        return Err(OpenError::Absent(path.to_owned()));
    };
    let options = JournalOptions { has_index: false, ..options.clone() };
    let (Recovered { log, end, lineage, horizon, .. }, _) =
        read(&layout, manifest, &options, Access::Read, progress)?;
    let log = Arc::new(log);
    let index = index(&layout, (&log, end), &options, progress)?;
    Ok(DiskJournal {
        end: Mutex::new(end),
        lineage,
        horizon,
        writer: Arc::default(),
        index: RwLock::new(Arc::new(index)),
        index_failed: AtomicBool::new(false),
        checkpoints: CheckpointFiles::at(files, layout.checkpoints()),
        layout,
        generation: manifest.generation,
        log,
        _owner: None,
        _lock: lock,
    })
}

/// Makes an empty journal, whose manifest is written last.
fn create(layout: &Layout, options: &JournalOptions) -> Result<Manifest, OpenError> {
    let files = &options.files;
    let manifest = Manifest { generation: 1 };
    let directory = layout.log(manifest.generation);
    log::remove_leftovers(&**files, layout, None);
    files.create_directory(&directory).map_err(|error| failed("make directory", &directory, error))?;
    let first = History { id: HistoryId::of_version_8((options.random)()), after: Revision::ZERO };
    let lineage = Lineage::of(vec![first]).unwrap_or_default();
    let new = NewLog { lineage, horizon: Revision::ZERO };
    create_log(files, directory, new, options).map_err(|error| create_failed(&layout.root, error))?;
    publish(&**files, layout, manifest)?;
    Ok(manifest)
}

/// Makes a log the current one.
pub(super) fn publish(files: &dyn FileSystem, layout: &Layout, manifest: Manifest) -> Result<(), OpenError> {
    // The log's own name first: the manifest must not name a log that is not there.
    files.sync_directory(&layout.root).map_err(|error| failed("sync", &layout.root, error))?;
    manifest.write(files, layout).map_err(|error| failed("write", &layout.manifest(), error))
}

fn create_failed(path: &Path, error: AppendError) -> OpenError {
    let (AppendError::DiskFull { source, .. } | AppendError::Storage { source, .. }) = error else {
        let source = std::io::Error::other(error);
        return OpenError::Io { action: "make a journal in", path: path.to_owned(), source };
    };
    failed("make a journal in", path, source)
}

/// Reads the log, which has to hold what was acknowledged, and whether all of it is known to have been.
fn read(
    layout: &Layout,
    manifest: Manifest,
    options: &JournalOptions,
    access: Access,
    progress: Progress<'_>,
) -> Result<(Recovered, bool), OpenError> {
    let files = &*options.files;
    let noted = Noted::read(files, &layout.acknowledged())?;
    let recovered = recover(files, &layout.log(manifest.generation), access, progress)?;
    if let Some(noted) = noted {
        noted.check(&recovered.log, recovered.end)?;
    }
    let is_acknowledged = noted.is_some_and(|noted| noted.is_of(recovered.end));
    Ok((recovered, is_acknowledged))
}

/// Writes the last commit again as it is. If its sync failed, the system may take its bytes for written, and no later sync writes
/// them: they can be read until the power is cut, and are then gone.
fn write_again(recovered: &Recovered) -> Result<(), OpenError> {
    let Recovered { log, end, last_commit, .. } = recovered;
    let Some(segment) = log.segment(end.segment) else { return Ok(()) };
    let mut bytes = vec![0; usize::try_from(end.offset - last_commit).unwrap_or_default()];
    let written = read_exact_at(&*segment.file, &mut bytes, *last_commit)
        .and_then(|()| segment.file.write_all_at(&bytes, *last_commit));
    match written {
        // A file system that writes each block to a new place may have none left. A start has to go on without it, and mostly
        // can: unless a sync failed, the bytes are on the disk or will be.
        Err(error) if !is_no_room(&error) => Err(failed("write", &segment.path, error)),
        _ => Ok(()),
    }
}

/// Makes durable what an earlier process may have written without a sync: it is about to be shown.
fn make_durable(files: &dyn FileSystem, layout: &Layout, recovered: &Recovered) -> Result<(), OpenError> {
    if let Some(segment) = recovered.log.segment(recovered.end.segment) {
        segment.file.sync().map_err(|error| failed("sync", &segment.path, error))?;
    }
    for directory in [recovered.log.directory(), &layout.root] {
        files.sync_directory(directory).map_err(|error| failed("sync", directory, error))?;
    }
    log::sync_name(files, &layout.root)
}
