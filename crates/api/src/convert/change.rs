//! Changes of observations, from messages.

use tenseven_model::{
    AreaCode, GivenFields, GivenStatus, IndicatorId, Observation, ObservationKey, ObservationMerge,
    ObservationMergeError, Withdrawal,
};

use super::{
    FieldReason, Partial, Reader,
    observation::{OwnFaults, blame, read_evidences, read_observation},
    value::read_value,
    withdrawal::read_withdrawal,
};
use crate::v1::{self, observation_change::Action};

/// A change that has its shape.
#[derive(Debug, Clone, PartialEq)]
pub enum ReadChange {
    /// An observation is put.
    Put(Observation),
    /// Fields are merged into the current observation.
    Merge(ObservationMerge),
    /// The current observation is withdrawn.
    Withdraw(Withdrawal),
}

/// The change of a message whose action is at `path`, or what could be read of it; everything that is wrong with it is noted.
pub fn read_change(
    reader: &mut Reader,
    path: &str,
    message: v1::ObservationChange,
) -> Result<ReadChange, Partial> {
    match message.action {
        Some(Action::Put(observation)) => read_observation(reader, path, observation).map(ReadChange::Put),
        Some(Action::Merge(merge)) => read_merge(reader, path, merge).map(ReadChange::Merge),
        Some(Action::Withdraw(withdrawal)) => {
            read_withdrawal(reader, path, withdrawal).map(ReadChange::Withdraw)
        }
        None => {
            reader.refuse(path, FieldReason::Required, "does nothing; give put, merge or withdraw");
            Err(Partial { indicator: None, area: None })
        }
    }
}

fn read_merge(
    reader: &mut Reader,
    path: &str,
    message: v1::ObservationMerge,
) -> Result<ObservationMerge, Partial> {
    let v1::ObservationMerge { indicator, area, period, source, value, status, evidence, comment, method } =
        message;
    let before = reader.count();
    let indicator: Option<IndicatorId> =
        reader.required_name(path, "indicator", &indicator, "an indicator's id");
    let area: Option<AreaCode> = reader.required_field(path, "area", &area, "a country, area or local unit");
    let period = reader.required_field(path, "period", &period, "an SDMX time period, for example 2023");
    let source = reader.required_name(path, "source", &source, "who the value comes from");
    let value = value.and_then(|value| read_value(reader, path, Some(&value)));
    let status = status.and_then(|status| match status.as_str() {
        "" => Some(GivenStatus::Default),
        text => reader.optional(&format!("{path}.status"), text).map(GivenStatus::Is),
    });
    let own_faults = OwnFaults {
        area: area.as_ref(),
        status: value.as_ref().zip(status.map(GivenStatus::explicit)),
        comment: comment.as_deref().unwrap_or_default(),
        method: method.as_deref().unwrap_or_default(),
    };
    own_faults.note(reader, path);
    let evidence = evidence.map(|list| read_evidences(reader, &format!("{path}.evidence"), list.evidence));
    let partial = Partial { indicator: indicator.clone(), area: area.clone() };
    let parts = indicator.zip(area).zip(period.zip(source));
    let Some(((indicator, area), (period, source))) = parts.filter(|_| reader.count() == before) else {
        return Err(partial);
    };
    let key = ObservationKey { indicator, area, source, period };
    let fields = GivenFields { value, status, comment, method, evidence };
    ObservationMerge::new(key, fields).map_err(|error| {
        let (path, reason) = match &error {
            ObservationMergeError::NothingGiven => (path.to_owned(), FieldReason::Required),
            ObservationMergeError::Observation(error) => {
                let (field, reason) = blame(error);
                (format!("{path}.{field}"), reason)
            }
        };
        reader.refuse(path, reason, error.to_string());
        partial
    })
}
