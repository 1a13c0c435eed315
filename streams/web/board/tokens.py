"""Tokens in headers, where pipelines and other tools have them."""

from __future__ import annotations

import base64
import binascii

LONGEST_HEADER = 4_096


def bearer(header: str | None) -> str | None:
    """The token of `Authorization: Bearer TOKEN`; None where it is something else."""
    scheme, _, rest = (header or "")[:LONGEST_HEADER].partition(" ")
    return rest.strip() or None if scheme.lower() == "bearer" else None


def basic_password(header: str | None) -> str | None:
    """The password of `Authorization: Basic ...`, which for Grafana is `api_key:TOKEN`; None where there is none."""
    scheme, _, rest = (header or "")[:LONGEST_HEADER].partition(" ")
    if scheme.lower() != "basic":
        return None
    try:
        text = base64.b64decode(rest.strip(), validate=True).decode()
    except (binascii.Error, ValueError):
        return None
    return text.partition(":")[2] or None
