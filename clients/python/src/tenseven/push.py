"""Pushing rows: cut into batches, each sent under an id made from its content.

A row is either in a batch that the server accepted or among the violations; none is skipped. Where a batch ends depends on the
rows alone, so that the same rows make the same batches. A batch with a row that cannot be read is only checked, because the
server accepts batches whole.
"""

from __future__ import annotations

import hashlib
import uuid
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import grpc

from .errors import RefusedError, TensevenError, Violation
from .observation import Observation, read_row, unknown_column
from .v1 import observation_service_pb2 as calls
from .v1 import types_pb2 as v1

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Mapping

    import pandas as pd

    Rows = Iterable[Observation | Mapping[str, object]] | pd.DataFrame
    Send = Callable[[calls.PushObservationsRequest], calls.PushObservationsResponse]

BATCH_ROWS_MAX = 10_000
BATCH_BYTES_MAX = 8 << 20
"""A batch is closed before it is larger than this, well below what a server reads (16 MiB)."""
PIECE_ROWS = 20
"""Rows that are checked together where a refusal lists only some of its violations; all that can be wrong mostly fits."""
TOLD_MAX = 10_000
"""No more than that many violations are asked for; the count goes on."""
CONTEXT = b"tenseven python 1 submission id of a pushed batch"
"""Must stay as it is: another context makes other ids."""


@dataclass(frozen=True)
class PushSummary:
    """What became of the rows that were accepted, or with `validate_only` would be.

    `rows` is the sum of `new`, `revised`, `unchanged` and `already_pushed`.
    """

    rows: int = 0
    """Rows in accepted batches."""
    new: int = 0
    """Rows whose indicator, area, period and source had no observation."""
    revised: int = 0
    """Rows that changed the value, the status or the notes of an observation."""
    unchanged: int = 0
    """Rows that said what the registry already held."""
    already_pushed: int = 0
    """Rows in batches that were accepted in an earlier push: nothing was done. What was pushed after them still stands; to
    submit the same content anew, give a new `submission_id`."""
    batches: int = 0
    """Batches accepted, now or before."""
    revision: int = 0
    """The newest revision among the answers; 0 where no batch was accepted. Give it as `min_revision` to read your own
    writes on any replica."""

    def plus(self, rows: int, answer: calls.PushObservationsResponse, known: int | None) -> PushSummary:
        """Return the sum with a batch's answer.

        An answer at or before `known`, the newest revision before the push, was given before; none of a check.
        """
        before = known is not None and answer.revision <= max(known, self.revision)
        before = before and answer.new_count + answer.revised_count > 0
        return PushSummary(
            rows=self.rows + rows,
            new=self.new + (0 if before else answer.new_count),
            revised=self.revised + (0 if before else answer.revised_count),
            unchanged=self.unchanged + (0 if before else answer.unchanged_count),
            already_pushed=self.already_pushed + (rows if before else 0),
            batches=self.batches + 1,
            revision=max(self.revision, answer.revision),
        )


@dataclass
class Batch:
    """Rows that are sent together."""

    places: list[int] = field(default_factory=list)
    """The places of the rows that could be read."""
    observations: list[v1.Observation] = field(default_factory=list)
    violations: list[Violation] = field(default_factory=list)
    """What is wrong with the rows that could not be read."""
    size: int = 0
    rows: int = 0

    def add(self, place: int, row: object) -> None:
        observation, violations = read_row(place, row)
        self.rows += 1
        self.violations += violations
        if observation is not None:
            self.places.append(place)
            self.observations.append(observation)
            self.size += observation.ByteSize()


def each_row(rows: Any) -> Iterator[Observation | Mapping[str, object]]:
    """Return the rows of a frame or an iterable."""
    if not (hasattr(rows, "columns") and hasattr(rows, "itertuples")):
        yield from rows
        return
    columns = list(rows.columns)
    wrong = [told for told in map(unknown_column, columns) if told is not None]
    wrong += [f"column {name} stands there twice" for name in sorted({*columns}) if columns.count(name) > 1]
    wrong += [
        f"column {name} is missing; add it"
        for name in ("indicator", "area", "period", "source")
        if name not in columns
    ]
    if wrong:
        raise ValueError("the columns cannot be used:\n  " + "\n  ".join(wrong))
    for cells in rows.itertuples(index=False, name=None):
        yield dict(zip(columns, cells, strict=True))


def batches(rows: Any, batch_size: int) -> Iterator[Batch]:
    """Cut rows into batches."""
    batch = Batch()
    for place, row in enumerate(each_row(rows)):
        batch.add(place, row)
        if batch.rows >= batch_size or batch.size >= BATCH_BYTES_MAX:
            yield batch
            batch = Batch()
    if batch.rows:
        yield batch


def content_id(observations: Iterable[v1.Observation]) -> uuid.UUID:
    """Return a UUID of version 8 made from observations and nothing else."""
    digest = hashlib.sha256(CONTEXT)
    for observation in observations:
        said = observation.SerializeToString(deterministic=True)
        digest.update(len(said).to_bytes(8, "little"))
        digest.update(said)
    made = bytearray(digest.digest()[:16])
    made[6] = made[6] & 0x0F | 0x80
    made[8] = made[8] & 0x3F | 0x80
    return uuid.UUID(bytes=bytes(made))


class Push:
    """One call of `Client.push` while it goes on; without a `known` revision everything is only checked."""

    def __init__(self, send: Send, submission_id: uuid.UUID | None, known: int | None) -> None:
        self.send = send
        self.submission_id = submission_id
        self.known = known
        self.summary = PushSummary()
        self.rows = 0
        self.batches = 0
        self.violations: list[Violation] = []
        self.count = 0

    def run(self, cut: Iterable[Batch]) -> PushSummary:
        """Push all batches; raise what was refused at the end."""
        for batch in cut:
            try:
                self.one(batch)
            except TensevenError as error:
                error.summary = self.summary
                raise
        if self.violations:
            stored = "would be stored" if self.known is None else "are stored"
            violations = "1 violation" if self.count == 1 else f"{self.count:,} violations"
            rows = "1 row" if self.rows == 1 else f"{self.rows:,} rows"
            raise RefusedError(
                code=grpc.StatusCode.INVALID_ARGUMENT,
                message=f"{violations} in {rows}; batches without any {stored} ({self.summary.rows:,} rows)",
                reason="INVALID_REQUEST",
                metadata={"violation_count": str(self.count)},
                violations=sorted(self.violations, key=lambda one: -1 if one.row is None else one.row),
                summary=self.summary,
            )
        return self.summary

    def id_of(self, observations: list[v1.Observation]) -> uuid.UUID:
        if self.submission_id is None:
            return content_id(observations)
        return self.submission_id if self.batches == 0 else uuid.uuid5(self.submission_id, str(self.batches))

    def one(self, batch: Batch) -> None:
        """Push one batch, or gather what is wrong with it."""
        submission = self.id_of(batch.observations)
        self.batches += 1
        self.rows += batch.rows
        check = self.known is None or bool(batch.violations)
        try:
            if batch.observations:
                answer = self.send(request(submission, batch.observations, check))
                if not batch.violations:
                    self.summary = self.summary.plus(batch.rows, answer, self.known)
        except TensevenError as refusal:
            if not any(one.at(batch.places).row is not None for one in refusal.violations):
                raise
            self.refused(batch, refusal)
        self.violations += batch.violations
        self.count += len(batch.violations)

    def refused(self, batch: Batch, refusal: TensevenError) -> None:
        """Gather what the server says; where it did not list all, by checking the batch in small pieces."""
        gathered = dict.fromkeys(one.at(batch.places) for one in refusal.violations)
        count = refusal.violation_count
        known = {(one.row, one.column, one.reason) for one in gathered}
        starts = list(range(0, len(batch.observations), PIECE_ROWS))
        pieces = [slice(start, start + PIECE_ROWS) for start in reversed(starts)]
        while pieces and len(gathered) < count and len(self.violations) + len(gathered) < TOLD_MAX:
            piece = pieces.pop()
            places, observations = batch.places[piece], batch.observations[piece]
            try:
                self.send(request(content_id(observations), observations, True))
            except TensevenError as part:
                if part.violation_count > len(part.violations) and len(places) > 1:
                    pieces += [slice(at, at + 1) for at in reversed(range(*piece.indices(len(batch.places))))]
                for one in (one.at(places) for one in part.violations):
                    key = (one.row, one.column, one.reason)
                    if one.row is not None and key not in known:
                        known.add(key)
                        gathered[one] = None
                if not part.violations:  # The batch was refused whatever comes of this.
                    break
        self.violations += gathered
        self.count += max(count, len(gathered))


def request(
    submission: uuid.UUID, observations: list[v1.Observation], check: bool
) -> calls.PushObservationsRequest:
    """Return the request that pushes or checks a batch."""
    return calls.PushObservationsRequest(
        submission_id=str(submission), observations=observations, validate_only=check
    )


def options(batch_size: int, submission_id: str | uuid.UUID | None) -> uuid.UUID | None:
    """Check what a push was asked with."""
    if not 1 <= batch_size <= BATCH_ROWS_MAX:
        raise ValueError(f"batch_size is {batch_size}; give 1 to {BATCH_ROWS_MAX:,}")
    return uuid.UUID(str(submission_id)) if submission_id is not None else None


__all__ = ["Batch", "Push", "PushSummary", "batches", "content_id", "options"]
