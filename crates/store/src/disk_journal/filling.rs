//! Filling the index from the log.

use std::sync::Arc;

use tenseven_model::Revision;

use crate::{
    JournalOptions, OpenError, ReadError,
    index::Index,
    log::{Layout, Log, LogEnd, LogWalk, PROGRESS_REVISIONS, Position, Progress, Salt},
};

/// The index of a log that ends at `end`, with everything that the log holds.
pub(super) fn index(
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
        // Either the index disagrees with the log and is rebuilt, or the log is damaged, which the second attempt reports.
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
    if head.revision != Revision::ZERO
        && let Some(position) = walk.position()
        && let Some(record) = walk.next()
    {
        // The first record after the index shows whether that is of this log.
        let record = record?;
        record.chain(head.chain, position.revision)?;
        index.add(record.stamp(), position);
    }
    while let Some(found) = walk.next_stamp() {
        let (position, stamp) = found?;
        index.add(stamp, position);
        if stamp.revision.number().is_multiple_of(PROGRESS_REVISIONS) {
            progress(stamp.revision);
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
