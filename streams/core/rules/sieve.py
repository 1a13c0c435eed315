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

from streams.core.query.text import text_of, words

if TYPE_CHECKING:
    from collections.abc import Sequence

    from streams.core.query import Path, Value
    from streams.core.query.tree import Node
    from streams.core.query.values import Scalar
    from streams.core.rules.questions import Key, Question, Questions, ValueOf

Item = TypeVar("Item")
SHORT = 256
"""Characters of a text of which is remembered where it leads: regions and names come again, whole documents don't."""
PASSES = 0.3
"""The share of rules that are thought to be left behind a gate."""


class _Fork:
    """The ways on from a place that one field's value decides."""

    __slots__ = ("by_value", "by_word", "gates", "known", "path")

    def __init__(self, path: Path) -> None:
        self.path = path
        self.by_value: dict[Key, _Knot] = {}
        self.by_word: dict[Key, _Knot] = {}
        self.gates: list[tuple[Question, _Knot]] = []
        self.known: dict[Value, list[_Knot]] = {}
        """Where texts, and the absence of a value, lead."""

    def ways(self, value: Value) -> list[_Knot]:
        """All that an event with this value goes on to."""
        ways = [way for question, way in self.gates if question.passes(lambda _: value)]
        if value is None:
            return ways
        values = value if isinstance(value, list) else [value]
        if self.by_value:
            ways += [way for key in _values_of(values) if (way := self.by_value.get(key)) is not None]
        if self.by_word:
            ways += [way for key in _all_words_of(values) if (way := self.by_word.get(key)) is not None]
        return ways


@dataclass(slots=True)
class _Knot:
    """A place in the tree: rules that have matched when it is reached, and the ways on."""

    matched: list[int] = field(default_factory=list)
    forks: dict[Path, _Fork] = field(default_factory=dict)
    gates: list[tuple[Question, _Knot]] = field(default_factory=list)
    """Those that read several fields."""

    def fork(self, path: Path) -> _Fork:
        """The ways that this field's value decides."""
        return self.forks.setdefault(path, _Fork(path))

    def add_gate(self, question: Question, way: _Knot) -> None:
        """Let only events pass that pass this question."""
        gates = self.fork(question.reads[0]).gates if len(question.reads) == 1 else self.gates
        gates.append((question, way))


Asking = list[tuple[int, "frozenset[Question]"]]
"""Rules by their number, with the questions that are still to be answered."""


class Sieve(Generic[Item]):
    """Items with what is left of their queries; ``find`` gives those that match, in the order of the items."""

    __slots__ = ("_remembered", "_root", "items")

    def __init__(self, items: Sequence[tuple[Item, Node]], questions: Questions) -> None:
        self.items = [item for item, _ in items]
        self._remembered = questions.remembered
        self._root = _grow([(place, frozenset(questions.of(node))) for place, (_, node) in enumerate(items)])

    def __bool__(self) -> bool:
        return bool(self.items)

    def find(self, value_of: ValueOf) -> list[Item]:
        """The items that match an event with these values."""
        found: list[int] = []
        self._walk(self._root, value_of, found)
        if len(found) > 1:
            # An array may have several of the values that lead to one item.
            found = sorted(set(found))
        return [self.items[place] for place in found]

    def _walk(self, knot: _Knot, value_of: ValueOf, found: list[int]) -> None:
        found += knot.matched
        for path, fork in knot.forks.items():
            value = value_of(path)
            if value is None or (value.__class__ is str and len(value) <= SHORT):
                ways = fork.known.get(value)
                if ways is None:
                    ways = fork.ways(value)
                    self._remembered.keep(fork.known, value, ways)
            else:
                ways = fork.ways(value)
            for way in ways:
                self._walk(way, value_of, found)
        for question, way in knot.gates:
            if question.passes(value_of):
                self._walk(way, value_of, found)


def _values_of(values: Sequence[Scalar]) -> set[Key]:
    # True is equal to 1 for Python, and is no number for a query.
    return {value.lower() if isinstance(value, str) else value for value in values if value.__class__ is not bool}


def _all_words_of(values: Sequence[Scalar]) -> set[Key]:
    texts = [text_of(value) for value in values]
    return {word for text in texts for word in (_words_of(text) if len(text) <= SHORT else words(text))}


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
            knot.add_gate(gate, _grow(behind))
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
    fork = knot.fork(path)
    if by_word:
        for word, by_question in asked.items():
            found = fork.by_word[word] = _Knot()
            for question, rules in by_question.items():
                found.add_gate(question, _grow(rules))
    else:
        fork.by_value = {key: _grow(rules) for key, rules in behind.items()}
    return [(place, questions) for place, questions, question in chosen if question is None]


def _of_way(questions: frozenset[Question], way: Way) -> Question | None:
    fitting = [question for question in questions if _way(question) == way]
    return min(fitting, key=lambda one: (len(one.values), one.number), default=None)
