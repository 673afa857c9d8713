"""What the official gateway client writes and signs is what we read, and the other way round."""

import base64
import json
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path
from typing import Any

from cryptography.hazmat.primitives.asymmetric.rsa import RSAPublicKey
from cryptography.hazmat.primitives.serialization import BestAvailableEncryption, pkcs12

from clients.environments import hexed, run
from keylease.access.request import Request
from keylease.access.signatures.client_key import read_claim, require_fresh, verify
from keylease.api.gateway import errors
from keylease.api.gateway.messages import MESSAGES, encode
from keylease.api.gateway.requests import check_body, read_message
from keylease.api.http.response import Response
from keylease.core.errors import Refusal
from vectors.gateway import CLIENT_KEY_ID, OTHER_KEY, PRIVATE_KEY

PASSWORD = "Correct-Horse-7"
SAMPLES: dict[str, Any] = {
    "": "密钥 é",
    "bytes": b"\x00\xff",
    "int32": -7,
    "bool": True,
    "texts": ["ACSCurrent", "", "二"],
}


def filled(name: str) -> dict[str, Any]:
    """A value for each field of a message, no two alike."""
    fields = [(*line.split(), "")[:3] for line in MESSAGES[name].split(", ")]
    return {one: _sample(kind, int(number)) for number, one, kind in fields}


def _sample(kind: str, number: int) -> Any:
    value = SAMPLES[kind]
    if isinstance(value, str):
        return f"{value}{number}"
    return value + bytes([number]) if isinstance(value, bytes) else value


def test_every_message_is_the_official_one_byte_by_byte(home: Path) -> None:
    bodies = {name: encode(name, filled(name)).hex() for name in MESSAGES}
    found = run("gateway", "gateway_messages.py", home, bodies=bodies)
    assert sorted(found["names"]) == sorted(MESSAGES)
    for name, official in found["read"].items():
        ours = {one: v.hex() if isinstance(v, bytes) else v for one, v in filled(name).items()}
        assert official["fields"] == ours, name
        assert official["written"] == bodies[name], name


class Gateway(HTTPServer):
    """Answers Encrypt without encrypting, if the client key's signature holds."""

    public_key: RSAPublicKey

    def answer(self, request: Request) -> Response:
        try:
            check_body(request)
            claim = read_claim(request)
            assert claim.client_key_id == CLIENT_KEY_ID
            require_fresh(claim, time.time())
            verify(request, claim, self.public_key)
            asked = read_message(request, claim)
        except Refusal as refusal:
            return errors.refusal(refusal, "request-1")
        said = {
            "KeyId": asked.text("KeyId"),
            "CiphertextBlob": asked.data("Plaintext")[::-1],
            "Iv": asked.data("Aad"),
            "RequestId": "request-1",
        }
        return Response(200, (), encode("EncryptResponse", said))


class Connection(BaseHTTPRequestHandler):
    server: Gateway

    def do_POST(self) -> None:
        headers = {name.lower(): value for name, value in self.headers.items()}
        body = self.rfile.read(int(headers["content-length"]))
        response = self.server.answer(Request("POST", self.path, "", headers, body, "127.0.0.1"))
        self.send_response(response.status)
        self.send_header("Content-Length", str(len(response.body)))
        self.end_headers()
        self.wfile.write(response.body)

    def log_message(self, *args: object) -> None:
        """Nothing on standard error."""


@contextmanager
def gateway(public_key: RSAPublicKey) -> Iterator[str]:
    """Where a gateway answers that knows this public key."""
    with Gateway(("127.0.0.1", 0), Connection) as server:
        server.public_key = public_key
        thread = threading.Thread(target=server.serve_forever)
        thread.start()
        yield f"127.0.0.1:{server.server_port}"
        server.shutdown()
        thread.join()


def ask(home: Path, public_key: RSAPublicKey) -> Any:
    """What the official client is answered by a gateway that knows this public key."""
    sealed = pkcs12.serialize_key_and_certificates(
        None, PRIVATE_KEY, None, None, BestAvailableEncryption(PASSWORD.encode())
    )
    client_key = {"KeyId": CLIENT_KEY_ID, "PrivateKeyData": base64.b64encode(sealed).decode()}
    fields = {"KeyId": "key-abc", "Plaintext": hexed(b"hello"), "Aad": hexed(b"aad")}
    with gateway(public_key) as endpoint:
        (found,) = run(
            "gateway", "dkms_gcs.py", home, endpoint=endpoint, client_key=json.dumps(client_key),
            password=PASSWORD, calls=[("Encrypt", fields)],
        )  # fmt: skip
    return found


def test_what_the_official_client_signs_verifies(home: Path) -> None:
    assert ask(home, PRIVATE_KEY.public_key()) == {
        "KeyId": "key-abc",
        "CiphertextBlob": hexed(b"olleh"),
        "Iv": hexed(b"aad"),
        "RequestId": "request-1",
        "Algorithm": "",
        "PaddingMode": "",
        "version": None,
    }


def test_the_official_client_is_told_that_another_key_signed(home: Path) -> None:
    found = ask(home, OTHER_KEY.public_key())
    assert found["refused"] == "SignatureNotMatch"
    assert found["httpCode"] == 401
    assert found["requestId"] == "request-1"
    assert "Signature is not matched." in found["message"]
