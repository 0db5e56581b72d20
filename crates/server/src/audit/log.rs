//! The handle of the log: what calls send goes to its writer, and readers get records back.

use std::{
    io,
    iter::Peekable,
    path::{Path, PathBuf},
    sync::{
        Arc, Mutex, PoisonError,
        mpsc::{SyncSender, TrySendError, sync_channel},
    },
    thread::{self, JoinHandle},
    time::Duration,
};

use tenseven_model::{PartnerId, SubmissionId, Timestamp, access::KeyId};
use tenseven_observatory::AcceptedChange;
use tokio::sync::watch;

use super::{
    accepted::Accepted,
    files::{Class, FILES_MAX, measure},
    origins::Origins,
    queue::{ENTRIES_MAX, Entry, State},
    reader::Records,
    record::{Outcome, Record},
    writer::{Now, Writer},
};

/// How long a reader waits until what was sent before is written.
const FLUSH_MAX: Duration = Duration::from_secs(1);
/// How often it tries to enter a queue that is full, in as long again.
const FLUSH_TRIES: u32 = 50;
/// How long the end waits for the writer.
const CLOSE_MAX: Duration = Duration::from_secs(5);
/// How much later than its change the record of a call is written, at most, unless the writer is behind.
const LAG_MICROS: i64 = 5_000_000;
/// Smallest size of a file: many lines fit.
const FILE_BYTES_MIN: u64 = 64 * 1024;

/// Where the log is, and how large it gets.
#[derive(Debug, Clone)]
pub(crate) struct AuditSettings {
    /// The directory of its files.
    pub(crate) directory: PathBuf,
    /// Bytes of all of them.
    pub(crate) bytes_max: u64,
}

impl AuditSettings {
    /// The smallest size that a log can have.
    pub(crate) const BYTES_MIN: u64 = FILES_MAX * FILE_BYTES_MIN;
}

/// What is known of the log.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct AuditState {
    pub(crate) bytes: u64,
    pub(crate) bytes_max: u64,
    pub(crate) files: u32,
    /// Events that were not recorded.
    pub(crate) dropped: u64,
    /// Why it cannot be written, if it cannot.
    pub(crate) error: Option<String>,
}

/// Whether the registry has a key.
pub(super) type HasKey = Box<dyn Fn(&KeyId) -> bool + Send + Sync>;

/// The audit log. A clone is the same.
#[derive(Clone)]
pub(crate) struct AuditLog(Arc<Shared>);

struct Shared {
    settings: AuditSettings,
    queue: SyncSender<Entry>,
    state: Arc<State>,
    origins: Origins,
    now: Arc<Now>,
    has_key: HasKey,
    thread: Mutex<Option<JoinHandle<()>>>,
}

impl AuditLog {
    /// Starts the writer. Nothing is made in the directory before there is something to write.
    pub(super) fn start(settings: AuditSettings, now: Now, has_key: HasKey) -> io::Result<Self> {
        let (queue, entries) = sync_channel(ENTRIES_MAX);
        let (state, now) = (Arc::new(State::new()), Arc::new(now));
        let place = (settings.directory.as_path(), settings.bytes_max);
        let writer = Writer::new(place, entries, Arc::clone(&state), Arc::clone(&now));
        let thread = thread::Builder::new().name("audit".to_owned()).spawn(move || writer.run())?;
        let (origins, thread) = (Origins::default(), Mutex::new(Some(thread)));
        Ok(Self(Arc::new(Shared { settings, queue, state, origins, now, has_key, thread })))
    }

    pub(super) fn now(&self) -> Timestamp {
        (self.0.now)()
    }

    /// Whether the registry has a key.
    pub(super) fn has_key(&self, id: &KeyId) -> bool {
        (self.0.has_key)(id)
    }

    /// Counts events that are not recorded.
    pub(super) fn count_dropped(&self, count: u64) {
        self.0.state.count_dropped(count);
    }

    /// Sends the record of a call; where its part of the queue is full, it is dropped.
    pub(super) fn send(&self, record: Record) {
        let is_rejected = record.outcome == Outcome::Rejected;
        if is_rejected && !self.0.state.enter_rejected() {
            return self.count_dropped(1);
        }
        if !self.enqueue(Entry::Call(Box::new(record))) && is_rejected {
            self.0.state.leave_rejected();
        }
    }

    /// Notes which call a submission comes from.
    pub(super) fn attribute(&self, submission: SubmissionId, partner: Option<PartnerId>, call: Arc<Record>) {
        self.0.origins.note(submission, partner, call);
    }

    /// Records which call a new revision came from.
    pub(super) fn accept(&self, change: &AcceptedChange) {
        let AcceptedChange { revision, accepted_at: time, submission, author, kind: _, rows } = change;
        let revision = revision.number();
        if let Some(call) = self.0.origins.settle(&(*submission, author.clone()), revision) {
            self.enqueue(Entry::Accepted(Accepted { call, revision, rows: *rows, time: *time }));
        }
    }

    /// Returns whether the writer gets it.
    fn enqueue(&self, entry: Entry) -> bool {
        let is_sent = self.0.queue.try_send(entry).is_ok();
        if !is_sent {
            self.count_dropped(1);
        }
        is_sent
    }

    /// Waits until what was sent before is written, at most two seconds; what is counted with others, only once a second. Blocks.
    pub(crate) fn flush(&self) {
        let (done, flushed) = sync_channel(1);
        let mut entry = Entry::Flush(done);
        for _ in 0..FLUSH_TRIES {
            match self.0.queue.try_send(entry) {
                Ok(()) => {
                    // If it takes longer, it is on a later page.
                    let _ = flushed.recv_timeout(FLUSH_MAX);
                    return;
                }
                Err(TrySendError::Full(again)) => entry = again,
                Err(TrySendError::Disconnected(_)) => return,
            }
            thread::sleep(FLUSH_MAX / FLUSH_TRIES);
        }
    }

    /// Writes what was sent, and takes nothing more. Blocks.
    pub(crate) fn close(&self) {
        let Some(thread) = self.0.thread.lock().unwrap_or_else(PoisonError::into_inner).take() else {
            return;
        };
        let (done, closed) = sync_channel(1);
        // The writer always takes from the queue, so that there is room.
        if self.0.queue.send(Entry::Close(done)).is_ok() && closed.recv_timeout(CLOSE_MAX).is_ok() {
            // A panic was reported where it happened.
            let _ = thread.join();
        }
    }

    /// The position of the newest record of a call that was rejected or read, and whether there are newer ones.
    pub(crate) fn newest(&self) -> watch::Receiver<i64> {
        self.0.state.newest.subscribe()
    }

    /// The records of calls that were rejected or read, after a position, up to another one, and in their order. Blocks while it reads.
    ///
    /// The end is one that was the newest before: the files of both kinds are read one after the other, and of later records one can have
    /// what the other does not have yet.
    pub(crate) fn calls_between(
        &self,
        (after, until): (i64, i64),
    ) -> io::Result<impl Iterator<Item = io::Result<Record>>> {
        let directory = &self.0.settings.directory;
        let records = |class| Records::after(directory, class, after).map(Iterator::peekable);
        let merged = Merged([records(Class::Rejected)?, records(Class::Read)?]);
        Ok(merged.take_while(move |record| record.as_ref().map_or(true, |record| record.at <= until)))
    }

    /// What is recorded of the call that made a change, if it was one of the last.
    pub(crate) fn recent_origin(&self, change: &AcceptedChange) -> Option<Arc<Record>> {
        let age = self.now().as_micros().saturating_sub(change.accepted_at.as_micros());
        let key = (change.submission, change.author.clone());
        self.0.origins.get(&key, change.revision.number(), age < LAG_MICROS)
    }

    /// Where its files are.
    pub(crate) fn directory(&self) -> &Path {
        &self.0.settings.directory
    }

    /// The records of the calls that made changes that were accepted between two times, both included. Blocks while it reads.
    pub(crate) fn origins(
        &self,
        (from, to): (Timestamp, Timestamp),
    ) -> io::Result<impl Iterator<Item = io::Result<Record>>> {
        let until = to.as_micros().saturating_add(LAG_MICROS);
        let records =
            Records::after(&self.0.settings.directory, Class::Accepted, from.as_micros().saturating_sub(1))?;
        Ok(records.take_while(move |record| record.as_ref().map_or(true, |record| record.at <= until)))
    }

    /// What is known of the log.
    pub(crate) fn state(&self) -> AuditState {
        let AuditSettings { directory, bytes_max } = &self.0.settings;
        let (bytes, files) = measure(directory);
        let (dropped, error) = (self.0.state.dropped(), self.0.state.error());
        AuditState { bytes, bytes_max: *bytes_max, files, dropped, error }
    }
}

/// Two sequences of records in the order of their positions.
struct Merged([Peekable<Records>; 2]);

impl Iterator for Merged {
    type Item = io::Result<Record>;

    fn next(&mut self) -> Option<Self::Item> {
        let [one, other] = &mut self.0;
        let takes_one = match (one.peek(), other.peek()) {
            (_, None) | (Some(Err(_)), _) => true,
            (None, _) | (_, Some(Err(_))) => false,
            (Some(Ok(one)), Some(Ok(other))) => one.at < other.at,
        };
        if takes_one { one.next() } else { other.next() }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn log(home: &Path) -> AuditLog {
        let settings = AuditSettings { directory: home.join("audit"), bytes_max: AuditSettings::BYTES_MIN };
        let now = || Timestamp::from_micros(1_000_000);
        AuditLog::start(settings, Box::new(now), Box::new(|_| false)).unwrap()
    }

    fn call(outcome: Outcome, peer: &str) -> Record {
        Record { outcome, peer: peer.to_owned(), count: 1, ..Record::default() }
    }

    #[test]
    fn what_is_written_while_a_page_is_read_is_on_the_next_one() {
        let home = tempfile::tempdir().unwrap();
        let log = log(home.path());
        log.send(call(Outcome::Rejected, "a"));
        log.flush();
        let peers = |between| {
            let read = log.calls_between(between).unwrap();
            read.map(|record| record.unwrap().peer).collect::<Vec<_>>()
        };
        let newest = *log.newest().borrow();
        // One file was read to its end; then the writer goes on in both.
        log.send(call(Outcome::Rejected, "b"));
        log.send(call(Outcome::Read, "c"));
        log.flush();
        assert_eq!(peers((0, newest)), ["a"]);
        assert_eq!(peers((newest, *log.newest().borrow())), ["b", "c"]);
        log.close();
    }
}
