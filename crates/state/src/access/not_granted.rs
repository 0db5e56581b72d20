//! What a partner lacks.

use std::fmt;

use tenseven_model::{
    CoderId, CuratorId, FrameworkId, IndicatorId, ObservationKey, PartnerId,
    access::{KeyId, Role},
};

/// A grant that would allow what was asked for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum MissingGrant {
    /// One of these roles, with any scope.
    Role(&'static [Role]),
    /// Publisher of a framework.
    Framework(FrameworkId),
    /// Curator with an id.
    Curator(CuratorId),
    /// Coder with an id.
    Coder(CoderId),
    /// Contributor that names the source of what another partner made.
    Replacement(Box<ObservationKey>),
    /// Coder with an id, of an indicator.
    Coding {
        /// The id.
        coder: CoderId,
        /// The indicator.
        indicator: IndicatorId,
    },
}

impl fmt::Display for MissingGrant {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Role(roles) => {
                let names: Vec<&str> = roles.iter().map(|role| role.as_str()).collect();
                f.write_str(&names.join(" or "))
            }
            Self::Framework(id) => write!(f, "publisher with a prefix of framework {id}"),
            Self::Curator(curator) => write!(f, "curator with curator {curator}"),
            Self::Coder(coder) => write!(f, "coder with coder {coder}"),
            Self::Replacement(key) => {
                let ObservationKey { indicator, area, source, .. } = &**key;
                write!(
                    f,
                    "contributor with indicator {indicator}, area {area} and source {source} by name, "
                )?;
                f.write_str("because another partner made the current observation")
            }
            Self::Coding { coder, indicator } => {
                write!(f, "coder with coder {coder} and indicator {indicator}")
            }
        }
    }
}

/// A change of an observation that is outside the grants of its author.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum OutsideGrants {
    /// No grant covers it.
    #[error(
        "no grant covers indicator {}, area {} and source {}; it needs contributor with all three",
        .0.indicator, .0.area, .0.source
    )]
    Uncovered(ObservationKey),
    /// Another partner made the current version.
    #[error(
        "the current version was made by another partner; to replace it needs contributor with source {} by name",
        .0.source
    )]
    OfAnother(ObservationKey),
}

/// What was asked for is not granted.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum NotGranted {
    /// A grant is missing.
    #[error("partner {partner} lacks a grant: {missing}")]
    Missing {
        /// Who asked.
        partner: PartnerId,
        /// What would allow it.
        missing: MissingGrant,
    },
    /// Some changes of a submission are outside the grants. None was made.
    #[error("{} of the submission's changes are outside the grants of partner {partner}", .outside.len())]
    Changes {
        /// Who asked.
        partner: PartnerId,
        /// The index of each, and why.
        outside: Vec<(usize, OutsideGrants)>,
    },
    /// The partner was suspended, or is not known, meanwhile.
    #[error("partner {0} may not call any more; ask an admin of the registry")]
    Suspended(PartnerId),
    /// The key was revoked meanwhile.
    #[error("key {0} was revoked; have an admin issue another one")]
    KeyRevoked(KeyId),
}
