"""Errors: one for each refusal, with all details that the server sent."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import grpc
from google.rpc import error_details_pb2
from grpc_status import rpc_status

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from .push import PushSummary

LISTED_MAX = 20
"""Maximum violations in the text of an error; all are in `violations`."""

COLUMNS = {
    "value.number": "value",
    "value.level": "level",
    "value.flag": "flag",
    "value.missing": "missing",
    "value.ratio.numerator": "numerator",
    "value.ratio.denominator": "denominator",
}
EVIDENCE = re.compile(r"(?:evidence\.)?evidence\[(\d+)\](?:\.(\w+))?")
LISTED = r"(?:observations|withdrawals|changes)\[(\d+)\]"
OTHER = re.compile(LISTED)
ROW = re.compile(LISTED + r"(?:\.(?:put|merge|withdraw)\b)?(?:\.(.*))?", re.DOTALL)


@dataclass(frozen=True)
class Violation:
    """Why one field of a request, or one cell of a row, cannot be used."""

    field: str
    """Where the server found it, as `observations[17].value.number`; empty where the row was not sent."""
    description: str
    """What is wrong and what would be right."""
    reason: str = ""
    """Why, as `UNKNOWN_AREA`: a name of the contract's `FieldReason`; empty where the row was not sent."""
    row: int | None = None
    """Of what was pushed: the row's place, from 0, as in `frame.iloc[row]`."""
    column: str = ""
    """Of what was pushed: the column; empty where it is about the whole row."""
    change: str = ""
    """Of `submit_changes`: `put`, `merge` or `withdraw`, the argument whose row it is."""

    def __str__(self) -> str:
        place = self.field if self.row is None else row_name(self.row, self.change)
        column = f", {self.column}" if self.column else ""
        return f"{place}{column}: {self.description}"

    def at(self, rows: Sequence[int], changes: Sequence[str] = ()) -> Violation:
        """Return the same with its row and column, where the request was made from `rows`, and has the kinds of `changes`."""
        found = ROW.fullmatch(self.field)
        if found is None or int(found[1]) >= len(rows):
            return self

        def change(index: int) -> str:
            return changes[index] if changes else ""

        def other_row(other: re.Match[str]) -> str:
            index = int(other[1])
            return row_name(rows[index], change(index)) if index < len(rows) else other[0]

        index = int(found[1])
        return Violation(
            self.field,
            OTHER.sub(other_row, self.description),
            self.reason,
            rows[index],
            column_of(found[2] or ""),
            change(index),
        )


def row_name(row: int, change: str) -> str:
    """Return how people call a row."""
    return f"{change} row {row}" if change else f"row {row}"


def column_of(path: str) -> str:
    """Return the column that a path within an observation speaks of."""
    evidence = EVIDENCE.fullmatch(path)
    if evidence is None:
        return COLUMNS.get(path, path)
    place = int(evidence[1]) + 1
    return (evidence[2] or "citation") + (f"_{place}" if place > 1 else "")


@dataclass(eq=False)
class TensevenError(Exception):
    """A call that failed, or was refused.

    What was pushed before it in the same call of `push` is stored: `summary` counts it.
    """

    code: grpc.StatusCode
    """gRPC's code, as `StatusCode.NOT_FOUND`."""
    message: str
    """What happened, for people."""
    reason: str = ""
    """Why, as `UNKNOWN_AREA`: a name of the contract's `ErrorReason`. Empty where no server of the registry answered."""
    metadata: Mapping[str, str] = field(default_factory=dict)
    """What belongs to the reason, as `{"revision": "12"}`."""
    violations: Sequence[Violation] = ()
    """The fields that cannot be used."""
    retry_after: float | None = None
    """How long the server asks to wait before another try, in seconds."""
    summary: PushSummary | None = None
    """Of a push: what was stored before or in addition to what was refused."""

    def __str__(self) -> str:
        name = self.reason or self.code.name
        return "\n".join([f"{self.message} ({name})", *listed_lines(self.violations, self.violation_count)])

    @property
    def violation_count(self) -> int:
        """How many violations there are in all; an answer lists as many as fit into its headers."""
        count = self.metadata.get("violation_count", "")
        return max(int(count) if count.isdigit() else 0, len(self.violations))


class RefusedError(TensevenError):
    """Rows that were refused: `violations` has what is wrong with each of them, with its row and column.

    Of a push, batches without such rows are stored; `summary` counts them. Of changes, nothing is stored, and there is no
    `summary`. `violation_count` is the number of all violations.
    It is larger than `len(violations)` only where the server counted more than it could list.
    """


def code_and_reason(violations: Sequence[Violation]) -> tuple[grpc.StatusCode, str]:
    """Return why rows with these violations are refused: they are outside the grants, or some cannot be used."""
    if violations and all(one.reason == "OUTSIDE_GRANTS" for one in violations):
        return grpc.StatusCode.PERMISSION_DENIED, "NOT_GRANTED"
    return grpc.StatusCode.INVALID_ARGUMENT, "INVALID_REQUEST"


def listed_lines(violations: Sequence[Violation], count: int) -> list[str]:
    """Return lines for the first violations, and one for how many there are beyond them."""
    lines = [f"  {violation}" for violation in violations[:LISTED_MAX]]
    listed = len(violations) - len(lines)
    if listed > 0:
        lines.append(f"  and {listed:,} more in `violations`")
    if count > len(violations):
        lines.append(f"  and {count - len(violations):,} more that the server counted but did not list")
    return lines


def error_of(call: grpc.RpcError) -> TensevenError:
    """Return the error of a failed call, as sent by the server or made by gRPC itself."""
    if not isinstance(call, grpc.Call):
        return TensevenError(grpc.StatusCode.UNKNOWN, str(call))
    info, violations, retry_after = error_details_pb2.ErrorInfo(), [], None
    try:
        status = rpc_status.from_call(call)
    except ValueError:  # Not what a server of the registry sends: a status that contradicts the call's.
        status = None
    for detail in status.details if status is not None else ():
        bad, retry = error_details_pb2.BadRequest(), error_details_pb2.RetryInfo()
        if detail.Unpack(bad):
            violations += [
                Violation(one.field, one.description, one.reason.removeprefix("FIELD_REASON_"))
                for one in bad.field_violations
            ]
        elif detail.Unpack(retry):
            retry_after = retry.retry_delay.ToTimedelta().total_seconds()
        else:
            detail.Unpack(info)
    return TensevenError(
        code=call.code(),
        message=call.details() or "the call failed",
        reason=info.reason,
        metadata=dict(info.metadata),
        violations=violations,
        retry_after=retry_after,
    )
