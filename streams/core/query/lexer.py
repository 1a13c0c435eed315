r"""From the text of a query to the tokens of luqum's grammar, each with its place.

luqum's own lexer takes quotes only as typewriters have them, ends a term at the slash of ``10.0.0.0/8`` or the
bracket of ``a[0]``, and knows neither ``&&`` nor ``!``. So this one feeds its grammar instead. Where it reads more
than Lucene does: right after a field's colon a further colon is text (``type:Backdoor:EC2/C&CActivity.B!DNS``, an ARN,
an IPv6 address, a time); ``/`` begins a regex, ``!`` and ``-`` a negation only where a term could begin; ``-`` before
a digit is a sign after a colon, in a range, and after ``<`` or ``>``. ``\u0041`` is the character of that number, as in
Lucene.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from ipaddress import ip_address
from typing import Any

from luqum.head_tail import TokenValue
from luqum.tree import Phrase, Regex, Word

from streams.core.query.errors import QueryError

LONGEST_QUERY = 4_096
DEEPEST_QUERY = 50

TYPOGRAPHIC = "“”„‟″＂«»"  # noqa: RUF001 - what word processors make of a straight quote is the point.
_OPERATORS = {"AND": "AND_OP", "OR": "OR_OP", "NOT": "NOT", "TO": "TO", "&&": "AND_OP", "||": "OR_OP", "!": "NOT"}
_MARKS = {
    "(": "LPAREN",
    ")": "RPAREN",
    "[": "LBRACKET",
    "{": "LBRACKET",
    "]": "RBRACKET",
    "}": "RBRACKET",
    ":": "COLUMN",
}
_VALUE_FOLLOWS = {"COLUMN", "LESSTHAN", "GREATERTHAN", "LBRACKET", "TO"}

_SPACE = re.compile(r"\s+")
_REGEX = re.compile(r"/(?:[^\\/]|\\.)*/", re.DOTALL)
_COMPARISON = re.compile(r"[<>]=?")
_SYMBOL = re.compile(r"&&|\|\||[!+-]")
_SIGNED = re.compile(r"[+-][0-9.]")
# Characters of a term: anything escaped, an index in brackets, and whatever has no meaning of its own.
_TERM = re.compile(rf'(?:\\.|\[(?:\d+|\*)\]|(?!&&|\|\|)[^\s:\\()\[\]{{}}"{TYPOGRAPHIC}~^<>])+', re.DOTALL)
_VALUE = re.compile(rf'(?:\\.|\[(?:\d+|\*)\]|(?!&&|\|\|)[^\s\\()\[\]{{}}"{TYPOGRAPHIC}~^<>])+', re.DOTALL)
_COLONS = re.compile(r"(?<!\\):+$")
_ESCAPE = re.compile(r"((?:\\u[0-9A-Fa-f]{4})+)|\\.", re.DOTALL)
# Most addresses begin with a group such as 2001 or fe80, and fields are hardly ever called so.
_FIRST_GROUP = re.compile(r"\d.{0,3}|(?=.*\d).{4}")
_ADDRESS = re.compile(r"([0-9A-Fa-f]{0,4}:[0-9A-Fa-f.:]{0,40})(?:/\d{1,3})?(?=[\s()]|$)")

_CHARACTER_ADVICE = {
    "~": "Fuzzy and near matches are not part of this language; use wildcards, or escape it: \\~.",
    "^": "A boost ranks results, and an alert has no ranks: leave it out, or escape it: \\^.",
    "\\": "A backslash escapes the character after it; write \\\\ for the backslash itself.",
    '"': 'Put a space before a quote that begins a phrase, or escape it: \\".',
    "<": "Write field:<value for a comparison, or put the text into quotes.",
    ">": "Write field:>value for a comparison, or put the text into quotes.",
}


@dataclass
class Token:
    """What luqum's grammar reads; the names are those that its parser generator asks for."""

    type: str
    value: Any
    lexpos: int
    end: int
    lineno: int = 1


def tokens(text: str) -> list[Token]:
    """All tokens of a query.

    Raises:
        QueryError: if it is too long or no valid text, nests too deep, or a quote, regex or bracket is not closed.
    """
    if len(text) > LONGEST_QUERY:
        raise QueryError(
            text,
            LONGEST_QUERY,
            f"the query is longer than {LONGEST_QUERY:,} characters",
            "Put long lists into a named list.",
        )
    try:
        text.encode()
    except UnicodeEncodeError as error:
        raise QueryError(text, error.start, "half of a character", "Write the query as valid UTF-8.") from error
    return _Lexer(text).run()


@dataclass
class _Lexer:
    text: str
    at: int = 0
    found: list[Token] = field(default_factory=list)
    opened: list[Token] = field(default_factory=list)

    def run(self) -> list[Token]:
        while self.at < len(self.text):
            if space := _SPACE.match(self.text, self.at):
                self.at = space.end()
                continue
            self._next()
        if self.opened:
            mark = self.opened[-1]
            raise self._error(mark.lexpos, f"this {mark.value.value} is never closed", "Close it, or escape it.")
        return self.found

    def _next(self) -> None:
        char = self.text[self.at]
        if char == '"' or char in TYPOGRAPHIC:
            self._phrase(char)
        elif char == "/":
            self._regex()
        elif self._in_value() and _SIGNED.match(self.text, self.at):
            self._term()
        elif symbol := _SYMBOL.match(self.text, self.at):
            self._symbol(symbol.group())
        elif comparison := _COMPARISON.match(self.text, self.at):
            self._add("LESSTHAN" if char == "<" else "GREATERTHAN", TokenValue(comparison.group()), comparison.end())
        elif char in _MARKS and not (char == ":" and self._is_address()):
            self._mark(char)
        else:
            self._term()

    def _in_value(self) -> bool:
        return bool(self.found) and self.found[-1].type in _VALUE_FOLLOWS

    def _add(self, kind: str, value: Any, end: int) -> None:
        value.pos, value.size = self.at, end - self.at
        self.found.append(Token(kind, value, self.at, end))
        self.at = end

    def _error(self, position: int, problem: str, advice: str) -> QueryError:
        return QueryError(self.text, position, problem, advice)

    def _symbol(self, symbol: str) -> None:
        kind = _OPERATORS.get(symbol) or ("PLUS" if symbol == "+" else "MINUS")
        self._add(kind, TokenValue(symbol), self.at + len(symbol))

    def _mark(self, char: str) -> None:
        end = self.at + 1
        self._add(_MARKS[char], TokenValue(char), end)
        if char in "([{":
            self.opened.append(self.found[-1])
            if len(self.opened) > DEEPEST_QUERY:
                raise self._error(end - 1, f"brackets nest deeper than {DEEPEST_QUERY}", "Split the query.")
        elif char in ")]}":
            pairs = self.opened and (self.opened[-1].type == "LPAREN") == (char == ")")
            if not pairs:
                advice = f"Leave it out, or escape it: \\{char}."
                if len(self.found) > 1 and self.found[-2].type == "REGEX":
                    advice = "The regex ends before it: write \\/ for a slash inside, or leave it out."
                raise self._error(end - 1, f"this {char} closes nothing", advice)
            self.opened.pop()

    def _phrase(self, quote: str) -> None:
        """A straight quote closes only with a straight one; a typographic one closes with whichever comes first."""
        inside, closing = ('"', '"') if quote == '"' else (rf'"{TYPOGRAPHIC}', f'"{TYPOGRAPHIC}')
        body = re.compile(rf"((?:[^\\{inside}]|\\.)*)[{closing}]", re.DOTALL).match(self.text, self.at + 1)
        if body is None:
            raise self._error(self.at, "this quote is never closed", f"Close it with {quote}, or escape it: \\{quote}.")
        self._add("PHRASE", Phrase(f'"{_numbered(body.group(1))}"'), body.end())
        self._ends("phrase")

    def _regex(self) -> None:
        body = _REGEX.match(self.text, self.at)
        if body is None:
            raise self._error(self.at, "this regex is never closed", "Close it with /, or escape the slash: \\/.")
        self._add("REGEX", Regex(body.group()), body.end())
        self._ends("regex", "Write \\/ for a slash inside a regex; put a path into quotes.")

    def _term(self) -> None:
        body = (_VALUE if self._in_value() else _TERM).match(self.text, self.at)
        if self._is_address():
            body = _ADDRESS.match(self.text, self.at)
        if body is None:
            raise self._error(self.at, f"{self.text[self.at]!r} can't stand here", self._advice(self.text[self.at]))
        term = body.group()
        # A colon at the end of a value would be text that nobody can see, so it is left to the grammar to refuse.
        term = _COLONS.sub("", term) or term
        if kind := _OPERATORS.get(term):
            self._add(kind, TokenValue(term), self.at + len(term))
        else:
            self._add("TERM", Word(_numbered(term)), self.at + len(term))
            self._ends("term")

    def _ends(self, kind: str, advice: str = "Put a space after it.") -> None:
        """After a value only space, a bracket, a colon or an operator may stand."""
        rest = self.text[self.at : self.at + 2]
        if (
            not rest
            or rest[0].isspace()
            or rest[0] in "()]}"
            or rest in {"&&", "||"}
            or (kind == "term" and rest[0] == ":")
        ):
            return
        if rest[0] in _CHARACTER_ADVICE or rest[0] in TYPOGRAPHIC:
            advice = self._advice(rest[0])
        elif rest[0] == ":":
            advice = "A field name takes no quotes; escape what is special in it with a backslash."
        elif rest[0] in "[{":
            advice = "Write a[0] for any element of an array, and field:[low TO high] for a range."
        raise self._error(self.at, f"{rest[0]!r} can't follow a {kind}", advice)

    @staticmethod
    def _advice(char: str) -> str:
        return _CHARACTER_ADVICE.get('"' if char in TYPOGRAPHIC else char, "Put the text into quotes.")

    def _is_address(self) -> bool:
        """Does an IPv6 address begin here? Its colons would else be read as those of a field.

        ``a:2001:db8::1`` is an address too, and so is what follows its first colon: there a field is meant.
        """
        found = _ADDRESS.match(self.text, self.at)
        if found is None or not _is_address(found.group(1)):
            return False
        first, _colon, rest = found.group(1).partition(":")
        return self._in_value() or bool(_FIRST_GROUP.fullmatch(first)) or not _is_address(rest)


def _is_address(text: str) -> bool:
    try:
        ip_address(text)
    except ValueError:
        return False
    return True


def _numbered(raw: str) -> str:
    """Characters that are written as their number, each as itself with a backslash before it; halves are joined."""

    def written(found: re.Match[str]) -> str:
        if found.group(1) is None:
            return found.group()
        units = bytes.fromhex(found.group(1).replace("\\u", ""))
        return "".join(f"\\{char}" for char in units.decode("utf-16-be", "replace"))

    return _ESCAPE.sub(written, raw) if "\\u" in raw else raw
