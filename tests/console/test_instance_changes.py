"""What is done to an instance: further networks, and the release of a pay-as-you-go instance."""

import pytest

from console.people import Person
from product import Customer

pytestmark = pytest.mark.long


def test_a_network_is_let_in_and_out_again(person: Person, ada: Customer) -> None:
    instance_id = ada.buy(VpcNum="2")["InstanceId"]
    ada.enable(instance_id)
    page = person.page
    person.visit(f"/console/instances/{instance_id}")
    for number in (1, 2):
        page.click("text=Let another network reach it")
        page.fill("#f-VpcId", f"vpc-further{number}")
        page.fill("#f-VSwitchId", f"vsw-further{number}")
        page.select_option("#f-RegionId", "cn-shanghai")
        page.click("button:text-is('Add network')")
    assert "access unit" in person.notice.lower()
    assert page.input_value("#f-VpcId") == "vpc-further2"
    person.visit(f"/console/instances/{instance_id}")
    assert "vpc-further1" in page.inner_text("#networks tbody")
    assert page.locator("#networks tbody tr").count() == 1
    person.check_accessible()
    page.click("button:text-is('Remove vpc-further1')")
    assert person.notice == "The network cannot reach the instance any more."
    assert page.locator("#networks tbody tr").count() == 0
    assert not ada.instance(instance_id)["BindVpcs"]["BindVpc"]
    person.complaints.clear()  # of the form that was refused


def test_a_pay_as_you_go_instance_is_released_by_its_id(person: Person) -> None:
    page = person.page
    person.visit("/console/buy")
    page.click("text=Buy pay-as-you-go")
    page.click("button:text-is('Continue')")
    page.check("[name=accept]")
    page.click("button:text-is('Buy Now')")
    instance_id = person.heading
    page.fill("#f-typed", "another")
    page.click("button:text-is('Release')")
    assert person.notice.startswith("Nothing was done")
    person.check_accessible()
    page.fill("#f-typed", instance_id)
    page.click("button:text-is('Release')")
    assert person.notice == "The instance is released."
    assert person.visit(f"/console/instances/{instance_id}").status == 404
    person.complaints.clear()  # of what was refused and is not there
