//! Interns ids that repeat within a batch.

use std::{collections::HashMap, str::FromStr};

use tenseven_model::{IndicatorId, LevelCode, SourceId};

/// The names of one kind that were read so far.
#[derive(Debug)]
pub(super) struct Known<T>(HashMap<String, T>);

impl<T> Default for Known<T> {
    fn default() -> Self {
        Self(HashMap::new())
    }
}

impl<T: FromStr + Clone> Known<T> {
    /// The name with this text, the one that was read first.
    fn read(&mut self, text: &str) -> Result<T, T::Err> {
        if let Some(known) = self.0.get(text) {
            return Ok(known.clone());
        }
        let read: T = text.parse()?;
        self.0.insert(text.to_owned(), read.clone());
        Ok(read)
    }
}

/// The names that were read so far.
#[derive(Debug, Default)]
pub(super) struct Names {
    indicators: Known<IndicatorId>,
    sources: Known<SourceId>,
    levels: Known<LevelCode>,
}

/// A name that batches repeat.
pub(super) trait Repeated: FromStr + Clone {
    /// Those of its kind that were read so far.
    fn known(names: &mut Names) -> &mut Known<Self>;

    /// The name with this text, shared with all that were read before.
    fn shared(names: &mut Names, text: &str) -> Result<Self, Self::Err> {
        Self::known(names).read(text)
    }
}

impl Repeated for IndicatorId {
    fn known(names: &mut Names) -> &mut Known<Self> {
        &mut names.indicators
    }
}

impl Repeated for SourceId {
    fn known(names: &mut Names) -> &mut Known<Self> {
        &mut names.sources
    }
}

impl Repeated for LevelCode {
    fn known(names: &mut Names) -> &mut Known<Self> {
        &mut names.levels
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_that_was_read_before_is_shared_and_a_wrong_one_is_refused_each_time() {
        let mut names = Names::default();
        let read = |names: &mut Names, text| IndicatorId::shared(names, text);
        let (first, second) = (read(&mut names, "a").unwrap(), read(&mut names, "a").unwrap());
        assert!(std::ptr::eq(first.as_str(), second.as_str()));
        assert_eq!(read(&mut names, "b").unwrap().as_str(), "b");
        assert!(read(&mut names, "no name").is_err() && read(&mut names, "no name").is_err());
    }
}
