//! Events of the audit trail: the list of them, and one as a line.
//!
//! *Invariant:* ids of keys are printed, and no key: events have none.

use std::io::{self, Write};

use serde_json::{Value as Json, json};
use tenseven_client::v1;

use super::{Document, Sheet, Table, time::instant, value::named};

const COLUMNS: [&str; 16] = [
    "time",
    "outcome",
    "partner",
    "credential",
    "credential_id",
    "peer_address",
    "method",
    "grant_revision",
    "missing",
    "code",
    "reason",
    "request_id",
    "revision",
    "change",
    "row_count",
    "count",
];

/// An event as JSON.
pub(crate) fn event_json(event: &v1::AuditEvent) -> Json {
    let v1::AuditEvent {
        time,
        outcome: _,
        partner,
        credential: _,
        credential_id,
        peer_address,
        method,
        grant_revision,
        missing,
        code,
        reason,
        request_id,
        revision,
        change: _,
        row_count,
        count,
    } = event;
    json!({
        "time": instant(time.as_ref()),
        "outcome": outcome(event),
        "partner": partner,
        "credential": credential(event),
        "credential_id": credential_id,
        "peer_address": peer_address,
        "method": method,
        "grant_revision": grant_revision,
        "missing": missing,
        "code": code,
        "reason": reason,
        "request_id": request_id,
        "revision": revision,
        "change": change(event),
        "row_count": row_count,
        "count": count,
    })
}

/// An event as a line for people, in columns of fixed width.
pub(crate) fn event_line(event: &v1::AuditEvent) -> String {
    let [outcome, partner, peer, what, detail] = texts(event);
    let time = instant(event.time.as_ref());
    format!("{time:<27}  {outcome:<8}  {partner:<16}  {peer:<15}  {what:<40}  {detail}").trim_end().to_owned()
}

fn outcome(event: &v1::AuditEvent) -> String {
    named(event.outcome().as_str_name(), "AUDIT_OUTCOME_")
}

fn change(event: &v1::AuditEvent) -> String {
    named(event.change().as_str_name(), "AUDITED_CHANGE_")
}

fn credential(event: &v1::AuditEvent) -> String {
    named(event.credential().as_str_name(), "AUDITED_CREDENTIAL_")
}

/// What people read of an event: outcome, partner, address, what was called, and what became of it.
fn texts(event: &v1::AuditEvent) -> [String; 5] {
    let what = if event.method.is_empty() { change(event) } else { event.method.clone() };
    let mut details = Vec::new();
    if event.revision > 0 {
        details.push(format!("revision {}", event.revision));
    }
    if event.row_count > 0 {
        details.push(format!("{} rows", event.row_count));
    }
    if event.outcome() == v1::AuditOutcome::Rejected || !matches!(event.code.as_str(), "" | "OK") {
        details.push(if event.reason.is_empty() { event.code.clone() } else { event.reason.clone() });
    }
    if !event.missing.is_empty() {
        details.push(format!("missing: {}", event.missing));
    }
    if event.partner.is_empty() && !event.credential_id.is_empty() {
        details.push(format!("{} {}", credential(event), event.credential_id));
    }
    if event.count > 1 {
        details.push(format!("{} times", event.count));
    }
    let partner = if event.partner.is_empty() { "-" } else { &event.partner };
    [outcome(event), partner.to_owned(), event.peer_address.clone(), what, details.join(", ")]
}

fn cells(event: &v1::AuditEvent) -> Vec<String> {
    let json = event_json(event);
    let cell = |column: &&str| match &json[*column] {
        Json::String(text) => text.clone(),
        other => other.to_string(),
    };
    COLUMNS.iter().map(cell).collect()
}

/// Events of the audit trail, as answered.
#[derive(Debug)]
pub(crate) struct AuditView {
    /// The events, oldest first.
    pub(crate) events: Vec<v1::AuditEvent>,
    /// The history that the revisions belong to.
    pub(crate) history_id: String,
}

impl Document for AuditView {
    fn table(&self, out: &mut dyn Write) -> io::Result<()> {
        if self.events.is_empty() {
            return writeln!(out, "There are no such events.");
        }
        let mut table = Table::new(&["time", "outcome", "partner", "address", "what", "details"]);
        table.keep_whole(&[1]);
        for event in &self.events {
            table.row([instant(event.time.as_ref())].into_iter().chain(texts(event)));
        }
        table.write(out)
    }

    fn json(&self) -> Json {
        let events: Vec<_> = self.events.iter().map(event_json).collect();
        json!({ "events": events, "history_id": self.history_id })
    }

    fn sheet(&self) -> Sheet {
        Sheet { header: COLUMNS.to_vec(), rows: self.events.iter().map(cells).collect() }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_event_is_a_line_that_names_who_what_and_what_became_of_it() {
        let event = v1::AuditEvent {
            time: Some(prost_types::Timestamp { seconds: 1_451_606_400, nanos: 0 }),
            outcome: v1::AuditOutcome::Rejected.into(),
            partner: "hcp-morocco".to_owned(),
            peer_address: "192.0.2.1".to_owned(),
            method: "ObservationService/PushObservations".to_owned(),
            missing: "contributor".to_owned(),
            code: "PERMISSION_DENIED".to_owned(),
            reason: "NOT_GRANTED".to_owned(),
            count: 3,
            ..v1::AuditEvent::default()
        };
        let line = event_line(&event);
        assert!(line.starts_with("2016-01-01T00:00:00Z"), "{line}");
        for part in ["rejected", "hcp-morocco", "192.0.2.1", "NOT_GRANTED, missing: contributor, 3 times"] {
            assert!(line.contains(part), "{line}");
        }
        assert_eq!(cells(&event).len(), COLUMNS.len());
    }
}
