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
    from streams.core.windows.partials import Group

BUCKETS = 256
_MARK = "(overflow "


def bucket_of(group: Group) -> Group:
    """The bucket that a group falls into, with as many values as the group has."""
    number = blake2b(orjson.dumps(group), digest_size=1).digest()[0]
    return (f"{_MARK}{number:03d})", *[None] * (len(group) - 1))


def is_bucket(group: Group) -> bool:
    """Whether a group stands for those that had no room."""
    return bool(group) and group[0].__class__ is str and group[0].startswith(_MARK)
