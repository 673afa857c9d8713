"""Whatever is sent to the instance gateway, it is a message and a claim, or it is refused."""

import datetime as dt
import string

import pytest
from hypothesis import event, given
from hypothesis import strategies as st

from keylease.access.request import Request
from keylease.access.signatures.client_key import read_claim, verify
from keylease.api.gateway.messages import MESSAGES, decode, encode
from keylease.api.gateway.requests import check_body, read_message
from keylease.core.errors import Code, Refusal
from vectors import gateway

NAMES = sorted(MESSAGES)
texts = st.text(st.characters(codec="utf-8", exclude_characters="\0"), max_size=20)
BY_TYPE: dict[str, st.SearchStrategy[object]] = {
    "": texts,
    "texts": st.lists(texts, max_size=3),
    "bytes": st.binary(max_size=40),
    "int32": st.integers(-(2**31), 2**31 - 1),
    "bool": st.booleans(),
}


@st.composite
def messages(draw: st.DrawFn) -> tuple[str, dict[str, object]]:
    """A message's name and a value for each of its fields."""
    name = draw(st.sampled_from(NAMES))
    fields = [(*line.split()[1:], "")[:2] for line in MESSAGES[name].split(", ")]
    return name, {one: draw(BY_TYPE[kind]) for one, kind in fields}


#: What HTTP can carry in a header: Latin-1 without control characters, without outer blanks.
values = st.text(st.characters(codec="latin-1", exclude_categories=["Cc"])).map(str.strip)
garbled = st.dictionaries(
    st.sampled_from(sorted(gateway.HEADERS)) | st.just("authorization"), values
)


@given(messages())
def test_what_is_encoded_decodes_to_the_same(message: tuple[str, dict[str, object]]) -> None:
    name, fields = message
    assert decode(name, encode(name, fields)).values == fields


def outcome(name: str, body: bytes) -> str:
    """What becomes of bytes that claim to be a message: anything but a refusal is raised."""
    try:
        decode(name, body)
    except Refusal as refusal:
        return refusal.code
    event("a message")
    return "a message"


@given(st.sampled_from(NAMES), st.binary(max_size=200))
def test_random_bytes_are_a_message_or_refused(name: str, body: bytes) -> None:
    assert outcome(name, body) in {"a message", Code.INVALID_PARAMETER}


@given(messages(), st.data())
def test_a_message_with_flaws_is_a_message_or_refused(
    message: tuple[str, dict[str, object]], data: st.DataObject
) -> None:
    name, fields = message
    body = bytearray(encode(name, fields) or b"\0")
    for _ in range(data.draw(st.integers(1, 4))):
        body[data.draw(st.integers(0, len(body) - 1))] = data.draw(st.integers(0, 255))
    assert outcome(name, bytes(body)) in {"a message", Code.INVALID_PARAMETER}


@given(garbled, st.sets(st.sampled_from(sorted(gateway.HEADERS))), st.binary(max_size=40))
def test_garbled_headers_are_a_claim_or_refused(
    changed: dict[str, str], left_out: set[str], body: bytes
) -> None:
    signed = gateway.request()
    headers = {**signed.headers, **changed}
    sent = Request(
        "POST", "/", "", {k: v for k, v in headers.items() if k not in left_out}, body, "peer"
    )
    try:
        check_body(sent)
        claim = read_claim(sent)
        event("a claim")
        read_message(sent, claim)
    except Refusal:
        return


@given(st.sampled_from(sorted(gateway.HEADERS)), values)
def test_a_signature_holds_for_what_was_signed_only(name: str, value: str) -> None:
    sent = gateway.request()
    same = sent.headers[name] == value
    signed = name.startswith("x-kms-") or name in {"date", "content-type", "content-sha256"}
    sent.headers[name] = value
    if same or not signed:
        verify(sent, read_claim(sent), gateway.PUBLIC_KEY)
        return
    with pytest.raises(Refusal):
        verify(sent, read_claim(sent), gateway.PUBLIC_KEY)


#: Seconds since 1970, of the years 1000 to 9999.
moments = st.integers(-30_610_224_000, 253_402_300_799)
DAYS = ["Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun"]
MONTHS = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"]


def written(seconds: int) -> str:
    """IMF-fixdate of RFC 9110, 5.6.7."""
    moment = dt.datetime.fromtimestamp(seconds, dt.UTC)
    day, month = DAYS[moment.weekday()], MONTHS[moment.month - 1]
    return f"{day}, {moment.day:02} {month} {moment.year:04} {moment:%H:%M:%S} GMT"


def understood(text: str) -> int | None:
    """The moment that is written so; None if none is, or one of the first century."""
    try:
        moment = dt.datetime.strptime(text, "%a, %d %b %Y %H:%M:%S GMT").replace(tzinfo=dt.UTC)
    except ValueError:
        return None
    seconds = int(moment.timestamp())
    return seconds if written(seconds) == text and moment.year >= 100 else None


@st.composite
def damaged_dates(draw: st.DrawFn) -> str:
    """A date with another character somewhere, which may make it another date."""
    text = written(draw(moments))
    at = draw(st.integers(0, len(text) - 1))
    others = string.digits if text[at].isdigit() else string.printable
    return text[:at] + draw(st.sampled_from(others)) + text[at + 1 :]


@given(moments)
def test_a_date_is_read_exactly(seconds: int) -> None:
    assert read_claim(gateway.request(date=written(seconds))).timestamp == seconds


@given(damaged_dates() | st.text(string.printable, max_size=60))
def test_a_damaged_date_is_another_one_or_refused(text: str) -> None:
    expected = understood(text)
    event("refused" if expected is None else "read")
    sent = gateway.request(date=text)
    if expected is not None:
        assert read_claim(sent).timestamp == expected
        return
    with pytest.raises(Refusal) as refused:
        read_claim(sent)
    assert refused.value.code is Code.INVALID_PARAM
