"""What billing answers look like: amounts, and what surrounds the data. facts/billing.md 7.1."""

from decimal import Decimal

from keylease.billing.catalog import PRODUCT_CODE
from keylease.core.money import amount_text

SUBSCRIPTION = "Subscription"

#: Which machine answered: nobody's business.
HOST_ID = ""

#: How some operations say that all is well; the others say ``Success``.
CODE_200 = {"Code": "200", "Message": "success"}

__all__ = [
    "CODE_200",
    "HOST_ID",
    "PRODUCT_CODE",
    "SUBSCRIPTION",
    "amount_number",
    "amount_text",
]


def amount_number(minor: int) -> Decimal:
    """50050 to 500.50, written as a JSON number with exactly these digits."""
    return Decimal(minor).scaleb(-2)
