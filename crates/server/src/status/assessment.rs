//! Statuses of refused codings and adjudications.

use tenseven_api::{Violation, Violations, convert::FieldReason, v1::ErrorReason};
use tenseven_model::Unit;
use tenseven_observatory::{CodingFault, CodingProblem, Contribution, NotAdjudicable, RoundFull};
use tonic::Code;
use tonic_types::PreconditionViolation;

use super::{
    details::{details, fitting, shortened, status},
    refusal::{Refusal, Refused},
};

/// Faults of a coding or of what is asked to be made of codings.
pub(super) fn faults(faults: &[CodingFault]) -> Refused {
    let violation = |fault: &CodingFault| {
        let CodingFault { path, problem } = fault;
        let reason = match problem {
            CodingProblem::Indicator(_) => FieldReason::UnknownIndicator,
            CodingProblem::Area(_) => FieldReason::UnknownArea,
            CodingProblem::NotAddedUp(_) => FieldReason::NotAllowed,
            CodingProblem::Frequency { .. } => FieldReason::WrongFrequency,
            CodingProblem::TooManyPeriods(_) => FieldReason::TooMany,
            CodingProblem::NoRubric { .. } => FieldReason::NoRubric,
            CodingProblem::Level(_) => FieldReason::UnknownLevel,
        };
        Violation { path: (*path).to_owned(), reason, description: problem.to_string() }
    };
    Violations(faults.iter().map(violation).collect()).refuse()
}

impl Refusal for RoundFull {
    fn refuse(self) -> Refused {
        let message = shortened(&self.to_string());
        let Self { unit, round } = self;
        of_unit(ErrorReason::RoundFull, "ROUND_FULL", &unit, round, message)
    }
}

impl Refusal for NotAdjudicable {
    fn refuse(self) -> Refused {
        let message = shortened(&self.to_string());
        match self {
            Self::NoCodings { unit, round } => {
                of_unit(ErrorReason::NoCodings, "NO_CODINGS", &unit, round, message)
            }
            Self::NoLevel { unit: _, round, contributions } => {
                let metadata = [("round", round.to_string())];
                of_codings(ErrorReason::NoCodedLevel, "NO_CODED_LEVEL", &metadata, &contributions, message)
            }
            Self::BetweenLevels { unit: _, round, lower, upper, contributions } => {
                let metadata = [
                    ("round", round.to_string()),
                    ("lower", lower.to_string()),
                    ("upper", upper.to_string()),
                ];
                let (reason, kind) = (ErrorReason::MedianBetweenLevels, "MEDIAN_BETWEEN_LEVELS");
                of_codings(reason, kind, &metadata, &contributions, message)
            }
            Self::NoMajority { unit: _, round, contributions } => {
                let metadata = [("round", round.to_string())];
                of_codings(ErrorReason::NoMajority, "NO_MAJORITY", &metadata, &contributions, message)
            }
        }
    }
}

fn of_unit(reason: ErrorReason, kind: &str, unit: &Unit, round: u32, message: String) -> Refused {
    let mut details = details(reason, &[("round", round.to_string())]);
    details.add_precondition_failure_violation(kind, unit.to_string(), message.clone());
    status(Code::FailedPrecondition, message, details)
}

/// A refusal that names the codings that it rests on, as many as fit.
fn of_codings(
    reason: ErrorReason,
    kind: &str,
    metadata: &[(&str, String)],
    contributions: &[Contribution],
    message: String,
) -> Refused {
    let mut details = details(reason, metadata);
    let coding = |one: &Contribution| Violation {
        path: format!("revision {}", one.revision),
        reason: FieldReason::Contradiction,
        description: format!("{} says {}", one.coder, one.judgement),
    };
    let codings: Vec<_> = contributions.iter().map(coding).collect();
    let listed =
        fitting(&codings).into_iter().map(|one| PreconditionViolation::new(kind, one.field, one.description));
    details.set_precondition_failure(listed.collect::<Vec<_>>());
    status(Code::FailedPrecondition, message, details)
}
