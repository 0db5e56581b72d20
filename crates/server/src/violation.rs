//! Violations: what is wrong with the fields of a request, by path and reason.

use tenseven_api::{Violation, convert::FieldReason};
use tenseven_observatory::{Fault, PracticeNameFault, PracticeNameProblem, Problem, UnknownNode};

/// How a request calls the changes of a submission.
#[derive(Clone, Copy)]
pub(crate) struct Changes {
    /// The field that they are in.
    field: &'static str,
    /// One of them.
    one: &'static str,
}

/// The observations of a push.
pub(crate) const OBSERVATIONS: Changes = Changes { field: "observations", one: "observation" };
/// The withdrawals of a request that has nothing else.
pub(crate) const WITHDRAWALS: Changes = Changes { field: "withdrawals", one: "withdrawal" };

/// A fault of a batch as a violation of the request that brought it.
pub(crate) fn violation(fault: &Fault, Changes { field: list, one }: Changes) -> Violation {
    let Fault { index, problem } = fault;
    let (field, reason) = match problem {
        Problem::Empty => ("", FieldReason::Required),
        Problem::TooMany { .. } => ("", FieldReason::TooMany),
        Problem::Indicator(_) => (".indicator", FieldReason::UnknownIndicator),
        Problem::Area(_) => (".area", FieldReason::UnknownArea),
        Problem::Frequency { .. } => (".period", FieldReason::WrongFrequency),
        Problem::TooManyPeriods(_) => (".period", FieldReason::TooMany),
        Problem::Value(mismatch) => value_field(mismatch),
        Problem::Conflict(_) => (".status", FieldReason::Contradiction),
        Problem::NotObserved { .. } => ("", FieldReason::NotObserved),
        Problem::Duplicate { .. } => ("", FieldReason::DuplicateKey),
    };
    let description = match problem {
        Problem::Empty => format!("there is no {one}; send at least one"),
        Problem::TooMany { count, max } => {
            format!("there are {count} {list}; at most {max} are allowed in one submission")
        }
        Problem::Duplicate { earlier } => {
            format!(
                "has the same indicator, area, source and period as {list}[{earlier}]; send each only once"
            )
        }
        Problem::Indicator(_)
        | Problem::Area(_)
        | Problem::Frequency { .. }
        | Problem::TooManyPeriods(_)
        | Problem::Value(_)
        | Problem::Conflict(_)
        | Problem::NotObserved { .. } => problem.to_string(),
    };
    let place = index.map(|index| format!("[{index}]")).unwrap_or_default();
    Violation { path: format!("{list}{place}{field}"), reason, description }
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
