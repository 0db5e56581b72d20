//! Looking up submissions.

use tenseven_model::{HistoryId, Revision, SubmissionId};

use super::{FieldReason, Reader, Violations, read::read_history};
use crate::v1;

/// Most submissions that one request can name.
const SUBMISSIONS_MAX: usize = 10_000;

/// [`v1::LookUpSubmissionsRequest`], read.
#[derive(Debug, Clone, PartialEq, Eq)]
#[expect(missing_docs, reason = "the fields are those of the message, documented in proto/")]
pub struct LookUpSubmissions {
    pub submissions: Vec<SubmissionId>,
    pub min_revision: Revision,
    pub history: Option<HistoryId>,
}

impl TryFrom<v1::LookUpSubmissionsRequest> for LookUpSubmissions {
    type Error = Violations;
    fn try_from(message: v1::LookUpSubmissionsRequest) -> Result<Self, Violations> {
        let v1::LookUpSubmissionsRequest { submission_ids, min_revision, history } = message;
        let mut reader = Reader::default();
        let submissions = match submission_ids.len() {
            0 => {
                let problem = "is empty; give the ids of the submissions to look up";
                reader.refuse("submission_ids", FieldReason::Required, problem);
                Vec::new()
            }
            1..=SUBMISSIONS_MAX => reader.each("submission_ids", &submission_ids),
            count => {
                let problem = format!("there are {count} ids; at most {SUBMISSIONS_MAX} are allowed");
                reader.refuse("submission_ids", FieldReason::TooMany, problem);
                Vec::new()
            }
        };
        let (min_revision, history) = (Revision::new(min_revision), read_history(&mut reader, &history));
        reader.finish(Some(Self { submissions, min_revision, history }))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(submission_ids: Vec<String>) -> Result<LookUpSubmissions, Violations> {
        v1::LookUpSubmissionsRequest { submission_ids, min_revision: 7, history: String::new() }.try_into()
    }

    fn refused(submission_ids: Vec<String>) -> (String, FieldReason) {
        let Violations(violations) = read(submission_ids).unwrap_err();
        assert_eq!(violations.len(), 1);
        (violations[0].path.clone(), violations[0].reason)
    }

    const ID: &str = "67e55044-10b1-426f-9247-bb680e5fe0c8";

    #[test]
    fn one_to_ten_thousand_ids_are_read_in_their_order() {
        let read = read(vec![ID.to_owned(); 10_000]).unwrap();
        assert_eq!((read.submissions.len(), read.min_revision), (10_000, Revision::new(7)));
        assert!(read.submissions.iter().all(|id| id.to_string() == ID));
    }

    #[test]
    fn no_ids_too_many_and_what_is_none_are_refused() {
        assert_eq!(refused(Vec::new()), ("submission_ids".to_owned(), FieldReason::Required));
        assert_eq!(refused(vec![ID.to_owned(); 10_001]), ("submission_ids".to_owned(), FieldReason::TooMany));
        let one = refused(vec![ID.to_owned(), "mine".to_owned()]);
        assert_eq!(one, ("submission_ids[1]".to_owned(), FieldReason::Malformed));
    }
}
