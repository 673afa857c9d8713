"""What is done to an instance: further networks, and the release of a pay-as-you-go instance."""

import pytest

from console.hands import ACCEPT, Hand, Own
from keylease.console.rendering import region_name
from product import Customer

pytestmark = pytest.mark.long


def test_a_network_is_let_in_and_out_again(hand: Hand, walker: Customer) -> None:
    instance = Own(walker.buy(VpcNum="2")["InstanceId"])
    walker.enable(instance)
    shanghai = Own(region_name("cn-shanghai", hand.language))
    hand.go("Instances")
    hand.follow("Details", row=instance)
    for number in (1, 2):
        hand.unfold("Let another network reach it")
        hand.fill("VPC", f"vpc-further{number}")
        hand.fill("vSwitch", f"vsw-further{number}")
        hand.choose("Region", shanghai)
        hand.press("Add network")
    hand.is_refused()
    assert hand.said("Access units").lower() in hand.person.notice.lower()
    assert hand.written("VPC") == "vpc-further2"
    hand.go("Instances")
    hand.follow("Details", row=instance)
    (bound,) = hand.rows("Networks")
    assert "vpc-further1" in bound
    assert shanghai in bound
    hand.person.check_accessible()
    hand.press(Own(hand.said("Remove {name}", name="vpc-further1")))
    hand.is_told("The network cannot reach the instance any more.")
    assert hand.rows("Networks") == []
    assert not walker.instance(instance)["BindVpcs"]["BindVpc"]


def test_a_pay_as_you_go_instance_is_released_by_its_id(hand: Hand) -> None:
    hand.go("Instances")
    hand.follow("Create Instance")
    hand.follow("Buy pay-as-you-go")
    hand.press("Continue")
    hand.tick(ACCEPT)
    hand.press("Buy Now")
    instance = Own(hand.heading)
    confirm = "Type {name} to confirm"
    hand.fill(confirm, "another", name=instance)
    hand.press("Release")
    hand.is_told("Nothing was done: the name that was typed is not {name}.", name=instance)
    hand.person.check_accessible()
    hand.fill(confirm, instance, name=instance)
    hand.press("Release")
    hand.is_told("The instance is released.")
    assert hand.person.visit(f"/console/instances/{instance}").status == 404


def test_an_instance_gets_another_name_and_is_protected(hand: Hand, place: Own) -> None:
    hand.go("Instances")
    hand.follow("Details", row=place)
    hand.fill("Instance Name", "Payments")
    hand.press("Rename")
    hand.is_told("The instance has a new name.")
    assert hand.heading == "Payments"
    hand.press("Switch on")
    hand.is_told("Deletion protection is on.")
    hand.press("Switch off")
    hand.is_told("Deletion protection is off.")
