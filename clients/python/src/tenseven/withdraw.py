"""Withdrawing: rows of keys and reasons, sent together, all or none."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from .errors import TensevenError
from .observation import CellError, absent, code
from .submission import content_id
from .v1 import observation_pb2 as v1
from .v1 import observation_service_pb2 as calls

if TYPE_CHECKING:
    import uuid
    from collections.abc import Callable, Iterable, Iterator, Mapping

    import pandas as pd

    Rows = Iterable[Mapping[str, object]] | pd.DataFrame
    Send = Callable[[calls.WithdrawObservationsRequest], calls.WithdrawObservationsResponse]

KEY = ("indicator", "area", "period", "source")
COLUMNS = (*KEY, "reason")
CONTEXT = b"tenseven python 1 submission id of withdrawals"
"""Must stay as it is: another context makes other ids."""


@dataclass(frozen=True)
class WithdrawalSummary:
    """What became of the rows, or with `validate_only` would."""

    withdrawn: int = 0
    """Observations that were withdrawn."""
    already_withdrawn: int = 0
    """Observations that the same rows withdrew before: nothing was done. Later pushes remain in effect; to withdraw
    the same again, give a new `submission_id`."""
    revision: int = 0
    """The revision of the answer. Give it as `min_revision` to read your own writes on any replica."""
    history_id: str = ""
    """The history that it belongs to."""


def withdrawals(rows: Any, reason: str | None) -> list[v1.Withdrawal]:
    """Return the withdrawals that rows ask for."""
    made = []
    for place, row in enumerate(each_row(rows, reason)):
        check(list(row), reason)
        cells = {name: text(place, name, cell) for name, cell in row.items()}
        cells["reason"] = cells.get("reason") or reason or ""
        made.append(v1.Withdrawal(**cells))
    return made


def each_row(rows: Any, reason: str | None, whose: str = "") -> Iterator[Mapping[str, object]]:
    """Return the rows of a frame or an iterable; an error about the columns of a frame names `whose` they are."""
    if not (hasattr(rows, "columns") and hasattr(rows, "itertuples")):
        yield from rows
        return
    columns = list(rows.columns)
    check(columns, reason, whose)
    for cells in rows.itertuples(index=False, name=None):
        yield dict(zip(columns, cells, strict=True))


def text(place: int, column: str, cell: object) -> str:
    """Return the text of a cell; empty if it is absent."""
    try:
        return "" if absent(cell) else code(cell)
    except CellError as error:
        raise ValueError(f"row {place}, {column}: {error}") from None


def unknown_column(column: object) -> str | None:
    """Return what is wrong with the name of a column; none where it is known."""
    return (
        None
        if column in COLUMNS
        else f"column {column!r} is not known; leave it out, as in frame[{list(KEY)}]"
    )


def check(columns: list[str], reason: str | None, whose: str = "") -> None:
    """Refuse columns that are not known, and rows that lack one."""
    wrong = [message for message in map(unknown_column, columns) if message is not None]
    wrong += [f"column {name} occurs twice" for name in sorted({*columns}) if columns.count(name) > 1]
    wrong += [f"column {name} is missing; add it" for name in KEY if name not in columns]
    if "reason" not in columns and reason is None:
        wrong.append("column reason is missing; add it, or give reason=")
    if wrong:
        raise ValueError(f"the columns{whose} cannot be used:\n  " + "\n  ".join(wrong))


def withdraw(
    send: Send, made: list[v1.Withdrawal], submission_id: uuid.UUID | None, known: int | None
) -> WithdrawalSummary:
    """Send withdrawals; without a `known` revision they are only checked."""
    submission = submission_id or content_id(CONTEXT, made)
    request = calls.WithdrawObservationsRequest(
        submission_id=str(submission), withdrawals=made, validate_only=known is None
    )
    try:
        answer = send(request)
    except TensevenError as refusal:
        refusal.violations = [one.at(range(len(made))) for one in refusal.violations]
        raise
    if known is not None and answer.revision <= known:
        return WithdrawalSummary(
            already_withdrawn=answer.withdrawn_count, revision=answer.revision, history_id=answer.history_id
        )
    return WithdrawalSummary(
        withdrawn=answer.withdrawn_count, revision=answer.revision, history_id=answer.history_id
    )


__all__ = ["WithdrawalSummary", "withdraw", "withdrawals"]
