//! Attributed submissions: a submission with the partner that makes it.

use tenseven_model::SubmissionId;
use tenseven_state::access::Author;

/// The id of a submission, and who makes it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Attributed {
    /// The id that its sender chose.
    pub submission: SubmissionId,
    /// The partner that makes it, whose grants it needs; none where nobody has to identify themselves.
    pub author: Option<Author>,
}

impl From<SubmissionId> for Attributed {
    /// A submission of nobody who had to identify themselves: it needs no grants.
    fn from(submission: SubmissionId) -> Self {
        Self { submission, author: None }
    }
}
