"""A customer with an instance, and the secret operations of both official SDKs, made short."""

import json
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from alibabacloud_kms20160120 import models as kms
from aliyunsdkcore.request import RpcRequest

from product import Customer
from scenarios.town import refused


@dataclass
class Keeper:
    """A customer who keeps secrets in one instance."""

    customer: Customer
    instance_id: str
    region: str = "cn-hangzhou"
    _made: int = field(default=0, repr=False)

    def create(self, name: str = "", data: str = "first", **further: Any) -> str:
        """CreateSecret with the current SDK; its name."""
        self._made += 1
        name = name or f"secret-{self._made}"
        given = {"version_id": "v1", "dkmsinstance_id": self.instance_id} | further
        request = kms.CreateSecretRequest(secret_name=name, secret_data=data, **given)
        return str(self.customer.kms.create_secret(request).body.secret_name)

    def call(self, operation: str, **given: Any) -> dict[str, Any]:
        """An operation by its method of the current SDK; the answer as it came."""
        words = "".join(word.capitalize() for word in operation.split("_"))
        request = getattr(kms, f"{words}Request")(**given)
        body = getattr(self.customer.kms, operation)(request).body
        return dict(body.to_map())

    def refused(self, operation: str, **given: Any) -> tuple[int, str]:
        """Status and code that an operation is refused with."""
        return refused(lambda: self.call(operation, **given))

    def creation_refused(self, name: str = "x", data: str = "d", **given: Any) -> tuple[int, str]:
        """Status and code that CreateSecret is refused with."""
        return refused(lambda: self.create(name, data, **given))

    def value(self, name: str, **which: Any) -> str:
        """GetSecretValue; the value."""
        return str(self.call("get_secret_value", secret_name=name, **which)["SecretData"])

    def put(self, name: str, version: str, data: str, **further: Any) -> list[str]:
        """PutSecretValue; the stages of the new version."""
        answer = self.call(
            "put_secret_value", secret_name=name, version_id=version, secret_data=data, **further
        )
        return list(answer["VersionStages"]["VersionStage"])

    def stages(self, name: str, **further: Any) -> dict[str, list[str]]:
        """ListSecretVersionIds; the stages of each version."""
        answer = self.call("list_secret_version_ids", secret_name=name, **further)
        return {
            one["VersionId"]: one["VersionStages"]["VersionStage"]
            for one in answer["VersionIds"]["VersionId"]
        }

    def classic(self, make: Callable[[], RpcRequest], **given: Any) -> dict[str, Any]:
        """An operation with the classic SDK, its parameters by their names."""
        request = make()
        for name, value in given.items():
            getattr(request, f"set_{name}")(value)
        return self.customer.core(request)

    def names(self, **filters: list[str]) -> list[str]:
        """The names that ListSecrets finds by these filters, in order."""
        pairs = [{"Key": name, "Values": values} for name, values in filters.items()]
        answer = self.call("list_secrets", filters=json.dumps(pairs), page_size=100)
        found = [one["SecretName"] for one in answer["SecretList"]["Secret"]]
        assert answer["TotalCount"] == len(found)
        return sorted(found)
