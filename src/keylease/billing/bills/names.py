"""What bills call things, in both languages of accounts."""

from collections.abc import Mapping

from keylease.billing.catalog import unit_of
from keylease.billing.orders.model import Subscription
from keylease.core.regions import REGIONS

_PRODUCT = {"en": "Key Management Service", "zh": "密钥管理服务"}

_METHODS = {
    Subscription.SUBSCRIPTION.value: {"en": " (Subscription)", "zh": "（包年包月）"},
    Subscription.PAY_AS_YOU_GO.value: {"en": " (Pay-As-You-Go)", "zh": "（按量付费）"},
}

_ITEMS: Mapping[str, Mapping[str, str]] = {
    "": {"en": "Other", "zh": "其他"},
    "ProductVersion": {"en": "Instance", "zh": "实例"},
    "Spec": {"en": "Computing performance (QPS)", "zh": "计算性能（QPS）"},
    "KeyNum": {"en": "Keys", "zh": "密钥数量"},
    "SecretNum": {"en": "Secrets", "zh": "凭据数量"},
    "VpcNum": {"en": "Access units", "zh": "访问管理数量"},
    "LogStorage": {"en": "Log storage (GB)", "zh": "日志存储容量（GB）"},
}

_TEXTS = {
    "Other": {"en": "Other", "zh": "其他"},
    "Not allocated": {"en": "Not allocated", "zh": "未分配"},
    "Default resource group": {"en": "Default resource group", "zh": "默认资源组"},
}


def product_name(language: str) -> str:
    """The product."""
    return _in(_PRODUCT, language)


def product_detail(subscription: str, language: str) -> str:
    """The product and how it is paid."""
    return product_name(language) + _in(_METHODS.get(subscription, {"en": ""}), language)


def item_name(code: str, language: str) -> str:
    """A billable item; one without a name is called by its code."""
    return _in(_ITEMS.get(code, {"en": code}), language)


def usage_unit(code: str, price_unit: str) -> str:
    """What the use of a billable item is counted in: its days, or the pieces that were ordered."""
    return unit_of(code) if price_unit == "Month" else price_unit


def region_name(region: str, language: str) -> str:
    """A region; one that is not known is called by its id."""
    known = REGIONS.get(region)
    if known is None:
        return region
    return known.name_zh if language == "zh" else known.name_en


def text(english: str, language: str) -> str:
    """A display text of bills, as named in English."""
    return _in(_TEXTS[english], language)


def _in(texts: Mapping[str, str], language: str) -> str:
    return texts.get(language) or texts["en"]
