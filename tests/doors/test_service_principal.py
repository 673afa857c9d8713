"""Default keys are for the storage service, and the service is for default keys. Mission K7.

The service encrypts for an account with the account's default key of a region; the account can
see that key and cannot use it.
"""

import pytest

from doors.house import House
from doors.signed import STS, Answer, Signer
from keylease.api.rpc.operations import OPERATIONS

NO_PERMISSION = (403, "Forbidden.NoPermission")
REGIONS = ("cn-hangzhou", "cn-shanghai", "eu-central-1")
ALIAS = "alias/acs/kms"
PLAIN = "aGVsbG8="
#: What a service may call at all.
ALLOWED = {
    "Encrypt",
    "Decrypt",
    "GenerateDataKey",
    "GenerateDataKeyWithoutPlaintext",
    "DescribeKey",
    "GetCallerIdentity",
}


def default_key(signer: Signer, region: str) -> str:
    answer = signer.call("DescribeKey", {"KeyId": ALIAS, "RegionId": region})
    return str(answer.json["KeyMetadata"]["KeyId"])


def used(signer: Signer, operation: str, key: str, region: str) -> Answer:
    return signer.call(operation, {"KeyId": key, "RegionId": region, "Plaintext": PLAIN})


@pytest.mark.parametrize("region", REGIONS)
def test_the_service_uses_the_default_key_of_each_region_by_id_and_by_alias(
    house: House, region: str
) -> None:
    service = house.service
    key = default_key(service, region)
    arn = f"acs:kms:{region}:{house.ada.account_id}:key/{key}"
    for name in (key, ALIAS, arn):
        sealed = used(service, "Encrypt", name, region).json
        assert sealed["KeyId"] == key
        opened = service.call("Decrypt", {"CiphertextBlob": sealed["CiphertextBlob"]}).json
        assert (opened["Plaintext"], opened["KeyId"]) == (PLAIN, key)
        data_key = used(service, "GenerateDataKey", name, region).json
        opened = service.call("Decrypt", {"CiphertextBlob": data_key["CiphertextBlob"]}).json
        assert opened["Plaintext"] == data_key["Plaintext"]
        hidden = used(service, "GenerateDataKeyWithoutPlaintext", name, region).json
        assert hidden["KeyId"] == key
        assert "Plaintext" not in hidden


def test_each_region_has_a_default_key_of_its_own(house: House) -> None:
    found = {region: default_key(house.service, region) for region in REGIONS}
    assert len(set(found.values())) == len(REGIONS)
    assert found == {region: default_key(house.signer, region) for region in REGIONS}


def test_a_host_name_can_name_the_region(house: House) -> None:
    request = house.service.request("Encrypt", {"KeyId": ALIAS, "Plaintext": PLAIN})
    elsewhere = Signer(
        f"kms.cn-shanghai.example:{house.product.host_port.rpartition(':')[2]}",
        house.service.access_key_id,
        house.service.secret,
    ).request("Encrypt", {"KeyId": ALIAS, "Plaintext": PLAIN})
    here, there = house.service.send(request).json, house.service.send(elsewhere).json
    assert here["KeyId"] == default_key(house.service, "cn-hangzhou")
    assert there["KeyId"] == default_key(house.service, "cn-shanghai")


@pytest.mark.parametrize("operation", sorted(ALLOWED - {"Decrypt", "GetCallerIdentity"}))
@pytest.mark.parametrize("which", ["key", "disabled", "lost_key"])
def test_the_service_may_not_use_keys_of_instances(
    house: House, operation: str, which: str
) -> None:
    before = house.tables.rows()
    key = getattr(house, which)
    assert used(house.service, operation, key, "cn-hangzhou").refusal == NO_PERMISSION
    assert house.tables.rows() == before


def test_the_service_may_not_decrypt_what_keys_of_instances_encrypted(house: House) -> None:
    for blob in (house.ciphertext, house.stuck):
        assert house.service.call("Decrypt", {"CiphertextBlob": blob}).refusal == NO_PERMISSION


@pytest.mark.parametrize(
    ("version", "action"), [one for one in OPERATIONS if one[1] not in ALLOWED], ids=str
)
def test_the_service_may_call_nothing_else(house: House, version: str, action: str) -> None:
    before = house.tables.rows()
    sent = {
        "KmsInstanceId": house.full,
        "InstanceId": house.full,
        "InstanceIDs": house.full,
        "DKMSInstanceId": house.full,
        "OrderId": house.order,
        "KeyId": house.default_key,
    }
    assert house.service.call(action, sent, version=version).refusal == NO_PERMISSION
    assert house.tables.rows() == before


def test_it_is_known_as_a_service(house: House) -> None:
    told = house.service.call("GetCallerIdentity", version=STS).json
    account = house.ada.account_id
    assert told["AccountId"] == account
    assert told["IdentityType"] == "Service"
    assert told["Arn"] == f"acs:ram::{account}:service/storage"
    itself = house.call("GetCallerIdentity", version=STS).json
    assert (itself["IdentityType"], itself["Arn"]) == ("Account", f"acs:ram::{account}:root")


@pytest.mark.parametrize("region", REGIONS)
def test_the_account_sees_its_default_key_and_cannot_use_it(house: House, region: str) -> None:
    described = house.call("DescribeKey", {"KeyId": ALIAS, "RegionId": region}).json["KeyMetadata"]
    key = described["KeyId"]
    assert described["Creator"] == "Service"
    assert "DKMSInstanceId" not in described
    listed = house.call("ListKeys", {"RegionId": region, "PageSize": "100"}).json["Keys"]["Key"]
    assert key in {one["KeyId"] for one in listed}
    blob = used(house.service, "Encrypt", key, region).json["CiphertextBlob"]
    before = house.tables.rows()
    for name in (key, ALIAS, described["Arn"]):
        for operation in ("Encrypt", "GenerateDataKey", "GenerateDataKeyWithoutPlaintext"):
            assert used(house.signer, operation, name, region).refusal == NO_PERMISSION
    assert house.call("Decrypt", {"CiphertextBlob": blob}).refusal == NO_PERMISSION
    assert house.tables.rows() == before
