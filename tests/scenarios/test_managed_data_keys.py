"""Managed data keys, AdvanceEncrypt and the other small operations, through official clients."""

from base64 import b64decode, b64encode
from typing import Any

import pytest
from alibabacloud_kms20160120 import models as kms
from aliyunsdkkms.request.v20160120.AdvanceEncryptRequest import AdvanceEncryptRequest

from doors.application import allow
from doors.house import signer_of
from scenarios.estate import settle
from scenarios.town import Town, refused


class Owner:
    """A customer with an instance and a key in it."""

    def __init__(self, town: Town, name: str) -> None:
        self.town = town
        self.name = name
        estate = settle(town, name)
        self.customer, self.instance, self.key = estate.customer, estate.instance, estate.key_id()

    def command(self, *arguments: str) -> dict[str, Any]:
        made: dict[str, Any] = self.town.cli("data-key", *arguments)
        return made

    def read(self, name: str, **chosen: Any) -> dict[str, Any]:
        request = kms.GetManagedDataKeyRequest(data_key_name=name, **chosen)
        found: dict[str, Any] = self.customer.kms.get_managed_data_key(request).body.to_map()
        return found

    def versions(self, name: str, **chosen: Any) -> dict[str, Any]:
        request = kms.ListManagedDataKeyVersionsRequest(data_key_name=name, **chosen)
        body = self.customer.kms.list_managed_data_key_versions(request).body
        found: dict[str, Any] = body.to_map()
        return found


def test_a_version_is_read_by_its_id_else_the_first_or_with_use_latest_the_last(town: Town) -> None:
    ada = Owner(town, "ada")
    first = ada.command("create", "ada", "orders", "--key", ada.key)
    plain = ada.read("orders")
    assert plain["DataKeyVersionId"] == first["version_id"]
    assert plain["DataKeyVersionName"] == "orders/1"
    assert len(b64decode(plain["Plaintext"])) == 32
    assert ada.read("orders")["Plaintext"] == plain["Plaintext"]
    second = ada.command("rotate", "ada", "orders")
    newest = ada.read("orders", use_latest=True)
    assert newest["DataKeyVersionId"] == second["version_id"], "seen by the server at once"
    assert newest["Plaintext"] != plain["Plaintext"]
    assert ada.read("orders")["Plaintext"] == plain["Plaintext"]
    by_id = ada.read("orders", data_key_version_id=second["version_id"])
    assert by_id["Plaintext"] == newest["Plaintext"]
    assert [one["number"] for one in town.cli("data-key", "list", "ada")] == [1, 2]


def test_versions_are_listed_page_by_page(town: Town) -> None:
    bob = Owner(town, "bob")
    made = [bob.command("create", "bob", "k", "--key", bob.key)["version_id"]]
    made += [bob.command("rotate", "bob", "k")["version_id"] for _ in range(2)]
    found = bob.versions("k", page_number=1, page_size=2)
    assert (found["TotalCount"], found["PageSize"], found["DataKeyName"]) == (3, 2, "k")
    rest = bob.versions("k", page_number=2, page_size=2)
    listed = [
        one["DataKeyVersionId"]
        for page in (found, rest)
        for one in page["ManagedDataKeyVersions"]["ManagedDataKeyVersion"]
    ]
    assert listed == made
    assert refused(lambda: bob.versions("other")) == (404, "Forbidden.ResourceNotFound")
    assert refused(lambda: bob.versions("k", page_size=101)) == (400, "InvalidParameter")


def test_reading_a_data_key_is_using_the_key_that_seals_it(town: Town) -> None:
    carol = Owner(town, "carol")
    carol.command("create", "carol", "k", "--key", carol.key)
    api = carol.customer.kms
    assert carol.read("k")["Plaintext"]
    api.disable_key(kms.DisableKeyRequest(key_id=carol.key))
    assert refused(lambda: carol.read("k")) == (409, "Rejected.Disabled")
    assert town.run("data-key", "rotate", "carol", "k").returncode == 1
    api.enable_key(kms.EnableKeyRequest(key_id=carol.key))
    assert carol.read("k")["Plaintext"]


def test_somebody_elses_data_key_answers_like_none(town: Town) -> None:
    dave, eve = Owner(town, "dave"), Owner(town, "eve")
    made = dave.command("create", "dave", "k", "--key", dave.key)["version_id"]
    unknown = (404, "Forbidden.ResourceNotFound")
    assert refused(lambda: eve.read("k")) == unknown
    eve.command("create", "eve", "k", "--key", eve.key)
    assert refused(lambda: eve.read("k", data_key_version_id=made)) == unknown
    assert eve.read("k")["Plaintext"] != dave.read("k")["Plaintext"]
    assert town.run("data-key", "create", "eve", "other", "--key", dave.key).returncode == 1
    assert town.run("data-key", "create", "eve", "k", "--key", eve.key).returncode == 1
    assert town.run("data-key", "create", "eve", "a:b", "--key", eve.key).returncode == 1
    assert town.run("data-key", "rotate", "eve", "none").returncode == 1


def advance(owner: Owner, **given: str) -> dict[str, Any]:
    request = AdvanceEncryptRequest()
    for name, value in {"KeyId": owner.key, "Plaintext": "aGVsbG8=", **given}.items():
        getattr(request, f"set_{name}")(value)
    return owner.customer.core(request)


def test_advance_encrypt_makes_the_ciphertext_of_the_instance_gateway(town: Town) -> None:
    """Source: facts/kms-api.md C: three bytes, then what Encrypt returns."""
    frank = Owner(town, "frank")
    made = advance(frank, Algorithm="AES_GCM")
    blob = b64decode(made["CiphertextBlob"])
    assert blob[:3] == b"$\x00\x02"
    assert blob[3:39].decode() == made["KeyVersionId"]
    assert blob[39:51] == b64decode(made["Iv"])
    assert (made["KeyId"], made["Algorithm"]) == (frank.key, "AES_GCM")
    opened = frank.customer.decrypt(b64encode(blob[3:]).decode())
    assert opened == "hello", "the plaintext was Base64 of these bytes"
    bound = b64decode(advance(frank, Aad="YWFk")["CiphertextBlob"])
    app = allow(frank.customer, "franks-app", frank.instance)
    assert app.call("AdvanceDecrypt", CiphertextBlob=bound, Aad=b"aad")["Plaintext"] == b"hello"
    wrong = refused(lambda: frank.customer.decrypt(b64encode(bound[3:]).decode()))
    assert wrong == (400, "InvalidCiphertext")


@pytest.mark.parametrize(
    "given",
    [
        {"Iv": "AAAAAAAAAAAAAAAA"},
        {"Algorithm": "AES_CBC"},
        {"Algorithm": "SM4_GCM"},
        {"PaddingMode": "PKCS7_PADDING"},
        {"Aad": "?"},
        {"Plaintext": "no base64"},
    ],
)
def test_advance_encrypt_refuses_what_would_be_unsafe_or_is_no_input(
    town: Town, given: dict[str, str]
) -> None:
    grace = _grace(town)
    assert refused(lambda: advance(grace, **given)) == (400, "InvalidParameter")


_KEPT: dict[str, Owner] = {}


def _grace(town: Town) -> Owner:
    if "grace" not in _KEPT:
        _KEPT["grace"] = Owner(town, "grace")
    return _KEPT["grace"]


def test_attested_enclaves_are_refused_clearly(town: Town) -> None:
    grace = _grace(town)
    api = grace.customer.kms
    assert refused(lambda: api.get_challenge(kms.GetChallengeRequest())) == (
        400,
        "UnsupportedOperation",
    )
    answer = signer_of(grace.customer).call(
        "Decrypt", {"CiphertextBlob": "x"}, form={"Recipient": "{}"}
    )
    assert answer.refusal == (400, "UnsupportedOperation")
    assert "enclaves" in answer.message


def test_no_instance_is_the_default_of_an_account_that_was_never_migrated(town: Town) -> None:
    found = _grace(town).customer.kms.get_default_kms_instance().body
    assert found.default_kms_instance_id == ""


def test_instances_are_listed_by_filters(town: Town) -> None:
    heidi = Owner(town, "heidi")
    other = str(heidi.customer.buy(1)["InstanceId"])
    signer = signer_of(heidi.customer)
    tag = {"ResourceType": "instance", "ResourceId.1": other, "Tag.1.Key": "a", "Tag.1.Value": "b"}
    assert signer.call("TagResources", tag).status == 200

    def listed(filters: str) -> set[str] | tuple[int, str]:
        answer = signer.call("ListKmsInstances", {"Filters": filters})
        if answer.status != 200:
            return answer.refusal
        found = answer.json["KmsInstances"]["KmsInstance"]
        assert answer.json["TotalCount"] == len(found)
        return {one["KmsInstanceId"] for one in found}

    both = {heidi.instance, other}
    assert listed("[]") == both
    assert listed('[{"Key":"Status","Values":["Connected"]}]') == {heidi.instance}
    assert listed('[{"Key":"Status","Values":["Connected","Uninitialized"]}]') == both
    one = f'{{"Key":"KmsInstanceId","Values":["{other}"]}}'
    assert listed(f"[{one}]") == {other}
    assert listed(f'[{one},{{"Key":"Status","Values":["Connected"]}}]') == set()
    assert listed(f'[{{"Key":"InstanceName","Values":["{other}"]}}]') == {other}
    assert listed('[{"Key":"Status","Values":[]}]') == both
    assert listed('[{"Key":"Colour","Values":["red"]}]') == (400, "InvalidParameter")
    assert listed('[{"Key":"TagKey","Values":["a"]}]') == {other}
    assert listed('[{"Key":"TagKey","Values":["a"]},{"Key":"TagValue","Values":["c"]}]') == set()
