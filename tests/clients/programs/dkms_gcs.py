"""alibabacloud-dkms-gcs: encrypt under a key of an instance, with a client key; or the refusal.

Bytes are in hexadecimal, in both directions.
"""

import json
import sys

from openapi.models import Config
from sdk.client import Client
from sdk.models import EncryptRequest
from Tea.exceptions import TeaException

given = json.load(sys.stdin)
client = Client(
    Config(
        protocol="http",
        endpoint=given["endpoint"],
        client_key_content=given["client_key"],
        password=given["password"],
    )
)
request = EncryptRequest(
    key_id=given["key_id"],
    plaintext=bytes.fromhex(given["plaintext"]),
    aad=bytes.fromhex(given["aad"]),
)
try:
    answer = client.encrypt(request)
    found = {
        "key_id": answer.key_id,
        "ciphertext": bytes(answer.ciphertext_blob).hex(),
        "iv": bytes(answer.iv).hex(),
        "request_id": answer.request_id,
    }
except TeaException as refusal:
    found = {"refused": refusal.code, "message": refusal.message, **refusal.data}
json.dump(found, sys.stdout)
