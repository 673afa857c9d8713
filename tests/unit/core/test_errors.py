"""Refusals carry what the doors need; what must hold is held also without asserts."""

import subprocess
import sys

import pytest

from keylease.core.errors import Code, Misuse, Refusal, Word, Words, ensure


def test_no_two_names_share_a_code() -> None:
    """An enum makes the second of two equal values an alias, silently."""
    assert list(Code.__members__.values()) == list(Code)


def test_a_refusal_carries_its_code_its_message_and_its_status() -> None:
    refusal = Refusal(Code.KEY_DISABLED, "Enable the key first.", status=409)
    assert (refusal.code, refusal.message, refusal.status) == (
        "Rejected.Disabled",
        "Enable the key first.",
        409,
    )
    assert str(refusal) == "Enable the key first."
    assert Refusal(Code.KEY_DISABLED, "").status is None


def test_a_refusal_keeps_its_text_and_its_values_apart() -> None:
    refusal = Refusal(Code.LIMIT_EXCEEDED, "{code} takes {most:,}.", code="{most}", most=1000)
    assert refusal.message == "{most} takes 1,000."
    assert refusal.text == "{code} takes {most:,}."
    assert refusal.values == {"code": "{most}", "most": 1000}


def test_a_text_without_values_is_said_as_it_is() -> None:
    assert Refusal(Code.MALFORMED, "Send {}.").message == "Send {}."


def test_ensure_stops_at_what_does_not_hold() -> None:
    ensure([0], "there is something")
    with pytest.raises(AssertionError, match="the books are out of balance"):
        ensure([], "the books are out of balance")


def test_ensure_stays_when_python_drops_asserts() -> None:
    program = "from keylease.core.errors import ensure; assert False; ensure(False, 'still here')"
    done = subprocess.run(
        [sys.executable, "-O", "-c", program], capture_output=True, text=True, check=False
    )
    assert done.returncode == 1
    assert "AssertionError: still here" in done.stderr


def test_a_misuse_says_its_values_in_its_text() -> None:
    misuse = Misuse("{text!r} is no {kind}: use {most:,}.", text="{x}", kind="{kind}", most=1000)
    assert str(misuse) == misuse.message == "'{x}' is no {kind}: use 1,000."
    assert str(Misuse("{} is not formatted.")) == "{} is not formatted."


def test_words_among_the_values_read_as_english() -> None:
    each = [Word("line {line}: {wrong}", line=n, wrong=Word("missing")) for n in (1, 2)]
    assert str(Misuse("Wrong: {all}", all=Words("; ", each))) == (
        "Wrong: line 1: missing; line 2: missing"
    )
    assert str(Misuse("Wrong: {all}", all=Words("; ", []))) == "Wrong: "
