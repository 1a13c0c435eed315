"""The API keeps to its OpenAPI document, whatever is asked, over a store that holds something of everything."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING, Any

import schemathesis
from schemathesis.config import SchemathesisConfig
from schemathesis.engine import from_schema
from schemathesis.engine.events import FatalError, NonFatalError, ScenarioFinished

from tests.web.board.boards import TOKEN, app_of
from tests.web.board.filled import ALERT, TAG

if TYPE_CHECKING:
    from tests.web.board.world import World

SIGNED = {"authorization": f"Bearer {TOKEN}"}


def schema_of(app: Any, most: int, given: dict[str, str] | None = None) -> Any:
    config = SchemathesisConfig.from_dict(
        {
            "seed": 1,
            "workers": 1,
            "auth": {"openapi": {"token": {"bearer": TOKEN}}},
            "parameters": given or {},
            "generation": {"deterministic": True, "database": "none"},
            "phases": {
                "fuzzing": {"generation": {"max-examples": most}},
                "stateful": {"enabled": not given, "generation": {"max-examples": 10}},
            },
            "checks": {
                # What a schema can't say is refused with 400: `from` without `to`, a query that can't be read.
                "positive_data_acceptance": {"expected-statuses": ["2xx", "400", "404"]},
            },
        }
    )
    return schemathesis.openapi.from_asgi("/api/openapi.json", app, config=config, headers=SIGNED)


def run(schema: Any) -> Counter[tuple[str, int]]:
    """Ask all that the engine thinks of; how often each operation answered what. Fails where anything is wrong."""
    answers: Counter[tuple[str, int]] = Counter()
    wrong: list[str] = []
    for event in from_schema(schema).execute():
        if isinstance(event, NonFatalError):
            wrong.append(f"{event.label}: {event.value!r}")
        elif isinstance(event, FatalError):
            raise event.exception
        elif isinstance(event, ScenarioFinished):
            cases = {name: node.value for name, node in event.recorder.cases.items()}
            for name, one in event.recorder.interactions.items():
                if one.response is not None:
                    answers[cases[name].operation.label, one.response.status_code] += 1
            for name, checks in event.recorder.checks.items():
                failures = [(check.name, check.failure_info.failure) for check in checks if check.failure_info]
                wrong += [
                    f"{cases[name].as_curl_command()}\n{check}: {one.title}\n{one.message}" for check, one in failures
                ]
    assert not wrong, "\n\n".join(wrong)
    return answers


def test_the_api_keeps_to_its_document(filled_world: World) -> None:
    app = app_of(filled_world.board, open_reads=False)
    operations = {f"{method.upper()} {path}" for path, item in app.openapi()["paths"].items() for method in item}
    # Whatever is guessed, hardly any guess is the name of something that is there.
    there = schema_of(app, 10, {"alert_id": f"{ALERT:032x}", "tag_id": TAG, "name": "accounts"})
    found = run(there.exclude(method="DELETE"))
    assert {label for label, status in found if status < 300} == {one for one in operations if "DELETE" not in one}
    answers = run(schema_of(app, 20))
    assert {label for label, _ in answers} == operations
    assert {status for _, status in answers} >= {200, 201, 204, 400, 401, 404, 405, 422}
    assert answers.total() > 1_500
