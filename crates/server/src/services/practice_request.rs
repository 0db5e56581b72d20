//! Requests about practices, as the observatory takes them.

use tenseven_api::{
    Violation, Violations,
    convert::{self, ReadPractice, Reader},
    v1,
};
use tenseven_model::{SubmissionId, event::PracticeChange};
use tenseven_observatory::{Observatory, WritePractice};

use crate::violation::practice_name;

/// A write: under which id, what, and whether it is only checked.
pub(super) type Write = (SubmissionId, WritePractice, bool);

/// The write of a request, or everything that is wrong with it: where it has not the shape, also those names that mean
/// nothing.
pub(super) fn read_put(
    observatory: &Observatory,
    request: v1::PutPracticeRequest,
) -> Result<Write, Violations> {
    let mut reader = Reader::default();
    let convert::PutPractice { submission, practice, curator, expected, validate_only } =
        convert::PutPractice::read(&mut reader, request);
    let names = match &practice {
        ReadPractice::Whole(practice) => (&**practice).into(),
        ReadPractice::Partly(names) => names.clone(),
    };
    let practice = match practice {
        ReadPractice::Whole(practice) => Some(practice),
        ReadPractice::Partly(_) => None,
    };
    let read = submission.zip(practice).zip(curator).map(|((submission, practice), curator)| {
        let change = PracticeChange::Put(practice);
        (submission, WritePractice { change, curator, expected }, validate_only)
    });
    reader.finish(read).map_err(|Violations(mut violations)| {
        let unknown = observatory.practice_name_faults(&names);
        violations.extend(unknown.iter().map(practice_name).collect::<Vec<Violation>>());
        Violations(violations)
    })
}

/// The withdrawal of a request.
pub(super) fn read_withdrawal(request: v1::WithdrawPracticeRequest) -> Result<Write, Violations> {
    let request = convert::WithdrawPractice::try_from(request)?;
    let convert::WithdrawPractice { submission, practice, reason, curator, expected, validate_only } =
        request;
    let change = PracticeChange::Withdrawn { id: practice, reason };
    Ok((submission, WritePractice { change, curator, expected }, validate_only))
}
