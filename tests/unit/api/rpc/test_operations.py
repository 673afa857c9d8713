"""The table of operations is whole."""

from keylease.access.admission import SERVICE_OPERATIONS
from keylease.api.rpc.call import Mode
from keylease.api.rpc.data import CRYPTO
from keylease.api.rpc.operations import OPERATIONS


def test_each_operation_is_carried_out_somewhere() -> None:
    for (version, name), operation in OPERATIONS.items():
        assert (operation.family.value, operation.name) == (version, name)
        assert (operation.handler is None) == (operation.mode is Mode.CRYPTO), name


def test_the_crypto_operations_are_those_of_the_table() -> None:
    crypto = {one.name for one in OPERATIONS.values() if one.mode is Mode.CRYPTO}
    assert crypto == CRYPTO.keys()


def test_what_a_service_may_call_exists() -> None:
    assert {name for _, name in OPERATIONS} >= SERVICE_OPERATIONS


def test_no_operation_has_the_name_of_another() -> None:
    assert len({name for _, name in OPERATIONS}) == len(OPERATIONS)
