//! Rejections.

use std::time::Duration;

use tenseven_model::{PartnerId, access::QuotaLimit};
use tokio::time::sleep;

/// How long a rejection is kept back: a caller that does not wait by itself costs little then.
const KEPT_BACK: Duration = Duration::from_millis(100);

/// A partner would use more than it may.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Exceeded {
    /// Which partner; none: all anonymous callers together.
    pub(crate) partner: Option<PartnerId>,
    /// Of what.
    pub(crate) limit: QuotaLimit,
    /// How much it may use.
    pub(crate) value: u64,
    /// When the same may be tried again; of a rate, when it fits.
    pub(crate) wait: Duration,
}

impl Exceeded {
    /// The same a little later, but not after `most`.
    pub(crate) async fn kept_back(self, most: Duration) -> Self {
        let kept_back = KEPT_BACK.min(most);
        sleep(kept_back).await;
        Self { wait: self.wait.saturating_sub(kept_back), ..self }
    }
}
