//! What a call may use while it is under way.

use std::{sync::Arc, time::Duration};

use tenseven_model::access::QuotaLimit;
use tokio::time::Instant;

use super::{
    account::{Account, Place},
    counters::Counters,
    exceeded::Exceeded,
    limits::PartnerLimits,
};

/// When to try again what is limited at a time.
const BUSY_WAIT: Duration = Duration::from_secs(1);

/// The account of a call's partner, with the limits that counted when the call began. A clone is of the same call.
#[derive(Debug, Clone)]
pub(crate) struct Allowance {
    pub(super) account: Arc<Account>,
    pub(super) limits: PartnerLimits,
    pub(super) counters: Counters,
}

/// The bytes of an incomplete request, until this is dropped.
#[derive(Debug)]
pub(crate) struct RequestBytes {
    allowance: Allowance,
    place: Place,
}

impl Allowance {
    /// The limits of the caller.
    pub(crate) fn limits(&self) -> PartnerLimits {
        self.limits
    }

    /// Charges changes of observations.
    pub(crate) fn charge_observations(&self, count: usize, now: Instant) -> Result<(), Exceeded> {
        self.try_observations(count, now).map_err(|wait| self.exceeded(QuotaLimit::Observations, wait))
    }

    /// Charges a batch of a stream, as a request and by its observations, once that can be done within `most`. An empty one counts as one
    /// observation.
    pub(crate) async fn wait_for_batch(&self, observations: usize, most: Duration) -> Result<(), Exceeded> {
        let until = Instant::now() + most;
        let request = |now| self.account.requests.charge(1, self.value(QuotaLimit::Requests), now);
        self.wait_for(QuotaLimit::Requests, request, until).await?;
        let observations = |now| self.try_observations(observations.max(1), now);
        self.wait_for(QuotaLimit::Observations, observations, until).await
    }

    async fn wait_for(
        &self,
        limit: QuotaLimit,
        charge: impl Fn(Instant) -> Result<(), Duration>,
        until: Instant,
    ) -> Result<(), Exceeded> {
        while let Err(wait) = charge(Instant::now()) {
            if Instant::now() + wait > until {
                return Err(self.exceeded(limit, wait));
            }
            tokio::time::sleep(wait).await;
        }
        Ok(())
    }

    fn try_observations(&self, count: usize, now: Instant) -> Result<(), Duration> {
        let (count, rate) = (u64::try_from(count).unwrap_or(u64::MAX), self.value(QuotaLimit::Observations));
        self.account.observations.charge(count, rate, now)
    }

    /// Counts no byte of a request yet.
    pub(crate) fn request_bytes(&self) -> RequestBytes {
        RequestBytes { allowance: self.clone(), place: Place::empty(&self.account, QuotaLimit::RequestBytes) }
    }

    pub(super) fn charge_request(&self, now: Instant) -> Result<(), Exceeded> {
        let charged = self.account.requests.charge(1, self.value(QuotaLimit::Requests), now);
        charged.map_err(|wait| self.exceeded(QuotaLimit::Requests, wait))
    }

    /// Takes one of what is limited at a time.
    pub(super) fn take(&self, limit: QuotaLimit) -> Result<Place, Exceeded> {
        Place::take(&self.account, limit, self.value(limit)).ok_or_else(|| self.busy(limit))
    }

    /// That as much as there may be is in use.
    pub(super) fn busy(&self, limit: QuotaLimit) -> Exceeded {
        self.exceeded(limit, BUSY_WAIT)
    }

    pub(super) fn value(&self, limit: QuotaLimit) -> u64 {
        self.limits.get(limit).get()
    }

    fn exceeded(&self, limit: QuotaLimit, wait: Duration) -> Exceeded {
        self.counters.note(limit);
        Exceeded { partner: self.account.partner.clone(), limit, value: self.value(limit), wait }
    }
}

impl RequestBytes {
    /// Counts that many bytes. A request with more than all may have fits while there is no other.
    pub(crate) fn resize(&mut self, bytes: usize) -> Result<(), Exceeded> {
        let (bytes, max) =
            (u64::try_from(bytes).unwrap_or(u64::MAX), self.allowance.value(QuotaLimit::RequestBytes));
        if self.place.resize(bytes, |total| total <= max || total == bytes) {
            return Ok(());
        }
        Err(self.allowance.busy(QuotaLimit::RequestBytes))
    }
}

#[cfg(test)]
mod tests {
    use std::num::NonZero;

    use super::*;

    fn allowance(limit: QuotaLimit, value: u64) -> Allowance {
        let limits = PartnerLimits::default().with(limit, NonZero::new(value).unwrap());
        Allowance { account: Arc::new(Account::new(None)), limits, counters: Counters::default() }
    }

    #[test]
    fn bytes_beyond_the_limit_fit_for_one_request_alone() {
        let allowance = allowance(QuotaLimit::RequestBytes, 100);
        let (mut one, mut other) = (allowance.request_bytes(), allowance.request_bytes());
        assert!(one.resize(60).is_ok() && other.resize(40).is_ok());
        let exceeded = other.resize(41).unwrap_err();
        assert_eq!(
            (exceeded.limit, exceeded.value, exceeded.wait),
            (QuotaLimit::RequestBytes, 100, BUSY_WAIT)
        );
        assert_eq!(allowance.counters.rejected(QuotaLimit::RequestBytes), 1);
        drop(other);
        assert!(one.resize(1_000).is_ok() && one.resize(900).is_ok());
        assert!(allowance.request_bytes().resize(1).is_err());
        drop(one);
        assert!(allowance.request_bytes().resize(100).is_ok());
    }

    #[tokio::test(start_paused = true)]
    async fn a_stream_waits_for_its_batches_unless_that_takes_too_long() {
        let (allowance, start) = (allowance(QuotaLimit::Observations, 10), Instant::now());
        let most = Duration::from_secs(2);
        allowance.wait_for_batch(20, most).await.unwrap();
        assert_eq!(Instant::now(), start);
        allowance.wait_for_batch(10, most).await.unwrap();
        assert_eq!(start.elapsed(), Duration::from_secs(2));
        allowance.wait_for_batch(40, most).await.unwrap();
        let exceeded = allowance.wait_for_batch(1, most).await.unwrap_err();
        assert_eq!((exceeded.wait, exceeded.value), (Duration::from_millis(3_100), 10));
    }

    #[tokio::test(start_paused = true)]
    async fn a_batch_without_observations_is_a_request_and_an_observation() {
        let (allowance, start) = (allowance(QuotaLimit::Requests, 10), Instant::now());
        for _ in 0..30 {
            allowance.wait_for_batch(0, Duration::from_secs(2)).await.unwrap();
        }
        assert_eq!(start.elapsed().as_millis() / 100, 20);
    }
}
