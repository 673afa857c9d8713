"""Reading parameters: what is accepted, what is refused, and in which words.

Types and spellings: facts/kms-api.md A.2 and B.1, billing.md 7.1.
"""

from collections.abc import Callable
from contextlib import suppress
from typing import Any

import pytest

from keylease.api.rpc.arguments import LIST_ENTRIES_MAX, Arguments, invalid, missing
from keylease.core.errors import Code, Refusal


def of(**values: str) -> Arguments:
    return Arguments(values)


def refused(read: Callable[[], object]) -> Refusal:
    with pytest.raises(Refusal) as caught:
        read()
    return caught.value


# Texts.


def test_a_text_may_be_missing_empty_or_there() -> None:
    arguments = of(Empty="", There=" x ")
    assert [arguments.text(name) for name in ("Absent", "Empty", "There")] == ["", "", " x "]
    assert [arguments.optional(name) for name in ("Absent", "Empty")] == [None, None]
    assert arguments.text("Absent", "default") == "default"
    assert arguments.required("There") == arguments.optional("There") == " x "


@pytest.mark.parametrize("values", [{}, {"KeyId": ""}])
def test_what_is_required_and_missing_is_named(values: dict[str, str]) -> None:
    error = refused(lambda: Arguments(values).required("KeyId"))
    assert error.code is Code.MISSING_PARAMETER
    assert "KeyId" in error.message


@pytest.mark.parametrize("read", [Arguments.text, Arguments.optional, Arguments.required])
def test_a_nul_is_refused_because_postgresql_cannot_keep_it(
    read: Callable[[Arguments, str], Any],
) -> None:
    assert refused(lambda: read(of(KeyId="a\0b"), "KeyId")).code is Code.INVALID_PARAMETER


# Numbers and booleans.


@pytest.mark.parametrize(
    ("text", "number"),
    [("0", 0), ("7", 7), ("007", 7), ("-1", -1), ("+12", 12), ("9" * 12, 10**12 - 1), ("", None)],
)
def test_whole_numbers(text: str, number: int | None) -> None:
    assert of(Period=text).integer("Period") == number


@pytest.mark.parametrize(
    "text", ["1.0", "1e3", " 1", "1 ", "one", "0x10", "1_000", "--1", "9" * 13, "١", "１", "½"]
)
def test_what_is_no_whole_number(text: str) -> None:
    error = refused(lambda: of(Period=text).integer("Period"))
    assert (error.code, "Period" in error.message) == (Code.INVALID_PARAMETER, True)
    assert text not in error.message


def test_bounds_are_inclusive_and_named() -> None:
    def read(text: str) -> int:
        return of(PageSize=text).number_between("PageSize", 1, 100, 20)

    assert [read(text) for text in ("", "1", "100")] == [20, 1, 100]
    for text in ("0", "101", "-1"):
        assert "1 to 100" in refused(lambda t=text: read(t)).message  # type: ignore[misc] # a default


@pytest.mark.parametrize("text", ["true", "True", "TRUE", "tRuE"])
def test_clients_write_true_in_any_case(text: str) -> None:
    assert of(DryRun=text).boolean("DryRun") is True


@pytest.mark.parametrize("text", ["false", "False", ""])
def test_false_and_nothing_are_false(text: str) -> None:
    assert of(DryRun=text).boolean("DryRun") is False
    assert of().boolean("DryRun") is False


@pytest.mark.parametrize("text", ["1", "0", "yes", "on", "true ", "ｔｒｕｅ"])
def test_nothing_else_is_a_boolean(text: str) -> None:
    assert refused(lambda: of(DryRun=text).boolean("DryRun")).code is Code.INVALID_PARAMETER


# Times.


@pytest.mark.parametrize("text", ["2026-01-31T02:00:00Z", "2026-01-31T10:00:00+08:00"])
def test_a_time_has_an_offset(text: str) -> None:
    assert of(CreateTimeStart=text).instant("CreateTimeStart") == 1_769_824_800


def test_no_time_is_none() -> None:
    assert of(CreateTimeStart="").instant("CreateTimeStart") is None


@pytest.mark.parametrize(
    "text", ["2026-01-31T02:00:00", "2026-01-31", "2026-13-31T02:00:00Z", "now", "1769824800"]
)
def test_what_is_no_time(text: str) -> None:
    error = refused(lambda: of(CreateTimeStart=text).instant("CreateTimeStart"))
    assert error.code is Code.INVALID_PARAMETER


# Maps.


def test_a_map_is_one_json_object_or_one_parameter_for_each_entry() -> None:
    """The tea clients send the first, the npm client the second."""
    json_map = Arguments({"EncryptionContext": '{"App":"a b","Z":""}'})
    flat_map = Arguments({"EncryptionContext.Z": "", "EncryptionContext.App": "a b"})
    for one in (json_map, flat_map):
        assert dict(one.texts("EncryptionContext")) == {"App": "a b", "Z": ""}


def test_a_map_that_is_not_there_is_empty() -> None:
    assert dict(of(EncryptionContext="").texts("EncryptionContext")) == {}
    assert dict(Arguments({"EncryptionContextual.a": "b"}).texts("EncryptionContext")) == {}


@pytest.mark.parametrize(
    "text", ["{", "[]", "1", "null", '"a"', '{"a":1}', '{"a":null}', '{"a":{}}', "{" * 10_000]
)
def test_what_is_no_map_of_texts(text: str) -> None:
    error = refused(lambda: of(EncryptionContext=text).texts("EncryptionContext"))
    assert error.code is Code.INVALID_PARAMETER


# Lists.


def test_a_flattened_list_is_read_in_the_order_of_its_numbers() -> None:
    sent = {
        "Parameter.10.Code": "c",
        "Parameter.2.Value": "2",
        "Parameter.2.Code": "b",
        "Parameter.1.Code": "a",
        "ParameterX.1.Code": "not ours",
        "Parameter": "not ours",
    }
    assert Arguments(sent).objects("Parameter") == [
        {"Code": "a"},
        {"Code": "b", "Value": "2"},
        {"Code": "c"},
    ]


def test_a_flattened_list_of_texts_has_no_names() -> None:
    assert Arguments({"ResourceId.2": "b", "ResourceId.1": "a"}).objects("ResourceId") == [
        {"": "a"},
        {"": "b"},
    ]


@pytest.mark.parametrize("name", ["P.Code", "P.01.Code", "P.-1.Code", "P.1Code", "P.10000", "P."])
def test_an_entry_that_cannot_be_placed_is_refused_not_overlooked(name: str) -> None:
    error = refused(lambda: Arguments({name: "1"}).objects("P"))
    assert (error.code, "P.1" in error.message) == (Code.INVALID_PARAMETER, True)


def test_texts_between_commas() -> None:
    assert of(ZoneIds=" a,b ,,c,").commas("ZoneIds") == ("a", "b", "c")
    assert of().commas("ZoneIds") == ()


def test_a_json_array() -> None:
    assert of(Tags='[{"TagKey":"a"}, 1, null]').json_list("Tags") == [{"TagKey": "a"}, 1, None]
    assert of(Tags="").json_list("Tags") == []


@pytest.mark.parametrize(
    "text",
    ["[", "{}", "1", '"a"', '["\\ud800"]', '[{"\\udfff":1}]', '[[{"a":["\\u0000"]}]]', "[" * 9_000],
)
def test_what_is_no_json_array_that_can_be_kept(text: str) -> None:
    assert refused(lambda: of(Tags=text).json_list("Tags")).code is Code.INVALID_PARAMETER


def test_a_whole_surrogate_pair_is_a_character() -> None:
    assert of(Tags='["\\ud83d\\ude00", "\\\\u0000"]').json_list("Tags") == ["😀", "\\u0000"]


def test_lists_of_texts_by_name() -> None:
    assert of(Map='{"a":["1","2"],"b":[]}').text_lists("Map") == {"a": ["1", "2"], "b": []}
    assert of(Map="").text_lists("Map") == of().text_lists("Map") == {}


@pytest.mark.parametrize("text", ["{", "[]", "1", '{"a":"1"}', '{"a":[1]}', '{"a":[["1"]]}'])
def test_what_are_no_lists_of_texts_by_name(text: str) -> None:
    assert refused(lambda: of(Map=text).text_lists("Map")).code is Code.INVALID_PARAMETER


@pytest.mark.parametrize("depth", range(850, 1_000, 10))
def test_depth_is_no_fault_of_ours(depth: int) -> None:
    """Where the parser gives up is its business; what it returns can be walked."""
    with suppress(Refusal):
        assert of(Tags="[" * depth + "]" * depth).json_list("Tags")


@pytest.mark.parametrize(
    ("more", "read"),
    [
        ({"L": ",".join("a" * 101)}, Arguments.commas),
        ({"L": "[" + ",".join("1" * 101) + "]"}, Arguments.json_list),
        ({f"L.{n}": "a" for n in range(101)}, Arguments.objects),
        ({"L": '{"a":[' + ",".join('"1"' for _ in range(101)) + "]}"}, Arguments.text_lists),
        ({"L": "{" + ",".join(f'"{n}":[]' for n in range(101)) + "}"}, Arguments.text_lists),
    ],
    ids=["commas", "JSON", "flattened", "lists by name", "names of lists"],
)
def test_every_list_is_bounded(
    more: dict[str, str], read: Callable[[Arguments, str], object]
) -> None:
    error = refused(lambda: read(Arguments(more), "L"))
    assert str(LIST_ENTRIES_MAX) in error.message


# The words.


def test_a_refusal_names_the_parameter_and_not_its_value() -> None:
    assert missing("KeyId").code is Code.MISSING_PARAMETER
    error = invalid("KeyId", "takes a key")
    assert error.code is Code.INVALID_PARAMETER
    assert error.message == "The parameter KeyId is not valid: it takes a key."
