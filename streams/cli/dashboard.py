"""`guardstream dashboard`: pages and an HTTP API over what workers have counted and told."""

from __future__ import annotations

import secrets
import sys
import time
from collections import Counter
from contextlib import contextmanager
from functools import partial
from typing import TYPE_CHECKING, Annotated, cast

import typer

from schemas.errors import GuardstreamError
from streams.adapters.note_topic import publish_note
from streams.adapters.rule_files import read_folder
from streams.adapters.tag_topic import publish_tag, remove_tag
from streams.cli.console import out
from streams.core.board.choose import countables
from streams.core.board.freshness import counted, lag, silence
from streams.core.board.panels import load_panels
from streams.core.board.stored import Kept
from streams.core.rules.measure_files import load_measures
from streams.settings import load_settings
from streams.web.board.access import Access, is_loopback

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence
    from pathlib import Path

    from streams.adapters.board_feed import BoardFeed
    from streams.adapters.store.store import Store
    from streams.core.rules.entries import RuleFile
    from streams.settings import Settings
    from streams.web.board.board import Board, Freshness


def dashboard(
    port: Annotated[int | None, typer.Option(help="Where to listen; default: GUARDSTREAM_DASHBOARD_PORT.")] = None,
    *,
    openapi: Annotated[bool, typer.Option("--openapi", help="Print the API's OpenAPI document, and end.")] = False,
) -> None:
    """Serve the dashboard, until it is ended with Ctrl-C."""
    settings = load_settings()
    if port is not None:
        settings = settings.model_copy(update={"dashboard_port": port})
    is_here = is_loopback(settings.dashboard_host)
    if not is_here and settings.dashboard_token is None:
        message = (
            f"GUARDSTREAM_DASHBOARD_HOST is {settings.dashboard_host}, which others can reach: set "
            "GUARDSTREAM_DASHBOARD_TOKEN, of at least 16 characters, or GUARDSTREAM_DASHBOARD_TOKEN_FILE"
        )
        raise GuardstreamError(message)
    need_packages()
    if openapi:
        sys.stdout.write(api_document(settings))
        return
    serve(settings, is_here=is_here)


def need_packages() -> None:
    """Raise GuardstreamError that says what to install, where the dashboard's packages are missing."""
    try:
        import uvicorn  # noqa: PLC0415, F401 - an extra, which a worker does without
    except ImportError as error:
        message = "the dashboard needs more packages: pip install 'guardstream[dashboard]'"
        raise GuardstreamError(message) from error


@contextmanager
def fed_board(settings: Settings) -> Iterator[tuple[Board, BoardFeed]]:
    """What pages are made of, over the store of these settings, while the topics are read into it."""
    from streams.adapters.board_feed import BoardFeed  # noqa: PLC0415 - needs the extra
    from streams.adapters.store.store import Store  # noqa: PLC0415 - as above

    store = Store.open(store_file(settings), settings.topics(), f"{settings.dashboard_memory}MB")
    board = make_board(settings, store)
    days = settings.dashboard_keeps / 86_400
    board.kept = Kept(days, days, max(days, 90.0))
    feed = BoardFeed(settings, store, board.news.tell, board.kept)
    sources = {measure.name: measure.source for measure in load_measures(_folders(settings.measures))}
    board.freshness = lambda: freshness_of(store, feed, sources)
    feed.start()
    try:
        yield board, feed
    finally:
        feed.stop()
        store.close()


def serve(settings: Settings, *, is_here: bool) -> None:
    """Read, and serve what was read, until somebody ends it."""
    from streams.web.board.app import create_board  # noqa: PLC0415 - needs the extra
    from streams.web.board.serving import listen  # noqa: PLC0415 - as above

    token = settings.dashboard_token.get_secret_value() if settings.dashboard_token else own_token(settings.data)
    address = f"http://{settings.dashboard_host}:{settings.dashboard_port}"
    with fed_board(settings) as (board, _):
        app = create_board(board, Access(token, open_reads=is_here and settings.dashboard_token is None))
        if settings.dashboard_token is None:
            out().print(
                f"[bold]{address}[/]  (to change something, open {address}/login?token={token})", soft_wrap=True
            )
        else:
            out().print(f"[bold]{address}[/]")
        listen(app, settings.dashboard_host, settings.dashboard_port, board.news.end)


def api_document(settings: Settings) -> str:
    """The OpenAPI document of a dashboard with these settings: its measures say what lists can be narrowed by."""
    from streams.web.board.api_document import document_text  # noqa: PLC0415 - needs the extra
    from streams.web.board.app import create_board  # noqa: PLC0415 - as above

    # Nothing is asked of the application, and so nothing of its store.
    board = make_board(settings, cast("Store", None))
    return document_text(create_board(board, Access("")))


def make_board(settings: Settings, store: Store) -> Board:
    """What pages are made of, over a store."""
    from streams.web.board.board import Board, Freshness, Writes  # noqa: PLC0415 - needs the extra

    panels = load_panels(_folders(settings.panels))
    secret = settings.github_secret
    writes = Writes(
        partial(publish_note, settings), partial(publish_tag, settings), partial(remove_tag, settings),
        secret.get_secret_value() if secret else None,
    )  # fmt: skip
    measures = countables(load_measures(_folders(settings.measures)))
    return Board(store, panels, measures, lambda: int(time.time() * 1_000), Freshness, writes)


def _folders(paths: Sequence[Path]) -> list[list[RuleFile]]:
    return [read_folder(path) for path in paths]


def store_file(settings: Settings) -> Path:
    """Where the store is: a file for each set of topics."""
    return settings.data / f"dashboard-{settings.topic_prefix.strip('.') or 'topics'}.duckdb"


def freshness_of(store: Store, feed: BoardFeed, sources: Mapping[str, str]) -> Freshness:
    """How old what is shown is; ``sources`` are those of measures."""
    from streams.web.board.board import Freshness  # noqa: PLC0415 - needs the extra

    now = int(time.time() * 1_000)
    spans = counted(store.fresh(now).minutes, sources)
    newest = {source: end for source, (_, end) in spans.items()}
    oldest_ms = spans["findings"][0] if "findings" in spans else None
    problem = feed.problem or lag(feed.behind)
    unread: Counter[str] = Counter()
    for (topic, _), count in feed.lag().items():
        unread[topic] += count
    # Of what is still to be read nobody can say that it did not come.
    quiet = None if problem else silence(newest, now)
    return Freshness(max(newest.values(), default=None), problem, quiet, feed.behind, unread, oldest_ms)


def own_token(folder: Path) -> str:
    """A token that is made at the first start, and kept where only its owner can read it."""
    file = folder / "dashboard-token"
    if not file.exists():
        folder.mkdir(parents=True, exist_ok=True)
        file.touch(mode=0o600)
        file.write_text(secrets.token_urlsafe(24))
    return file.read_text().strip()
