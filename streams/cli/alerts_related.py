"""`guardstream alerts related`: what moved with an alert, by the dashboard that runs."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING, Annotated
from urllib.parse import quote, urlencode

import orjson
import typer
from rich.text import Text

from schemas.errors import GuardstreamError
from streams.adapters.dashboard_client import ask_dashboard, own_address
from streams.cli.console import Format, FormatOption, out, print_json
from streams.cli.instants import parse_instant
from streams.core.parsing.times import to_rfc3339
from streams.settings import load_settings

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from typing import Any

    from streams.settings import Settings

ID_LENGTH = 32
HEADINGS = {"moved": None, "part": "What it is made of:"}


def related(  # noqa: PLR0913, PLR0917 - each is an option of the command
    alert_id: Annotated[str | None, typer.Argument(help="The alert's id.", metavar="[ID]")] = None,
    at: Annotated[
        str | None, typer.Option(help="Instead of an alert: 30m, 2h ago, or 2026-11-24T07:00:00Z.", metavar="TIME")
    ] = None,
    measure: Annotated[str | None, typer.Option(help="With --at: the measure that moved, or a rule's id.")] = None,
    group: Annotated[
        list[str] | None, typer.Option(help="With --measure: account=111122223333; may be repeated.")
    ] = None,
    dashboard: Annotated[
        str | None, typer.Option(help="The dashboard to ask; by default the one of GUARDSTREAM_DASHBOARD_HOST, _PORT.")
    ] = None,
    output: FormatOption = Format.TEXT,
) -> None:
    """Show what else changed when an alert began: counts, groups that are new, releases, other alerts.

    The dashboard that runs is asked, since it has the counts. What is told is beyond chance among all that was looked
    at; where nothing is, it says so.
    """
    settings = load_settings()
    path = _path(alert_id, at, measure, group or [], int(time.time() * 1_000))
    answer = _ask(settings, dashboard, path)
    if output is Format.JSON:
        for one in answer["related"]:
            print_json(one)
        return
    out().print(Text(str(answer["summary"])), soft_wrap=True)
    for role, heading in HEADINGS.items():
        _print(heading, [one for one in answer["related"] if one["role"] == role])


def _print(heading: str | None, entries: Sequence[Mapping[str, Any]]) -> None:
    if heading and entries:
        out().print(Text(heading, style="bold"))
    for one in entries:
        number = f"  {str(one['id'])[:12]}" if one.get("kind") == "alert" and one.get("id") else ""
        out().print(Text(f"  {one['sentence']}") + Text(number, style="dim"), soft_wrap=True)


def _path(alert_id: str | None, at: str | None, measure: str | None, group: list[str], now_ms: int) -> str:
    """The question as an address has it."""
    if (alert_id is None) == (at is None):
        raise GuardstreamError("give either an alert's id, or --at TIME")
    if at is None:
        if measure or group:
            raise GuardstreamError("--measure and --group go with --at; an alert has its own")
        return f"/api/v1/alerts/{quote(alert_id or '', safe='')}/related"
    for one in group:
        if not one.partition("=")[0].strip() or "=" not in one:
            message = f"--group {one!r}: write it as account=111122223333"
            raise GuardstreamError(message)
    pairs = [("at", to_rfc3339(parse_instant(at, now_ms)))]
    pairs += [("measure", measure)] if measure else []
    return f"/api/v1/related?{urlencode([*pairs, *(('group', one) for one in group)])}"


def _ask(settings: Settings, dashboard: str | None, path: str) -> Mapping[str, Any]:
    token = settings.dashboard_token.get_secret_value() if settings.dashboard_token else None
    address = dashboard or own_address(settings)
    body = ask_dashboard(address, path, token)
    if body is None:
        message = f"nothing listens at {address}: the dashboard has the counts; start it with `guardstream dashboard`"
        raise GuardstreamError(message)
    answer = orjson.loads(body)
    if not isinstance(answer, dict) or "summary" not in answer or not isinstance(answer.get("related"), list):
        message = f"{address} answers something else; is it guardstream's dashboard, of this version?"
        raise GuardstreamError(message)
    return answer
