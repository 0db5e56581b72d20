"""A stream of batches: each is answered in its order and accepted once, however often the connection breaks.

What was not answered is sent again under the same submission id. Requests are taken from a queue, so that rows are read where
they were given, and not in a thread of gRPC's.
"""

from __future__ import annotations

import queue
import random
import threading
import time
from collections import deque
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import grpc

from .errors import TensevenError, Violation, error_of

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from .push import PushSummary
    from .retry import RetryPolicy
    from .v1 import observation_service_pb2 as calls

WINDOW = 16
"""Batches that are sent before the first is answered: as many as a server takes."""
CODES = {code.value[0]: code for code in grpc.StatusCode}


@dataclass(frozen=True)
class BatchAnswer:
    """The outcome of one batch of `Client.stream`: a summary, or the error of its refusal."""

    submission_id: str
    """The id that it was submitted under."""
    summary: PushSummary | None
    """What became of its rows; None where it was refused."""
    error: TensevenError | None
    """Why it was refused; its violations have rows, counted within the batch. None where it was accepted."""


class BatchStream:
    """Batches on their way."""

    def __init__(
        self, open_call: Callable[[Iterator[Any]], Any], policy: RetryPolicy, timeout: float
    ) -> None:
        self.open_call = open_call
        self.policy = policy
        self.timeout = timeout
        self.unanswered: deque[calls.StreamObservationsRequest] = deque()
        self.call: Any = None
        self.requests: queue.SimpleQueue[calls.StreamObservationsRequest | None] = queue.SimpleQueue()

    @property
    def is_full(self) -> bool:
        """Whether an answer has to be taken before another batch is sent."""
        return len(self.unanswered) >= WINDOW

    def send(self, request: calls.StreamObservationsRequest) -> None:
        """Send a batch; its answer comes after those of the batches before."""
        self.unanswered.append(request)
        if self.call is None:
            self._open()
        else:
            self.requests.put(request)

    def answer(self) -> calls.PushObservationsResponse:
        """Return the next answer; raise what the batch was refused with, or that it cannot be reached."""
        tried = 0
        while True:
            try:
                response = self._next()
                break
            except TensevenError as error:
                self.close()
                tried += 1
                wait = self.policy.wait(tried, error, random.random())
                if wait is None:
                    raise
            time.sleep(wait)
        self.unanswered.popleft()
        if response.HasField("refusal"):
            raise refusal_of(response.refusal)
        return response.receipt

    def close(self) -> None:
        """Leave the call; the next answer makes another."""
        if self.call is not None:
            self.requests.put(None)
            self.call.cancel()
            self.call = None

    def _open(self) -> None:
        self.requests = queue.SimpleQueue()
        for request in self.unanswered:
            self.requests.put(request)
        self.call = self.open_call(iter(self.requests.get, None))

    def _next(self) -> calls.StreamObservationsResponse:
        if self.call is None:
            self._open()
        call, expired = self.call, threading.Event()

        def expire() -> None:
            expired.set()
            call.cancel()

        timer = threading.Timer(self.timeout, expire)
        timer.daemon = True
        timer.start()
        try:
            response: calls.StreamObservationsResponse = next(call)
        except StopIteration:
            message = "the stream ended before all batches were answered"
            raise TensevenError(grpc.StatusCode.UNAVAILABLE, message) from None
        except grpc.RpcError as broken:
            if expired.is_set():
                message = f"no answer for {self.timeout} s"
                raise TensevenError(grpc.StatusCode.DEADLINE_EXCEEDED, message) from broken
            raise error_of(broken) from broken
        finally:
            timer.cancel()
        if response.submission_id not in ("", self.unanswered[0].submission_id):
            message = "the server answered another batch than the next one"
            raise TensevenError(grpc.StatusCode.UNAVAILABLE, message)
        return response


def refusal_of(refusal: calls.BatchRefusal) -> TensevenError:
    """Return the refusal of a batch of a stream as the error that a call of its own would have raised."""
    waits = refusal.HasField("retry_delay")
    return TensevenError(
        code=CODES.get(refusal.code, grpc.StatusCode.UNKNOWN),
        message=refusal.message,
        reason=refusal.reason,
        metadata=dict(refusal.metadata),
        violations=[Violation(one.path, one.description, one.reason) for one in refusal.fields],
        retry_after=refusal.retry_delay.ToTimedelta().total_seconds() if waits else None,
    )
