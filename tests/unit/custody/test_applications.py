"""What applications may be called, allowed and given: the rules that need nothing remembered."""

from dataclasses import replace

import pytest
from cryptography import x509
from cryptography.hazmat.primitives.serialization import pkcs12

from keylease.access.applications import Grant, network
from keylease.core.entropy import SystemEntropy
from keylease.core.errors import Code, Refusal
from keylease.crypto.client_keys import generate, public_key_of
from keylease.crypto.secret import SecretBytes
from keylease.custody.applications.client_keys import check_password
from keylease.custody.applications.compiling import grants
from keylease.custody.applications.model import (
    NetworkRule,
    Permission,
    PermissionPolicy,
    check_name,
    check_resources,
)
from keylease.notifications.schedule import for_client_key

POLICY = PermissionPolicy(
    "1", "cn-hangzhou", "p", "kst-1", (Permission.KEYS,), ("key/*",), (), "", 0
)
RULES = {
    "office": NetworkRule("1", "cn-hangzhou", "office", ("10.0.0.0/8",), "", 0),
    "home": NetworkRule("1", "cn-hangzhou", "home", ("192.168.1.7",), "", 0),
}


@pytest.mark.parametrize(
    "password",
    ["a1a1a1a1", "abcdefg-", "1234567~", "A" * 63 + "1", "aB3~!@#$%^&*?_-x"],
)
def test_a_password_has_two_kinds_of_characters(password: str) -> None:
    assert check_password(password) == password


@pytest.mark.parametrize(
    "password",
    ["", "a1a1a1a", "A" * 64 + "1", "abcdefgh", "12345678", "-_?*&^%$", "a1 a1a1a1", "密码a1a1a1",
     "a1a1a1a1\n", "\ud800a1a1a1a1"],
)  # fmt: skip
def test_a_weak_password_is_refused_and_not_repeated(password: str) -> None:
    with pytest.raises(Refusal) as caught:
        check_password(password)
    assert caught.value.code is Code.INVALID_PARAMETER
    assert not password or password not in caught.value.message


@pytest.mark.parametrize("name", ["a", "Team_1-app", "x" * 64])
def test_a_name_has_letters_digits_hyphens_and_underscores(name: str) -> None:
    assert check_name(name) == name


@pytest.mark.parametrize("name", ["", "x" * 65, "a b", "a/b", "名", "a\n"])
def test_other_names_are_refused(name: str) -> None:
    with pytest.raises(Refusal):
        check_name(name)


@pytest.mark.parametrize("one", ["key/", "keys/*", "*", "key/a/b", "secret/", "alias/a", "key/*x"])
def test_what_is_neither_a_key_nor_a_secret_is_no_resource(one: str) -> None:
    with pytest.raises(Refusal):
        check_resources((one,))


def test_resources_are_kept_once() -> None:
    assert check_resources(("key/a", "secret/db", "key/a")) == ("key/a", "secret/db")


def test_keys_are_granted_by_their_permission_only() -> None:
    policy = replace(POLICY, resources=("key/key-1", "secret/db"))
    assert grants(policy, {}) == [Grant("kst-1", keys=frozenset({"key-1"}))]
    secrets = replace(policy, permissions=(Permission.SECRETS,))
    assert grants(secrets, {}) == [Grant("kst-1", secrets=frozenset({"db"}))]
    both = replace(policy, permissions=(Permission.KEYS, Permission.SECRETS))
    assert grants(both, {}) == [Grant("kst-1", frozenset({"key-1"}), frozenset({"db"}))]


def test_secrets_of_the_account_are_granted_whatever_instance_they_are_in() -> None:
    policy = replace(POLICY, permissions=(Permission.ACCOUNT_SECRETS,), resources=("secret/*",))
    assert grants(policy, {}) == [Grant("", secrets=frozenset("*"))]


def test_network_rules_are_alternatives_and_one_that_is_gone_lets_nobody_in() -> None:
    (found,) = grants(replace(POLICY, network_rules=("office", "home")), RULES)
    assert found.networks == (network("10.0.0.0/8"), network("192.168.1.7"))
    (closed,) = grants(replace(POLICY, network_rules=("nowhere",)), RULES)
    assert closed.networks == ()


def test_the_file_of_a_client_key_opens_with_its_password_and_holds_its_certificate() -> None:
    made = generate(
        "KAAP.1", 1_769_824_800, 1_769_911_200, SecretBytes(b"a1-b2-c3"), SystemEntropy()
    )
    key, certificate, others = pkcs12.load_key_and_certificates(made.file.reveal(), b"a1-b2-c3")
    assert key is not None
    assert certificate is not None
    assert others == []
    assert certificate == x509.load_der_x509_certificate(made.certificate)
    assert certificate.not_valid_before_utc.timestamp() == 1_769_824_800
    assert certificate.not_valid_after_utc.timestamp() == 1_769_911_200
    assert certificate.subject.rfc4514_string() == "CN=KAAP.1"
    certificate.verify_directly_issued_by(certificate)
    assert public_key_of(made.certificate) == key.public_key()
    with pytest.raises(ValueError, match="password"):
        pkcs12.load_key_and_certificates(made.file.reveal(), b"a1-b2-c4")


def test_warnings_are_due_at_nine_180_90_30_and_7_days_before_those_to_come_only() -> None:
    end = 1_769_824_800  # 2026-01-31 10:00:00 UTC+8
    days = [one.details["days"] for one in for_client_key("KAAP.1", end, now=0)]
    assert days == [180, 90, 30, 7]
    first = for_client_key("KAAP.1", end, now=0)[0]
    assert end - first.due == 180 * 86_400 + 3_600
    late = for_client_key("KAAP.1", end, now=end - 30 * 86_400 - 3_600)
    assert [one.details["days"] for one in late] == [7]
