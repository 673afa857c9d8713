"""A customer with an enabled software instance, who calls every key operation by its API name.

A call takes and answers what the API writes, so that a scenario reads like the documentation; the
official SDK is between, and a parameter that it does not have fails.
"""

import importlib
import re
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from alibabacloud_kms20160120 import models
from alibabacloud_kms20160120.client import Client

from product import Customer
from scenarios.town import Town, open_town, refused

FIRST_DAY = "2026-01-31 10:00:00"
DAY = 86_400

NOT_FOUND = (404, "Forbidden.KeyNotFound")
ALIAS_NOT_FOUND = (404, "Forbidden.AliasNotFound")
INVALID = (400, "InvalidParameter")
MISSING = (400, "MissingParameter")
UNSUPPORTED = (400, "UnsupportedOperation")
REJECTED = (400, "Rejected.UnsupportedOperation")
DISABLED = (409, "Rejected.Disabled")
PENDING_DELETION = (409, "Rejected.PendingDeletion")
PENDING_IMPORT = (409, "Rejected.PendingImport")
NOT_MODIFIED = (409, "Rejected.StateModifiedFailed")
LIMIT = (400, "Rejected.LimitExceeded")
STATE_INVALID = (403, "Forbidden.DKMSInstanceStateInvalid")
NO_PERMISSION = (403, "Forbidden.NoPermission")


@dataclass
class Estate:
    """A customer, one instance of theirs, and the current SDK signed in as them."""

    town: Town
    customer: Customer
    instance: str
    sdk: Client = field(init=False)

    def __post_init__(self) -> None:
        self.sdk = self.customer.kms

    def call(self, action: str, **parameters: Any) -> dict[str, Any]:
        """What the current SDK is answered."""
        request = getattr(models, f"{action}Request")().from_map(parameters)
        assert set(request.to_map()) >= set(parameters), "the SDK does not know a parameter"
        method = re.sub(r"(?<=[a-z0-9])(?=[A-Z])", "_", action).lower()
        answer: dict[str, Any] = getattr(self.sdk, method)(request).body.to_map()
        assert answer.pop("RequestId")
        return answer

    def classic(self, action: str, **parameters: Any) -> dict[str, Any]:
        """What the classic core SDK is answered."""
        module = importlib.import_module(f"aliyunsdkkms.request.v20160120.{action}Request")
        request = getattr(module, f"{action}Request")()
        for name, value in parameters.items():
            getattr(request, f"set_{name}")(value)
        return self.customer.core(request)

    def refused(self, action: str, **parameters: Any) -> tuple[int, str]:
        """Status and code of the error that the current SDK raises."""
        return refused(lambda: self.call(action, **parameters))

    def key(self, **parameters: Any) -> dict[str, Any]:
        """CreateKey in the instance; its KeyMetadata."""
        place = {"DKMSInstanceId": self.instance}
        made: dict[str, Any] = self.call("CreateKey", **(place | parameters))["KeyMetadata"]
        return made

    def key_id(self, **parameters: Any) -> str:
        """CreateKey in the instance; the key id."""
        return str(self.key(**parameters)["KeyId"])

    def described(self, key: str) -> dict[str, Any]:
        """DescribeKey; its KeyMetadata."""
        found: dict[str, Any] = self.call("DescribeKey", KeyId=key)["KeyMetadata"]
        return found

    def state(self, key: str) -> str:
        """The KeyState that DescribeKey tells."""
        return str(self.described(key)["KeyState"])

    def versions(self, key: str) -> list[dict[str, str]]:
        """ListKeyVersions: the first hundred, newest first."""
        answer = self.call("ListKeyVersions", KeyId=key, PageSize=100)
        return list(answer["KeyVersions"]["KeyVersion"])

    def listed(self, **parameters: Any) -> list[str]:
        """ListKeys: the ids of the first hundred."""
        answer = self.call("ListKeys", **({"PageSize": 100} | parameters))
        return [one["KeyId"] for one in answer["Keys"]["Key"]]

    def neighbour(self, name: str) -> "Estate":
        """Another customer of the same town, with an instance of their own."""
        return settle(self.town, name)


def settle(town: Town, name: str, *, months: int = 1, edition: str = "3", **bought: str) -> Estate:
    """A new customer with an enabled instance, bought with these further parameters."""
    customer = town.customer(name, "90000.00")
    instance = str(customer.buy(months, ProductVersion=edition, **bought)["InstanceId"])
    customer.enable(instance)
    return Estate(town, customer, instance)


@contextmanager
def open_estate(
    data: Path, *arguments: str, months: int = 1, database: str = ""
) -> Iterator[Estate]:
    """A served product whose clock stands still on the first day, with one customer."""
    with open_town(data, FIRST_DAY, *arguments, database=database) as town:
        yield settle(town, "ada", months=months)
