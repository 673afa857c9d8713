"""What a client key's grants allow, held against a naive reading of addresses and names."""

from ipaddress import ip_address, ip_network

import pytest
from hypothesis import given
from hypothesis import strategies as st

from keylease.access.accounts import Principal, PrincipalKind
from keylease.access.applications import ClientKey, Grant, covers, network
from vectors.gateway import PUBLIC_KEY

ADDRESSES = [
    "127.0.0.1",
    "10.0.0.1",
    "10.255.255.255",
    "11.0.0.0",
    "192.168.7.8",
    "2001:db8::1",
    "2001:db9::1",
    "::1",
]
NETWORKS = ["10.0.0.0/8", "10.0.0.1", "192.168.0.0/16", "2001:db8::/32", "::1", "0.0.0.0/0", "::/0"]
POINT = Principal("1", access_point="acs:kms:cn-hangzhou:1:applicationaccesspoint/app")


def client(*grants: Grant) -> ClientKey:
    return ClientKey("KAAP.1", POINT, "cn-hangzhou", PUBLIC_KEY, 100, 200, grants)


@given(st.sampled_from(ADDRESSES), st.lists(st.sampled_from(NETWORKS)))
def test_a_grant_is_for_addresses_in_its_networks(peer: str, texts: list[str]) -> None:
    allowed = Grant("kst-1", frozenset("*"), networks=tuple(network(one) for one in texts))
    naive = any(ip_address(peer) in ip_network(one) for one in texts)
    assert allowed.is_for(peer) == naive


def test_without_networks_a_grant_is_for_everybody() -> None:
    assert Grant("kst-1").is_for("10.0.0.1")
    assert Grant("kst-1").is_for("no address at all")


def test_no_networks_at_all_let_nobody_in() -> None:
    assert not Grant("kst-1", networks=()).is_for("10.0.0.1")


def test_an_ipv4_peer_of_a_socket_for_both_families_is_that_ipv4_address() -> None:
    inside = Grant("kst-1", networks=(network("10.0.0.0/8"),))
    assert inside.is_for("::ffff:10.1.2.3")
    assert not inside.is_for("::ffff:11.1.2.3")


def test_a_peer_without_an_address_is_in_no_network() -> None:
    everywhere = Grant("kst-1", networks=(network("0.0.0.0/0"), network("::/0")))
    assert not everywhere.is_for("")


def test_a_scoped_peer_is_seen_without_its_scope() -> None:
    assert Grant("kst-1", networks=(network("fe80::/10"),)).is_for("fe80::1%eth0")


@pytest.mark.parametrize("text", ["", "10.0.0.0/33", "fe80::1%eth0", "localhost", "10.0.0"])
def test_what_is_no_network_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match=r"."):
        network(text)


def test_a_network_may_be_written_with_the_address_of_a_host_in_it() -> None:
    assert network("10.1.2.3/8") == ip_network("10.0.0.0/8")


def test_every_name_is_covered_by_the_star_and_each_by_itself() -> None:
    assert covers(frozenset({"*"}), "key-1")
    assert covers(frozenset({"key-1", "key-2"}), "key-2")
    assert not covers(frozenset({"key-1"}), "key-11")
    assert not covers(frozenset(), "key-1")


def test_a_client_key_is_valid_from_its_first_second_to_the_one_before_its_last() -> None:
    assert [client().is_valid(now) for now in (99, 100, 199, 200)] == [False, True, True, False]


def test_grants_of_keys_and_of_secrets_are_told_apart_and_by_address() -> None:
    near = (network("10.0.0.0/8"),)
    keys = Grant("kst-1", keys=frozenset("*"), networks=near)
    secrets = Grant("", secrets=frozenset({"db"}))
    found = client(keys, secrets)
    assert found.key_grants("10.0.0.1") == (keys,)
    assert found.key_grants("11.0.0.1") == ()
    assert found.secret_grants("11.0.0.1") == (secrets,)


def test_an_application_is_known_by_its_access_point() -> None:
    assert POINT.kind is PrincipalKind.ACCESS_POINT
    assert POINT.arn == "acs:kms:cn-hangzhou:1:applicationaccesspoint/app"
