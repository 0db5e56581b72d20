//! Errors of queries for practices.

use tenseven_model::AreaCode;
use tenseven_state::AreaSelectionError;

use crate::{
    InvalidPageToken, SearchQueryError, UnknownDomain, UnknownIndicator, UnknownMeasure, UnknownPractice,
    Unreadable,
};

/// Why practices cannot be filtered.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum PracticeSelectionError {
    /// Practices are those of countries, not of local units.
    #[error("{0} is a local unit, and practices are those of countries and areas; name the country")]
    LocalUnit(AreaCode),
    /// The area cannot be used.
    #[error(transparent)]
    Areas(#[from] AreaSelectionError),
    /// No published framework has the domain.
    #[error(transparent)]
    Domain(#[from] UnknownDomain),
    /// No published framework has the indicator.
    #[error(transparent)]
    Indicator(#[from] UnknownIndicator),
    /// The catalogue has no such measure.
    #[error(transparent)]
    Measure(#[from] UnknownMeasure),
}

/// Why practices are not listed.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum ListPracticesError {
    /// They cannot be filtered.
    #[error(transparent)]
    Filter(#[from] PracticeSelectionError),
    /// The journal cannot be read.
    #[error(transparent)]
    Unreadable(#[from] Unreadable),
}

/// Why a practice is not shown.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum PracticeLookupError {
    /// There is no such practice, or not any more.
    #[error(transparent)]
    Unknown(#[from] UnknownPractice),
    /// The journal cannot be read.
    #[error(transparent)]
    Unreadable(#[from] Unreadable),
}

/// Why the versions of a practice are not listed.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum PracticeVersionsError {
    /// There never was such a practice.
    #[error(transparent)]
    Unknown(#[from] UnknownPractice),
    /// The page token is of no such listing.
    #[error(transparent)]
    PageToken(#[from] InvalidPageToken),
    /// The journal cannot be read.
    #[error(transparent)]
    Unreadable(#[from] Unreadable),
}

/// Why practices are not searched.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum SearchPracticesError {
    /// The query cannot be used.
    #[error(transparent)]
    Query(#[from] SearchQueryError),
    /// They cannot be filtered.
    #[error(transparent)]
    Filter(#[from] PracticeSelectionError),
    /// The page token is of no such listing.
    #[error(transparent)]
    PageToken(#[from] InvalidPageToken),
    /// The journal cannot be read.
    #[error(transparent)]
    Unreadable(#[from] Unreadable),
}
