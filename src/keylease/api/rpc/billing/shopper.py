"""Who asks what is sold: in which currency, and in which language things are called."""

from dataclasses import dataclass

from keylease.access.accounts import Account
from keylease.api.rpc.billing.envelope import PAY_AS_YOU_GO, SUBSCRIPTION
from keylease.api.rpc.call import ApiWork, Call
from keylease.billing.catalog import PRODUCT_TYPES, PriceBook
from keylease.billing.catalog.names import EDITIONS

_NAMES: dict[str, tuple[str, str]] = {
    "Subscription": ("Key Management Service (Subscription)", "密钥管理服务（包年包月）"),
    "PayAsYouGo": ("Key Management Service (Pay-as-you-go)", "密钥管理服务（按量付费）"),
    "Region": ("Region", "地域"),
    "ProductVersion": ("Edition", "版本"),
    "Spec": ("Computing performance", "计算性能"),
    "KeyNum": ("Keys", "密钥数量"),
    "SecretNum": ("Secrets", "凭据数量"),
    "VpcNum": ("Access management quantity", "访问管理数量"),
    "Log": ("Log analysis", "日志分析"),
    "LogStorage": ("Log storage", "日志存储容量"),
    "ValueAddedService": ("Value-added service", "增值服务"),
    "Instance": ("Instance", "实例"),
    **EDITIONS,
    "on": ("On", "开启"),
    "off": ("Off", "关闭"),
}


class Names:
    """What things are called in one language."""

    def __init__(self, language: str) -> None:
        self._index = 1 if language == "zh" else 0

    def __getitem__(self, what: str) -> str:
        return _NAMES[what][self._index]


@dataclass(frozen=True, slots=True)
class Shopper:
    """A caller in front of the price book in force."""

    book: PriceBook
    currency: str
    names: Names


def account_of(call: Call, work: ApiWork) -> Account:
    """The account of who signed, which is there."""
    return work.accounts.find_many([call.account_id])[call.account_id]


def shopper(call: Call, work: ApiWork) -> Shopper:
    """The caller; names are in the language that the call wants (``Lang``), or the account's."""
    account = account_of(call, work)
    asked = call.arguments.optional("Lang")
    language = asked if asked in {"en", "zh"} else account.language
    _, book = work.price_books.current()
    return Shopper(book, account.currency, Names(language))


def method_of(product_type: str) -> str:
    """How a product type is paid for."""
    return SUBSCRIPTION if product_type in PRODUCT_TYPES else PAY_AS_YOU_GO
