"""The API keeps to its OpenAPI document, whatever is asked, over a store that holds something of everything."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest
import schemathesis
from schemathesis.config import SchemathesisConfig
from schemathesis.engine import from_schema
from schemathesis.engine.events import FatalError, NonFatalError, ScenarioFinished

from tests.web.board.boards import TOKEN, app_of
from tests.web.board.filled import filled

if TYPE_CHECKING:
    from collections.abc import Iterator

    from tests.web.board.world import World

SIGNED = {"authorization": f"Bearer {TOKEN}"}


@pytest.fixture(scope="module")
def world(tmp_path_factory: pytest.TempPathFactory) -> Iterator[World]:
    made = filled(tmp_path_factory.mktemp("store") / "board.duckdb")
    yield made
    made.store.close()


def schema_of(app: Any, phases: dict[str, Any]) -> Any:
    config = SchemathesisConfig.from_dict(
        {
            "seed": 1,
            "workers": 1,
            "auth": {"openapi": {"token": {"bearer": TOKEN}}},
            "generation": {"deterministic": True, "database": "none"},
            "phases": phases,
            "checks": {
                # What a schema can't say is refused with 400: `from` without `to`, a query that can't be read.
                "positive_data_acceptance": {"expected-statuses": ["2xx", "400", "404"]},
            },
        }
    )
    return schemathesis.openapi.from_asgi("/api/openapi.json", app, config=config, headers=SIGNED)


def run(schema: Any) -> tuple[int, list[str]]:
    """Ask all that the engine thinks of; how many answers there were, and what is wrong with them."""
    asked, wrong = 0, []
    for event in from_schema(schema).execute():
        if isinstance(event, NonFatalError):
            wrong.append(f"{event.label}: {event.value!r}")
        elif isinstance(event, FatalError):
            raise event.exception
        elif isinstance(event, ScenarioFinished):
            asked += len(event.recorder.interactions)
            for case_id, checks in event.recorder.checks.items():
                for one in checks:
                    if one.failure_info is not None:
                        case = event.recorder.cases[case_id].value
                        failure = one.failure_info.failure
                        wrong.append(f"{case.as_curl_command()}\n{one.name}: {failure.title}\n{failure.message}")
    return asked, wrong


def test_the_api_keeps_to_its_document(world: World) -> None:
    app = app_of(world.board, open_reads=False)
    phases = {"fuzzing": {"generation": {"max-examples": 40}}, "stateful": {"generation": {"max-examples": 10}}}
    asked, wrong = run(schema_of(app, phases))
    assert not wrong, "\n\n".join(wrong)
    assert asked > 1_000
