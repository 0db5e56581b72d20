//! Listings of frameworks and indicators.

use std::{collections::BTreeMap, sync::Arc};

use tenseven_model::{FrameworkRef, Indicator, IndicatorId};
use tenseven_state::frameworks::{FrameworkLookupError, Frameworks, Retired, StoredVersion};

use crate::{Cursor, Published, UnknownIndicator, View};

/// A published version in short, and whether it is the newest of its framework.
pub struct ListedVersion {
    /// The version.
    pub version: Arc<StoredVersion>,
    /// Whether it is the newest.
    pub newest: bool,
    /// Its retirement; none if it is not retired.
    pub retired: Option<Arc<Retired>>,
}

/// A published version, whole, and whether it is the newest of its framework.
pub struct FoundFramework {
    /// The version.
    pub published: Arc<Published>,
    /// Whether it is the newest.
    pub newest: bool,
    /// Its retirement; none if it is not retired.
    pub retired: Option<Arc<Retired>>,
}

/// One page of published versions.
pub struct FrameworkPage {
    /// The versions, by id, then newest first.
    pub versions: Vec<ListedVersion>,
    /// The cursor of the next page; none on the last page.
    pub next: Option<Cursor>,
}

/// One page of indicators.
pub struct IndicatorPage {
    /// The indicators, by id.
    pub indicators: Vec<Indicator>,
    /// The cursor of the next page; none on the last page.
    pub next: Option<Cursor>,
}

/// An indicator and who uses it.
pub struct IndicatorUse {
    /// The indicator.
    pub indicator: Indicator,
    /// The frameworks whose newest version has it, in order.
    pub frameworks: Vec<FrameworkRef>,
}

impl View {
    /// All published versions.
    pub(crate) fn published(&self) -> &Frameworks {
        self.state().frameworks()
    }

    /// Published versions, by id, then newest first.
    pub fn frameworks(&self, size: usize, after: Option<&Cursor>) -> FrameworkPage {
        let mut listed = self.published().all();
        if let Some(after) = after {
            // The versions of a revision never change, so the last one of the previous page is among them.
            listed.find(|(version, _)| version.reference.to_string() == after.after);
        }
        let versions = listed.by_ref().take(size).map(|(version, newest)| ListedVersion {
            version: Arc::clone(version),
            newest,
            retired: self.published().retirement(version.revision).cloned(),
        });
        let versions: Vec<_> = versions.collect();
        let next = listed.next().and(versions.last());
        let next = next.map(|last| self.cursor(last.version.reference.to_string()));
        FrameworkPage { versions, next }
    }

    /// One published version.
    pub fn framework(&self, reference: &FrameworkRef) -> Result<FoundFramework, FrameworkLookupError> {
        let published = self.state().version_of(reference)?;
        let newest = self.published().newest_of(&reference.id);
        let newest = newest.is_some_and(|newest| newest.revision == published.revision);
        let retired = self.published().retirement(published.revision).cloned();
        Ok(FoundFramework { published, newest, retired })
    }

    /// The indicators of one framework, or those of the newest versions of all; by id.
    pub fn indicators(
        &self,
        framework: Option<&FrameworkRef>,
        size: usize,
        after: Option<&Cursor>,
    ) -> Result<IndicatorPage, FrameworkLookupError> {
        let mut versions: Vec<_> = match framework {
            Some(reference) => vec![self.state().version_of(reference)?],
            None => self.published().newest().cloned().collect(),
        };
        // Where several frameworks share an indicator, the one published last defines it, here and in [`Self::indicator`].
        versions.sort_by_key(|published| published.revision);
        let all = versions.iter().flat_map(|published| &published.framework.draft().indicators);
        let by_id: BTreeMap<&IndicatorId, &Indicator> =
            all.map(|indicator| (&indicator.id, indicator)).collect();
        let later = |id: &IndicatorId| after.is_none_or(|after| id.as_str() > after.after.as_str());
        let mut listed =
            by_id.into_iter().filter(|(id, _)| later(id)).map(|(_, indicator)| indicator.clone());
        let indicators: Vec<_> = listed.by_ref().take(size).collect();
        let next = listed.next().and(indicators.last()).map(|last| self.cursor(last.id.to_string()));
        Ok(IndicatorPage { indicators, next })
    }

    /// One indicator, as the version published last of those that have it defines it.
    pub fn indicator(&self, id: &IndicatorId) -> Result<IndicatorUse, UnknownIndicator> {
        let (_, indicator) = self.published().indicator(id)?;
        let users = self.published().newest().filter(|published| published.framework.indicator(id).is_some());
        Ok(IndicatorUse {
            indicator: indicator.clone(),
            frameworks: users.map(|published| published.framework.reference()).collect(),
        })
    }
}
