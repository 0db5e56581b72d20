"""Changing: rows that are put, merged and withdrawn together, in one revision, all or none.

A row is a change of what is sent or among the violations; none is skipped. Where a row cannot be read, the others are only
checked, so that everything that is wrong is reported at once.
"""

from __future__ import annotations

import uuid
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from functools import partial
from typing import TYPE_CHECKING, Any

from . import push, withdraw
from .connection import Connection
from .errors import RefusedError, TensevenError, Violation, code_and_reason
from .observation import VALUE, Observation, Row, code, no_row, place_of, read_row, text
from .refusal import all_violations, is_about_rows
from .submission import content_id
from .v1 import observation_pb2 as v1
from .v1 import observation_service_pb2 as calls

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    Read = tuple[Any, list[Violation]]
    Send = Callable[[calls.SubmitChangesRequest], calls.SubmitChangesResponse]

CHANGES_MAX = 10_000
CONTEXT = b"tenseven python 1 submission id of changes"
"""Must stay as it is: another context makes other ids."""


@dataclass(frozen=True)
class ChangeSummary:
    """What became of changes, or with `validate_only` would."""

    new: int = 0
    """Puts whose indicator, area, period and source had no observation."""
    revised: int = 0
    """Puts and merges that changed the value, the status or the notes of an observation."""
    unchanged: int = 0
    """Puts and merges that equal what the registry already holds."""
    withdrawn: int = 0
    """Observations that were withdrawn."""
    already_submitted: int = 0
    """Changes that were accepted in an earlier call: nothing was done. Later changes remain in effect; to submit the
    same changes again, give a new `submission_id`."""
    revision: int = 0
    """The revision that accepted the changes. Give it as `min_revision` to read your own writes on any replica."""
    history_id: str = ""
    """The history that it belongs to."""


class MergeRow(Row):
    """A row of a merge while it is read: a cell of blank text clears, where a row that is pushed has an absent one."""

    def __init__(self, place: int, cells: Mapping[Any, object]) -> None:
        super().__init__(place, cells)
        self.cleared = {
            column for column, cell in cells.items() if isinstance(cell, str) and not cell.strip()
        }

    def optional(self, column: str, how: Callable[[object], str]) -> str | None:
        """Return the value of a cell, empty if it clears; none if it is absent, or refused."""
        return "" if column in self.cleared else self.read(column, how)

    def new_value(self) -> v1.Value | None:
        for column in VALUE:
            if column in self.cleared:
                self.refuse(
                    column, "a value cannot be cleared; leave it out, or give missing with the reason"
                )
        return self.value() if any(column in self.cells for column in VALUE) else None

    def new_evidence(self) -> calls.EvidenceList | None:
        gives_evidence = any(place_of(column) is not None for column in {*self.cells, *self.cleared})
        return calls.EvidenceList(evidence=self.evidence()) if gives_evidence else None


def read_merge(place: int, given: object) -> Read:
    """Return the merge of a row, or everything that is wrong with it."""
    cells = given.cells() if isinstance(given, Observation) else given
    if not isinstance(cells, Mapping):
        return None, [no_row(place, given)]
    row = MergeRow(place, cells)
    merge = calls.ObservationMerge(
        indicator=row.read("indicator", code),
        area=row.read("area", code),
        period=row.read("period", code),
        source=row.read("source", code),
        value=row.new_value(),
        status=row.optional("status", code),
        evidence=row.new_evidence(),
        comment=row.optional("comment", text),
        method=row.optional("method", text),
    )
    return (None, row.violations) if row.violations else (merge, [])


def read_withdrawal(reason: str | None, place: int, given: object) -> Read:
    """Return the withdrawal that a row asks for, or everything that is wrong with it."""
    if not isinstance(given, Mapping):
        return None, [no_row(place, given, "a dict")]
    row = Row(place, given, withdraw.unknown_column)
    withdrawal = v1.Withdrawal(
        indicator=row.read("indicator", code),
        area=row.read("area", code),
        period=row.read("period", code),
        source=row.read("source", code),
        reason=row.read("reason", text) or reason,
    )
    return (None, row.violations) if row.violations else (withdrawal, [])


@dataclass
class Changes:
    """Changes that are submitted together."""

    messages: list[calls.ObservationChange] = field(default_factory=list)
    rows: list[int] = field(default_factory=list)
    """By message: the place of its row in the argument that it came from."""
    kinds: list[str] = field(default_factory=list)
    """By message: that argument."""
    violations: list[Violation] = field(default_factory=list)
    """What is wrong with the rows that could not be read."""
    count: int = 0
    """How many rows there are."""

    def add(self, kind: str, rows: Iterable[object], read: Callable[[int, object], Read]) -> None:
        """Read the rows of an argument."""
        for place, given in enumerate(rows):
            self.count += 1
            if self.count > CHANGES_MAX:
                raise ValueError(f"there are more than {CHANGES_MAX:,} changes; submit fewer together")
            message, violations = read(place, given)
            self.violations += [replace(one, change=kind) for one in violations]
            if message is not None:
                self.messages.append(calls.ObservationChange(**{kind: message}))
                self.rows.append(place)
                self.kinds.append(kind)


class Submission:
    """One call of `Client.submit_changes`."""

    def __init__(self, send: Send, changes: Changes, submission_id: uuid.UUID | None) -> None:
        self.send = send
        self.changes = changes
        self.submission_id = str(submission_id or content_id(CONTEXT, changes.messages))

    def submit(self, *, validate_only: bool) -> calls.SubmitChangesResponse:
        """Submit the changes, or only check them; raise everything that is wrong with them."""
        changes = self.changes
        violations, count = changes.violations, len(changes.violations)
        try:
            if not violations:
                return self.request(self.submission_id, slice(None), validate_only)
            if changes.messages:
                self.check(slice(None))
        except TensevenError as refusal:
            if not is_about_rows(refusal, changes.rows):
                raise
            found, found_count = all_violations(refusal, changes.rows, changes.kinds, self.check)
            violations, count = violations + found, count + found_count
        counted = "1 violation" if count == 1 else f"{count:,} violations"
        rows = "1 change" if changes.count == 1 else f"{changes.count:,} changes"
        code, reason = code_and_reason(violations)
        raise RefusedError(
            code=code,
            message=f"{counted} in {rows}; nothing was changed",
            reason=reason,
            metadata={"violation_count": str(count)},
            violations=sorted(violations, key=position),
        )

    def check(self, part: slice) -> None:
        """Have some of the changes checked."""
        self.request(str(content_id(CONTEXT, self.changes.messages[part])), part, True)

    def request(self, submission_id: str, part: slice, validate_only: bool) -> calls.SubmitChangesResponse:
        return self.send(
            calls.SubmitChangesRequest(
                submission_id=submission_id,
                changes=self.changes.messages[part],
                validate_only=validate_only,
            )
        )


def position(violation: Violation) -> tuple[int, int]:
    """Return the sort key of a violation among those of all arguments."""
    kind = ("", "put", "merge", "withdraw").index(violation.change)
    return kind, -1 if violation.row is None else violation.row


class ChangeCalls(Connection):
    """The method that submits changes; see `Client`."""

    def submit_changes(
        self,
        *,
        put: push.Rows = (),
        merge: push.Rows = (),
        withdraw: withdraw.Rows = (),
        reason: str | None = None,
        submission_id: str | uuid.UUID | None = None,
        validate_only: bool = False,
    ) -> ChangeSummary:
        """Put, merge and withdraw observations in one revision, all or none; returns once that is flushed to disk.

        Together 1 to 10,000 rows, each of another indicator, area, period and source. Nobody reads some of the changes
        without the others.

        The id of the submission is made from its content, so the same changes again do nothing (`already_submitted`): after
        any interruption, make the call again. It also means that a merge that was made once does not come back into
        force after others revised it; for that give a new `submission_id`.

        Args:
            put: A DataFrame, or an iterable of dicts or of `Observation`, as `push` takes them. Each takes the place of the
                current observation, if there is one, and keeps nothing of it.
            merge: The same, but only what a row gives is changed. An absent cell (None, NaN, NA, or no such column) keeps what
                is there. An empty or blank text clears: a `comment` or `method`; `status` becomes the default of the value;
                a value cannot be cleared. The columns of a value (`value`, `numerator`, `denominator`, `level`, `flag`,
                `missing`) are one field: a row gives none of them, or a whole value. So are those of evidence: a row that
                gives any replaces all pieces, and one whose cells of evidence are all empty texts removes them. A row without
                anything to change is refused, and so is one that has no current observation.
            withdraw: A DataFrame or an iterable of dicts, as `withdraw` takes them.
            reason: Why, 1 to 4,000 characters, for rows of `withdraw` without a reason of their own.
            submission_id: A UUID instead of the one made from content. Sent again with other content it is refused, reason
                `SUBMISSION_ID_REUSED`.
            validate_only: Only check: the summary, or the refusal, is what the changes would get now. Nothing is stored.

        Raises:
            RefusedError: Rows are wrong, and nothing was changed: `violations` has each with its `change` (`put`, `merge` or
                `withdraw`), its row in that argument (from 0) and its column; `violation_count` is the number of all.
            TensevenError: The server cannot be reached, or refuses the changes as a whole: reasons `INVALID_REQUEST` (there are
                none, or merges rewrite more than 16 MiB), `SUBMISSION_ID_REUSED`, `MERGE_OVERTAKEN`.
            ValueError: The columns of a frame or `submission_id` cannot be used, or there are too many rows. Nothing was sent.
        """
        given_id = uuid.UUID(str(submission_id)) if submission_id is not None else None
        changes = read_changes(put, merge, withdraw, reason)

        def send(request: calls.SubmitChangesRequest) -> calls.SubmitChangesResponse:
            return self._call(self._observations.SubmitChanges, request)

        submission = Submission(send, changes, given_id)
        known = None
        if changes.messages and not changes.violations:
            known = self._accepted([submission.submission_id]).get(submission.submission_id)
        # Under an id that was given, content may have changed: the server compares it.
        answer = (
            submission.submit(validate_only=validate_only) if known is None or given_id is not None else known
        )
        if known is not None:
            return ChangeSummary(
                already_submitted=changes.count, revision=answer.revision, history_id=answer.history_id
            )
        return ChangeSummary(
            new=answer.new_count,
            revised=answer.revised_count,
            unchanged=answer.unchanged_count,
            withdrawn=answer.withdrawn_count,
            revision=answer.revision,
            history_id=answer.history_id,
        )


def read_changes(put: Any, merge: Any, withdrawn: Any, reason: str | None) -> Changes:
    """Return the changes that the rows of all arguments ask for."""
    changes = Changes()
    changes.add("put", push.each_row(put, " of put"), read_row)
    changes.add("merge", push.each_row(merge, " of merge"), read_merge)
    rows = withdraw.each_row(withdrawn, reason, " of withdraw")
    changes.add("withdraw", rows, partial(read_withdrawal, reason))
    return changes


__all__ = ["ChangeCalls", "ChangeSummary"]
