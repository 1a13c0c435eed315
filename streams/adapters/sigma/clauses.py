"""The query that is written: clauses, what joins them, and how they look."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TypeAlias

ONE_LINE = 100
"""A query of more characters is broken into lines."""
_WIDTH = 118
_LISTED = 12
"""More values of one field than this become a named list."""

EXISTS = "_exists_"


@dataclass(frozen=True, slots=True)
class Clause:
    """``field:value``, or ``value`` alone where the field is empty.

    ``listable`` is the value's text if an entry of a list would match just the same values, else None.
    """

    field: str
    value: str
    listable: str | None = None


@dataclass(frozen=True, slots=True)
class AllOf:
    """Every part matches."""

    parts: tuple[Node, ...]


@dataclass(frozen=True, slots=True)
class AnyOf:
    """Some part matches."""

    parts: tuple[Node, ...]


@dataclass(frozen=True, slots=True)
class Not:
    """The part does not match."""

    part: Node


Node: TypeAlias = Clause | AllOf | AnyOf | Not


def all_of(parts: list[Node]) -> Node:
    """One node for a conjunction: nested ones are opened, repeats left out."""
    flat = [inner for part in parts for inner in (part.parts if isinstance(part, AllOf) else (part,))]
    unique = tuple(dict.fromkeys(flat))
    return unique[0] if len(unique) == 1 else AllOf(unique)


def any_of(parts: list[Node]) -> Node:
    """One node for a disjunction: nested ones are opened, repeats left out."""
    flat = [inner for part in parts for inner in (part.parts if isinstance(part, AnyOf) else (part,))]
    unique = tuple(dict.fromkeys(flat))
    return unique[0] if len(unique) == 1 else AnyOf(unique)


def negated(part: Node) -> Node:
    """One node for a negation; two of them are none."""
    return part.part if isinstance(part, Not) else Not(part)


@dataclass(slots=True)
class Written:
    """A query's text, in lines, and the lists that it names."""

    lines: list[str] = field(default_factory=list)
    lists: dict[str, tuple[str, ...]] = field(default_factory=dict)

    @property
    def query(self) -> str:
        """The text as one line."""
        return " ".join(self.lines)


def write(node: Node) -> Written:
    """The text of a query; what AND joins at the top begins a line each where one line would be too long."""
    written = Written()
    parts = _parts(node, written) if isinstance(node, AllOf) else [_atoms(node, written, inside="")]
    lines = _joined([[" ".join(atoms)] for atoms in parts], "AND")
    if len(" ".join(lines)) <= ONE_LINE:
        written.lines = [" ".join(lines)]
        return written
    for place, atoms in enumerate(parts):
        last = place == len(parts) - 1
        written.lines += _filled([*atoms[:-1], atoms[-1] + ("" if last else " AND")])
    return written


def _filled(atoms: list[str]) -> list[str]:
    lines = [atoms[0]]
    for atom in atoms[1:]:
        if len(lines[-1]) + 1 + len(atom) <= _WIDTH:
            lines[-1] += f" {atom}"
        else:
            lines.append(atom)
    return lines


def _atoms(node: Node, written: Written, inside: str) -> list[str]:
    """The text of a node in pieces between which a line may end; in brackets where what is around it asks for them."""
    if isinstance(node, Clause):
        return [f"{node.field}:{node.value}" if node.field else node.value]
    if isinstance(node, Not):
        inner = _atoms(node.part, written, inside="NOT")
        inner[0] = f"NOT {inner[0]}"
        # Beside OR a bare NOT would leave events out instead of offering them.
        return _bracketed(inner) if inside in {"OR", "NOT"} else inner
    parts = _parts(node, written)
    operator = "AND" if isinstance(node, AllOf) else "OR"
    joined = _joined(parts, operator)
    return _bracketed(joined) if inside and len(parts) > 1 else joined


def _parts(node: AllOf | AnyOf, written: Written) -> list[list[str]]:
    """The parts of a node, those that ask the same field brought together: ``field:(a OR b)``."""
    operator = "AND" if isinstance(node, AllOf) else "OR"
    by_field: dict[str, list[Clause]] = {}
    order: list[Node | str] = []
    for part in node.parts:
        if isinstance(part, Clause) and part.field and part.field != EXISTS:
            if part.field not in by_field:
                order.append(part.field)
            by_field.setdefault(part.field, []).append(part)
        else:
            order.append(part)
    return [
        _group(one, by_field[one], operator, written) if isinstance(one, str) else _atoms(one, written, operator)
        for one in order
    ]


def _group(name: str, clauses: list[Clause], operator: str, written: Written) -> list[str]:
    texts = tuple(clause.listable for clause in clauses if clause.listable is not None)
    if operator == "OR" and len(texts) > _LISTED:
        listed = Clause(name, f"@{_list_name(name, texts, written)}")
        clauses = [listed, *(clause for clause in clauses if clause.listable is None)]
    if len(clauses) == 1:
        return [f"{name}:{clauses[0].value}"]
    values = _bracketed(_joined([[clause.value] for clause in clauses], operator))
    return [f"{name}:{values[0]}", *values[1:]]


def _list_name(name: str, texts: tuple[str, ...], written: Written) -> str:
    stem = "".join(char for char in name.removesuffix(".json").split(".")[-1] if char.isalnum())
    stem = stem if stem[:1].isalpha() else "values"
    known = [stem, *(f"{stem}-{number}" for number in range(2, len(written.lists) + 3))]
    chosen = next(one for one in known if written.lists.get(one, texts) == texts)
    written.lists[chosen] = texts
    return chosen


def _joined(parts: list[list[str]], operator: str) -> list[str]:
    """Pieces of all parts in a row, the operator after the last piece of each but the last."""
    *before, last = parts
    return [piece for part in before for piece in (*part[:-1], f"{part[-1]} {operator}")] + last


def _bracketed(atoms: list[str]) -> list[str]:
    if len(atoms) == 1:
        return [f"({atoms[0]})"]
    return [f"({atoms[0]}", *atoms[1:-1], f"{atoms[-1]})"]
