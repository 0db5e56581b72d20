//! The published frameworks.
//!
//! *Invariant:* a version stays as it was published. Cloning is cheap.

use std::sync::Arc;

use imbl::{HashMap, OrdMap};
use tenseven_engine::Plan;
use tenseven_model::{
    Framework, FrameworkId, FrameworkRef, Indicator, IndicatorId, NodeId, Revision, Version, closest,
    framework::NodeBody,
};

use super::planned::Planned;
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
    /// By indicator: the version that was published last of those that define it.
    indicators: HashMap<IndicatorId, Arc<Published>>,
}

impl Frameworks {
    /// Adds a version.
    pub fn put(&mut self, published: Published) {
        let published = Arc::new(published);
        let draft = published.framework.draft();
        for indicator in &draft.indicators {
            // Versions can be put in any order, as from a checkpoint.
            let is_known_later = self.indicators.get(&indicator.id);
            if is_known_later.is_none_or(|known| known.revision < published.revision) {
                self.indicators.insert(indicator.id.clone(), Arc::clone(&published));
            }
        }
        let (id, version) = (draft.id.clone(), draft.version.clone());
        self.versions.entry(id).or_default().insert(version, published);
    }

    /// The version that a reference means.
    pub fn get(&self, reference: &FrameworkRef) -> Result<&Arc<Published>, UnknownFramework> {
        let found = self.versions.get(&reference.id).and_then(|versions| match &reference.version {
            None => newest(versions),
            Some(version) => versions.get(version),
        });
        found.ok_or_else(|| self.unknown(reference))
    }

    fn unknown(&self, reference: &FrameworkRef) -> UnknownFramework {
        let versions = self.versions.get(&reference.id);
        let suggestion = match versions {
            Some(versions) => newest(versions).map(|published| published.framework.reference().to_string()),
            None => closest(reference.id.as_str(), self.versions.keys().map(FrameworkId::as_str))
                .map(str::to_owned),
        };
        UnknownFramework { framework: reference.clone(), suggestion }
    }

    /// All versions, by id, then newest first; each with whether it is the newest.
    pub fn all(&self) -> impl Iterator<Item = (&Arc<Published>, bool)> {
        self.versions.values().flat_map(|versions| {
            let newest = newest(versions);
            versions.values().rev().map(move |published| {
                (published, newest.is_some_and(|newest| Arc::ptr_eq(newest, published)))
            })
        })
    }

    /// The version that a revision published.
    pub fn published_at(&self, revision: Revision) -> Option<&Arc<Published>> {
        self.versions.values().flat_map(OrdMap::values).find(|published| published.revision == revision)
    }

    /// The newest version of each framework, by id.
    pub fn newest(&self) -> impl Iterator<Item = &Arc<Published>> {
        self.all().filter(|(_, newest)| *newest).map(|(published, _)| published)
    }

    /// The highest published version, drafts included.
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
        let newest = self.versions.get(&draft.id).and_then(newest);
        newest.is_none_or(|newest| {
            let known = &newest.framework.draft().version;
            known.is_prerelease() || !draft.version.is_prerelease()
        })
    }
}

/// The highest release; where there is none yet, the highest version.
fn newest(versions: &OrdMap<Version, Arc<Published>>) -> Option<&Arc<Published>> {
    let release = versions.iter().rev().find(|(version, _)| !version.is_prerelease());
    release.or_else(|| versions.iter().next_back()).map(|(_, published)| published)
}

impl PartialEq for Frameworks {
    /// A version never changes, so the same ones are published by the same revisions.
    fn eq(&self, other: &Self) -> bool {
        let published = |frameworks: &Self| -> Vec<_> {
            let all = frameworks.all();
            all.map(|(published, _)| (published.framework.reference(), published.revision)).collect()
        };
        published(self) == published(other)
    }
}
