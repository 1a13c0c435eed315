"""Pages and pictures that stand alone: what they need is in them, and a policy lets nothing else in."""

from __future__ import annotations

import base64
import hashlib
import re
from functools import cache

from fastapi.responses import Response

from streams.web.board.drawing import HERE

# Everything in a template is escaped, so that no text of an event has a quotation mark in it as it is.
_OWN_LINK = re.compile(r' href="(/[^"]*)"')


PICTURE, REPORT = ("page", "picture"), ("page", "report")
"""The sheets that a picture and a report are drawn with."""


@cache
def style_of(*names: str) -> str:
    """Sheets of the page's style as one text, read once."""
    return "\n".join((HERE / "static" / f"{name}.css").read_text("utf-8") for name in names)


@cache
def policy_of(style: str) -> str:
    """A Content-Security-Policy by which this text as a style sheet is all that a document may use."""
    digest = base64.b64encode(hashlib.sha256(style.encode()).digest()).decode()
    return f"default-src 'none'; style-src 'sha256-{digest}'; base-uri 'none'; form-action 'none'"


def picture_answer(picture: str) -> Response:
    """A picture, with a policy by which it shows in its own style where it is opened on its own."""
    policy = policy_of(style_of(*PICTURE))
    return Response(picture, media_type="image/svg+xml", headers={"Content-Security-Policy": policy})


def relinked(page: str, base_url: str | None) -> str:
    """A page whose links into the dashboard begin with its address; without one, they are no links any more."""
    base = "" if base_url is None else base_url.rstrip("/")
    return _OWN_LINK.sub(lambda found: f' href="{base}{found[1]}"' if base else "", page)
