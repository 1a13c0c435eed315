"""Names that may be meant by one that is not there."""

from __future__ import annotations

import re
from difflib import SequenceMatcher, get_close_matches
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

_MOST = 3
_BEGINNING = 3
"""So many characters can be the beginning of a name that nobody typed to its end."""
_INSIDE = 4
"""A part of a name with fewer characters is in too many names to tell anything."""

_WORD = re.compile(r"[A-Z]+(?![a-z])|[A-Z]?[a-z]+|[0-9]+")
# Short for a word of the names that there are, or its plural.
_SHORT: Final[Mapping[str, str]] = {"ip": "address", "ips": "address", "addr": "address", "addresses": "address"}


def near(name: str, names: Iterable[str]) -> str:
    """A clause that offers up to three names that are most like ``name``, or nothing.

    Names that have several words in common with it come first, then those that are spelt alike, then those that begin
    with it or contain it.
    """
    known = sorted(names)
    common = _of_words(name, known)
    alike = get_close_matches(name, known, n=_MOST, cutoff=0.75)
    if common:
        # Who wrote source_ip meant more than source.
        alike = [one for one in alike if not _words(one) < _words(name)]
    found = list(dict.fromkeys([*common, *alike, *_longer(name.lower(), known)]))[:_MOST]
    return f"; did you mean {' or '.join(found)}?" if found else ""


def _of_words(name: str, known: Sequence[str]) -> list[str]:
    """Names with which ``name`` has most words in common, two at least, those spelt alike first."""
    words = _words(name)
    shared = {one: len(words & _words(one)) for one in known}
    most = max(shared.values(), default=0)
    found = [one for one in known if shared[one] == most] if most > 1 else []
    return sorted(found, key=lambda one: -SequenceMatcher(None, name, one).ratio())


def _words(name: str) -> frozenset[str]:
    """The words of a name, however they are joined."""
    found = (word.lower() for word in _WORD.findall(name))
    return frozenset(_SHORT.get(word, word) for word in found)


def _longer(name: str, known: Sequence[str]) -> list[str]:
    begin = [one for one in known if len(name) >= _BEGINNING and one.lower().startswith(name)]
    return begin + [one for one in known if len(name) >= _INSIDE and name in one.lower()]
