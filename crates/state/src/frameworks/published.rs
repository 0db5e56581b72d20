//! The published frameworks.
//!
//! *Invariant:* a version stays as it was published; that it is retired is kept next to it. Cloning is cheap.

use std::sync::Arc;

use imbl::{HashMap, OrdMap};
use tenseven_engine::Plan;
use tenseven_model::{
    Framework, FrameworkId, FrameworkRef, Indicator, IndicatorId, NodeId, Revision, Timestamp, Version,
    closest, event::FrameworkRetirement, framework::NodeBody,
};

use super::{
    planned::Planned,
    retired::{FrameworkLookupError, Retired, RetiredFramework},
};
use crate::unknown::{UnknownDomain, UnknownFramework, UnknownIndicator};

/// A published version of a framework.
pub struct Published {
    /// The framework.
    pub framework: Arc<Framework>,
    /// How it is scored.
    pub plan: Plan,
    /// Its text as published.
    pub definition: String,
    /// The revision that published it.
    pub revision: Revision,
    planned: Planned,
}

impl Published {
    /// A version that a revision published.
    pub fn new(planned: Planned, definition: String, revision: Revision) -> Self {
        let (framework, plan) = (Arc::clone(planned.framework()), planned.plan().clone());
        Self { framework, plan, definition, revision, planned }
    }

    /// The framework with its plan.
    pub fn planned(&self) -> &Planned {
        &self.planned
    }
}

/// All published versions.
#[derive(Clone, Default)]
pub struct Frameworks {
    versions: OrdMap<FrameworkId, OrdMap<Version, Arc<Published>>>,
    /// By indicator: the version that was published last of those that define it; of those that are not retired, if there are any.
    indicators: HashMap<IndicatorId, Arc<Published>>,
    /// By the revision that published the version.
    retired: OrdMap<Revision, Arc<Retired>>,
}

impl Frameworks {
    /// Adds a version.
    pub fn put(&mut self, published: Published) {
        let published = Arc::new(published);
        let draft = published.framework.draft();
        for indicator in &draft.indicators {
            // Versions can be put in any order, as from a checkpoint.
            let known = self.indicators.get(&indicator.id);
            if known.is_none_or(|known| self.precedence(known) < self.precedence(&published)) {
                self.indicators.insert(indicator.id.clone(), Arc::clone(&published));
            }
        }
        let (id, version) = (draft.id.clone(), draft.version.clone());
        self.versions.entry(id).or_default().insert(version, published);
    }

    /// Retires a version. One that is not published, or is retired already, is left as it is.
    pub(crate) fn retire(
        &mut self,
        revision: Revision,
        retired_at: Timestamp,
        retirement: &FrameworkRetirement,
    ) {
        let FrameworkRetirement { id, version, reason } = retirement;
        let published = self.versions.get(id).and_then(|versions| versions.get(version)).cloned();
        let Some(published) = published.filter(|published| self.retirement(published).is_none()) else {
            return;
        };
        let (framework, reason) = (retirement.framework(), reason.clone());
        let retired = Retired { framework, revision, retired_at, reason };
        self.retired.insert(published.revision, Arc::new(retired));
        for indicator in &published.framework.draft().indicators {
            let versions = self.versions.values().flat_map(OrdMap::values);
            let defining = versions.filter(|version| version.framework.indicator(&indicator.id).is_some());
            if let Some(first) = defining.max_by_key(|version| self.precedence(version)) {
                self.indicators.insert(indicator.id.clone(), Arc::clone(first));
            }
        }
    }

    /// Of two versions that define an indicator, the one with the higher precedence says what observations of it must be.
    fn precedence(&self, published: &Published) -> (bool, Revision) {
        (self.retirement(published).is_none(), published.revision)
    }

    /// The version that a reference means: retired or not where it names one, otherwise the newest that is not retired.
    pub fn get(&self, reference: &FrameworkRef) -> Result<&Arc<Published>, FrameworkLookupError> {
        let versions = self.versions.get(&reference.id);
        let found = match &reference.version {
            None => self.newest_of(&reference.id),
            Some(version) => versions.and_then(|versions| versions.get(version)),
        };
        let is_any = reference.version.is_none();
        let last = versions.filter(|_| is_any).and_then(|versions| newest(versions, |_| true));
        match (found, last) {
            (Some(found), _) => Ok(found),
            (None, Some(last)) => {
                self.check_in_force(last)?;
                Ok(last)
            }
            (None, None) => Err(self.unknown(reference).into()),
        }
    }

    /// The newest version of a framework that is not retired.
    pub fn newest_of(&self, id: &FrameworkId) -> Option<&Arc<Published>> {
        newest(self.versions.get(id)?, |published| self.retirement(published).is_none())
    }

    /// The version that would be the newest if this one, which is the newest, were retired; none if this one is not the newest.
    pub(super) fn successor(&self, published: &Published) -> Option<&Arc<Published>> {
        let id = &published.framework.draft().id;
        self.newest_of(id).filter(|newest| newest.revision == published.revision)?;
        newest(self.versions.get(id)?, |other| {
            other.revision != published.revision && self.retirement(other).is_none()
        })
    }

    /// The retirement of a version; none if it is not retired.
    pub fn retirement(&self, published: &Published) -> Option<&Arc<Retired>> {
        self.retired.get(&published.revision)
    }

    /// The revisions that retired versions, in no stated order.
    pub fn retirements(&self) -> impl ExactSizeIterator<Item = Revision> {
        self.retired.values().map(|retired| retired.revision)
    }

    /// Succeeds if a version is not retired.
    pub fn check_in_force(&self, published: &Published) -> Result<(), Box<RetiredFramework>> {
        let Some(retired) = self.retirement(published) else { return Ok(()) };
        let current = self.newest_of(&published.framework.draft().id);
        let current = current.map(|current| current.framework.reference());
        Err(Box::new(RetiredFramework { retired: Retired::clone(retired), current }))
    }

    /// How many versions are not retired.
    pub fn in_force_count(&self) -> usize {
        self.versions.values().map(OrdMap::len).sum::<usize>() - self.retired.len()
    }

    fn unknown(&self, reference: &FrameworkRef) -> UnknownFramework {
        let versions = self.versions.get(&reference.id);
        let suggestion = match versions {
            Some(versions) => {
                let newest = self.newest_of(&reference.id).or_else(|| newest(versions, |_| true));
                newest.map(|published| published.framework.reference().to_string())
            }
            None => closest(reference.id.as_str(), self.versions.keys().map(FrameworkId::as_str))
                .map(str::to_owned),
        };
        UnknownFramework { framework: reference.clone(), suggestion }
    }

    /// All versions, by id, then newest first; each with whether it is the newest.
    pub fn all(&self) -> impl Iterator<Item = (&Arc<Published>, bool)> {
        self.versions.iter().flat_map(|(id, versions)| {
            let newest = self.newest_of(id);
            versions.values().rev().map(move |published| {
                (published, newest.is_some_and(|newest| Arc::ptr_eq(newest, published)))
            })
        })
    }

    /// The version that a revision published.
    pub fn published_at(&self, revision: Revision) -> Option<&Arc<Published>> {
        self.versions.values().flat_map(OrdMap::values).find(|published| published.revision == revision)
    }

    /// The newest version of each framework that has one that is not retired, by id.
    pub fn newest(&self) -> impl Iterator<Item = &Arc<Published>> {
        self.versions.keys().filter_map(|id| self.newest_of(id))
    }

    /// The highest published version, drafts and retired ones included.
    pub fn highest(&self, id: &FrameworkId) -> Option<&Version> {
        self.versions.get(id)?.keys().next_back()
    }

    /// An indicator of any version, as the version that was published last of those that have it defines it: what
    /// observations of it must be.
    pub fn indicator(&self, id: &IndicatorId) -> Result<(&Arc<Published>, &Indicator), UnknownIndicator> {
        let found = self.indicators.get(id);
        let found = found.and_then(|published| Some((published, published.framework.indicator(id)?)));
        found.ok_or_else(|| {
            let known = self.newest().flat_map(|published| &published.framework.draft().indicators);
            let suggestion = closest(id.as_str(), known.map(|indicator| indicator.id.as_str()));
            UnknownIndicator { indicator: id.clone(), suggestion: suggestion.map(str::to_owned) }
        })
    }
}

impl Frameworks {
    /// Succeeds if a version of a framework has this branch in its tree.
    pub fn domain(&self, id: &NodeId) -> Result<(), UnknownDomain> {
        let has = |published: &Published| {
            let node = published.framework.draft().nodes.iter().find(|node| node.id == *id);
            node.is_some_and(|node| matches!(node.body, NodeBody::Branch(_)))
        };
        if self.all().any(|(published, _)| has(published)) {
            return Ok(());
        }
        let nodes = self.newest().flat_map(|published| &published.framework.draft().nodes);
        let branches = nodes.filter(|node| matches!(node.body, NodeBody::Branch(_)));
        let suggestion = closest(id.as_str(), branches.map(|node| node.id.as_str()));
        Err(UnknownDomain { domain: id.clone(), suggestion: suggestion.map(str::to_owned) })
    }
}

impl Frameworks {
    /// Whether a version would be the newest of its framework once it is published.
    pub fn would_be_newest(&self, framework: &Framework) -> bool {
        let draft = framework.draft();
        self.newest_of(&draft.id).is_none_or(|newest| {
            let known = &newest.framework.draft().version;
            known.is_prerelease() || !draft.version.is_prerelease()
        })
    }
}

/// The highest release of the versions that count; where there is none, the highest of them.
fn newest(
    versions: &OrdMap<Version, Arc<Published>>,
    counts: impl Fn(&Published) -> bool,
) -> Option<&Arc<Published>> {
    let counting = || versions.iter().rev().filter(|(_, published)| counts(published));
    let release = counting().find(|(version, _)| !version.is_prerelease());
    release.or_else(|| counting().next()).map(|(_, published)| published)
}

impl PartialEq for Frameworks {
    /// A version never changes, but for its retirement, so the same ones are published by the same revisions.
    fn eq(&self, other: &Self) -> bool {
        let published = |frameworks: &Self| -> Vec<_> {
            let all = frameworks.all();
            all.map(|(published, _)| (published.framework.reference(), published.revision)).collect()
        };
        published(self) == published(other) && self.retired == other.retired
    }
}
