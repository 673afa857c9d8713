"""What several permissions are about is looked up once, and nobody else's thing is taken for it."""

import pytest

from keylease.access.accounts import Principal
from keylease.api.rpc import subjects
from keylease.api.rpc.arguments import Arguments
from keylease.api.rpc.call import Call
from keylease.api.rpc.operations import OPERATIONS
from keylease.api.rpc.subjects import SUBJECTS, Known, found_once

ADA, BOB = "1000000000000001", "1000000000000002"


def call(name: str, **values: str) -> Call:
    operation = OPERATIONS["2016-01-20", name]
    return Call("", operation, Principal(ADA), "", "cn-hangzhou", "", "", 0, Arguments(values))


@pytest.fixture
def looked(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """The ways in which something was looked for."""
    ways: list[str] = []
    for way in ("_key", "_readable_key", "_secret", "_readable_secret"):
        real = getattr(subjects, way)

        def note(_call: Call, _work: object, way: str = way) -> list[str]:
            ways.append(way)
            return [way]

        for name in [one for one, found in SUBJECTS.items() if found is real]:
            monkeypatch.setitem(SUBJECTS, name, note)  # type: ignore[arg-type] # notes alone
        monkeypatch.setattr(subjects, way, note)
    return ways


@pytest.mark.parametrize(
    ("kind", "parameter", "readable", "own"),
    [
        ("key", "KeyId", "DescribeKey", ("ListAliasesByKeyId", "GetKeyPolicy")),
        ("secret", "SecretName", "DescribeSecret", ("ListSecretVersionIds", "GetSecretPolicy")),
    ],
)
def test_who_reads_another_accounts_thing_does_not_own_it(
    looked: list[str], kind: str, parameter: str, readable: str, own: tuple[str, str]
) -> None:
    def ask(name: str) -> list[str]:
        known: Known = {}
        looked.clear()
        for operation in (readable, *own, readable):
            found_once(call(operation, **{parameter: name}), None, known)  # type: ignore[arg-type] # notes alone
        return looked

    for mine in ("one", f"acs:kms:cn-hangzhou:{ADA}:{kind}/one"):
        assert ask(mine) == [f"_{kind}"]
    assert ask(f"acs:kms:cn-hangzhou:{BOB}:{kind}/one") == [f"_readable_{kind}", f"_{kind}"]


def test_other_values_are_looked_up_by_themselves(looked: list[str]) -> None:
    known: Known = {}
    for name in ("one", "other", "one"):
        found_once(call("GetKeyPolicy", KeyId=name), None, known)  # type: ignore[arg-type] # notes alone
    assert looked == ["_key", "_key"]
    found_once(call("GetKeyPolicy", KeyId="one", PolicyName="p"), None, known)  # type: ignore[arg-type] # see above
    assert len(looked) == 3
