"""How far away a moment is, and what is said of one thing and of several."""

import pytest

from keylease.console.languages import texts_in
from keylease.console.rendering import json_lines, until
from keylease.core.clock import DAY, HOUR, MINUTE


@pytest.mark.parametrize(
    ("left", "said", "chinese"),
    [
        (0, "in 0 minutes", "0 分钟后"),
        (1, "in 1 minute", "1 分钟后"),
        (30 * MINUTE, "in 30 minutes", "30 分钟后"),
        (HOUR, "in 1 hour", "1 小时后"),
        (DAY - 1, "in 23 hours", "23 小时后"),
        (DAY, "in 1 day", "1 天后"),
        (61 * DAY + 1, "in 61 days", "61 天后"),
    ],
)
def test_a_moment_is_as_far_away_as_whole_days_hours_or_minutes(
    left: int, said: str, chinese: str
) -> None:
    text, number = until(1_000 + left, 1_000)
    assert texts_in("en")(text, number=number) == said
    assert texts_in("zh")(text, number=number) == chinese


@pytest.mark.parametrize("one", [1, "1"])
def test_one_day_is_no_days(one: int | str) -> None:
    assert texts_in("en")("{number} days", number=one) == "1 day"
    assert texts_in("en")("{number} days", number=21) == "21 days"


def test_json_stands_on_several_lines_in_its_own_letters() -> None:
    assert json_lines('{"Version":"1","Note":"审计"}').splitlines() == [
        "{",
        '  "Version": "1",',
        '  "Note": "审计"',
        "}",
    ]
