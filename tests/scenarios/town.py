"""A served product whose days a scenario tells: its clock stands still until the scenario moves it.

Times without an offset are UTC+8, as in rules.md.
"""

import json
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager, redirect_stderr, redirect_stdout
from datetime import datetime, timedelta
from email.utils import parsedate_to_datetime
from io import StringIO
from pathlib import Path
from typing import Any
from unittest import mock

import pytest
from alibabacloud_bssopenapi20171214 import models as bss
from aliyunsdkkms.request.v20160120.DecryptRequest import DecryptRequest
from aliyunsdkkms.request.v20160120.EncryptRequest import EncryptRequest

from keylease.cli.main import main
from keylease.core.clock import UTC8, iso
from product import Customer, Product, refusal_of
from unit.notifications.smtp import Mailbox
from waiting import until


class Town(Product):
    """The product; its command line runs in this process, which saves the interpreter's start."""

    def run(self, *arguments: str) -> "subprocess.CompletedProcess[str]":
        """A command as it ends: the whole program, with its exit status."""
        out, err, status = StringIO(), StringIO(), 0
        argv = ["keylease", *arguments, *self._place()]
        with mock.patch.object(sys, "argv", argv), redirect_stdout(out), redirect_stderr(err):
            try:
                main()
            except SystemExit as end:
                status = int(end.code or 0)
        return subprocess.CompletedProcess(argv, status, out.getvalue(), err.getvalue())

    def at(self, when: str) -> None:
        """Move the clock to this moment; everything due on the way happens."""
        self.cli("clock", "set", moment(when).isoformat())

    def letters(self, customer: Customer | None = None) -> list[dict[str, Any]]:
        """``mail list``: of one customer, or of all."""
        whose = ["--account", customer.name] if customer else []
        found: list[dict[str, Any]] = self.cli("mail", "list", *whose)
        return found

    def told(self, customer: Customer) -> list[tuple[str, str]]:
        """What a customer was written, as (kind, due moment in UTC+8)."""
        return [(one["kind"], in_utc8(one["due_at"])) for one in self.letters(customer)]

    def findings(self) -> list[object]:
        """What is wrong with the books or the audit trail."""
        both = self.cli("books", "check"), self.cli("audit", "verify")
        return [finding for one in both for finding in one["findings"]]


@contextmanager
def open_town(data: Path, when: str, *arguments: str, database: str = "") -> Iterator[Town]:
    """A served product with an empty past whose clock stands still at ``when``."""
    town = Town(data, database)
    town.start("--clock", f"test={(moment(when) - timedelta(hours=1)).isoformat()}", *arguments)
    try:
        town.cli("clock", "freeze")
        town.at(when)
        yield town
    finally:
        if town.process is not None:
            town.kill()


def moment(text: str) -> datetime:
    """``2026-01-31 10:00:00`` in UTC+8, or a time with its own offset."""
    read = datetime.fromisoformat(text)
    return read if read.tzinfo else read.replace(tzinfo=UTC8)


def utc(text: str) -> str:
    """A moment as the APIs write it."""
    return iso(int(moment(text).timestamp()))


def in_utc8(text: str) -> str:
    """A moment of the APIs as this file writes it."""
    return f"{moment(text).astimezone(UTC8):%Y-%m-%d %H:%M:%S}"


def refusal(call: Callable[[], object]) -> tuple[int, str, str]:
    """HTTP status, code and text of the error that an official client raises for a call."""
    with pytest.raises(Exception) as caught:
        call()
    return *refusal_of(caught.value), str(caught.value)


def refused(call: Callable[..., object], *arguments: object) -> tuple[int, str]:
    """HTTP status and code of the error that an official client raises for a call."""
    status, code, _ = refusal(lambda: call(*arguments))
    return status, code


def order_of(customer: Customer, order_id: str) -> dict[str, str]:
    """GetOrderDetail of one order."""
    request = bss.GetOrderDetailRequest(order_id=order_id)
    data = customer.bss.get_order_detail(request).body.to_map()["Data"]
    (found,) = data["OrderList"]["Order"]
    return dict(found)


def term_of(customer: Customer, order_id: str) -> tuple[str, str]:
    """From when to when the term runs that an order paid for."""
    found = order_of(customer, order_id)
    return found["UsageStartTime"], found["UsageEndTime"]


def amounts_of(customer: Customer, order_id: str) -> tuple[str, str, str]:
    """List amount, paid amount and currency of an order."""
    found = order_of(customer, order_id)
    return found["PretaxGrossAmount"], found["PretaxAmount"], found["Currency"]


def balance_of(customer: Customer) -> tuple[str, str]:
    """What a customer can spend, and its currency."""
    data = customer.bss.query_account_balance().body.data
    return data.available_amount, data.currency


def listed(customer: Customer) -> list[dict[str, str]]:
    """QueryAvailableInstances: all of a customer's."""
    request = bss.QueryAvailableInstancesRequest(product_code="kms")
    data = customer.bss.query_available_instances(request).body.to_map()["Data"]
    assert data["TotalCount"] == len(data["InstanceList"])
    return list(data["InstanceList"])


def price_of(
    customer: Customer, months: int, instance: str = "", **parameters: str
) -> tuple[str, str]:
    """What a purchase, or the renewal of an instance, would cost now, and its currency."""
    config = ",".join(f"{code}:{value}" for code, value in parameters.items())
    module = bss.GetSubscriptionPriceRequestModuleList(
        module_code="Instance", config=config, module_status=1
    )
    request = bss.GetSubscriptionPriceRequest(
        product_code="kms",
        subscription_type="Subscription",
        order_type="Renewal" if instance else "NewOrder",
        instance_id=instance or None,
        module_list=[module] if config else None,
        service_period_quantity=months,
        service_period_unit="Month",
    )
    data = customer.bss.get_subscription_price(request).body.data
    return f"{data.trade_price:.2f}", data.currency


def encrypt_classic(customer: Customer, key: str, plaintext: str, context: dict[str, str]) -> str:
    """Encrypt with the classic SDK; the context as one JSON object."""
    request = EncryptRequest()
    request.set_KeyId(key)
    request.set_Plaintext(plaintext)
    request.set_EncryptionContext(json.dumps(context, ensure_ascii=False))
    return str(customer.core(request)["CiphertextBlob"])


def decrypt_classic(customer: Customer, blob: str, context: dict[str, str]) -> str:
    """Decrypt with the classic SDK; the context as a flattened map."""
    request = DecryptRequest()
    request.set_CiphertextBlob(blob)
    for name, value in context.items():
        request.add_query_param(f"EncryptionContext.{name}", value)
    return str(customer.core(request)["Plaintext"])


def wait_for_delivery(town: Town) -> list[dict[str, Any]]:
    """Wait until every letter that was written is sent; the letters."""
    until(lambda: all(one["sent_at"] for one in town.letters()), "a letter was not sent")
    return town.letters()


def written(letters: list[dict[str, Any]]) -> list[tuple[object, ...]]:
    """What a mail server should have of these letters, in this order."""
    return [
        (
            one["message_id"],
            [one["to"]],
            one["subject"],
            moment(one["due_at"]),
            one["text"].splitlines(),
        )
        for one in letters
    ]


def delivered(mailbox: Mailbox) -> list[tuple[object, ...]]:
    """What a mail server has taken, in order, decoded."""
    return [
        (
            mail["Message-ID"],
            to,
            mail["Subject"],
            parsedate_to_datetime(mail["Date"]),
            mail.get_content().splitlines(),
        )
        for mail, to in zip(mailbox.messages, mailbox.recipients, strict=True)
    ]
