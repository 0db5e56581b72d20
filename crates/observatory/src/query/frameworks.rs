//! What is measured.

use std::{collections::BTreeMap, sync::Arc};

use tenseven_model::{FrameworkRef, Indicator, IndicatorId};
use tenseven_state::frameworks::{Frameworks, Retired};

use crate::{Cursor, Published, QueryError, View};

/// A published version and whether it is the newest of its framework.
pub struct ShelvedFramework {
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
    pub frameworks: Vec<ShelvedFramework>,
    /// Where the listing goes on.
    pub next: Option<Cursor>,
}

/// One page of indicators.
pub struct IndicatorPage {
    /// The indicators, by id.
    pub indicators: Vec<Indicator>,
    /// Where the listing goes on.
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
        let mut listed = self.published().all().map(|(published, newest)| self.shelved(published, newest));
        if let Some(after) = after {
            // The shelf of a revision never changes, so the last entry of the page before is on it.
            listed.find(|shelved| shelved.published.framework.reference().to_string() == after.after);
        }
        let frameworks: Vec<_> = listed.by_ref().take(size).collect();
        let next = listed
            .next()
            .and(frameworks.last())
            .map(|last| self.cursor(last.published.framework.reference().to_string()));
        FrameworkPage { frameworks, next }
    }

    /// One published version.
    pub fn framework(&self, reference: &FrameworkRef) -> Result<ShelvedFramework, QueryError> {
        let published = self.published().get(reference)?;
        let newest = self.published().newest_of(&reference.id);
        let is_newest = newest.is_some_and(|newest| Arc::ptr_eq(newest, published));
        Ok(self.shelved(published, is_newest))
    }

    fn shelved(&self, published: &Arc<Published>, newest: bool) -> ShelvedFramework {
        let retired = self.published().retirement(published).cloned();
        ShelvedFramework { published: Arc::clone(published), newest, retired }
    }

    /// The indicators of one framework, or those of the newest versions of all; by id.
    pub fn indicators(
        &self,
        framework: Option<&FrameworkRef>,
        size: usize,
        after: Option<&Cursor>,
    ) -> Result<IndicatorPage, QueryError> {
        let mut shelved: Vec<_> = match framework {
            Some(reference) => vec![self.published().get(reference)?],
            None => self.published().newest().collect(),
        };
        // Where several frameworks share an indicator, the one published last defines it, here and in [`Self::indicator`].
        shelved.sort_by_key(|published| published.revision);
        let all = shelved.iter().flat_map(|published| &published.framework.draft().indicators);
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
    pub fn indicator(&self, id: &IndicatorId) -> Result<IndicatorUse, QueryError> {
        let (_, indicator) = self.published().indicator(id)?;
        let users = self.published().newest().filter(|published| published.framework.indicator(id).is_some());
        Ok(IndicatorUse {
            indicator: indicator.clone(),
            frameworks: users.map(|published| published.framework.reference()).collect(),
        })
    }
}
