"""alibabacloud-kms-python-sdk's TransferClient with a client key: calls go to the gateway.

``calls`` are pairs of an operation of the OpenAPI and its fields; answers are bodies, or refusals.
"""

import json
import re
import sys

from alibabacloud_kms20160120 import models
from alibabacloud_kms_kms20160120.models import KmsConfig
from alibabacloud_kms_kms20160120.transfer_client import TransferClient
from alibabacloud_tea_openapi.models import Config
from Tea.exceptions import TeaException

given = json.load(sys.stdin)
client = TransferClient(
    config=Config(
        access_key_id=given["access_key_id"],
        access_key_secret=given["access_key_secret"],
        region_id="cn-hangzhou",
        endpoint=given["endpoint"],
        protocol="http",
    ),
    kms_config=KmsConfig(
        protocol="http",
        endpoint=given["endpoint"],
        client_key_content=given["client_key"],
        password=given["password"],
        force_low_version_crypto_transfer=given["low"],
    ),
)


def call(name: str, fields: dict[str, object]) -> dict[str, object]:
    request = getattr(models, f"{name}Request")().from_map(fields)
    method = getattr(client, re.sub(r"(?<!^)(?=[A-Z])", "_", name).lower())
    try:
        return method(request).body.to_map()
    except TeaException as refusal:
        return {"refused": refusal.code, "message": refusal.message}


json.dump([call(name, fields) for name, fields in given["calls"]], sys.stdout)
