//! Levels of rubrics, in any case.

use std::{collections::HashMap, pin::pin};

use futures_util::TryStreamExt as _;
use tenseven_client::{Client, ClientError, Code, v1};

/// The codes of the levels of each indicator that has a rubric.
#[derive(Debug, Clone, Default)]
pub(crate) struct Levels(HashMap<String, Vec<String>>);

impl Levels {
    /// The levels of all indicators; none if the caller may not read them, as a contributor or coder who is no reader. Levels are then
    /// sent as they are written.
    pub(crate) async fn fetch(client: &Client) -> Result<Self, ClientError> {
        match Self::all(client).await {
            Err(ClientError::Refused(refusal)) if refusal.code == Code::PermissionDenied => {
                Ok(Self::default())
            }
            fetched => fetched,
        }
    }

    async fn all(client: &Client) -> Result<Self, ClientError> {
        let mut levels = HashMap::new();
        let mut pages = pin!(client.indicator_pages(v1::ListIndicatorsRequest::default()));
        while let Some(page) = pages.try_next().await? {
            let with_levels = page.indicators.into_iter().filter(|indicator| !indicator.levels.is_empty());
            levels.extend(with_levels.map(|indicator| {
                let codes = indicator.levels.into_iter().map(|level| level.code).collect();
                (indicator.id, codes)
            }));
        }
        Ok(Self(levels))
    }

    /// The code of a level that is written in any case. What is no level of the indicator, or may be several, is left to the
    /// server to refuse.
    pub(crate) fn level(&self, indicator: &str, written: &str) -> String {
        let written = written.trim();
        let codes = self.0.get(indicator).map(Vec::as_slice).unwrap_or_default();
        let mut alike = codes.iter().filter(|code| code.to_lowercase() == written.to_lowercase());
        match (alike.next(), alike.next()) {
            (Some(only), None) => only.clone(),
            _ => written.to_owned(),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_level_is_found_in_any_case_where_there_is_one_alone() {
        let codes = |codes: &[&str]| codes.iter().map(ToString::to_string).collect();
        let levels = Levels(HashMap::from([
            ("policy".to_owned(), codes(&["basic", "Good"])),
            ("odd".to_owned(), codes(&["a", "A"])),
        ]));
        assert_eq!(levels.level("policy", " BASIC "), "basic");
        assert_eq!(levels.level("policy", "good"), "Good");
        assert_eq!(levels.level("policy", "bon"), "bon");
        assert_eq!(levels.level("odd", "A"), "A");
        assert_eq!(levels.level("other", "GOOD"), "GOOD");
    }
}
