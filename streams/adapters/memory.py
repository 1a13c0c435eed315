"""Memory that was freed and is still held."""

from __future__ import annotations

import ctypes
import sys


def give_back_memory() -> None:
    """Return freed memory to the system, where the C library can (glibc); takes about a millisecond.

    Restoring rows, and each flush of many, leaves holes between what stays. glibc keeps them, and with 100,000 rows
    they come to twice the size of the rows.
    """
    if sys.platform == "linux":
        trim = getattr(ctypes.CDLL(None), "malloc_trim", None)
        if trim is not None:
            trim(0)
