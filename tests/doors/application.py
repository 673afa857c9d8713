"""An application: its access point made with the official SDK, its messages signed by hand."""

import base64
import hashlib
import json
from collections.abc import Sequence
from contextlib import ExitStack
from dataclasses import dataclass, field
from email.utils import formatdate
from functools import cached_property
from typing import Any

from alibabacloud_kms20160120 import models
from cryptography.hazmat.primitives.asymmetric import padding, rsa
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.serialization import pkcs12

from doors import http_raw
from doors.http_raw import Client
from keylease.access.request import Request
from keylease.access.signatures.client_key import string_to_sign
from keylease.api.gateway.messages import Fields, decode, encode
from product import Customer

PASSWORD = "Correct-Horse-7"
KEYS = "RbacPermission/Template/CryptoServiceKeyUser"
SECRETS = "RbacPermission/Template/CryptoServiceSecretUser"
ACCOUNT_SECRETS = "RbacPermission/Template/SecretUser"


@dataclass(frozen=True)
class Answer:
    """What came back: a response, or an ``Error``."""

    status: int
    headers: dict[str, str]
    fields: Fields

    def __getitem__(self, name: str) -> Any:
        return self.fields.values[name]

    @property
    def refusal(self) -> tuple[int, str]:
        return self.status, str(self.fields.values.get("ErrorCode", ""))


@dataclass(frozen=True)
class Application:
    """What an application is given: the file of its client key, and the password."""

    host_port: str
    id: str
    private_key_data: str = field(repr=False)

    @property
    def file(self) -> str:
        """The file as official clients read it."""
        return json.dumps({"KeyId": self.id, "PrivateKeyData": self.private_key_data})

    @cached_property
    def private_key(self) -> rsa.RSAPrivateKey:
        data = base64.b64decode(self.private_key_data)
        key, _, _ = pkcs12.load_key_and_certificates(data, PASSWORD.encode())
        assert isinstance(key, rsa.RSAPrivateKey)
        return key

    def request(self, name: str, body: bytes, **headers: str) -> Request:
        """A signed request; ``headers`` (``_`` for ``-``) are changed before it is signed."""
        said = {
            "host": self.host_port,
            "date": formatdate(usegmt=True),
            "x-kms-apiversion": "dkms-gcs-0.2",
            "x-kms-apiname": name,
            "x-kms-signaturemethod": "RSA_PKCS1_SHA_256",
            "x-kms-acccesskeyid": self.id,
            "content-type": "application/x-protobuf",
            "content-sha256": hashlib.sha256(body).hexdigest().upper(),
        } | {one.replace("_", "-"): value for one, value in headers.items()}
        made = Request("POST", "/", "", said, body, "127.0.0.1")
        signed = self.private_key.sign(string_to_sign(made).encode(), padding.PKCS1v15(), SHA256())
        made.headers.setdefault("authorization", f"Bearer {base64.b64encode(signed).decode()}")
        return made

    def call(self, name: str, headers: dict[str, str] | None = None, **fields: Any) -> Answer:
        """What a message is answered."""
        body = encode(f"{name}Request", fields)
        return self.send(self.request(name, body, **(headers or {})))

    def send(self, request: Request) -> Answer:
        """What any request is answered."""
        (answer,) = self.rush(request, 1, 1)
        return answer

    def rush(self, request: Request, connections: int, times: int) -> list[Answer]:
        """What a request is answered that is sent so many times on each of several connections.

        Nothing waits for an answer in between, so that how fast it is depends on the server alone.
        """
        lines = [f"{request.method} / HTTP/1.1"]
        lines += [f"{name}: {value}" for name, value in request.headers.items()]
        head = "\r\n".join([*lines, f"content-length: {len(request.body)}", "", ""])
        wire, port = head.encode("latin-1") + request.body, int(self.host_port.rpartition(":")[2])
        with ExitStack() as stack:
            clients = [stack.enter_context(Client(port)) for _ in range(connections)]
            for client in clients:
                client.send(wire * times)
            return [_answer(request, client.read()) for client in clients for _ in range(times)]


def _answer(request: Request, found: http_raw.Answer) -> Answer:
    name = request.headers.get("x-kms-apiname", "")
    message = f"{name}Response" if found.status == 200 else "Error"
    return Answer(found.status, found.headers, decode(message, found.body))


def allow(
    someone: Customer,
    name: str,
    instance_id: str,
    *,
    permissions: Sequence[str] = (KEYS,),
    resources: Sequence[str] = ("key/*",),
    sources: Sequence[str] = (),
) -> Application:
    """A new application that may do this; from anywhere, or from these addresses."""
    kms, rules = someone.kms, []
    if sources:
        rules = [f"{name}-rule"]
        kms.create_network_rule(
            models.CreateNetworkRuleRequest(
                name=rules[0], type="Private", source_private_ip=json.dumps(list(sources))
            )
        )
    kms.create_policy(
        models.CreatePolicyRequest(
            name=f"{name}-policy",
            kms_instance=instance_id,
            permissions=json.dumps(list(permissions)),
            resources=json.dumps(list(resources)),
            access_control_rules=json.dumps({"NetworkRules": rules}),
        )
    )
    kms.create_application_access_point(
        models.CreateApplicationAccessPointRequest(
            name=name, authentication_method="ClientKey", policies=json.dumps([f"{name}-policy"])
        )
    )
    return client_key(someone, name)


def client_key(someone: Customer, access_point: str, **given: str) -> Application:
    """A new client key of an access point."""
    made = someone.kms.create_client_key(
        models.CreateClientKeyRequest(aap_name=access_point, password=PASSWORD, **given)
    ).body
    return Application(someone.product.host_port, made.client_key_id, made.private_key_data)
