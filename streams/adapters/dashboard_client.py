"""Asks a dashboard that runs, over HTTP."""

from __future__ import annotations

from http.client import HTTPConnection, HTTPException, HTTPSConnection
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

import orjson

from schemas.errors import GuardstreamError

if TYPE_CHECKING:
    from streams.settings import Settings

PATIENCE_S = 60.0
OK, UNAUTHORIZED = 200, 401
# A server that listens everywhere is asked here.
EVERYWHERE = {"0.0.0.0": "127.0.0.1", "::": "::1"}  # noqa: S104 - nothing is bound


def own_address(settings: Settings) -> str:
    """Where the dashboard of these settings listens."""
    host = EVERYWHERE.get(settings.dashboard_host, settings.dashboard_host)
    return f"http://{f'[{host}]' if ':' in host else host}:{settings.dashboard_port}"


def ask_dashboard(address: str, path: str, token: str | None) -> bytes | None:
    """The body of an answer; None where nothing listens there. Raises GuardstreamError for any other answer than 200.

    ``address`` is http://host:port or https://host, with a path before ours where it has one.
    """
    parts = urlsplit(address)
    if parts.scheme not in {"http", "https"} or not parts.hostname:
        message = f"{address!r} is no address of a dashboard; write it as http://127.0.0.1:6068"
        raise GuardstreamError(message)
    kind = HTTPSConnection if parts.scheme == "https" else HTTPConnection
    try:
        connection = kind(parts.hostname, parts.port, timeout=PATIENCE_S)
        connection.request("GET", parts.path.rstrip("/") + path, headers=_headers(token))
        answer = connection.getresponse()
        body = answer.read()
        connection.close()
    except ConnectionRefusedError:
        return None
    except (OSError, HTTPException, ValueError) as error:
        message = f"the dashboard at {address} does not answer as one: {str(error) or type(error).__name__}"
        raise GuardstreamError(message) from error
    if answer.status != OK:
        raise GuardstreamError(_refused(address, answer.status, body))
    return body


def _headers(token: str | None) -> dict[str, str]:
    return {"Accept": "*/*"} | ({"Authorization": f"Bearer {token}"} if token else {})


def _refused(address: str, status: int, body: bytes) -> str:
    if status == UNAUTHORIZED:
        return f"the dashboard at {address} wants its token: set GUARDSTREAM_DASHBOARD_TOKEN, or ..._FILE, as it has it"
    try:
        detail = orjson.loads(body)["detail"]
    except (ValueError, KeyError, TypeError):
        return f"{address} answers {status}; is it guardstream's dashboard, of this version?"
    return f"the dashboard at {address} says: {detail}"
