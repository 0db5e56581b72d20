"""The client: one method for each thing that is asked of a registry."""

from __future__ import annotations

import uuid
from collections import deque
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from . import area as places
from . import assessment, table
from . import practice as good
from . import push as pushing
from . import withdraw as withdrawing
from .access import AccessCalls, QuotaStatus, TokenIssuer, quota_status_of
from .audit import AuditCalls
from .change import ChangeCalls
from .connection import framed, listed, period_text, read_at
from .cost import FrameworkCost, SuspendedFramework, cost
from .practice import PracticeReceipt
from .stream import WINDOW, BatchAnswer, BatchStream
from .table import Rows, moment
from .v1 import (
    admin_service_pb2,
    area_pb2,
    assessment_service_pb2,
    framework_service_pb2,
    observation_pb2,
    observation_service_pb2,
    practice_service_pb2,
    score_service_pb2,
)
from .watch import ObservationChange, ScoreNews, follow

if TYPE_CHECKING:
    import datetime
    from collections.abc import Callable, Iterable, Iterator, Mapping

    from .push import PushSummary
    from .withdraw import WithdrawalSummary

LOOK_UP_MAX = 10_000
"""Submissions that are looked up at once."""


@dataclass(frozen=True)
class History:
    """An uninterrupted sequence of revisions; a registry starts another one with each restore from a backup."""

    id: str
    """Its id, a UUID."""
    after_revision: int
    """The last revision that it shares with the history before it; 0 for the first history."""


@dataclass(frozen=True)
class ServerStatus:
    """The status of a server."""

    version: str
    """The version of the program."""
    revision: int
    """The newest revision."""
    oldest_revision: int
    """The oldest revision that can be asked for; 1 where nothing was given up."""
    observation_count: int
    """Current observations."""
    framework_count: int
    """Published versions of frameworks."""
    chain_hash: str
    """64 hexadecimal digits: a hash of the whole history up to `revision`."""
    last_accept_time: datetime.datetime | None
    """When the newest revision was accepted."""
    history_id: str
    """The current history: the one that accepts new revisions. It changes with each restore from a backup."""
    lineage: tuple[History, ...]
    """The histories that lead to the current one, oldest first."""
    suspended_frameworks: tuple[SuspendedFramework, ...]
    """The frameworks whose newest version is not scored, because it costs more than the limits allow."""
    tls: bool
    """Whether the server accepts TLS connections only."""
    certificate_expire_time: datetime.datetime | None
    """When the server's certificate expires; None without TLS."""
    certificate_reload_error: str
    """Why the present files of the server's certificate and its key are not in use; empty if they are."""
    token_issuers: tuple[TokenIssuer, ...]
    """The identity providers whose tokens the server accepts."""
    quotas: tuple[QuotaStatus, ...] = ()
    """The limits that each partner has, and how they are used."""


@dataclass(frozen=True)
class Publication:
    """That a version of a framework is published, or with `validate_only` would be."""

    framework: str
    """What was published, as `id@version`."""
    revision: int
    """The revision that published it."""
    accept_time: datetime.datetime | None
    """When it was accepted; None where it was only checked."""
    history_id: str
    """The history that `revision` belongs to."""
    cost: FrameworkCost
    """The costs of the framework, with their limits."""


@dataclass(frozen=True)
class Retirement:
    """That a version of a framework is retired, or with `validate_only` would be."""

    framework: str
    """The version."""
    revision: int
    """The revision that retired it; the newest one where it was only checked."""
    accept_time: datetime.datetime | None
    """When it was accepted; None where it was only checked."""
    history_id: str
    """The history that `revision` belongs to."""


class Client(AccessCalls, AuditCalls, ChangeCalls):
    """A connection to a server of the registry.

    Safe to share between threads; not across a fork. Close it, or use it as a context manager::

        with tenseven.Client("127.0.0.1:50107") as client:
            client.push(frame)
            client.scores("target-10-7", area="MAR", period="2020")

    Args:
        address: Host and port, as `https://host:port` for TLS; without it, or with `http://`, plain text.
        timeout: Maximum time of one attempt of a call, in seconds; the server gets this deadline, too.
        retries: How often a call is tried again that did not reach the server, or that the server asks to send later, with
            waits from 0.1 s that double up to 10 s; longer where the server asks for it.
        credentials: `grpc.ssl_channel_credentials(...)` in place of `ca`, `client_cert` and `client_key`.
        ca: File with the certificate authorities of the server, in PEM; those that come with gRPC without it.
        client_cert: File with a certificate to show to the server, in PEM.
        client_key: File with the private key of that certificate, in PEM.
        key: The key to call with. Without it, the content of `key_file`, of the file that the variable `TENSEVEN_KEY_FILE`
            names, or the variable `TENSEVEN_KEY`. It is sent over TLS, or to this machine; otherwise the client is not made.
        key_file: File with the key to call with.
        token: A token of an identity provider to call with in place of a key. Without any of these, a token is also taken from
            the file that the variable `TENSEVEN_TOKEN_FILE` names, or the variable `TENSEVEN_TOKEN`.
        token_file: File with such a token. It is read again for each call, because tokens are valid for a short time.
        insecure_key: Whether the key or token is also sent to other machines in plain text, where others may read it.

    Every method raises `TensevenError` where the call fails or is refused. Reads take these arguments:

        at_revision: Answer as of this past revision.
        at_time: Answer as of the last revision accepted at or before this time, which must have a time zone.
        min_revision: Wait, up to the timeout, until the server has applied this revision; 0 does not wait.
        history_id: The history that these revisions belong to, from the answer that they were copied from
            (`attrs["history_id"]`). After a restore from a backup, a revision that the registry no longer has is refused,
            reason `OTHER_HISTORY`.

    A method that returns a `DataFrame` needs pandas. Each has a counterpart that ends in `_rows`, which returns the same as a
    list of dicts (`Rows`) with None for absent cells, and does not need it.
    """

    # Writes.

    def push(
        self,
        observations: pushing.Rows,
        *,
        submission_id: str | uuid.UUID | None = None,
        batch_size: int = 1000,
        validate_only: bool = False,
    ) -> PushSummary:
        """Push observations; returns once the server has flushed them to disk.

        Rows go in batches. A batch is stored whole or refused whole; those after a refused one are sent all the same, and
        everything that was refused is raised at the end. To store nothing unless all of it is right, push with
        `validate_only` first.

        The id of each batch is made from its content, so the same rows pushed again, with the same `batch_size`, change
        nothing (`already_pushed`): after any interruption, push the same again, and only what is missing is sent.
        Batches go through one stream, up to 16 before the first is answered, and where the connection breaks, what was not
        answered is sent again, at most `retries` times without an answer in between. It also means that rows pushed
        once do not come back into force after others revised them; for that give a new `submission_id`.

        Args:
            observations: A DataFrame with the columns of an observation file, or an iterable of dicts with such keys or of
                `Observation`. Columns are `indicator`, `area`, `period`, `source` and any of `value`, `numerator`,
                `denominator`, `level`, `flag`, `missing`, `status`, `comment`, `method`, `citation`, `url`, `quote`
                (and `citation_2` and so on up to 16). None, NaN, NA and blank text are absent cells, never a value: each
                row fills exactly one of `value`, `numerator` with `denominator`, `level`, `flag` and `missing`.
            submission_id: A UUID instead of the one made from content, for the first batch; those of further batches are
                derived from it. Sent again with other content it is refused, reason `SUBMISSION_ID_REUSED`.
            batch_size: Rows in a batch, 1 to 10,000. A batch also ends before it has 8 MiB.
            validate_only: Only check: the summary, or the refusal, is what a push would get now. Nothing is stored. Rows
                that revise rows of an earlier batch of the same push count as new.

        Raises:
            RefusedError: Rows are wrong, or outside the grants (`OUTSIDE_GRANTS`): `violations` has each with its row (from 0)
                and column, `violation_count` is the number of all, `summary` counts the rows that were stored.
            TensevenError: The server cannot be reached, or refuses a whole batch; `summary` counts what was stored before.
            ValueError: The columns of a frame, `submission_id` or `batch_size` cannot be used. Nothing was sent.
        """
        submission = pushing.options(batch_size, submission_id)
        known = None if validate_only else self._newest_revision()

        def send(
            request: observation_service_pb2.PushObservationsRequest,
        ) -> observation_service_pb2.PushObservationsResponse:
            return self._call(self._observations.PushObservations, request)

        push = pushing.Push(send, self._accepted, self._batch_stream(), submission, known)
        return push.run(pushing.batches(observations, batch_size))

    def stream(self, batches: Iterable[pushing.Rows]) -> Iterator[BatchAnswer]:
        """Push batches in one stream as they come, and yield what became of each, in their order.

        For endless feeds, or if each batch is independent of the others; `push` cuts rows into batches by itself. Up to
        16 batches are sent before the first answer is yielded; they are taken from `batches` when the next answer is asked
        for. Where the connection breaks, what was not answered is sent again, and is accepted once.

        Args:
            batches: Each as `push` takes rows, 1 to 10,000 of them. The id of each is made from its content, so that content
                that was pushed before changes nothing (`already_pushed`).

        Raises:
            TensevenError: The server cannot be reached, or takes no batches. What it refuses of a batch is yielded.
            ValueError: A batch has no rows or too many, or its columns cannot be used.
        """
        known = self._newest_revision()
        under_way: deque[tuple[str, pushing.Batch]] = deque()
        stream, left = self._batch_stream(), iter(batches)
        try:
            while True:
                while not stream.is_full and len(under_way) < WINDOW:
                    rows = next(left, None)
                    if rows is None:
                        break
                    batch = pushing.whole_batch(rows)
                    name = str(pushing.content_id(batch.observations))
                    under_way.append((name, batch))
                    if not batch.violations:
                        stream.send(
                            observation_service_pb2.StreamObservationsRequest(
                                submission_id=name, observations=batch.observations
                            )
                        )
                if not under_way:
                    return
                name, batch = under_way.popleft()
                answer = pushing.answer_of(stream, name, batch, known)
                if answer.summary is not None:
                    known = max(known, answer.summary.revision)
                yield answer
        finally:
            stream.close()

    def look_up_rows(self, submission_ids: Iterable[str | uuid.UUID]) -> Rows:
        """Return which submissions were accepted, and what they were answered; the others are left out.

        `attrs["revision"]` is the revision that this was answered at; of more than 10,000 the last.
        """
        names, found = [str(uuid.UUID(str(one))) for one in submission_ids], []
        revision, history_id = 0, ""
        for start in range(0, len(names), LOOK_UP_MAX):
            answer = self._look_up(names[start : start + LOOK_UP_MAX])
            found += list(answer.submissions)
            revision, history_id = answer.revision, answer.history_id
        accepted = map(table.accepted_row, found)
        return Rows(table.ACCEPTED, accepted, revision=revision, history_id=history_id)

    look_up = framed(look_up_rows)

    def _batch_stream(self) -> BatchStream:
        return BatchStream(self._observations.StreamObservations, self._policy, self._timeout)

    def withdraw(
        self,
        observations: withdrawing.Rows,
        reason: str | None = None,
        *,
        submission_id: str | uuid.UUID | None = None,
        validate_only: bool = False,
    ) -> WithdrawalSummary:
        """Withdraw observations, all or none; returns once the server has flushed the withdrawals to disk.

        What is withdrawn is in no list, export or score any more. It stays in the history: `revisions` shows the withdrawal
        with its reason, and what is asked as of an earlier revision still has the observation.

        The id of the submission is made from its content, so the same rows withdrawn again change nothing
        (`already_withdrawn`). To withdraw the same after it was pushed again, give a new `submission_id`.

        Args:
            observations: A DataFrame or an iterable of dicts, 1 to 10,000 rows, with `indicator`, `area`, `period`, `source`
                and, where it differs from row to row, `reason`.
            reason: Why, 1 to 4,000 characters, for rows without a reason of their own.
            submission_id: A UUID instead of the one made from content. Sent again with other content it is refused, reason
                `SUBMISSION_ID_REUSED`.
            validate_only: Only check: the summary, or the refusal, is what a withdrawal would get now.

        Raises:
            TensevenError: Rows are wrong, and nothing was withdrawn: `violations` has each with its row (from 0) and column.
                Or the server cannot be reached.
            ValueError: The columns or `submission_id` cannot be used. Nothing was sent.
        """
        made = withdrawing.withdrawals(observations, reason)
        submission = uuid.UUID(str(submission_id)) if submission_id is not None else None
        known = None if validate_only else self._newest_revision()

        def send(
            request: observation_service_pb2.WithdrawObservationsRequest,
        ) -> observation_service_pb2.WithdrawObservationsResponse:
            return self._call(self._observations.WithdrawObservations, request)

        return withdrawing.withdraw(send, made, submission, known)

    def publish_framework(
        self,
        text: str,
        *,
        submission_id: str | uuid.UUID | None = None,
        validate_only: bool = False,
        timeout: float = 3600.0,
        progress: Callable[[float], None] | None = None,
    ) -> Publication:
        """Publish a version of a framework; returns once the registry is scored under it and it can be read.

        The same text again returns the first receipt. If the call ends before (a deadline, a lost connection), the
        publication goes on, and the same call follows it.

        Args:
            text: The framework in TOML; at most 1 MiB.
            submission_id: A UUID instead of the one made from the text.
            validate_only: Only check: nothing is stored or scored.
            timeout: Longest time for one try, in seconds.
            progress: Called with the part of the scoring that is done, from 0 to 1.

        Raises:
            TensevenError: Reasons `INVALID_REQUEST` (violations of `definition` begin with line:column),
                `VERSION_NOT_HIGHER`, `FRAMEWORK_VERSION_EXISTS`, `INDICATOR_CLASH`, `FRAMEWORK_OVER_BUDGET`,
                `TOO_MANY_FRAMEWORK_VERSIONS`, `PUBLICATION_UNDER_WAY`.
        """
        name = (
            uuid.uuid5(uuid.NAMESPACE_URL, f"tenseven framework\n{text}")
            if submission_id is None
            else submission_id
        )
        request = framework_service_pb2.PublishFrameworkRequest(
            submission_id=str(uuid.UUID(str(name))), definition=text, validate_only=validate_only
        )

        def attempt() -> framework_service_pb2.PublicationReceipt | None:
            receipt = None
            for step in self._frameworks.PublishFramework(request, timeout=timeout):
                if step.HasField("receipt"):
                    receipt = step.receipt
                elif progress is not None:
                    progress(step.progress.fraction)
            return receipt

        receipt = self._policy.run(attempt) or framework_service_pb2.PublicationReceipt()
        return Publication(
            receipt.framework,
            receipt.revision,
            moment(receipt, "accept_time"),
            receipt.history_id,
            cost(receipt.cost),
        )

    def retire_framework(
        self,
        framework: str,
        *,
        reason: str,
        submission_id: str | uuid.UUID | None = None,
        validate_only: bool = False,
    ) -> Retirement:
        """Retire a version of a framework: nothing is scored by it any more, and its id means the newest that is not retired.

        Scores as of earlier revisions stay. The same call again returns the first receipt.

        Args:
            framework: Id and version, e.g. `mine@1.0.0`.
            reason: Why, for its readers.
            submission_id: A UUID; made from version and reason where it is not given.
            validate_only: Only check, and store nothing.

        Raises:
            TensevenError: Reasons `UNKNOWN_FRAMEWORK`, `FRAMEWORK_RETIRED`, `RETIREMENT_BLOCKED`.
        """
        content = f"tenseven framework retirement\n{framework}\n{reason}"
        name = (
            uuid.uuid5(uuid.NAMESPACE_URL, content)
            if submission_id is None
            else uuid.UUID(str(submission_id))
        )
        request = framework_service_pb2.RetireFrameworkRequest(
            submission_id=str(name), framework=framework, reason=reason, validate_only=validate_only
        )
        answer = self._call(self._frameworks.RetireFramework, request)
        return Retirement(answer.framework, answer.revision, moment(answer, "accept_time"), answer.history_id)

    def submit_coding(
        self,
        coder: str,
        indicator: str,
        area: str,
        period: str | int,
        *,
        level: str | None = None,
        missing: str | None = None,
        narrative: str = "",
        evidence: Iterable[Mapping[str, str]] = (),
        submission_id: str | uuid.UUID | None = None,
        validate_only: bool = False,
    ) -> assessment.CodingReceipt:
        """File one coder's rating of a unit; returns once the server has flushed it to disk.

        The same coder coding the unit again in the same round revises the coding before; every version is kept.

        Args:
            coder: Who rates, and calls.
            indicator: An indicator with a rubric.
            area: A country, area or local unit, as `MAR`.
            period: As `2020`.
            level: The code of a level of the rubric.
            missing: Instead of a level: `not_applicable`, `not_collected`, `confidential` or `not_available`.
            narrative: Why; at most 4,000 characters.
            evidence: Dicts with `citation`, `url` and `quote`; at most 16.
            submission_id: A UUID; a random one without it. Give one to be able to send the same again after a crash.
            validate_only: Only check; nothing is stored.

        Raises:
            TensevenError: Reasons `INVALID_REQUEST`, `SUBMISSION_ID_REUSED`, `ROUND_FULL`.
        """
        coding = assessment_service_pb2.Coding(
            unit=assessment_service_pb2.CodingUnit(
                indicator=indicator, area=area, period=period_text(period)
            ),
            narrative=narrative,
            evidence=assessment.evidence(evidence),
            **assessment.judgement(level, missing),
        )
        answer = self._call(
            self._assessment.SubmitCoding,
            assessment_service_pb2.SubmitCodingRequest(
                submission_id=assessment.submission(submission_id),
                caller=assessment.caller(coder, None),
                coding=coding,
                validate_only=validate_only,
            ),
        )
        accept_time = moment(answer, "accept_time")
        return assessment.CodingReceipt(answer.revision, answer.round, answer.revises, accept_time)

    def adjudicate(
        self,
        curator: str,
        indicator: str,
        area: str,
        period: str | int,
        *,
        source: str,
        rule: str,
        level: str | None = None,
        missing: str | None = None,
        rationale: str = "",
        comment: str = "",
        submission_id: str | uuid.UUID | None = None,
        validate_only: bool = False,
    ) -> assessment.Adjudication:
        """Make one observation of the codings of a unit's open round, and close the round.

        Args:
            curator: Who decides, and calls.
            indicator: The unit's indicator.
            area: Its area.
            period: Its period.
            source: The source that the observation is filed under.
            rule: `median`, `majority` or `decision`.
            level: With `decision`: the level that the curator decides for.
            missing: With `decision`, instead of a level: why there is none.
            rationale: With `decision`: why; at most 1,000 characters.
            comment: The observation's comment.
            submission_id: A UUID; a random one without it. Give one to be able to send the same again after a crash.
            validate_only: Only check; nothing is stored.

        Raises:
            TensevenError: Reasons `INVALID_REQUEST`, `SUBMISSION_ID_REUSED`, `NO_CODINGS`, and those after which a decision
                helps: `NO_CODED_LEVEL`, `MEDIAN_BETWEEN_LEVELS`, `NO_MAJORITY`.
        """
        number = assessment.one_of("rule", rule, assessment.RULES)
        decision = None
        if rule == "decision":
            decided = assessment.judgement(level, missing)
            decision = assessment_service_pb2.Decision(rationale=rationale, **decided)
        elif level is not None or missing is not None or rationale:
            raise ValueError("level, missing and rationale go with the rule decision")
        answer = self._call(
            self._assessment.AdjudicateCodings,
            assessment_service_pb2.AdjudicateCodingsRequest(
                submission_id=assessment.submission(submission_id),
                caller=assessment.caller(None, curator),
                unit=assessment_service_pb2.CodingUnit(
                    indicator=indicator, area=area, period=period_text(period)
                ),
                source=source,
                rule=number,
                decision=decision,
                comment=comment,
                validate_only=validate_only,
            ),
        )
        return assessment.adjudication(answer.adjudication)

    def put_practice(
        self,
        practice: Mapping[str, Any],
        *,
        curator: str,
        expected_revision: int = 0,
        submission_id: str | uuid.UUID | None = None,
        validate_only: bool = False,
    ) -> PracticeReceipt:
        """Add a practice, or replace one; returns once the server has flushed it to disk.

        The same call again returns the first receipt.

        Args:
            practice: A dict with `id`, `title`, `description`, `citation` and the lists `areas`, `domains`, `indicators`,
                `measures`, as a row of `practices_rows`; further keys are left out.
            curator: Who writes.
            expected_revision: The revision of the version that is replaced (`revision` of its row); 0 for a new practice.
            submission_id: A UUID instead of the one made from the content.
            validate_only: Only check: nothing is stored.

        Raises:
            TensevenError: Reasons `INVALID_REQUEST` (with `violations`), `PRACTICE_REVISED` (somebody wrote meanwhile:
                `metadata["revision"]` is that of the newest version), `TOO_MANY_PRACTICES`.
            ValueError: A text is absent, or a list is none. Nothing was sent.
        """
        message = good.practice_message(practice)
        request = practice_service_pb2.PutPracticeRequest(
            caller=assessment.caller(None, curator), practice=message, expected_revision=expected_revision
        )
        request.submission_id = good.write_id(submission_id, request)
        request.validate_only = validate_only
        answer = self._call(self._practices.PutPractice, request)
        return PracticeReceipt(message.id, answer.revision, moment(answer, "accept_time"), answer.created)

    def withdraw_practice(
        self,
        practice: str,
        *,
        reason: str,
        curator: str,
        expected_revision: int,
        submission_id: str | uuid.UUID | None = None,
        validate_only: bool = False,
    ) -> PracticeReceipt:
        """Take a practice out of listings and searches; its versions stay.

        The same call again returns the first receipt. The arguments are those of `put_practice`.
        """
        request = practice_service_pb2.WithdrawPracticeRequest(
            caller=assessment.caller(None, curator),
            practice=practice,
            reason=reason,
            expected_revision=expected_revision,
        )
        request.submission_id = good.write_id(submission_id, request)
        request.validate_only = validate_only
        answer = self._call(self._practices.WithdrawPractice, request)
        return PracticeReceipt(practice, answer.revision, moment(answer, "accept_time"), created=False)

    # Reads.

    def codings_rows(
        self,
        *,
        coder: str | None = None,
        curator: str | None = None,
        indicator: str = "",
        area: str = "",
        period_from: str | int | None = None,
        period_to: str | int | None = None,
        by: str = "",
        state: str = "",
        superseded: bool = False,
        at_revision: int | None = None,
        at_time: datetime.datetime | None = None,
        min_revision: int = 0,
        history_id: str = "",
        page_size: int = 0,
    ) -> Rows:
        """Return the codings that the caller may see, ordered by indicator, area, period, round, coder, revision.

        Until its round is adjudicated, a coding is shown to its coder and to curators alone. `attrs["withheld_count"]` gives a
        coder how many of others are not shown.

        Args:
            coder: Ask as this coder.
            curator: Ask as this curator, who sees all. Without either, adjudicated rounds are shown.
            indicator: Only this indicator.
            area: Only this country, area or local unit; for a group (`m49:015`, `world`) its members.
            period_from: Only this period and later ones, of the same length.
            period_to: Only this period and earlier ones, of the same length.
            by: Only codings of this coder.
            state: Only rounds that are `open`, or `adjudicated`.
            superseded: Also codings that their coders revised.
            at_revision: See `Client`.
            at_time: See `Client`.
            min_revision: See `Client`.
            history_id: See `Client`.
            page_size: Codings in an answer, 1 to 1,000; 0 for 100. All pages are read in any case.
        """
        request = assessment_service_pb2.ListCodingsRequest(
            caller=assessment.caller(coder, curator),
            selection=assessment_service_pb2.UnitSelection(
                indicator=indicator,
                area=area,
                period_from=period_text(period_from),
                period_to=period_text(period_to),
            ),
            coder=by,
            state=assessment.one_of("state", state, assessment.STATES),
            include_superseded=superseded,
            read_at=read_at(at_revision, at_time, min_revision, history_id),
        )
        pages = list(self._pages(self._assessment.ListCodings, request, page_size))
        return Rows(
            assessment.CODINGS,
            (assessment.coding_row(one) for page in pages for one in page.codings),
            revision=pages[-1].revision,
            history_id=pages[-1].history_id,
            withheld_count=sum(page.withheld_count for page in pages),
        )

    codings = framed(codings_rows)

    def agreement_rows(
        self,
        indicator: str,
        *,
        coder: str | None = None,
        curator: str | None = None,
        area: str = "",
        period_from: str | int | None = None,
        period_to: str | int | None = None,
        coders: str | Iterable[str] | None = None,
        at_revision: int | None = None,
        at_time: datetime.datetime | None = None,
        min_revision: int = 0,
        history_id: str = "",
    ) -> Rows:
        """Return the agreement of coders on an indicator: a row for each coefficient, with `gap` if it is undefined.

        For a curator open rounds count too, for all others only adjudicated ones. `attrs["coders"]` lists the coders,
        `attrs["round_count"]` and `attrs["open_round_count"]` count the rounds that were considered. `coders` names those whose
        codings count; Cohen's kappa needs exactly two.
        """
        answer = self._call(
            self._assessment.GetAgreement,
            assessment_service_pb2.GetAgreementRequest(
                caller=assessment.caller(coder, curator),
                selection=assessment_service_pb2.UnitSelection(
                    indicator=indicator,
                    area=area,
                    period_from=period_text(period_from),
                    period_to=period_text(period_to),
                ),
                coders=listed(coders),
                read_at=read_at(at_revision, at_time, min_revision, history_id),
            ),
        )
        return Rows(
            assessment.AGREEMENT,
            (assessment.agreement_row(indicator, one) for one in answer.statistics),
            revision=answer.revision,
            history_id=answer.history_id,
            coders=list(answer.coders),
            round_count=answer.round_count,
            open_round_count=answer.open_round_count,
        )

    agreement = framed(agreement_rows)

    def status(self) -> ServerStatus:
        """Return the status of the server."""
        answer = self._call(self._admin.GetServerStatus, admin_service_pb2.GetServerStatusRequest())
        return ServerStatus(
            version=answer.version,
            revision=answer.revision,
            oldest_revision=answer.oldest_revision,
            observation_count=answer.observation_count,
            framework_count=answer.framework_count,
            chain_hash=answer.chain_hash,
            last_accept_time=moment(answer, "last_accept_time"),
            history_id=answer.history_id,
            lineage=tuple(History(one.id, one.after_revision) for one in answer.lineage),
            suspended_frameworks=tuple(
                SuspendedFramework(one.framework, one.reason) for one in answer.suspended_frameworks
            ),
            tls=answer.tls.enabled,
            certificate_expire_time=moment(answer.tls, "certificate_expire_time"),
            certificate_reload_error=answer.tls.reload_error,
            token_issuers=tuple(
                TokenIssuer(one.issuer, one.key_count, moment(one, "last_fetch_time"), one.fetch_error)
                for one in answer.token_issuers
            ),
            quotas=tuple(quota_status_of(one) for one in answer.quotas),
        )

    def scores_rows(
        self,
        framework: str,
        *,
        area: str | Iterable[str] | None = None,
        period: str | int | None = None,
        period_from: str | int | None = None,
        period_to: str | int | None = None,
        nodes: str | Iterable[str] | None = None,
        at_revision: int | None = None,
        at_time: datetime.datetime | None = None,
        min_revision: int = 0,
        history_id: str = "",
        page_size: int = 0,
    ) -> Rows:
        """Return scores: a row for each node and each criterion (`kind`) of each area and period.

        Each score has its coverage: `with_data` of `applicable` indicators are known (`coverage`, 0 to 1), of them some
        `carried` forward, `rolled_up` from local units or `imputed`; without a score `gap` is the reason. Scores are unrounded,
        on the framework's scale.

        Args:
            framework: `id` (the newest version) or `id@version`.
            area: One or more of countries and areas (`MAR`), M49 groups (`m49:015`), `world`; all with data without it.
            period: Only this period, as `2020`. With one country it gives the whole tree even where nothing is known;
                otherwise only areas and periods that have data are listed.
            period_from: Only this period and later ones.
            period_to: Only this period and earlier ones.
            nodes: Only these nodes, by id; without the criteria.
            at_revision: See `Client`.
            at_time: See `Client`.
            min_revision: See `Client`.
            history_id: See `Client`.
            page_size: Trees in an answer, 1 to 1,000; 0 for 100. All pages are read in any case.

        Raises:
            TensevenError: Reasons `UNKNOWN_FRAMEWORK`, `UNKNOWN_AREA`, `INVALID_REQUEST`, `NO_SUCH_REVISION`, `COMPACTED`.
        """
        if period is not None and (period_from is not None or period_to is not None):
            raise ValueError("period excludes period_from and period_to")
        asked_at = read_at(at_revision, at_time, min_revision, history_id)
        areas, chosen = listed(area), listed(nodes)
        single = len(areas) == 1 and areas[0] != "world" and not areas[0].startswith("m49:")
        trees: list[score_service_pb2.ScoreTree] = []
        attrs: dict[str, object] = {}
        if single and period is not None:
            answer = self._call(
                self._scores.GetScores,
                score_service_pb2.GetScoresRequest(
                    framework=framework,
                    area=areas[0],
                    period=period_text(period),
                    nodes=chosen,
                    read_at=asked_at,
                ),
            )
            trees = [answer.scores]
            attrs = {"revision": answer.revision, "history_id": answer.history_id}
        else:
            request = score_service_pb2.ListScoresRequest(
                selection=score_service_pb2.ScoreSelection(
                    framework=framework,
                    areas=areas,
                    period_from=period_text(period if period is not None else period_from),
                    period_to=period_text(period if period is not None else period_to),
                    nodes=chosen,
                ),
                read_at=asked_at,
            )
            for page in self._pages(self._scores.ListScores, request, page_size):
                trees += page.scores
                attrs = {"revision": page.revision, "history_id": page.history_id}
        rows = (row for tree in trees for row in table.score_rows(tree))
        if chosen:
            rows = (row for row in rows if row["kind"] == "node")
        return Rows(table.SCORES, rows, **attrs)

    scores = framed(scores_rows)

    def observations_rows(
        self,
        *,
        indicator: str = "",
        area: str = "",
        source: str = "",
        period_from: str | int | None = None,
        period_to: str | int | None = None,
        status: str = "",
        recorded: bool = False,
        at_revision: int | None = None,
        at_time: datetime.datetime | None = None,
        min_revision: int = 0,
        history_id: str = "",
        page_size: int = 0,
    ) -> Rows:
        """Return current observations, ordered by indicator, area, source, period, with the columns that `push` takes.

        Args:
            indicator: Only this indicator.
            area: Only this country, area or local unit; for a group (`m49:015`, `world`) its members.
            source: Only this source.
            period_from: Only this period and later ones, of the same length.
            period_to: Only this period and earlier ones, of the same length.
            status: Only this SDMX OBS_STATUS code.
            recorded: Whether to add `revision`, `accept_time` and `submission_id`, which `push` does not take.
            at_revision: See `Client`.
            at_time: See `Client`.
            min_revision: See `Client`.
            history_id: See `Client`.
            page_size: Observations in an answer, 1 to 10,000; 0 for 1,000. All pages are read in any case.
        """
        request = observation_service_pb2.ListObservationsRequest(
            selection=observation_service_pb2.ObservationSelection(
                indicator=indicator,
                area=area,
                source=source,
                period_from=period_text(period_from),
                period_to=period_text(period_to),
                status=status,
            ),
            read_at=read_at(at_revision, at_time, min_revision, history_id),
        )
        pages = list(self._pages(self._observations.ListObservations, request, page_size))
        found = (one for page in pages for one in page.observations)
        return table.observation_table(
            found, recorded, revision=pages[-1].revision, history_id=pages[-1].history_id
        )

    observations = framed(observations_rows)

    def observation_rows(
        self,
        indicator: str,
        area: str,
        period: str | int,
        source: str,
        *,
        recorded: bool = False,
        at_revision: int | None = None,
        at_time: datetime.datetime | None = None,
        min_revision: int = 0,
        history_id: str = "",
    ) -> Rows:
        """Return the current observation of one key: a single row as `observations` returns it.

        Raises:
            TensevenError: Reasons `UNKNOWN_OBSERVATION` (there is none; `revisions` shows what there was), `INVALID_REQUEST`,
                `NO_SUCH_REVISION`, `COMPACTED`, `OTHER_HISTORY`.
        """
        request = observation_service_pb2.GetObservationRequest(
            indicator=indicator,
            area=area,
            period=period_text(period),
            source=source,
            read_at=read_at(at_revision, at_time, min_revision, history_id),
        )
        answer = self._call(self._observations.GetObservation, request)
        return table.observation_table(
            [answer.observation], recorded, revision=answer.revision, history_id=answer.history_id
        )

    observation = framed(observation_rows)

    def revisions_rows(
        self,
        indicator: str,
        area: str,
        period: str | int,
        source: str,
        *,
        at_revision: int | None = None,
        at_time: datetime.datetime | None = None,
        min_revision: int = 0,
        history_id: str = "",
    ) -> Rows:
        """Return every version of one observation, newest first, with its submission and time.

        A version that withdrew the observation has no value, and a `withdrawal_reason`.
        `attrs["compacted"]` is true if compaction dropped older versions.
        """
        request = observation_service_pb2.ListObservationRevisionsRequest(
            indicator=indicator,
            area=area,
            period=period_text(period),
            source=source,
            read_at=read_at(at_revision, at_time, min_revision, history_id),
        )
        pages = list(self._pages(self._observations.ListObservationRevisions, request, 1000))
        found = (one for page in pages for one in page.versions)
        last = pages[-1]
        return table.version_table(
            found, revision=last.revision, history_id=last.history_id, compacted=last.compacted
        )

    revisions = framed(revisions_rows)

    def report_rows(
        self,
        framework: str,
        period: str | int,
        *,
        area: str | Iterable[str] | None = None,
        include_areas: bool = False,
        at_revision: int | None = None,
        at_time: datetime.datetime | None = None,
        min_revision: int = 0,
        history_id: str = "",
    ) -> Rows:
        """Return the target's own figures for a group of areas; `world` without `area`.

        A row of `kind` `figure` has the figure (`value`, in `unit`; absent where no area has data) and how many of
        `area_count` areas have data; rows of `kind` `tally` below it count the areas at each level or in each band
        (`tally_share`: 0 to 1). With `include_areas`, `data_areas` and `counted_areas` list the areas.
        """
        answer = self._call(
            self._scores.GetTargetReport,
            score_service_pb2.GetTargetReportRequest(
                framework=framework,
                period=period_text(period),
                areas=listed(area),
                include_areas=include_areas,
                read_at=read_at(at_revision, at_time, min_revision, history_id),
            ),
        )
        return Rows(
            table.REPORT, table.report_rows(answer), revision=answer.revision, history_id=answer.history_id
        )

    report = framed(report_rows)

    def explain_rows(
        self,
        framework: str,
        area: str,
        period: str | int,
        *,
        node: str = "",
        at_revision: int | None = None,
        at_time: datetime.datetime | None = None,
        min_revision: int = 0,
        history_id: str = "",
    ) -> Rows:
        """Lead a score back to its sources: rows of `kind` `node`, and below a leaf rows of `kind` `observation`.

        `contribution` is what a node adds to the one above, `contribution_to_root` what it adds to the whole; `resolved` to
        `normalised` are the stages of a leaf's value. `node` explains that one and what lies below it; the root, or all roots,
        without it. `attrs["omitted_text_count"]` counts observations whose comment and evidence were left out for size.
        """
        answer = self._call(
            self._scores.ExplainScore,
            score_service_pb2.ExplainScoreRequest(
                framework=framework,
                area=area,
                period=period_text(period),
                node=node,
                read_at=read_at(at_revision, at_time, min_revision, history_id),
            ),
        )
        return Rows(
            table.EXPLAIN,
            table.explain_rows(answer.explanation),
            revision=answer.revision,
            history_id=answer.history_id,
            omitted_text_count=answer.explanation.omitted_text_count,
        )

    explain = framed(explain_rows)

    def compare_rows(
        self,
        framework: str,
        area: str | Iterable[str],
        period: str | int | Iterable[str | int],
        *,
        nodes: str | Iterable[str] | None = None,
        at_revision: int | None = None,
        at_time: datetime.datetime | None = None,
        min_revision: int = 0,
        history_id: str = "",
    ) -> Rows:
        """Return scores side by side: a row for each node and criterion (`kind`) of each area and period.

        `difference` is the score less that of the first area in the first period. `nodes` are the only ones then, without
        the criteria. Areas times periods are at most 50.
        """
        periods = [period] if isinstance(period, (str, int)) else period
        chosen = listed(nodes)
        answer = self._call(
            self._scores.CompareScores,
            score_service_pb2.CompareScoresRequest(
                framework=framework,
                areas=listed(area),
                periods=[period_text(one) for one in periods],
                nodes=chosen,
                read_at=read_at(at_revision, at_time, min_revision, history_id),
            ),
        )
        return Rows(
            table.COMPARE,
            table.compare_rows(answer, not chosen),
            revision=answer.revision,
            history_id=answer.history_id,
        )

    compare = framed(compare_rows)

    def trend_rows(
        self,
        framework: str,
        area: str,
        *,
        nodes: str | Iterable[str] | None = None,
        period_from: str | int | None = None,
        period_to: str | int | None = None,
        at_revision: int | None = None,
        at_time: datetime.datetime | None = None,
        min_revision: int = 0,
        history_id: str = "",
    ) -> Rows:
        """Return the scores of nodes (the roots without `nodes`) of one area, a row for each period from first to last.

        `change` is the score less that of `change_since`, the nearest earlier period with a score. A period without a score
        is there, with its `gap`.
        """
        request = score_service_pb2.GetTrendRequest(
            framework=framework,
            area=area,
            nodes=listed(nodes),
            period_from=period_text(period_from),
            period_to=period_text(period_to),
            read_at=read_at(at_revision, at_time, min_revision, history_id),
        )
        pages = list(self._pages(self._scores.GetTrend, request, 1000))
        rows = (row for page in pages for row in table.trend_rows(page))
        return Rows(table.TREND, rows, revision=pages[-1].revision, history_id=pages[-1].history_id)

    trend = framed(trend_rows)

    def rank_rows(
        self,
        framework: str,
        period: str | int,
        *,
        node: str = "",
        area: str | Iterable[str] | None = None,
        at_revision: int | None = None,
        at_time: datetime.datetime | None = None,
        min_revision: int = 0,
        history_id: str = "",
    ) -> Rows:
        """Rank areas (`world` without `area`) by the score of a node (the first root without `node`), the highest first.

        Equal scores share the best of their ranks. Areas without a score follow, without a rank and with their `gap`.

        Raises:
            TensevenError: Reason `RANKING_DISABLED` if the framework does not allow ranking, as both do
                that ship with the server.
        """
        answer = self._call(
            self._scores.RankAreas,
            score_service_pb2.RankAreasRequest(
                framework=framework,
                period=period_text(period),
                node=node,
                areas=listed(area),
                read_at=read_at(at_revision, at_time, min_revision, history_id),
            ),
        )
        return Rows(
            table.RANK, table.rank_rows(answer), revision=answer.revision, history_id=answer.history_id
        )

    rank = framed(rank_rows)

    def frameworks_rows(
        self,
        *,
        at_revision: int | None = None,
        at_time: datetime.datetime | None = None,
        min_revision: int = 0,
        history_id: str = "",
    ) -> Rows:
        """Return the published versions of all frameworks, by id, then newest version first."""
        request = framework_service_pb2.ListFrameworksRequest(
            read_at=read_at(at_revision, at_time, min_revision, history_id)
        )
        pages = list(self._pages(self._frameworks.ListFrameworks, request, 1000))
        rows = (table.framework_row(one) for page in pages for one in page.frameworks)
        return Rows(table.FRAMEWORKS, rows, revision=pages[-1].revision, history_id=pages[-1].history_id)

    frameworks = framed(frameworks_rows)

    def indicators_rows(
        self,
        framework: str = "",
        *,
        at_revision: int | None = None,
        at_time: datetime.datetime | None = None,
        min_revision: int = 0,
        history_id: str = "",
    ) -> Rows:
        """Return indicators by id: those of one framework, or those of the newest versions of all.

        `kind` is `count`, `number`, `ratio`, `rubric` or `flag`; `levels` lists the codes of a rubric, lowest first.
        """
        request = framework_service_pb2.ListIndicatorsRequest(
            framework=framework, read_at=read_at(at_revision, at_time, min_revision, history_id)
        )
        pages = list(self._pages(self._frameworks.ListIndicators, request, 1000))
        rows = (table.indicator_row(one) for page in pages for one in page.indicators)
        return Rows(table.INDICATORS, rows, revision=pages[-1].revision, history_id=pages[-1].history_id)

    indicators = framed(indicators_rows)

    def areas_rows(
        self,
        search: str = "",
        *,
        kind: str = "",
        group: str = "",
        at_revision: int | None = None,
        at_time: datetime.datetime | None = None,
        min_revision: int = 0,
        history_id: str = "",
    ) -> Rows:
        """Return countries and areas, then the local units that have observations, then groups, each by code.

        Args:
            search: Only what this finds: a code, alpha-2 code or M49 number, or words of a name in any of the six languages of
                the United Nations. Case and accents do not matter.
            kind: Only areas of this kind: `country`, `group` or `local_unit`.
            group: Only the countries and areas that are members of this group, for example `m49:015`.
            at_revision: See `Client`.
            at_time: See `Client`.
            min_revision: See `Client`.
            history_id: See `Client`.
        """
        request = area_pb2.ListAreasRequest(
            selection=area_pb2.AreaListSelection(
                search=search, kind=assessment.one_of("kind", kind, places.KINDS), group=group
            ),
            read_at=read_at(at_revision, at_time, min_revision, history_id),
        )
        pages = list(self._pages(self._frameworks.ListAreas, request, 1000))
        rows = (places.area_row(one) for page in pages for one in page.areas)
        return Rows(places.AREAS, rows, revision=pages[-1].revision, history_id=pages[-1].history_id)

    areas = framed(areas_rows)

    def practices_rows(
        self,
        *,
        area: str = "",
        domain: str = "",
        indicator: str = "",
        measure: str = "",
        at_revision: int | None = None,
        at_time: datetime.datetime | None = None,
        min_revision: int = 0,
        history_id: str = "",
    ) -> Rows:
        """Return the good practices that pass all filters given, by id."""
        request = practice_service_pb2.ListPracticesRequest(
            selection=practice_service_pb2.PracticeSelection(
                area=area, domain=domain, indicator=indicator, measure=measure
            ),
            read_at=read_at(at_revision, at_time, min_revision, history_id),
        )
        pages = list(self._pages(self._practices.ListPractices, request, 1000))
        rows = (good.practice_row(one) for page in pages for one in page.practices)
        return Rows(good.PRACTICES, rows, revision=pages[-1].revision, history_id=pages[-1].history_id)

    practices = framed(practices_rows)

    def search_practices_rows(
        self,
        query: str,
        *,
        area: str = "",
        domain: str = "",
        indicator: str = "",
        measure: str = "",
        mark: tuple[str, str] = ("", ""),
        at_revision: int | None = None,
        at_time: datetime.datetime | None = None,
        min_revision: int = 0,
        history_id: str = "",
    ) -> Rows:
        """Return the good practices that match words, the best first.

        Args:
            query: Words, of which any may occur; + in front of one that has to, - in front of one that must not,
                "quotation marks" around a phrase.
            area: Only practices of this country or area, or of one of this group.
            domain: Only practices that bear on this domain.
            indicator: Only practices that bear on this indicator.
            measure: Only practices that bear on this measure.
            mark: Texts before and after each match in `snippet`, for example `("<b>", "</b>")`; the text between is not
                escaped.
            at_revision: Answer as of this past revision.
            at_time: Answer as of the last revision accepted at or before this time.
            min_revision: Wait until the server has applied this revision.
            history_id: See `Client`.
        """
        request = practice_service_pb2.SearchPracticesRequest(
            query=query,
            selection=practice_service_pb2.PracticeSelection(
                area=area, domain=domain, indicator=indicator, measure=measure
            ),
            read_at=read_at(at_revision, at_time, min_revision, history_id),
        )
        pages = list(self._pages(self._practices.SearchPractices, request, 100))
        rows = (good.hit_row(hit, mark) for page in pages for hit in page.hits)
        return Rows(good.HITS, rows, revision=pages[-1].revision, history_id=pages[-1].history_id)

    search_practices = framed(search_practices_rows)

    def practice_revisions_rows(
        self,
        practice: str,
        *,
        at_revision: int | None = None,
        at_time: datetime.datetime | None = None,
        min_revision: int = 0,
        history_id: str = "",
    ) -> Rows:
        """Return every version of one practice, newest first, withdrawals among them."""
        request = practice_service_pb2.ListPracticeRevisionsRequest(
            practice=practice, read_at=read_at(at_revision, at_time, min_revision, history_id)
        )
        pages = list(self._pages(self._practices.ListPracticeRevisions, request, 1000))
        rows = (good.practice_row(one) for page in pages for one in page.versions)
        return Rows(good.PRACTICES, rows, revision=pages[-1].revision, history_id=pages[-1].history_id)

    practice_revisions = framed(practice_revisions_rows)

    # Watches.

    def watch(
        self,
        *,
        after_revision: int | None = None,
        history_id: str = "",
        indicator: str = "",
        area: str = "",
        source: str = "",
        heartbeats: bool = False,
    ) -> Iterator[ObservationChange]:
        """Follow what is accepted: what each revision changes of the observations that match, without an end.

        If the connection breaks, or the server disconnects a slow watcher, the watch is resumed after the last message, at
        most `retries` times without a message in between. Each change comes once, in order.

        Args:
            after_revision: Start after this revision, 0 for all; with the next change if it is left out.
            history_id: The history that `after_revision` belongs to: `history_id` of the last change of the watch that is
                resumed.
            indicator: Only this indicator.
            area: Only this country, area or local unit; for a group its member countries.
            source: Only this source.
            heartbeats: Yield also heartbeats, which have no rows: the first names the revision where the watch starts, others
                come if nothing changed for 5 s.

        Raises:
            TensevenError: Reasons `UNKNOWN_AREA`, `INVALID_REQUEST`, `NO_SUCH_REVISION`, `COMPACTED`, `OTHER_HISTORY` (the
                registry was restored from a backup that lacks what was received; also when a watch is taken up again),
                `TOO_MANY_WATCHERS`.
        """
        request = observation_service_pb2.WatchObservationsRequest(
            after_revision=after_revision,
            selection=observation_service_pb2.ObservationSelection(
                indicator=indicator, area=area, source=source
            ),
            read_at=read_at(None, None, 0, history_id),
        )
        for message in follow(
            self._policy, self._observations.WatchObservations, request, "observations", "withdrawals"
        ):
            if message.HasField("accept_time") or heartbeats:
                recorded = (
                    observation_pb2.RecordedObservation(observation=one, revision=message.revision)
                    for one in message.observations
                )
                rows = table.observation_table(
                    recorded, False, revision=message.revision, history_id=message.history_id
                )
                withdrawn = table.withdrawal_rows(message.withdrawals)
                yield ObservationChange(
                    message.revision,
                    moment(message, "accept_time"),
                    message.submission_id,
                    rows,
                    message.continues,
                    Rows(
                        table.WITHDRAWALS, withdrawn, revision=message.revision, history_id=message.history_id
                    ),
                    message.history_id,
                )

    def watch_scores(
        self,
        framework: str,
        *,
        area: str | Iterable[str] | None = None,
        period_from: str | int | None = None,
        period_to: str | int | None = None,
        nodes: str | Iterable[str] | None = None,
        after_revision: int | None = None,
        snapshot: bool = False,
        min_revision: int = 0,
        history_id: str = "",
        heartbeats: bool = False,
    ) -> Iterator[ScoreNews]:
        """Follow scores: with `snapshot` the current ones first, then the changes of each revision, without an end.

        It is taken up again as `watch` is, with the version of the framework that it started with.

        Args:
            framework: `id` (the newest version when the watch starts) or `id@version`.
            area: One or more of countries and areas (`MAR`), M49 groups (`m49:015`), `world`; all with data without it.
            period_from: Only this period and later ones.
            period_to: Only this period and earlier ones.
            nodes: Only these nodes, by id; all without it.
            after_revision: Start after this revision, 0 for all; with the next change if it is left out.
            snapshot: Yield first the scores at the revision where the watch starts.
            min_revision: See `Client`.
            history_id: See `Client`.
            heartbeats: Yield also heartbeats, as `watch` does.

        Raises:
            TensevenError: Reasons `UNKNOWN_FRAMEWORK`, `UNKNOWN_AREA`, `INVALID_REQUEST`, `NO_SUCH_REVISION`, `COMPACTED`,
                `OTHER_HISTORY`, `TOO_MANY_WATCHERS`.
        """
        request = score_service_pb2.WatchScoresRequest(
            selection=score_service_pb2.ScoreSelection(
                framework=framework,
                areas=listed(area),
                period_from=period_text(period_from),
                period_to=period_text(period_to),
                nodes=listed(nodes),
            ),
            after_revision=after_revision,
            snapshot=snapshot,
            read_at=read_at(None, None, min_revision, history_id),
        )
        for message in follow(self._policy, self._scores.WatchScores, request, "changes"):
            if message.HasField("accept_time") or message.snapshot or heartbeats:
                yield ScoreNews(
                    message.revision,
                    moment(message, "accept_time"),
                    message.submission_id,
                    Rows(
                        table.SCORE_CHANGES,
                        table.change_rows(message),
                        revision=message.revision,
                        history_id=message.history_id,
                    ),
                    message.continues,
                    message.snapshot,
                    message.framework,
                    message.newer_version,
                    message.history_id,
                )
