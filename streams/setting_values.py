"""How the text of one setting is read: endpoints, durations and lists of folders."""

from __future__ import annotations

import os
import re
from pathlib import Path
from typing import Final
from urllib.parse import urlsplit

DEFAULT_PORT: Final = 9092
SHIPPED: Final = "shipped"
"""Stands for the folder that comes with guardstream in a list of folders."""

_UNITS: Final = {"ms": 0.001, "s": 1.0, "m": 60.0, "h": 3600.0, "d": 86400.0}
_DURATION: Final = re.compile(r"(\d+(?:\.\d+)?)\s*(ms|[smhd]?)", re.ASCII)


def seconds(value: object) -> float:
    """Return a duration in seconds; takes a number of seconds, or text such as ``"10m"``, ``"500ms"`` or ``"48h"``."""
    if isinstance(value, int | float) and not isinstance(value, bool):
        return float(value)
    match = _DURATION.fullmatch(str(value).strip())
    if match is None:
        message = "is no duration; write seconds, or a number with ms, s, m, h or d, such as 10m"
        raise ValueError(message)
    return float(match[1]) * _UNITS[match[2] or "s"]


def endpoints(value: object) -> str:
    """Return brokers as ``host:port,host:port``.

    Takes such a list, in which a port may be missing, and URLs (``kafka://host:9092``), separated by commas, semicolons
    or spaces. IPv6 addresses stand in brackets.
    """
    parts = [part for part in re.split(r"[,;\s]+", str(value)) if part]
    if not parts:
        message = "names no broker; write host:port"
        raise ValueError(message)
    return ",".join(dict.fromkeys(_endpoint(part) for part in parts))


def _endpoint(text: str) -> str:
    """Return one broker as ``host:port``; no message repeats ``text``, since a URL may carry a password."""
    scheme, separator, rest = text.partition("://")
    if separator and scheme.lower() not in {"kafka", "aiokafka"}:
        message = f"takes host:port or kafka://host:port, not a URL that starts with {scheme}://"
        raise ValueError(message)
    address = rest if separator else text
    if "@" in address:
        message = "must not hold a user or password; set SASL_USERNAME and SASL_PASSWORD"
        raise ValueError(message)
    try:
        parsed = urlsplit(f"//{address}")
        port = DEFAULT_PORT if parsed.port is None else parsed.port
    except ValueError:
        port = 0
    if port == 0:
        message = (
            "has a broker whose port is no number from 1 to 65535 (an IPv6 address stands in brackets: [::1]:9092)"
        )
        raise ValueError(message)
    if not parsed.hostname or parsed.path.strip("/") or parsed.query or parsed.fragment:
        message = "has a broker that is not host:port (an IPv6 address stands in brackets: [::1]:9092)"
        raise ValueError(message)
    host = f"[{parsed.hostname}]" if ":" in parsed.hostname else parsed.hostname
    return f"{host}:{port}"


def folders(value: object, shipped: Path) -> tuple[Path, ...]:
    """Return the folders of a list; ``shipped`` takes the place of the word ``shipped``.

    Takes text separated by commas or the system's path separator, or an iterable of paths. Raises ValueError naming
    each one that is not a folder.
    """
    parts = (
        [part.strip() for part in re.split(f"[,{re.escape(os.pathsep)}]", value)]
        if isinstance(value, str)
        else [str(part) for part in (value if isinstance(value, list | tuple) else [value])]
    )
    found = tuple(shipped if part == SHIPPED else own_path(part) for part in parts if part)
    missing = [str(folder) for folder in found if not folder.is_dir()]
    if missing or not found:
        none = "is no folder" if len(missing) == 1 else "are no folders"
        message = f"{', '.join(missing)} {none}" if missing else "names no folder"
        raise ValueError(message)
    return found


def existing_file(value: object) -> Path:
    """Return the path of a file that exists; raises ValueError otherwise."""
    path = own_path(str(value))
    if not path.is_file():
        message = f"{path} is no file"
        raise ValueError(message)
    return path


def own_path(path: str | Path) -> Path:
    """A path with ``~`` in place; raises ValueError for the home of somebody who is not there."""
    try:
        return Path(path).expanduser()
    except RuntimeError:
        message = f"{path} is below the home of a user who is not there"
        raise ValueError(message) from None
