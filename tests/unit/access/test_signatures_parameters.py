"""Parameters are decoded once, strictly, and kept in canonical encoding."""

import pytest

from keylease.access.request import Request
from keylease.access.signatures.parameters import MAX_PARAMETERS, join, parse
from keylease.core.errors import Code, Refusal
from vectors.signatures import FORM


def request(query: str = "", body: bytes = b"", content_type: str = FORM) -> Request:
    return Request("POST", "/", query, {"content-type": content_type}, body, "127.0.0.1")


@pytest.mark.parametrize(
    ("wire", "name", "value", "canonical"),
    [
        ("a=b", "a", "b", "a=b"),
        ("a=", "a", "", "a="),
        ("a", "a", "", "a="),
        ("a=b=c", "a", "b=c", "a=b%3Dc"),
        ("a=b+c", "a", "b c", "a=b%20c"),
        ("a=b%20c", "a", "b c", "a=b%20c"),
        ("a=%2b", "a", "+", "a=%2B"),
        ("a=%7E%2D", "a", "~-", "a=~-"),
        ("a=/:*@", "a", "/:*@", "a=%2F%3A%2A%40"),
        ("a=%25", "a", "%", "a=%25"),
        ("a=%00", "a", "\0", "a=%00"),
        ("a+%26=%3D", "a &", "=", "a%20%26=%3D"),
        ("a=%E6%B5%8B", "a", "测", "a=%E6%B5%8B"),
        ("Tag.1.Key=~*", "Tag.1.Key", "~*", "Tag.1.Key=~%2A"),
        ("&&a=b&", "a", "b", "a=b"),
    ],
)
def test_each_way_to_write_a_pair_has_one_canonical_form(
    wire: str, name: str, value: str, canonical: str
) -> None:
    for found in (parse(request(wire)), parse(request(body=wire.encode()))):
        assert found.values == {name: value}
        assert found.query | found.form == {name: canonical}


@pytest.mark.parametrize("byte", range(128))
def test_each_ascii_character_is_escaped_exactly_if_rfc_3986_reserves_it(byte: int) -> None:
    plain = chr(byte).isalnum() or chr(byte) in "-_.~"
    canonical = f"a={chr(byte)}" if plain else f"a=%{byte:02X}"
    for wire in (f"a=%{byte:02X}", f"a=%{byte:02x}"):
        assert parse(request(wire)).query == {"a": canonical}


def test_query_and_form_body_are_merged() -> None:
    found = parse(request("a=1", b"b=2"))
    assert found.values == {"a": "1", "b": "2"}
    assert (found.query, found.form) == ({"a": "a=1"}, {"b": "b=2"})


@pytest.mark.parametrize("kind", [FORM, FORM.upper(), f"{FORM}; charset=utf-8", f" {FORM} ;x"])
def test_a_form_is_recognised_by_its_media_type(kind: str) -> None:
    assert parse(request(body=b"b=2", content_type=kind)).values == {"b": "2"}


@pytest.mark.parametrize("kind", ["", "application/json", "application/octet-stream", FORM + "x"])
def test_any_other_body_holds_no_parameters(kind: str) -> None:
    assert parse(request("a=1", b"b=\xff&b=%", content_type=kind)).values == {"a": "1"}


def test_pairs_are_joined_in_the_order_of_their_names() -> None:
    # As text "Tag.1.Key2=" sorts before "Tag.1.Key=", for "2" is below "=".
    found = parse(request("Tag.1.Key2=b&Tag.1.Key=a&Tag.1.Key-=c&B=1&a=2"))
    assert join(found.query) == "B=1&Tag.1.Key=a&Tag.1.Key-=c&Tag.1.Key2=b&a=2"


@pytest.mark.parametrize(
    "wire",
    ["a=%", "a=%4", "a=%4g", "%=a", "a=%+1", "a=%FF", "a=%C3", "a=%C3+%A9", "a=%ED%A0%80", "a=é"],
)
def test_broken_encoding_is_malformed(wire: str) -> None:
    for broken in (request(wire), request(body=wire.encode()), request("b=1&" + wire)):
        with pytest.raises(Refusal) as caught:
            parse(broken)
        assert caught.value.code == Code.MALFORMED


@pytest.mark.parametrize(
    ("query", "body"),
    [("a=1&a=2", b""), ("a=1&a=1", b""), ("a=1&%61=2", b""), ("", b"a=1&a=2"), ("a=1", b"a=1")],
)
def test_a_name_that_comes_twice_is_malformed(query: str, body: bytes) -> None:
    with pytest.raises(Refusal, match="twice") as caught:
        parse(request(query, body))
    assert caught.value.code == Code.MALFORMED


def test_the_number_of_parameters_is_bounded() -> None:
    parse(request("&".join(f"a{n}=" for n in range(MAX_PARAMETERS))))
    with pytest.raises(Refusal, match=str(MAX_PARAMETERS)):
        parse(request("&" * MAX_PARAMETERS))
