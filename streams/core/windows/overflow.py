"""What becomes of groups beyond the limit: an attacker may make them up to fill the memory.

A measure has so many groups in an hour of a partition; those that come after fall into 256 buckets by their hash, which
are groups of their own, and are judged as what they are: of a group that may be in a bucket nobody can tell that it was
silent, nor its share.
"""

from __future__ import annotations

from hashlib import blake2b
from typing import TYPE_CHECKING

import orjson

if TYPE_CHECKING:
    from collections.abc import Iterable

    from streams.core.windows.partials import Group


def bucket_of(group: Group) -> Group:
    """The bucket that a group falls into, with as many values as the group has.

    It begins with a number, which no group of events does: their values are texts. So nobody can pass for a bucket.
    """
    return (blake2b(orjson.dumps(group), digest_size=1).digest()[0], *[None] * (len(group) - 1))


def is_bucket(group: Group) -> bool:
    """Whether a group stands for those that had no room."""
    return bool(group) and group[0].__class__ is int


def shown(keys: Iterable[str], group: Group) -> dict[str, str | None]:
    """A group for people: its values by the names of its keys."""
    named = dict(zip(keys, group, strict=False))
    return {key: f"(overflow {value:03d})" if value.__class__ is int else value for key, value in named.items()}
