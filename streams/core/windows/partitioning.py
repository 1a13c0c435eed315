"""Which partition of `partial-counts` a group belongs to; all measures of one group meet in one partition."""

from __future__ import annotations

from functools import lru_cache
from typing import Any
from zlib import crc32

import orjson


@lru_cache(maxsize=262_144)
def partition_of(group: tuple[Any, ...], partitions: int) -> int:
    """The partition of a group's values; the same in every process and after every restart."""
    return crc32(orjson.dumps(group)) % partitions
