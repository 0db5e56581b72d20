"""A connection to a server, and what every call through it needs."""

from __future__ import annotations

import datetime
import functools
from typing import TYPE_CHECKING, Any, Concatenate, ParamSpec, TypeVar

from google.protobuf.timestamp_pb2 import Timestamp

from .retry import RetryPolicy
from .security import FilePath, Security, open_channel, secret_of
from .v1 import (
    access_service_pb2_grpc,
    admin_service_pb2_grpc,
    assessment_service_pb2_grpc,
    audit_service_pb2_grpc,
    framework_service_pb2_grpc,
    observation_service_pb2,
    observation_service_pb2_grpc,
    practice_service_pb2_grpc,
    read_pb2,
    score_service_pb2_grpc,
)

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator
    from types import TracebackType

    import grpc
    import pandas as pd

    from .table import Rows

Opened = TypeVar("Opened", bound="Connection")
Asked = TypeVar("Asked")
Answered = TypeVar("Answered")
Parameters = ParamSpec("Parameters")

NOBODYS = "00000000-0000-8000-8000-000000000000"
"""The id of no submission."""
ANSWER_BYTES_MAX = 64 << 20
OPTIONS = [
    ("grpc.primary_user_agent", "tenseven-python/0.1.0"),
    ("grpc.max_receive_message_length", ANSWER_BYTES_MAX),
    ("grpc.max_send_message_length", -1),
    # Violations are in the headers of a response.
    ("grpc.max_metadata_size", 64 << 10),
    ("grpc.absolute_max_metadata_size", 128 << 10),
    # A connection that died without a word is found while somebody watches.
    ("grpc.keepalive_time_ms", 20_000),
    ("grpc.keepalive_timeout_ms", 10_000),
    ("grpc.http2.max_pings_without_data", 0),
    # Calls are tried again here, which reads RetryInfo.
    ("grpc.enable_retries", 0),
    ("grpc.initial_reconnect_backoff_ms", 100),
    ("grpc.min_reconnect_backoff_ms", 100),
    ("grpc.max_reconnect_backoff_ms", 2000),
]


def framed(
    rows: Callable[Concatenate[Opened, Parameters], Rows],
) -> Callable[Concatenate[Opened, Parameters], pd.DataFrame]:
    """Make of a method that returns rows one that returns a DataFrame."""

    @functools.wraps(rows)
    def method(self: Opened, /, *args: Parameters.args, **kwargs: Parameters.kwargs) -> pd.DataFrame:
        return rows(self, *args, **kwargs).to_frame()

    method.__name__ = rows.__name__.removesuffix("_rows")
    method.__qualname__ = rows.__qualname__.removesuffix("_rows")
    return method


def listed(one_or_more: str | Iterable[str] | None) -> list[str]:
    """Return a list of one, of more, or of none."""
    if one_or_more is None:
        return []
    return [one_or_more] if isinstance(one_or_more, str) else list(one_or_more)


def period_text(period: str | int | None) -> str:
    """Return a period as the contract has it."""
    return "" if period is None else str(period)


def read_at(
    at_revision: int | None, at_time: datetime.datetime | None, min_revision: int, history_id: str
) -> read_pb2.ReadAt:
    """Return how fresh an answer must be, and the moment that it is for."""
    if at_revision is not None and at_time is not None:
        raise ValueError("at_revision and at_time exclude each other; give one")
    stamp = None
    if at_time is not None:
        if at_time.utcoffset() is None:
            raise ValueError(f"at_time {at_time} has no time zone; give one, as datetime.timezone.utc")
        stamp = Timestamp()
        stamp.FromDatetime(at_time.astimezone(datetime.timezone.utc))
    return read_pb2.ReadAt(
        min_revision=min_revision, at_revision=at_revision, at_time=stamp, history_id=history_id
    )


class Connection:
    """A channel, the services of the contract on it, and how they are called; see `Client`."""

    def __init__(
        self,
        address: str,
        *,
        timeout: float = 30.0,
        retries: int = 4,
        credentials: grpc.ChannelCredentials | None = None,
        ca: FilePath | None = None,
        client_cert: FilePath | None = None,
        client_key: FilePath | None = None,
        key: str | None = None,
        key_file: FilePath | None = None,
        token: str | None = None,
        token_file: FilePath | None = None,
        insecure_key: bool = False,
    ) -> None:
        if not timeout > 0:
            raise ValueError(f"timeout is {timeout}; give seconds above 0")
        secret = secret_of(key, key_file, token, token_file)
        security = Security(credentials, ca, client_cert, client_key, secret, insecure_key)
        self._timeout = timeout
        self._policy = RetryPolicy(retries)
        self.channel = open_channel(address, OPTIONS, security)
        """The channel, for calls of `tenseven.v1` that have no method here."""
        self._access = access_service_pb2_grpc.AccessServiceStub(self.channel)
        self._assessment = assessment_service_pb2_grpc.AssessmentServiceStub(self.channel)
        self._audit = audit_service_pb2_grpc.AuditServiceStub(self.channel)
        self._admin = admin_service_pb2_grpc.AdminServiceStub(self.channel)
        self._frameworks = framework_service_pb2_grpc.FrameworkServiceStub(self.channel)
        self._observations = observation_service_pb2_grpc.ObservationServiceStub(self.channel)
        self._practices = practice_service_pb2_grpc.PracticeServiceStub(self.channel)
        self._scores = score_service_pb2_grpc.ScoreServiceStub(self.channel)

    def __enter__(self: Opened) -> Opened:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.close()

    def close(self) -> None:
        """Close the connection; calls under way are cancelled."""
        self.channel.close()

    def _call(self, method: grpc.UnaryUnaryMultiCallable[Asked, Answered], request: Asked) -> Answered:
        def attempt() -> Answered:
            return method(request, timeout=self._timeout)

        return self._policy.run(attempt)

    def _pages(
        self, method: grpc.UnaryUnaryMultiCallable[Asked, Answered], request: Any, size: int
    ) -> Iterator[Answered]:
        """All pages of a listing, each of at most `size` entries; they show one revision."""
        request.page.size = size
        while True:
            page: Any = self._call(method, request)
            yield page
            if not page.next_page_token:
                return
            request.page.token = page.next_page_token

    def _look_up(self, names: list[str]) -> observation_service_pb2.LookUpSubmissionsResponse:
        return self._call(
            self._observations.LookUpSubmissions,
            observation_service_pb2.LookUpSubmissionsRequest(submission_ids=names),
        )

    def _newest_revision(self) -> int:
        """The newest revision, by a call that contributors may make who are neither readers nor operators."""
        return self._look_up([NOBODYS]).revision

    def _accepted(self, names: list[str]) -> dict[str, observation_service_pb2.SubmitChangesResponse]:
        return {one.submission_id: one.receipt for one in self._look_up(names).submissions}
