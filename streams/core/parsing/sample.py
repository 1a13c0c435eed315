"""Is a finding a sample?"""

from __future__ import annotations

from typing import Any

import orjson

from streams.core.parsing.values import as_object, as_truth


def is_sample(additional_info: Any) -> bool:
    """Say whether ``detail.service.additionalInfo`` marks a sample: in itself, or in its ``value``, a JSON string."""
    info = as_object(additional_info)
    return bool(as_truth(info.get("sample"))) or says_sample(info.get("value"))


def says_sample(value: Any) -> bool:
    """Say whether ``additionalInfo.value``, JSON in a string or an object, marks a sample."""
    if isinstance(value, str) and "sample" in value:
        try:
            value = orjson.loads(value)
        except orjson.JSONDecodeError:
            return False
    return bool(as_truth(as_object(value).get("sample")))
