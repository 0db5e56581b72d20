"""Who may do what: partners, their keys and grants, and the caller.

A key is in no `repr`. All methods but `caller` need the grant `admin`.
"""

from __future__ import annotations

import datetime
import uuid
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import grpc
from google.protobuf.timestamp_pb2 import Timestamp

from .connection import Connection, framed, listed, read_at
from .errors import TensevenError
from .table import Row, Rows, moment, of_kind, ordered
from .v1 import access_service_pb2 as calls

if TYPE_CHECKING:
    from collections.abc import Iterable

PARTNERS = ordered(
    "id name contact status certificate_names register_time keys grants quota",
    {**of_kind("list", "certificate_names keys grants"), **of_kind("time", "register_time")},
)
SCOPES = ("indicators", "frameworks", "areas", "sources", "coders", "curators")
LIMITS = (
    "requests_per_second",
    "observations_per_second",
    "request_bytes",
    "watches",
    "streams",
    "connections",
)
ROLES = ("reader", "contributor", "coder", "curator", "publisher", "operator", "admin")


@dataclass(frozen=True)
class PartnerKey:
    """A key of a partner, without its secret."""

    key_id: str
    """Its id, which is part of the key."""
    name: str
    """What it is for."""
    issue_time: datetime.datetime | None
    """When it was issued."""
    expire_time: datetime.datetime | None
    """When it stops to be accepted; None: never."""
    revoke_time: datetime.datetime | None
    """When it was revoked; None if it was not."""
    last_use_time: datetime.datetime | None
    """About when the server last accepted it since it started; None if it did not."""


@dataclass(frozen=True)
class PartnerGrant:
    """A grant of a partner. A list that has the one entry `*` covers everything."""

    revision: int
    """The revision that added it, which names it."""
    add_time: datetime.datetime | None
    """When it was added."""
    role: str
    """What is allowed, as `contributor`."""
    indicators: tuple[str, ...] = ()
    """Of a contributor or a coder: indicators."""
    frameworks: tuple[str, ...] = ()
    """Of a contributor: frameworks all of whose indicators are covered. Of a publisher: what ids of frameworks begin with."""
    areas: tuple[str, ...] = ()
    """Of a contributor: countries, areas and groups."""
    sources: tuple[str, ...] = ()
    """Of a contributor: sources."""
    coders: tuple[str, ...] = ()
    """Of a coder: the ids that it may rate under."""
    curators: tuple[str, ...] = ()
    """Of a curator: the ids that it may write under."""

    def __str__(self) -> str:
        lists = [f"{name} {' '.join(names)}" for name in SCOPES if (names := getattr(self, name))]
        return f"{self.role}: {'; '.join(lists)}" if lists else self.role


@dataclass(frozen=True)
class Quota:
    """How much of a server a partner may use at a time; None: the server's default."""

    requests_per_second: int | None = None
    """Calls that begin in a second."""
    observations_per_second: int | None = None
    """Changes of observations in a second."""
    request_bytes: int | None = None
    """Bytes of requests that are not complete yet."""
    watches: int | None = None
    """Watches at a time."""
    streams: int | None = None
    """Streams of batches, exports and backups at a time."""
    connections: int | None = None
    """Connections at a time."""

    def __str__(self) -> str:
        values = ((name, getattr(self, name)) for name in LIMITS)
        return " ".join(f"{name}={value}" for name, value in values if value is not None)


@dataclass(frozen=True)
class Partner:
    """An organisation or system that calls the registry."""

    id: str
    """Its id."""
    name: str
    """Its name."""
    contact: str
    """Whom to ask; may be empty."""
    status: str
    """`active`, or `suspended`: its calls are rejected."""
    certificate_names: tuple[str, ...]
    """The names in client certificates by which it is known without a key."""
    register_time: datetime.datetime | None
    """When it was registered."""
    keys: tuple[PartnerKey, ...]
    """Its keys in the order in which they were issued, the last revoked ones too."""
    grants: tuple[PartnerGrant, ...]
    """Its grants in the order in which they were added."""
    quota: Quota = Quota()
    """The limits in which it differs from the server's defaults."""
    revision: int = 0
    """The revision that this shows."""
    history_id: str = ""
    """The history that `revision` belongs to."""


@dataclass(frozen=True)
class Caller:
    """Who calls."""

    credential: str
    """`none` (the caller is anonymous), `key`, `certificate` or `token`."""
    partner: str
    """The id of the partner; empty for an anonymous caller."""
    name: str
    """The name of the partner; empty for an anonymous caller."""
    key_id: str
    """The id of the key that was sent; empty without one."""
    grants: tuple[PartnerGrant, ...]
    """What the partner may do."""
    anonymous_access: str
    """What anonymous callers may do: `none`, `read` or `write`."""
    token_issuer: str
    """The issuer of the token that was sent; empty without one."""
    quota: Quota = Quota()
    """The limits of the caller, the server's defaults included; none has a value while the registry has no partner."""


@dataclass(frozen=True)
class TokenIssuer:
    """An identity provider whose tokens a server accepts."""

    issuer: str
    """Its name: the claim `iss` of its tokens."""
    key_count: int
    """Its keys that verify tokens; 0 until they were read."""
    last_fetch_time: datetime.datetime | None
    """When its keys were last read or fetched; None if they never were."""
    fetch_error: str
    """Why they could not be read or fetched the last time; empty if they could."""


@dataclass(frozen=True)
class IssuedKey:
    """A key that was issued, or with `validate_only` would be."""

    key: str = field(repr=False)
    """The key: nobody can show it again. Empty if it was only checked."""
    key_id: str
    """Its id, which is no secret. Empty if it was only checked."""
    revision: int
    """The revision that accepted it."""
    accept_time: datetime.datetime | None
    """When it was accepted; None if it was only checked."""
    history_id: str
    """The history that `revision` belongs to."""


@dataclass(frozen=True)
class AccessReceipt:
    """That a partner, a key or a grant was changed, or with `validate_only` would be."""

    partner: str
    """The id of the partner."""
    revision: int
    """The revision that accepted it. Of a grant that was added, it names the grant."""
    accept_time: datetime.datetime | None
    """When it was accepted; None if it was only checked."""
    history_id: str
    """The history that `revision` belongs to."""
    created: bool = False
    """Of `put_partner`: whether the partner is new."""


@dataclass(frozen=True)
class QuotaStatus:
    """A limit that each partner has, and how it is used."""

    limit: str
    """Its name in `Quota`."""
    default_value: int
    """The default of the server."""
    rejected_count: int
    """How many calls and batches were rejected for it since the server started."""
    uses: dict[str, int]
    """How much the partners that use most of it use now; an empty id: all anonymous callers."""


def quota_status_of(one: Any) -> QuotaStatus:
    """Return a limit and its use."""
    uses = {used.partner: used.in_use for used in one.uses}
    return QuotaStatus(one.limit, one.default_value, one.rejected_count, uses)


class KeyLostError(TensevenError):
    """A key was issued, but the answer that had it did not arrive, or its submission was accepted before."""


def issued(partner: str, answer: calls.IssueKeyResponse, *, validate_only: bool) -> IssuedKey:
    """Return the key in an answer, or raise that it is lost."""
    if not answer.key and not validate_only:
        message = (
            f"the key of partner {partner} that was issued at revision {answer.revision} is lost: it is returned once, "
            "and the answer with it did not arrive; revoke it, and issue another one"
        )
        raise KeyLostError(grpc.StatusCode.DATA_LOSS, message, metadata={"revision": str(answer.revision)})
    return IssuedKey(
        answer.key, answer.key_id, answer.revision, moment(answer, "accept_time"), answer.history_id
    )


def constant(name: str, prefix: str) -> str:
    """Return the name of a constant as people write it."""
    return name.removeprefix(prefix).lower()


def grant_of(one: calls.PartnerGrant) -> PartnerGrant:
    """Return a grant."""
    return PartnerGrant(
        one.revision,
        moment(one, "add_time"),
        constant(calls.Role.Name(one.grant.role), "ROLE_"),
        **{name: tuple(getattr(one.grant, name)) for name in SCOPES},
    )


def quota_of(one: calls.Quota) -> Quota:
    """Return a quota."""
    return Quota(*(getattr(one, name) if one.HasField(name) else None for name in LIMITS))


def key_of(one: calls.PartnerKey) -> PartnerKey:
    """Return what is known of a key."""
    times = ("issue_time", "expire_time", "revoke_time", "last_use_time")
    return PartnerKey(one.key_id, one.name, *(moment(one, name) for name in times))


def partner_of(one: calls.Partner, revision: int = 0, history_id: str = "") -> Partner:
    """Return a partner."""
    return Partner(
        id=one.id,
        name=one.name,
        contact=one.contact,
        status=constant(calls.PartnerStatus.Name(one.status), "PARTNER_STATUS_"),
        certificate_names=tuple(one.certificate_names),
        register_time=moment(one, "register_time"),
        keys=tuple(key_of(key) for key in one.keys),
        grants=tuple(grant_of(grant) for grant in one.grants),
        quota=quota_of(one.quota),
        revision=revision,
        history_id=history_id,
    )


def partner_row(one: calls.Partner) -> Row:
    """Return the row of a partner: keys that are not revoked by their ids, and grants as text."""
    partner = partner_of(one)
    return {
        "id": partner.id,
        "name": partner.name,
        "contact": partner.contact or None,
        "status": partner.status,
        "certificate_names": list(partner.certificate_names),
        "register_time": partner.register_time,
        "keys": [key.key_id for key in partner.keys if key.revoke_time is None],
        "grants": [str(grant) for grant in partner.grants],
        "quota": str(partner.quota) or None,
    }


def stamp(time: datetime.datetime | None) -> Timestamp | None:
    """Return a time as the contract has it."""
    if time is None:
        return None
    if time.utcoffset() is None:
        raise ValueError(f"expires {time} has no time zone; give one, as datetime.timezone.utc")
    made = Timestamp()
    made.FromDatetime(time.astimezone(datetime.timezone.utc))
    return made


def submission(submission_id: str | uuid.UUID | None) -> str:
    """Return the id that is given, or a random one: the same change may be meant again, as a partner that is put back."""
    return str(uuid.uuid4() if submission_id is None else uuid.UUID(str(submission_id)))


class AccessCalls(Connection):
    """The methods about who may do what; see `Client`."""

    def put_partner(
        self,
        partner: str,
        *,
        name: str,
        contact: str = "",
        certificate_names: str | Iterable[str] = (),
        suspended: bool | None = None,
        quota: Quota | None = None,
        submission_id: str | uuid.UUID | None = None,
        validate_only: bool = False,
    ) -> AccessReceipt:
        """Register a partner, or replace what is known of one; its keys and grants stay.

        Args:
            partner: Its id, 1 to 64 characters of `A-Z a-z 0-9 . _ -`.
            name: Its name.
            contact: Whom to ask.
            certificate_names: Names (SAN URIs or DNS names) in client certificates by which it is known without a key.
            suspended: Whether its calls are rejected. Without it a partner that is suspended stays so.
            quota: The limits in which it differs from the server's defaults; all are replaced. Without it the limits stay.
            submission_id: A UUID; a random one where it is not given. Sent again with the same content, it returns the first
                receipt.
            validate_only: Only check, and store nothing.

        Raises:
            TensevenError: Reasons `INVALID_REQUEST`, `CERTIFICATE_NAME_TAKEN`, `LAST_ADMIN`, `NOT_GRANTED`.
        """
        if suspended is None:
            suspended = self._is_suspended(partner)
        request = calls.PutPartnerRequest(
            submission_id=submission(submission_id),
            partner=calls.Partner(
                id=partner,
                name=name,
                contact=contact,
                certificate_names=listed(certificate_names),
                status=calls.PARTNER_STATUS_SUSPENDED if suspended else calls.PARTNER_STATUS_ACTIVE,
            ),
            validate_only=validate_only,
        )
        if quota is not None:
            values = {name: getattr(quota, name) for name in LIMITS}
            request.partner.quota.CopyFrom(calls.Quota(**values))
        answer = self._call(self._access.PutPartner, request)
        return self._receipt(partner, answer, created=answer.created)

    def _is_suspended(self, partner: str) -> bool:
        try:
            return self.partner(partner).status == "suspended"
        except TensevenError as error:
            if error.reason == "UNKNOWN_PARTNER":
                return False
            raise

    def _receipt(self, partner: str, answer: Any, *, created: bool = False) -> AccessReceipt:
        return AccessReceipt(
            partner, answer.revision, moment(answer, "accept_time"), answer.history_id, created
        )

    def partner(
        self,
        partner: str,
        *,
        at_revision: int | None = None,
        at_time: datetime.datetime | None = None,
        min_revision: int = 0,
        history_id: str = "",
    ) -> Partner:
        """Return a partner with its keys and grants.

        Raises:
            TensevenError: Reason `UNKNOWN_PARTNER`.
        """
        request = calls.GetPartnerRequest(
            partner=partner, read_at=read_at(at_revision, at_time, min_revision, history_id)
        )
        answer = self._call(self._access.GetPartner, request)
        return partner_of(answer.partner, answer.revision, answer.history_id)

    def partners_rows(
        self,
        *,
        at_revision: int | None = None,
        at_time: datetime.datetime | None = None,
        min_revision: int = 0,
        history_id: str = "",
    ) -> Rows:
        """Return all partners, by id: `keys` are the ids of those that are not revoked, `grants` are texts."""
        request = calls.ListPartnersRequest(read_at=read_at(at_revision, at_time, min_revision, history_id))
        pages = list(self._pages(self._access.ListPartners, request, 1000))
        rows = (partner_row(one) for page in pages for one in page.partners)
        return Rows(PARTNERS, rows, revision=pages[-1].revision, history_id=pages[-1].history_id)

    partners = framed(partners_rows)

    def issue_key(
        self,
        partner: str,
        *,
        name: str,
        expires: datetime.datetime | None = None,
        submission_id: str | uuid.UUID | None = None,
        validate_only: bool = False,
    ) -> IssuedKey:
        """Issue a key for a partner. It is returned once, in `key`: keep it as you keep a password.

        Args:
            partner: The id of the partner.
            name: What the key is for, as `nightly push`.
            expires: When it stops to be accepted, with a time zone; never without it.
            submission_id: A UUID; a random one where it is not given.
            validate_only: Only check, and issue nothing.

        Raises:
            KeyLostError: The key was issued, but its answer did not arrive: revoke it, and issue another one.
            TensevenError: Reasons `UNKNOWN_PARTNER`, `TOO_MANY_OF_PARTNER`, `NOT_GRANTED`.
        """
        request = calls.IssueKeyRequest(
            submission_id=submission(submission_id),
            partner=partner,
            name=name,
            expire_time=stamp(expires),
            validate_only=validate_only,
        )
        answer = self._call(self._access.IssueKey, request)
        return issued(partner, answer, validate_only=validate_only)

    def revoke_key(
        self,
        partner: str,
        key_id: str,
        *,
        reason: str,
        submission_id: str | uuid.UUID | None = None,
        validate_only: bool = False,
    ) -> AccessReceipt:
        """Revoke a key: it is rejected from the next call on.

        Raises:
            TensevenError: Reasons `UNKNOWN_PARTNER`, `UNKNOWN_KEY`, `LAST_ADMIN`, `NOT_GRANTED`.
        """
        request = calls.RevokeKeyRequest(
            submission_id=submission(submission_id),
            partner=partner,
            key_id=key_id,
            reason=reason,
            validate_only=validate_only,
        )
        return self._receipt(partner, self._call(self._access.RevokeKey, request))

    def add_grant(
        self,
        partner: str,
        role: str,
        *,
        indicators: str | Iterable[str] | None = None,
        frameworks: str | Iterable[str] | None = None,
        areas: str | Iterable[str] | None = None,
        sources: str | Iterable[str] | None = None,
        coders: str | Iterable[str] | None = None,
        curators: str | Iterable[str] | None = None,
        submission_id: str | uuid.UUID | None = None,
        validate_only: bool = False,
    ) -> AccessReceipt:
        """Add a grant to those of a partner; `revision` of the receipt names it.

        Args:
            partner: The id of the partner.
            role: `reader`, `contributor`, `coder`, `curator`, `publisher`, `operator` or `admin`.
            indicators: Of a contributor or a coder: indicators. In each list, `*` alone covers everything.
            frameworks: Of a contributor: frameworks all of whose indicators are covered. Of a publisher: what the ids of
                frameworks begin with.
            areas: Of a contributor: countries, areas and groups.
            sources: Of a contributor: sources.
            coders: Of a coder: the ids that it may rate under.
            curators: Of a curator: the ids that it may write under.
            submission_id: A UUID; a random one where it is not given.
            validate_only: Only check, and store nothing.

        Raises:
            ValueError: The role is none. Nothing was sent.
            TensevenError: Reasons `INVALID_REQUEST`, `UNKNOWN_PARTNER`, `TOO_MANY_OF_PARTNER`, `NOT_GRANTED`.
        """
        if role not in ROLES:
            raise ValueError(f"{role!r} is no role; give one of {', '.join(ROLES)}")
        grant = calls.Grant(
            role=f"ROLE_{role.upper()}",
            indicators=listed(indicators),
            frameworks=listed(frameworks),
            areas=listed(areas),
            sources=listed(sources),
            coders=listed(coders),
            curators=listed(curators),
        )
        request = calls.AddGrantRequest(
            submission_id=submission(submission_id), partner=partner, grant=grant, validate_only=validate_only
        )
        return self._receipt(partner, self._call(self._access.AddGrant, request))

    def revoke_grant(
        self,
        partner: str,
        grant_revision: int,
        *,
        reason: str,
        submission_id: str | uuid.UUID | None = None,
        validate_only: bool = False,
    ) -> AccessReceipt:
        """Take back the grant that a revision added.

        Raises:
            TensevenError: Reasons `UNKNOWN_PARTNER`, `UNKNOWN_GRANT`, `LAST_ADMIN`, `NOT_GRANTED`.
        """
        request = calls.RevokeGrantRequest(
            submission_id=submission(submission_id),
            partner=partner,
            grant_revision=grant_revision,
            reason=reason,
            validate_only=validate_only,
        )
        return self._receipt(partner, self._call(self._access.RevokeGrant, request))

    def caller(self) -> Caller:
        """Return who this client is to the server, and what it may do. It needs no grant."""
        answer = self._call(self._access.GetCaller, calls.GetCallerRequest())
        return Caller(
            credential=constant(calls.CredentialKind.Name(answer.credential), "CREDENTIAL_KIND_"),
            partner=answer.partner,
            name=answer.name,
            key_id=answer.key_id,
            grants=tuple(grant_of(one) for one in answer.grants),
            anonymous_access=constant(
                calls.AnonymousAccess.Name(answer.anonymous_access), "ANONYMOUS_ACCESS_"
            ),
            token_issuer=answer.token_issuer,
            quota=quota_of(answer.quota),
        )
