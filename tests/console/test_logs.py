"""Log analysis as its owner reads it: filters, older entries, the file; and who has not got it."""

import csv
from dataclasses import replace

import pytest
from alibabacloud_kms20160120 import models

from console.hands import Hand, Own
from console.people import Person, opened
from keylease.console.pages.logs import LOOKED_MAX
from keylease.records.call_log import LogQuestion
from product import Customer, Product
from waiting import until

pytestmark = pytest.mark.long

ENCRYPTED = 21


@pytest.fixture(scope="module")
def logging(ada: Customer, product: Product) -> tuple[str, str]:
    """An instance with log analysis and a key: used often, then disabled and used once more."""
    instance_id = ada.buy(Log="1", LogStorage="1000")["InstanceId"]
    ada.enable(instance_id)
    key_id = ada.create_key(instance_id)
    for _ in range(ENCRYPTED):
        ada.encrypt(key_id, "aGVsbG8=")
    ada.kms.disable_key(models.DisableKeyRequest(key_id=key_id))
    with pytest.raises(Exception, match="Disabled"):
        ada.encrypt(key_id, "aGVsbG8=")

    def kept() -> bool:
        found = product.cli("logs", "query", instance_id)["entries"]
        return len(found) == ENCRYPTED + 1

    until(kept)
    return instance_id, key_id


@pytest.fixture(scope="module")
def busy(ada: Customer, product: Product, logging: tuple[str, str]) -> str:
    """An instance that was called more often than is looked through at once; first by Rare."""
    instance_id: str = ada.buy(Log="1", LogStorage="1000")["InstanceId"]
    with opened(product) as beside, beside.database.begin() as work:
        (often,) = work.call_log.page(LogQuestion(logging[0], 0, 2**40), 1)
        rare = replace(often, at=often.at - 1, text=often.text.replace("Encrypt", "Rare"))
        work.call_log.add(instance_id, {"2026-03-10": [rare] + [often] * LOOKED_MAX})
    return instance_id


def test_calls_are_filtered_paged_and_downloaded(adas_hand: Hand, logging: tuple[str, str]) -> None:
    hand, (instance_id, key_id) = adas_hand, logging
    hand.go("Log analysis")
    assert hand.heading == hand.said("Log analysis")
    hand.choose("Instance", Own(instance_id))
    hand.press("Show")
    newest, *others = hand.rows()
    assert len(others) == 19
    assert f"{hand.said('Refused')} 409" in newest
    assert key_id in newest
    hand.person.check_accessible()
    hand.follow("Older")
    assert len(hand.rows()) == ENCRYPTED + 1 - 20
    hand.follow("Newest")
    hand.choose("Outcome", "Refused")
    hand.press("Show")
    assert len(hand.rows()) == 1
    text = hand.download("Download as CSV").path().read_text("utf-8-sig")
    (row,) = csv.DictReader(text.splitlines())
    assert (row["api_name"], row["status_code"]) == ("Encrypt", "409")
    hand.choose("Outcome", "All")
    hand.fill("Request ID", row["request_id"])
    hand.press("Show")
    assert len(hand.rows()) == 1
    hand.fill("Operation", "Decrypt")
    hand.press("Show")
    hand.reads("No such call")
    for name, moment in (
        ("Before (UTC+8)", "2026-03-10T09:59"),
        ("From (UTC+8)", "2026-03-10T10:01"),
    ):
        hand.go("Log analysis")
        hand.fill(name, moment)
        hand.press("Show")
        hand.reads("No such call")
    hand.person.check_fits()


def test_what_fits_little_is_looked_for_a_piece_at_a_time(adas_hand: Hand, busy: str) -> None:
    hand = adas_hand
    hand.go("Log analysis")
    hand.choose("Instance", Own(busy))
    hand.fill("Operation", "Rare")
    hand.press("Show")
    assert hand.rows() == []
    hand.reads("{number} calls were looked through, back to:", number="20,000")
    hand.person.check_accessible()
    hand.follow("Older")
    assert len(hand.rows()) == 1
    assert not hand.offers("Older")
    hand.follow("Newest")
    assert hand.offers("Older")


def test_an_instance_without_it_says_what_it_would_show_and_leads_to_it(
    adas_hand: Hand, ada: Customer, logging: tuple[str, str]
) -> None:
    hand, plain = adas_hand, Own(ada.buy()["InstanceId"])
    assert plain not in logging
    hand.go("Log analysis")
    hand.choose("Instance", plain)
    hand.press("Show")
    hand.reads("This instance keeps no log of its calls")
    hand.person.check_accessible()
    hand.follow("Upgrade")
    assert hand.is_ticked("Record the calls of the instance, to be searched")


def test_logs_of_others_are_not_there(person: Person, product: Product) -> None:
    other = product.customer("bob", "10000").buy(Log="1", LogStorage="1000")["InstanceId"]
    for path in ("logs", "logs.csv"):
        assert person.visit(f"/console/{path}?instance={other}").status == 404
    assert person.visit("/console/logs?since=yesterday").status == 400
    person.forgive_refusals()
