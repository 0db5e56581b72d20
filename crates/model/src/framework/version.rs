//! Versions of frameworks, and references to them.

use std::{fmt, str::FromStr};

use crate::{FrameworkId, IdError};

/// Why a text is not a version.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("version {0:?} is no semantic version; give three numbers (1.4.0)")]
pub struct VersionError(String);

/// A semantic version: `1.4.0`. Build metadata is refused, because two versions that differ only in it would be equal.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Version(semver::Version);

impl Version {
    /// Whether it comes before a release, as `2.0.0-draft.1`.
    pub fn is_prerelease(&self) -> bool {
        !self.0.pre.is_empty()
    }
}

impl FromStr for Version {
    type Err = VersionError;
    fn from_str(text: &str) -> Result<Self, VersionError> {
        match semver::Version::parse(text) {
            Ok(version) if version.build.is_empty() => Ok(Self(version)),
            _ => Err(VersionError(text.to_owned())),
        }
    }
}

impl fmt::Display for Version {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(&self.0, f)
    }
}

/// Why a text is not a reference to a framework.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum FrameworkRefError {
    /// The part before the `@` is no id.
    #[error("framework {text:?}: {error}")]
    Id {
        /// The text as given.
        text: String,
        /// What is wrong with the id.
        #[source]
        error: IdError,
    },
    /// The part after the `@` is no version.
    #[error("framework {text:?}: {error}")]
    Version {
        /// The text as given.
        text: String,
        /// What is wrong with the version.
        #[source]
        error: VersionError,
    },
}

/// A framework's newest version (`target-10-7`) or one of its versions (`target-10-7@1.0.0`).
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct FrameworkRef {
    /// Which framework.
    pub id: FrameworkId,
    /// Which version; none means the newest.
    pub version: Option<Version>,
}

impl FromStr for FrameworkRef {
    type Err = FrameworkRefError;
    fn from_str(text: &str) -> Result<Self, FrameworkRefError> {
        let (id, version) = text.split_once('@').map_or((text, None), |(id, version)| (id, Some(version)));
        let id = id.parse().map_err(|error| FrameworkRefError::Id { text: text.to_owned(), error })?;
        let version = version
            .map(str::parse)
            .transpose()
            .map_err(|error| FrameworkRefError::Version { text: text.to_owned(), error })?;
        Ok(Self { id, version })
    }
}

impl fmt::Display for FrameworkRef {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &self.version {
            None => fmt::Display::fmt(&self.id, f),
            Some(version) => write!(f, "{}@{version}", self.id),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn references_come_back_as_written() {
        for text in ["target-10-7", "target-10-7@1.0.0", "x@2.0.0-draft.1"] {
            assert_eq!(
                text.parse::<FrameworkRef>().map(|reference| reference.to_string()),
                Ok(text.to_owned())
            );
        }
    }

    #[test]
    fn refuses_versions_that_are_not_semantic() {
        for bad in ["x@", "x@1", "x@1.0", "x@v1.0.0", "x@1.0.0+build", "@1.0.0", ""] {
            assert!(bad.parse::<FrameworkRef>().is_err(), "{bad:?} was accepted");
        }
    }

    #[test]
    fn orders_versions_by_number_not_by_text() {
        let version = |text: &str| text.parse::<Version>().unwrap();
        assert!(version("1.10.0") > version("1.9.0"));
        assert!(version("1.0.0-draft") < version("1.0.0"));
    }
}
