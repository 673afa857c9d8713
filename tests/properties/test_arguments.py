"""However a client writes the same thing, it reads the same; what cannot be read is refused."""

import json
from collections.abc import Callable
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from keylease.api.rpc.arguments import Arguments
from keylease.core.errors import Code, Refusal

texts = st.text(st.characters(exclude_categories=["Cs"]), max_size=20)
names = st.text(st.characters(exclude_categories=["Cs"]), min_size=1, max_size=10)
maps = st.dictionaries(names, texts, max_size=6)
anything = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=5),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=3), inner),
    max_leaves=8,
)


@given(maps)
def test_a_map_reads_the_same_as_json_and_flattened(entries: dict[str, str]) -> None:
    as_json = {"Context": json.dumps(entries)}
    raw = {"Context": json.dumps(entries, ensure_ascii=False, indent=1)}
    flat = {f"Context.{name}": value for name, value in reversed(entries.items())}
    for sent in (as_json, raw, flat):
        assert dict(Arguments(sent).texts("Context")) == entries


@given(st.lists(st.dictionaries(names, texts, min_size=1, max_size=3), max_size=12), st.randoms())
def test_a_flattened_list_reads_the_same_in_any_order(
    entries: list[dict[str, str]], chance: Any
) -> None:
    sent = [
        (f"Parameter.{number}.{name}", value)
        for number, entry in enumerate(entries, 1)
        for name, value in entry.items()
        if "\n" not in name
    ]
    kept = [{name: value for name, value in entry.items() if "\n" not in name} for entry in entries]
    chance.shuffle(sent)
    assert Arguments(dict(sent)).objects("Parameter") == [entry for entry in kept if entry]


@given(st.integers(-(10**12) + 1, 10**12 - 1))
def test_a_whole_number_comes_back(number: int) -> None:
    assert Arguments({"N": str(number)}).integer("N") == number
    assert Arguments({"N": f"{number:+d}"}).integer("N") == number


@given(st.booleans(), st.lists(st.booleans(), min_size=5, max_size=5))
def test_a_boolean_reads_the_same_in_any_case(value: bool, upper: list[bool]) -> None:
    letters = zip(str(value).lower(), upper, strict=False)
    text = "".join(one.upper() if up else one for one, up in letters)
    assert Arguments({"B": text}).boolean("B") is value


@given(st.lists(st.text(st.characters(exclude_characters=",\0"), max_size=8), max_size=20))
def test_texts_between_commas_come_back_without_blanks(entries: list[str]) -> None:
    expected = tuple(one.strip() for one in entries if one.strip())
    assert Arguments({"L": ",".join(entries)}).commas("L") == expected


@given(st.lists(anything, max_size=5))
def test_a_json_array_comes_back_or_is_refused_for_what_no_database_keeps(entries: Any) -> None:
    arguments = Arguments({"L": json.dumps(entries)})
    kept = True
    try:
        kept = "\0" not in "".join(every_text(entries))
        "".join(every_text(entries)).encode()
    except UnicodeEncodeError:
        kept = False
    if kept:
        assert arguments.json_list("L") == entries
    else:
        with pytest.raises(Refusal):
            arguments.json_list("L")


def every_text(found: Any) -> list[str]:
    if isinstance(found, str):
        return [found]
    if isinstance(found, dict):
        return [text for pair in found.items() for one in pair for text in every_text(one)]
    return [text for one in found for text in every_text(one)] if isinstance(found, list) else []


READINGS: list[Callable[[Arguments], object]] = [
    lambda a: a.text("X"),
    lambda a: a.optional("X"),
    lambda a: a.required("X"),
    lambda a: a.integer("X"),
    lambda a: a.number_between("X", 1, 9, 1),
    lambda a: a.boolean("X"),
    lambda a: a.instant("X"),
    lambda a: a.texts("X"),
    lambda a: a.text_lists("X"),
    lambda a: a.json_list("X"),
    lambda a: a.commas("X"),
    lambda a: a.objects("X"),
]

written = (
    texts
    | st.from_regex(r"[+-]?[0-9]{0,14}", fullmatch=True)
    | st.from_regex(r"[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}:[0-9]{2}(Z|[+-]..:..)?")
    | anything.map(json.dumps)
)


@given(st.dictionaries(st.just("X") | st.from_regex(r"X\.[0-9.a-z]{0,4}", fullmatch=True), written))
def test_whatever_is_sent_is_read_or_refused(values: dict[str, str]) -> None:
    for read in READINGS:
        assert code_of(read, values) in {None, Code.INVALID_PARAMETER, Code.MISSING_PARAMETER}


def code_of(read: Callable[[Arguments], object], values: dict[str, str]) -> Code | None:
    try:
        read(Arguments(values))
    except Refusal as error:
        return error.code
    return None
