"""The audit trail: who did what, as rows or as it happens. All of it needs the grant `admin`."""

from __future__ import annotations

import datetime
import random
import time
from typing import TYPE_CHECKING, Any

import grpc
from google.protobuf.timestamp_pb2 import Timestamp

from .connection import Connection, framed
from .errors import TensevenError, error_of
from .table import Row, Rows, moment, of_kind, ordered
from .v1 import audit_service_pb2 as calls

if TYPE_CHECKING:
    from collections.abc import Iterator

EVENTS = ordered(
    """time outcome partner credential credential_id peer_address method grant_revision missing code reason request_id
    revision change row_count count""",
    {**of_kind("count", "grant_revision revision row_count count"), **of_kind("time", "time")},
)
OUTCOMES = ("accepted", "rejected", "read", "lost")


def constant(name: str, prefix: str) -> str:
    """Return the name of a constant as people write it; empty for the one that is not used."""
    text = name.removeprefix(prefix).lower()
    return "" if text == "unspecified" else text


def event_row(one: calls.AuditEvent) -> Row:
    """Return an event as a row. What is not known of it is None."""
    named = {
        "outcome": constant(calls.AuditOutcome.Name(one.outcome), "AUDIT_OUTCOME_"),
        "credential": constant(calls.AuditedCredential.Name(one.credential), "AUDITED_CREDENTIAL_"),
        "change": constant(calls.AuditedChange.Name(one.change), "AUDITED_CHANGE_"),
    }
    plain = {name: getattr(one, name) for name in EVENTS if name not in {*named, "time"}}
    known = {name: value or None for name, value in {**plain, **named}.items()}
    return {**known, "row_count": one.row_count, "time": moment(one, "time")}


def instant(name: str, given: datetime.datetime | None) -> Timestamp | None:
    """Return a time as the contract has it."""
    if given is None:
        return None
    if given.utcoffset() is None:
        raise ValueError(f"{name} {given} has no time zone; give one, as datetime.timezone.utc")
    made = Timestamp()
    made.FromDatetime(given.astimezone(datetime.timezone.utc))
    return made


def wanted(
    since: datetime.datetime | None,
    until: datetime.datetime | None,
    partner: str,
    method: str,
    outcome: str,
    code: str,
) -> calls.AuditFilter:
    """Return the filter as the contract has it."""
    if outcome and outcome not in OUTCOMES:
        raise ValueError(f"{outcome!r} is no outcome; give one of {', '.join(OUTCOMES)}")
    return calls.AuditFilter(
        from_time=instant("since", since),
        to_time=instant("until", until),
        partner=partner,
        method=method,
        outcome=f"AUDIT_OUTCOME_{outcome.upper()}" if outcome else None,
        code=code,
    )


class AuditCalls(Connection):
    """The methods about the audit trail; see `Client`."""

    def audit_events_rows(
        self,
        *,
        since: datetime.datetime | None = None,
        until: datetime.datetime | None = None,
        partner: str = "",
        method: str = "",
        outcome: str = "",
        code: str = "",
    ) -> Rows:
        """Return events of the audit trail, oldest first.

        Accepted changes come from the journal; where they came from, and all other events, from a log of bounded size.

        Args:
            since: Events at or after this time.
            until: Events before this time.
            partner: Events of this partner.
            method: Calls of this method, as `AccessService/IssueKey`.
            outcome: `accepted`, `rejected`, `read` or `lost`.
            code: Events with this status, as `PERMISSION_DENIED`.

        Raises:
            TensevenError: Reasons `INVALID_REQUEST`, `NOT_GRANTED`.
        """
        request = calls.ListAuditEventsRequest(filter=wanted(since, until, partner, method, outcome, code))
        pages = list(self._pages(self._audit.ListAuditEvents, request, 1000))
        rows = (event_row(one) for page in pages for one in page.events)
        return Rows(EVENTS, rows, history_id=pages[-1].history_id)

    audit_events = framed(audit_events_rows)

    def watch_audit_events(
        self,
        *,
        since: datetime.datetime | None = None,
        partner: str = "",
        method: str = "",
        outcome: str = "",
        code: str = "",
    ) -> Iterator[Row]:
        """Follow the audit trail: events from a time on, or new ones, as `audit_events_rows` has them, without an end.

        If the connection breaks, it is resumed after the last event, at most `retries` times without a message in between.

        Raises:
            TensevenError: Reasons `INVALID_REQUEST`, `NOT_GRANTED`, `OTHER_HISTORY`, `TOO_MANY_WATCHERS`.
        """
        request = calls.StreamAuditEventsRequest(filter=wanted(since, None, partner, method, outcome, code))
        tried = 0
        while True:
            call: Any = self._audit.StreamAuditEvents(request)
            try:
                for message in call:
                    tried = 0
                    yield from map(event_row, message.events)
                    request.after_event = message.resume_token
                error = TensevenError(grpc.StatusCode.UNAVAILABLE, "the server ended the stream")
            except grpc.RpcError as refused:
                error = error_of(refused)
            finally:
                call.cancel()
            tried += 1
            wait = self._policy.wait(tried, error, random.random())
            if wait is None:
                raise error
            time.sleep(wait)
