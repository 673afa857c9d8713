"""The quick verification is the textbook's, whatever the wire encoding; any change is noticed."""

from dataclasses import replace
from random import Random
from urllib.parse import quote

import pytest
from hypothesis import assume, event, given, settings
from hypothesis import strategies as st

from keylease.access.request import Request
from keylease.access.signatures import ACS3, ACS4, acs, parse, read_claim, rpc, textbook, verify
from keylease.core.errors import Refusal
from vectors.signatures import EMPTY_SHA256, SECRET, acs_request, rpc_request

ALGORITHMS = [ACS3, ACS4]
COMMON = {
    "Action",
    "Version",
    "Timestamp",
    "SignatureMethod",
    "SignatureVersion",
    "SignatureNonce",
    "AccessKeyId",
    "Signature",
}
#: Names that are prefixes of each other, with the characters around "=" behind them.
NAMES = ["Tag", "Tag.1.Key", "Tag.1.Key2", "Tag.1.Key.", "Tag.1.Key-", "Tag.1.Key~", "Tag.10.Key"]
texts = st.text(st.characters(codec="utf-8"), max_size=12) | st.text("a+ %&=~*/é测😀\0", max_size=8)
names = st.sampled_from(NAMES) | texts.filter(lambda name: name not in COMMON)
parameter_sets = st.dictionaries(names, texts, min_size=1, max_size=8)
randoms = st.randoms(use_true_random=False)

#: What some clients leave unescaped although the canonical form escapes it.
LEFT_RAW = "/:*@!$'(),;?"


def wire(parameters: dict[str, str], random: Random) -> str:
    """The parameters in some order, each character in one of the ways that clients write it."""
    pairs = list(parameters.items())
    random.shuffle(pairs)
    plain = random.random() < 0.3  # much is written in canonical form throughout
    return "&".join(
        _wire(name, random, plain) + "=" + _wire(value, random, plain) for name, value in pairs
    )


def _wire(text: str, random: Random, plain: bool) -> str:
    return "".join(
        quote(character, safe="") if plain else random.choice(_ways(character))
        for character in text
    )


def _ways(character: str) -> list[str]:
    escaped = "".join(f"%{byte:02X}" for byte in character.encode())
    ways = [quote(character, safe=""), escaped, escaped.lower()]
    if character == " ":
        ways.append("+")
    if character in LEFT_RAW:
        ways.append(character)
    return ways


def check(request: Request, secret: str = SECRET) -> None:
    parameters = parse(request)
    verify(request, parameters, read_claim(request, parameters), secret)


@given(parameter_sets, randoms, st.sampled_from(ALGORITHMS))
@settings(max_examples=100, deadline=None)
def test_acs_signs_the_same_text_as_the_textbook(
    sent: dict[str, str], random: Random, algorithm: str
) -> None:
    request = acs_request(wire(sent, random), algorithm=algorithm)
    parameters = parse(request)
    claim = read_claim(request, parameters)
    assert parameters.values == sent
    ours = acs.string_to_sign(request, parameters, claim, EMPTY_SHA256)
    assert ours == textbook.string_to_sign(request, claim)
    verify(request, parameters, claim, SECRET)


@given(parameter_sets, randoms, st.booleans())
@settings(max_examples=100, deadline=None)
def test_rpc_signs_the_same_text_as_the_textbook(
    sent: dict[str, str], random: Random, in_body: bool
) -> None:
    cut = random.randrange(len(sent) + 1) if in_body else len(sent)
    pairs = list(sent.items())
    query, body = wire(dict(pairs[:cut]), random), wire(dict(pairs[cut:]), random)
    request = rpc_request(query, body.encode())
    parameters = parse(request)
    claim = read_claim(request, parameters)
    assert {n: v for n, v in parameters.values.items() if n not in COMMON} == sent
    assert rpc.string_to_sign(request, parameters) == textbook.string_to_sign(request, claim)
    verify(request, parameters, claim, SECRET)


@given(parameter_sets, randoms, randoms, st.booleans())
@settings(max_examples=80, deadline=None)
def test_the_wire_encoding_is_not_signed(
    sent: dict[str, str], one: Random, other: Random, use_rpc: bool
) -> None:
    request = rpc_request(wire(sent, one)) if use_rpc else acs_request(wire(sent, one))
    values = parse(request).values
    request.query = wire(values, other)
    check(request)


@given(st.text(st.sampled_from("ab%+=&4fF~ é"), max_size=20))
@settings(max_examples=200, deadline=None)
def test_whatever_is_parsed_at_all_is_parsed_as_by_the_textbook(query: str) -> None:
    request = replace(acs_request(), query=query)
    try:
        parameters = parse(request)
    except Refusal as refusal:
        event(f"refused: {refusal.code}")
        return
    claim = read_claim(request, parameters)
    ours = acs.string_to_sign(request, parameters, claim, EMPTY_SHA256)
    assert ours == textbook.string_to_sign(request, claim)


def refuses(request: Request, secret: str = SECRET) -> None:
    with pytest.raises(Refusal):
        check(request, secret)


def changed(text: str, random: Random) -> str:
    """``text`` with one character added, removed or replaced."""
    at = random.randrange(len(text) + 1)
    return text[:at] + random.choice(["x", "0", "é"]) + text[at + random.randrange(2) :]


@given(parameter_sets, randoms, st.booleans())
@settings(max_examples=100, deadline=None)
def test_any_changed_parameter_is_noticed(
    sent: dict[str, str], random: Random, use_rpc: bool
) -> None:
    request = rpc_request(wire(sent, random)) if use_rpc else acs_request(wire(sent, random))
    values = parse(request).values
    victim = random.choice(list(values))
    other = dict(values)
    match random.randrange(4):
        case 0:
            del other[victim]
        case 1:
            other[victim] = changed(values[victim], random)
        case 2:
            other[changed(victim, random)] = other.pop(victim)
        case _:
            other[changed(victim, random)] = ""
    assume(other != values)
    refuses(replace(request, query=wire(other, random)))


@given(parameter_sets, randoms, st.sampled_from([*ALGORITHMS, "rpc"]))
@settings(max_examples=100, deadline=None)
def test_any_change_to_method_body_or_secret_is_noticed(
    sent: dict[str, str], random: Random, algorithm: str
) -> None:
    body = wire(sent, random).encode()
    if algorithm == "rpc":
        request = rpc_request("", body)
    else:
        request = acs_request("", body, algorithm=algorithm)
    check(request)
    refuses(replace(request, method="GET"))
    refuses(request, changed(SECRET, random))
    refuses(replace(request, body=b""))
    refuses(replace(request, body=body + b"&x=1"))
    refuses(replace(request, headers=request.headers | {"content-type": "text/plain"}))


@given(randoms, st.sampled_from(ALGORITHMS))
@settings(max_examples=100, deadline=None)
def test_any_changed_signed_header_is_noticed(random: Random, algorithm: str) -> None:
    extra = {"user-agent": "tea", "accept": "application/json", "x-acs-security-token": "t"}
    request = acs_request(algorithm=algorithm, headers=extra)
    check(request)
    # The access key id in Authorization is not signed; it says whose secret has to fit.
    name = random.choice([name for name in request.headers if name != "authorization"])
    value = request.headers[name]
    other = changed(value, random)
    assume(other.strip() != value.strip())
    refuses(replace(request, headers=request.headers | {name: other}))
    refuses(replace(request, headers={n: v for n, v in request.headers.items() if n != name}))
    refuses(replace(request, headers=request.headers | {"x-acs-added": "1"}))
