"""How deep JSON is nested."""

from __future__ import annotations

from typing import Any


def nests_deeper(value: Any, limit: int) -> bool:
    """Say whether arrays and objects lie within each other more than ``limit`` deep; a scalar has depth 0."""
    layer = [value] if isinstance(value, dict | list) else []
    for _ in range(limit):
        if not layer:
            return False
        layer = [
            child
            for container in layer
            for child in (container.values() if type(container) is dict else container)
            if type(child) is dict or type(child) is list
        ]
    return bool(layer)
