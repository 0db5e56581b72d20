//! An LRU cache with a limit on the number of values and on their total cost.

use std::collections::VecDeque;

/// Values by key, the most recently used last. The most recent value stays, whatever it costs.
#[derive(Debug)]
pub(crate) struct LruCache<K, V> {
    entries: VecDeque<(K, V, u64)>,
    count_max: usize,
    cost_max: u64,
}

impl<K: PartialEq, V: Clone> LruCache<K, V> {
    /// A cache of at most `count_max` values, with a total cost of at most `cost_max`.
    pub(crate) fn new(count_max: usize, cost_max: u64) -> Self {
        Self { entries: VecDeque::new(), count_max, cost_max }
    }

    pub(crate) fn get(&mut self, key: &K) -> Option<V> {
        let index = self.entries.iter().position(|(known, ..)| known == key)?;
        let entry = self.entries.remove(index)?;
        let value = entry.1.clone();
        self.entries.push_back(entry);
        Some(value)
    }

    pub(crate) fn keep(&mut self, key: K, value: V, cost: u64) {
        self.entries.retain(|(known, ..)| *known != key);
        self.entries.push_back((key, value, cost));
        while self.entries.len() > 1
            && (self.entries.len() > self.count_max
                || self.entries.iter().map(|(.., cost)| cost).sum::<u64>() > self.cost_max)
        {
            self.entries.pop_front();
        }
    }

    /// The number of values and their total cost.
    #[cfg(test)]
    pub(super) fn held(&self) -> (usize, u64) {
        (self.entries.len(), self.entries.iter().map(|(.., cost)| cost).sum())
    }

    /// The value with the highest rank, of those that have one.
    pub(crate) fn best<R: Ord>(&self, rank: impl Fn(&K) -> Option<R>) -> Option<V> {
        let ranked = self.entries.iter().filter_map(|(key, value, _)| Some((rank(key)?, value)));
        ranked.max_by(|(a, _), (b, _)| a.cmp(b)).map(|(_, value)| value.clone())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_least_recently_used_value_is_evicted_first_and_the_last_one_stays() {
        let mut kept = LruCache::new(3, 10);
        for (key, cost) in [(1, 3), (2, 3), (3, 3)] {
            kept.keep(key, key, cost);
        }
        assert_eq!(kept.get(&1), Some(1));
        kept.keep(4, 4, 3);
        assert_eq!([1, 2, 3, 4].map(|key| kept.get(&key)), [Some(1), None, Some(3), Some(4)]);
        kept.keep(5, 5, 99);
        assert_eq!([1, 3, 4, 5].map(|key| kept.get(&key)), [None, None, None, Some(5)]);
    }
}
