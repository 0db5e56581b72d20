"""Refusals of many rows: everything that is wrong with them, also where an answer has no room for all of it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from .errors import TensevenError, Violation

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

PIECE_ROWS = 20
"""Rows that are checked together where a refusal lists only some of its violations; all that can be wrong mostly fits."""
VIOLATIONS_MAX = 10_000
"""No more than that many violations are asked for; the count goes on."""


def all_violations(
    refusal: TensevenError,
    rows: Sequence[int],
    changes: Sequence[str],
    check: Callable[[slice], object],
    most: int = VIOLATIONS_MAX,
) -> tuple[list[Violation], int]:
    """Return the violations of a refusal with their rows, and the number of all.

    Where the server did not list all, `check` has it check small pieces, without storing anything, until `most` are known.
    `rows` and `changes` are what `Violation.at` takes.
    """
    gathered = dict.fromkeys(one.at(rows, changes) for one in refusal.violations)
    count = refusal.violation_count
    known = {identity(one) for one in gathered}
    pieces = [slice(start, start + PIECE_ROWS) for start in reversed(range(0, len(rows), PIECE_ROWS))]
    while pieces and len(gathered) < min(count, most):
        piece = pieces.pop()
        try:
            check(piece)
        except TensevenError as part:
            if part.violation_count > len(part.violations) and len(rows[piece]) > 1:
                pieces += [slice(at, at + 1) for at in reversed(range(*piece.indices(len(rows))))]
            for one in (one.at(rows[piece], changes[piece]) for one in part.violations):
                if one.row is not None and identity(one) not in known:
                    known.add(identity(one))
                    gathered[one] = None
            if not part.violations:  # The whole was refused in any case.
                break
    return list(gathered), max(count, len(gathered))


def identity(violation: Violation) -> tuple[str, int | None, str, str]:
    """Return what makes two violations the same, in whichever piece they were found."""
    return violation.change, violation.row, violation.column, violation.reason


def is_about_rows(refusal: TensevenError, rows: Sequence[int]) -> bool:
    """Whether a refusal is about rows."""
    return any(one.at(rows).row is not None for one in refusal.violations)
