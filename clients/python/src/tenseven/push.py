"""Pushing rows: cut into batches, each sent under an id made from its content.

Batches go through one stream. Those that an earlier push has brought are looked up, and not sent again.

A row is either in a batch that the server accepted or among the violations; none is skipped. Where a batch ends depends on the
rows alone, so that the same rows make the same batches. A batch with a row that cannot be read is only checked, because the
server accepts batches whole.
"""

from __future__ import annotations

import time
import uuid
from collections import deque
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Any

import grpc

from .errors import RefusedError, TensevenError, Violation, code_and_reason
from .observation import Observation, read_row, unknown_column
from .refusal import VIOLATIONS_MAX, all_violations, is_about_rows
from .stream import BatchAnswer
from .submission import content_id as submission_content_id
from .v1 import observation_pb2 as v1
from .v1 import observation_service_pb2 as calls

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Mapping

    import pandas as pd

    from .stream import BatchStream

    Rows = Iterable[Observation | Mapping[str, object]] | pd.DataFrame
    Send = Callable[[calls.PushObservationsRequest], calls.PushObservationsResponse]
    LookUp = Callable[[list[str]], Mapping[str, calls.SubmitChangesResponse]]

BATCH_ROWS_MAX = 10_000
BATCH_BYTES_MAX = 8 << 20
"""A batch is closed before it is larger than this, well below what a server reads (16 MiB)."""
GROUP_BATCHES_MAX = 64
"""Batches that are looked up together, at most."""
GROUP_BYTES_MAX = 32 << 20
"""About how much they may hold."""
GROUP_SECONDS = 0.5
"""A batch does not wait longer than that to be looked up with others, unless reading the next takes longer."""
ROW_BYTES = 512
"""Approximate bytes of a row without its texts."""
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
    """Rows that equal what the registry already holds."""
    already_pushed: int = 0
    """Rows in batches that were accepted in an earlier push: nothing was done. Later pushes remain in effect; to
    submit the same content again, give a new `submission_id`."""
    batches: int = 0
    """Batches accepted, now or before."""
    batches_already_pushed: int = 0
    """Of these, batches that were accepted before the push; they were not sent again."""
    revision: int = 0
    """The newest revision among the answers; 0 where no batch was accepted. Give it as `min_revision` to read your own
    writes on any replica."""
    history_id: str = ""
    """The history that it belongs to; empty where no batch was accepted."""

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
            batches_already_pushed=self.batches_already_pushed + (1 if before else 0),
            revision=max(self.revision, answer.revision),
            history_id=self.history_id if answer.revision < self.revision else answer.history_id,
        )

    def plus_known(self, rows: int, answer: calls.SubmitChangesResponse) -> PushSummary:
        """Return the sum with a batch that was accepted before the push."""
        return replace(
            self,
            rows=self.rows + rows,
            already_pushed=self.already_pushed + rows,
            batches=self.batches + 1,
            batches_already_pushed=self.batches_already_pushed + 1,
            revision=max(self.revision, answer.revision),
            history_id=self.history_id if answer.revision < self.revision else answer.history_id,
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


def each_row(rows: Any, whose: str = "") -> Iterator[Observation | Mapping[str, object]]:
    """Return the rows of a frame or an iterable; an error about the columns of a frame names `whose` they are."""
    if not (hasattr(rows, "columns") and hasattr(rows, "itertuples")):
        yield from rows
        return
    columns = list(rows.columns)
    wrong = [message for message in map(unknown_column, columns) if message is not None]
    wrong += [f"column {name} occurs twice" for name in sorted({*columns}) if columns.count(name) > 1]
    wrong += [
        f"column {name} is missing; add it"
        for name in ("indicator", "area", "period", "source")
        if name not in columns
    ]
    if wrong:
        raise ValueError(f"the columns{whose} cannot be used:\n  " + "\n  ".join(wrong))
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


def groups(cut: Iterable[Batch]) -> Iterator[list[Batch]]:
    """Put batches together that are read within a short time."""
    group: list[Batch] = []
    size, began = 0, time.monotonic()
    for batch in cut:
        group.append(batch)
        size += batch.size + batch.rows * ROW_BYTES
        is_full = len(group) >= GROUP_BATCHES_MAX or size >= GROUP_BYTES_MAX
        if is_full or time.monotonic() - began >= GROUP_SECONDS:
            yield group
            group, size, began = [], 0, time.monotonic()
    if group:
        yield group


def content_id(observations: Iterable[v1.Observation]) -> uuid.UUID:
    """Return a UUID of version 8 made from observations and nothing else."""
    return submission_content_id(CONTEXT, observations)


class Push:
    """One call of `Client.push` while it goes on; without a `known` revision everything is only checked."""

    def __init__(
        self,
        send: Send,
        look_up: LookUp,
        stream: BatchStream,
        submission_id: uuid.UUID | None,
        known: int | None,
    ) -> None:
        self.send = send
        self.look_up = look_up
        self.stream = stream
        self.submission_id = submission_id
        self.known = known
        self.summary = PushSummary()
        self.rows = 0
        self.batches = 0
        self.violations: list[Violation] = []
        self.count = 0
        self.sent: deque[Batch] = deque()
        """Batches whose answers are still to come."""

    def run(self, cut: Iterable[Batch]) -> PushSummary:
        """Push all batches; raise what was refused at the end."""
        try:
            for group in groups(cut):
                self.together(group)
            while self.sent:
                self.answered()
        except TensevenError as error:
            error.summary = self.summary
            raise
        finally:
            self.stream.close()
        if self.violations:
            stored = "would be stored" if self.known is None else "are stored"
            violations = "1 violation" if self.count == 1 else f"{self.count:,} violations"
            rows = "1 row" if self.rows == 1 else f"{self.rows:,} rows"
            code, reason = code_and_reason(self.violations)
            raise RefusedError(
                code=code,
                message=f"{violations} in {rows}; batches without any {stored} ({self.summary.rows:,} rows)",
                reason=reason,
                metadata={"violation_count": str(self.count)},
                violations=sorted(self.violations, key=lambda one: -1 if one.row is None else one.row),
                summary=self.summary,
            )
        return self.summary

    def id_of(self, observations: list[v1.Observation]) -> uuid.UUID:
        if self.submission_id is None:
            return content_id(observations)
        return self.submission_id if self.batches == 0 else uuid.uuid5(self.submission_id, str(self.batches))

    def together(self, group: list[Batch]) -> None:
        """Push batches that were read together."""
        named = []
        for batch in group:
            named.append((batch, str(self.id_of(batch.observations))))
            self.batches += 1
            self.rows += batch.rows
        # Under an id that was given, content may have changed: the server compares it.
        asked = [name for batch, name in named if self.submission_id is None and self.is_to_be_stored(batch)]
        known = self.look_up(asked) if asked else {}
        for batch, name in named:
            if not self.is_to_be_stored(batch):
                self.check(batch, name)
            elif name in known:
                self.summary = self.summary.plus_known(batch.rows, known[name])
            else:
                while self.stream.is_full:
                    self.answered()
                self.sent.append(batch)
                self.stream.send(
                    calls.StreamObservationsRequest(submission_id=name, observations=batch.observations)
                )

    def is_to_be_stored(self, batch: Batch) -> bool:
        return self.known is not None and not batch.violations

    def check(self, batch: Batch, name: str) -> None:
        """Gather what is wrong with a batch that is not to be stored."""
        try:
            if batch.observations:
                answer = self.send(request(name, batch.observations, True))
                if not batch.violations:
                    self.summary = self.summary.plus(batch.rows, answer, None)
        except TensevenError as refusal:
            if not is_about_rows(refusal, batch.places):
                raise
            self.refused(batch, refusal)
        self.violations += batch.violations
        self.count += len(batch.violations)

    def answered(self) -> None:
        """Take the answer to the first batch that was sent."""
        try:
            answer = self.stream.answer()
        except TensevenError as refusal:
            batch = self.sent.popleft()
            if is_about_rows(refusal, batch.places):
                self.refused(batch, refusal)
                return
            if len(self.stream.unanswered) == len(self.sent):
                self.settle()
            raise
        batch = self.sent.popleft()
        self.summary = self.summary.plus(batch.rows, answer, self.known)

    def settle(self) -> None:
        """Count what was sent after a batch that ends the push, as far as that can be known."""
        while self.sent:
            batch = self.sent[0]
            try:
                answer = self.stream.answer()
            except TensevenError:
                if len(self.stream.unanswered) == len(self.sent):
                    return
            else:
                self.summary = self.summary.plus(batch.rows, answer, self.known)
            self.sent.popleft()

    def refused(self, batch: Batch, refusal: TensevenError) -> None:
        """Collect the violations; if the server did not list all, by checking the batch in small pieces."""

        def check(piece: slice) -> None:
            observations = batch.observations[piece]
            self.send(request(str(content_id(observations)), observations, True))

        most = VIOLATIONS_MAX - len(self.violations)
        gathered, count = all_violations(refusal, batch.places, (), check, most)
        self.violations += gathered
        self.count += count


def whole_batch(rows: Any) -> Batch:
    """Return rows as one batch."""
    batch = Batch()
    for place, row in enumerate(each_row(rows)):
        if place >= BATCH_ROWS_MAX:
            raise ValueError(f"a batch has more than {BATCH_ROWS_MAX:,} rows; cut it")
        batch.add(place, row)
    if not batch.rows:
        raise ValueError("a batch has no rows; leave it out")
    return batch


def answer_of(stream: BatchStream, name: str, batch: Batch, known: int) -> BatchAnswer:
    """Return what became of the batch that is the first on its way; one with rows that cannot be read was not sent."""
    if batch.violations:
        message = f"{len(batch.violations)} violations; nothing of the batch is stored"
        count = {"violation_count": str(len(batch.violations))}
        error: TensevenError = RefusedError(
            grpc.StatusCode.INVALID_ARGUMENT, message, "INVALID_REQUEST", count, batch.violations
        )
        return BatchAnswer(name, None, error)
    left = len(stream.unanswered)
    try:
        answer = stream.answer()
    except TensevenError as refusal:
        if len(stream.unanswered) == left:
            raise
        refusal.violations = [one.at(batch.places) for one in refusal.violations]
        return BatchAnswer(name, None, refusal)
    return BatchAnswer(name, PushSummary().plus(batch.rows, answer, known), None)


def request(
    submission: str, observations: list[v1.Observation], check: bool
) -> calls.PushObservationsRequest:
    """Return the request that pushes or checks a batch."""
    return calls.PushObservationsRequest(
        submission_id=submission, observations=observations, validate_only=check
    )


def options(batch_size: int, submission_id: str | uuid.UUID | None) -> uuid.UUID | None:
    """Check what a push was asked with."""
    if not 1 <= batch_size <= BATCH_ROWS_MAX:
        raise ValueError(f"batch_size is {batch_size}; give 1 to {BATCH_ROWS_MAX:,}")
    return uuid.UUID(str(submission_id)) if submission_id is not None else None


__all__ = ["Batch", "Push", "PushSummary", "answer_of", "batches", "content_id", "options", "whole_batch"]
