"""Requests that are no requests: who signs, when, for what. facts/kms-api.md B.5, B.6 and D.1.

Every request here would disable a key if it were carried out.
"""

import re
from collections.abc import Callable
from typing import NamedTuple

import pytest

from doors.house import House
from doors.signed import ALGORITHMS, BILLING, KMS, STS, Signer, send, stamp, string_to_sign
from keylease.access.request import Request
from keylease.access.signatures import ACS3, ACS4, RPC

MINUTE = 60


class Case(NamedTuple):
    name: str
    make: Callable[[House, str], Request]  # of the house and the algorithm
    status: int
    code: str
    algorithms: tuple[str, ...] = ALGORITHMS

    def __str__(self) -> str:
        return self.name


def plain(**changed: str) -> Callable[[House, str], Request]:
    """A good request but for what is changed."""
    return lambda house, algorithm: house.signer.request(
        "DisableKey", {"KeyId": house.key}, algorithm=algorithm, **changed
    )


def lacking(part: str) -> Callable[[House, str], Request]:
    return plain(without=part)


def with_another_secret(house: House, algorithm: str) -> Request:
    signer = Signer(house.signer.host_port, house.signer.access_key_id, "another secret")
    return signer.request("DisableKey", {"KeyId": house.key}, algorithm=algorithm)


def changed_afterwards(house: House, algorithm: str) -> Request:
    request = house.signer.request("DisableKey", {"KeyId": house.disabled}, algorithm=algorithm)
    request.query = request.query.replace(house.disabled, house.key)
    return request


def inactive(house: House, algorithm: str) -> Request:
    return house.inactive.request("DisableKey", {"KeyId": house.key}, algorithm=algorithm)


def unsigned(house: House, _algorithm: str) -> Request:
    query = f"Action=DisableKey&Version={KMS}&KeyId={house.key}"
    return Request("POST", "/", query, {"host": house.signer.host_port}, b"", "")


def signature_removed(house: House, algorithm: str) -> Request:
    request = plain()(house, algorithm)
    if algorithm == RPC:
        request.query = request.query.partition("&Signature=")[0]
    else:
        start = request.headers["authorization"].partition(",Signature=")[0]
        request.headers["authorization"] = start
    return request


def unknown_algorithm(house: House, algorithm: str) -> Request:
    request = plain()(house, algorithm)
    request.query = request.query.replace("HMAC-SHA1", "HMAC-MD5")
    known = request.headers.get("authorization", "")
    if known:
        request.headers["authorization"] = known.replace("HMAC-SHA256", "HMAC-MD5")
    return request


def unsigned_header(house: House, algorithm: str) -> Request:
    request = plain()(house, algorithm)
    request.headers["x-acs-region-id"] = "cn-beijing"
    return request


def wrong_body_hash(house: House, algorithm: str) -> Request:
    """The header with the hash is signed, so only comparing it with the body finds out."""
    signer = house.signer
    form = {"KeyId": house.key}
    return signer.request("DisableKey", algorithm=algorithm, form=form, hash_of_body="0" * 64)


def other_body(house: House, algorithm: str) -> Request:
    request = house.signer.request(
        "DisableKey", algorithm=algorithm, form={"KeyId": house.disabled}
    )
    return Request(
        request.method,
        request.path,
        request.query,
        request.headers,
        f"KeyId={house.key}".encode(),
        "",
    )


def named(action: str, version: str) -> Callable[[House, str], Request]:
    return plain(Action=action, Version=version)


def by_method(method: str) -> Callable[[House, str], Request]:
    return plain(method=method)


def on_path(path: str) -> Callable[[House, str], Request]:
    return plain(path=path)


def raw_query(extra: str) -> Callable[[House, str], Request]:
    def make(house: House, algorithm: str) -> Request:
        request = plain()(house, algorithm)
        request.query += extra
        return request

    return make


_ACS = (ACS3, ACS4)
_IDS = ("x" * 129, "LTAI\0", "LTAI é")

CASES = [
    Case("a signature made with another secret", with_another_secret, 400, "SignatureDoesNotMatch"),
    Case("parameters changed after signing", changed_afterwards, 400, "SignatureDoesNotMatch"),
    Case("another body than the one that was signed", other_body, 400, "SignatureDoesNotMatch"),
    Case("a signed hash that is not the body's", wrong_body_hash, 400, "SignatureDoesNotMatch",
         _ACS),
    Case("an access key that nobody has", plain(AccessKeyId="LTAInobody"), 404,
         "InvalidAccessKeyId.NotFound"),
    Case("an access key that is switched off", inactive, 400, "InvalidAccessKeyId.Inactive"),
    Case("no access key", lacking("AccessKeyId"), 400, "MissingAccessKeyId"),
    Case("no signature and no access key", unsigned, 400, "MissingAccessKeyId", (RPC,)),
    Case("no signature", signature_removed, 400, "IncompleteSignature"),
    Case("an algorithm that is not offered", unknown_algorithm, 400, "IncompleteSignature"),
    Case("a header that is not signed", unsigned_header, 400, "IncompleteSignature", _ACS),
    *[Case(f"the access key id {one!r}", plain(AccessKeyId=one), 400, "IncompleteSignature", (RPC,))
      for one in _IDS],
    *[Case(f"the nonce {one!r}", plain(SignatureNonce=one), 400, "IncompleteSignature", (RPC,))
      for one in _IDS],
    Case("no timestamp", lacking("Timestamp"), 400, "MissingTimestamp", (ACS3, RPC)),
    *[Case(f"the timestamp {one!r}", plain(Timestamp=one), 400, "InvalidTimeStamp.Format",
           (ACS3, RPC))
      for one in ("now", "2026-01-31", "2026-01-31 02:00:00", "2026-13-01T00:00:00Z",
                  "2026-01-31T02:00:00+08:00", "1769824800")],
    Case("a timestamp of 16 minutes ago", plain(Timestamp=stamp(-16 * MINUTE)), 400,
         "InvalidTimeStamp.Expired"),
    Case("a timestamp of a day ahead", plain(Timestamp=stamp(24 * 60 * MINUTE)), 400,
         "InvalidTimeStamp.Expired"),
    Case("no nonce", lacking("SignatureNonce"), 400, "MissingSignatureNonce"),
    Case("no action", lacking("Action"), 400, "MissingAction"),
    Case("no version", lacking("Version"), 400, "MissingVersion"),
    Case("an action that nobody knows", named("DestroyKey", KMS), 404, "InvalidApi.NotFound"),
    Case("an action in other letters", named("disablekey", KMS), 404, "InvalidApi.NotFound"),
    Case("an action of another API", named("DisableKey", BILLING), 404, "InvalidApi.NotFound"),
    Case("an action of a third API", named("DisableKey", STS), 404, "InvalidApi.NotFound"),
    Case("a version that nobody knows", named("DisableKey", "2016-01-21"), 404,
         "InvalidApi.NotFound"),
    *[Case(f"the method {one}", by_method(one), 403, "UnsupportedHTTPMethod")
      for one in ("PUT", "DELETE", "PATCH", "OPTIONS")],
    *[Case(f"the path {one}", on_path(one), 404, "") for one in ("/kms", "//", "/%2F")],
    Case("a broken escape", raw_query("&x=%zz"), 400, "ParseRequestParameterException"),
    Case("an escape that is no UTF-8", raw_query("&x=%ff"), 400, "ParseRequestParameterException"),
    Case("a parameter twice", raw_query("&KeyId=key-1"), 400, "ParseRequestParameterException"),
    Case("a thousand parameters", raw_query("&x=" * 1_000), 400, "ParseRequestParameterException"),
]  # fmt: skip

PAIRS = [
    pytest.param(case, algorithm, id=f"{case}, {algorithm}")
    for case in CASES
    for algorithm in case.algorithms
]


@pytest.mark.parametrize(("case", "algorithm"), PAIRS)
def test_it_is_refused_and_nothing_changes(house: House, case: Case, algorithm: str) -> None:
    before = house.tables.rows()
    answer = house.signer.send(case.make(house, algorithm))
    assert answer.refusal == (case.status, case.code)
    if case.code:
        body = answer.json
        assert body["HttpStatus"] == case.status
        assert re.fullmatch(r"[0-9A-F]{8}(-[0-9A-F]{4}){3}-[0-9A-F]{12}", body["RequestId"])
        assert body["Message"]
        assert house.signer.secret not in answer.text
    assert house.tables.rows() == before


@pytest.mark.parametrize("algorithm", ALGORITHMS)
def test_the_message_carries_the_string_to_sign_after_the_only_colon_before_it(
    house: House, algorithm: str
) -> None:
    """The core SDK splits the message at ":" and compares the second piece with its own text."""
    request = with_another_secret(house, algorithm)
    before, _, text = house.signer.send(request).message.partition(":")
    assert text == string_to_sign(request)
    assert before.endswith("server string to sign is")


@pytest.mark.parametrize("method", ["GET", "POST"])
@pytest.mark.parametrize("algorithm", ALGORITHMS)
def test_every_operation_takes_both_methods(house: House, algorithm: str, method: str) -> None:
    answer = house.call("DescribeKey", {"KeyId": house.key}, algorithm=algorithm, method=method)
    assert answer.status == 200


@pytest.mark.parametrize("algorithm", ALGORITHMS)
def test_parameters_may_come_in_a_form(house: House, algorithm: str) -> None:
    answer = house.call("DescribeKey", algorithm=algorithm, form={"KeyId": house.key})
    assert answer.json["KeyMetadata"]["KeyId"] == house.key


@pytest.mark.parametrize("algorithm", ALGORITHMS)
def test_thirty_kilobytes_of_secret_fit_into_a_query(house: House, algorithm: str) -> None:
    """Official clients send SecretData there, percent-encoded. facts/kms-api.md B.8."""
    parameters = {"KeyId": house.key, "SecretData": "+" * 30_720}
    assert house.call("DescribeKey", parameters, algorithm=algorithm).status == 200


def test_a_target_beyond_the_limit_is_refused_before_anybody_reads_it(house: House) -> None:
    answer = house.call("DisableKey", {"KeyId": house.key, "SecretData": "+" * 60_000})
    assert answer.status == 414
    described = house.call("DescribeKey", {"KeyId": house.key}).json
    assert described["KeyMetadata"]["KeyState"] == "Enabled"


@pytest.mark.parametrize("version", [BILLING, KMS])
def test_billing_marks_what_fails_at_the_gateway_too(house: House, version: str) -> None:
    signer = Signer(house.signer.host_port, house.signer.access_key_id, "another secret")
    for algorithm in ALGORITHMS:
        answer = signer.call("QueryOrders", version=version, algorithm=algorithm)
        assert ("Success" in answer.json) is (version == BILLING)
        assert answer.json.get("Success") is not True


def test_garbage_is_no_request(house: House) -> None:
    before = house.tables.rows()
    request = Request("GET", "/", "", {"host": house.signer.host_port}, b"\xff\0{", "")
    assert send(house.signer.host_port, request).refusal == (400, "MissingAccessKeyId")
    assert house.tables.rows() == before
