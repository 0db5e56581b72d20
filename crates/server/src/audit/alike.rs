//! Calls that are alike: the first is a record of its own, and those that follow within a window are one.
//!
//! *Invariants:*
//! - However many calls there are, few records come of them: groups are bounded, and so is how fast new ones begin.
//! - Where calls are rejected, the peers of one network begin few groups: what they send besides is one group for each reason.
//! - Every call is in the count of a record, or counted as dropped.

use std::collections::HashMap;

use tenseven_model::Timestamp;

use super::{
    networks::{Network, Networks},
    record::{Outcome, Record},
};

const MICROS_PER_SECOND: i64 = 1_000_000;
/// How long the first window of a group is, and how long its windows get while it goes on.
const WINDOW_MIN: i64 = MICROS_PER_SECOND;
const WINDOW_MAX: i64 = 64 * MICROS_PER_SECOND;
/// Maximum number of groups.
const GROUPS_MAX: usize = 2_048;
/// How many groups can begin at once, and how many more each second.
const BEGUN_MAX: i64 = 1_024;
const BEGUN_PER_SECOND: i64 = 32;

/// What calls that are alike have in common.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
struct Key {
    outcome: Outcome,
    texts: [String; 8],
    grant: u64,
}

/// Calls that are alike.
#[derive(Debug)]
struct Group {
    /// The last one.
    last: Record,
    /// Calls that no record has counted.
    pending: u64,
    since: i64,
    window: i64,
}

/// Groups calls of one class.
#[derive(Debug)]
pub(super) struct Alike {
    groups: HashMap<Key, Group>,
    /// In millionths of a group.
    may_begin: i64,
    counted_at: i64,
    /// How many the peers of each network can begin, if that is bounded.
    networks: Option<Networks>,
}

impl Key {
    fn of(record: &Record) -> Self {
        let Record { outcome, method, partner, credential, credential_id, peer, .. } = record;
        let Record { grant, missing, code, reason, .. } = record;
        let texts = [method, partner, credential, credential_id, peer, missing, code, reason];
        Self { outcome: *outcome, texts: texts.map(Clone::clone), grant: *grant }
    }
}

/// What becomes of a call.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Taken {
    /// Its record is to be written.
    First(Box<Record>),
    /// It is counted with others.
    Counted,
    /// There are too many groups.
    Dropped,
}

impl Alike {
    pub(super) fn new() -> Self {
        let may_begin = BEGUN_MAX * MICROS_PER_SECOND;
        Self { groups: HashMap::new(), may_begin, counted_at: 0, networks: None }
    }

    /// The same, and the peers of one network cannot begin all groups.
    pub(super) fn bounded_by_network() -> Self {
        Self { networks: Some(Networks::default()), ..Self::new() }
    }

    /// Takes the record of a call.
    pub(super) fn take(&mut self, record: Record, now: Timestamp) -> Taken {
        let (key, now) = (Key::of(&record), now.as_micros());
        let Some(record) = self.count(&key, record) else { return Taken::Counted };
        let network = Network::of(&record.peer);
        if let Some(networks) = &mut self.networks
            && !networks.may_begin(network, now)
        {
            let others = of_others(record, network);
            let key = Key::of(&others);
            return self.count(&key, others).map_or(Taken::Counted, |others| self.begin(key, others, now));
        }
        let taken = self.begin(key, record, now);
        if let Some(networks) = self.networks.as_mut().filter(|_| matches!(taken, Taken::First(_))) {
            networks.begin(network, now);
        }
        taken
    }

    /// Counts a call with its group; returns its record if there is no such group.
    fn count(&mut self, key: &Key, record: Record) -> Option<Record> {
        let Some(group) = self.groups.get_mut(key) else { return Some(record) };
        group.pending += 1;
        group.last = record;
        None
    }

    /// Begins a group.
    fn begin(&mut self, key: Key, record: Record, now: i64) -> Taken {
        let passed = now.saturating_sub(self.counted_at).clamp(0, WINDOW_MAX);
        self.counted_at = now;
        self.may_begin = (self.may_begin + passed * BEGUN_PER_SECOND).min(BEGUN_MAX * MICROS_PER_SECOND);
        if self.groups.len() >= GROUPS_MAX || self.may_begin < MICROS_PER_SECOND {
            return Taken::Dropped;
        }
        self.may_begin -= MICROS_PER_SECOND;
        let last = record.clone();
        self.groups.insert(key, Group { last, pending: 0, since: now, window: WINDOW_MIN });
        Taken::First(Box::new(record))
    }

    /// The records of windows that ended.
    pub(super) fn due(&mut self, now: Timestamp) -> Vec<Record> {
        let (now, mut due) = (now.as_micros(), Vec::new());
        self.groups.retain(|_, group| {
            // A clock that was set back ends the window, too.
            if (0..group.window).contains(&(now - group.since)) {
                return true;
            }
            (group.since, group.window) = (now, (2 * group.window).min(WINDOW_MAX));
            let record = group.counted();
            let goes_on = record.is_some();
            due.extend(record);
            goes_on
        });
        due
    }

    /// The records of all calls that no record has counted.
    pub(super) fn pending(&mut self) -> Vec<Record> {
        self.groups.values_mut().filter_map(Group::counted).collect()
    }

    /// Whether nothing will be due.
    pub(super) fn is_empty(&self) -> bool {
        self.groups.is_empty()
    }
}

/// The record of a call that is counted with others of its network that have the same reason.
fn of_others(record: Record, network: Network) -> Record {
    let Record { time, outcome, code, reason, count, .. } = record;
    Record { time, outcome, code, reason, count, peer: network.to_string(), ..Record::default() }
}

impl Group {
    /// The record of the calls that none has counted.
    fn counted(&mut self) -> Option<Record> {
        let count = std::mem::take(&mut self.pending);
        (count > 0).then(|| Record { count, ..self.last.clone() })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(millis: i64) -> Timestamp {
        Timestamp::from_micros(1_000 * millis)
    }

    fn of(peer: &str) -> Record {
        Record { outcome: Outcome::Rejected, peer: peer.to_owned(), count: 1, ..Record::default() }
    }

    #[test]
    fn the_first_is_as_it_is_and_the_others_are_one_and_windows_grow_while_they_come() {
        let mut alike = Alike::new();
        assert_eq!(alike.take(of("a"), at(0)), Taken::First(Box::new(of("a"))));
        assert!((1..1_000).all(|time| alike.take(of("a"), at(time)) == Taken::Counted));
        assert!(matches!(alike.take(of("b"), at(5)), Taken::First(_)), "another peer is another group");
        assert_eq!(alike.due(at(999)), []);
        let due = alike.due(at(1_000));
        assert_eq!(
            due.iter().map(|record| (record.peer.as_str(), record.count)).collect::<Vec<_>>(),
            [("a", 999)]
        );
        alike.take(of("a"), at(1_001));
        assert_eq!(alike.due(at(2_500)).len(), 0, "the second window is longer");
        assert_eq!(alike.due(at(3_001)).len(), 1);
        assert_eq!(alike.due(at(20_000)).len(), 0);
        assert!(alike.is_empty());
        assert!(matches!(alike.take(of("a"), at(20_001)), Taken::First(_)));
    }

    #[test]
    fn one_network_does_not_begin_all_groups_and_what_it_sends_besides_is_one_for_each_reason() {
        let mut alike = Alike::bounded_by_network();
        let (mut records, mut dropped) = (Vec::new(), 0);
        for index in 0..10_000_u128 {
            let address = std::net::Ipv6Addr::from_bits((0x2001_0db8 << 96) + index);
            match alike.take(of(&address.to_string()), at(1)) {
                Taken::First(record) => records.push(*record),
                Taken::Counted => {}
                Taken::Dropped => dropped += 1,
            }
        }
        assert_eq!((records.len(), dropped), (65, 0));
        assert_eq!(records[64].peer, "2001:db8::/64");
        let pending = alike.pending();
        assert_eq!(pending.iter().map(|record| record.count).sum::<u64>(), 10_000 - 65);
        assert!(matches!(alike.take(of("192.0.2.1"), at(1)), Taken::First(_)), "others are not kept out");
        let mut known = of("2001:db8:0:1::1");
        known.credential = "key".to_owned();
        assert!(matches!(alike.take(known, at(1)), Taken::First(_)), "of another network");
        let later = alike.take(of("2001:db8::ffff:1"), at(2_001));
        assert!(matches!(later, Taken::First(record) if record.peer == "2001:db8::ffff:1"));
    }

    #[test]
    fn groups_are_bounded_and_so_is_how_fast_they_begin_and_no_call_is_lost_silently() {
        let mut alike = Alike::bounded_by_network();
        let (mut records, mut dropped) = (0, 0);
        let mut written = Vec::new();
        for index in 0..100_000_i64 {
            // In 10 seconds, each from another address.
            let now = at(index / 10);
            let address = std::net::Ipv4Addr::from_bits(u32::try_from(index).unwrap());
            match alike.take(of(&address.to_string()), now) {
                Taken::First(_) => records += 1,
                Taken::Counted => {}
                Taken::Dropped => dropped += 1,
            }
            written.extend(alike.due(now));
            assert!(alike.groups.len() <= GROUPS_MAX);
        }
        assert!(records <= BEGUN_MAX + 11 * BEGUN_PER_SECOND, "{records}");
        let counted: u64 = written.iter().chain(&alike.pending()).map(|record| record.count).sum();
        assert_eq!(records + dropped + i64::try_from(counted).unwrap(), 100_000);
    }
}
