"""The price book: what is sold, in which sizes, for how long and at what price.

The operator edits a TOML file (`parse_price_book`). What a customer asks for becomes a
`Configuration` (`configure`, `reconfigure`), and a configuration becomes money (`quote`,
`upgrade_quote`). A service is configured by `configure_service`, and pay-as-you-go has a price
for each day (`day_price`). What is shown and what is booked come from
the same functions; they read no clock and store nothing. Source: rules.md 4, 6, 7 and 8.
"""

from keylease.billing.catalog.book_file import (
    PriceBookInvalid,
    check_price_book,
    default_price_book_text,
    parse_price_book,
)
from keylease.billing.catalog.configure import configure, reconfigure
from keylease.billing.catalog.day_prices import DayLine, DayQuote, Usage, day_price
from keylease.billing.catalog.differences import Difference, differences
from keylease.billing.catalog.durations import (
    resolve_automatic_months,
    resolve_purchase_months,
    resolve_renewal_months,
    resolve_service_months,
)
from keylease.billing.catalog.model import (
    PAY_AS_YOU_GO_PRODUCT_TYPES,
    PRODUCT_CODE,
    PRODUCT_TYPES,
    PRODUCT_VERSIONS,
    SERVICE_VALUES,
    SERVICE_VERSION,
    BookVersion,
    Configuration,
    Durations,
    Edition,
    Module,
    PayAsYouGo,
    PriceBook,
    Service,
)
from keylease.billing.catalog.parameters import by_code, version_of
from keylease.billing.catalog.quotes import (
    PriceLine,
    PriceRow,
    Quote,
    Share,
    monthly_lines,
    monthly_price,
    quote,
    show,
    upgrade_quote,
)
from keylease.billing.catalog.services import (
    configure_service,
    is_service,
)
from keylease.billing.catalog.skus import Sku, products, skus, unit_of

__all__ = [
    "PAY_AS_YOU_GO_PRODUCT_TYPES",
    "PRODUCT_CODE",
    "PRODUCT_TYPES",
    "PRODUCT_VERSIONS",
    "SERVICE_VALUES",
    "SERVICE_VERSION",
    "BookVersion",
    "Configuration",
    "DayLine",
    "DayQuote",
    "Difference",
    "Durations",
    "Edition",
    "Module",
    "PayAsYouGo",
    "PriceBook",
    "PriceBookInvalid",
    "PriceLine",
    "PriceRow",
    "Quote",
    "Service",
    "Share",
    "Sku",
    "Usage",
    "by_code",
    "check_price_book",
    "configure",
    "configure_service",
    "day_price",
    "default_price_book_text",
    "differences",
    "is_service",
    "monthly_lines",
    "monthly_price",
    "parse_price_book",
    "products",
    "quote",
    "reconfigure",
    "resolve_automatic_months",
    "resolve_purchase_months",
    "resolve_renewal_months",
    "resolve_service_months",
    "show",
    "skus",
    "unit_of",
    "upgrade_quote",
    "version_of",
]
