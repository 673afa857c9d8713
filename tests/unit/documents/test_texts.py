import re
from datetime import date

import pytest

from keylease.documents.statement import LineKind
from keylease.documents.texts import KINDS, STATEMENT, month_name

TWINS = {**{f"kind.{name}": text for name, text in KINDS.items()}, **STATEMENT}
FIELD = re.compile(r"\{[^}]*\}")
#: Only the field's own punctuation differs between the languages.
PATTERNS = {"named", "counted"}


def test_every_kind_of_line_has_a_name():
    assert set(KINDS) == set(LineKind)


@pytest.mark.parametrize("name", TWINS)
def test_both_languages_are_there_and_name_the_same_facts(name):
    twins = TWINS[name]
    assert sorted(FIELD.findall(twins.en)) == sorted(FIELD.findall(twins.zh))
    assert twins.en.strip()
    assert not re.search(r"[\u3000-\u9fff\uff00-\uffef]", twins.en)
    if name not in PATTERNS:
        assert re.search(r"[\u4e00-\u9fff]", twins.zh)


@pytest.mark.parametrize("name", TWINS)
def test_chinese_has_no_half_width_punctuation_between_its_characters(name):
    assert not re.findall(r"[\u4e00-\u9fff][,.:;!?()]|[,.:;!?()][\u4e00-\u9fff]", TWINS[name].zh)


def test_months_are_named():
    assert month_name(date(2026, 1, 1)).en == "January 2026"
    assert month_name(date(2026, 12, 31)).en == "December 2026"
    assert month_name(date(2026, 12, 31)).zh == "2026 年 12 月"
