"""What is told of a text that is no YAML."""

from __future__ import annotations

import pytest

from streams.core.rules.yaml_nodes import YamlError, read_yaml


def told(text: str) -> tuple[str, str]:
    """The message, and the place of what is wrong."""
    with pytest.raises(YamlError) as caught:
        read_yaml(text)
    place = caught.value.place
    assert place is not None
    return caught.value.message, f"{place.line}:{place.column}"


@pytest.mark.parametrize(
    ("text", "place", "says"),
    [
        ("id: a\ntitle: My: rule\n", "2:10", "title: 'My: rule'"),
        ("query: event_name: it's\n", "1:18", 'query: "event_name: it\'s"'),
        ("query: *\n", "1:8", "query: '*'"),
        ("query: *:*\n", "1:8", "query: '*:*'"),
        ("query: @x\n", "1:8", "query: '@x'"),
        ("query: `x`\n", "1:8", "query: '`x`'"),
        ("query: %x\n", "1:8", "query: '%x'"),
        ("- query: [a TO b] AND c\n", "1:10", "query: '[a TO b] AND c'"),
        ("query: {a TO b} x\n", "1:8", "query: '{a TO b} x'"),
        ('query: "a" AND b\n', "1:8", "query: '\"a\" AND b'"),
        ("a: 1\n b: 2\n", "2:2", "begin in the same column"),
        ("- a: 1\n  b: 2\n c: 3\n", "3:2", "begin in the same column"),
        ("a:\n\tb: 1\n", "2:1", "write spaces"),
        ("a:\n  \tb: 1\n", "2:3", "write spaces"),
        ("a: 1\nb\nc: 2\n", "2:1", "no `key: value`"),
        ('id: x\na: "x\nb: 2\n', "2:4", "never closed"),
        ("a: [1, 2\nb: 3\n", "1:4", "never closed"),
        ("a: - b\n", "1:4", "[one, two]"),
        ("a: 'it's'\n", "1:4", "write '' for '"),
        ("%a: b\n", "1:3", "this is no YAML"),
        ('{"a": "\\ud800", "b": {"c": 1}}', "1:10", "this is no YAML"),
        ('a: {"b": "\\ud800"}', "1:13", "this is no YAML"),
    ],
)
def test_a_mistake_is_shown_with_its_line_a_caret_and_a_remedy(text: str, place: str, says: str) -> None:
    message, where = told(text)
    assert says in message
    assert where == place
    line, column = (int(part) for part in place.split(":"))
    _, shown, caret, _ = message.split("\n")
    assert shown.strip() == text.split("\n")[line - 1].strip()
    assert caret == " " * (2 + column - 1) + "^"


def test_an_alias_that_was_meant_as_text_is_told_to_be_quoted() -> None:
    message, place = told("query: *foo\n")
    assert place == "1:8"
    assert "into quotes" in message
