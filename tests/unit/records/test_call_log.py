"""Entries of log analysis: the documented fields, whatever callers send. facts/kms.md 10.2."""

import json
from dataclasses import replace

from hypothesis import given
from hypothesis import strategies as st

from keylease.core.clock import DAY, parse_iso
from keylease.records.call_log import (
    ENTRY_BYTES_MAX,
    Entry,
    FinishedCall,
    HandledFor,
    first_day,
    first_instant,
    fragment,
)

AT = parse_iso("2026-01-31T10:00:00+08:00")
CALL = FinishedCall(
    used=HandledFor("kst-a", "1000000000000001", "key-a", "key-a"),
    at=AT,
    operation="Encrypt",
    api_version="2016-01-20",
    is_shared=True,
    account_id="2000000000000002",
    identity_type="cloud-account",
    principal_id="2000000000000002",
    access_key_id="LTAI1",
    client_ip="192.0.2.7",
    user_agent="client/1",
    region="cn-hangzhou",
    request_id="R-1",
    key_version_id="v-1",
    duration=3,
    status=200,
    error_message="",
)

#: Source: the list in facts/kms.md 10.2.
FIELDS = """access_key_fingerprint access_key_id account_id api_name api_version client_ip duration
error_message identity_type instance_id level principal_id region_id request_id resource_id
resource_parameters share_gateway_api_name status_code time user_id useragent"""


def test_an_entry_has_the_documented_fields_and_no_other() -> None:
    entry = json.loads(CALL.entry())
    assert sorted(entry) == FIELDS.split()
    assert entry["resource_parameters"] == {"key_id": "key-a", "key_version_id": "v-1", "index": 0}
    assert (entry["level"], entry["time"]) == ("INFO", "2026-01-31T02:00:00Z")
    assert (entry["account_id"], entry["user_id"]) == ("2000000000000002", "1000000000000001")


def test_names_are_mapped_as_documented_and_the_gateway_tells_none_of_its_own() -> None:
    names = {
        "Encrypt": "Encrypt",
        "GenerateDataKeyWithoutPlaintext": "GenerateDataKey",
        "GetSecretValue": "Decrypt",
    }
    for called, logged in names.items():
        entry = json.loads(replace(CALL, operation=called).entry())
        assert (entry["api_name"], entry["share_gateway_api_name"]) == (logged, called)
    assert json.loads(replace(CALL, is_shared=False).entry())["share_gateway_api_name"] == ""


@given(text=st.text(max_size=3_000))
def test_whatever_is_sent_an_entry_is_one_line_of_bounded_size(text: str) -> None:
    entry = replace(CALL, user_agent=text, error_message=text).entry()
    assert Entry(AT, "Encrypt", 200, entry).size <= ENTRY_BYTES_MAX
    assert "\n" not in entry
    assert json.loads(entry)["useragent"] == text[:256]


@given(value=st.text(min_size=1, max_size=20))
def test_what_a_caller_sends_cannot_look_like_another_field(value: str) -> None:
    wanted = fragment("principal_id", value + "!")
    sent = replace(CALL, user_agent=wanted, error_message=wanted, client_ip=wanted)
    assert wanted not in sent.entry()
    assert wanted in replace(CALL, principal_id=value + "!").entry()


def test_a_hundred_and_eighty_days_are_kept_today_among_them() -> None:
    assert first_day(AT) == "2025-08-05"
    assert first_instant(AT) == parse_iso("2025-08-05T00:00:00+08:00")
    assert parse_iso("2026-02-01T00:00:00+08:00") - first_instant(AT) == 180 * DAY
