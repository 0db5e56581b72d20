//! Stored versions: every published version in short, with its text packed.
//!
//! *Invariant:* a version that is read again equals the one that was published. While somebody holds it, it is read once. So a
//! version that nobody asks for takes little more than what differs in its text.

use std::sync::{Arc, Mutex, PoisonError, Weak};

use tenseven_model::{FrameworkRef, Frequency, IndicatorId, Revision};

use super::{
    packed_text::PackedText,
    published::{Published, UnreadableVersion},
};

/// A published version in short.
#[derive(Debug)]
pub struct StoredVersion {
    /// Which version.
    pub reference: FrameworkRef,
    /// Its title.
    pub title: String,
    /// How long the periods are that it scores.
    pub frequency: Frequency,
    /// How many indicators it scores.
    pub scored_indicator_count: usize,
    /// The revision that published it.
    pub revision: Revision,
    pub(super) indicators: Arc<[IndicatorId]>,
    pub(super) text: PackedText,
    read: Mutex<Weak<Published>>,
}

impl StoredVersion {
    /// Packs a version, next to one that it has much in common with if there is one.
    pub(super) fn new(published: &Arc<Published>, like: Option<&Self>) -> Self {
        let framework = &published.framework;
        let draft = framework.draft();
        let indicators = draft.indicators.iter().map(|indicator| &indicator.id);
        let same = like.map(|like| &like.indicators).filter(|known| known.iter().eq(indicators.clone()));
        Self {
            reference: framework.reference(),
            title: draft.title.clone(),
            frequency: draft.frequency,
            scored_indicator_count: framework.leaves().len(),
            revision: published.revision,
            indicators: same.map_or_else(|| indicators.cloned().collect(), Arc::clone),
            text: PackedText::new(&published.definition, like.map(|like| &like.text)),
            read: Mutex::new(Arc::downgrade(published)),
        }
    }

    /// The version, whole. Takes milliseconds where nobody holds it.
    pub fn read(&self) -> Result<Arc<Published>, UnreadableVersion> {
        let mut read = self.read.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(published) = read.upgrade() {
            return Ok(published);
        }
        let published = Arc::new(Published::read(self.text.text(), self.revision)?);
        *read = Arc::downgrade(&published);
        Ok(published)
    }
}

#[cfg(test)]
mod tests {
    use tenseven_catalog::Catalog;
    use tenseven_model::{Timestamp, event::FrameworkRetirement};

    use super::*;
    use crate::frameworks::Frameworks;

    fn text(version: &str, weight: u32) -> String {
        let texts = Catalog::bundled().framework_texts();
        let target = texts.iter().find(|text| text.contains("id = \"target-10-7\"")).unwrap();
        let text = target.replacen("version = \"1.0.0\"", &format!("version = \"{version}\""), 1);
        text.replacen("weight = 1\n", &format!("weight = {weight}\n"), 1)
    }

    fn published(versions: &[(&str, u32)]) -> Frameworks {
        let mut frameworks = Frameworks::default();
        for (revision, (version, weight)) in (1..).map(Revision::new).zip(versions) {
            frameworks.put(Published::read(text(version, *weight).into(), revision).unwrap());
        }
        frameworks
    }

    /// Which versions are in memory whole.
    fn held(frameworks: &Frameworks) -> Vec<String> {
        let is_held = |stored: &StoredVersion| stored.read.lock().unwrap().strong_count() > 0;
        let held = frameworks.all().filter(|(stored, _)| is_held(stored));
        held.map(|(stored, _)| stored.reference.version.as_ref().unwrap().to_string()).collect()
    }

    #[test]
    fn only_the_newest_version_is_in_memory_and_the_others_are_read_as_they_were_published() {
        let versions = [("0.1.0", 1), ("0.2.0", 2), ("0.3.0", 3)];
        let frameworks = published(&versions);
        assert_eq!(held(&frameworks), ["0.3.0"]);
        for ((stored, _), (version, weight)) in frameworks.all().zip(versions.iter().rev()) {
            let read = stored.read().unwrap();
            assert_eq!(*read.definition, *text(version, *weight));
            assert_eq!(read.framework.reference(), stored.reference);
            assert!(Arc::ptr_eq(&read, &stored.read().unwrap()), "it is read once while somebody holds it");
        }
        assert_eq!(held(&frameworks), ["0.3.0"]);
    }

    #[test]
    fn a_version_that_takes_the_place_of_a_retired_one_is_in_memory_instead() {
        let mut frameworks = published(&[("0.1.0", 1), ("0.2.0", 2)]);
        let before = frameworks.clone();
        let retirement = FrameworkRetirement {
            id: "target-10-7".parse().unwrap(),
            version: "0.2.0".parse().unwrap(),
            reason: "it is wrong".parse().unwrap(),
        };
        frameworks.retire(Revision::new(3), Timestamp::from_micros(0), &retirement).unwrap();
        drop(before);
        assert_eq!(held(&frameworks), ["0.1.0"]);
    }
}
