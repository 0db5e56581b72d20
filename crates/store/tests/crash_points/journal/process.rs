//! One process that uses a journal, and what it may find.

use std::{cell::Cell, fmt, sync::Arc};

use tenseven_model::Revision;
use tenseven_store::{
    AppendError, DiskJournal, Entry, Head, Journal as _, JournalOptions, OpenError, Record,
    file_system::FileSystem,
};

use super::samples::{Kind, Sample};
use crate::disk::SimulatedDisk;

/// Where the journal is. The directory above does not exist either.
pub(crate) const DIRECTORY: &str = "/srv/data";

/// Shortest segments: a header and a page of frames.
const SEGMENT: u64 = 8_192;

/// What a process did, or was promised.
#[derive(Clone, PartialEq, Eq)]
pub(crate) enum Mark {
    /// It is about to append these after this head.
    Submitted { after: Head, samples: Vec<Sample> },
    /// The journal had this head: it acknowledged it, or showed it when it was opened.
    Head(Head),
    /// It is about to write a checkpoint with this content.
    CheckpointBegun { revision: u64, content: u8 },
    /// It has written it.
    Checkpoint { revision: u64, content: u8 },
    /// It is about to remove it.
    CheckpointRemoved { revision: u64 },
    /// A backup, a restore or a compaction is finished.
    Finished,
}

/// In few characters: explorations compare marks by them.
impl fmt::Debug for Mark {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let short = |head: &Head| (head.revision.number(), head.chain.0[0], head.chain.0[1], head.chain.0[2]);
        match self {
            Self::Submitted { after, samples } => {
                write!(f, "after {:?}: {} of {}", short(after), samples.len(), samples[0].variant)
            }
            Self::Head(head) => write!(f, "head {:?}", short(head)),
            Self::CheckpointBegun { revision, content } => write!(f, "begin {revision} {content}"),
            Self::Checkpoint { revision, content } => write!(f, "checkpoint {revision} {content}"),
            Self::CheckpointRemoved { revision } => write!(f, "remove {revision}"),
            Self::Finished => f.write_str("finished"),
        }
    }
}

pub(crate) type Disk = SimulatedDisk<Mark>;

thread_local! {
    static DRAWN: Cell<u64> = const { Cell::new(0) };
}

/// Salts and ids that are the same in each repetition of a process.
fn random() -> [u8; 16] {
    DRAWN.with(|drawn| {
        drawn.set(drawn.get() + 1);
        let digest = blake3::hash(&drawn.get().to_le_bytes());
        *digest.as_bytes().first_chunk().unwrap()
    })
}

/// A process from its start to its end.
pub(crate) struct Process<'a> {
    pub(crate) disk: &'a Disk,
    before: &'a [Mark],
}

impl<'a> Process<'a> {
    /// Starts on a disk that has these marks.
    pub(crate) fn start(disk: &'a Disk, before: &'a [Mark]) -> Self {
        DRAWN.with(|drawn| drawn.set(1_000 * before.len() as u64));
        Self { disk, before }
    }

    pub(crate) fn files(&self) -> Arc<dyn FileSystem> {
        Arc::new(self.disk.clone())
    }

    pub(crate) fn options(&self) -> JournalOptions {
        JournalOptions::default().on(self.files()).random(random).segment_length_min(SEGMENT)
    }

    /// Everything that was marked so far.
    pub(crate) fn marks(&self) -> Vec<Mark> {
        let own = self.disk.marks();
        self.before.iter().cloned().chain(own.into_iter().map(|(_, mark)| mark)).collect()
    }

    pub(crate) fn try_open(&self) -> Result<DiskJournal, OpenError> {
        DiskJournal::open(DIRECTORY, self.options())
    }

    /// Opens the journal, checks what it shows, and marks that as promised.
    pub(crate) fn open(&self) -> Result<DiskJournal, String> {
        let journal = self.try_open().map_err(|error| format!("it does not open: {error:?}"))?;
        self.disk.mark(Mark::Head(self.verify(&journal)?));
        Ok(journal)
    }

    /// Opens the journal for reading, which must not change anything, and returns its head; none if there is no journal.
    pub(crate) fn read(&self) -> Result<Option<Head>, String> {
        let before = self.disk.operations().len();
        let shown = match DiskJournal::open_read_only(DIRECTORY, self.options(), &mut |_| ()) {
            Ok(journal) => Some(self.verify(&journal)?),
            Err(OpenError::Absent(_)) => None,
            Err(error) => return Err(format!("it does not open for reading: {error:?}")),
        };
        if self.disk.operations().len() != before {
            return Err("opening for reading changed something".to_owned());
        }
        Ok(shown)
    }

    /// Appends a commit and checks that it is acknowledged as what it is.
    pub(crate) fn append(&self, journal: &DiskJournal, kinds: &[Kind]) -> Result<Head, String> {
        let head =
            self.try_append(journal, kinds).map_err(|error| format!("it refuses an append: {error:?}"))?;
        let expected = kinds.len() as u64;
        self.verify(journal)?;
        match self.marks().iter().rev().nth(1) {
            Some(Mark::Submitted { after, .. })
                if after.revision.number() + expected == head.revision.number() =>
            {
                Ok(head)
            }
            last => Err(format!("it acknowledged {head} after {last:?}")),
        }
    }

    pub(crate) fn try_append(&self, journal: &DiskJournal, kinds: &[Kind]) -> Result<Head, AppendError> {
        let after = journal.head();
        let variant = u32::try_from(self.marks().len()).unwrap();
        let samples: Vec<Sample> = kinds.iter().map(|kind| Sample { kind: *kind, variant }).collect();
        let entries: Vec<Entry> = (after.revision.number() + 1..)
            .zip(&samples)
            .map(|(revision, sample)| sample.entry(revision))
            .collect();
        self.disk.mark(Mark::Submitted { after, samples });
        let head = journal.append(after.revision, &entries)?;
        self.disk.mark(Mark::Head(head));
        Ok(head)
    }

    /// Checks all that the journal shows against the marks, and returns its head.
    pub(crate) fn verify(&self, journal: &DiskJournal) -> Result<Head, String> {
        let (heads, records) = content(journal)?;
        let marks = self.marks();
        let mut at = 0;
        while at < records.len() {
            let length = marks.iter().find_map(|mark| match mark {
                Mark::Submitted { after, samples } if *after == heads[at] => {
                    is_start(&records[at..], samples, journal.horizon()).then_some(samples.len())
                }
                _ => None,
            });
            let lacking = || format!("revision {} is not of a commit that is there whole", at + 1);
            at += length.ok_or_else(lacking)?;
        }
        for mark in &marks {
            if let Mark::Head(promised) = mark
                && index(promised.revision).and_then(|at| heads.get(at)) != Some(promised)
            {
                return Err(format!("{promised} was acknowledged or shown, {} is there", journal.head()));
            }
        }
        Ok(journal.head())
    }
}

fn index(revision: Revision) -> Option<usize> {
    usize::try_from(revision.number()).ok()
}

/// The heads that the journal went through, from none on, and its records.
fn content(journal: &DiskJournal) -> Result<(Vec<Head>, Vec<Record>), String> {
    let (mut heads, mut records) = (vec![Head::default()], Vec::new());
    for record in journal.records_after(Revision::ZERO) {
        let record = record.map_err(|error| format!("it cannot be read: {error:?}"))?;
        let last = heads[heads.len() - 1];
        let chain = record.chain(last.chain, journal.horizon());
        let chain = chain.map_err(|error| format!("its chain is broken: {error:?}"))?;
        heads.push(Head { revision: record.revision(), chain });
        records.push(record);
    }
    match heads.last() {
        Some(last) if *last == journal.head() => Ok((heads, records)),
        last => Err(format!("it has the head {}, and its last entry is {last:?}", journal.head())),
    }
}

/// Whether the records begin with these samples, or with what compaction up to `horizon` leaves of them.
fn is_start(records: &[Record], samples: &[Sample], horizon: Revision) -> bool {
    records.len() >= samples.len()
        && records.iter().zip(samples).all(|(record, sample)| sample.is(record, record.revision() <= horizon))
}
