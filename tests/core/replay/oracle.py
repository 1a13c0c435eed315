"""What a rule has to say of a stream, worked out slowly: a list of all events, and every window from scratch.

It knows the rules as users write them and shares no code with the engine, but what a series' windows let expect.
"""

from __future__ import annotations

import datetime as dt
import math
import statistics
from itertools import product
from typing import Any

from tests.core.replay.asked import NAMES, QUERIES, awake, groups_of, minutes_of
from tests.core.replay.happenings import DELAY, MINUTE, Group, Seen, Step, Told, see
from tests.core.replay.usual_oracle import UsualOracle

LEARNED = {"more_than_usual", "less_than_usual"}
LEVELS = ["informational", "low", "medium", "high", "critical"]


class Oracle:
    """One rule over one stream."""

    def __init__(self, rule: dict[str, Any], steps: list[Step], sources: int) -> None:
        self.rule, self.condition = rule, rule["condition"]
        self.type = self.condition["type"]
        self.seeing = see(steps)
        self.sources = sources
        self.keys = [NAMES[key] for key in rule.get("group-by", [])]
        self.window = minutes_of(self.condition.get("window"), 1)
        self.arrival = self.type == "less_than" and self.condition.get("judged-on", "arrival") == "arrival"
        self.ends = self.seeing.ends(sources, 0 if self.arrival else DELAY)
        self.known = self.seeing.known_from() if len(self.seeing.clocks) == sources else 0
        self.taken = [event for event in self.seeing.events if not self._excepted(event)]
        self.learned: UsualOracle | None = None
        self.by_query: dict[tuple[str, bool], dict[Group, list[Seen]]] = {}

    def _excepted(self, event: Seen) -> bool:
        for entry in self.rule.get("exceptions", []):
            until = entry.get("until")
            day = dt.datetime.fromtimestamp(event.at_ms / 1000, dt.UTC).date().isoformat()
            if QUERIES[entry["query"]](event.fields) and (until is None or day < until):
                return True
        return False

    def events(self, query: str, group: Group | None) -> list[Seen]:
        """The events of a group that a query picks; of all groups where it is None."""
        key = (query, group is None)
        if key not in self.by_query:
            found: dict[Group, list[Seen]] = {}
            for event in self.taken:
                if QUERIES[query](event.fields):
                    for one in [()] if group is None else groups_of(event.fields, self.keys):
                        found.setdefault(one, []).append(event)
            self.by_query[key] = found
        return self.by_query[key].get(group or (), [])

    def within(self, query: str, group: Group | None, end: int, *, late: bool = False) -> list[Seen]:
        """The events of the window that ends before minute ``end``."""
        first = end - self.window
        if self.arrival:
            return [event for event in self.events(query, group) if first <= event.arrival < end]
        return [event for event in self.events(query, group) if first <= event.minute < end and (late or event.on_time)]

    def groups(self) -> list[Group]:
        if not self.keys:
            return [()]
        if self.type == "less_than":
            expect = self.condition.get("expect", {})
            if expect != "seen":
                return list(product(*(dict.fromkeys(expect.get(key, [])) for key in self.rule["group-by"])))
        return list(dict.fromkeys(group for event in self.taken for group in groups_of(event.fields, self.keys)))

    def aggregate(self, events: list[Seen]) -> Any:
        kind = self.condition.get("aggregate", "count")
        if kind == "count":
            return len(events)
        name = NAMES[self.condition["field"]]
        found = []
        for event in events:
            value = event.fields.get(name)
            found += value if isinstance(value, list) else [] if value is None else [value]
        if kind == "unique":
            return len({str(value) for value in found})
        numbers = []
        for value in found:
            try:
                numbers.append(float(value))
            except ValueError:
                continue
        return round(math.fsum(numbers), 6) if kind == "sum" else max(numbers, default=0)

    def verdict(self, group: Group, end: int, *, late: bool = False) -> tuple[bool, dict[str, Any], Any] | None:
        """Whether the condition holds, what was measured, and the value that levels look at."""
        condition, query = self.condition, self.rule["query"]
        if self.type in LEARNED:
            return self.unusual(group, end)
        events = self.within(query, group, end, late=late)
        threshold = condition["threshold"]
        if self.type in {"more_than", "less_than"}:
            value = self.aggregate(events)
            name = "count" if condition.get("aggregate", "count") == "count" else "value"
            if self.type == "more_than":
                return value > threshold, {name: value}, value
            return None if end - self.window < self.known else (value < threshold, {name: value}, value)
        if self.type == "ratio":
            of = None if condition.get("of-group") == "all" and self.keys else group
            return self.ratio(len(events), len(self.within(condition["of"], of, end, late=late)))
        if self.type == "time_relative":
            earlier = end - minutes_of(condition["before"])
            known = earlier - self.window >= self.known
            return self.relative(len(events), len(self.within(query, group, earlier, late=late)) if known else None)
        raise AssertionError(self.type)

    def ratio(self, top: int, bottom: int) -> tuple[bool, dict[str, Any], Any]:
        condition = self.condition
        above = condition.get("direction", "above") == "above"
        value = top / bottom if bottom else None
        measured = {"numerator": top, "denominator": bottom, "value": value}
        if value is None:
            return condition.get("when-zero") == "fires" and top > 0, measured, None
        if bottom < condition.get("minimum", 1):
            return False, measured, value
        edge = value
        if condition.get("confident") and value <= 1:
            # The bounds of Wilson's interval solve (p - value)^2 = z^2 p (1 - p) / n.
            z = statistics.NormalDist().inv_cdf(0.975)
            a, b, c = 1 + z * z / bottom, -(2 * value + z * z / bottom), value * value
            root = math.sqrt(max(b * b - 4 * a * c, 0))
            edge = (-b - root) / (2 * a) if above else (-b + root) / (2 * a)
        beyond = edge > condition["threshold"] if above else edge < condition["threshold"]
        return beyond, measured, value

    def relative(self, now: int, before: int | None) -> tuple[bool, dict[str, Any], Any]:
        condition = self.condition
        above = condition.get("direction", "above") == "above"
        value = now / before if before else None
        measured = {"count": now, "before": before}
        if before is None or max(now, before) < condition.get("minimum", 1):
            return False, measured, value
        if value is None:
            return above and condition.get("when-zero") == "fires", measured, None
        return value > condition["threshold"] if above else value < condition["threshold"], measured, value

    def unusual(self, group: Group, end: int) -> tuple[bool, dict[str, Any], Any] | None:
        """Windows of its own, from midnight on, with what is learned of those before."""
        query = self.rule["query"]

        def count(one: Group, first: int, last: int) -> int:
            return sum(first <= event.minute < last and event.on_time for event in self.events(query, one))

        if self.learned is None:
            self.learned = UsualOracle(self.condition, self.groups(), count, self.known)
        return self.learned.verdict(group, end)

    def level(self, value: Any) -> str:
        for entry in self.rule.get("levels", []):
            if value is not None and (
                ("above" in entry and value > entry["above"]) or ("below" in entry and value < entry["below"])
            ):
                return str(entry["level"])
        return str(self.rule["level"])

    def tell(self) -> list[Told]:
        """All alerts but those about late events, by group in the order of their time."""
        if self.type == "immediate":
            return self.repeats()
        if self.type == "new_value":
            return self.new_values()
        return [told for group in self.groups() for told in self.episodes(group)]

    def judged_ends(self) -> list[int]:
        tumbling = self.condition.get("windows") == "tumbling"
        return [end for end in self.ends if not tumbling or end % self.window == 0]

    def episodes(self, group: Group) -> list[Told]:  # noqa: C901 - the whole life of an alert, in one piece
        told: list[Told] = []
        opened: Told | None = None
        since = clear = None
        patience, keeping = minutes_of(self.condition.get("for")), minutes_of(self.condition.get("keep-firing-for"))
        seen = self.condition.get("expect") == "seen"
        for end in self.judged_ends():
            if seen:
                last = self.last_seen(group, end)
                if last is None:
                    continue
                if end - last > minutes_of(self.condition["retire-after"]):
                    if opened is not None:
                        told.append(opened._replace(status="resolved", ends=end, measured={}))
                    opened = since = clear = None
                    continue
            verdict = self.verdict(group, end)
            if verdict is None:
                continue
            holds, measured, value = verdict
            if holds and awake(self.rule, end * MINUTE - MINUTE):
                clear = None
                since = end if since is None else since
                level = self.level(value)
                if opened is None and end - since >= patience:
                    opened = Told("firing", group, end, None, level, measured)
                    told.append(opened)
                elif opened is not None and LEVELS.index(level) > LEVELS.index(opened.level):
                    opened = opened._replace(level=level, measured=measured)
                    told.append(opened)
                continue
            since = None
            if opened is not None:
                clear = end if clear is None else clear
                if end - clear >= keeping:
                    told.append(opened._replace(status="resolved", ends=end, measured=measured))
                    opened = clear = None
        return told

    def last_seen(self, group: Group, end: int) -> int | None:
        """The end of the last minute in which a group was noted; a twelfth of the time is not noted anew."""
        noted: int | None = None
        part = minutes_of(self.condition["retire-after"]) // 12
        events = self.events(self.rule["query"], group)
        minutes = {event.arrival if self.arrival else event.minute for event in events if self.arrival or event.on_time}
        for minute in sorted(minutes):
            if not self.ends.start <= minute + 1 <= end:
                continue
            if noted is None or minute + 1 - noted >= part:
                noted = minute + 1
        return noted

    def new_values(self) -> list[Told]:
        told: list[Told] = []
        condition = self.condition
        learn, forget = minutes_of(condition["learn"]), minutes_of(condition["forget"])
        name = NAMES[condition["field"]]
        first: dict[Group, int] = {}
        last: dict[Group, int] = {}
        for end in self.ends:
            now: dict[Group, int] = {}
            for event in self.taken:
                if event.on_time and event.minute == end - 1 and QUERIES[self.rule["query"]](event.fields):
                    for group in groups_of(event.fields, [*self.keys, name]):
                        if group[-1] is not None:
                            now[group] = now.get(group, 0) + 1
            if end % 60 == 0:
                last = {group: at for group, at in last.items() if end - at <= forget}
                first = {owner: at for owner, at in first.items() if any(group[:-1] == owner for group in last)}
            before = dict(first)
            for group, count in now.items():
                first.setdefault(group[:-1], end)
                known = last.get(group)
                if known is not None and end - known < forget // 24:
                    continue
                last[group] = end
                learned = group[:-1] in before and end - before[group[:-1]] >= learn
                if learned and (known is None or end - known > forget) and awake(self.rule, end * MINUTE - MINUTE):
                    measured = {"value": group[-1], "count": count}
                    told.append(Told("firing", group[:-1], end, None, self.rule["level"], measured))
        return told

    def repeats(self) -> list[Told]:
        told: list[Told] = []
        condition = self.condition
        forget = minutes_of(condition.get("forget"), 7 * 1440) * MINUTE
        renotify = condition.get("renotify")
        memory: dict[Group, dict[str, int]] = {}
        for event in self.taken:
            if not QUERIES[self.rule["query"]](event.fields) or not awake(self.rule, event.at_ms):
                continue
            level = next(
                (entry["level"] for entry in self.rule.get("levels", []) if QUERIES[entry["when"]](event.fields)),
                self.rule["level"],
            )
            rank = LEVELS.index(level)
            groups = groups_of(event.fields, self.keys) or [(None,) * len(self.keys)]
            for group in groups:
                known = memory.get(group)
                tells = condition["repeat"] == "every" or known is None or event.at_ms - known["last"] > forget
                if known is None or event.at_ms - known["last"] > forget:
                    memory[group] = known = {"last": event.at_ms, "told": event.at_ms, "rank": rank}
                else:
                    rises = condition["repeat"] == "rising" and rank > known["rank"]
                    due = renotify and event.at_ms - known["told"] >= minutes_of(renotify) * MINUTE
                    if rises or due:
                        tells = True
                        known["told"] = event.at_ms
                        known["rank"] = max(rank, known["rank"])
                        known["last"] = max(known["last"], event.at_ms)
                    elif event.at_ms - known["last"] >= forget // 24:
                        known["last"] = event.at_ms
                if tells:
                    told.append(Told("firing", group, event.at_ms, None, level, {"count": 1}))
        return told
