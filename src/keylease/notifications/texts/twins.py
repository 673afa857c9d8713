"""One text in two languages, and what surrounds the body of every letter.

In the source a line break inside a paragraph is only layout; blank lines and lines that start with
``- `` stay.
"""

import re
import textwrap
from dataclasses import dataclass
from typing import Literal

Language = Literal["en", "zh"]


@dataclass(frozen=True, slots=True)
class Twins:
    """One text in both languages."""

    en: str
    zh: str

    def of(self, language: Language) -> str:
        """The text in ``language``."""
        return self.zh if language == "zh" else self.en


@dataclass(frozen=True, slots=True)
class Message:
    """The subject and the body of a kind of letter."""

    subject: Twins
    body: Twins


def twins(en: str, zh: str) -> Twins:
    """A text in both languages, without the layout that it has in the source."""
    return Twins(_flowed(en, " "), _flowed(zh, ""))


def _flowed(source: str, joint: str) -> str:
    """The paragraphs of ``source`` without the line breaks of its layout."""
    return re.sub(r"(?<!\n)\n(?!\n|- )", joint, textwrap.dedent(source).strip())


#: What surrounds the body of every letter.
FRAME = Twins(
    en=(
        "Hello {recipient},\n\n{body:text}\n\n"
        "Keylease\n"
        "This message was sent automatically for the account {recipient} ({account_id}).\n"
    ),
    zh=(
        "{recipient}，您好：\n\n{body:text}\n\n"
        "Keylease\n"
        "本邮件由系统自动发送，所属账号：{recipient}（{account_id}）。\n"
    ),
)

#: The same for letters to the operator, who has no account.
OPERATOR_FRAME = Twins(
    en=(
        "Hello {recipient},\n\n{body:text}\n\n"
        "Keylease\n"
        "This message was sent automatically to the operator of this deployment.\n"
    ),
    zh=("{recipient}，您好：\n\n{body:text}\n\nKeylease\n本邮件由系统自动发送给本部署的运营者。\n"),
)
