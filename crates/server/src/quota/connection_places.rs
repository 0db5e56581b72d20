//! Whose calls a connection carries.
//!
//! *Invariant:* a connection counts once for a partner, as long as a call of the partner is under way on it, or the last call that was admitted
//! on it was of the partner.

use std::sync::{Arc, Mutex, PoisonError, Weak};

use tenseven_model::access::QuotaLimit;

use super::account::{Account, Place};

/// The partners that a connection counts for. A clone is of the same connection; an extension of its requests.
#[derive(Debug, Clone, Default)]
pub(crate) struct ConnectionPlaces(Arc<Mutex<Places>>);

#[derive(Debug, Default)]
struct Places {
    /// That of the last call.
    last: Option<Arc<Place>>,
    /// Those of earlier calls that may be under way: a proxy sends calls of several partners over one connection.
    earlier: Vec<Weak<Place>>,
}

impl ConnectionPlaces {
    /// Counts the connection for the partner of a call; none if the partner has `max` others already. The call keeps the place.
    pub(super) fn admit(&self, account: &Arc<Account>, max: u64) -> Option<Arc<Place>> {
        let mut places = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(last) = places.last.as_ref().filter(|last| Arc::ptr_eq(last.account(), account)) {
            return Some(Arc::clone(last));
        }
        let earlier = places.earlier.iter().filter_map(Weak::upgrade);
        let known = earlier.into_iter().find(|place| Arc::ptr_eq(place.account(), account));
        let place = match known {
            Some(place) => place,
            None => Arc::new(Place::take(account, QuotaLimit::Connections, max)?),
        };
        // A call without a key does not take the connection from the partner whose it is.
        if account.partner.is_none() && places.last.is_some() {
            return Some(place);
        }
        let before = places.last.replace(Arc::clone(&place));
        places.earlier.extend(before.as_ref().map(Arc::downgrade));
        drop(before);
        places.earlier.retain(|place| place.strong_count() > 0);
        Some(place)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn account() -> Arc<Account> {
        Arc::new(Account::new(None))
    }

    #[test]
    fn a_connection_counts_once_for_each_partner_with_calls_and_for_the_last() {
        let of = |name: &str| Arc::new(Account::new(Some(name.parse().unwrap())));
        let (connection, one, other) = (ConnectionPlaces::default(), of("one"), of("other"));
        let counts = || [&one, &other].map(|account| account.in_use(QuotaLimit::Connections));
        let first = connection.admit(&one, 1).unwrap();
        let second = connection.admit(&one, 1).unwrap();
        assert_eq!(counts(), [1, 0]);
        drop(first);
        let others = connection.admit(&other, 1).unwrap();
        assert_eq!(counts(), [1, 1], "a call of the first is under way");
        let third = connection.admit(&one, 1).unwrap();
        assert_eq!(counts(), [1, 1]);
        drop((second, third, others));
        assert_eq!(counts(), [1, 0], "the last call was of the first");
        assert!(ConnectionPlaces::default().admit(&one, 1).is_none(), "another connection is one too many");
        drop(connection);
        assert_eq!(counts(), [0, 0]);
    }

    #[test]
    fn an_anonymous_call_does_not_take_the_connection_from_a_partner() {
        let (connection, anonymous) = (ConnectionPlaces::default(), account());
        let partner = Arc::new(Account::new(Some("hcp".parse().unwrap())));
        drop(connection.admit(&anonymous, 1));
        drop(connection.admit(&partner, 1));
        drop(connection.admit(&anonymous, 1));
        assert_eq!(partner.in_use(QuotaLimit::Connections), 1);
        assert_eq!(anonymous.in_use(QuotaLimit::Connections), 0);
    }

    #[test]
    fn nothing_is_kept_of_calls_that_ended() {
        let connection = ConnectionPlaces::default();
        for _ in 0..100 {
            drop(connection.admit(&account(), 1));
        }
        assert!(connection.0.lock().unwrap().earlier.len() <= 1);
    }
}
