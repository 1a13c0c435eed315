"""`guardstream report`: the dashboard's overview, alerts and releases as one file of HTML."""

from __future__ import annotations

import time
from pathlib import Path
from typing import TYPE_CHECKING, Annotated
from urllib.parse import urlencode

import typer
from rich.text import Text

from schemas.errors import GuardstreamError
from streams.adapters.dashboard_client import ask_dashboard, own_address
from streams.cli.console import err, out
from streams.cli.dashboard import fed_board, need_packages
from streams.cli.instants import parse_instant
from streams.core.board.spans import RANGES
from streams.core.parsing.times import to_rfc3339
from streams.settings import load_settings

if TYPE_CHECKING:
    from streams.adapters.board_feed import BoardFeed
    from streams.settings import Settings

PATIENCE_S = 60.0
"""How long nothing may come of the topics before it is given up."""
Pairs = list[tuple[str, str]]


def report(  # noqa: PLR0913, PLR0917 - each is an option of the command
    file: Annotated[str, typer.Option("--out", metavar="FILE", help="Where to write it; - for standard output.")],
    range_: Annotated[
        str | None, typer.Option("--range", help=f"Until now: {', '.join(RANGES)}; 24h by default.")
    ] = None,
    since: Annotated[str | None, typer.Option("--from", help="30m, 2h, 7d ago, or 2026-11-24T07:00:00Z.")] = None,
    until: Annotated[str | None, typer.Option("--to", help="The same; now by default.")] = None,
    where: Annotated[
        list[str] | None, typer.Option(help="account=1111,2222: only these; may be repeated. region= is without one.")
    ] = None,
    title: Annotated[str | None, typer.Option(help="What stands over it.")] = None,
    base_url: Annotated[
        str | None, typer.Option(help="The dashboard's address for its readers; without it nothing in it is a link.")
    ] = None,
    dashboard: Annotated[
        str | None, typer.Option(help="The dashboard to ask; by default the one of GUARDSTREAM_DASHBOARD_HOST, _PORT.")
    ] = None,
    *,
    show: Annotated[bool, typer.Option("--open", help="Open the file in a browser.")] = False,
) -> None:
    """Write a report: the overview with its alerts and releases in one file of HTML, that asks nobody for anything.

    The dashboard that runs is asked for it. Where none does, its store is opened and read up to now, which takes as
    long as there is something new to read.
    """
    settings = load_settings()
    pairs = _pairs(range_, since, until, where or [], int(time.time() * 1_000))
    pairs += [(key, value) for key, value in (("title", title), ("base_url", base_url)) if value]
    page = _page(settings, dashboard, pairs)
    if file == "-":
        typer.echo(page, nl=False)
        return
    _write(file, page)
    out().print(Text(f"{file}: {len(page) / 1_000:,.0f} kB"), soft_wrap=True)
    if show:
        typer.launch(file)


def _page(settings: Settings, dashboard: str | None, pairs: Pairs) -> bytes:
    token = settings.dashboard_token.get_secret_value() if settings.dashboard_token else None
    address = dashboard or own_address(settings)
    page = ask_dashboard(address, f"/api/v1/report?{urlencode(pairs)}", token)
    if page is not None:
        return page
    if dashboard is not None:
        message = f"nothing listens at {address}"
        raise GuardstreamError(message)
    return _alone(settings, address, pairs)


def _alone(settings: Settings, address: str, pairs: Pairs) -> bytes:
    """Without a dashboard: read what is new into its store, and make the report of that."""
    need_packages()
    from streams.web.board.report import read_report, report_of  # noqa: PLC0415 - needs the extra

    err().print(Text(f"no dashboard at {address}; reading the topics ...", style="dim"), soft_wrap=True)
    with fed_board(settings) as (board, feed):
        asked = read_report(pairs, board.keys)
        _catch_up(feed)
        return report_of(board, asked).encode()


def _catch_up(feed: BoardFeed) -> None:
    """Wait until all is read that is there; raises GuardstreamError once nothing comes for ``PATIENCE_S``."""
    behind, moved = feed.behind, time.monotonic()
    while behind != 0:
        if time.monotonic() - moved > PATIENCE_S:
            left = "" if behind is None else f", {behind:,} messages are left"
            message = f"the topics can't be read up to now{left}: {feed.problem or 'nothing comes'}"
            raise GuardstreamError(message)
        time.sleep(0.1)
        if (now := feed.behind) != behind:
            behind, moved = now, time.monotonic()


def _pairs(range_: str | None, since: str | None, until: str | None, where: list[str], now_ms: int) -> Pairs:
    """The question as an address has it."""
    pairs: Pairs = [("range", range_)] if range_ else []
    if range_ and (since or until):
        raise GuardstreamError("give either --range, or --from with --to")
    if until and not since:
        raise GuardstreamError("--to needs --from")
    if since:
        end = parse_instant(until, now_ms) if until else now_ms
        pairs = [("from", to_rfc3339(parse_instant(since, now_ms))), ("to", to_rfc3339(end))]
    for one in where:
        key, found, values = one.partition("=")
        if not found or not key.strip():
            message = f"--where {one!r}: write it as account=111122223333, with commas between several"
            raise GuardstreamError(message)
        pairs += [(key.strip(), value.strip()) for value in values.split(",")]
    return pairs


def _write(file: str, page: bytes) -> None:
    try:
        Path(file).write_bytes(page)
    except OSError as error:
        message = f"{file} can't be written: {error.strerror or error}"
        raise GuardstreamError(message) from error
