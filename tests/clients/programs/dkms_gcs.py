"""alibabacloud-dkms-gcs: calls of an instance's gateway with a client key; answers or refusals.

``calls`` are pairs of an operation and its fields; bytes are in hexadecimal as {"hex": …}, in both
directions. A client key that does not open is told as ``unopened``.
"""

import json
import re
import sys

from openapi.models import Config
from openapi_util.models import RuntimeOptions
from OpenSSL.crypto import Error
from sdk import models
from sdk.client import Client
from Tea.exceptions import TeaException

VERSION = "x-kms-migrationkeyversionid"


def snake(name: str) -> str:
    return re.sub(r"(?<!^)(?=[A-Z])", "_", name).lower()


def given_as(value: object) -> object:
    is_bytes = isinstance(value, dict) and "hex" in value
    return bytes.fromhex(value["hex"]) if is_bytes else value


def told_as(value: object) -> object:
    return {"hex": bytes(value).hex()} if isinstance(value, bytes | bytearray) else value


def call(client: Client, name: str, fields: dict[str, object]) -> dict[str, object]:
    request = getattr(models, f"{name}Request")()
    for field, value in fields.items():
        setattr(request, snake(field), given_as(value))
    options = RuntimeOptions(autoretry=False)
    options.response_headers = [VERSION]
    try:
        answer = getattr(client, f"{snake(name)}_with_options")(request, options)
    except TeaException as refusal:
        return {"refused": refusal.code, "message": refusal.message, **refusal.data}
    headers = answer.response_headers
    said = {one: told_as(value) for one, value in answer.to_map().items() if value is not None}
    said.pop("responseHeaders", None)
    return {**said, "version": (headers or {}).get(VERSION)}


given = json.load(sys.stdin)
config = Config(
    protocol=given.get("protocol", "http"),
    endpoint=given["endpoint"],
    client_key_content=given["client_key"],
    password=given["password"],
    ca_file_path=given.get("ca_file"),
)
try:
    client = Client(config)
except Error as refusal:
    json.dump({"unopened": str(refusal)}, sys.stdout)
else:
    json.dump([call(client, name, fields) for name, fields in given["calls"]], sys.stdout)
