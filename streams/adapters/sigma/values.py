"""What one value of a Sigma rule asks of a field, or of every value of the record, as clauses of our language.

Sigma compares whole values regardless of case. Here a plain term would find words inside a longer value, so whole
values are written as a regex, which is looked up like a set where it has no special characters, or as a term in those
fields in which a term is the whole value.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from sigma.types import (
    CompareOperators,
    Placeholder,
    SigmaBool,
    SigmaCasedString,
    SigmaCIDRExpression,
    SigmaCompareExpression,
    SigmaExists,
    SigmaExpansion,
    SigmaFieldReference,
    SigmaNull,
    SigmaNumber,
    SigmaRegularExpression,
    SigmaRegularExpressionFlag,
    SigmaString,
    SigmaTimestampPart,
    SpecialChars,
)

from streams.adapters.sigma.clauses import EXISTS, Clause, Node, any_of, negated
from streams.adapters.sigma.fields import SigmaField, sigma_field
from streams.adapters.sigma.quoting import Pattern, Wild, pattern_regex, slashed, term
from streams.adapters.sigma.refusal import NotImportableError
from streams.core.query import WHOLE_VALUE_FIELDS
from streams.core.query.addresses import network
from streams.core.query.numbers import number
from streams.core.query.text import words

if TYPE_CHECKING:
    from sigma.types import SigmaType

_WILD = {SpecialChars.WILDCARD_MULTI: Wild.MANY, SpecialChars.WILDCARD_SINGLE: Wild.ONE}
_COMPARISONS = {
    CompareOperators.LT: "<",
    CompareOperators.LTE: "<=",
    CompareOperators.GT: ">",
    CompareOperators.GTE: ">=",
}


def field_clause(field: SigmaField, value: SigmaType) -> Node:
    """What a value asks of a field; raises NotImportableError for what our language can't say."""
    if isinstance(value, SigmaExpansion):
        return any_of([field_clause(field, one) for one in value.values])
    if isinstance(value, SigmaString):
        return _text(field, pattern_of(value), cased=isinstance(value, SigmaCasedString))
    if isinstance(value, SigmaRegularExpression):
        return Clause(field.cased_with_objects, _search(value))
    if isinstance(value, SigmaNull):
        return negated(Clause(EXISTS, field.with_objects))
    if isinstance(value, SigmaExists):
        exists = Clause(EXISTS, field.with_objects)
        return exists if value.exists else negated(exists)
    return _other(field, value)


def _other(field: SigmaField, value: SigmaType) -> Node:
    if isinstance(value, SigmaBool):
        return Clause(field.name, "/true/" if value.boolean else "/false/")
    if isinstance(value, SigmaCIDRExpression):
        return Clause(field.name, f'"{value.network}"')
    if isinstance(value, SigmaFieldReference):
        return _reference(field, value)
    if isinstance(value, SigmaCompareExpression) and value.op in _COMPARISONS:
        return Clause(f"{field.name}.numeric", f"{_COMPARISONS[value.op]}{value.number}")
    if isinstance(value, SigmaNumber) and not isinstance(value, SigmaTimestampPart):
        return Clause(field.cased, f'"{value}"')
    raise _unknown(value)


def keyword_clause(value: SigmaType) -> Node:
    """What a value without a field asks: that some value of the record contains it."""
    if isinstance(value, SigmaExpansion):
        return any_of([keyword_clause(one) for one in value.values])
    if isinstance(value, SigmaRegularExpression):
        return Clause("", _search(value, "" if SigmaRegularExpressionFlag.IGNORECASE in value.flags else "i"))
    if isinstance(value, SigmaNumber) and not isinstance(value, SigmaTimestampPart):
        return Clause("", f"*{value}*")
    if not isinstance(value, SigmaString):
        raise _unknown(value)
    pattern = _tidy((Wild.MANY, *pattern_of(value), Wild.MANY))
    if pattern == (Wild.MANY,):
        return Clause("", "*:*")
    written = term(pattern)
    if isinstance(value, SigmaCasedString) or written is None:
        flag = "(?-i:{})" if isinstance(value, SigmaCasedString) else "{}"
        return Clause("", slashed(flag.format(pattern_regex(pattern))))
    return Clause("", written)


def pattern_of(value: SigmaString) -> Pattern:
    """The texts and wildcards of a string; raises NotImportableError for a placeholder."""
    if any(isinstance(part, Placeholder) for part in value.s):
        raise NotImportableError(f"{str(value)!r} has a placeholder, which is to be filled in first")
    return _tidy(tuple(_WILD[part] if isinstance(part, SpecialChars) else str(part) for part in value.s))


def _tidy(pattern: Pattern) -> Pattern:
    return tuple(
        part
        for place, part in enumerate(pattern)
        if part and not (part is Wild.MANY and place and pattern[place - 1] is Wild.MANY)
    )


def _text(field: SigmaField, pattern: Pattern, *, cased: bool) -> Node:
    objects = _may_be_object(pattern)
    if pattern == (Wild.MANY,):
        return Clause(EXISTS, field.with_objects)
    if cased:
        name = field.cased_with_objects if objects else field.cased
    else:
        name = field.with_objects if objects else field.name
    if any(isinstance(part, Wild) for part in pattern) and (written := term(pattern)):
        return Clause(name, written)
    if cased or not all(isinstance(part, str) for part in pattern):
        return Clause(name, slashed(pattern_regex(pattern)))
    text = "".join(part for part in pattern if isinstance(part, str))
    return Clause(name, _whole(field, text), None if network(text) else text)


def _may_be_object(pattern: Pattern) -> bool:
    """Could the JSON text of an object match? It begins and ends with a brace."""
    if not pattern:
        return False
    first, last = pattern[0], pattern[-1]
    return (isinstance(first, Wild) or first.startswith("{")) and (isinstance(last, Wild) or last.endswith("}"))


def _whole(field: SigmaField, text: str) -> str:
    """A value that must be this text, whole and regardless of case."""
    if not text:
        return '""'
    least = WHOLE_VALUE_FIELDS.get(field.path)
    plain = text.isascii() and all(char.isalnum() or char in "._-" for char in text)
    if least and plain and len(words(text)) >= least and number(text) is None and text.lower() not in {"true", "false"}:
        return (term((text,)) or "") if text.isalnum() else f'"{text}"'
    return slashed(pattern_regex((text,)))


def _search(value: SigmaRegularExpression, fold: str = "") -> str:
    """A regex that is searched for: case matters unless a flag says otherwise, and a dot is no line end.

    ``fold`` is the flag to switch off where queries ignore case.
    """
    if value.contains_placeholder():
        raise NotImportableError(f"{value.regexp} has a placeholder, which is to be filled in first")
    names = SigmaRegularExpressionFlag
    letters = {names.IGNORECASE: "i", names.MULTILINE: "m", names.DOTALL: "s"}
    on = "".join(letter for flag, letter in letters.items() if flag in value.flags)
    off = fold + ("" if names.DOTALL in value.flags else "s")
    return slashed(f".*(?{on}{'-' + off if off else ''}:{value.regexp}).*")


def _reference(field: SigmaField, value: SigmaFieldReference) -> Node:
    if value.starts_with or value.ends_with:
        raise NotImportableError(
            f"a part of {field.name} is compared with the field {value.field}: only whole values can be"
        )
    other = sigma_field(value.field)
    if field.nests and other.nests:
        return Clause(field.with_objects, f"${other.with_objects}")
    return Clause(field.name, f"${other.name}")


def _unknown(value: SigmaType) -> NotImportableError:
    kind = type(value).__name__.removeprefix("Sigma")
    if isinstance(value, SigmaTimestampPart):
        kind = f"comparison of the {value.timestamp_part.name.lower()} of a time"
    return NotImportableError(f"a {kind} has no counterpart in a query")
