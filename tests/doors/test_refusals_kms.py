"""What the KMS API refuses, how, and that nothing has changed then.

Codes and statuses: facts/kms-api.md D.1; limits: A.2; an instance's phases: rules.md 2.
"""

import base64
import json
from collections.abc import Callable
from typing import NamedTuple

import pytest

from doors.house import House, told_officially

#: Of the house: what is sent.
Send = Callable[[House], dict[str, str]]

PLAIN = {"Plaintext": "aGVsbG8="}
NOBODYS_KEY = "key-hzz000000000000000000"
NOBODYS_INSTANCE = "kst-hzz000000000000000000"


class Case(NamedTuple):
    name: str
    action: str
    send: Send
    status: int
    code: str
    says: str = ""

    def __str__(self) -> str:
        return f"{self.action} with {self.name}"


def tags(*pairs: tuple[object, object]) -> dict[str, str]:
    return {"Tags": json.dumps([{"TagKey": key, "TagValue": value} for key, value in pairs])}


def key(**sent: str) -> Send:
    return lambda house: {"KeyId": house.key, **sent}


def filters(*pairs: object) -> Send:
    return lambda _: {"Filters": json.dumps(pairs)}


def new_key(**sent: str) -> Send:
    """In an instance that has room."""
    return lambda house: {"DKMSInstanceId": house.full, **sent}


def connecting(**sent: str) -> Send:
    place = {"VpcId": "vpc-1", "VSwitchIds": "vsw-1", "ZoneIds": "cn-hangzhou-a"}
    return lambda house: {"KmsInstanceId": house.bare, "KMProvider": "Aliyun", **place, **sent}


def binding(*networks: object) -> Send:
    return lambda house: {"KmsInstanceId": house.full, "BindVpcs": json.dumps(networks)}


def context(text: str) -> Send:
    return key(EncryptionContext=text, **PLAIN)


def sealed(change: Callable[[bytes], bytes]) -> Send:
    def send(house: House) -> dict[str, str]:
        raw = base64.b64decode(house.ciphertext)
        return {"CiphertextBlob": base64.b64encode(change(raw)).decode()}

    return send


INVALID = (400, "InvalidParameter")
MISSING = (400, "MissingParameter")
UNSUPPORTED = (400, "UnsupportedOperation")
UNSUPPORTED_KEY = (400, "Rejected.UnsupportedOperation")
DRY_RUN = (400, "DryRunOperationError")
DRY_RUN_INVALID = (400, "ValidationError")
LIMIT = (400, "Rejected.LimitExceeded")
CIPHERTEXT = (400, "InvalidCiphertext")
STATE = (403, "Forbidden.DKMSInstanceStateInvalid")
NO_PERMISSION = (403, "Forbidden.NoPermission")
NO_INSTANCE_HERE = (403, "Forbidden.DKMSInstanceNotFound")
NO_INSTANCE = (404, "Forbidden.DKMSInstanceNotFound")
NO_KEY = (404, "Forbidden.KeyNotFound")
NO_ALIAS = (404, "Forbidden.AliasNotFound")
DISABLED = (409, "Rejected.Disabled")
DATA_KEYS = ("GenerateDataKey", "GenerateDataKeyWithoutPlaintext")
VPC = {"VpcId": "vpc-1", "VSwitchId": "vsw-1", "RegionId": "cn-hangzhou"}

CASES = [
    # The service
    Case("an account that has opened it", "OpenKmsService", lambda _: {}, 400, "Forbidden.Opened"),
    Case("a region that is not offered", "ListKeys", lambda _: {"RegionId": "mars"}, *INVALID,
         "cn-hangzhou"),
    # Instances
    Case("an id that nobody has", "GetKmsInstance", lambda _: {"KmsInstanceId": NOBODYS_INSTANCE},
         *NO_INSTANCE),
    Case("no id", "GetKmsInstance", lambda _: {}, *MISSING, "KmsInstanceId"),
    Case("an unknown resource", "GetKmsInstanceQuotaInfos",
         lambda house: {"KmsInstanceId": house.full, "ResourceType": "gold"}, *INVALID, "key"),
    Case("filters", "ListKmsInstances", filters({"Key": "x", "Values": []}), *INVALID, "Filters"),
    Case("a page of nothing", "ListKmsInstances", lambda _: {"PageSize": "0"},
         *INVALID, "1 to 100"),
    Case("an instance that is enabled", "ConnectKmsInstance",
         lambda house: connecting()(house) | {"KmsInstanceId": house.full}, *STATE),
    Case("an instance that lost its token", "ConnectKmsInstance",
         lambda house: connecting()(house) | {"KmsInstanceId": house.lost}, *STATE),
    Case("another provider", "ConnectKmsInstance", connecting(KMProvider="Acme"),
         *INVALID, "Aliyun"),
    *[Case(f"no {name}", "ConnectKmsInstance", connecting(**{name: ""}), *MISSING, name)
      for name in ("KmsInstanceId", "KMProvider", "VpcId", "VSwitchIds", "ZoneIds")],
    Case("a network of no form", "ConnectKmsInstance", connecting(VpcId="net-1"),
         *INVALID, "VpcId"),
    Case("a switch of no form", "ConnectKmsInstance", connecting(VSwitchIds="vsw-1,x"), *INVALID,
         "VSwitchId"),
    Case("a zone of no form", "ConnectKmsInstance", connecting(ZoneIds="cn-hangzhou-7"), *INVALID,
         "ZoneId"),
    Case("a zone of another region", "ConnectKmsInstance", connecting(ZoneIds="cn-beijing-a"),
         *INVALID, "cn-hangzhou"),
    Case("101 switches", "ConnectKmsInstance", connecting(VSwitchIds=",".join(["vsw-1"] * 101)),
         *INVALID, "100"),
    Case("no name", "UpdateKmsInstance", lambda house: {"KmsInstanceId": house.full}, *MISSING),
    Case("a name of 129 characters", "UpdateKmsInstance",
         lambda house: {"KmsInstanceId": house.full, "InstanceName": "n" * 129}, *INVALID, "128"),
    Case("a name of two lines", "UpdateKmsInstance",
         lambda house: {"KmsInstanceId": house.full, "InstanceName": "a\nb"}, *INVALID),
    Case("no networks", "UpdateKmsInstanceBindVpc", lambda house: {"KmsInstanceId": house.full},
         *MISSING, "BindVpcs"),
    Case("what is no JSON", "UpdateKmsInstanceBindVpc",
         lambda house: {"KmsInstanceId": house.full, "BindVpcs": "[{"}, *INVALID, "JSON"),
    Case("an object", "UpdateKmsInstanceBindVpc",
         lambda house: {"KmsInstanceId": house.full, "BindVpcs": "{}"}, *INVALID, "array"),
    Case("a number as a network", "UpdateKmsInstanceBindVpc", binding(1), *INVALID),
    Case("a number as a VpcId", "UpdateKmsInstanceBindVpc", binding({"VpcId": 1}), *INVALID),
    Case("a network without a switch", "UpdateKmsInstanceBindVpc", binding({"VpcId": "vpc-1"}),
         *INVALID, "VSwitchId"),
    Case("a network on mars", "UpdateKmsInstanceBindVpc", binding(VPC | {"RegionId": "mars"}),
         *INVALID, "region"),
    Case("a network of nobody", "UpdateKmsInstanceBindVpc", binding(VPC | {"VpcOwnerId": "ada"}),
         *INVALID, "VpcOwnerId"),
    Case("101 networks", "UpdateKmsInstanceBindVpc", binding(*[VPC] * 101), *INVALID, "100"),
    Case("an instance that is not enabled", "UpdateKmsInstanceBindVpc",
         lambda house: {"KmsInstanceId": house.bare, "BindVpcs": "[]"}, *STATE),
    # Keys
    Case("no instance, and a spec of its own", "CreateKey", lambda _: {"KeySpec": "RSA_2048"},
         *INVALID, "DKMSInstanceId"),
    Case("no instance, and a policy", "CreateKey", lambda _: {"Policy": "{}"},
         400, "Forbidden.KeyPolicyUnSupported"),
    Case("no instance, and rotation every week", "CreateKey",
         lambda _: {"EnableAutomaticRotation": "true", "RotationInterval": "7d"}, *INVALID, "365d"),
    Case("no instance, and rotation that was not bought", "CreateKey",
         lambda _: {"EnableAutomaticRotation": "true", "RotationInterval": "365d"},
         *UNSUPPORTED_KEY, "value-added"),
    Case("an instance that nobody has", "CreateKey",
         lambda _: {"DKMSInstanceId": NOBODYS_INSTANCE}, *NO_INSTANCE_HERE),
    Case("an instance that is not enabled", "CreateKey",
         lambda house: {"DKMSInstanceId": house.bare}, *STATE, "ConnectKmsInstance"),
    Case("an instance that lost its token", "CreateKey",
         lambda house: {"DKMSInstanceId": house.lost}, *STATE),
    Case("an instance that holds all it may", "CreateKey", new_key(), *LIMIT, "upgrade"),
    Case("a spec that is not offered", "CreateKey", new_key(KeySpec="Aliyun_DES"), *INVALID,
         "Aliyun_AES_256"),
    Case("a usage that the spec cannot do", "CreateKey", new_key(KeyUsage="SIGN/VERIFY"), *INVALID,
         "ENCRYPT/DECRYPT"),
    Case("material from elsewhere", "CreateKey", new_key(Origin="External"), *INVALID, "Origin"),
    Case("automatic rotation of no period", "CreateKey", new_key(EnableAutomaticRotation="true"),
         *MISSING, "RotationInterval"),
    Case("automatic rotation of a strange period", "CreateKey",
         new_key(EnableAutomaticRotation="true", RotationInterval="1y"), *INVALID, "365d"),
    Case("a description of 8,193 characters", "CreateKey", new_key(Description="密" * 8_193),
         *INVALID, "8,192"),
    Case("a NUL in the description", "CreateKey", new_key(Description="a\0b"), *INVALID, "NUL"),
    Case("21 tags", "CreateKey", new_key(**tags(*[(f"t{n}", "") for n in range(21)])),
         *INVALID, "20"),
    Case("a tag without a name", "CreateKey", new_key(**tags(("", "v"))), *INVALID, "TagKey"),
    *[Case(f"a tag that begins with {name}", "CreateKey", new_key(**tags((f"{name}x", "v"))),
           *INVALID, "TagKey")
      for name in ("aliyun", "acs:")],
    Case("a tag's key of 129 characters", "CreateKey", new_key(**tags(("t" * 129, "v"))), *INVALID,
         "128"),
    Case("a tag's value of 129 characters", "CreateKey", new_key(**tags(("t", "v" * 129))),
         *INVALID, "128"),
    Case("a tag twice", "CreateKey", new_key(**tags(("t", "1"), ("t", "2"))), *INVALID, "twice"),
    Case("a number as a tag", "CreateKey", new_key(**tags((1, "v"))), *INVALID),
    Case("a number as a tag's value", "CreateKey", new_key(**tags(("t", 1))), *INVALID),
    Case("half a character as a tag", "CreateKey", new_key(**tags(("\ud800", "v"))),
         *INVALID, "UTF-8"),
    Case("a NUL as a tag", "CreateKey", new_key(**tags(("\0", "v"))), *INVALID, "NUL"),
    *[Case(f"the tags {text[:9]!r}", "CreateKey", new_key(Tags=text), *INVALID, "Tags")
      for text in ("{}", "[1]", "[", "tags", '["a"]', "[" * 30_000)],
    Case("a key that nobody has", "DescribeKey", lambda _: {"KeyId": NOBODYS_KEY}, *NO_KEY),
    Case("an alias that nobody has", "DescribeKey", lambda _: {"KeyId": "alias/nobody"}, *NO_ALIAS),
    Case("an instance's id", "DescribeKey", lambda house: {"KeyId": house.full}, *NO_KEY),
    Case("half a resource name", "DescribeKey", lambda _: {"KeyId": "acs:kms:cn-hangzhou"},
         *NO_KEY),
    Case("the resource name of a secret", "DescribeKey",
         lambda house: {"KeyId": f"acs:kms:cn-hangzhou:{house.ada.account_id}:secret/s"}, *NO_KEY),
    Case("a NUL in the key", "DescribeKey", lambda _: {"KeyId": "\0"}, *INVALID, "NUL"),
    *[Case("no key", action, lambda _: dict(PLAIN), *MISSING, "KeyId")
      for action in ("DescribeKey", "EnableKey", "DisableKey", "ListKeyVersions", "Encrypt",
                     "ListResourceTags", *DATA_KEYS)],
    *[Case("a key of an instance that lost its token", action,
           lambda house: {"KeyId": house.lost_key, **PLAIN}, *STATE)
      for action in ("EnableKey", "DisableKey", "Encrypt", *DATA_KEYS)],
    Case("no version", "DescribeKeyVersion", key(), *MISSING, "KeyVersionId"),
    Case("a version that nobody has", "DescribeKeyVersion", key(KeyVersionId="1"), *INVALID),
    *[Case(f"the page {number}", "ListKeys", lambda _, n=number: {"PageNumber": n}, *INVALID)
      for number in ("0", "-1", "one", "1.0", "1000001", "9" * 13, "١")],
    *[Case(f"pages of {size}", "ListKeys", lambda _, n=size: {"PageSize": n}, *INVALID, "1 to 100")
      for size in ("0", "101")],
    Case("an unknown filter", "ListKeys", filters({"Key": "Colour", "Values": ["red"]}), *INVALID,
         "KeyState"),
    Case("eleven filters", "ListKeys", filters(*[{"Key": "KeyState", "Values": []}] * 11), *INVALID,
         "10"),
    Case("eleven values", "ListKeys", filters({"Key": "KeyState", "Values": ["x"] * 11}), *INVALID,
         "10"),
    Case("a filter that is a text", "ListKeys", filters("KeyState"), *INVALID),
    Case("a filter without a key", "ListKeys", filters({"Values": []}), *INVALID),
    Case("a filter whose values are a text", "ListKeys",
         filters({"Key": "KeyState", "Values": "Enabled"}), *INVALID),
    Case("half a character as a filter", "ListKeys",
         filters({"Key": "TagKey", "Values": ["\udc00"]}), *INVALID, "UTF-8"),
    # Cryptography
    *[Case("the key disabled", action, lambda house: {"KeyId": house.disabled, **PLAIN}, *DISABLED)
      for action in ("Encrypt", *DATA_KEYS)],
    Case("the key disabled", "Decrypt", lambda house: {"CiphertextBlob": house.stuck}, *DISABLED),
    *[Case("the default key", action, lambda house: {"KeyId": house.default_key, **PLAIN},
           *NO_PERMISSION, "instance")
      for action in ("Encrypt", *DATA_KEYS)],
    *[Case("the default key by its alias", action, lambda _: {"KeyId": "alias/acs/kms", **PLAIN},
           *NO_PERMISSION, "instance")
      for action in ("Encrypt", *DATA_KEYS)],
    Case("no plaintext", "Encrypt", key(), *MISSING, "Plaintext"),
    Case("a plaintext of 8,193 characters", "Encrypt", key(Plaintext="A" * 8_193),
         *INVALID, "8192"),
    Case("one byte more than 6 KB", "Encrypt",
         key(Plaintext=base64.b64encode(bytes(6_145)).decode()), *INVALID, "GenerateDataKey"),
    *[Case(f"the context {text[:12]!r}", "Encrypt", context(text), *INVALID, "EncryptionContext")
      for text in ("{", "[]", '"a"', "1", '{"a":1}', '{"a":{}}', '{"a":null}', '{"a":"\\ud800"}',
                   "{" * 20_000)],
    Case("a context of 8,193 characters", "Encrypt",
         context(json.dumps({"k": "v" * 8_185}, separators=(",", ":"))), *INVALID, "8192"),
    Case("no ciphertext", "Decrypt", lambda _: {}, *MISSING, "CiphertextBlob"),
    Case("what is no Base64", "Decrypt", lambda _: {"CiphertextBlob": "no!"}, *CIPHERTEXT),
    Case("another context", "Decrypt",
         lambda house: {"CiphertextBlob": house.ciphertext, "EncryptionContext": '{"a":"b"}'},
         *CIPHERTEXT),
    Case("a flipped bit", "Decrypt", sealed(lambda raw: raw[:-1] + bytes([raw[-1] ^ 1])),
         *CIPHERTEXT),
    Case("a byte less", "Decrypt", sealed(lambda raw: raw[:-1]), *CIPHERTEXT),
    Case("nothing after the nonce", "Decrypt", sealed(lambda raw: raw[:48]), *CIPHERTEXT),
    Case("no version in front", "Decrypt", sealed(lambda raw: b"x" * 36 + raw[36:]), *CIPHERTEXT),
    Case("a version that nobody has", "Decrypt",
         sealed(lambda raw: b"00000000-0000-4000-8000-000000000000" + raw[36:]), *NO_KEY),
    *[Case(f"a data key of {size} bytes", action, key(NumberOfBytes=size),
           *INVALID, "NumberOfBytes")
      for action in DATA_KEYS for size in ("0", "1025", "-1", "many")],
    *[Case("a data key of an unknown spec", action, key(KeySpec="AES_512"), *INVALID, "AES_256")
      for action in DATA_KEYS],
    *[Case("an enclave", action, key(Recipient="e", **PLAIN), *UNSUPPORTED, "Recipient")
      for action in ("Decrypt", "GenerateDataKey")],
    *[Case("a dry run", action, key(DryRun="true", **PLAIN), *DRY_RUN, "would have succeeded")
      for action in ("Encrypt", *DATA_KEYS)],
    Case("a dry run", "Decrypt",
         lambda house: {"CiphertextBlob": house.ciphertext, "DryRun": "true"}, *DRY_RUN),
    Case("a dry run of a key that is disabled", "Encrypt",
         lambda house: {"KeyId": house.disabled, "DryRun": "true", **PLAIN}, *DRY_RUN_INVALID,
         "Rejected.Disabled"),
    Case("a dry run of the default key", "Encrypt",
         lambda house: {"KeyId": house.default_key, "DryRun": "true", **PLAIN},
         400, "AccessDeniedError", "Forbidden.NoPermission"),
    Case("a dry run, perhaps", "Encrypt", key(DryRun="perhaps", **PLAIN), *INVALID, "DryRun"),
]  # fmt: skip


@pytest.mark.parametrize("case", CASES, ids=str)
def test_it_is_refused_and_nothing_changes(house: House, case: Case) -> None:
    before = house.tables.rows()
    sent = case.send(house)
    form = {name: value for name, value in sent.items() if len(value) > 10_000}
    query = {name: value for name, value in sent.items() if name not in form}
    answer = house.call(case.action, query, form=form)
    assert answer.refusal == (case.status, case.code), answer.text
    assert case.says in answer.message
    assert house.tables.rows() == before


@pytest.mark.parametrize("case", CASES, ids=str)
def test_the_official_client_is_told_the_same(house: House, case: Case) -> None:
    told = told_officially(house.ada.kms, "2016-01-20", case.action, case.send(house))
    assert told == (case.status, case.code)


@pytest.mark.parametrize("characters", [0, 1, 8_192])
def test_a_plaintext_up_to_6_kb_comes_back(house: House, characters: int) -> None:
    text = base64.b64encode(bytes(6_144)).decode()[:characters]
    sealed = house.call("Encrypt", {"KeyId": house.key, "Plaintext": text}).json
    opened = house.call("Decrypt", {"CiphertextBlob": sealed["CiphertextBlob"]}).json
    assert opened["Plaintext"] == text


@pytest.mark.parametrize("text", ["plaintext", "no base64!", "密文", "a\0b", " ", "\n"])
def test_a_plaintext_is_opaque_text(house: House, text: str) -> None:
    """A server must not reject or normalise what is no Base64. facts/kms-api.md A.2."""
    sealed = house.call("Encrypt", {"KeyId": house.key, "Plaintext": text}).json
    opened = house.call("Decrypt", {"CiphertextBlob": sealed["CiphertextBlob"]}).json
    assert opened["Plaintext"] == text


def test_a_context_of_8_192_characters_is_accepted(house: House) -> None:
    text = json.dumps({"k": "v" * 8_184}, separators=(",", ":"))
    assert len(text) == 8_192
    sent = {"KeyId": house.key, **PLAIN}
    assert house.call("Encrypt", sent, form={"EncryptionContext": text}).status == 200
