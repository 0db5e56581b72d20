//! The error for a query whose answer would be too large.

/// The request exceeds what one answer can hold.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("{what} {count}; at most {max} are allowed")]
pub struct TooMany {
    /// The field of the request by which there is less.
    pub field: &'static str,
    /// What there is too much of, and the verb.
    pub what: &'static str,
    /// How many there are.
    pub count: usize,
    /// How many there may be.
    pub max: usize,
}
