//! Violations: what is wrong with the fields of a request, by path and reason.

use tenseven_api::{Violation, convert::FieldReason};
use tenseven_observatory::{
    Fault, PracticeNameFault, PracticeNameProblem, Problem, UnknownNode, WithdrawalFault, WithdrawalProblem,
};

/// A fault of a batch as a violation of the request that brought it.
pub(crate) fn violation(fault: &Fault) -> Violation {
    let Fault { index, problem } = fault;
    let (field, reason) = match problem {
        Problem::Empty => ("", FieldReason::Required),
        Problem::TooMany { .. } => ("", FieldReason::TooMany),
        Problem::Indicator(_) => (".indicator", FieldReason::UnknownIndicator),
        Problem::Area(_) => (".area", FieldReason::UnknownArea),
        Problem::Frequency { .. } => (".period", FieldReason::WrongFrequency),
        Problem::TooManyPeriods(_) => (".period", FieldReason::TooMany),
        Problem::Value(mismatch) => value_field(mismatch),
        Problem::Duplicate { .. } => ("", FieldReason::DuplicateKey),
    };
    let place = index.map(|index| format!("[{index}]")).unwrap_or_default();
    Violation { path: format!("observations{place}{field}"), reason, description: problem.to_string() }
}

fn value_field(mismatch: &tenseven_model::ValueMismatch) -> (&'static str, FieldReason) {
    use tenseven_model::ValueMismatch as Mismatch;
    match mismatch {
        Mismatch::Computed { .. } => (".indicator", FieldReason::NotAllowed),
        Mismatch::Kind { .. } => (".value", FieldReason::WrongKind),
        Mismatch::NegativeCount(_)
        | Mismatch::FractionalCount(_)
        | Mismatch::HugeCount(_)
        | Mismatch::BelowMin(..)
        | Mismatch::AboveMax(..) => (".value.number", FieldReason::OutOfRange),
        Mismatch::UnknownLevel(..) => (".value.level", FieldReason::UnknownLevel),
    }
}

/// A fault of a batch of withdrawals as a violation of the request that brought it.
pub(crate) fn withdrawal_violation(fault: &WithdrawalFault) -> Violation {
    let WithdrawalFault { index, problem } = fault;
    let (field, reason) = match problem {
        WithdrawalProblem::Empty => ("", FieldReason::Required),
        WithdrawalProblem::TooMany { .. } => ("", FieldReason::TooMany),
        WithdrawalProblem::Indicator(_) => (".indicator", FieldReason::UnknownIndicator),
        WithdrawalProblem::Area(_) => (".area", FieldReason::UnknownArea),
        WithdrawalProblem::NotObserved { .. } => ("", FieldReason::NotObserved),
        WithdrawalProblem::Duplicate { .. } => ("", FieldReason::DuplicateKey),
    };
    let place = index.map(|index| format!("[{index}]")).unwrap_or_default();
    Violation { path: format!("withdrawals{place}{field}"), reason, description: problem.to_string() }
}

/// A node that a framework has not.
pub(crate) fn unknown_node((path, unknown): &(String, UnknownNode)) -> Violation {
    let (reason, description) = (FieldReason::UnknownNode, unknown.to_string());
    Violation { path: path.clone(), reason, description }
}

/// A local unit where only countries and groups can be named.
pub(crate) fn local_unit((place, area): &(usize, tenseven_model::AreaCode)) -> Violation {
    Violation {
        path: format!("areas[{place}]"),
        reason: FieldReason::NotAllowed,
        description: format!("{area} is a local unit and counts towards its country; name the country"),
    }
}

/// A name in a practice that means nothing.
pub(crate) fn practice_name(fault: &PracticeNameFault) -> Violation {
    let PracticeNameFault { field, place, problem } = fault;
    let reason = match problem {
        PracticeNameProblem::Area(_) => FieldReason::UnknownArea,
        PracticeNameProblem::Domain(_) => FieldReason::UnknownDomain,
        PracticeNameProblem::Indicator(_) => FieldReason::UnknownIndicator,
        PracticeNameProblem::Measure(_) => FieldReason::UnknownMeasure,
    };
    Violation { path: format!("practice.{field}[{place}]"), reason, description: problem.to_string() }
}
