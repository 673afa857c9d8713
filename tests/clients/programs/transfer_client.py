"""alibabacloud-kms-python-sdk's TransferClient: encrypt and decrypt through the OpenAPI."""

import json
import sys

from alibabacloud_kms20160120 import models
from alibabacloud_kms_kms20160120.transfer_client import TransferClient
from alibabacloud_tea_openapi.models import Config

given = json.load(sys.stdin)
client = TransferClient(
    Config(
        access_key_id=given["access_key_id"],
        access_key_secret=given["access_key_secret"],
        region_id="cn-hangzhou",
        endpoint=given["endpoint"],
        protocol="http",
    )
)
encrypted = client.encrypt(
    models.EncryptRequest(
        key_id=given["key_id"],
        plaintext=given["plaintext"],
        encryption_context=given["context"],
    )
).body
decrypted = client.decrypt(
    models.DecryptRequest(
        ciphertext_blob=encrypted.ciphertext_blob, encryption_context=given["context"]
    )
).body
json.dump({"encrypted": encrypted.to_map(), "decrypted": decrypted.to_map()}, sys.stdout)
