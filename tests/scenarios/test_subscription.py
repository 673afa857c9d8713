"""The life of a subscription as days in two customers' lives, on both engines.

Ada pays in dollars and reads English; Li Lei pays in CNY and reads Chinese. Ada lets her instance
expire, comes back, renews ahead, and leaves for good. Everything goes through the official
clients, the command line and a real mail server. Source: rules.md 1 to 4.
"""

import sqlite3
from collections.abc import Callable
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path

import psycopg
from alibabacloud_kms20160120 import models as kms
from aliyunsdkkms.request.v20160120.DisableKeyRequest import DisableKeyRequest
from aliyunsdkkms.request.v20160120.EncryptRequest import EncryptRequest

from product import Customer
from scenarios.town import (
    Town,
    balance_of,
    decrypt_classic,
    delivered,
    encrypt_classic,
    listed,
    open_town,
    order_of,
    price_of,
    refusal,
    refused,
    term_of,
    utc,
    wait_for_delivery,
    written,
)
from unit.notifications.smtp import HOST, Mailbox, free_port, serving

CONTEXT = {"App": "payroll", "部门": "财务"}
PLAINTEXT = "aGVsbG8gd29ybGQ="

STATE_INVALID = (403, "Forbidden.DKMSInstanceStateInvalid")
KEY_NOT_FOUND = (404, "Forbidden.KeyNotFound")
INSTANCE_NOT_FOUND = "Forbidden.DKMSInstanceNotFound"

#: The least piece of a destroyed blob that must not be found any more, in bytes.
PIECE = 16


@dataclass(frozen=True)
class Life:
    """A customer with one instance, one key in it, and what was encrypted on the first day."""

    customer: Customer
    instance: str
    key: str
    blob: str
    blob_classic: str

    def decrypt(self) -> list[str]:
        """Each ciphertext, decrypted with the SDK that did not make it."""
        return [
            decrypt_classic(self.customer, self.blob, CONTEXT),
            self.customer.decrypt(self.blob_classic, CONTEXT),
        ]

    def refusals(self) -> list[tuple[int, str]]:
        """How both SDKs are refused a Decrypt."""
        return [
            refused(lambda: self.customer.decrypt(self.blob, CONTEXT)),
            refused(lambda: decrypt_classic(self.customer, self.blob, CONTEXT)),
        ]


def test_a_subscription_from_the_purchase_to_the_release(tmp_path: Path, database_url: str) -> None:
    mailbox, port = Mailbox(), free_port()
    flags = ("--smtp-host", HOST, "--smtp-port", str(port))
    first_day = "2026-01-31 10:00:00"
    with (
        serving(mailbox, port),
        open_town(tmp_path / "data", first_day, *flags, database=database_url) as town,
    ):
        ada = _begin(town.customer("ada", "1600.00"), balance="1100.00", price="500.00")
        lilei = town.customer("lilei", "14500.00", language="zh", currency="CNY")
        li = _begin(lilei, balance="10900.00", price="3600.00")
        _reminders_come_on_their_mornings(town, ada, li)
        _li_renews_in_time(li)
        _ada_expires(town, ada)
        _ada_comes_back(town, ada)
        _ada_renews_ahead(town, ada)
        _ada_expires_again(town, ada)
        blobs, others = _the_last_second(town, ada)
        _ada_is_released(town, ada)
        _nothing_is_left(town, ada, blobs, others)
        assert li.decrypt() == [PLAINTEXT, PLAINTEXT]
        _the_letters_arrived(town, mailbox, ada, li)
        assert town.findings() == []
        assert balance_of(ada.customer) == ("100.00", "USD")
        assert balance_of(li.customer) == ("100.00", "CNY")


def _begin(customer: Customer, *, balance: str, price: str) -> Life:
    bought = customer.buy(1)
    order = order_of(customer, bought["OrderId"])
    assert (order["PretaxGrossAmount"], order["PretaxAmount"]) == (price, price)
    assert (order["OrderType"], order["PaymentStatus"]) == ("New", "Paid")
    assert balance_of(customer)[0] == balance
    instance = bought["InstanceId"]
    shown = customer.instance(instance)
    assert (shown["Status"], shown["SaleStatus"]) == ("Uninitialized", "Normal")
    assert (shown["StartDate"], shown["EndDate"]) == (
        "2026-01-31T02:00:00Z",
        "2026-02-28T16:00:00Z",
    )
    assert refused(lambda: customer.create_key(instance)) == STATE_INVALID
    customer.enable(instance)
    assert customer.instance(instance)["Status"] == "Connected"
    key = customer.create_key(instance)
    life = Life(
        customer,
        instance,
        key,
        customer.encrypt(key, PLAINTEXT, CONTEXT),
        encrypt_classic(customer, key, PLAINTEXT, CONTEXT),
    )
    assert life.decrypt() == [PLAINTEXT, PLAINTEXT]
    assert refused(lambda: customer.decrypt(life.blob, {**CONTEXT, "部门": "人事"})) == (
        400,
        "InvalidCiphertext",
    )
    return life


def _reminders_come_on_their_mornings(town: Town, *lives: Life) -> None:
    """E is 28 February: reminders at 09:00 on the 21st, 25th and 27th, not a second earlier."""
    receipts = [("top_up", "2026-01-31 10:00:00"), ("purchase", "2026-01-31 10:00:00")]
    town.at("2026-02-21 08:59:59")
    assert [town.told(one.customer) for one in lives] == [receipts, receipts]
    town.at("2026-02-21 09:00:00")
    due = ["2026-02-21 09:00:00", "2026-02-25 09:00:00", "2026-02-27 09:00:00"]
    reminders = [("reminder", one) for one in due]
    assert [town.told(one.customer) for one in lives] == [receipts + reminders[:1]] * 2
    town.at("2026-02-28 10:00:00")
    assert [town.told(one.customer) for one in lives] == [receipts + reminders] * 2


def _li_renews_in_time(li: Life) -> None:
    """Three months more behind the running term: the anchor stays 31 January, E is 31 May."""
    order = li.customer.renew(li.instance, 2)["OrderId"]
    assert order_of(li.customer, order)["PretaxAmount"] == "7200.00"
    order = li.customer.renew(li.instance, 1)["OrderId"]
    assert term_of(li.customer, order) == (utc("2026-05-01 00:00:00"), utc("2026-06-01 00:00:00"))
    assert li.customer.instance(li.instance)["EndDate"] == "2026-05-31T16:00:00Z"
    assert balance_of(li.customer)[0] == "100.00"


def _ada_expires(town: Town, ada: Life) -> None:
    """Served in the last second; refused at the end; nobody had to run in between."""
    customer = ada.customer
    town.at("2026-02-28 23:59:59")
    assert ada.decrypt() == [PLAINTEXT, PLAINTEXT]
    assert _listed(customer)["Status"] == "Normal"
    town.at("2026-03-01 00:00:00")
    assert ada.refusals() == [STATE_INVALID, STATE_INVALID]
    _, _, text = refusal(lambda: customer.decrypt(ada.blob, CONTEXT))
    for needed in (ada.instance, "2026-03-01 00:00:00", "2026-03-16 00:00:00", "Renewing"):
        assert needed in text
    _descriptions_still_answer(ada)
    changes = _changes(ada)
    answers = {name: refused(call) for name, call in changes.items()}
    assert answers == dict.fromkeys(changes, STATE_INVALID)
    assert town.told(customer)[-1] == ("expired", "2026-03-01 00:00:00")


def _descriptions_still_answer(ada: Life) -> None:
    customer, sdk = ada.customer, ada.customer.kms
    described = sdk.describe_key(kms.DescribeKeyRequest(key_id=ada.key)).body.key_metadata
    assert (described.key_state, described.dkmsinstance_id) == ("Enabled", ada.instance)
    version = kms.DescribeKeyVersionRequest(
        key_id=ada.key, key_version_id=described.primary_key_version
    )
    assert sdk.describe_key_version(version).body.key_version.key_id == ada.key
    versions = sdk.list_key_versions(kms.ListKeyVersionsRequest(key_id=ada.key)).body
    assert versions.total_count == 1
    tags = sdk.list_resource_tags(kms.ListResourceTagsRequest(key_id=ada.key)).body.to_map()
    assert tags["Tags"] == {"Tag": []}
    assert ada.key in _keys(customer)
    assert _instances(customer) == [ada.instance]
    shown = customer.instance(ada.instance)
    assert (shown["Status"], shown["SaleStatus"]) == ("Connected", "Expired")
    assert shown["EndDate"] == "2026-02-28T16:00:00Z"
    listed = _listed(customer)
    assert (listed["Status"], listed["InstanceID"]) == ("Expired", ada.instance)
    assert listed["EndTime"] == listed["StopTime"] == "2026-02-28T16:00:00Z"
    assert listed["ExpectedReleaseTime"] == "2026-03-15T16:00:00Z"
    assert price_of(customer, 1, ada.instance) == ("500.00", "USD")


def _changes(ada: Life) -> dict[str, Callable[[], object]]:
    """What changes or uses something in the instance, with either SDK."""
    customer, sdk = ada.customer, ada.customer.kms
    disable, encrypt = DisableKeyRequest(), EncryptRequest()
    disable.set_KeyId(ada.key)
    encrypt.set_KeyId(ada.key)
    encrypt.set_Plaintext(PLAINTEXT)
    return {
        "CreateKey": lambda: customer.create_key(ada.instance),
        "DisableKey": lambda: sdk.disable_key(kms.DisableKeyRequest(key_id=ada.key)),
        "DisableKey, classic": lambda: customer.core(disable),
        "EnableKey": lambda: sdk.enable_key(kms.EnableKeyRequest(key_id=ada.key)),
        "ConnectKmsInstance": lambda: customer.enable(ada.instance),
        "UpdateKmsInstanceBindVpc": lambda: sdk.update_kms_instance_bind_vpc(
            kms.UpdateKmsInstanceBindVpcRequest(kms_instance_id=ada.instance, bind_vpcs="[]")
        ),
        "Encrypt": lambda: customer.encrypt(ada.key, PLAINTEXT),
        "Encrypt, classic": lambda: customer.core(encrypt),
        "GenerateDataKey": lambda: sdk.generate_data_key(
            kms.GenerateDataKeyRequest(key_id=ada.key)
        ),
    }


def _ada_comes_back(town: Town, ada: Life) -> None:
    """Renewed by hand after expiry: from the payment on, counted from its date."""
    town.at("2026-03-05 12:34:56")
    order = ada.customer.renew(ada.instance, 1)["OrderId"]
    term = (utc("2026-03-05 12:34:56"), utc("2026-04-06 00:00:00"))
    assert term_of(ada.customer, order) == term
    shown = ada.customer.instance(ada.instance)
    assert (shown["StartDate"], shown["EndDate"]) == term
    assert (shown["Status"], shown["SaleStatus"]) == ("Connected", "Normal")
    assert _listed(ada.customer)["Status"] == "Normal"
    assert balance_of(ada.customer)[0] == "600.00"
    assert ada.decrypt() == [PLAINTEXT, PLAINTEXT]


def _ada_renews_ahead(town: Town, ada: Life) -> None:
    """The next term queues behind the running one; the anchor is the day of the comeback."""
    town.at("2026-03-20 08:00:00")
    order = ada.customer.renew(ada.instance, 1)["OrderId"]
    assert term_of(ada.customer, order) == (utc("2026-04-06 00:00:00"), utc("2026-05-06 00:00:00"))
    shown = ada.customer.instance(ada.instance)
    assert shown["StartDate"] == utc("2026-03-05 12:34:56")
    assert shown["EndDate"] == utc("2026-05-06 00:00:00")
    town.at("2026-04-06 00:00:00")
    assert ada.decrypt() == [PLAINTEXT, PLAINTEXT]


def _ada_expires_again(town: Town, ada: Life) -> None:
    town.at("2026-05-05 23:59:59")
    assert ada.decrypt() == [PLAINTEXT, PLAINTEXT]
    town.at("2026-05-06 00:00:00")
    assert ada.refusals() == [STATE_INVALID, STATE_INVALID]


def _the_last_second(town: Town, ada: Life) -> tuple[list[bytes], list[bytes]]:
    """Still kept and renewable; what is stored of Ada's keys, and of everybody else's."""
    town.at("2026-05-20 23:59:59")
    assert ada.refusals() == [STATE_INVALID, STATE_INVALID]
    assert ada.customer.instance(ada.instance)["SaleStatus"] == "Expired"
    assert _listed(ada.customer)["Status"] == "Expired"
    status, code, text = refusal(lambda: ada.customer.renew(ada.instance, 1))
    assert (status, code) == (400, "PAY.INSUFFICIENT_BALANCE")  # it is only the money
    for needed in ("USD 500.00", "USD 100.00", "USD 400.00"):
        assert needed in text
    blobs, others = _stored(town, ada.instance)
    assert len(blobs) == 3  # its wrapping key, that of its one key, and the key's version
    assert others
    if not town.database:
        assert _pieces_left(town.data, blobs)
    return blobs, others


def _ada_is_released(town: Town, ada: Life) -> None:
    town.at("2026-05-21 00:00:00")
    customer, sdk = ada.customer, ada.customer.kms
    assert ada.refusals() == [KEY_NOT_FOUND, KEY_NOT_FOUND]
    describe = kms.DescribeKeyRequest(key_id=ada.key)
    assert refused(lambda: sdk.describe_key(describe)) == KEY_NOT_FOUND
    assert refused(lambda: customer.encrypt(ada.key, PLAINTEXT)) == KEY_NOT_FOUND
    assert refused(lambda: customer.instance(ada.instance)) == (404, INSTANCE_NOT_FOUND)
    assert refused(lambda: customer.create_key(ada.instance)) == (403, INSTANCE_NOT_FOUND)
    gone = (400, "ResourceNotExists")
    assert refused(lambda: customer.renew(ada.instance, 1)) == gone
    assert refused(lambda: price_of(customer, 1, ada.instance)) == gone
    assert ada.key not in _keys(customer)
    assert _instances(customer) == []
    assert listed(customer) == []
    assert town.told(customer)[-1] == ("released", "2026-05-21 00:00:00")


def _nothing_is_left(town: Town, ada: Life, blobs: list[bytes], others: list[bytes]) -> None:
    """The wrapped keys have left the rows and, on SQLite, every file; other customers' stay."""
    assert _stored(town, ada.instance) == ([], others)
    if not town.database:
        assert _pieces_left(town.data, blobs) == set()
        content = b"".join(path.read_bytes() for path in _files(town.data))
        assert [blob for blob in others if blob not in content] == []


def _the_letters_arrived(town: Town, mailbox: Mailbox, ada: Life, li: Life) -> None:
    letters = wait_for_delivery(town)
    assert delivered(mailbox) == written(letters)
    assert len({one["message_id"] for one in letters}) == len(letters)
    for one in letters:
        assert sorted(one) == [
            "due_at",
            "instance_id",
            "kind",
            "message_id",
            "sent_at",
            "subject",
            "text",
            "to",
        ]
        assert one["instance_id"] == ("" if one["kind"] == "top_up" else _life(one, ada, li))
    assert _post(letters, "ada@example.com") == _ada_reads(ada.instance)
    assert _post(letters, "lilei@example.com") == _li_reads(li.instance)


def _life(letter: dict[str, str], ada: Life, li: Life) -> str:
    return (ada if letter["to"] == "ada@example.com" else li).instance


def _post(letters: list[dict[str, str]], to: str) -> list[tuple[str, str]]:
    return [(one["due_at"], one["subject"]) for one in letters if one["to"] == to]


def _ada_reads(instance: str) -> list[tuple[str, str]]:
    expires = f"Your KMS instance {instance} expires in"
    renewed = f"Your KMS instance {instance} has been renewed for 1 month"
    told = (
        ("2026-01-31 10:00:00", "USD 1,600.00 has been added to your balance"),
        ("2026-01-31 10:00:00", f"Your purchase of the KMS instance {instance}"),
        ("2026-02-21 09:00:00", f"{expires} 7 days"),
        ("2026-02-25 09:00:00", f"{expires} 3 days"),
        ("2026-02-27 09:00:00", f"{expires} 1 day"),
        ("2026-03-01 00:00:00", f"Your KMS instance {instance} has expired"),
        ("2026-03-05 12:34:56", renewed),
        ("2026-03-20 08:00:00", renewed),
        ("2026-04-28 09:00:00", f"{expires} 7 days"),
        ("2026-05-02 09:00:00", f"{expires} 3 days"),
        ("2026-05-04 09:00:00", f"{expires} 1 day"),
        ("2026-05-06 00:00:00", f"Your KMS instance {instance} has expired"),
        ("2026-05-20 09:00:00", f"Your KMS instance {instance} is about to be released"),
        ("2026-05-21 00:00:00", f"Your KMS instance {instance} has been released"),
    )
    return [(utc(when), subject) for when, subject in told]


def _li_reads(instance: str) -> list[tuple[str, str]]:
    yours = f"您的 KMS 实例 {instance}"
    told = (
        ("2026-01-31 10:00:00", "充值到账通知：CNY 14,500.00"),
        ("2026-01-31 10:00:00", f"KMS 实例 {instance} 购买成功"),
        ("2026-02-21 09:00:00", f"{yours} 将于7天后到期"),
        ("2026-02-25 09:00:00", f"{yours} 将于3天后到期"),
        ("2026-02-27 09:00:00", f"{yours} 将于1天后到期"),
        ("2026-02-28 10:00:00", f"{yours} 已续费2个月"),
        ("2026-02-28 10:00:00", f"{yours} 已续费1个月"),
    )
    return [(utc(when), subject) for when, subject in told]


def _listed(customer: Customer) -> dict[str, str]:
    (only,) = listed(customer)
    return only


def _instances(customer: Customer) -> list[str]:
    answer = customer.kms.list_kms_instances(kms.ListKmsInstancesRequest()).body
    assert answer.total_count == len(answer.kms_instances.kms_instance)
    return [one.kms_instance_id for one in answer.kms_instances.kms_instance]


def _keys(customer: Customer) -> list[str]:
    return [one.key_id for one in customer.kms.list_keys(kms.ListKeysRequest()).body.keys.key]


def _stored(town: Town, instance: str) -> tuple[list[bytes], list[bytes]]:
    """The wrapped keys of an instance and those of everybody else, straight from the database."""
    query = (
        "SELECT instance_id, wrapped FROM key_versions UNION ALL "
        "SELECT coalesce(k.instance_id, replace(w.scope, 'instance:', '')), w.blob "
        "FROM wrapping_keys w LEFT JOIN keys k ON w.scope = 'key:' || k.id"
    )
    connect = psycopg.connect(town.database) if town.database else sqlite3.connect(_sqlite(town))
    with closing(connect) as connection:
        rows = sorted((place, bytes(blob)) for place, blob in connection.execute(query).fetchall())
    mine = [blob for place, blob in rows if place == instance]
    return mine, [blob for place, blob in rows if place != instance]


def _sqlite(town: Town) -> Path:
    return town.data / "keylease.sqlite3"


def _files(data: Path) -> list[Path]:
    return [path for path in data.rglob("*") if path.is_file()]


def _pieces_left(data: Path, blobs: list[bytes]) -> set[str]:
    """The files that hold any `PIECE` bytes of these blobs."""
    pieces = {blob[at : at + PIECE] for blob in blobs for at in range(len(blob) - PIECE + 1)}
    return {
        path.name
        for path in _files(data)
        for content in [path.read_bytes()]
        if any(piece in content for piece in pieces)
    }
