//! What the golden files of format 1 hold, and how they were written.
//!
//! `format-1.pack.zst` is the directory of a journal of several segments with a checkpoint and without an index;
//! `format-1-backups.pack.zst` has a backup of that, whole up to revision 15 and one of what follows; `format-1-restored.pack.zst`
//! is a journal that was restored from the first of these in a history of its own, went on, and was compacted.

use std::{cell::Cell, path::Path, sync::Arc};

use tenseven_model::{
    Revision,
    event::{Event, ObservationVersion},
};
use tenseven_store::{
    BackupHeader, BackupReader, BackupWriter, Checkpoints as _, DiskJournal, Entry, Head, Journal as _,
    JournalBuilder, JournalOptions, file_system::DiskFileSystem,
};

use crate::{entries, further_entries, golden, pack};

/// The last revision of the first backup, and so the one that the restored journal left the first history after.
pub(crate) const BACKED_UP: u64 = 15;
/// The last revision of which the restored journal gave versions up.
pub(crate) const HORIZON: Revision = Revision::new(10);
/// The revision of the checkpoint.
pub(crate) const CHECKPOINT: Revision = Revision::new(8);

/// The last revisions of the appends; before each of them the journal was opened.
const APPENDS: [u64; 6] = [4, 8, 12, 13, 18, 20];

/// The entry of a revision.
pub(crate) fn entry(revision: u64) -> Entry {
    if revision <= entries::COUNT { versioned(revision) } else { further_entries::entry(revision) }
}

/// The entry of one of the first revisions: every third observation replaces one of the revision before.
pub(crate) fn versioned(revision: u64) -> Entry {
    let mut entry = entries::entry(revision);
    if let Event::Observations(versions) = &mut entry.event {
        versions
            .iter_mut()
            .step_by(3)
            .for_each(|version| version.previous = Some(Revision::new(revision - 1)));
    }
    entry
}

/// The entry that compaction leaves: every second observation.
pub(crate) fn compacted(revision: u64) -> Entry {
    let mut entry = entry(revision);
    if let Event::Observations(versions) = &mut entry.event {
        let left: Vec<ObservationVersion> = versions.drain(..).step_by(2).collect();
        *versions = left;
    }
    entry
}

/// The entry of a revision of the restored journal, before its compaction.
pub(crate) fn restored_entry(revision: u64) -> Entry {
    // After the backup it took other entries than the first journal.
    if revision <= BACKED_UP {
        entry(revision)
    } else {
        Entry { outcome: tenseven_model::event::ChangeCounts::default(), ..entry(revision) }
    }
}

/// Options that make the same bytes each time: salts and history ids are numbers, and nothing is done in the background. The index
/// stays in memory.
fn options() -> JournalOptions {
    thread_local! {
        static DRAWN: Cell<u8> = const { Cell::new(0) };
    }
    let options = JournalOptions::default().on(Arc::new(DiskFileSystem)).segment_length_min(8 * 1024);
    options.random(|| {
        DRAWN.set(DRAWN.get() + 1);
        [DRAWN.get(); 16]
    })
}

fn write_journal(path: &Path) {
    let mut next = 1;
    for last in APPENDS {
        let journal = DiskJournal::open(path, options()).unwrap();
        let entries: Vec<_> = (next..=last).map(entry).collect();
        let head = journal.append(Revision::new(next - 1), &entries).unwrap();
        if head.revision == CHECKPOINT {
            journal.write_checkpoint(head, &mut |to| to.write_all(&vec![8; 100_000])).unwrap();
        }
        next = last + 1;
    }
}

fn write_backups(journal: &DiskJournal, folder: &Path) {
    let back_up = |name: &str, after: Head, last: u64| {
        let header = BackupHeader { horizon: Revision::ZERO, after, lineage: journal.lineage() };
        let mut writer = BackupWriter::open(Arc::new(DiskFileSystem), folder.join(name), header).unwrap();
        for record in journal.records_after(after.revision) {
            let record = record.unwrap();
            if record.revision().number() <= last {
                writer.add(&record).unwrap();
            }
        }
        writer.finish().unwrap()
    };
    let head = back_up("full", Head::default(), BACKED_UP);
    back_up("following", head, further_entries::LAST);
}

fn write_restored(backup: &Path, path: &Path) {
    let reader = BackupReader::open(&DiskFileSystem, backup).unwrap();
    let BackupHeader { horizon, lineage, .. } = reader.header().clone();
    let mut builder = JournalBuilder::restore(path, &options(), horizon, lineage).unwrap();
    reader.for_each(|record| builder.add(&record.unwrap()).unwrap());
    builder.begin_history().unwrap();
    builder.finish().unwrap();
    let journal = DiskJournal::open(path, options()).unwrap();
    let entries: Vec<_> = (BACKED_UP + 1..=further_entries::LAST).map(restored_entry).collect();
    journal.append(Revision::new(BACKED_UP), &entries).unwrap();
    let mut builder = journal.rewrite(HORIZON, &options()).unwrap();
    for record in journal.records_after(Revision::ZERO) {
        let record = record.unwrap();
        if record.revision() <= HORIZON {
            builder.add_compacted(&compacted(record.revision().number()), &record).unwrap();
        } else {
            builder.add(&record).unwrap();
        }
    }
    builder.finish().unwrap();
    drop(journal);
}

#[test]
#[ignore = "writes the golden files of this release's format, which are there already"]
fn writes_the_golden_files() {
    let directory = tempfile::tempdir().unwrap();
    let folder = |name: &str| directory.path().join(name);
    write_journal(&folder("format-1"));
    let journal = DiskJournal::open(folder("format-1"), options()).unwrap();
    std::fs::create_dir(folder("format-1-backups")).unwrap();
    write_backups(&journal, &folder("format-1-backups"));
    drop(journal);
    write_restored(&folder("format-1-backups").join("full"), &folder("format-1-restored"));
    for name in ["format-1", "format-1-backups", "format-1-restored"] {
        let golden = golden(&format!("{name}.pack.zst"));
        assert!(!golden.exists(), "{} is there already, and stays as it is", golden.display());
        std::fs::write(golden, pack::pack(&folder(name)).unwrap()).unwrap();
    }
}
