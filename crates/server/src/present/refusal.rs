//! A refusal inside a stream: a status and its details as a message.

use tenseven_api::v1;
use tonic::Status;
use tonic_types::{FieldViolation, StatusExt as _};

/// A status as the refusal of one batch of a stream.
pub(crate) fn batch_refusal(status: &Status) -> v1::BatchRefusal {
    let details = status.get_error_details();
    let (reason, metadata) =
        details.error_info().map(|info| (info.reason.clone(), info.metadata.clone())).unwrap_or_default();
    let fields = details.bad_request().map(|bad| bad.field_violations.as_slice()).unwrap_or_default();
    let field = |one: &FieldViolation| v1::RefusedField {
        path: one.field.clone(),
        reason: one.reason.clone(),
        description: one.description.clone(),
    };
    let retry_delay = details.retry_info().and_then(|retry| retry.retry_delay);
    v1::BatchRefusal {
        code: status.code().into(),
        message: status.message().to_owned(),
        reason,
        metadata,
        fields: fields.iter().map(field).collect(),
        retry_delay: retry_delay.and_then(|delay| delay.try_into().ok()),
    }
}
