from streams.core.query import QueryError


def test_the_message_shows_the_query_with_a_caret_and_what_would_be_right() -> None:
    assert str(QueryError("a:b c:d", 4, "wrong", "Do right.")) == "wrong\n  a:b c:d\n      ^\nDo right."


def test_only_the_line_of_the_place_is_shown() -> None:
    assert "  second\n    ^\n" in str(QueryError("first\nsecond\nthird", 8, "wrong", "Do right."))


def test_a_long_line_is_cut_around_the_place() -> None:
    shown = str(QueryError("x" * 300 + "!" + "y" * 300, 300, "wrong", "Do right.")).splitlines()
    assert len(shown[1]) < 130
    assert shown[1][shown[2].index("^")] == "!"


def test_a_place_beyond_the_query_is_its_end() -> None:
    assert QueryError("abc", 9, "wrong", "Do right.").position == 3


def test_a_message_that_quotes_a_long_term_stays_short() -> None:
    assert len(str(QueryError("x" * 4_000, 0, "x" * 4_000, "Do right."))) < 600
