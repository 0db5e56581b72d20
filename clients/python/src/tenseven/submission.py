"""Ids of submissions that are made from what is submitted."""

from __future__ import annotations

import hashlib
import uuid
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable

    from google.protobuf.message import Message


def content_id(context: bytes, messages: Iterable[Message]) -> uuid.UUID:
    """Return a UUID of version 8 made from messages, the context that they are submitted in, and nothing else."""
    digest = hashlib.sha256(context)
    for message in messages:
        content = message.SerializeToString(deterministic=True)
        digest.update(len(content).to_bytes(8, "little"))
        digest.update(content)
    made = bytearray(digest.digest()[:16])
    made[6] = made[6] & 0x0F | 0x80
    made[8] = made[8] & 0x3F | 0x80
    return uuid.UUID(bytes=bytes(made))
