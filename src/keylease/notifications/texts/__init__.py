"""What the letters say: every kind in English and Chinese, side by side.

A field names a fact and how it is shown: ``{end:time}``. The facts that a kind needs are exactly
those that its texts name, so these tables are also their list; `keylease.notifications.letters`
explains the facts and knows the ways of showing them. A way listed in `VARIANTS` puts in another
text, chosen by the fact's value. Both languages of a text use the same fields.
"""

from collections.abc import Mapping

from keylease.notifications.texts import (
    alerts,
    applications,
    auto_renewal,
    life,
    log_storage,
    pay_as_you_go,
    product,
    receipts,
    secrets,
    tickets,
)
from keylease.notifications.texts.twins import FRAME, OPERATOR_FRAME, Language, Message, Twins

__all__ = ["FRAME", "MESSAGES", "OPERATOR_FRAME", "VARIANTS", "Language", "Message", "Twins"]

#: By letter kind (`keylease.notifications.letters.Kind`).
MESSAGES: Mapping[str, Message] = {
    **life.MESSAGES,
    **receipts.MESSAGES,
    **auto_renewal.MESSAGES,
    **pay_as_you_go.MESSAGES,
    **tickets.MESSAGES,
    **alerts.MESSAGES,
    **secrets.MESSAGES,
    **log_storage.MESSAGES,
    **applications.MESSAGES,
}

#: Texts chosen by a fact's value: a word is its own choice, anything else is ``yes`` or ``no``.
VARIANTS: Mapping[str, Mapping[str, Twins]] = {
    **product.VARIANTS,
    **life.VARIANTS,
    **receipts.VARIANTS,
    **auto_renewal.VARIANTS,
    **tickets.VARIANTS,
    **log_storage.VARIANTS,
}
