"""Random rules of every kind of condition, as files have them."""

from __future__ import annotations

from typing import Any

from hypothesis import strategies as st


def minutes(low: int, high: int) -> st.SearchStrategy[str]:
    return st.integers(low, high).map(lambda number: f"{number}m")


GROUPS = st.sampled_from(
    [[], ["account"], ["account", "region"], ["requestParameters.who"], ["region", "requestParameters.who"]]
)
QUERY = st.sampled_from(["*", "*", "_exists_:errorCode", "region:r1"])
LEVELS: st.SearchStrategy[list[dict[str, Any]]] = st.one_of(
    st.just([]),
    st.just([]),
    st.just([{"level": "critical", "above": 4}, {"level": "high", "above": 2}]),
    st.just([{"level": "high", "below": 1}, {"level": "medium", "above": 1}]),
)
ACTIVE = st.one_of(
    st.none(),
    st.none(),
    st.fixed_dictionaries(
        {
            "days": st.sampled_from([["mon"], ["sun", "mon"], ["tue", "wed"], ["sat"]]),
            "hours": st.sampled_from(["10:00-11:00", "22:00-10:30", "00:00-24:00", "09:07-10:30", "10:10-10:05"]),
            "zone": st.sampled_from(["UTC", "Europe/Berlin", "Asia/Kathmandu"]),
        }
    ),
)
EXCEPTIONS: st.SearchStrategy[list[dict[str, Any]]] = st.one_of(
    st.just([]),
    st.just([{"query": "account:3", "reason": "known"}]),
    st.just([{"query": "account:3", "reason": "known", "until": "2026-03-03"}]),
)
windowed = {
    "window": minutes(1, 12),
    "windows": st.sampled_from(["sliding", "sliding", "tumbling"]),
    "for": st.one_of(st.just("0m"), minutes(0, 6)),
    "keep-firing-for": st.one_of(st.just("0m"), minutes(0, 6)),
}
learned = {
    "window": st.sampled_from(["10m", "12m", "15m", "20m"]),
    "for": windowed["for"],
    "keep-firing-for": windowed["keep-firing-for"],
}
aggregated = st.one_of(
    st.fixed_dictionaries({"aggregate": st.just("count"), "threshold": st.integers(0, 3)}),
    st.fixed_dictionaries(
        {
            "aggregate": st.just("unique"),
            "field": st.sampled_from(["source_address", "requestParameters.size"]),
            "threshold": st.integers(0, 2),
        }
    ),
    st.fixed_dictionaries(
        {
            "aggregate": st.sampled_from(["sum", "max"]),
            "field": st.just("requestParameters.size"),
            "threshold": st.sampled_from([0, 0.3, 0.6, 2, 5, 10.4]),
        }
    ),
)


def _positive(aggregate: dict[str, Any]) -> dict[str, Any]:
    return {**aggregate, "threshold": aggregate["threshold"] + 1}


def _merged(*parts: st.SearchStrategy[dict[str, Any]]) -> st.SearchStrategy[dict[str, Any]]:
    return st.tuples(*parts).map(lambda found: {key: value for part in found for key, value in part.items()})


share = st.fixed_dictionaries(
    {
        "threshold": st.sampled_from([0.0, 0.37, 0.5, 0.9, 1.3]),
        "minimum": st.integers(1, 3),
        "direction": st.sampled_from(["above", "below"]),
        "when-zero": st.sampled_from(["silent", "fires"]),
    }
)
CONDITIONS = {
    "more_than": _merged(st.just({"type": "more_than"}), st.fixed_dictionaries(windowed), aggregated),
    "less_than": _merged(
        st.just({"type": "less_than"}),
        st.fixed_dictionaries({**windowed, "judged-on": st.sampled_from(["arrival", "event_time"])}),
        aggregated.map(_positive),
    ),
    "ratio": _merged(
        st.just({"type": "ratio"}),
        st.fixed_dictionaries(
            {
                **windowed,
                "of": st.sampled_from(["*", "NOT _exists_:errorCode", "region:r1"]),
                "of-group": st.sampled_from(["same", "same", "all"]),
                "confident": st.booleans(),
            }
        ),
        share,
    ).filter(lambda condition: not (condition["direction"] == "below" and condition["of-group"] == "all")),
    "time_relative": _merged(
        st.just({"type": "time_relative"}),
        st.fixed_dictionaries({**windowed, "before": st.sampled_from(["60m", "90m", "1440m"])}),
        share,
    ),
    "more_than_usual": _merged(
        st.just({"type": "more_than_usual", "learn": "60m", "false-alarms": 900}),
        st.fixed_dictionaries({**learned, "threshold": st.integers(0, 2), "times": st.sampled_from([1, 1.5])}),
    ),
    "less_than_usual": _merged(
        st.just({"type": "less_than_usual", "learn": "60m", "false-alarms": 900}),
        st.fixed_dictionaries({**learned, "minimum": st.sampled_from([0.1, 1, 3])}),
    ),
    "new_value": st.fixed_dictionaries(
        {
            "type": st.just("new_value"),
            "field": st.sampled_from(["source_address", "requestParameters.who"]),
            "learn": st.sampled_from(["60m", "90m"]),
            "forget": st.sampled_from(["60m", "120m", "1440m"]),
        }
    ),
    "immediate": _merged(
        st.fixed_dictionaries(
            {
                "type": st.just("immediate"),
                "repeat": st.sampled_from(["every", "once", "rising"]),
                "forget": st.sampled_from(["60m", "1440m"]),
            }
        ),
        st.one_of(st.just({}), st.sampled_from([{"renotify": "10m"}, {"renotify": "60m"}])),
    ),
}


@st.composite
def rules(draw: st.DrawFn, kind: str) -> dict[str, Any]:
    """A rule of one kind, as a file has it."""
    condition = draw(CONDITIONS[kind])
    keys = draw(GROUPS)
    if kind == "immediate":
        keys = keys or ["account"]
    if kind == "less_than" and keys:
        values = {"account": ["1", "2", "9"], "region": ["r1", "r2"], "requestParameters.who": ["ann", "8"]}
        seen = {"expect": "seen", "retire-after": draw(st.sampled_from(["60m", "120m"]))}
        condition |= draw(st.sampled_from([{"expect": {key: values[key] for key in keys}}, seen]))
    rule: dict[str, Any] = {
        "id": "r", "title": "R", "level": draw(st.sampled_from(["low", "informational"])), "source": "cloudtrail",
        "query": draw(QUERY), "group-by": keys, "condition": condition, "exceptions": draw(EXCEPTIONS),
    }  # fmt: skip
    if kind == "immediate":
        rule["levels"] = draw(st.sampled_from([[], [{"level": "high", "when": "region:r1"}]]))
    elif kind != "new_value":
        rule["levels"] = draw(LEVELS)
    active = draw(ACTIVE)
    if active is not None:
        rule["active"] = active
    return rule
