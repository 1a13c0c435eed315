"""The file that tells account names."""

from __future__ import annotations

from typing import TYPE_CHECKING

from streams.core.enrich.accounts import parse_accounts

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

    from streams.core.enrich.accounts import AccountInfo


def read_accounts(path: Path | None) -> Mapping[str, AccountInfo]:
    """Return the lookup; empty where no file is given. Raises Errors naming file and line."""
    return {} if path is None else parse_accounts(path.read_text(encoding="utf-8-sig"), str(path))
