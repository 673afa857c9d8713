"""What billing answers look like: amounts, and what surrounds the data. facts/billing.md 7.1."""

from decimal import Decimal
from fractions import Fraction

from keylease.api.rpc.arguments import Arguments, invalid
from keylease.billing.catalog import PRODUCT_CODE
from keylease.core.money import amount_text, exact_text

SUBSCRIPTION = "Subscription"
PAY_AS_YOU_GO = "PayAsYouGo"

#: Which machine answered: nobody's business.
HOST_ID = ""

#: How some operations say that all is well; the others say ``Success``.
CODE_200 = {"Code": "200", "Message": "success"}

__all__ = [
    "CODE_200",
    "HOST_ID",
    "PAY_AS_YOU_GO",
    "PRODUCT_CODE",
    "SUBSCRIPTION",
    "amount_number",
    "amount_text",
    "exact_number",
    "require_method",
]


def amount_number(minor: int) -> Decimal:
    """50050 to 500.50, written as a JSON number with exactly these digits."""
    return Decimal(minor).scaleb(-2)


def exact_number(minor: Fraction) -> Decimal:
    """13/10 to 0.013, written as a JSON number with exactly these digits."""
    return Decimal(exact_text(minor))


def require_method(arguments: Arguments, *methods: str) -> None:
    """Refuse another ``SubscriptionType`` than those that an operation is for."""
    if arguments.required("SubscriptionType") not in methods:
        raise invalid("SubscriptionType", "takes {allowed}", allowed=" or ".join(methods))
