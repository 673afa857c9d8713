"""A statement's facts in its own language, as they are printed."""

from keylease.core.clock import local_text
from keylease.core.money import amount_for_people
from keylease.core.regions import REGIONS
from keylease.documents import typeface
from keylease.documents.statement import LineKind, Statement
from keylease.documents.texts import KINDS, STATEMENT, month_name

PRODUCT = "Keylease"


class Words:
    """A statement's facts in its own language, ready to be printed."""

    def __init__(self, statement: Statement) -> None:
        self.statement = statement

    def say(self, name: str, /, **facts: object) -> str:
        """A text of `STATEMENT` with its fields filled in."""
        text = STATEMENT[name].of(self.statement.language).format(**facts)
        return typeface.printable(text)

    def kind(self, kind: LineKind) -> str:
        """The name of a kind of line."""
        return KINDS[kind].of(self.statement.language)

    def region(self, region: str) -> str:
        """The name of a region; an unknown one is named by its id."""
        known = REGIONS.get(region)
        if known is None:
            return region
        return known.name_zh if self.statement.language == "zh" else known.name_en

    def month(self) -> str:
        """The month in words."""
        return month_name(self.statement.days[0]).of(self.statement.language)

    def money(self, minor: int) -> str:
        """An amount with its currency."""
        return f"{self.statement.currency} {figure(minor)}"


def figure(minor: int) -> str:
    """12345 to ``123.45``, with a true minus sign, which is as wide as a digit."""
    return amount_for_people(minor, "").strip().replace("-", "\N{MINUS SIGN}")


def moment(instant: int) -> str:
    """A business instant in UTC+8, to the second."""
    return local_text(instant)
