"""Whom a client trusts, and as whom it calls.

A key or token leaves the machine only over an encrypted connection, unless that is allowed explicitly, and is never printed.
"""

from __future__ import annotations

import collections
import contextlib
import ipaddress
import os
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import grpc

FilePath = str | os.PathLike[str]


class Secret:
    """A text that only its reader may know; `repr` and `str` do not return it."""

    def __init__(self, text: str) -> None:
        self._text = text

    def __repr__(self) -> str:
        return "…"

    def expose(self) -> str:
        """Return the text, for where it has to be known."""
        return self._text


class TokenFile:
    """A file with a token of an identity provider, which is read again for each call; `repr` and `str` do not return it."""

    def __init__(self, path: FilePath) -> None:
        self._path = path
        self._last = _token_in(path)

    def __repr__(self) -> str:
        return f"TokenFile({os.fspath(self._path)!r})"

    def expose(self) -> str:
        """Return the token that the file has now, or had when it could be read last."""
        with contextlib.suppress(OSError, ValueError):
            self._last = _token_in(self._path)
        return self._last


@dataclass(frozen=True)
class Security:
    """The settings of `Client` about encryption, keys and tokens."""

    credentials: grpc.ChannelCredentials | None = None
    ca: FilePath | None = None
    client_cert: FilePath | None = None
    client_key: FilePath | None = None
    key: Secret | TokenFile | None = None
    insecure_key: bool = False


class _Details(
    collections.namedtuple(
        "_Details", ("method", "timeout", "metadata", "credentials", "wait_for_ready", "compression")
    ),
    grpc.ClientCallDetails,
):
    """The details of a call, with the key or token."""


class Authorization(
    grpc.UnaryUnaryClientInterceptor,
    grpc.UnaryStreamClientInterceptor,
    grpc.StreamUnaryClientInterceptor,
    grpc.StreamStreamClientInterceptor,
):
    """Adds a key or token to calls, as `authorization: Bearer KEY`."""

    def __init__(self, key: Secret | TokenFile) -> None:
        self._key = key

    def _keyed(self, details: grpc.ClientCallDetails) -> grpc.ClientCallDetails:
        metadata = [*(details.metadata or ()), ("authorization", f"Bearer {self._key.expose()}")]
        return _Details(
            details.method,
            details.timeout,
            metadata,
            details.credentials,
            details.wait_for_ready,
            details.compression,
        )

    def intercept_unary_unary(self, continuation: Any, client_call_details: Any, request: Any) -> Any:
        return continuation(self._keyed(client_call_details), request)

    def intercept_unary_stream(self, continuation: Any, client_call_details: Any, request: Any) -> Any:
        return continuation(self._keyed(client_call_details), request)

    def intercept_stream_unary(
        self, continuation: Any, client_call_details: Any, request_iterator: Any
    ) -> Any:
        return continuation(self._keyed(client_call_details), request_iterator)

    def intercept_stream_stream(
        self, continuation: Any, client_call_details: Any, request_iterator: Any
    ) -> Any:
        return continuation(self._keyed(client_call_details), request_iterator)


def secret_of(
    key: str | None, key_file: FilePath | None, token: str | None, token_file: FilePath | None
) -> Secret | TokenFile | None:
    """Return the key or token that is given, or that the environment gives: that in a file, or the text itself."""
    given = [
        name
        for name, value in (
            ("key", key),
            ("key_file", key_file),
            ("token", token),
            ("token_file", token_file),
        )
        if value is not None
    ]
    if len(given) > 1:
        raise ValueError(f"{' and '.join(given)} exclude each other; give one")
    if not given:
        names = ("TENSEVEN_KEY_FILE", "TENSEVEN_TOKEN_FILE", "TENSEVEN_KEY", "TENSEVEN_TOKEN")
        key_file, token_file, key, token = (os.environ.get(name, "").strip() or None for name in names)
        for one, other, names_of_both in (
            (key_file, token_file, "TENSEVEN_KEY_FILE and TENSEVEN_TOKEN_FILE"),
            (key, token, "TENSEVEN_KEY and TENSEVEN_TOKEN"),
        ):
            if one and other:
                raise ValueError(f"{names_of_both} exclude each other; set one")
            if one or other:
                break
    if token_file is not None:
        return TokenFile(token_file)
    if key_file is not None:
        key = Path(key_file).read_text().strip()
        if not key:
            raise ValueError(f"the key file {os.fspath(key_file)} is empty")
    text = key if key is not None else token
    return Secret(_sendable(text)) if text else None


def _token_in(path: FilePath) -> str:
    token = Path(path).read_text().strip()
    if not token:
        raise ValueError(f"the token file {os.fspath(path)} is empty")
    return _sendable(token)


def _sendable(text: str) -> str:
    if not (text.isascii() and text.isprintable()):
        raise ValueError(
            "the key or token contains characters other than visible ASCII; check that it was copied whole"
        )
    return text


def open_channel(address: str, options: list[tuple[str, Any]], security: Security) -> grpc.Channel:
    """Return a channel to an address, encrypted where the address or the settings ask for it."""
    scheme, separator, target = address.rpartition("://")
    if separator and scheme not in ("http", "https"):
        raise ValueError(
            f"{address!r} is no address of a server; give host:port, or https://host:port for TLS"
        )
    target = target.rstrip("/")
    credentials = _credentials(scheme, security)
    if security.key is not None and credentials is None and not (_is_local(target) or security.insecure_key):
        raise ValueError(
            f"the key or token is not sent to {address}: the connection is not encrypted, so that others could read it; "
            "give an https:// address, or allow it with insecure_key=True if the network is trusted"
        )
    channel = (
        grpc.insecure_channel(target, options)
        if credentials is None
        else grpc.secure_channel(target, credentials, options)
    )
    return channel if security.key is None else grpc.intercept_channel(channel, Authorization(security.key))


def _credentials(scheme: str, security: Security) -> grpc.ChannelCredentials | None:
    files = (security.ca, security.client_cert, security.client_key)
    ca, client_cert, client_key = (None if path is None else Path(path).read_bytes() for path in files)
    has_files = any(path is not None for path in files)
    if has_files and (scheme != "https" or security.credentials is not None):
        raise ValueError("ca, client_cert and client_key are for https:// addresses without credentials")
    if (client_cert is None) != (client_key is None):
        raise ValueError("client_cert and client_key belong together; give both")
    if security.credentials is not None or scheme != "https":
        return security.credentials
    return grpc.ssl_channel_credentials(ca, client_key, client_cert)


def _is_local(target: str) -> bool:
    """Return whether connections to a target stay on this machine."""
    if target.startswith("unix:"):
        return True
    host = target.rpartition(":")[0].strip("[]") or target
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return host.lower() == "localhost"
