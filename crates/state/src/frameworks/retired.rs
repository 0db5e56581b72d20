//! Retired versions: they can be read as they were, and nothing is scored by them any more.

use std::fmt;

use tenseven_model::{FrameworkRef, Revision, Timestamp, WithdrawalReason};

use super::published::UnreadableVersion;
use crate::unknown::UnknownFramework;

/// The retirement of a version.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Retired {
    /// The version.
    pub framework: FrameworkRef,
    /// The revision that retired it.
    pub revision: Revision,
    /// When that was accepted.
    pub retired_at: Timestamp,
    /// Why.
    pub reason: WithdrawalReason,
}

/// A version, or all versions of a framework, are retired.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RetiredFramework {
    /// The retirement; where all versions are retired, that of the newest.
    pub retired: Retired,
    /// The version that the framework's id means now; none if all are retired.
    pub current: Option<FrameworkRef>,
}

impl fmt::Display for RetiredFramework {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Retired { framework, revision, retired_at: _, reason } = &self.retired;
        write!(f, "{framework} was retired at revision {revision}: {reason}; ")?;
        match &self.current {
            Some(current) => write!(f, "use {current}, or ask as of an earlier revision"),
            None => {
                write!(
                    f,
                    "no version of {} is left, so publish one, or ask as of an earlier revision",
                    framework.id
                )
            }
        }
    }
}

impl std::error::Error for RetiredFramework {}

/// A reference means no version.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum FrameworkLookupError {
    /// No such framework or version is published.
    #[error(transparent)]
    Unknown(#[from] UnknownFramework),
    /// All versions of the framework are retired.
    #[error(transparent)]
    Retired(#[from] Box<RetiredFramework>),
    /// The version cannot be read any more.
    #[error(transparent)]
    Unreadable(#[from] UnreadableVersion),
}
