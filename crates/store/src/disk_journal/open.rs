//! Opening a journal on disk.
//!
//! *Invariant:* until the journal is known to be sound nothing is changed, and the lock is held from the first look to the end. Opening
//! for reading changes nothing at all.

use std::{
    io::ErrorKind,
    path::Path,
    sync::{Arc, Mutex, RwLock, atomic::AtomicBool},
    thread,
    time::Duration,
};

use tenseven_model::{History, HistoryId, Lineage, Revision};

use super::{
    acknowledged::{Acknowledged, Noted},
    journal::{DiskJournal, Writer},
    options::JournalOptions,
    owner_file::{self, OwnerFile},
};
use crate::{
    AppendError, OpenError, ReadError,
    checkpoint::CheckpointFiles,
    file_system::{Access, DirectoryLock, FileSystem, LockMode, read_exact_at},
    index::Index,
    log::{
        self, Layout, Log, LogEnd, LogWalk, LogWriter, Manifest, NewLog, PROGRESS_REVISIONS, Position,
        Prepared, Progress, Recovered, Salt, create_log, failed, recover,
    },
};

/// How often, and how long apart, a lock is tried for that somebody holds who did not note that.
const LOCK_TRIES: u32 = 100;
const LOCK_WAIT: Duration = Duration::from_millis(20);

/// Opens the journal in `path`, or makes it.
pub(super) fn open(
    path: &Path,
    options: &JournalOptions,
    progress: Progress<'_>,
) -> Result<DiskJournal, OpenError> {
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
pub(super) fn open_read_only(
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

/// Locks the directory of a journal.
pub(super) fn lock(
    files: &dyn FileSystem,
    path: &Path,
    mode: LockMode,
) -> Result<Box<dyn DirectoryLock>, OpenError> {
    for _ in 0..LOCK_TRIES {
        match files.lock(path, mode) {
            Ok(Some(lock)) => return Ok(lock),
            Ok(None) => {}
            Err(error) if error.kind() == ErrorKind::NotFound => {
                return Err(OpenError::Absent(path.to_owned()));
            }
            Err(error) => return Err(failed("lock", path, error)),
        }
        // Who has it open may be about to note that, or about to end.
        if let owner @ Some(_) = owner_file::owner(files, path) {
            return Err(OpenError::Locked { path: path.to_owned(), owner });
        }
        thread::sleep(LOCK_WAIT);
    }
    Err(OpenError::Locked { path: path.to_owned(), owner: None })
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

/// The index of a log that ends at `end`, with everything that the log holds.
fn index(
    layout: &Layout,
    (log, end): (&Arc<Log>, LogEnd),
    options: &JournalOptions,
    progress: Progress<'_>,
) -> Result<Index, OpenError> {
    for _ in 0..2 {
        let Some(index) = options.has_index.then(|| stored_index(layout, log.salt(), options)).flatten()
        else {
            break;
        };
        let may_be_of_it = index.end().head.revision < end.head.revision || index.end() == end;
        if may_be_of_it && fill(&index, log, end, progress).is_ok() {
            return Ok(index);
        }
        // It says something of the log that is not so, and is made again; or the log is damaged, which shows again.
        drop(index);
        remove_index(layout);
    }
    let index = Index::in_memory(log.salt(), Index::start());
    fill(&index, log, end, progress)?;
    Ok(index)
}

/// The index in its directory; none where it cannot be used or made.
fn stored_index(layout: &Layout, salt: Salt, options: &JournalOptions) -> Option<Index> {
    let settings = (options.cache_bytes, options.in_background);
    let open = || Index::open(&layout.index(), salt, settings);
    open()
        .or_else(|_| {
            remove_index(layout);
            open()
        })
        // On a full disk there is no room for one; it is then kept in memory.
        .ok()
}

/// Adds to an index what the log holds after it.
pub(super) fn fill(
    index: &Index,
    log: &Arc<Log>,
    end: LogEnd,
    progress: Progress<'_>,
) -> Result<(), ReadError> {
    let LogEnd { head, segment, offset } = index.end();
    let next = Position { revision: head.revision.next(), segment, offset };
    let mut walk = LogWalk::new(Arc::clone(log), next, end);
    let mut chain = (head.revision != Revision::ZERO).then_some(head.chain);
    while let Some(position) = walk.position()
        && let Some(record) = walk.next()
    {
        let record = record?;
        // The first record after the index shows whether that is of this log.
        if let Some(chain) = chain.take() {
            record.chain(chain, position.revision)?;
        }
        index.add(record.stamp(), position);
        if position.revision.number().is_multiple_of(PROGRESS_REVISIONS) {
            progress(position.revision);
        }
    }
    index.move_to(end);
    Ok(())
}

/// Removes the index, which is made again. sled's files are not the log's, and so are not touched through its layer.
pub(super) fn remove_index(layout: &Layout) {
    let path = layout.index();
    let removed = std::fs::remove_dir_all(&path);
    // What cannot be removed is found to be unusable again, and then an index in memory takes its place.
    let _ = removed.or_else(|_| std::fs::remove_file(path));
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
        Err(error) if !matches!(error.kind(), ErrorKind::StorageFull | ErrorKind::QuotaExceeded) => {
            Err(failed("write", &segment.path, error))
        }
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
