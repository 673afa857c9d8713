"""Requests signed by hand, so that every part of one can be wrong, and what is answered to them.

Signatures come from `keylease.access.signatures.textbook`, which serves nobody and shares no code
with what serves.
"""

import json
import time
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import quote
from uuid import uuid4

from doors.http_raw import exchange
from keylease.access.request import Request
from keylease.access.signatures import ACS3, ACS4, RPC, Claim, textbook

KMS = "2016-01-20"
BILLING = "2017-12-14"
STS = "2015-04-01"
ALGORITHMS = (ACS3, ACS4, RPC)
FORM = "application/x-www-form-urlencoded"


@dataclass(frozen=True)
class Answer:
    """What came back; ``json`` is empty where it is no JSON object."""

    status: int
    headers: dict[str, str]
    text: str

    @property
    def json(self) -> dict[str, Any]:
        try:
            found = json.loads(self.text)
        except ValueError:
            return {}
        return found if isinstance(found, dict) else {}

    @property
    def code(self) -> str:
        return str(self.json.get("Code", ""))

    @property
    def message(self) -> str:
        return str(self.json.get("Message", ""))

    @property
    def refusal(self) -> tuple[int, str]:
        return self.status, self.code


def done(answer: Answer) -> Answer:
    """The same, of a call that has to succeed."""
    assert answer.status == 200, answer.text
    return answer


@dataclass(frozen=True)
class Signer:
    """Signs with one access key for one server."""

    host_port: str
    access_key_id: str
    secret: str = field(repr=False)
    token: str = field(default="", repr=False)  # of a role's session

    def request(
        self,
        action: str,
        parameters: dict[str, str] | None = None,
        *,
        version: str = KMS,
        algorithm: str = ACS3,
        method: str = "POST",
        path: str = "/",
        form: dict[str, str] | None = None,
        without: str = "",
        hash_of_body: str = "",
        **changed: str,
    ) -> Request:
        """A signed request.

        ``without`` leaves out one of the common parts, and ``changed`` says another thing there,
        both by the name that RPC has for it: ``Timestamp``, ``SignatureNonce``, ``Action``, …
        ``hash_of_body`` is stated and signed by ACS, right or wrong.
        """
        common = {
            "Action": action,
            "Version": version,
            "Timestamp": stamp(),
            "SignatureNonce": str(uuid4()),
            "AccessKeyId": self.access_key_id,
            **({"SecurityToken": self.token} if self.token else {}),
            **changed,
        }
        common.pop(without, None)
        body = encode(form or {}).encode()
        headers = {"host": self.host_port}
        if body:
            headers["content-type"] = FORM
        if hash_of_body:
            headers["x-acs-content-sha256"] = hash_of_body
        request = Request(method, path, encode(parameters or {}), headers, body, "")
        if algorithm == RPC:
            self._sign_parameters(request, common)
        else:
            self._sign_headers(request, algorithm, common)
        return request

    def call(self, action: str, parameters: dict[str, str] | None = None, **how: Any) -> Answer:
        """What a signed request is answered."""
        return self.send(self.request(action, parameters, **how))

    def send(self, request: Request) -> Answer:
        """What any request is answered."""
        return send(self.host_port, request)

    def _sign_headers(self, request: Request, algorithm: str, common: dict[str, str]) -> None:
        names = {
            "Action": "x-acs-action",
            "Version": "x-acs-version",
            "Timestamp": "x-acs-date",
            "SignatureNonce": "x-acs-signature-nonce",
            "SecurityToken": "x-acs-security-token",
        }
        sent = request.headers
        sent.update({names[one]: value for one, value in common.items() if one in names})
        day = common.get("Timestamp", "")[:10].replace("-", "")
        scope = (day, "cn-hangzhou", "Kms", "aliyun_v4_request") if algorithm == ACS4 else ()
        signed = ";".join(sorted(sent))
        signature = textbook.signature(request, _claim(algorithm, signed, scope), self.secret)
        credential = "/".join((common.get("AccessKeyId", ""), *scope))
        sent["authorization"] = (
            f"{algorithm} Credential={credential},SignedHeaders={signed},Signature={signature}"
        )

    def _sign_parameters(self, request: Request, common: dict[str, str]) -> None:
        how = {"SignatureMethod": RPC, "SignatureVersion": "1.0"}
        query = "&".join(part for part in (request.query, encode(common | how)) if part)
        request.query = query
        signature = textbook.signature(request, _claim(RPC), self.secret)
        request.query = f"{query}&Signature={quote(signature, safe='')}"


def string_to_sign(request: Request) -> str:
    """What the server should have signed, by the textbook."""
    authorization = request.headers.get("authorization")
    if authorization is None:
        return textbook.string_to_sign(request, _claim(RPC))
    algorithm, _, rest = authorization.partition(" ")
    signed = rest.split("SignedHeaders=")[1].split(",")[0]
    return textbook.string_to_sign(request, _claim(algorithm, signed))


def send(host_port: str, request: Request) -> Answer:
    """Send exactly this, on a connection of its own."""
    target = f"{request.path}?{request.query}" if request.query else request.path
    lines = [f"{request.method} {target} HTTP/1.1"]
    lines += [f"{name}: {value}" for name, value in request.headers.items()]
    head = "\r\n".join([*lines, f"Content-Length: {len(request.body)}", "", ""])
    port = int(host_port.rpartition(":")[2])
    status, headers, body = exchange(port, head.encode() + request.body)
    return Answer(status, headers, body.decode())


def stamp(seconds: float = 0.0) -> str:
    """The machine's time, so many seconds from now, as signatures carry it."""
    return time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime(time.time() + seconds))


def encode(parameters: dict[str, str]) -> str:
    """As a query or a form body."""
    return "&".join(
        f"{quote(name, safe='')}={quote(value, safe='')}" for name, value in parameters.items()
    )


def _claim(algorithm: str, signed_headers: str = "", scope: tuple[str, ...] = ()) -> Claim:
    return Claim(algorithm, "", "", 0, "", "", "", "", signed_headers, scope)
