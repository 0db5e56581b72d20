//! Observations as a partner writes them.

use tenseven_api::v1::{MissingReason, Observation, PushObservationsRequest, Ratio, Value, value::Kind};
use uuid::Uuid;

/// A rubric's level.
pub fn level(code: &str) -> Kind {
    Kind::Level(code.to_owned())
}

/// A number or count.
pub fn number(value: f64) -> Kind {
    Kind::Number(value)
}

/// A part of a whole.
pub fn ratio(numerator: f64, denominator: f64) -> Kind {
    Kind::Ratio(Ratio { numerator, denominator })
}

/// No value, and why.
pub fn missing(reason: MissingReason) -> Kind {
    Kind::Missing(reason.into())
}

/// A batch in the making.
#[derive(Debug, Clone)]
pub struct Draft {
    submission: Uuid,
    observations: Vec<Observation>,
}

impl Default for Draft {
    fn default() -> Self {
        Self { submission: Uuid::new_v4(), observations: Vec::new() }
    }
}

impl Draft {
    /// An empty batch with a new submission id.
    pub fn new() -> Self {
        Self::default()
    }

    /// Adds an observation from the source `test`.
    #[must_use]
    pub fn with(mut self, indicator: &str, area: &str, period: &str, value: Kind) -> Self {
        self.observations.push(Observation {
            indicator: indicator.to_owned(),
            area: area.to_owned(),
            period: period.to_owned(),
            source: "test".to_owned(),
            value: Some(Value { kind: Some(value) }),
            ..Observation::default()
        });
        self
    }

    /// Changes the observation that was added last.
    #[must_use]
    pub fn but(mut self, change: impl FnOnce(&mut Observation)) -> Self {
        change(self.observations.last_mut().expect("there is an observation to change"));
        self
    }

    /// The request that sends the batch.
    pub fn request(&self) -> PushObservationsRequest {
        PushObservationsRequest {
            submission_id: self.submission.to_string(),
            observations: self.observations.clone(),
            validate_only: false,
        }
    }
}
