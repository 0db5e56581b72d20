//! The accounts of all partners, and admission by them.

use std::{
    collections::HashMap,
    sync::{Arc, PoisonError, RwLock},
};

use tenseven_model::{PartnerId, access::QuotaLimit};
use tenseven_observatory::Observatory;
use tokio::time::Instant;

use super::{
    account::{Account, Place},
    allowance::Allowance,
    connection_places::ConnectionPlaces,
    counters::Counters,
    exceeded::Exceeded,
    kind::Kind,
    limits::PartnerLimits,
};

/// Accounts with which idle ones are dropped for the first time.
const ACCOUNTS_MIN: usize = 64;
/// Partners that the use of a limit lists.
const LISTED_MAX: usize = 10;

/// All accounts. A clone has the same.
#[derive(Clone)]
pub(crate) struct Quotas(Arc<Shared>);

struct Shared {
    observatory: Arc<Observatory>,
    defaults: PartnerLimits,
    /// The limits of all anonymous callers together.
    anonymous: PartnerLimits,
    counters: Counters,
    accounts: RwLock<Accounts>,
}

#[derive(Default)]
struct Accounts {
    by_partner: HashMap<Option<PartnerId>, Arc<Account>>,
    /// How many there are when idle ones are dropped next.
    sweep_at: usize,
}

/// What an admitted call may use, and what it takes until this is dropped.
#[derive(Debug)]
pub(crate) struct Admitted {
    pub(crate) allowance: Allowance,
    _lasting: Option<Place>,
    _connection: Option<Arc<Place>>,
}

/// A limit and its use.
pub(crate) struct LimitUse {
    pub(crate) limit: QuotaLimit,
    /// The default of this server.
    pub(crate) default: u64,
    /// How often it was the reason of a rejection.
    pub(crate) rejected: u64,
    /// The partners that use most of it, most first; none: anonymous callers.
    pub(crate) uses: Vec<(Option<PartnerId>, u64)>,
}

impl Quotas {
    pub(crate) fn new(
        observatory: Arc<Observatory>,
        (defaults, anonymous): (PartnerLimits, PartnerLimits),
        counters: Counters,
    ) -> Self {
        Self(Arc::new(Shared { observatory, defaults, anonymous, counters, accounts: RwLock::default() }))
    }

    /// Admits a call of a partner, or of an anonymous caller; none if it is not counted: while there is no partner there are no others whom
    /// somebody could be in the way of.
    pub(crate) fn admit(
        &self,
        partner: Option<&PartnerId>,
        path: &str,
        connection: Option<&ConnectionPlaces>,
        now: Instant,
    ) -> Result<Option<Admitted>, Exceeded> {
        let Some(kind) = Kind::of(path) else { return Ok(None) };
        let Some(allowance) = self.allowance(partner, now) else { return Ok(None) };
        allowance.charge_request(now)?;
        let connection = match connection {
            None => None,
            Some(places) => {
                let place = places.admit(&allowance.account, allowance.value(QuotaLimit::Connections));
                Some(place.ok_or_else(|| allowance.busy(QuotaLimit::Connections))?)
            }
        };
        let lasting = match kind {
            Kind::Unary => None,
            Kind::Lasting(limit) => Some(allowance.take(limit)?),
        };
        Ok(Some(Admitted { allowance, _lasting: lasting, _connection: connection }))
    }

    /// Charges a call of a partner that is rejected anyway.
    pub(crate) fn charge_rejected(&self, partner: &PartnerId, now: Instant) -> Result<(), Exceeded> {
        self.allowance(Some(partner), now).map_or(Ok(()), |allowance| allowance.charge_request(now))
    }

    fn allowance(&self, partner: Option<&PartnerId>, now: Instant) -> Option<Allowance> {
        let limits = self.limits(partner)?;
        let Shared { counters, accounts, .. } = &*self.0;
        Some(Allowance { account: account(accounts, partner, now), limits, counters: counters.clone() })
    }

    /// The limits of a caller now; none while there is no partner.
    fn limits(&self, partner: Option<&PartnerId>) -> Option<PartnerLimits> {
        let Shared { observatory, defaults, anonymous, .. } = &*self.0;
        match partner {
            Some(id) => Some(
                observatory
                    .partner(id)
                    .map_or(*defaults, |stored| defaults.overridden(&stored.partner.quota)),
            ),
            None => observatory.has_partners().then_some(*anonymous),
        }
    }

    /// All limits, with how they are used.
    pub(crate) fn uses(&self, now: Instant) -> Vec<LimitUse> {
        let Shared { defaults, counters, accounts, .. } = &*self.0;
        let mut accounts = accounts.write().unwrap_or_else(PoisonError::into_inner);
        accounts.sweep(now);
        let of = |limit| {
            let of_account = |account: &Arc<Account>| (account.partner.clone(), account.in_use(limit));
            let mut uses: Vec<_> =
                accounts.by_partner.values().map(of_account).filter(|(_, in_use)| *in_use > 0).collect();
            uses.sort_by(|one, other| other.1.cmp(&one.1).then_with(|| one.0.cmp(&other.0)));
            uses.truncate(LISTED_MAX);
            LimitUse { limit, default: defaults.get(limit).get(), rejected: counters.rejected(limit), uses }
        };
        QuotaLimit::ALL.map(of).into()
    }
}

/// The account of a partner, or of all anonymous callers.
fn account(accounts: &RwLock<Accounts>, partner: Option<&PartnerId>, now: Instant) -> Arc<Account> {
    let key = partner.cloned();
    if let Some(known) = accounts.read().unwrap_or_else(PoisonError::into_inner).by_partner.get(&key) {
        return Arc::clone(known);
    }
    let mut accounts = accounts.write().unwrap_or_else(PoisonError::into_inner);
    if accounts.by_partner.len() >= accounts.sweep_at {
        accounts.sweep(now);
    }
    let new = || Arc::new(Account::new(partner.cloned()));
    Arc::clone(accounts.by_partner.entry(key).or_insert_with(new))
}

impl Accounts {
    /// Drops the accounts that are as new ones would be. Nobody else has one of them: who takes one does so by the lock.
    fn sweep(&mut self, now: Instant) {
        self.by_partner.retain(|_, account| Arc::strong_count(account) > 1 || !account.is_idle(now));
        self.sweep_at = ACCOUNTS_MIN.max(2 * self.by_partner.len());
    }
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use super::*;

    #[test]
    fn accounts_that_are_idle_are_dropped_and_others_are_kept() {
        let (accounts, start) = (RwLock::<Accounts>::default(), Instant::now());
        let id = |number: usize| format!("partner-{number}").parse::<PartnerId>().unwrap();
        let count = || accounts.read().unwrap().by_partner.len();
        let held = account(&accounts, Some(&id(0)), start);
        account(&accounts, Some(&id(1)), start).requests.charge(50, 10, start).unwrap();
        for number in 2..5_000 {
            assert_eq!(account(&accounts, Some(&id(number)), start).partner, Some(id(number)));
            assert!(count() <= ACCOUNTS_MIN + 1, "{}", count());
        }
        accounts.write().unwrap().sweep(start);
        assert_eq!(count(), 2);
        assert!(Arc::ptr_eq(&held, &account(&accounts, Some(&id(0)), start)));
        drop(held);
        accounts.write().unwrap().sweep(start + Duration::from_secs(5));
        assert_eq!(count(), 0);
    }
}
