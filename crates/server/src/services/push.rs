//! Reading a batch of observations.

use tenseven_api::{
    Violations,
    convert::{Partial, Reader, read_observation, read_submission},
    v1,
};
use tenseven_model::SubmissionId;
use tenseven_observatory::{Change, Observatory};

use crate::violation::{OBSERVATIONS, violation};

/// The submission of a push, or everything that is wrong with it: the shape of each field, and of the observations
/// that have their shape, what the registry would refuse.
pub(super) fn read_push(
    observatory: &Observatory,
    message: v1::PushObservationsRequest,
) -> Result<(SubmissionId, Vec<Change>), Violations> {
    let v1::PushObservationsRequest { submission_id, observations, validate_only: _ } = message;
    let count = observations.len();
    let mut reader = Reader::default();
    let submission = read_submission(&mut reader, &submission_id);
    // A batch that is too large is refused for that alone; its observations are not looked at.
    let taken = if count > observatory.limits().batch_observations_max { Vec::new() } else { observations };
    let (mut read, mut faults) = (Vec::with_capacity(taken.len()), Vec::new());
    for (place, message) in taken.into_iter().enumerate() {
        match read_observation(&mut reader, &format!("observations[{place}]"), message) {
            Ok(observation) => read.push((place, Change::from(observation))),
            Err(Partial { indicator, area }) => {
                faults.extend(observatory.change_name_faults(place, indicator.as_ref(), area.as_ref()));
            }
        }
    }
    if reader.count() > 0 || read.len() < count {
        faults.extend(observatory.change_faults(count, read.iter().map(|(place, change)| (*place, change))));
    }
    for fault in &faults {
        let found = violation(fault, OBSERVATIONS);
        reader.refuse(found.path, found.reason, found.description);
    }
    let whole: Option<Vec<Change>> =
        (read.len() == count).then(|| read.into_iter().map(|(_, change)| change).collect());
    reader.finish(submission.zip(whole))
}
