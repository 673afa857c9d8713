"""Signed requests, made ahead of the measurement: what an official client sends, as bytes."""

import hashlib
import hmac
import http.client
import json
import os
import time
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any
from urllib.parse import quote

from keylease.core.clock import iso

KMS, BILLING = "2016-01-20", "2017-12-14"

_AGENT = "AlibabaCloud (Linux; x86_64) Python/3.11 Core/0.4.3 TeaDSL/2"
_EMPTY = hashlib.sha256(b"").hexdigest()


@dataclass(frozen=True)
class Caller:
    """An access key, and the port of the server that knows it."""

    port: int
    access_key_id: str
    secret: str


def signed(caller: Caller, version: str, action: str, query: Mapping[str, str]) -> bytes:
    """One request with a nonce of its own, in the form of the current SDK: ACS3, query, no body.

    A signature is accepted for 15 minutes.
    """
    target, headers = _signed_parts(caller, version, action, query)
    lines = "".join([f"{name}: {value}\r\n" for name, value in headers.items()])
    return f"POST {target} HTTP/1.1\r\n{lines}Content-Length: 0\r\n\r\n".encode()


def call(caller: Caller, version: str, action: str, query: Mapping[str, str]) -> Any:
    """Send one request and return its answer; RuntimeError if it is refused."""
    target, headers = _signed_parts(caller, version, action, query)
    connection = http.client.HTTPConnection("127.0.0.1", caller.port, timeout=30)
    try:
        connection.request("POST", target, headers=headers)
        response = connection.getresponse()
        text = response.read()
    finally:
        connection.close()
    if response.status != 200:
        raise RuntimeError(f"{action} was refused: {text.decode()}")
    return json.loads(text)


def _signed_parts(
    caller: Caller, version: str, action: str, query: Mapping[str, str]
) -> tuple[str, dict[str, str]]:
    canonical = "&".join(
        f"{quote(name, safe='')}={quote(value, safe='')}" for name, value in sorted(query.items())
    )
    headers = {
        "accept": "application/json",
        "host": f"127.0.0.1:{caller.port}",
        "user-agent": _AGENT,
        "x-acs-action": action,
        "x-acs-content-sha256": _EMPTY,
        "x-acs-credentials-provider": "static_ak",
        "x-acs-date": iso(int(time.time())),
        "x-acs-signature-nonce": os.urandom(16).hex(),
        "x-acs-version": version,
    }
    names = ";".join(headers)
    block = "".join([f"{name}:{value}\n" for name, value in headers.items()])
    request = f"POST\n/\n{canonical}\n{block}\n{names}\n{_EMPTY}"
    to_sign = f"ACS3-HMAC-SHA256\n{hashlib.sha256(request.encode()).hexdigest()}"
    signature = hmac.digest(caller.secret.encode(), to_sign.encode(), "sha256").hex()
    headers["Authorization"] = (
        f"ACS3-HMAC-SHA256 Credential={caller.access_key_id},"
        f"SignedHeaders={names},Signature={signature}"
    )
    return f"/?{canonical}", headers
