//! The writer: one thread that groups what calls send, and appends it to the files.
//!
//! *Invariant:* positions only rise, across all classes and restarts. A file that cannot be written is tried again once a second, and its
//! records are counted as dropped meanwhile.

use std::{
    io,
    path::Path,
    sync::{
        Arc,
        mpsc::{Receiver, RecvTimeoutError, SyncSender},
    },
    time::Duration,
};

use tenseven_model::Timestamp;
use tracing::{info, warn};

use super::{
    accepted::{Accepted, Runs},
    alike::{Alike, Taken},
    files::{Class, Files},
    queue::{Entry, State},
    reader,
    record::{Outcome, Record},
};

/// How often windows are looked at.
const TICK: Duration = Duration::from_millis(250);
/// How often a line about dropped events is written at most, and what is counted for who reads; and how often a log that cannot be written
/// is tried.
const PAUSE_MICROS: i64 = 1_000_000;
/// Entries that are taken before what they make is written.
const ENTRIES_AT_ONCE: usize = 512;

/// Bytes that are appended at once: fewer than the smallest file holds, and more than a line.
const CHUNK_BYTES_MAX: usize = 32 * 1024;

/// The time, as the registry takes it.
pub(super) type Now = Box<dyn Fn() -> Timestamp + Send + Sync>;

/// Writes the log.
pub(super) struct Writer {
    queue: Receiver<Entry>,
    state: Arc<State>,
    now: Arc<Now>,
    last_at: i64,
    /// The position of the newest record of a call.
    last_call_at: i64,
    rejected: Alike,
    read: Alike,
    runs: Runs,
    outputs: Vec<Output>,
    dropped_at: i64,
    failed_at: i64,
    flushed_at: i64,
}

/// The files of a class with what is to be appended.
struct Output {
    class: Class,
    files: Files,
    chunks: Vec<Chunk>,
}

/// Lines that are in one file.
#[derive(Default)]
struct Chunk {
    lines: Vec<u8>,
    /// The position of the first line.
    first_at: i64,
    /// How many events they are of.
    count: u64,
    /// How many events that were dropped before are counted in them.
    dropped: u64,
}

impl Writer {
    pub(super) fn new(
        (directory, bytes_max): (&Path, u64),
        queue: Receiver<Entry>,
        state: Arc<State>,
        now: Arc<Now>,
    ) -> Self {
        let output = |class| {
            let files = Files::new(directory, class, bytes_max);
            Output { class, files, chunks: Vec::new() }
        };
        let last = |class| reader::last(directory, class).ok().flatten().unwrap_or_default();
        let last_call_at = last(Class::Rejected).max(last(Class::Read));
        state.newest.send_replace(last_call_at);
        Self {
            queue,
            state,
            now,
            last_at: last_call_at.max(last(Class::Accepted)),
            last_call_at,
            rejected: Alike::bounded_by_network(),
            read: Alike::new(),
            runs: Runs::default(),
            outputs: Class::ALL.into_iter().map(output).collect(),
            dropped_at: 0,
            failed_at: 0,
            flushed_at: 0,
        }
    }

    /// Writes until the log is closed.
    pub(super) fn run(mut self) {
        loop {
            let is_idle = self.rejected.is_empty() && self.read.is_empty() && self.runs.is_empty();
            let first = if is_idle {
                self.queue.recv().map_err(|_| RecvTimeoutError::Disconnected)
            } else {
                self.queue.recv_timeout(TICK)
            };
            let first = match first {
                Ok(entry) => Some(entry),
                Err(RecvTimeoutError::Timeout) => None,
                Err(RecvTimeoutError::Disconnected) => return self.end(None),
            };
            let more: Vec<Entry> = self.queue.try_iter().take(ENTRIES_AT_ONCE).collect();
            for entry in first.into_iter().chain(more) {
                match entry {
                    Entry::Call(record) => self.take(*record),
                    Entry::Accepted(accepted) => self.accept(&accepted),
                    Entry::Flush(done) => {
                        self.flush();
                        // Who asked may be gone.
                        let _ = done.try_send(());
                    }
                    Entry::Close(done) => return self.end(Some(&done)),
                }
            }
            self.gather_due();
            self.write();
        }
    }

    /// Writes everything that was sent, as at the end; what is counted, only if that was not done just before.
    fn flush(&mut self) {
        let now = (self.now)().as_micros();
        if !(0..PAUSE_MICROS).contains(&(now - self.flushed_at)) {
            self.flushed_at = now;
            self.gather_pending();
        }
        self.write();
    }

    fn end(mut self, done: Option<&SyncSender<()>>) {
        self.gather_pending();
        self.write();
        for output in &self.outputs {
            // A disk that refuses was reported when it was written.
            let _ = output.files.sync();
        }
        if let Some(done) = done {
            let _ = done.try_send(());
        }
    }

    fn take(&mut self, record: Record) {
        if record.outcome == Outcome::Rejected {
            self.state.leave_rejected();
        }
        let now = (self.now)();
        let (alike, class) = match record.outcome {
            Outcome::Read => (&mut self.read, Class::Read),
            Outcome::Accepted | Outcome::Rejected | Outcome::Lost => (&mut self.rejected, Class::Rejected),
        };
        match alike.take(record, now) {
            Taken::First(record) => self.gather(class, *record),
            Taken::Counted => {}
            Taken::Dropped => self.state.count_dropped(1),
        }
    }

    fn accept(&mut self, accepted: &Accepted) {
        match self.runs.take(accepted) {
            Ok(record) => record.into_iter().for_each(|record| self.gather(Class::Accepted, record)),
            // The change is in the journal.
            Err(()) => self.state.count_dropped(1),
        }
    }

    /// Gathers the records of windows that ended, and at times one about what was dropped.
    fn gather_due(&mut self) {
        let now = (self.now)();
        let (rejected, read, runs) = (self.rejected.due(now), self.read.due(now), self.runs.due(now));
        self.gather_all(rejected, read, runs);
        if !(0..PAUSE_MICROS).contains(&(now.as_micros() - self.dropped_at)) {
            self.gather_dropped(now);
        }
    }

    /// Gathers everything that was counted.
    fn gather_pending(&mut self) {
        let (rejected, read, runs) = (self.rejected.pending(), self.read.pending(), self.runs.pending());
        self.gather_all(rejected, read, runs);
        self.gather_dropped((self.now)());
    }

    fn gather_dropped(&mut self, now: Timestamp) {
        let dropped = self.state.take_unrecorded();
        if dropped > 0 {
            self.dropped_at = now.as_micros();
            self.gather(Class::Rejected, Record::dropped(dropped, now));
        }
    }

    fn gather_all(&mut self, rejected: Vec<Record>, read: Vec<Record>, runs: Vec<Record>) {
        for (class, records) in [(Class::Rejected, rejected), (Class::Read, read), (Class::Accepted, runs)] {
            for record in records {
                self.gather(class, record);
            }
        }
    }

    fn gather(&mut self, class: Class, record: Record) {
        self.last_at = (self.now)().as_micros().max(self.last_at + 1);
        let (at, count, dropped) = (self.last_at, record.count, record.dropped);
        if class != Class::Accepted {
            self.last_call_at = at;
        }
        if let Some(output) = self.outputs.iter_mut().find(|output| output.class == class) {
            let line = Record { at, ..record }.line();
            let has_room = |chunk: &Chunk| chunk.lines.len() + line.len() <= CHUNK_BYTES_MAX;
            if !output.chunks.last().is_some_and(has_room) {
                output.chunks.push(Chunk { first_at: at, ..Chunk::default() });
            }
            if let Some(chunk) = output.chunks.last_mut() {
                chunk.lines.extend(line);
                chunk.count += count;
                chunk.dropped += dropped;
            }
        }
    }

    /// Appends what was gathered.
    fn write(&mut self) {
        if self.outputs.iter().all(|output| output.chunks.is_empty()) {
            return;
        }
        let now = (self.now)().as_micros();
        let pauses = self.state.error().is_some() && (0..PAUSE_MICROS).contains(&(now - self.failed_at));
        let (mut failure, mut has_written) = (None, false);
        for Output { files, chunks, .. } in &mut self.outputs {
            let mut gives_up = pauses;
            for Chunk { lines, first_at, count, dropped } in std::mem::take(chunks) {
                let written = if gives_up { None } else { Some(files.append(first_at, &lines)) };
                if let Some(Ok(())) = written {
                    has_written = true;
                    continue;
                }
                gives_up = true;
                self.state.count_dropped(count);
                self.state.still_unrecorded(dropped);
                failure = written.and_then(Result::err).or(failure);
            }
        }
        if !pauses {
            self.report(failure, now);
        }
        if has_written {
            self.state.newest.send_replace(self.last_call_at);
        }
    }

    /// Warns when the log can no longer be written, and reports when it can again.
    fn report(&mut self, failure: Option<io::Error>, now: i64) {
        let Some(error) = failure else {
            if self.state.set_error(None).is_some() {
                info!("the audit log can be written again");
            }
            return;
        };
        self.failed_at = now;
        if self.state.set_error(Some(error.to_string())).is_none() {
            warn!(%error, "the audit log cannot be written; calls go on, and their events are counted as dropped");
        }
    }
}

#[cfg(test)]
mod tests {
    use std::sync::mpsc::sync_channel;

    use super::*;
    use crate::audit::{files::list, log::AuditSettings};

    #[test]
    fn many_lines_at_once_are_in_several_files_and_none_is_larger_than_its_share() {
        let home = tempfile::tempdir().unwrap();
        let bytes_max = AuditSettings::BYTES_MIN;
        let now: Arc<Now> = Arc::new(Box::new(|| Timestamp::from_micros(1)));
        let (_, entries) = sync_channel(1);
        let mut writer = Writer::new((home.path(), bytes_max), entries, Arc::new(State::new()), now);
        for _ in 0..1_000 {
            let missing = "x".repeat(100);
            writer.gather(Class::Rejected, Record { missing, count: 1, ..Record::default() });
        }
        writer.write();
        let files = list(home.path(), Class::Rejected).unwrap();
        assert!(files.len() > 2, "{}", files.len());
        for (_, path) in files {
            assert!(path.metadata().unwrap().len() <= bytes_max / super::super::files::FILES_MAX);
        }
        let read = reader::Records::after(home.path(), Class::Rejected, 0).unwrap();
        assert_eq!(
            read.map(|record| record.unwrap().at).collect::<Vec<_>>(),
            (1..=1_000).collect::<Vec<_>>()
        );
    }
}
