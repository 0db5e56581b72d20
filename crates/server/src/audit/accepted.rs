//! Accepted changes: records of the calls that they came from, with runs of revisions.
//!
//! *Invariant:* of a caller who writes all the time there is one record a second, or one for each [`super::record::RUNS_MAX`] runs where
//! callers take turns.

use std::{collections::HashMap, sync::Arc};

use tenseven_model::Timestamp;

use super::record::{Record, instant};

/// How long revisions are gathered.
const WINDOW_MICROS: i64 = 1_000_000;
/// Maximum number of callers whose revisions are gathered.
const CALLERS_MAX: usize = 1_024;

/// A change and the call that made it.
#[derive(Debug, Clone)]
pub(super) struct Accepted {
    /// What is recorded of the call.
    pub(super) call: Arc<Record>,
    pub(super) revision: u64,
    pub(super) rows: u64,
    pub(super) time: Timestamp,
}

/// What the changes of one caller have in common.
#[derive(Debug, PartialEq, Eq, Hash)]
struct Key([String; 5], u64);

#[derive(Debug)]
struct Gathered {
    /// What is not written; without revisions: nothing.
    record: Record,
    since: i64,
}

/// Gathers revisions by caller.
#[derive(Debug, Default)]
pub(super) struct Runs(HashMap<Key, Gathered>);

impl Runs {
    /// Takes a change; returns a record that is to be written, if there is one, or `Err` if there are too many callers.
    pub(super) fn take(&mut self, accepted: &Accepted) -> Result<Option<Record>, ()> {
        let Accepted { call, revision, rows, time } = accepted;
        let Record { method, partner, credential, credential_id, peer, grant, .. } = &**call;
        let key = Key([method, partner, credential, credential_id, peer].map(Clone::clone), *grant);
        let begun = |request_id: &str| Record {
            time: instant(*time),
            request_id: request_id.to_owned(),
            revisions: vec![(*revision, *revision)],
            rows: *rows,
            count: 1,
            ..Record::clone(call)
        };
        let Some(gathered) = self.0.get_mut(&key) else {
            if self.0.len() >= CALLERS_MAX {
                return Err(());
            }
            let (record, since) = (Record { revisions: Vec::new(), ..Record::clone(call) }, time.as_micros());
            self.0.insert(key, Gathered { record, since });
            return Ok(Some(begun(&call.request_id)));
        };
        let record = &mut gathered.record;
        if record.revisions.is_empty() {
            *record = begun(&call.request_id);
            return Ok(None);
        }
        if !record.add_revision(*revision) {
            return Ok(Some(std::mem::replace(record, begun(&call.request_id))));
        }
        record.count += 1;
        record.rows += rows;
        record.time = instant(*time);
        if record.request_id != call.request_id {
            record.request_id.clear();
        }
        Ok(None)
    }

    /// The records of windows that ended.
    pub(super) fn due(&mut self, now: Timestamp) -> Vec<Record> {
        let (now, mut due) = (now.as_micros(), Vec::new());
        self.0.retain(|_, gathered| {
            if (0..WINDOW_MICROS).contains(&(now - gathered.since)) {
                return true;
            }
            gathered.since = now;
            let record = gathered.whole();
            let goes_on = record.is_some();
            due.extend(record);
            goes_on
        });
        due
    }

    /// The records of everything that is gathered.
    pub(super) fn pending(&mut self) -> Vec<Record> {
        self.0.values_mut().filter_map(Gathered::whole).collect()
    }

    /// Whether nothing will be due.
    pub(super) fn is_empty(&self) -> bool {
        self.0.is_empty()
    }
}

impl Gathered {
    fn whole(&mut self) -> Option<Record> {
        let record = Record { revisions: Vec::new(), ..self.record.clone() };
        let whole = std::mem::replace(&mut self.record, record);
        (!whole.revisions.is_empty()).then_some(whole)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn accepted(partner: &str, request_id: &str, revision: u64, micros: i64) -> Accepted {
        let (partner, request_id) = (partner.to_owned(), request_id.to_owned());
        let call = Arc::new(Record { partner, request_id, ..Record::default() });
        Accepted { call, revision, rows: 2, time: Timestamp::from_micros(micros) }
    }

    #[test]
    fn who_writes_all_the_time_takes_a_record_a_second_and_every_revision_is_in_one() {
        let (mut runs, mut records) = (Runs::default(), Vec::new());
        for revision in 1..=30_000 {
            let now = i64::try_from(revision).unwrap() * 100;
            let partner = ["a", "b"][usize::from(revision > 20_000)];
            records.extend(runs.take(&accepted(partner, "r", revision, now)).unwrap());
            records.extend(runs.due(Timestamp::from_micros(now)));
        }
        records.extend(runs.pending());
        assert!(records.len() <= 8, "{}", records.len());
        for revision in 1..=30_000 {
            let of: Vec<_> = records.iter().filter(|record| record.has_revision(revision)).collect();
            assert_eq!(of.len(), 1, "{revision}");
            assert_eq!(of[0].partner, ["a", "b"][usize::from(revision > 20_000)]);
        }
        assert_eq!(records.iter().map(|record| record.rows).sum::<u64>(), 60_000);
        assert!(records.iter().all(|record| record.request_id == "r"));
    }

    #[test]
    fn changes_by_credentials_of_two_kinds_with_one_name_are_kept_apart() {
        let mut runs = Runs::default();
        for (revision, credential) in (1..=8).zip(["certificate", "token"].into_iter().cycle()) {
            let mut accepted = accepted("a", "r", revision, 5);
            accepted.call =
                Arc::new(Record { credential: credential.to_owned(), ..Record::clone(&accepted.call) });
            runs.take(&accepted).unwrap();
        }
        assert_eq!(runs.pending().iter().map(|record| record.count).collect::<Vec<_>>(), [3, 3]);
    }

    #[test]
    fn calls_that_take_turns_are_kept_apart_and_a_request_id_is_only_named_where_it_is_one() {
        let (mut runs, mut records) = (Runs::default(), Vec::new());
        for revision in 1..=1_000_u64 {
            let partner = ["a", "b"][usize::from(revision.is_multiple_of(2))];
            records.extend(runs.take(&accepted(partner, &revision.to_string(), revision, 5)).unwrap());
        }
        records.extend(runs.pending());
        let odd = records.iter().filter(|record| record.partner == "b");
        assert_eq!(odd.clone().map(|record| record.count).sum::<u64>(), 500);
        assert!(odd.into_iter().all(|record| !record.has_revision(501) && record.request_id.len() <= 1));
    }
}
