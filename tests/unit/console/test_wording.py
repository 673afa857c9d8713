"""How texts take their values."""

import pytest

from keylease.console.languages import blamed, reason, texts_in
from keylease.core.errors import Code, Parameter, Refusal

EN, ZH = texts_in("en"), texts_in("zh")


@pytest.mark.parametrize(
    ("number", "said"), [(0, "0 days"), (1, "1 day"), ("1", "1 day"), (11, "11 days")]
)
def test_one_is_no_plural(number: int | str, said: str) -> None:
    assert EN("{number} days", number=number) == said


def test_only_what_is_counted_loses_its_plural() -> None:
    assert EN("{days} days and {hours} hours", days=1, hours=2) == "1 day and 2 hours"
    assert EN("{number} is this {name} is", number=1, name="1") == "1 is this 1 is"
    assert ZH("{number} days", number=1) == "1 天"


def test_a_parameter_is_called_like_its_field() -> None:
    refusal = Refusal(
        Code.INVALID_PARAMETER,
        "{name} takes {least} to {most}.",
        name=Parameter("PendingWindowInDays"),
        least=7,
        most=366,
    )
    assert refusal.message == "PendingWindowInDays takes 7 to 366."
    assert reason(EN, refusal) == "“Days until it is deleted” takes 7 to 366."
    assert blamed(ZH, refusal) == "预删除周期（天）"


def test_what_a_refusal_is_about_need_not_stand_in_its_text() -> None:
    refusal = Refusal(
        Code.INVALID_PARAMETER, "No.", about=Parameter("Type {name} to confirm", name="a")
    )
    assert reason(EN, refusal) == "No."
    assert blamed(EN, refusal) == "Type a to confirm"
    assert blamed(EN, Refusal(Code.INVALID_PARAMETER, "No.")) == blamed(EN, None) == ""


def test_what_somebody_sent_is_not_repeated_for_pages() -> None:
    refusal = Refusal(Code.RESOURCE_NOT_FOUND, "There is no {name}.", name="x" * 9_000)
    assert reason(EN, refusal) == f"There is no {'x' * 200}…."
