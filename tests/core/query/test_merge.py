from streams.core.query import compile_query
from streams.core.query.merge import merged
from streams.core.query.terms import Terms
from streams.core.query.tree import Clauses, Leaf, Node


def tree(query: str) -> Node:
    return merged(compile_query(query).node)


def test_what_is_written_twice_is_tested_once() -> None:
    assert isinstance(tree("a:x AND a:x"), Leaf)
    assert isinstance(tree("a:x OR (a:x)"), Leaf)
    assert isinstance(tree("(a:x AND b:y) OR (a:x AND b:y)"), Clauses)
    assert tree("(a:x AND b:y) OR (a:x AND b:y)") == tree("a:x AND b:y")


def test_many_terms_of_one_field_are_one_test_and_few_are_not() -> None:
    many, few = tree("a:(p OR q OR r OR (s OR t))"), tree("a:(p OR q OR r)")
    assert isinstance(many, Leaf)
    assert isinstance(many.match, Terms)
    assert isinstance(few, Clauses)
    assert len(few.should) == 3


def test_networks_of_one_field_are_one_test_even_where_they_are_left_out() -> None:
    query = compile_query("ip:* AND NOT ip:10.0.0.0/8 AND NOT ip:172.16.0.0/12 AND NOT ip:fd00::/8")
    node = merged(query.node)
    assert isinstance(node, Clauses)
    assert len(node.must_not) == 1
    assert [query.matches({"ip": ip}) for ip in ("10.1.1.1", "172.31.0.1", "fd12::1", "172.32.0.1", "10.0.0.0/8")] == [
        False, False, False, True, False,
    ]  # fmt: skip


def test_optional_clauses_beside_required_ones_are_not_tested() -> None:
    assert tree("+a:x b:y") == tree("a:x")


def test_only_negations_are_not_opened() -> None:
    query = compile_query("a:1 OR (NOT b:2)")
    assert [query.matches(event) for event in ({}, {"b": 2}, {"a": 1, "b": 2})] == [True, False, True]


def test_exact_names_of_one_field_are_one_test_and_keep_their_case() -> None:
    query = compile_query("a.keyword:(Get OR Put OR /List|Head/) OR a:xy")
    assert [query.matches({"a": name}) for name in ("Get", "get", "Head", "HEAD", "XY")] == [
        True, False, True, False, True,
    ]  # fmt: skip
    assert isinstance(tree("a.keyword:(Get OR Put OR /List|Head/)"), Leaf)
