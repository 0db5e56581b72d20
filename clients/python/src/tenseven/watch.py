"""Watches: streams without an end that are taken up again where they broke.

Each change comes once, in order, even if the connection breaks. A watch that broke within a revision, or within a
snapshot, gets that again from its beginning, in the same order; what was received before is skipped.
"""

from __future__ import annotations

import random
import time
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import grpc

from .errors import TensevenError, error_of

if TYPE_CHECKING:
    import datetime
    from collections.abc import Callable, Iterator

    from .retry import RetryPolicy
    from .table import Rows


@dataclass(frozen=True)
class ObservationChange:
    """What a revision changed of the observations, or a heartbeat."""

    revision: int
    """The revision; of a heartbeat, the one up to which all changes were sent."""
    accept_time: datetime.datetime | None
    """When it was accepted; None in a heartbeat."""
    submission_id: str
    """The submission that brought it; empty in a heartbeat."""
    rows: Rows
    """The observations that are new or changed, as `Client.observations_rows` has them; none in a heartbeat."""
    continues: bool
    """Whether more of the same revision follows."""
    withdrawals: Rows
    """The observations that were withdrawn: `indicator`, `area`, `period`, `source` and `reason`; none in a heartbeat."""
    history_id: str
    """The history that `revision` belongs to. Give both to resume after it."""


@dataclass(frozen=True)
class ScoreNews:
    """What a revision changed of the scores, part of a snapshot, or a heartbeat."""

    revision: int
    """The revision; of a heartbeat, the one up to which all changes were sent."""
    accept_time: datetime.datetime | None
    """When it was accepted; None in a snapshot and in a heartbeat."""
    submission_id: str
    """The submission that it accepted; empty in a snapshot and in a heartbeat."""
    rows: Rows
    """The scores, with `previous_score` and `previous_gap`; none in a heartbeat."""
    continues: bool
    """Whether more of the same revision, or of the snapshot, follows."""
    snapshot: bool
    """Whether these are the scores at the start of the watch."""
    framework: str
    """The version whose scores they are, as `id@version`."""
    newer_version: str
    """In a heartbeat: the newest version where that is another; otherwise empty."""
    history_id: str
    """The history that `revision` belongs to. Give both to resume after it."""


def follow(
    policy: RetryPolicy,
    start: Callable[[Any], Any],
    request: Any,
    *fields: str,
) -> Iterator[Any]:
    """Yield the messages of a watch; `fields` of each hold the changes. `request` holds the position to resume from."""
    tried, of_open, again = 0, 0, 0
    while True:
        call = start(request)
        try:
            for message in call:
                tried = 0
                count = 0
                for field in fields:
                    items = getattr(message, field)
                    repeated = min(again, len(items))
                    del items[:repeated]
                    again -= repeated
                    count += len(items)
                is_snapshot = getattr(message, "snapshot", False)
                if getattr(message, "framework", ""):
                    request.selection.framework = message.framework
                if message.continues:
                    of_open += count
                    if not count:
                        continue
                else:
                    # A heartbeat may come before an open revision, and within it.
                    if message.HasField("accept_time") or is_snapshot:
                        of_open, again = 0, 0
                    if is_snapshot:
                        request.snapshot = False
                    request.after_revision = message.revision
                    # After a restore this revision can be another change: the server then ends the watch.
                    request.read_at.history_id = message.history_id
                yield message
            error = TensevenError(grpc.StatusCode.UNAVAILABLE, "the server ended the watch")
        except grpc.RpcError as refused:
            error = error_of(refused)
        finally:
            call.cancel()
        tried, again = tried + 1, of_open
        wait = policy.wait(tried, error, random.random())
        if wait is None:
            raise error
        time.sleep(wait)
