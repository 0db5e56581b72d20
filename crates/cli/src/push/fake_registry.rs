//! A fake of the server for tests.

use std::cell::RefCell;

use futures_util::{Stream, StreamExt as _};
use tenseven_client::{BatchAnswer, ClientError, Code, FieldViolation, Refusal, SubmissionId, v1};

/// A registry that accepts everything, recognises ids, and refuses on request.
#[derive(Default)]
pub(super) struct Registry {
    pub(super) accepted: RefCell<Vec<(SubmissionId, v1::PushObservationsResponse)>>,
    pub(super) refusals: RefCell<Vec<ClientError>>,
    pub(super) calls: RefCell<usize>,
    pub(super) checks: RefCell<usize>,
    pub(super) look_ups: RefCell<usize>,
    /// Whether nobody answers.
    pub(super) is_away: bool,
    /// Maximum violations that are listed; 0 if the registry looks for none.
    pub(super) listed_max: usize,
    /// How many checks are answered before the registry goes away; none if it stays.
    pub(super) checks_max: Option<usize>,
    /// The only area that may be pushed; none if every one may.
    pub(super) granted_area: Option<String>,
}

impl Registry {
    fn answer(
        &self,
        is_check: bool,
        id: SubmissionId,
        observations: &[v1::Observation],
    ) -> Result<v1::PushObservationsResponse, ClientError> {
        *(if is_check { self.checks.borrow_mut() } else { self.calls.borrow_mut() }) += 1;
        if let Some(error) = self.refusals.borrow_mut().pop() {
            return Err(error);
        }
        if self.checks_max.is_some_and(|most| *self.checks.borrow() > most) {
            return Err(refused(Code::Unavailable, "SHUTTING_DOWN", &[]));
        }
        if let Some(area) = &self.granted_area {
            granted(observations, area)?;
        }
        if self.listed_max > 0 {
            judged(observations, self.listed_max)?;
        }
        if is_check {
            return Ok(v1::PushObservationsResponse::default());
        }
        let mut accepted = self.accepted.borrow_mut();
        if let Some((_, answer)) = accepted.iter().find(|(known, _)| *known == id) {
            return Ok(answer.clone());
        }
        let answer = v1::PushObservationsResponse {
            revision: accepted.len() as u64 + 1,
            new_count: u32::try_from(observations.len()).unwrap(),
            ..Default::default()
        };
        accepted.push((id, answer.clone()));
        Ok(answer)
    }

    pub(super) fn revision(&self) -> u64 {
        self.accepted.borrow().len() as u64
    }
}

impl super::Registry for Registry {
    async fn look_up(
        &self,
        submissions: &[SubmissionId],
    ) -> Result<Vec<v1::AcceptedSubmission>, ClientError> {
        *self.look_ups.borrow_mut() += 1;
        if self.is_away {
            return Err(refused(Code::Unavailable, "SHUTTING_DOWN", &[]));
        }
        let accepted = self.accepted.borrow();
        let known = accepted.iter().filter(|(id, _)| submissions.contains(id));
        let accepted = |(id, receipt): &(SubmissionId, v1::PushObservationsResponse)| {
            let receipt = v1::SubmitChangesResponse {
                revision: receipt.revision,
                new_count: receipt.new_count,
                revised_count: receipt.revised_count,
                unchanged_count: receipt.unchanged_count,
                ..Default::default()
            };
            v1::AcceptedSubmission { submission_id: id.to_string(), receipt: Some(receipt) }
        };
        Ok(known.map(accepted).collect())
    }

    async fn check(
        &self,
        submission: SubmissionId,
        observations: &[v1::Observation],
    ) -> Result<v1::PushObservationsResponse, ClientError> {
        self.answer(true, submission, observations)
    }

    fn stream<'a>(
        &'a self,
        batches: impl Stream<Item = v1::StreamObservationsRequest> + Send + 'a,
        window: usize,
    ) -> impl Stream<Item = Result<BatchAnswer, ClientError>> + 'a {
        // All that the window holds is decided before the first answer is read.
        batches.ready_chunks(window).flat_map(|chunk| {
            let answers: Vec<_> = chunk.into_iter().map(|batch| self.answered(batch)).collect();
            futures_util::stream::iter(answers)
        })
    }
}

impl Registry {
    fn answered(&self, batch: v1::StreamObservationsRequest) -> Result<BatchAnswer, ClientError> {
        let v1::StreamObservationsRequest { submission_id, observations, validate_only } = batch;
        let outcome = match self.answer(validate_only, submission_id.parse().unwrap(), &observations) {
            Ok(receipt) => Ok(receipt),
            Err(ClientError::Refused(refusal)) if refusal.code != Code::Unavailable => Err(refusal),
            Err(error) => return Err(error),
        };
        Ok(BatchAnswer { submission_id, observations, outcome })
    }
}

pub(super) fn refused(code: Code, reason: &str, violations: &[(&str, &str)]) -> ClientError {
    let violation = |(path, text): &(&str, &str)| FieldViolation {
        path: (*path).to_owned(),
        description: (*text).to_owned(),
        reason: String::new(),
    };
    ClientError::Refused(Box::new(Refusal {
        code,
        reason: reason.into(),
        message: "refused by the test".into(),
        violations: violations.iter().map(violation).collect(),
        metadata: std::collections::BTreeMap::new(),
        retry_after: None,
    }))
}

/// Refuses observations of other areas.
fn granted(observations: &[v1::Observation], area: &str) -> Result<(), ClientError> {
    let outside = observations.iter().enumerate().filter(|(_, one)| one.area != area);
    let outside: Vec<_> = outside
        .map(|(index, one)| (format!("observations[{index}]"), format!("no grant covers area {}", one.area)))
        .collect();
    let listed: Vec<_> = outside.iter().map(|(path, text)| (path.as_str(), text.as_str())).collect();
    if listed.is_empty() { Ok(()) } else { Err(refused(Code::PermissionDenied, "NOT_GRANTED", &listed)) }
}

/// Refuses negative numbers, the area ZZZ and keys that occur twice; lists only the first violations.
fn judged(observations: &[v1::Observation], listed_max: usize) -> Result<(), ClientError> {
    let mut found = Vec::new();
    for (index, one) in observations.iter().enumerate() {
        let key = |one: &v1::Observation| (one.area.clone(), one.period.clone());
        if one.area == "ZZZ" {
            found.push((format!("observations[{index}].area"), "is not known".to_owned()));
        }
        if matches!(one.value, Some(v1::Value { kind: Some(v1::value::Kind::Number(number)) }) if number < 0.0)
        {
            found.push((format!("observations[{index}].value.number"), "is negative".to_owned()));
        }
        if let Some(first) = observations[..index].iter().position(|other| key(other) == key(one)) {
            let text = format!("has the same key as observations[{first}]");
            found.push((format!("observations[{index}]"), text));
        }
    }
    if found.is_empty() {
        return Ok(());
    }
    let listed: Vec<_> =
        found.iter().take(listed_max).map(|(path, text)| (path.as_str(), text.as_str())).collect();
    let ClientError::Refused(mut refusal) = refused(Code::InvalidArgument, "INVALID_REQUEST", &listed) else {
        unreachable!()
    };
    refusal.metadata.insert("violation_count".into(), found.len().to_string());
    Err(ClientError::Refused(refusal))
}
