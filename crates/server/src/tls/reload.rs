//! The certificates in use, which follow their files while the server runs.

use std::{
    sync::{Arc, Mutex, PoisonError},
    time::Duration,
};

use arc_swap::ArcSwap;
use prost_types::Timestamp;
use tenseven_observatory::{Clock as _, SystemClock};
use tokio::{sync::Notify, time::Instant};
use tokio_rustls::TlsAcceptor;
use tracing::{error, info, warn};

use super::{TlsError, TlsFiles, certificates::Loaded};
use crate::rereads::next_read;

/// How long before the certificate expires a warning is logged.
const WARN_BEFORE: Duration = Duration::from_hours(30 * 24);
/// How often it is logged again.
const WARN_INTERVAL: Duration = Duration::from_hours(24);

/// The certificates in use. A clone has the same ones.
#[derive(Clone)]
pub(crate) struct Certificates(Arc<Shared>);

struct Shared {
    files: TlsFiles,
    current: ArcSwap<Loaded>,
    /// Why the files are not used that there are now; none if they are.
    problem: Mutex<Option<String>>,
    requested: Arc<Notify>,
}

impl Certificates {
    /// Reads the files.
    pub(crate) fn open(files: TlsFiles) -> Result<Self, TlsError> {
        let loaded = Loaded::new(&files, files.read()?)?;
        let (current, problem) = (ArcSwap::from_pointee(loaded), Mutex::new(None));
        Ok(Self(Arc::new(Shared { files, current, problem, requested: Arc::default() })))
    }

    /// What new connections shake hands with.
    pub(crate) fn acceptor(&self) -> TlsAcceptor {
        TlsAcceptor::from(Arc::clone(&self.0.current.load().config))
    }

    /// When the certificate in use expires; none if that cannot be read.
    pub(crate) fn expire_time(&self) -> Option<Timestamp> {
        self.0.current.load().expire_time
    }

    /// Why the files are not used that there are now; none if they are.
    pub(crate) fn problem(&self) -> Option<String> {
        self.0.problem.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }

    /// What a reload is requested by.
    pub(crate) fn requested(&self) -> Arc<Notify> {
        Arc::clone(&self.0.requested)
    }

    /// Follows the files until `stop` is ready: reads them every few seconds, and when that is requested.
    pub(crate) async fn follow(self, stop: impl Future<Output = ()>) {
        let mut stop = std::pin::pin!(stop);
        let mut warned_at: Option<Instant> = None;
        loop {
            if warned_at.is_none_or(|warned_at| warned_at.elapsed() >= WARN_INTERVAL) {
                self.warn_of_expiry();
                warned_at = Some(Instant::now());
            }
            let Some(is_requested) = next_read(stop.as_mut(), &self.0.requested).await else { return };
            let again = self.clone();
            match tokio::task::spawn_blocking(move || again.reload(is_requested)).await {
                // A new certificate is looked at by its own date.
                Ok(true) => warned_at = None,
                Ok(false) => {}
                // Only where the process ends.
                Err(_) => return,
            }
        }
    }

    /// Replaces the certificates where the files have others that can be used, and returns whether they were replaced.
    fn reload(&self, is_requested: bool) -> bool {
        let Shared { files, current, problem, .. } = self.0.as_ref();
        let mut problem = problem.lock().unwrap_or_else(PoisonError::into_inner);
        let read = files.read().and_then(|contents| {
            let is_new = contents != current.load().contents;
            is_new.then(|| Loaded::new(files, contents)).transpose()
        });
        match read {
            Ok(Some(loaded)) => {
                let expires = loaded.expire_time.as_ref().map(ToString::to_string);
                current.store(Arc::new(loaded));
                *problem = None;
                info!(certificate = %files.certificate.display(), expires, "new certificates are in use");
                true
            }
            Ok(None) => {
                if is_requested || problem.is_some() {
                    info!("the certificates in use are those of the files");
                }
                *problem = None;
                false
            }
            Err(error) => {
                let text = error.to_string();
                // The same problem is logged once, however often the files are read.
                if is_requested || problem.as_ref() != Some(&text) {
                    error!(error = text, "the certificates cannot be reloaded; those in use stay");
                }
                *problem = Some(text);
                false
            }
        }
    }

    fn warn_of_expiry(&self) {
        let Some(expires) = self.expire_time() else { return };
        let certificate = self.0.files.certificate.display();
        let left = expires.seconds - SystemClock.now().as_micros().div_euclid(1_000_000);
        match Expiry::of(left) {
            Expiry::Distant => {}
            Expiry::Near => warn!(%certificate, %expires, "the certificate expires soon; renew it"),
            Expiry::Past => error!(%certificate, %expires, "the certificate has expired; clients refuse it"),
        }
    }
}

/// How near the end of a certificate is.
#[derive(Debug, PartialEq, Eq)]
enum Expiry {
    Distant,
    Near,
    Past,
}

impl Expiry {
    /// By how many seconds are left.
    fn of(left: i64) -> Self {
        match u64::try_from(left) {
            Err(_) => Self::Past,
            Ok(left) if left < WARN_BEFORE.as_secs() => Self::Near,
            Ok(_) => Self::Distant,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_certificate_is_warned_of_30_days_ahead() {
        const DAY: i64 = 24 * 60 * 60;
        assert_eq!(Expiry::of(30 * DAY), Expiry::Distant);
        assert_eq!(Expiry::of(30 * DAY - 1), Expiry::Near);
        assert_eq!(Expiry::of(0), Expiry::Near);
        assert_eq!(Expiry::of(-1), Expiry::Past);
    }
}
