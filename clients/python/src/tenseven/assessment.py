"""Codings and what is made of them: requests from plain arguments, and rows from answers."""

from __future__ import annotations

import uuid
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from .observation import MISSING
from .table import Kind, Row, moment, named, optional, ordered, value_text
from .v1 import assessment_service_pb2 as v1
from .v1 import caller_pb2, observation_pb2

if TYPE_CHECKING:
    import datetime
    from collections.abc import Iterable, Mapping

KINDS: dict[str, Kind] = {
    "round": "count",
    "adjudicated_revision": "count",
    "superseded": "flag",
    "revision": "count",
    "accept_time": "time",
    "value": "number",
    "unit_count": "count",
    "coder_count": "count",
    "value_count": "count",
}
CODINGS = ordered(
    """indicator area period coder level missing narrative citation url quote round adjudicated_revision superseded revision
    accept_time""",
    KINDS,
)
AGREEMENT = ordered("indicator coefficient value gap unit_count coder_count value_count", KINDS)
RULES = {
    "median": v1.ADJUDICATION_RULE_MEDIAN,
    "majority": v1.ADJUDICATION_RULE_MAJORITY,
    "decision": v1.ADJUDICATION_RULE_DECISION,
}
STATES = {
    "": v1.ROUND_STATE_UNSPECIFIED,
    "open": v1.ROUND_STATE_OPEN,
    "adjudicated": v1.ROUND_STATE_ADJUDICATED,
}


@dataclass(frozen=True)
class CodingReceipt:
    """That a coding is filed, or with `validate_only` would be."""

    revision: int
    """The revision that accepted it; the newest one where it was only checked."""
    round: int
    """The round of its unit, counted from 1."""
    revises: bool
    """Whether it revises an earlier coding of the coder in that round."""
    accept_time: datetime.datetime | None
    """When it was accepted; None where it was only checked."""


@dataclass(frozen=True)
class CitedCoding:
    """A coding that an adjudication rests on."""

    coder: str
    """Who rated."""
    level: str | None
    """The level; None where the coder gave none."""
    missing: str | None
    """Why there is none."""
    revision: int
    """The revision that accepted it."""


@dataclass(frozen=True)
class Adjudication:
    """One observation that a curator made of codings, or with `validate_only` would be."""

    round: int
    """The round that it closed, counted from 1."""
    value: str | None
    """The level, or the reason for a missing one."""
    method: str
    """By which rule and of which codings, in words."""
    codings: tuple[CitedCoding, ...]
    """The codings that it rests on, by coder."""
    revision: int
    """The revision that accepted it; the newest one where it was only checked."""
    accept_time: datetime.datetime | None
    """When it was accepted; None where it was only checked."""


def caller(coder: str | None, curator: str | None) -> caller_pb2.Caller | None:
    """Return who calls."""
    if coder is not None and curator is not None:
        raise ValueError("coder and curator exclude each other; give one")
    if coder is not None:
        return caller_pb2.Caller(coder=coder)
    return None if curator is None else caller_pb2.Caller(curator=curator)


def judgement(level: str | None, missing: str | None) -> dict[str, Any]:
    """Return the field of a judgement."""
    if (level is None) == (missing is None):
        raise ValueError("give either level or missing")
    if missing is None:
        return {"level": level}
    return {"missing": one_of("missing", missing, MISSING)}


def one_of(name: str, given: str, known: Mapping[str, int]) -> Any:
    """Return the constant of a name."""
    if given not in known:
        raise ValueError(f"{name} is {given!r}; give {', '.join(filter(None, known))}")
    return known[given]


def submission(submission_id: str | uuid.UUID | None) -> str:
    """Return the id of a write; a random one where none is given."""
    return str(uuid.uuid4() if submission_id is None else uuid.UUID(str(submission_id)))


def evidence(pieces: Iterable[Mapping[str, str]]) -> list[observation_pb2.Evidence]:
    """Return pieces of evidence."""
    return [observation_pb2.Evidence(**piece) for piece in pieces]


def judgement_cells(message: Any) -> Row:
    """Return the level of a judgement, or the reason for a missing one."""
    if message.WhichOneof("judgement") == "missing":
        return {"missing": named(observation_pb2.MissingReason, message.missing, "MISSING_REASON_")}
    return {"level": message.level or None}


def coding_row(recorded: v1.RecordedCoding) -> Row:
    """Return the row of a coding."""
    coding = recorded.coding
    first = coding.evidence[0] if coding.evidence else observation_pb2.Evidence()
    return {
        "indicator": coding.unit.indicator,
        "area": coding.unit.area,
        "period": coding.unit.period,
        "coder": coding.coder,
        **judgement_cells(coding),
        "narrative": coding.narrative or None,
        "citation": first.citation or None,
        "url": first.url or None,
        "quote": first.quote or None,
        "round": recorded.round,
        "adjudicated_revision": recorded.adjudicated_revision or None,
        "superseded": recorded.superseded,
        "revision": recorded.revision,
        "accept_time": moment(recorded, "accept_time"),
    }


def agreement_row(indicator: str, statistic: v1.AgreementStatistic) -> Row:
    """Return the row of a coefficient."""
    return {
        "indicator": indicator,
        "coefficient": named(v1.AgreementCoefficient, statistic.coefficient, "AGREEMENT_COEFFICIENT_"),
        "value": optional(statistic, "value"),
        "gap": named(v1.AgreementGap, statistic.gap, "AGREEMENT_GAP_"),
        "unit_count": statistic.unit_count,
        "coder_count": statistic.coder_count,
        "value_count": statistic.value_count,
    }


def adjudication(message: v1.Adjudication) -> Adjudication:
    """Return an adjudication."""
    return Adjudication(
        round=message.round,
        value=value_text(message.observation.value),
        method=message.observation.method,
        codings=tuple(
            CitedCoding(
                coder=one.coder,
                revision=one.revision,
                **{"level": None, "missing": None, **judgement_cells(one)},
            )
            for one in message.codings
        ),
        revision=message.revision,
        accept_time=moment(message, "accept_time"),
    )
