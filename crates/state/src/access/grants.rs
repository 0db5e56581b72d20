//! What a partner may do, as the rules ask it.

use tenseven_model::{
    CoderId, CuratorId, FrameworkId, IndicatorId, PartnerId, Revision, Timestamp,
    access::{ContributionScope, Grant, Role},
};

use super::not_granted::{MissingGrant, NotGranted};

/// A grant with the revision that added it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct StoredGrant {
    /// The revision that added it, which names it.
    pub revision: Revision,
    /// When that was.
    pub added_at: Timestamp,
    /// What is granted.
    pub grant: Grant,
}

/// The grants of a partner.
#[derive(Debug, Clone, Copy)]
pub struct Grants<'a> {
    partner: &'a PartnerId,
    grants: &'a [StoredGrant],
}

impl<'a> Grants<'a> {
    pub(super) fn of(partner: &'a PartnerId, grants: &'a [StoredGrant]) -> Self {
        Self { partner, grants }
    }

    /// Whose they are.
    pub fn partner(&self) -> &'a PartnerId {
        self.partner
    }

    fn all(&self) -> impl Iterator<Item = &'a Grant> {
        self.grants.iter().map(|stored| &stored.grant)
    }

    /// Whether everything is allowed.
    pub fn is_admin(&self) -> bool {
        self.all().any(|grant| matches!(grant, Grant::Admin))
    }

    /// Whether one of the roles is granted, with any scope. An admin has every role.
    pub fn check_role(&self, roles: &'static [Role]) -> Result<(), NotGranted> {
        let found = self.all().any(|grant| grant.role() == Role::Admin || roles.contains(&grant.role()));
        if found { Ok(()) } else { Err(self.not_granted(MissingGrant::Role(roles))) }
    }

    /// What observations may be changed.
    pub(super) fn contributions(&self) -> impl Iterator<Item = &'a ContributionScope> {
        self.all().filter_map(|grant| match grant {
            Grant::Contributor(scope) => Some(&**scope),
            _ => None,
        })
    }

    /// Succeeds if a framework with this id may be published and retired.
    pub fn check_framework(&self, id: &FrameworkId) -> Result<(), NotGranted> {
        self.check(MissingGrant::Framework(id.clone()), |grant| match grant {
            Grant::Publisher(prefixes) => prefixes.covers(id),
            _ => false,
        })
    }

    /// Succeeds if practices may be written, and ratings decided between, under this id.
    pub fn check_curator(&self, curator: &CuratorId) -> Result<(), NotGranted> {
        self.check(MissingGrant::Curator(curator.clone()), |grant| match grant {
            Grant::Curator(curators) => curators.covers(curator),
            _ => false,
        })
    }

    /// Succeeds if this indicator may be rated under this id.
    pub fn check_coding(&self, coder: &CoderId, indicator: &IndicatorId) -> Result<(), NotGranted> {
        let missing = MissingGrant::Coding { coder: coder.clone(), indicator: indicator.clone() };
        self.check(missing, |grant| match grant {
            Grant::Coder(scope) => scope.coders.covers(coder) && scope.indicators.covers(indicator),
            _ => false,
        })
    }

    /// Succeeds if what a coder with this id may see may be seen.
    pub fn check_coder(&self, coder: &CoderId) -> Result<(), NotGranted> {
        self.check(MissingGrant::Coder(coder.clone()), |grant| match grant {
            Grant::Coder(scope) => scope.coders.covers(coder),
            _ => false,
        })
    }

    /// Succeeds if partners, keys and grants may be managed.
    pub fn check_admin(&self) -> Result<(), NotGranted> {
        self.check(MissingGrant::Role(&[Role::Admin]), |_| false)
    }

    fn check(&self, missing: MissingGrant, allows: impl Fn(&Grant) -> bool) -> Result<(), NotGranted> {
        let found = self.all().any(|grant| matches!(grant, Grant::Admin) || allows(grant));
        if found { Ok(()) } else { Err(self.not_granted(missing)) }
    }

    fn not_granted(&self, missing: MissingGrant) -> NotGranted {
        NotGranted::Missing { partner: self.partner().clone(), missing }
    }
}
