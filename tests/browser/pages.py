"""Addresses of every kind of page."""

from __future__ import annotations

EMPTY = ("/", "/alerts", "/events", "/releases", "/login", "/releases/none", "/nothing")
"""Those that are there when nothing has come yet, and what is there instead of a page."""
FILLED = (
    *EMPTY,
    "/?account=222233334444&severity_label=High",
    "/?resource_type=Instance",
    "/alerts?status=firing",
    f"/alerts/{2:032x}",
    "/events?query=account:222233334444",
    "/events?query=a+AND+(",
    "/releases/shop-7.4.0",
    "/?range=5y",
)
