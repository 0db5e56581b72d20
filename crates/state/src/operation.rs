//! Operations: the trait and the types that all commands share.
//!
//! *Invariant:* deciding is a pure function of the state, the command and the rules. It changes nothing.

use tenseven_model::{
    ContentDigest,
    event::{ChangeCounts, Event},
};

use crate::{
    access::{Author, Grants, NotGranted},
    rules::Rules,
    state::State,
};

/// What is to be stored of an accepted command, and what it is answered.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Decision {
    /// What happened.
    pub event: Event,
    /// How much of it changed what is known; a retry is answered with it.
    pub outcome: ChangeCounts,
}

/// How much a command contains.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Size {
    /// Observations, or what counts as one.
    pub observations: usize,
    /// About the bytes that its entry has at most.
    pub bytes: usize,
}

impl Size {
    /// Bytes of an observation beyond its texts, at most.
    pub(crate) const OBSERVATION_BYTES: usize = 256;
}

impl std::ops::Add for Size {
    type Output = Self;
    fn add(self, other: Self) -> Self {
        Self { observations: self.observations + other.observations, bytes: self.bytes + other.bytes }
    }
}

/// One kind of command.
pub trait Operation {
    /// Why it is rejected.
    type Rejection;

    /// Identifies its content, so that a retry is distinguished from a reuse of its submission id. Must stay stable.
    fn digest(&self) -> ContentDigest;

    /// How much it contains.
    fn size(&self) -> Size;

    /// Succeeds if the grants of its author allow it.
    fn check_grants(&self, state: &State, rules: &Rules<'_>, grants: &Grants<'_>) -> Result<(), NotGranted>;

    /// What becomes of it on top of a state.
    fn decide_on(self, state: &State, rules: &Rules<'_>) -> Result<Decision, Self::Rejection>;
}

/// Succeeds if a command is allowed on top of a state: that of a partner by its grants, that of nobody always, because whether
/// nobody has to identify themselves is decided before.
pub fn authorize<O: Operation>(
    state: &State,
    command: &O,
    rules: &Rules<'_>,
    author: Option<&Author>,
) -> Result<(), NotGranted> {
    let Some(Author { partner, key }) = author else { return Ok(()) };
    let stored = state.partners().get(partner).ok().filter(|stored| stored.is_active());
    let stored = stored.ok_or_else(|| NotGranted::Suspended(partner.clone()))?;
    if let Some(key) = key {
        stored.check_key(key).map_err(|_| NotGranted::KeyRevoked(key.clone()))?;
    }
    command.check_grants(state, rules, &stored.grants())
}

/// What becomes of a command on top of a state: the event that [`State::fold`] takes, or why it is rejected.
pub fn decide<O: Operation>(state: &State, command: O, rules: &Rules<'_>) -> Result<Decision, O::Rejection> {
    command.decide_on(state, rules)
}
