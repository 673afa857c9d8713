"""Whatever is sent to the RPC door: it is answered in JSON, and a failure is the caller's."""

import pytest

from fuzz.answers import check
from fuzz.calls import CHECK, Calls
from fuzz.harness import Damage, fuzz
from fuzz.world import World, on_the_wire
from keylease.api.rpc.billing.pages import TokenPage

#: What comes in one stream with others, whole and in pieces.
PIECES = (
    b"GET /?Action=DescribeRegions&Version=2016-01-20 HTTP/1.1\r\nhost: a\r\n\r\n",
    b"POST / HTTP/1.1\r\nhost: a\r\ntransfer-encoding: chunked\r\n\r\n5\r\na=b&c\r\n0\r\n\r\n",
    b"POST / HTTP/1.1\r\nhost: a\r\ncontent-length: 3\r\nexpect: 100-continue\r\n\r\na=b",
    b"GET http://a/healthz?x HTTP/1.0\r\nx-kms-apiname: Encrypt\r\nconnection: upgrade\r\n\r\n",
    b"POST / HTTP/1.1\r\nhost: a\r\nx-kms-apiname: Hash\r\ncontent-length: 0\r\n\r\n",
)


def test_a_damaged_call_is_answered_in_json_and_no_failure_is_ours(
    each_world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(TokenPage, "_check", lambda *_: CHECK)
    world, calls = each_world, Calls(each_world)
    victim = {"SecretName": "victim", "VersionId": "v1", "SecretData": "x"}
    world.call("CreateSecret", victim | {"DKMSInstanceId": world.instance})

    def damaged(damage: Damage) -> bytes:
        """Now and then on the wire, after it was signed; or no call at all."""
        if damage.now_and_then(0.1):
            return damage.data(b"".join(damage.some(PIECES)), PIECES)
        wire = on_the_wire(calls.request(damage))
        return damage.data(wire) if damage.now_and_then(0.2) else wire

    def answered(data: bytes) -> None:
        for request, answer in world.answers(data):
            check(request, answer)

    fuzz(damaged, answered, share=0.5)
