from streams.adapters.sigma.clauses import EXISTS, Clause, Node, Not, all_of, any_of, negated, write

A, B, C = (Clause(name, name) for name in "abc")


def text(node: Node) -> str:
    return write(node).query


def test_clauses_are_joined_with_brackets_where_their_meaning_needs_them() -> None:
    assert text(all_of([A, B])) == "a:a AND b:b"
    assert text(any_of([A, all_of([B, C])])) == "a:a OR (b:b AND c:c)"
    assert text(all_of([A, any_of([B, C])])) == "a:a AND (b:b OR c:c)"
    assert text(all_of([A, negated(any_of([B, C]))])) == "a:a AND NOT (b:b OR c:c)"


def test_a_negation_that_is_offered_stands_in_brackets() -> None:
    assert text(any_of([A, negated(B)])) == "a:a OR (NOT b:b)"
    assert text(negated(A)) == "NOT a:a"


def test_nested_conjunctions_are_opened_and_repeats_and_double_negations_left_out() -> None:
    assert all_of([A, all_of([A, B])]) == all_of([A, B])
    assert any_of([A, A]) == A
    assert negated(Not(A)) == A


def test_values_of_one_field_are_brought_together() -> None:
    one, other = Clause("a", "1"), Clause("a", "2")
    assert text(any_of([one, B, other])) == "a:(1 OR 2) OR b:b"
    assert text(all_of([any_of([one, other]), B])) == "a:(1 OR 2) AND b:b"
    assert text(negated(any_of([one, other]))) == "NOT a:(1 OR 2)"
    assert text(all_of([one, other])) == "a:(1 AND 2)"


def test_neither_existence_nor_values_without_a_field_are_brought_together() -> None:
    assert text(any_of([Clause(EXISTS, "a"), Clause(EXISTS, "b")])) == "_exists_:a OR _exists_:b"
    assert text(any_of([Clause("", "x"), Clause("", "y")])) == "x OR y"


def test_many_whole_values_become_a_list_named_after_their_field() -> None:
    many = [Clause("r.event-Name.json", f"/{number}/", listable=str(number)) for number in range(13)]
    written = write(any_of([*many, Clause("r.event-Name.json", "*x*")]))
    assert written.query == "r.event-Name.json:(@eventName OR *x*)"
    assert written.lists == {"eventName": tuple(str(number) for number in range(13))}
    assert not write(any_of([*many[:12]])).lists


def test_lists_with_the_same_values_are_one_and_others_are_numbered() -> None:
    def many(start: int) -> Node:
        return any_of([Clause("a", f"/{number}/", listable=str(number)) for number in range(start, start + 13)])

    written = write(all_of([many(0), negated(many(0)), negated(many(5))]))
    assert written.query == "a:@a AND NOT a:@a AND NOT a:@a-2"
    assert list(written.lists) == ["a", "a-2"]


def test_a_long_query_has_a_line_for_each_part_and_no_line_is_long() -> None:
    long = any_of([Clause("a", f"/value number {number}/") for number in range(12)])
    lines = write(all_of([B, long, C])).lines
    assert lines[0] == "b:b AND"
    assert lines[1].startswith("a:(/value number 0/ OR /value number 1/ OR")
    assert lines[-1] == "c:c"
    assert all(len(line) <= 120 for line in lines)
