"""The real official clients sign; a small server keeps what arrives; each signature verifies."""

import asyncio
import threading
from collections.abc import Callable, Iterator
from dataclasses import replace
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

import pytest
from alibabacloud_bssopenapi20171214 import models as bss
from alibabacloud_bssopenapi20171214.client import Client as BssClient
from alibabacloud_kms20160120 import models as kms
from alibabacloud_kms20160120.client import Client as KmsClient
from alibabacloud_tea_openapi.utils_models import Config
from aliyunsdkcore.acs_exception.exceptions import ServerException
from aliyunsdkcore.client import AcsClient
from aliyunsdkkms.request.v20160120.CreateSecretRequest import CreateSecretRequest
from aliyunsdkkms.request.v20160120.EncryptRequest import EncryptRequest
from aliyunsdkkms.request.v20160120.GetClientKeyRequest import GetClientKeyRequest
from aliyunsdkkms.request.v20160120.TagResourcesRequest import TagResourcesRequest

from keylease.access.request import Request
from keylease.access.signatures import ACS3, ACS4, RPC, Parameters, parse, read_claim, verify
from keylease.core.errors import Code, Refusal
from vectors.signatures import ACCESS_KEY_ID, SECRET

#: Every kind of character that some client writes in its own way.
TRICKY = "测试 a*b~c/d:e@f+g%h&i=j'k(l)!\"{}[]é😀"


class Server(ThreadingHTTPServer):
    """Keeps the last request; refuses signatures made with another secret than ``SECRET``."""

    last: Request

    @property
    def endpoint(self) -> str:
        return f"127.0.0.1:{self.server_port}"


class Capture(BaseHTTPRequestHandler):
    server: Server

    def do_GET(self) -> None:
        path, _, query = self.path.partition("?")
        headers = {name.lower(): value for name, value in self.headers.items()}
        body = self.rfile.read(int(headers.get("content-length", 0)))
        self.server.last = Request(self.command, path, query, headers, body, "127.0.0.1")
        try:
            check(self.server.last)
            self.answer(200, '{"RequestId": "1", "Success": true}')
        except Refusal as refusal:
            message = refusal.message.replace("\n", "\\n")
            self.answer(400, f'{{"Code": "{refusal.code}", "Message": "{message}"}}')

    do_POST = do_GET  # noqa: N815 - http.server's naming

    def answer(self, status: int, text: str) -> None:
        self.send_response(status)
        self.send_header("Content-Type", "application/json;charset=utf-8")
        self.send_header("Content-Length", str(len(text)))
        self.end_headers()
        self.wfile.write(text.encode())

    def log_message(self, *_: Any) -> None:
        pass


def check(request: Request) -> Parameters:
    parameters = parse(request)
    verify(request, parameters, read_claim(request, parameters), SECRET)
    return parameters


@pytest.fixture(scope="module")
def server() -> Iterator[Server]:
    with Server(("127.0.0.1", 0), Capture) as running:
        thread = threading.Thread(target=running.serve_forever, args=(0.01,))
        thread.start()
        yield running
        running.shutdown()
        thread.join()


def verified(server: Server, algorithm: str, action: str, expected: dict[str, str]) -> None:
    """The last request verified, means ``action``, and one character more would not verify."""
    request = server.last
    parameters = check(request)
    claim = read_claim(request, parameters)
    assert (claim.algorithm, claim.access_key_id) == (algorithm, ACCESS_KEY_ID)
    assert (claim.action, claim.version) == (action, request.headers["x-acs-version"])
    assert expected.items() <= parameters.values.items()
    with pytest.raises(Refusal) as caught:
        check(replace(request, query=request.query + "&x=1"))
    assert caught.value.code == Code.SIGNATURE_MISMATCH


# The tea clients of KMS and billing.

CASES: list[tuple[str, str, Any, dict[str, str]]] = [
    (
        "encrypt",
        "Encrypt",
        kms.EncryptRequest(
            key_id="alias/a b", plaintext="SGVs+/8=", encryption_context={"App": TRICKY}
        ),
        {"KeyId": "alias/a b", "Plaintext": "SGVs+/8="},
    ),
    (
        "create_secret",
        "CreateSecret",
        kms.CreateSecretRequest(
            secret_name="n~1", secret_data=TRICKY, version_id="v*1", enable_automatic_rotation=False
        ),
        {"SecretName": "n~1", "SecretData": TRICKY, "EnableAutomaticRotation": "False"},
    ),
    (
        "tag_resources",
        "TagResources",
        kms.TagResourcesRequest(
            region_id="cn-hangzhou",
            resource_type="key",
            resource_id=["key-1", "key-2"],
            tag=[kms.TagResourcesRequestTag(key=f"k{n}", value=TRICKY) for n in range(1, 12)],
        ),
        {"ResourceId.2": "key-2", "Tag.1.Key": "k1", "Tag.11.Key": "k11", "Tag.11.Value": TRICKY},
    ),
    ("get_client_key", "GetClientKey", kms.GetClientKeyRequest(client_key_id=TRICKY), {}),
]
WAYS = {"ACS3": (ACS3, {}), "RPC": (RPC, {"signature_algorithm": "v2"})}
WAYS["ACS4"] = (ACS4, {"signature_version": "v4"})


def call(client: Any, operation: str, request: Any, way: str) -> None:
    if way == "sync":
        getattr(client, operation)(request)
    else:
        asyncio.run(getattr(client, f"{operation}_async")(request))


@pytest.mark.parametrize("way", ["sync", "async"])
@pytest.mark.parametrize("signing", WAYS)
@pytest.mark.parametrize("case", CASES, ids=lambda case: case[0])
def test_the_kms_client(
    server: Server, case: tuple[str, str, Any, dict[str, str]], signing: str, way: str
) -> None:
    algorithm, options = WAYS[signing]
    operation, action, request, expected = case
    call(KmsClient(config(server, **options)), operation, request, way)
    verified(server, algorithm, action, expected)


@pytest.mark.parametrize("way", ["sync", "async"])
def test_the_kms_client_with_temporary_credentials(server: Server, way: str) -> None:
    client = KmsClient(config(server, security_token="token+/=", type="sts"))
    call(client, "list_keys", kms.ListKeysRequest(), way)
    verified(server, ACS3, "ListKeys", {})
    assert read_claim(server.last, parse(server.last)).security_token == "token+/="


@pytest.mark.parametrize("way", ["sync", "async"])
def test_the_billing_client(server: Server, way: str) -> None:
    order = bss.CreateInstanceRequest(
        product_code="kms",
        period=1,
        client_token=TRICKY,
        parameter=[
            bss.CreateInstanceRequestParameter(code="Region", value="cn-hangzhou"),
            bss.CreateInstanceRequestParameter(code="Spec", value="1000"),
        ],
    )
    call(BssClient(config(server)), "create_instance", order, way)
    expected = {"Parameter.2.Code": "Spec", "Parameter.2.Value": "1000", "ClientToken": TRICKY}
    verified(server, ACS3, "CreateInstance", expected)
    assert server.last.headers["x-acs-version"] == "2017-12-14"


def config(server: Server, **options: str) -> Config:
    return Config(
        access_key_id=ACCESS_KEY_ID,
        access_key_secret=SECRET,
        region_id="cn-hangzhou",
        endpoint=server.endpoint,
        protocol="http",
        **options,
    )


# The core SDK.


def _encrypt() -> tuple[Any, dict[str, str]]:
    request = EncryptRequest()
    request.set_KeyId("alias/a b")
    request.set_Plaintext("SGVs+/8=")
    request.set_EncryptionContext(TRICKY)
    return request, {"KeyId": "alias/a b", "EncryptionContext": TRICKY}


def _create_secret() -> tuple[Any, dict[str, str]]:
    request = CreateSecretRequest()
    request.set_SecretName("n~1")
    request.set_SecretData(TRICKY * 100)
    return request, {"SecretName": "n~1", "SecretData": TRICKY * 100, "SignatureType": ""}


def _tag_resources() -> tuple[Any, dict[str, str]]:
    request = TagResourcesRequest()
    request.set_ResourceIds(["key-1"])
    request.set_Tags([{"Key": f"k{n}", "Value": TRICKY} for n in range(1, 12)])
    return request, {"Tag.1.Key": "k1", "Tag.11.Key": "k11", "Tag.11.Value": TRICKY}


def _get_client_key() -> tuple[Any, dict[str, str]]:
    request = GetClientKeyRequest()
    request.set_ClientKeyId(TRICKY)
    return request, {"ClientKeyId": TRICKY}


def send(server: Server, request: Any, secret: str = SECRET) -> None:
    request.set_endpoint(server.endpoint)
    request.set_protocol_type("http")
    AcsClient(ACCESS_KEY_ID, secret, "cn-hangzhou").do_action_with_exception(request)


@pytest.mark.parametrize("make", [_encrypt, _create_secret, _tag_resources, _get_client_key])
def test_the_core_client(server: Server, make: Callable[[], tuple[Any, dict[str, str]]]) -> None:
    request, expected = make()
    send(server, request)
    verified(server, RPC, request.get_action_name(), expected)


def test_the_core_client_recognises_a_wrong_secret_by_our_message(server: Server) -> None:
    request, _ = _encrypt()
    with pytest.raises(ServerException) as caught:
        send(server, request, "another secret")
    assert caught.value.get_error_code() == "InvalidAccessKeySecret"
