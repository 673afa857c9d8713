"""Log analysis as its owner reads it: filters, older entries, the file; and who has not got it."""

import csv
import io

import pytest
from alibabacloud_kms20160120 import models

from console.people import PHONE, Person
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


def test_calls_are_filtered_paged_and_downloaded(person: Person, logging: tuple[str, str]) -> None:
    page, (instance_id, key_id) = person.page, logging
    page.click(".side a:has-text('Log analysis')")
    assert person.heading == "Log analysis"
    assert page.locator("tbody tr").count() == 20
    first = page.inner_text("tbody tr >> nth=0")
    assert "Refused 409" in first
    assert key_id in first
    person.check_accessible()
    page.click("text=Older")
    assert page.locator("tbody tr").count() == ENCRYPTED + 1 - 20
    page.click("text=Newest")
    page.select_option("#outcome", "refused")
    page.click("button:text-is('Show')")
    assert page.locator("tbody tr").count() == 1
    file = person.page.request.get(
        person.url + "/console/" + (page.get_attribute("text=Download as CSV", "href") or "")[9:]
    )
    rows = list(csv.DictReader(io.StringIO(file.body().decode("utf-8-sig"))))
    assert [(one["api_name"], one["status_code"]) for one in rows] == [("Encrypt", "409")]
    person.visit(f"/console/logs?instance={instance_id}&request={rows[0]['request_id']}")
    assert page.locator("tbody tr").count() == 1
    for nothing in ("operation=Decrypt", "until=2026-03-10T09:59", "since=2026-03-10T10:01"):
        person.visit(f"/console/logs?instance={instance_id}&{nothing}")
        assert page.inner_text(".empty h2") == "No such call"
    page.set_viewport_size(PHONE)
    person.check_fits()


def test_an_instance_without_it_says_what_it_would_show_and_others_are_not_there(
    person: Person, product: Product, ada: Customer, logging: tuple[str, str]
) -> None:
    del logging  # it is there, and another one is asked for
    plain = ada.buy()["InstanceId"]
    person.visit(f"/console/logs?instance={plain}")
    person.check_accessible()
    person.page.click(".empty a")
    assert "upgrade?Log=1" in person.page.url
    assert person.page.is_checked("[name=Log]")
    other = product.customer("bob", "10000").buy(Log="1", LogStorage="1000")["InstanceId"]
    for path in ("logs", "logs.csv"):
        assert person.visit(f"/console/{path}?instance={other}").status == 404
    assert person.visit("/console/logs?since=yesterday").status == 400
    person.complaints.clear()  # of what is not there
