//! Events of the audit trail as messages.

use tenseven_api::{
    convert::{timestamp, timestamp_message},
    v1,
};
use tenseven_model::Timestamp;
use tenseven_observatory::{AcceptedChange, ChangeKind};

use super::partner_id;
use crate::audit::{AuditState, Outcome, Record};

/// When the call of a record was answered.
pub(crate) fn recorded_time(record: &Record) -> Timestamp {
    let read = record.time.parse().ok().and_then(|time| timestamp(&time));
    read.unwrap_or(Timestamp::from_micros(record.at))
}

/// An accepted change, with what is recorded of the call that it came from.
pub(crate) fn accepted_event(change: &AcceptedChange, origin: Option<&Record>) -> v1::AuditEvent {
    let AcceptedChange { revision, accepted_at, submission: _, author, kind, rows } = change;
    let event = v1::AuditEvent {
        time: Some(timestamp_message(*accepted_at)),
        outcome: v1::AuditOutcome::Accepted.into(),
        partner: partner_id(author.as_ref()),
        code: "OK".to_owned(),
        revision: revision.number(),
        change: changed(*kind).into(),
        row_count: *rows,
        count: 1,
        ..v1::AuditEvent::default()
    };
    let Some(origin) = origin else { return event };
    v1::AuditEvent {
        credential: credential(origin).into(),
        credential_id: origin.credential_id.clone(),
        peer_address: origin.peer.clone(),
        method: origin.method.clone(),
        grant_revision: origin.grant,
        request_id: origin.request_id.clone(),
        ..event
    }
}

/// Calls that were rejected or read, or that events were lost.
pub(crate) fn call_event(record: &Record) -> v1::AuditEvent {
    let outcome = match record.outcome {
        Outcome::Accepted => v1::AuditOutcome::Accepted,
        Outcome::Rejected => v1::AuditOutcome::Rejected,
        Outcome::Read => v1::AuditOutcome::Read,
        Outcome::Lost => v1::AuditOutcome::Lost,
    };
    v1::AuditEvent {
        time: Some(timestamp_message(recorded_time(record))),
        outcome: outcome.into(),
        partner: record.partner.clone(),
        credential: credential(record).into(),
        credential_id: record.credential_id.clone(),
        peer_address: record.peer.clone(),
        method: record.method.clone(),
        grant_revision: record.grant,
        missing: record.missing.clone(),
        code: record.code.clone(),
        reason: record.reason.clone(),
        request_id: record.request_id.clone(),
        count: record.count + record.dropped,
        ..v1::AuditEvent::default()
    }
}

/// The state of the log.
pub(crate) fn audit_status(state: AuditState) -> v1::AuditStatus {
    let AuditState { bytes, bytes_max, files, dropped, error } = state;
    v1::AuditStatus {
        bytes,
        bytes_max,
        file_count: files,
        dropped_count: dropped,
        last_error: error.unwrap_or_default(),
    }
}

fn credential(record: &Record) -> v1::AuditedCredential {
    match record.credential.as_str() {
        "key" => v1::AuditedCredential::Key,
        "certificate" => v1::AuditedCredential::Certificate,
        "token" => v1::AuditedCredential::Token,
        _ => v1::AuditedCredential::Unspecified,
    }
}

fn changed(kind: ChangeKind) -> v1::AuditedChange {
    match kind {
        ChangeKind::Observations => v1::AuditedChange::Observations,
        ChangeKind::Framework => v1::AuditedChange::Framework,
        ChangeKind::Retirement => v1::AuditedChange::Retirement,
        ChangeKind::PracticesPut | ChangeKind::PracticesWithdrawn => v1::AuditedChange::Practices,
        ChangeKind::Coding => v1::AuditedChange::Coding,
        ChangeKind::Adjudication => v1::AuditedChange::Adjudication,
        ChangeKind::Partner => v1::AuditedChange::Partner,
        ChangeKind::KeyIssued => v1::AuditedChange::KeyIssued,
        ChangeKind::KeyRevoked => v1::AuditedChange::KeyRevoked,
        ChangeKind::GrantAdded => v1::AuditedChange::GrantAdded,
        ChangeKind::GrantRevoked => v1::AuditedChange::GrantRevoked,
    }
}
