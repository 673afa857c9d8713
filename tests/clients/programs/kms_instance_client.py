"""alibabacloud-kms-python-sdk's Client: the OpenAPI and the gateway of one server, in one client.

Makes a key with the one, and encrypts and decrypts with the other.
"""

import json
import sys

from alibabacloud_kms20160120.models import CreateKeyRequest
from alibabacloud_kms_kms20160120.client import Client
from alibabacloud_tea_openapi.models import Config
from openapi.models import Config as InstanceConfig
from sdk.models import AdvanceDecryptRequest, AdvanceEncryptRequest

given = json.load(sys.stdin)
client = Client(
    kms_instance_config=InstanceConfig(
        protocol="http",
        endpoint=given["endpoint"],
        client_key_content=given["client_key"],
        password=given["password"],
    ),
    open_api_config=Config(
        access_key_id=given["access_key_id"],
        access_key_secret=given["access_key_secret"],
        region_id="cn-hangzhou",
        endpoint=given["endpoint"],
        protocol="http",
    ),
)
made = client.create_key(CreateKeyRequest(dkmsinstance_id=given["instance_id"])).body
key_id = made.key_metadata.key_id
sealed = client.advance_encrypt(
    AdvanceEncryptRequest(key_id=key_id, plaintext=given["plaintext"].encode())
)
opened = client.advance_decrypt(AdvanceDecryptRequest(ciphertext_blob=sealed.ciphertext_blob))
json.dump(
    {
        "key_id": key_id,
        "same_key": opened.key_id == key_id,
        "plaintext": bytes(opened.plaintext).decode(),
    },
    sys.stdout,
)
