"""The published schema of alerts: it is what the models say, and what alerts are."""

from __future__ import annotations

from importlib.resources import files
from typing import Any

import jsonschema  # type: ignore[import-untyped]  # Its stubs are a distribution of their own.
import orjson
import pytest
from pydantic import ValidationError

from schemas.alert import Alert
from schemas.published import alert_schema, alert_schema_text
from tests.core.conditions.windows import run, windowed
from tests.core.parsing.samples import envelope, older_envelope, record
from tests.core.source.worlds import read

EVENTS = [envelope(), older_envelope(), record(), record(errorCode="AccessDenied")]
IMMEDIATE: list[dict[str, Any]] = read([orjson.dumps(event) for event in EVENTS]).alerts
RATIO = windowed({"type": "ratio", "of": "*", "threshold": 0.5, "window": "3m"}, **{"group-by": ["account"]})
SHARES = [{"m": {("1",): 4, (None,): 1}, "of": {("1",): 4, (None,): 1}}, *[{}] * 4]
WINDOWED: list[dict[str, Any]] = [
    orjson.loads(orjson.dumps(alert))
    for alert in [
        *run(RATIO, SHARES),
        *run(windowed({"type": "less_than", "threshold": 1, "window": "3m"}), [{}] * 5),
    ]
]
WRONG: list[dict[str, Any]] = [
    {"alert_id": "x"}, {"status": "gone"}, {"group": {"a": 1}}, {"outcome": "maybe"}, {"starts_at": None},
    {"evidence": {}},
]  # fmt: skip


def test_the_published_file_is_what_the_models_say() -> None:
    # When it is not: python -c "from schemas.published import *; print(alert_schema_text(), end='')" writes it anew.
    assert (files("schemas.published") / "alert.schema.json").read_text(encoding="utf-8") == alert_schema_text()


def test_the_published_schema_is_itself_a_schema_in_which_every_field_but_the_release_is_required() -> None:
    schema = alert_schema()
    jsonschema.Draft202012Validator.check_schema(schema)
    assert set(schema["required"]) == set(Alert.model_fields) - {"release"}


@pytest.mark.parametrize("alert", [*IMMEDIATE, *WINDOWED], ids=lambda alert: f"{alert['rule']['id']} {alert['status']}")
def test_every_kind_of_alert_fits_schema_and_model(alert: dict[str, Any]) -> None:
    jsonschema.validate(alert, alert_schema())
    assert Alert.model_validate(alert).model_dump(mode="json", exclude_unset=True) == alert


def test_alerts_of_all_these_kinds_were_looked_at() -> None:
    assert {alert["status"] for alert in WINDOWED} == {"firing", "resolved"}
    assert {alert["outcome"] for alert in IMMEDIATE} == {None, "success", "denied"}


def test_a_field_that_is_added_later_breaks_no_consumer() -> None:
    alert = {**IMMEDIATE[0], "mood": "calm", "rule": {**IMMEDIATE[0]["rule"], "author": "bo"}}
    jsonschema.validate(alert, alert_schema())
    assert Alert.model_validate(alert).model_dump(mode="json", exclude_unset=True) == alert


@pytest.mark.parametrize("change", WRONG, ids=lambda change: next(iter(change)))
def test_what_is_no_alert_fits_neither(change: dict[str, Any]) -> None:
    with pytest.raises(jsonschema.ValidationError):
        jsonschema.validate({**IMMEDIATE[0], **change}, alert_schema())
    with pytest.raises(ValidationError):
        Alert.model_validate({**IMMEDIATE[0], **change})
