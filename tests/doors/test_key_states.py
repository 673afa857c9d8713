"""What each operation answers in each state of a key, on the wire. facts/kms-api.md D.2.

Deletion and import cannot be asked for yet; the states they lead to are set in the table.
"""

from collections.abc import Iterator

import pytest

from doors.house import House
from doors.signed import Answer

OK = (200, "")
DISABLED = (409, "Rejected.Disabled")
DELETING = (409, "Rejected.PendingDeletion")
IMPORTING = (409, "Rejected.PendingImport")
UNMODIFIED = (409, "Rejected.StateModifiedFailed")

STATES = ("Enabled", "Disabled", "PendingDeletion", "PendingImport")
ANSWERS = {
    "Encrypt": (OK, DISABLED, DELETING, IMPORTING),
    "Decrypt": (OK, DISABLED, DELETING, IMPORTING),
    "GenerateDataKey": (OK, DISABLED, DELETING, IMPORTING),
    "GenerateDataKeyWithoutPlaintext": (OK, DISABLED, DELETING, IMPORTING),
    "DescribeKey": (OK, OK, OK, OK),
    "DescribeKeyVersion": (OK, OK, OK, OK),
    "ListKeyVersions": (OK, OK, OK, OK),
    "ListResourceTags": (OK, OK, OK, OK),
    "ListKeys": (OK, OK, OK, OK),
    "EnableKey": (OK, OK, UNMODIFIED, UNMODIFIED),
    "DisableKey": (OK, OK, UNMODIFIED, UNMODIFIED),
}
LEADS_TO = {"EnableKey": "Enabled", "DisableKey": "Disabled"}


@pytest.fixture
def key(house: House) -> Iterator[str]:
    """The house's key, enabled again afterwards."""
    yield house.key
    house.tables.overwrite("keys", house.key, state="Enabled")


def asked(house: House, operation: str) -> Answer:
    version = house.call("ListKeyVersions", {"KeyId": house.key}).json["KeyVersions"]["KeyVersion"]
    sent = {
        "KeyId": house.key,
        "KeyVersionId": version[0]["KeyVersionId"],
        "Plaintext": "aGVsbG8=",
        "CiphertextBlob": house.ciphertext,
    }
    return house.call(operation, sent)


def state(house: House) -> str:
    found = house.call("DescribeKey", {"KeyId": house.key}).json["KeyMetadata"]["KeyState"]
    return str(found)


@pytest.mark.parametrize("before", STATES)
def test_each_operation_answers_as_the_table_says(house: House, key: str, before: str) -> None:
    column = STATES.index(before)
    for operation, row in ANSWERS.items():
        if state(house) != before:
            house.tables.overwrite("keys", key, state=before)
        expected = row[column]
        answer = asked(house, operation)
        assert answer.refusal == expected, operation
        if expected == OK:
            assert state(house) == LEADS_TO.get(operation, before), operation
        else:
            assert state(house) == before, operation
            assert key in answer.message, operation


def test_disabling_acts_at_once_and_enabling_too(house: House, key: str) -> None:
    """The process that changed a key has adopted the change before it answers. design.md 3."""
    for _ in range(5):
        assert house.call("DisableKey", {"KeyId": key}).status == 200
        assert asked(house, "Encrypt").refusal == DISABLED
        assert house.call("EnableKey", {"KeyId": key}).status == 200
        assert asked(house, "Encrypt").status == 200


def test_a_disabled_key_in_an_instance_that_cannot_be_used_answers_for_the_instance(
    house: House,
) -> None:
    """The instance is looked at before the key. rules.md 2."""
    house.tables.overwrite("keys", house.lost_key, state="Disabled")
    answer = house.call("Encrypt", {"KeyId": house.lost_key, "Plaintext": "x"})
    assert answer.refusal == (403, "Forbidden.DKMSInstanceStateInvalid")
    house.tables.overwrite("keys", house.lost_key, state="Enabled")
