"""Findings against AWS's own model of them; collected only where the collection of real material is there."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Any

import orjson

from streams.core.generate.findings import FindingGenerator
from tests.core.generate.seeded import NOW_MS, chance, estate

CORPORA = Path(os.environ.get("GUARDSTREAM_CORPORA") or Path(__file__).parents[4] / "shared" / "corpora")

_SCALARS: dict[str, tuple[type, ...]] = {
    "string": (str,),
    "boolean": (bool,),
    "integer": (int,),
    "long": (int,),
    "double": (int, float),
    "timestamp": (str, int),
}


def departures(value: Any, shape: dict[str, Any], shapes: dict[str, Any], path: str) -> list[str]:
    """Where a value departs from its shape: members that are missing or unknown, and values of another kind."""
    if shape["type"] == "structure":
        known = {member.get("locationName", name): shapes[member["shape"]] for name, member in shape["members"].items()}
        needed = {shape["members"][name].get("locationName", name) for name in shape.get("required", [])}
        wrong = [f"{path}: {name} is missing" for name in needed - value.keys()]
        wrong += [f"{path}: {name} is unknown" for name in value.keys() - known.keys()]
        return wrong + [
            found
            for name in value.keys() & known.keys()
            for found in departures(value[name], known[name], shapes, f"{path}.{name}")
        ]
    if shape["type"] == "list":
        inner = shapes[shape["member"]["shape"]]
        return [
            found for place, item in enumerate(value) for found in departures(item, inner, shapes, f"{path}[{place}]")
        ]
    if shape["type"] == "map":
        return [] if isinstance(value, dict) else [f"{path}: {value!r} is no map"]
    fits = isinstance(value, _SCALARS[shape["type"]]) and (shape["type"] == "boolean") == isinstance(value, bool)
    allowed = shape.get("enum", [value])
    return [] if fits and value in allowed else [f"{path}: {value!r} is no {shape['type']}"]


if CORPORA.is_dir():

    def test_findings_have_the_shape_of_aws_s_own_model() -> None:
        model = orjson.loads((CORPORA / "guardduty" / "finding_shapes.json").read_bytes())
        shapes = model["shapes"]
        generator = FindingGenerator(chance(), estate())
        for number in range(3_000):
            detail = generator.make(NOW_MS + number)["detail"]
            assert departures(detail, shapes[model["root"]], shapes, "finding") == []

    def test_the_check_itself_sees_what_is_missing_unknown_and_of_another_kind() -> None:
        shapes = orjson.loads((CORPORA / "guardduty" / "finding_shapes.json").read_bytes())["shapes"]
        detail = FindingGenerator(chance(), estate()).make(NOW_MS)["detail"]
        del detail["id"]
        detail["colour"] = "red"
        detail["title"] = 7
        assert sorted(departures(detail, shapes["Finding"], shapes, "finding")) == [
            "finding.title: 7 is no string",
            "finding: colour is unknown",
            "finding: id is missing",
        ]
