import pytest
from hypothesis import given
from hypothesis import strategies as st

from keylease.documents.statement import LineKind
from keylease.documents.texts import KINDS, STATEMENT
from keylease.documents.typeface import (
    MOST_LINES,
    REPLACEMENT,
    enumerated,
    printable,
    width,
    wrapped,
)

FIGURES = "0123456789\N{MINUS SIGN}"


@given(st.text())
def test_any_text_becomes_one_line_that_can_be_printed(text):
    line = printable(text)
    assert printable(line) == line
    assert not set(line) & set("\n\r\t\x00\u2028\u202e\u200b")


@pytest.mark.parametrize("char", ["\U00020bb7", "\U0001f600", "\ud800", "\x07", "\u202e", "ก"])
def test_a_character_that_the_typeface_lacks_is_shown_as_a_replacement(char):
    assert printable(f"a{char}b") == f"a{REPLACEMENT}b"
    assert width(REPLACEMENT, 10) > 0


def test_what_the_typeface_is_for_is_printed_as_it_is():
    text = "Zürich, Łódź: “€ 5 – £ 4” · 人民币 ￥，（《账单》）、ДЖ αβ"
    assert printable(text) == text
    assert printable("e\u0301") == "é"
    assert printable(" a\n b\t\tc ") == "a b c"


@pytest.mark.parametrize("twins", [*STATEMENT.values(), *(KINDS[kind] for kind in LineKind)])
def test_every_text_of_ours_can_be_printed(twins):
    for text in (twins.en, twins.zh):
        assert printable(text) == text


def test_all_figures_are_equally_wide():
    assert len({width(figure, 8.5) for figure in FIGURES}) == 1


@given(st.text(st.sampled_from("ab-_/. 订单（），。'$"), max_size=80), st.integers(30, 200))
def test_wrapping_loses_nothing_and_stays_in_its_room(text, room):
    line = printable(text)
    lines = wrapped(line, 8, room)
    assert all(width(part, 8) <= room for part in lines)
    if len(lines) < MOST_LINES:
        assert "".join(lines).replace(" ", "") == line.replace(" ", "")


def test_lines_break_between_words_after_marks_and_between_chinese_characters():
    assert wrapped("one two three", 8, width("one two", 8)) == ["one two", "three"]
    assert wrapped("订单服务，生产", 8, width("订单服务", 8)) == ["订单服", "务，生产"]
    assert wrapped("card-token-keys", 8, width("card-token-k", 8)) == ["card-token-", "keys"]
    assert wrapped("abcdef", 8, width("abcd", 8)) == ["abcd", "ef"]
    assert wrapped("", 8, 100) == [""]


def test_parts_of_an_enumeration_stay_whole():
    room = width("1,000 keys · 100 se", 8)
    assert enumerated(["1,000 keys", "100 secrets"], 8, room) == ["1,000 keys ·", "100 secrets"]
    assert enumerated(["a name that is far too long"], 8, room)[1] == "too long"
    assert enumerated([], 8, room) == [""]


def test_no_cell_grows_without_end():
    lines = wrapped("x" * 100_000, 8, 100)
    assert len(lines) == MOST_LINES
    assert lines[-1] == "…"
