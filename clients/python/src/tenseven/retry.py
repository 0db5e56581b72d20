"""When a call is tried again, and after how long.

Tried again is a call that did not reach the server or whose connection broke; one refused with UNAVAILABLE, unless the
journal has failed (that needs an operator); and one refused with RESOURCE_EXHAUSTED or ABORTED and `RetryInfo`. A call whose
deadline passed is not: it would most likely take as long again. Every write carries a submission id, so another try is safe.
"""

from __future__ import annotations

import random
import time
from dataclasses import dataclass
from typing import TYPE_CHECKING, TypeVar

import grpc

from .errors import TensevenError, error_of

if TYPE_CHECKING:
    from collections.abc import Callable

Answer = TypeVar("Answer")


@dataclass(frozen=True)
class RetryPolicy:
    """How often and after how long calls are tried again."""

    retries: int
    """Most tries after the first."""
    first: float = 0.1
    """Longest wait before the second try, in seconds; doubled before each further one."""
    longest: float = 10.0
    """Longest wait before any try, in seconds. Where the server asks for more, the call is not tried again."""

    def wait(self, tried: int, error: TensevenError, jitter: float) -> float | None:
        """Return the seconds to wait after the failed try number `tried` (from 1); none to give up.

        `jitter` lies between 0 and 1 and takes away up to half of the wait, never of what the server asks for.
        """
        unavailable = error.code == grpc.StatusCode.UNAVAILABLE and error.reason != "JOURNAL_FAILED"
        passing = (grpc.StatusCode.RESOURCE_EXHAUSTED, grpc.StatusCode.ABORTED)
        asked_to_wait = error.code in passing and error.retry_after is not None
        asked_for = error.retry_after or 0.0
        if tried > self.retries or asked_for > self.longest or not (unavailable or asked_to_wait):
            return None
        return max(min(self.first * 2.0 ** (tried - 1), self.longest) * (0.5 + 0.5 * jitter), asked_for)

    def run(self, attempt: Callable[[], Answer]) -> Answer:
        """Call `attempt` until it answers or another try does not help."""
        tried = 0
        while True:
            try:
                return attempt()
            except grpc.RpcError as refused:
                error, tried = error_of(refused), tried + 1
                wait = self.wait(tried, error, random.random())
                if wait is None:
                    raise error from refused
            time.sleep(wait)
