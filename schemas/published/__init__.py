"""The JSON Schemas that downstream consumers may rely on; `alert.schema.json` beside this file is the alert's."""

from __future__ import annotations

import json
from typing import Any

from schemas.alert import Alert

DIALECT = "https://json-schema.org/draft/2020-12/schema"


def alert_schema() -> dict[str, Any]:
    """The schema of the values of the topic `alerts`."""
    return {"$schema": DIALECT, **Alert.model_json_schema(mode="serialization")}


def alert_schema_text() -> str:
    """The same as `alert.schema.json` holds it; a test says when that file is stale, and how to write it anew."""
    return json.dumps(alert_schema(), indent=2, ensure_ascii=False) + "\n"
