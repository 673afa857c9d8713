"""Small editions, value-added services and days: what each is, costs, and refuses.

Prices are those of the default file; rules.md 4 and 8, facts/kms.md 1.1, 1.2 and 2.
"""

from fractions import Fraction

import pytest

from keylease.billing.catalog import (
    Configuration,
    DayLine,
    PriceLine,
    Usage,
    configure,
    configure_service,
    day_price,
    default_price_book_text,
    is_service,
    monthly_price,
    parse_price_book,
    products,
    quote,
    reconfigure,
    resolve_service_months,
    skus,
    upgrade_quote,
)
from keylease.core.clock import DAY
from keylease.core.errors import Code, Refusal
from keylease.custody.instances import model as custody
from keylease.lifecycle.configuration import edition_of

TEXT = default_price_book_text()
BOOK = parse_price_book(TEXT)
#: What was sold before there were services and days.
OLD = parse_price_book(TEXT[: TEXT.index("# Software key management, small")])

SMALL = Configuration("software-small", 3, 200, 100, 20, 1, log=False, log_storage=0)
ROTATION = {"ProductVersion": "4", "ValueAddedService": "2"}


# Small editions.


@pytest.mark.parametrize(
    ("name", "answered", "level", "usd"),
    [("software-small", 3, "SOFTWARE", 150_00), ("hardware-small", 1, "HSM", 600_00)],
)
def test_a_small_edition_is_chosen_by_its_name_and_answered_by_a_number(
    name: str, answered: int, level: str, usd: int
) -> None:
    chosen = configure(BOOK, {"ProductVersion": name})
    assert (chosen.edition, chosen.product_version) == (name, answered)
    assert (chosen.qps, chosen.keys) == (200, 100)
    assert monthly_price(BOOK, chosen, "USD") == usd
    edition = edition_of(chosen)
    assert (edition.product_version, edition.protection_level) == (answered, level)
    assert edition.is_hardware == (name == "hardware-small")


def test_a_small_spec_alone_means_what_the_full_edition_includes() -> None:
    assert configure(BOOK, {"Spec": "200"}).qps == 1000
    assert configure(BOOK, {"ProductVersion": "1", "Spec": "200"}).qps == 2000


@pytest.mark.parametrize(
    ("code", "value", "allowed"),
    [
        ("Spec", "1000", "200"),
        ("Spec", "400", "200"),
        ("KeyNum", "1000", "100 to 900 in blocks of 100"),
        ("KeyNum", "250", "100 to 900 in blocks of 100"),
        ("VpcNum", "11", "1 to 10"),
    ],
)
def test_a_small_edition_has_bounds_of_its_own(code: str, value: str, allowed: str) -> None:
    with pytest.raises(Refusal) as refused:
        configure(BOOK, {"ProductVersion": "software-small", code: value})
    assert refused.value.code is Code.INVALID_PARAMETER
    assert refused.value.message.endswith(f"allowed values: {allowed}.")


def test_a_small_edition_is_priced_by_its_edition_not_by_its_number() -> None:
    more = configure(BOOK, {"ProductVersion": "software-small", "KeyNum": "900"})
    assert monthly_price(BOOK, more, "USD") == 150_00 + 8 * 15_00
    fee = upgrade_quote(BOOK, SMALL, more, "USD", 30 * DAY)
    assert fee.payable_amount == 8 * 15_00


@pytest.mark.parametrize("version", ["3", "1", "5", "hardware-small", "software"])
def test_a_small_edition_stays_itself(version: str) -> None:
    assert reconfigure(BOOK, SMALL, {"ProductVersion": "software-small"}) == SMALL
    with pytest.raises(Refusal, match="allowed value: software-small"):
        reconfigure(BOOK, SMALL, {"ProductVersion": version, "KeyNum": "200"})


def test_the_full_edition_does_not_become_small() -> None:
    full = configure(BOOK, {})
    with pytest.raises(Refusal, match="allowed value: 3"):
        reconfigure(BOOK, full, {"ProductVersion": "software-small", "KeyNum": "2000"})
    with pytest.raises(Refusal, match="ProductVersion cannot be changed"):
        upgrade_quote(BOOK, SMALL, full, "USD", DAY)


def test_custody_knows_every_edition_that_a_book_can_sell() -> None:
    services = {one.name for one in BOOK.services if one.value}
    sold = {one.name for one in BOOK.editions} | services
    assert sold == {one.value for one in custody.Edition}
    assert services == {one.value for one in custody.Edition if one.is_service}
    for one in BOOK.editions:
        assert custody.Edition(one.name).product_version == one.product_version


# Services.


def test_a_service_is_chosen_by_its_documented_value_and_its_codes_in_any_case() -> None:
    chosen = configure_service(BOOK, {"productversion": "4", "VALUEADDEDSERVICE": "2"})
    assert chosen.edition == "default-key-rotation"
    assert chosen.is_service
    assert chosen.as_parameters() == ROTATION
    assert Configuration.from_dict(chosen.to_dict()) == chosen
    assert configure_service(BOOK, {**ROTATION, "Region": "cn-hangzhou"}) == chosen


@pytest.mark.parametrize(("months", "paid"), [(12, 102_00), (24, 168_00), (36, 180_00)])
def test_a_service_is_bought_by_the_year_and_discounted_like_an_instance(
    months: int, paid: int
) -> None:
    service = configure_service(BOOK, ROTATION)
    price = quote(BOOK, service, "USD", resolve_service_months(BOOK, months))
    assert price.lines == (PriceLine("ValueAddedService", 1, 10_00),)
    assert (price.list_amount, price.payable_amount) == (10_00 * months, paid)


@pytest.mark.parametrize("months", [0, 1, 6, 11, 13, 48])
def test_a_service_is_not_sold_for_anything_but_years(months: int) -> None:
    with pytest.raises(Refusal, match="allowed months: 12, 24, 36") as refused:
        resolve_service_months(BOOK, months)
    assert refused.value.code is Code.INVALID_PARAMETER


@pytest.mark.parametrize(
    ("parameters", "code", "says"),
    [
        ({"ProductVersion": "4"}, Code.MISSING_PARAMETER, "allowed values: 2"),
        ({**ROTATION, "ValueAddedService": "1"}, Code.INVALID_PARAMETER, "allowed values: 2"),
        ({**ROTATION, "ValueAddedService": "backup"}, Code.INVALID_PARAMETER, "allowed values: 2"),
        ({**ROTATION, "ValueAddedService": ""}, Code.INVALID_PARAMETER, "allowed values: 2"),
        ({**ROTATION, "ProductVersion": "3"}, Code.INVALID_PARAMETER, "allowed values: 4"),
        ({**ROTATION, "Spec": "1000"}, Code.INVALID_PARAMETER, "'Spec'"),
    ],
)
def test_what_is_no_service_is_refused(parameters: dict[str, str], code: Code, says: str) -> None:
    with pytest.raises(Refusal) as refused:
        configure_service(BOOK, parameters)
    assert refused.value.code is code
    assert says in refused.value.message


def test_a_book_without_services_offers_none() -> None:
    with pytest.raises(Refusal, match="allowed values: none"):
        configure_service(OLD, ROTATION)


def test_who_asks_for_a_service_as_an_instance_is_pointed_to_it() -> None:
    assert is_service(ROTATION)
    assert not is_service({"ValueAddedService": "2"})
    with pytest.raises(Refusal, match="ValueAddedService") as refused:
        configure(BOOK, ROTATION)
    assert refused.value.code is Code.INVALID_PARAMETER


# Days.


def test_a_day_has_a_line_for_each_thing_and_nothing_is_rounded() -> None:
    day = day_price(BOOK, "software", Usage(existed=True, key_versions=3, secrets=7), "USD")
    assert day.lines == (
        DayLine("Instance", 1, Fraction(450)),
        DayLine("KeyNum", 3, Fraction(3)),
        DayLine("SecretNum", 7, Fraction(13, 10)),
        DayLine("Spec", 0, Fraction(50)),
    )
    assert day.total == 450 + 9 + Fraction(91, 10)


def test_a_day_on_which_nothing_was_there_costs_nothing() -> None:
    assert day_price(BOOK, "hardware", Usage(existed=False), "CNY").total == 0


@pytest.mark.parametrize(
    ("book", "edition", "currency", "code"),
    [
        (OLD, "software", "USD", Code.INVALID_PARAMETER),
        (BOOK, "software-small", "USD", Code.INVALID_PARAMETER),
        (BOOK, "software", "EUR", Code.NOT_APPLICABLE),
    ],
)
def test_what_is_not_sold_by_the_day_is_refused(
    book: object, edition: str, currency: str, code: Code
) -> None:
    with pytest.raises(Refusal) as refused:
        day_price(book, edition, Usage(existed=True), currency)  # type: ignore[arg-type] # a book
    assert refused.value.code is code


def test_negative_usage_is_our_bug() -> None:
    with pytest.raises(AssertionError):
        Usage(existed=True, secrets=-1)


# The list for the API.


def test_each_thing_with_a_price_is_listed_once_for_each_value_that_it_depends_on() -> None:
    listed = skus(BOOK, "kms_ddi_public_intl", "USD")
    assert len({(one.module, *one.factors.values()) for one in listed}) == len(listed)
    assert [one.module for one in listed if one.factors["ProductVersion"] == "5"] == [
        "ProductVersion",
        "Spec",
        "KeyNum",
        "SecretNum",
        "VpcNum",
        "LogStorage",
    ]
    [service] = [one for one in listed if one.module == "ValueAddedService"]
    assert (service.factors, service.price) == (ROTATION, 10_00)
    daily = skus(BOOK, "kms_ppi_public_cn", "CNY")
    assert {one.module for one in daily} == {"Instance", "KeyNum", "SecretNum", "Spec"}
    assert {one.factors["ProductVersion"] for one in daily} == {"3", "1", "5"}
    assert skus(BOOK, "ecs", "USD") == []


def test_only_what_the_book_sells_is_a_product() -> None:
    assert products(OLD) == ("kms_ddi_public_cn", "kms_ddi_public_intl")
    assert products(BOOK) == (*products(OLD), "kms_ppi_public_cn", "kms_ppi_public_intl")
