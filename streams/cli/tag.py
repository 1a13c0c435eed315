"""`guardstream tag`: what happened to applications, so that findings and alerts are seen in its light."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING, Annotated, Any

import typer
from rich.text import Text

from schemas.errors import GuardstreamError
from schemas.tag import Kind, LifecycleTag  # noqa: TC001 - typer evaluates the kind.
from streams.adapters.tag_topic import publish_tag, read_tags, remove_tag
from streams.cli.console import Format, FormatOption, err, out, print_json
from streams.cli.instants import clock, epoch_ms, parse_instant
from streams.cli.tables import print_table
from streams.core.tags.ci import Defaults, ci_defaults
from streams.core.tags.make import make_tag
from streams.settings import load_settings, variables

if TYPE_CHECKING:
    from collections.abc import Mapping

COLUMNS = ("started", "kind", "name", "version", "environment", "applications", "id")

app = typer.Typer(no_args_is_help=True, help="Releases and other events in applications' lives.")


@app.command()
def add(  # noqa: PLR0913, PLR0917 - each is an option of the command
    name: Annotated[
        str | None, typer.Argument(help="What people call it; a pipeline's repository and version.")
    ] = None,
    applications: Annotated[list[str] | None, typer.Option("--app", help="The application; may be repeated.")] = None,
    subsystems: Annotated[list[str] | None, typer.Option("--subsystem", help="A part of it; may be repeated.")] = None,
    kind: Annotated[Kind | None, typer.Option(help="What it is; deploy unless it is given.")] = None,
    version: Annotated[str | None, typer.Option(help="What was released.")] = None,
    environment: Annotated[str | None, typer.Option(help="Where to, such as production.")] = None,
    started: Annotated[str | None, typer.Option(help="When: 10m ago, 2026-11-24T07:00:00Z; now by default.")] = None,
    finished: Annotated[str | None, typer.Option(help="The same.")] = None,
    commit: Annotated[str | None, typer.Option(help="Of which commit.")] = None,
    repository: Annotated[str | None, typer.Option(help="Of which repository.")] = None,
    url: Annotated[str | None, typer.Option(help="Where more is told, such as the pipeline's run.")] = None,
    icon: Annotated[str | None, typer.Option(help="A bundled icon's name, or an address.")] = None,
    actor: Annotated[str | None, typer.Option(help="Who started it.")] = None,
    tag_id: Annotated[str | None, typer.Option("--id", help="The same id again changes the tag.")] = None,
    *,
    ci: Annotated[bool, typer.Option("--ci/--no-ci", help="Take what is not given from the pipeline.")] = True,
    output: FormatOption = Format.TEXT,
) -> None:
    """Add a tag, or change the one that has its id.

    Within GitHub Actions, GitLab CI, Jenkins, CircleCI, Buildkite, Azure Pipelines or Bitbucket Pipelines, what is not
    given is taken from the pipeline. Without an id the tag gets one from its name, version, applications, environment
    and start, so that the same command twice makes one tag.
    """
    now = int(time.time() * 1000)
    picture = "icon_url" if icon and "://" in icon else "icon"
    given: dict[str, Any] = {
        "name": name, "applications": ",".join(applications or ()), "subsystems": ",".join(subsystems or ()),
        "kind": kind, "version": version,
        "environment": environment, "started_at": _instant(started, now), "finished_at": _instant(finished, now),
        "commit": commit, "repository": repository, "url": url, picture: icon, "actor": actor, "id": tag_id,
    }  # fmt: skip
    given = {key: value for key, value in given.items() if value}
    _add(given, ci_defaults(variables() if ci else {}), now, output)


@app.command("list")
def list_(  # noqa: PLR0913 - each is an option of the command
    *,
    application: Annotated[str | None, typer.Option("--app", help="Only this application's.")] = None,
    environment: Annotated[str | None, typer.Option(help="Only of this environment.")] = None,
    kind: Annotated[Kind | None, typer.Option(help="Only of this kind.")] = None,
    since: Annotated[str | None, typer.Option(help="Started since: 30m, 2h, 7d ago, or 2026-11-24.")] = None,
    limit: Annotated[int | None, typer.Option(min=1, help="Only the newest so many.")] = None,
    output: FormatOption = Format.TEXT,
) -> None:
    """List the tags, the oldest first, each as it is now."""
    settings = load_settings()
    begin = parse_instant(since, int(time.time() * 1000)) if since else None
    tags = read_tags(settings)
    shown = [
        tag
        for tag in tags
        if (application is None or application in tag.applications)
        and (environment is None or environment == tag.environment)
        and (kind is None or kind == tag.kind)
        and (begin is None or (epoch_ms(tag.started_at) or 0) >= begin)
    ]
    shown = shown[-limit:] if limit else shown
    if output is Format.JSON:
        for tag in shown:
            print_json(tag.shown())
    elif shown:
        print_table(COLUMNS, map(_row, shown), whole=2)
    else:
        out().print(f"no tag{'' if not tags else f' of {len(tags)} is such a one'}")


@app.command()
def remove(tag_id: Annotated[str, typer.Argument(metavar="ID", help="The tag's id.")]) -> None:
    """Remove a tag."""
    settings = load_settings()
    found = next((tag for tag in read_tags(settings) if tag.id == tag_id), None)
    if found is None:
        message = f"no tag has the id {tag_id!r}; `guardstream tag list` shows their ids"
        raise GuardstreamError(message)
    remove_tag(settings, tag_id)
    out().print(Text(f"removed: {found.name}"))


def _add(given: Mapping[str, Any], defaults: Defaults, now: int, output: Format) -> None:
    settings = load_settings()
    # A mistake is told before a broker is asked.
    tag = make_tag({**defaults.fields, **given}, source="cli", now_ms=now)
    publish_tag(settings, tag)
    _say_what_was_taken(defaults, given)
    if output is Format.JSON:
        print_json(tag.shown())
    else:
        out().print(Text(f"tagged: {tag.name}, {tag.kind}, {_times(tag)} (id {tag.id})"), soft_wrap=True)


def _instant(text: str | None, now: int) -> int | str | None:
    """Epoch ms of what is so long ago; other texts as they are."""
    try:
        return parse_instant(text, now) if text else None
    except GuardstreamError:
        return text


def _say_what_was_taken(defaults: Defaults, given: Mapping[str, Any]) -> None:
    taken = [f"{key} ({', '.join(names)})" for key, names in defaults.of.items() if key not in given]
    if taken:
        err().print(Text(f"from {defaults.tool}: {', '.join(taken)}", style="dim"), soft_wrap=True)


def _times(tag: LifecycleTag) -> str:
    started, finished = (
        clock(at) if (at := epoch_ms(text)) is not None else "" for text in (tag.started_at, tag.finished_at)
    )
    return f"{started} to {finished}" if finished else started


def _row(tag: LifecycleTag) -> tuple[str, ...]:
    started = epoch_ms(tag.started_at)
    return (
        clock(started) if started is not None else tag.started_at,
        tag.kind,
        tag.name,
        tag.version or "",
        tag.environment or "",
        ", ".join(tag.applications),
        tag.id,
    )
