"""Finding, of many rules, the few that match an event, so that cost grows with those and not with all there are.

What is left of the rules' queries once an event's class is known are questions joined by AND. They make a tree: where
many rules ask for certain values of one field, the event's own value finds those that go on (a *switch*); where many
ask the same question, it is asked once for all of them (a *gate*). A rule whose questions are all answered has matched.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from dataclasses import dataclass, field
from functools import lru_cache
from typing import TYPE_CHECKING, Generic, TypeVar

from streams.core.alerts.text import LARGEST_EXACT_FLOAT
from streams.core.query import WHOLE, Query
from streams.core.query.reduce import conjuncts
from streams.core.query.text import Text, text_of, words
from streams.core.query.tree import Leaf

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from streams.core.query import Path, Value
    from streams.core.query.closures import Predicate
    from streams.core.query.tree import Match, Node
    from streams.core.query.values import Scalar

    ValueOf = Callable[[Path], Value]

Key = str | float
"""A value, or a word."""

Item = TypeVar("Item")
MOST_QUESTIONS = 100_000
SHORT = 128
"""Characters of a text whose words are remembered: regions and names come again, whole documents don't."""
PASSES = 0.3
"""The share of rules that are thought to be left behind a gate."""


class Question:
    """One question, compiled, and how the values of its field lead to it.

    ``values`` are those one of which the field must have, lower-cased where they are texts; with one of
    them the question is answered. ``words`` all have to be among the field's words. Both are empty where the
    question can only be asked.
    """

    __slots__ = ("_judge", "_paths", "number", "path", "values", "words")

    def __init__(self, node: Node, number: int) -> None:
        self.number = number
        self.path: Path | None = None
        self.values: frozenset[Key] = frozenset()
        self.words: tuple[str, ...] = ()
        if isinstance(node, Leaf) and node.path != WHOLE and not getattr(node.match, "exact", False):
            self.values, self.words = _keys(node.match)
            self.path = node.path if self.values or self.words else None
        query = Query("", node, checked=True)
        self._paths = tuple(sorted(query.paths))
        self._judge: Predicate = query.bind({path: slot for slot, path in enumerate(self._paths)})

    def passes(self, value_of: ValueOf) -> bool:
        """Whether an event with these values passes."""
        return self._judge([value_of(path) for path in self._paths])


class Questions:
    """Questions that were asked before: classes of events and rules ask the same ones."""

    def __init__(self) -> None:
        self._known: dict[Node, Question] = {}

    def of(self, node: Node) -> list[Question]:
        """The questions of a query, each once."""
        return list(dict.fromkeys(map(self._question, conjuncts(node))))

    def _question(self, node: Node) -> Question:
        known = self._known.get(node)
        if known is None:
            if len(self._known) >= MOST_QUESTIONS:
                self._known.clear()
            known = self._known[node] = Question(node, len(self._known))
        return known


def _keys(match: Match) -> tuple[frozenset[Key], tuple[str, ...]]:
    """The values of which a match needs one, or else the words of which it needs all."""
    if match.wholes is not None:
        return match.wholes, ()
    if not isinstance(match, Text) or match.text.lower() in {"true", "false"}:
        return frozenset(), ()
    if match.number is None:
        return frozenset(), tuple(words(match.text))
    value = match.number.value
    # An account id is text, or a number; beyond 2^53 floats are equal to other integers than they mean.
    if match.whole and isinstance(value, int) and abs(value) < LARGEST_EXACT_FLOAT:
        return frozenset({match.text.lower(), value}), ()
    return frozenset(), ()


@dataclass(slots=True)
class _Knot:
    """A place in the tree: rules that have matched when it is reached, and the ways on."""

    matched: list[int] = field(default_factory=list)
    switches: list[tuple[Path, bool, dict[Key, _Knot]]] = field(default_factory=list)
    """(field, whether its words count and not its values, the ways on)."""
    gates: list[tuple[Question, _Knot]] = field(default_factory=list)


Asking = list[tuple[int, "frozenset[Question]"]]
"""Rules by their number, with the questions that are still to be answered."""


class Sieve(Generic[Item]):
    """Items with what is left of their queries; ``find`` gives those that match, in the order of the items."""

    __slots__ = ("_root", "items")

    def __init__(self, items: Sequence[tuple[Item, Node]], questions: Questions) -> None:
        self.items = [item for item, _ in items]
        self._root = _grow([(place, frozenset(questions.of(node))) for place, (_, node) in enumerate(items)])

    def __bool__(self) -> bool:
        return bool(self.items)

    def find(self, value_of: ValueOf) -> list[Item]:
        """The items that match an event with these values."""
        found: list[int] = []
        _walk(self._root, value_of, found)
        if len(found) > 1:
            # An array may have several of the values that lead to one item.
            found = sorted(set(found))
        return [self.items[place] for place in found]


def _walk(knot: _Knot, value_of: ValueOf, found: list[int]) -> None:
    found += knot.matched
    for path, by_word, ways in knot.switches:
        value = value_of(path)
        if value.__class__ is str and not by_word:
            way = ways.get(value.lower())
            if way is not None:
                _walk(way, value_of, found)
        elif value is not None:
            for key in _keys_of(value if isinstance(value, list) else [value], by_word=by_word):
                way = ways.get(key)
                if way is not None:
                    _walk(way, value_of, found)
    for question, way in knot.gates:
        if question.passes(value_of):
            _walk(way, value_of, found)


def _keys_of(values: Sequence[Scalar], *, by_word: bool) -> set[Key]:
    if by_word:
        texts = [text_of(value) for value in values]
        return {word for text in texts for word in (_words_of(text) if len(text) <= SHORT else words(text))}
    # True is equal to 1 for Python, and is no number for a query.
    return {value.lower() if isinstance(value, str) else value for value in values if value.__class__ is not bool}


@lru_cache(maxsize=16_384)
def _words_of(text: str) -> list[str]:
    return words(text)


def _grow(asking: Asking) -> _Knot:
    """The tree for some rules: again and again the switch or gate that leaves the fewest of them."""
    knot = _Knot([place for place, questions in asking if not questions])
    left = [(place, questions) for place, questions in asking if questions]
    while left:
        way, gate = _next(left)
        if way is not None:
            left = _add_switch(knot, way, left)
        elif gate is not None:
            behind = [(place, questions - {gate}) for place, questions in left if gate in questions]
            knot.gates.append((gate, _grow(behind)))
            left = [(place, questions) for place, questions in left if gate not in questions]
    return knot


def _next(left: Asking) -> tuple[Way | None, Question | None]:
    """The switch or gate to go on with."""
    asked = Counter(question for _, questions in left for question in questions)
    # What is all that some rule asks has to be asked anyway: whoever asks it too costs nothing more.
    only = [question for _, questions in left if len(questions) == 1 for question in questions]
    # Of equal questions always the same, whatever the order of a set is.
    gate = max(only or asked, key=lambda one: (asked[one], -one.number))
    own = _way(gate)
    if only and own is not None and not own[1]:
        return own, None
    if only and asked[gate] > 1:
        return None, gate
    way, gain = _best_switch(left)
    return (way, None) if way is not None and gain >= asked[gate] * (1 - PASSES) else (None, gate)


Way = tuple["Path", bool]
"""(field, whether its words count and not its values)"""


def _best_switch(asking: Asking) -> tuple[Way | None, float]:
    """The field whose values or words tell most rules apart, and how many rules it spares an event."""
    keys: defaultdict[Way, set[Key]] = defaultdict(set)
    rules: Counter[Way] = Counter()
    for _, questions in asking:
        ways = {way: question for question in questions if (way := _way(question)) is not None}
        rules.update(ways.keys())
        for way, question in ways.items():
            keys[way] |= question.values or set(question.words)
    gains = {way: count * (1 - 1 / max(len(keys[way]), 2)) for way, count in rules.items()}
    # Words take longer to find than values.
    return max(gains.items(), key=lambda one: (one[1], not one[0][1], one[0]), default=(None, 0.0))


def _way(question: Question) -> Way | None:
    return None if question.path is None else (question.path, bool(question.words))


def _add_switch(knot: _Knot, way: Way, asking: Asking) -> Asking:
    """Lead rules by the values or words that they ask of a field; the rules that ask none stay."""
    chosen = [(place, questions, _of_way(questions, way)) for place, questions in asking]
    common = Counter(word for _, _, question in chosen if question for word in question.words)
    behind: defaultdict[Key, Asking] = defaultdict(list)
    asked: defaultdict[str, defaultdict[Question, Asking]] = defaultdict(lambda: defaultdict(list))
    for place, questions, question in chosen:
        if question is None:
            continue
        if question.words:
            # One word is enough to find it, the rarest; then the question is asked.
            rarest = min(question.words, key=lambda word: (common[word], word))
            asked[rarest][question].append((place, questions - {question}))
        for value in question.values:
            behind[value].append((place, questions - {question}))
    path, by_word = way
    ways = {key: _grow(rules) for key, rules in behind.items()}
    for word, by_question in asked.items():
        ways[word] = _Knot(gates=[(question, _grow(rules)) for question, rules in by_question.items()])
    knot.switches.append((path, by_word, ways))
    return [(place, questions) for place, questions, question in chosen if question is None]


def _of_way(questions: frozenset[Question], way: Way) -> Question | None:
    fitting = [question for question in questions if _way(question) == way]
    return min(fitting, key=lambda one: (len(one.values), one.number), default=None)
