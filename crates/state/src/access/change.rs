//! Changes of partners, keys and grants, decided into events.
//!
//! *Invariant:* an admin with a valid key can only lose the grant or that key, or be suspended, while another admin has a key that does not
//! expire. Keys expire regardless; then an admin is made offline.

use tenseven_model::{
    ContentDigest, PartnerId, Revision, Timestamp, WithdrawalReason,
    access::{AccessChange, ContributionScope, Grant, IssuedKey, KeyId, Partner, PartnerStatus, Scope},
    event::{ChangeCounts, Event},
};

use super::{
    digest,
    grants::Grants,
    not_granted::NotGranted,
    partners::{Partners, StoredPartner},
    rejection::{AccessRejection, GrantExists, KeyIdTaken, LastAdmin, TooManyOfPartner, UnknownGrant},
};
use crate::{
    operation::{Decision, Operation, Size},
    rules::Rules,
    state::State,
};

/// Most partners.
pub const PARTNERS_MAX: usize = 10_000;
/// Most keys of a partner that are not revoked.
pub const KEYS_MAX: usize = 16;
/// Most grants of a partner.
pub const GRANTS_MAX: usize = 64;

/// The command to register a partner, or to replace what is known of it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PutPartner {
    /// The partner.
    pub partner: Partner,
    /// Whether one that is registered keeps its status, whichever it is.
    pub keeps_status: bool,
    /// Whether one that is registered keeps its quota, whichever it is.
    pub keeps_quota: bool,
}

/// The command to issue a key.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct IssueKey(pub IssuedKey);

/// The command to revoke a key.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RevokeKey {
    /// Whose.
    pub partner: PartnerId,
    /// Which key.
    pub key: KeyId,
    /// Why.
    pub reason: WithdrawalReason,
}

/// The command to add a grant.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AddGrant {
    /// Whose.
    pub partner: PartnerId,
    /// What is granted.
    pub grant: Grant,
}

/// The command to take a grant back.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RevokeGrant {
    /// Whose.
    pub partner: PartnerId,
    /// The revision that added it.
    pub grant: Revision,
    /// Why.
    pub reason: WithdrawalReason,
}

/// A command that becomes a change of access.
trait Changing: Sized {
    /// Succeeds if it can be accepted on top of a state.
    fn check(&self, partners: &Partners, rules: &Rules<'_>, state: &State) -> Result<(), AccessRejection>;

    /// The command with what it takes from the state.
    fn resolved(self, _: &Partners) -> Self {
        self
    }

    /// The change.
    fn into_change(self) -> AccessChange;

    /// How many partners or keys are new.
    fn counts(&self, partners: &Partners) -> ChangeCounts;
}

impl Changing for PutPartner {
    fn check(&self, partners: &Partners, _: &Rules<'_>, state: &State) -> Result<(), AccessRejection> {
        let Self { partner, keeps_status: _, keeps_quota: _ } = self;
        for name in &partner.certificate_names {
            if let Some(owner) = partners.owner_of_name(name).filter(|owner| **owner != partner.id) {
                let (name, owner) = (name.clone(), owner.clone());
                return Err(AccessRejection::CertificateNameTaken { name, owner });
            }
        }
        let Ok(before) = partners.get(&partner.id) else {
            let remedy = "suspend and rename one that is not used any more";
            return within(partners.count(), PARTNERS_MAX, "partners", remedy);
        };
        let after = StoredPartner { partner: partner.clone(), ..(**before).clone() };
        check_last_admin(state, before, &after)
    }

    fn resolved(self, partners: &Partners) -> Self {
        let Self { mut partner, keeps_status, keeps_quota } = self;
        if let Ok(stored) = partners.get(&partner.id) {
            if keeps_status {
                partner = partner.with_status(stored.partner.status);
            }
            if keeps_quota {
                partner = partner.with_quota(stored.partner.quota);
            }
        }
        Self { partner, keeps_status, keeps_quota }
    }

    fn into_change(self) -> AccessChange {
        AccessChange::PartnerPut(self.partner)
    }

    fn counts(&self, partners: &Partners) -> ChangeCounts {
        let revised = u32::from(partners.get(&self.partner.id).is_ok());
        ChangeCounts { new: 1 - revised, revised, ..ChangeCounts::default() }
    }
}

impl Changing for IssueKey {
    fn check(&self, partners: &Partners, _: &Rules<'_>, state: &State) -> Result<(), AccessRejection> {
        let Self(key) = self;
        let partner = partners.get(&key.partner)?;
        if partners.knows_key(&key.id) {
            return Err(KeyIdTaken(key.id.clone()).into());
        }
        let now = now(state);
        let in_force = partner.keys.iter().filter(|stored| stored.is_valid(now)).count();
        within(in_force, KEYS_MAX, "keys of the partner", "revoke one that is not used any more")
    }

    fn into_change(self) -> AccessChange {
        AccessChange::KeyIssued(self.0)
    }

    fn counts(&self, _: &Partners) -> ChangeCounts {
        ChangeCounts { new: 1, ..ChangeCounts::default() }
    }
}

impl Changing for RevokeKey {
    fn check(&self, partners: &Partners, _: &Rules<'_>, state: &State) -> Result<(), AccessRejection> {
        let partner = partners.get(&self.partner)?;
        partner.check_key(&self.key)?;
        let mut after = (**partner).clone();
        after.keys.retain(|stored| stored.key.id != self.key);
        check_last_admin(state, partner, &after)
    }

    fn into_change(self) -> AccessChange {
        let Self { partner, key, reason } = self;
        AccessChange::KeyRevoked { partner, key, reason }
    }

    fn counts(&self, _: &Partners) -> ChangeCounts {
        ChangeCounts { withdrawn: 1, ..ChangeCounts::default() }
    }
}

impl Changing for AddGrant {
    fn check(&self, partners: &Partners, rules: &Rules<'_>, state: &State) -> Result<(), AccessRejection> {
        let partner = partners.get(&self.partner)?;
        check_names(&self.grant, rules, state)?;
        if let Some(stored) = partner.grants.iter().find(|stored| stored.grant == self.grant) {
            return Err(GrantExists { partner: self.partner.clone(), grant: stored.revision }.into());
        }
        let remedy = "revoke one, or name more in one grant";
        within(partner.grants.len(), GRANTS_MAX, "grants of the partner", remedy)
    }

    fn into_change(self) -> AccessChange {
        let Self { partner, grant } = self;
        AccessChange::GrantAdded { partner, grant }
    }

    fn counts(&self, _: &Partners) -> ChangeCounts {
        ChangeCounts { new: 1, ..ChangeCounts::default() }
    }
}

impl Changing for RevokeGrant {
    fn check(&self, partners: &Partners, _: &Rules<'_>, state: &State) -> Result<(), AccessRejection> {
        let partner = partners.get(&self.partner)?;
        let mut after = (**partner).clone();
        after.grants.retain(|stored| stored.revision != self.grant);
        if after.grants.len() == partner.grants.len() {
            return Err(UnknownGrant { partner: self.partner.clone(), grant: self.grant }.into());
        }
        check_last_admin(state, partner, &after)
    }

    fn into_change(self) -> AccessChange {
        let Self { partner, grant, reason } = self;
        AccessChange::GrantRevoked { partner, grant, reason }
    }

    fn counts(&self, _: &Partners) -> ChangeCounts {
        ChangeCounts { withdrawn: 1, ..ChangeCounts::default() }
    }
}

/// When the newest revision was accepted: what counts as now where only the state decides.
fn now(state: &State) -> Timestamp {
    state.accepted_at().unwrap_or(Timestamp::from_micros(0))
}

/// Succeeds if there is room for one more.
fn within(count: usize, max: usize, what: &'static str, remedy: &'static str) -> Result<(), AccessRejection> {
    if count < max { Ok(()) } else { Err(TooManyOfPartner { what, max, remedy }.into()) }
}

/// Succeeds if somebody can still change access once a partner is as `after`.
fn check_last_admin(
    state: &State,
    before: &StoredPartner,
    after: &StoredPartner,
) -> Result<(), AccessRejection> {
    let (id, now) = (&before.partner.id, now(state));
    let is_lost = can_administer(before, now) && !can_administer(after, now);
    // A key that expires may have done so since: a state knows no clock.
    let others = || {
        let can = |other: &StoredPartner| can_administer(other, Timestamp::from_micros(i64::MAX));
        state.partners().iter().any(|other| other.partner.id != *id && can(other))
    };
    if is_lost && !others() { Err(LastAdmin(id.clone()).into()) } else { Ok(()) }
}

/// Whether a partner can change access: it is an active admin with a valid key. Certificates do not count, because a server accepts them
/// only if it is set up for them.
fn can_administer(partner: &StoredPartner, now: Timestamp) -> bool {
    let has_key = partner.keys.iter().any(|stored| stored.is_valid(now));
    partner.partner.status == PartnerStatus::Active && partner.grants().is_admin() && has_key
}

/// Succeeds if what a grant names one by one is known: a name that was mistyped would grant nothing, and nobody would see why.
fn check_names(grant: &Grant, rules: &Rules<'_>, state: &State) -> Result<(), AccessRejection> {
    let Grant::Contributor(scope) = grant else { return Ok(()) };
    let ContributionNames { indicators, frameworks, areas } = ContributionNames::of(scope);
    let unknown = |(field, index): (&'static str, usize), remedy: String| {
        Err(AccessRejection::Unknown { field, index, remedy })
    };
    for (index, id) in indicators.iter().enumerate() {
        if let Err(problem) = state.frameworks().indicator(id) {
            return unknown(("indicators", index), problem.to_string());
        }
    }
    for (index, id) in frameworks.iter().enumerate() {
        if !state.frameworks().has_any(id) {
            let problem = format!("framework {id} is not published; ListFrameworks lists what is");
            return unknown(("frameworks", index), problem);
        }
    }
    for (index, area) in areas.iter().enumerate() {
        if let Err(problem) = rules.world.check(area) {
            return unknown(("areas", index), problem.to_string());
        }
    }
    Ok(())
}

/// What a contribution names one by one.
struct ContributionNames<'a> {
    indicators: &'a [tenseven_model::IndicatorId],
    frameworks: &'a [tenseven_model::FrameworkId],
    areas: &'a [tenseven_model::AreaCode],
}

impl<'a> ContributionNames<'a> {
    fn of(scope: &'a ContributionScope) -> Self {
        Self {
            indicators: scope.indicators().map_or(&[], named),
            frameworks: scope.frameworks(),
            areas: named(scope.areas()),
        }
    }
}

fn named<T>(scope: &Scope<T>) -> &[T] {
    match scope {
        Scope::All => &[],
        Scope::These(names) => names,
    }
}

macro_rules! operation {
    ($($command:ty),*) => {$(
        impl Operation for $command {
            type Rejection = AccessRejection;

            fn digest(&self) -> ContentDigest {
                digest::of_change(&self.clone().into_change())
            }

            fn size(&self) -> Size {
                let bytes = self.clone().into_change().text_bytes();
                Size { observations: 1, bytes: Size::OBSERVATION_BYTES + bytes }
            }

            fn check_grants(&self, _: &State, _: &Rules<'_>, grants: &Grants<'_>) -> Result<(), NotGranted> {
                grants.check_admin()
            }

            fn decide_on(self, state: &State, rules: &Rules<'_>) -> Result<Decision, AccessRejection> {
                let partners = state.partners();
                self.clone().resolved(partners).check(partners, rules, state)?;
                let outcome = self.counts(partners);
                let change = self.resolved(partners).into_change();
                Ok(Decision { event: Event::Access(Box::new(change)), outcome })
            }
        }
    )*};
}

operation!(PutPartner, IssueKey, RevokeKey, AddGrant, RevokeGrant);
