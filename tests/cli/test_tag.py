"""`guardstream tag` on a real broker, and its mistakes, which need none."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from typer.testing import CliRunner

from streams.cli.main import app
from tests.core.tags.test_ci import PIPELINES

if TYPE_CHECKING:
    from tests.cli.conftest import Cli

NOWHERE = {"GUARDSTREAM_BOOTSTRAP_SERVERS": "127.0.0.1:1"}
NO_PIPELINE = dict.fromkeys({name for variables, _ in PIPELINES.values() for name in variables}, "")


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        ([], "name: is missing"),
        (["a", "--started", "soon"], "started_at: 'soon' is no time"),
        (["a", "--started", "2026-11-24", "--finished", "2026-11-23"], "is before started_at"),
        (["a", "--icon", "skull"], "icon: 'skull' is none of rocket"),
        (["a", "--id", "a b"], "id: may have letters"),
        (["a", "--url", "shop"], "url: does not begin with http"),
    ],
)
def test_a_mistake_is_told_before_a_broker_is_needed(arguments: list[str], said: str) -> None:
    result = CliRunner(env=NOWHERE | NO_PIPELINE).invoke(app, ["tag", "add", *arguments])
    assert result.exit_code == 2
    assert said in result.output


def test_a_tag_is_added_listed_changed_and_removed(cli: Cli) -> None:
    cli.environment |= NO_PIPELINE
    assert cli.run("tag", "list") == "no tag\n"
    [added] = cli.objects(
        "tag", "add", "shop 2.14.0", "--app", "shop", "--app", "cart", "--subsystem", "web", "--kind", "rollback",
        "--started", "2026-11-24T07:00:00Z", "--environment", "prod", "--icon", "https://x/i.png",
    )  # fmt: skip
    assert (added["applications"], added["icon_url"], added["source"]) == (["shop", "cart"], "https://x/i.png", "cli")
    again = cli.objects(
        "tag", "add", "shop 2.14.0", "--app", "cart,shop", "--environment", "prod", "--started", "2026-11-24T07:00:00Z"
    )
    assert [one["id"] for one in again] == [added["id"]]
    cli.run("tag", "add", "campaign", "--id", "c-1", "--kind", "campaign", "--started", "2020-01-01")
    assert [one["name"] for one in cli.objects("tag", "list")] == ["campaign", "shop 2.14.0"]
    assert [one["id"] for one in cli.objects("tag", "list", "--kind", "campaign")] == ["c-1"]
    assert cli.objects("tag", "list", "--app", "other") == []
    assert "shop 2.14.0" in cli.run("tag", "list", "--environment", "prod")
    assert "removed: campaign" in cli.run("tag", "remove", "c-1")
    assert "no tag has the id" in cli.run("tag", "remove", "c-1", code=2)
    assert [one["id"] for one in cli.objects("tag", "list")] == [added["id"]]


def test_a_pipeline_gives_what_is_not_given_and_is_named(cli: Cli) -> None:
    cli.environment |= NO_PIPELINE | PIPELINES["GitLab CI"][0]
    runner = CliRunner(env=cli.environment)
    result = runner.invoke(app, ["tag", "add", "--environment", "staging"])
    assert result.exit_code == 0, result.output
    assert "from GitLab CI: version (CI_COMMIT_TAG)" in result.stderr
    assert "environment" not in result.stderr
    [tag] = cli.objects("tag", "list")
    assert (tag["name"], tag["version"], tag["environment"]) == ("shop v2.14.0", "v2.14.0", "staging")
    assert tag["started_at"] == "2026-11-24T07:00:00.000Z"
    assert "name: is missing" in cli.run("tag", "add", "--no-ci", code=2)
