"""The price book: what is sold, in which sizes, for how long and at what price.

The operator edits a TOML file (`parse_price_book`). What a customer asks for becomes a
`Configuration` (`configure`, `reconfigure`), and a configuration becomes money (`quote`,
`upgrade_quote`). What is shown and what is booked come from the same functions; they read no clock
and store nothing. Source: rules.md 4, 6 and 7.
"""

from keylease.billing.catalog.book_file import (
    PriceBookInvalid,
    check_price_book,
    default_price_book_text,
    parse_price_book,
)
from keylease.billing.catalog.configure import configure, reconfigure
from keylease.billing.catalog.durations import (
    resolve_automatic_months,
    resolve_purchase_months,
    resolve_renewal_months,
)
from keylease.billing.catalog.model import (
    PAY_AS_YOU_GO_PRODUCT_TYPES,
    PRODUCT_CODE,
    PRODUCT_TYPES,
    Configuration,
    Durations,
    Edition,
    Module,
    PriceBook,
    PriceLine,
    PriceRow,
    Quote,
)
from keylease.billing.catalog.quotes import (
    monthly_lines,
    monthly_price,
    quote,
    show,
    upgrade_quote,
)

__all__ = [
    "PAY_AS_YOU_GO_PRODUCT_TYPES",
    "PRODUCT_CODE",
    "PRODUCT_TYPES",
    "Configuration",
    "Durations",
    "Edition",
    "Module",
    "PriceBook",
    "PriceBookInvalid",
    "PriceLine",
    "PriceRow",
    "Quote",
    "check_price_book",
    "configure",
    "default_price_book_text",
    "monthly_lines",
    "monthly_price",
    "parse_price_book",
    "quote",
    "reconfigure",
    "resolve_automatic_months",
    "resolve_purchase_months",
    "resolve_renewal_months",
    "show",
    "upgrade_quote",
]
