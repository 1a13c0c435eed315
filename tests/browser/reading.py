"""What a page shows, read off it; and the same counted by hand from the findings that were put in."""

from __future__ import annotations

import re
from collections import Counter
from typing import TYPE_CHECKING, Any

from streams.core.board.spans import span_until
from streams.core.parsing.times import parse_time
from tests.web.board.boards import PANELS
from tests.web.board.world import NOW

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from playwright.sync_api import Locator, Page

    from schemas.panel import Panel

LISTS = {"security_group": "security_groups"}


def panel(page: Page, name: str) -> Locator:
    """A panel of the page."""
    return page.locator(f"#panel-{name}")


def row(page: Page, name: str, label: str) -> Locator:
    """The link of a row, a legend's entry or a line's key of a panel."""
    return panel(page, name).locator(f'a[data-focus="{label}"]')


def shown(page: Page, one: Panel) -> dict[str, int]:
    """Counts by label that a panel shows; a number has one, without a label."""
    here = panel(page, one.id)
    if one.chart == "number":
        return {"": number(here.locator(".figure").inner_text())}
    if one.chart == "table":
        return {
            " · ".join(cells[:-2]): number(cells[-1])
            for cells in (line.locator("td").all_inner_texts() for line in here.locator("tbody tr").all())
        }
    lines = {"bars": ".bars a", "shares": ".legend a", "trend": ".key li"}[one.chart]
    found = {}
    for line in here.locator(lines).all():
        words = line.inner_text().split("\n")
        # A legend has the share before the count, a line's key has both in one line.
        label, count = (words[0], words[-1]) if len(words) > 1 else words[0].rsplit(" ", 1)
        found[label.strip()] = number(count)
    found.pop("All", None)
    return found


def number(text: str) -> int:
    """A count as people write it."""
    return int(re.sub(r"[^0-9]", "", text))


def by_hand(
    found: Sequence[Mapping[str, Any]], one: Panel, where: Mapping[str, str], minutes: int = 1_440
) -> dict[str, int]:
    """What a panel has to show when the page is narrowed to ``where``."""
    span = span_until(NOW, minutes)
    counts: Counter[str] = Counter()
    by = (one.drill, *one.by[1:]) if one.drill and one.by[0] in where else one.by
    for finding in found:
        at = parse_time(finding["event_time"]) or 0
        wanted = [*((key, set(values)) for key, values in one.where.items()), *((k, {v}) for k, v in where.items())]
        if span.start_ms <= at < span.end_ms and all(allowed & set(values_of(finding, key)) for key, allowed in wanted):
            # Of a finding's several security groups only the one that the page is narrowed to is shown.
            several = [where[key]] if (key := one.by[0] if one.by else "") in LISTS and key in where else None
            for first in several or (values_of(finding, by[0]) if by else [""]):
                counts[" · ".join([first, *(values_of(finding, key)[0] for key in by[1:])])] += 1
    if one.chart == "number":
        return {"": counts.total()}
    largest = sorted(counts.items(), key=lambda pair: (-pair[1], pair[0]))
    return dict(largest[: one.top])


def values_of(finding: Mapping[str, Any], key: str) -> list[str]:
    """A finding's values of a key of panels."""
    value = finding[LISTS.get(key, key)]
    return value if isinstance(value, list) else [value]


def assert_all(page: Page, found: Sequence[Mapping[str, Any]], where: Mapping[str, str], minutes: int = 1_440) -> None:
    """Every panel shows just what is counted by hand."""
    for one in PANELS:
        assert shown(page, one) == by_hand(found, one, where, minutes), one.id
