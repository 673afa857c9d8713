"""A serving process inside the test, with a customer who has one of everything, and no limits.

Requests come as the bytes that a connection reads, so that what reaches a door could reach it.
"""

import asyncio
import json
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from doors import people
from doors.application import KEYS, PASSWORD, SECRETS, Application
from doors.inside import Inside, inside
from doors.signed import BILLING, Signer
from keylease.access.ram import directory
from keylease.access.request import Request
from keylease.api.http.limits import Limits
from keylease.api.http.reader import PIECE, Refused, RequestReader
from keylease.api.http.response import Response
from keylease.app import accounts, data_keys, ram
from keylease.app.deployment import Deployment, open_deployment
from keylease.app.settings import read_settings

PURCHASE = {
    "ProductCode": "kms",
    "ProductType": "kms_ddi_public_intl",
    "SubscriptionType": "Subscription",
    "Period": "1",
    "Parameter.1.Code": "Region",
    "Parameter.1.Value": "cn-hangzhou",
    "Parameter.2.Code": "ProductVersion",
    "Parameter.2.Value": "3",
}
NETWORK = {
    "KMProvider": "Aliyun",
    "VpcId": "vpc-1",
    "VSwitchIds": "vsw-1",
    "ZoneIds": "cn-hangzhou-a,cn-hangzhou-b",
}
RBAC = json.dumps([KEYS, SECRETS])

#: A key of each kind that Keylease seals, signs or authenticates with.
KINDS = {
    "aes": {},
    "sm4": {"KeySpec": "Aliyun_SM4"},
    "kem": {"KeySpec": "Keylease_ML_KEM_768"},
    "rsa": {"KeySpec": "RSA_2048", "KeyUsage": "ENCRYPT/DECRYPT"},
    "sm2": {"KeySpec": "EC_SM2", "KeyUsage": "ENCRYPT/DECRYPT"},
    "ec": {"KeySpec": "EC_P256"},
    "sm2dsa": {"KeySpec": "EC_SM2"},
    "mac": {"KeySpec": "HMAC_SM3"},
    "own": {"Origin": "EXTERNAL"},
    "victim": {},
}


class Lenient:
    """Instead of what limits callers who ask for what is not there: everything here does."""

    def require_room(self, *_: object) -> None:
        pass

    def count(self, *_: object) -> None:
        pass


@dataclass
class World:
    """What inputs are aimed at. ``keys`` has the id and the version of each kind of key."""

    served: Inside
    runner: asyncio.Runner
    signer: Signer
    instance: str
    order: str = ""
    role: str = ""
    keys: dict[str, tuple[str, str]] = field(default_factory=dict)
    app: Application = field(init=False)

    @property
    def deployment(self) -> Deployment:
        return self.served.deployment

    def answer(self, request: Request) -> Response:
        """What a request is answered."""
        return self.runner.run(self.served._answer(request))

    def call(self, action: str, parameters: dict[str, str], **how: Any) -> dict[str, Any]:
        """The answer to a call that succeeds."""
        answer = self.answer(self.signer.request(action, parameters, **how))
        assert answer.status == 200, (action, answer.body)
        found: dict[str, Any] = json.loads(answer.body)
        return found

    def answers(self, data: bytes) -> list[tuple[Request, Response]]:
        """What a connection that sends these bytes is answered, until it is cut."""
        reader = RequestReader(Limits(), "127.0.0.1")
        try:
            for begin in range(0, len(data), PIECE):
                reader.feed(data[begin : begin + PIECE])
        except Refused:
            pass  # what was whole by then is still answered
        return [(one.request, self.answer(one.request)) for one in reader.ready]


def on_the_wire(request: Request) -> bytes:
    """A request as its client sends it."""
    target = f"{request.path}?{request.query}" if request.query else request.path
    lines = [f"{request.method} {target} HTTP/1.1"]
    lines += [f"{name}: {value}" for name, value in request.headers.items()]
    head = "\r\n".join([*lines, f"content-length: {len(request.body)}", "", ""])
    return head.encode("latin-1", "replace") + request.body


@contextmanager
def open_world(data: Path, database: str = "") -> Iterator[World]:
    """Served with a clock that begins in January 2026."""
    places = {"data": str(data), "export_dir": str(data.parent / "exports")}
    chosen = read_settings(places | {"database": database, "quotas": "off"}, {})
    clock = "test=2026-01-31T10:00:00+08:00"
    deployment = open_deployment(chosen, clock=clock, may_initialise=True)
    with inside(deployment) as served, asyncio.Runner() as runner:
        for door in (served.process._door, served.process._gateway):
            door._decisions._limiter = Lenient()  # type: ignore[assignment] # all that is asked
        signer = served.customer("ada")
        accounts.credit(deployment, "ada", "9000000.00")
        world = World(served, runner, signer, "")
        bought = world.call("CreateInstance", PURCHASE, version=BILLING)
        world.instance, world.order = bought["Data"]["InstanceId"], bought["Data"]["OrderId"]
        world.call("ConnectKmsInstance", {"KmsInstanceId": world.instance, **NETWORK})
        for name, kind in KINDS.items():
            made = world.call("CreateKey", {"DKMSInstanceId": world.instance, **kind})
            world.keys[name] = (
                made["KeyMetadata"]["KeyId"],
                made["KeyMetadata"]["PrimaryKeyVersion"],
            )
        world.app = _application(world)
        world.role = _role(deployment)
        data_keys.create(deployment, "ada", None, "data", world.keys["aes"][0])
        yield world


def _role(deployment: Deployment) -> str:
    """A role of ada's that she herself may assume; its name."""
    with deployment.database.read() as work:
        account = accounts.find_account(work, "ada").id
    trusted = people.shared(account, "root", "sts:AssumeRole")
    del trusted["Resource"]
    text = people.text(trusted)
    made = ram.change(
        deployment,
        "role create",
        "ada",
        "app",
        lambda work, owner: directory.create_role(work, owner, "app", text, 3600),
    )
    return made.arn


def _application(world: World) -> Application:
    rule = {"Name": "app", "Type": "Private", "SourcePrivateIp": '["127.0.0.0/8"]'}
    world.call("CreateNetworkRule", rule)
    given = {"Permissions": RBAC, "Resources": '["key/*","secret/*"]'}
    rules = {"AccessControlRules": '{"NetworkRules":["app"]}'}
    world.call("CreatePolicy", {"Name": "app", "KmsInstance": world.instance, **given, **rules})
    point = {"Name": "app", "AuthenticationMethod": "ClientKey", "Policies": '["app"]'}
    world.call("CreateApplicationAccessPoint", point)
    secret = {
        "SecretName": "db",
        "VersionId": "v1",
        "SecretData": "s",
        "EncryptionKeyId": world.keys["aes"][0],
    }
    world.call("CreateSecret", {"DKMSInstanceId": world.instance, **secret})
    made = world.call("CreateClientKey", {"AapName": "app", "Password": PASSWORD})
    return Application(world.signer.host_port, made["ClientKeyId"], made["PrivateKeyData"])
