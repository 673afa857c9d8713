"""The product as its users see it: a server process, its command line, and official clients."""

import json
import os
import signal
import subprocess
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from alibabacloud_bssopenapi20171214 import models as bss_models
from alibabacloud_bssopenapi20171214.client import Client as BssClient
from alibabacloud_kms20160120 import models as kms_models
from alibabacloud_kms20160120.client import Client as KmsClient
from alibabacloud_tea_openapi.models import Config
from aliyunsdkcore.client import AcsClient
from aliyunsdkcore.request import RpcRequest

READY_SECONDS = 30
KEYLEASE = [sys.executable, "-m", "keylease"]


class Product:
    """A data directory, the server on it, and the command line for it."""

    def __init__(self, data: Path, database: str = "") -> None:
        self.data = data
        self.database = database
        self.process: subprocess.Popen[str] | None = None
        self.url = ""
        self.announced: list[str] = []

    @property
    def errors(self) -> Path:
        """What the server says on standard error."""
        return self.data.with_name(f"{self.data.name}.err")

    @property
    def ca(self) -> Path:
        """The certificate of its private CA."""
        return self.data / "tls" / "ca.pem"

    @property
    def host_port(self) -> str:
        """Where it listens, as official clients take it."""
        return self.url.split("://")[1]

    def start(self, *arguments: str, environment: dict[str, str] | None = None) -> "Product":
        """Serve on a free port; returns when it is ready."""
        command = [*KEYLEASE, "serve", "--port", "0", *self._place(), *arguments]
        with self.errors.open("a") as errors:
            self.process = subprocess.Popen(
                command,
                stdout=subprocess.PIPE,
                stderr=errors,
                text=True,
                env=os.environ | (environment or {}),
            )
        watchdog = threading.Timer(READY_SECONDS, self.process.kill)
        watchdog.start()
        assert self.process.stdout is not None
        for line in self.process.stdout:
            self.announced.append(line.rstrip())
            if line.startswith("Ready: "):
                self.url = line.split()[1]
                watchdog.cancel()
                return self
        watchdog.cancel()
        self._end(signal.SIGKILL)
        raise AssertionError(self.errors.read_text()[-2000:])

    def stop(self) -> int:
        """End the server politely; its exit status."""
        return self._end(signal.SIGTERM)

    def kill(self) -> None:
        """kill -9."""
        self._end(signal.SIGKILL)

    def cli(self, *arguments: str) -> Any:
        """What a command prints with --json; AssertionError if it fails."""
        done = self.run(*arguments, "--json")
        assert done.returncode == 0, done.stderr
        return json.loads(done.stdout) if done.stdout.strip() else None

    def run(self, *arguments: str) -> "subprocess.CompletedProcess[str]":
        """A command as it ends, whatever comes of it."""
        command = [*KEYLEASE, *arguments, *self._place()]
        return subprocess.run(command, capture_output=True, text=True, timeout=120, check=False)

    def customer(
        self, name: str, credit: str = "", *, language: str = "en", currency: str = "USD"
    ) -> "Customer":
        """A new account with its clients, and with money if asked for."""
        made = self.cli(
            "account", "create", name, "--email", f"{name}@example.com",
            "--language", language, "--currency", currency,
        )  # fmt: skip
        if credit:
            self.cli("account", "credit", name, credit)
        return Customer(self, name, made)

    def _place(self) -> list[str]:
        database = ["--database", self.database] if self.database else []
        return ["--data", str(self.data), *database]

    def _end(self, number: int) -> int:
        assert self.process is not None
        self.process.send_signal(number)
        status = self.process.wait(20)
        if self.process.stdout is not None:
            self.process.stdout.close()
        self.process = None
        return status


@contextmanager
def serving(
    data: Path, *arguments: str, database: str = "", environment: dict[str, str] | None = None
) -> Iterator[Product]:
    """A served product; the server is ended at the end."""
    product = Product(data, database).start(*arguments, environment=environment)
    try:
        yield product
    finally:
        if product.process is not None:
            product.kill()


@dataclass
class Customer:
    """An account and the official clients signed in as it."""

    product: Product
    name: str
    made: dict[str, str] = field(repr=False)

    @property
    def account_id(self) -> str:
        return self.made["account_id"]

    @property
    def kms(self) -> KmsClient:
        """The current KMS SDK, ACS3 signatures."""
        return KmsClient(self._config())

    @property
    def bss(self) -> BssClient:
        """The billing SDK, ACS3 signatures."""
        return BssClient(self._config())

    def core(self, request: RpcRequest) -> dict[str, Any]:
        """A call with the classic core SDK, RPC HMAC-SHA1 signatures."""
        request.set_endpoint(self.product.host_port)
        request.set_protocol_type("http")
        client = AcsClient(
            self.made["access_key_id"], self.made["access_key_secret"], "cn-hangzhou"
        )
        try:
            answer: dict[str, Any] = json.loads(client.do_action_with_exception(request))
        finally:
            client.session.close()  # after a refusal nobody else does, and the socket would leak
        return answer

    def buy(self, months: int = 1, token: str = "", **parameters: str) -> dict[str, Any]:
        """Buy an instance with the billing SDK; its Data (OrderId, InstanceId)."""
        given = {"Region": "cn-hangzhou", "ProductVersion": "3", **parameters}
        request = bss_models.CreateInstanceRequest(
            product_code="kms",
            product_type="kms_ddi_public_intl",
            subscription_type="Subscription",
            period=months,
            client_token=token or None,
            parameter=[
                bss_models.CreateInstanceRequestParameter(code=code, value=value)
                for code, value in given.items()
            ],
        )
        data: dict[str, Any] = self.bss.create_instance(request).body.to_map()["Data"]
        return data

    def renew(self, instance_id: str, months: int = 1, token: str = "") -> dict[str, Any]:
        """Renew an instance with the billing SDK."""
        request = bss_models.RenewInstanceRequest(
            product_code="kms",
            instance_id=instance_id,
            renew_period=months,
            client_token=token or None,
        )
        data: dict[str, Any] = self.bss.renew_instance(request).body.to_map()["Data"]
        return data

    def enable(self, instance_id: str) -> None:
        """Enable an instance in Hangzhou with the KMS SDK."""
        self.enable_in(instance_id, "cn-hangzhou")

    def enable_in(self, instance_id: str, region: str) -> None:
        """Enable an instance in a region with the KMS SDK."""
        self.kms.connect_kms_instance(
            kms_models.ConnectKmsInstanceRequest(
                kms_instance_id=instance_id,
                kmprovider="Aliyun",
                vpc_id="vpc-bp1example",
                v_switch_ids="vsw-bp1example",
                zone_ids=f"{region}-a,{region}-b",
            )
        )

    def rename(self, instance_id: str, name: str) -> None:
        """Give an instance a name (UpdateKmsInstance, which the KMS SDK does not know)."""
        request = RpcRequest("Kms", "2016-01-20", "UpdateKmsInstance")
        request.add_query_param("KmsInstanceId", instance_id)
        request.add_query_param("InstanceName", name)
        self.core(request)

    def instance(self, instance_id: str) -> dict[str, Any]:
        """GetKmsInstance."""
        request = kms_models.GetKmsInstanceRequest(kms_instance_id=instance_id)
        found: dict[str, Any] = self.kms.get_kms_instance(request).body.to_map()["KmsInstance"]
        return found

    def create_key(self, instance_id: str) -> str:
        """CreateKey; the key id."""
        request = kms_models.CreateKeyRequest(dkmsinstance_id=instance_id)
        key_id: str = self.kms.create_key(request).body.to_map()["KeyMetadata"]["KeyId"]
        return key_id

    def encrypt(self, key_id: str, plaintext: str, context: dict[str, str] | None = None) -> str:
        """Encrypt with the current SDK; the CiphertextBlob."""
        request = kms_models.EncryptRequest(
            key_id=key_id, plaintext=plaintext, encryption_context=context
        )
        blob: str = self.kms.encrypt(request).body.ciphertext_blob
        return blob

    def decrypt(self, blob: str, context: dict[str, str] | None = None) -> str:
        """Decrypt with the current SDK; the plaintext."""
        request = kms_models.DecryptRequest(ciphertext_blob=blob, encryption_context=context)
        plaintext: str = self.kms.decrypt(request).body.plaintext
        return plaintext

    def _config(self) -> Config:
        return Config(
            access_key_id=self.made["access_key_id"],
            access_key_secret=self.made["access_key_secret"],
            security_token=self.made.get("security_token"),
            region_id="cn-hangzhou",
            endpoint=self.product.host_port,
            protocol=self.product.url.split("://")[0],
            ca=str(self.product.ca) if self.product.url.startswith("https") else None,
        )


def refusal_of(error: Exception) -> tuple[int, str]:
    """HTTP status and code of what an official client raised."""
    data = getattr(error, "data", None)
    if isinstance(data, dict) and "Code" in data:
        return int(data["statusCode"]), str(data["Code"])
    status = getattr(error, "status_code", None) or getattr(error, "http_status", None)
    code = getattr(error, "code", None) or getattr(error, "error_code", None)
    return int(status or 0), str(code)
