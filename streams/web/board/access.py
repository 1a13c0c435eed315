"""Who may read and write: a token, as a header for programs and behind a cookie for people."""

from __future__ import annotations

import hashlib
import hmac
from dataclasses import dataclass
from typing import TYPE_CHECKING

from streams.web.board.tokens import bearer

if TYPE_CHECKING:
    from starlette.requests import HTTPConnection

COOKIE = "guardstream"
LOOPBACK = frozenset({"127.0.0.1", "localhost", "::1"})
SAFE = frozenset({"GET", "HEAD", "OPTIONS"})


def is_loopback(host: str) -> bool:
    """Whether only this machine can reach a host of this name."""
    return host in LOOPBACK


@dataclass(frozen=True, slots=True)
class Access:
    """Asks for ``token``; with ``open_reads`` only to change something, or where it is asked by a strange name."""

    token: str
    open_reads: bool = False

    def allows(self, request: HTTPConnection, method: str) -> bool:
        """Whether a request may go on."""
        if method in SAFE and self.open_reads:
            return self.is_here(request)
        if self.has_token(request):
            return True
        # A browser sends the cookie with what other sites make it ask, and says so.
        return self.has_cookie(request) and (method in SAFE or self.is_same_site(request))

    def has_token(self, request: HTTPConnection) -> bool:
        """Whether the header has the token; compared in constant time."""
        return self.is_token(bearer(request.headers.get("authorization")) or "")

    def is_signed_in(self, request: HTTPConnection) -> bool:
        """Whether who asks may change something, from a page of ours."""
        return self.has_token(request) or self.has_cookie(request)

    def is_token(self, given: str) -> bool:
        """Whether this is the token; compared in constant time."""
        return hmac.compare_digest(given.encode(), self.token.encode())

    def has_cookie(self, request: HTTPConnection) -> bool:
        """Whether somebody signed in."""
        return hmac.compare_digest(request.cookies.get(COOKIE, "").encode(), self.cookie.encode())

    @property
    def cookie(self) -> str:
        """What the cookie holds: it can't be turned into the token, and ends with it."""
        return hmac.new(self.token.encode(), b"signed in", hashlib.sha256).hexdigest()

    @staticmethod
    def is_same_site(request: HTTPConnection) -> bool:
        """Whether a page of ours sent the request."""
        origin = request.headers.get("origin")
        host = request.headers.get("host", "")
        return origin is not None and origin.partition("://")[2] == host

    @staticmethod
    def is_here(request: HTTPConnection) -> bool:
        """Whether it was asked by a name of this machine, and not by one that a stranger lets point here."""
        host = request.headers.get("host", "")
        name = host.rpartition(":")[0] if not host.endswith("]") and ":" in host else host
        return is_loopback(name) or name == "[::1]"
