//! Violations: the invalid fields of a request, by path and reason.

use tenseven_api::{Violation, convert::FieldReason, v1};
use tenseven_observatory::{Fault, PracticeNameFault, PracticeNameProblem, Problem, UnknownNode};

/// How a request calls the changes of a submission.
#[derive(Clone)]
pub(crate) struct Listed {
    /// The field that they are in.
    field: &'static str,
    /// One of them.
    one: &'static str,
    /// By index, the field of a change that determines what it does; empty where all do the same.
    actions: Vec<&'static str>,
}

impl Listed {
    /// The observations of a push.
    pub(crate) fn observations() -> Self {
        Self { field: "observations", one: "observation", actions: Vec::new() }
    }

    /// The withdrawals of a request that has nothing else.
    pub(crate) fn withdrawals() -> Self {
        Self { field: "withdrawals", one: "withdrawal", actions: Vec::new() }
    }

    /// Changes of any kind.
    pub(crate) fn changes(changes: &[v1::ObservationChange]) -> Self {
        use v1::observation_change::Action;
        let action = |change: &v1::ObservationChange| match change.action {
            Some(Action::Put(_)) => ".put",
            Some(Action::Merge(_)) => ".merge",
            Some(Action::Withdraw(_)) => ".withdraw",
            None => "",
        };
        Self { field: "changes", one: "change", actions: changes.iter().map(action).collect() }
    }

    /// The path of a change, or of all.
    pub(crate) fn path(&self, index: Option<usize>) -> String {
        let Some(index) = index else { return self.field.to_owned() };
        let action = self.actions.get(index).copied().unwrap_or_default();
        format!("{}[{index}]{action}", self.field)
    }
}

/// A fault of changes as a violation of the request that brought them.
pub(crate) fn violation(fault: &Fault, listed: &Listed) -> Violation {
    let Listed { field: list, one, actions: _ } = listed;
    let Fault { index, problem } = fault;
    let (field, reason) = match problem {
        Problem::Empty => ("", FieldReason::Required),
        Problem::TooMany { .. } | Problem::MergedTooLarge { .. } => ("", FieldReason::TooMany),
        Problem::Indicator(_) => (".indicator", FieldReason::UnknownIndicator),
        Problem::Area(_) => (".area", FieldReason::UnknownArea),
        Problem::NotAddedUp(_) => (".area", FieldReason::NotAllowed),
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
        | Problem::NotAddedUp(_)
        | Problem::Frequency { .. }
        | Problem::TooManyPeriods(_)
        | Problem::Value(_)
        | Problem::Conflict(_)
        | Problem::MergedTooLarge { .. }
        | Problem::NotObserved { .. } => problem.to_string(),
    };
    Violation { path: format!("{}{field}", listed.path(*index)), reason, description }
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
pub(crate) fn local_unit((index, area): &(usize, tenseven_model::AreaCode)) -> Violation {
    Violation {
        path: format!("areas[{index}]"),
        reason: FieldReason::NotAllowed,
        description: format!("{area} is a local unit and counts towards its country; name the country"),
    }
}

/// A name in a practice that means nothing.
pub(crate) fn practice_name(fault: &PracticeNameFault) -> Violation {
    let PracticeNameFault { field, index, problem } = fault;
    let reason = match problem {
        PracticeNameProblem::Area(_) => FieldReason::UnknownArea,
        PracticeNameProblem::Domain(_) => FieldReason::UnknownDomain,
        PracticeNameProblem::Indicator(_) => FieldReason::UnknownIndicator,
        PracticeNameProblem::Measure(_) => FieldReason::UnknownMeasure,
    };
    Violation { path: format!("practice.{field}[{index}]"), reason, description: problem.to_string() }
}
