"""Good practices: their rows, and what became of a write."""

from __future__ import annotations

import uuid
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from .table import Row, moment, of_kind, ordered
from .v1 import practice_service_pb2 as practices

if TYPE_CHECKING:
    import datetime
    from collections.abc import Iterable, Mapping

LISTS = ("areas", "domains", "indicators", "measures")
TEXTS = ("id", "title", "description", "citation")
PRACTICES = ordered(
    """id areas title description citation domains indicators measures revision accept_time curator submission_id
    previous_revision withdrawal_reason partner""",
    {
        **of_kind("list", " ".join(LISTS)),
        **of_kind("count", "revision previous_revision"),
        **of_kind("time", "accept_time"),
    },
)
HITS = {**of_kind("number", "score"), **of_kind("text", "snippet"), **PRACTICES}


@dataclass(frozen=True)
class PracticeReceipt:
    """That a practice was put or withdrawn, or with `validate_only` would be."""

    practice: str
    """Its id."""
    revision: int
    """The revision of its new version: give it as `expected_revision` to replace that."""
    accept_time: datetime.datetime | None
    """When it was accepted; None where it was only checked."""
    created: bool
    """Whether the practice is new."""


def practice_row(recorded: practices.RecordedPractice) -> Row:
    """The row of a version of a practice."""
    practice = recorded.practice
    return {
        **{name: getattr(practice, name) or None for name in TEXTS},
        **{name: list(getattr(practice, name)) for name in LISTS},
        "revision": recorded.revision,
        "accept_time": moment(recorded, "accept_time"),
        "curator": recorded.curator or None,
        "submission_id": recorded.submission_id,
        "previous_revision": recorded.previous_revision or None,
        "withdrawal_reason": recorded.withdrawal_reason or None,
        "partner": recorded.partner or None,
    }


def hit_row(hit: practices.PracticeHit, mark: tuple[str, str]) -> Row:
    """The row of a practice that was found, with what was looked for between marks."""
    before, after = mark
    parts = (f"{before}{part.text}{after}" if part.matched else part.text for part in hit.snippet)
    return {"score": hit.score, "snippet": "".join(parts), **practice_row(hit.practice)}


def practice_message(practice: Mapping[str, Any]) -> practices.Practice:
    """The message of a practice; what else a row has is left out."""
    absent = [name for name in TEXTS if not isinstance(practice.get(name), str)]
    if absent:
        raise ValueError(f"the practice has no text for {absent[0]!r}; it needs {', '.join(TEXTS)}")
    fields: dict[str, Any] = {name: practice[name] for name in TEXTS}
    fields.update({name: named_list(name, practice.get(name)) for name in LISTS})
    return practices.Practice(**fields)


def named_list(name: str, value: Iterable[str] | None) -> list[str]:
    """A list of names; a text is refused, because its letters would be taken for names."""
    if isinstance(value, str):
        raise ValueError(f"{name} is a text; give a list, as [{value!r}]")
    return [] if value is None else list(value)


def write_id(submission_id: str | uuid.UUID | None, request: Any) -> str:
    """The id of a write: that which is given, or one made from its content."""
    if submission_id is not None:
        return str(uuid.UUID(str(submission_id)))
    content = request.SerializeToString(deterministic=True).hex()
    return str(uuid.uuid5(uuid.NAMESPACE_URL, f"tenseven practice\n{content}"))
