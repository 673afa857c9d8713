"""A request to the instance gateway as an official client sent it, and builders of signed ones.

Source: facts/kms-api.md C. The capture's signature and key were not kept; what it signed was.
"""

import base64
import hashlib

from cryptography.hazmat.primitives.asymmetric import padding, rsa
from cryptography.hazmat.primitives.hashes import SHA256

from keylease.access.request import Request
from keylease.access.signatures.client_key import string_to_sign

CLIENT_KEY_ID = "KAAP.66abf237-63f6-4625-b8cf-47e1086e0000"
DATE = "Mon, 23 Nov 2026 03:25:33 GMT"
DATE_SECONDS = 1_795_404_333

BODY = bytes.fromhex("0a076b65792d616263120568656c6c6f2203616164")
SAID = {"KeyId": "key-abc", "Plaintext": b"hello", "Aad": b"aad"}

HEADERS = {
    "accept": "application/x-protobuf",
    "host": "localhost:18543",
    "date": DATE,
    "x-kms-apiversion": "dkms-gcs-0.2",
    "x-kms-apiname": "Encrypt",
    "x-kms-signaturemethod": "RSA_PKCS1_SHA_256",
    "x-kms-acccesskeyid": CLIENT_KEY_ID,
    "content-type": "application/x-protobuf",
    "content-length": "21",
    "content-sha256": "BA48BB78B7A2E0CE690B05A732A30E554C922DED7203BB89D5CB6C8E65AC9CB5",
}

STRING_TO_SIGN = """POST
BA48BB78B7A2E0CE690B05A732A30E554C922DED7203BB89D5CB6C8E65AC9CB5
application/x-protobuf
Mon, 23 Nov 2026 03:25:33 GMT
x-kms-acccesskeyid:KAAP.66abf237-63f6-4625-b8cf-47e1086e0000
x-kms-apiname:Encrypt
x-kms-apiversion:dkms-gcs-0.2
x-kms-signaturemethod:RSA_PKCS1_SHA_256
/"""


#: Two client keys, made for this run.
PRIVATE_KEY, OTHER_KEY = (rsa.generate_private_key(65537, 2048) for _ in range(2))
PUBLIC_KEY = PRIVATE_KEY.public_key()


def request(body: bytes = BODY, **headers: str) -> Request:
    """The captured request with another body or headers (``_`` for ``-``), signed anew."""
    changed = {name.replace("_", "-"): value for name, value in headers.items()}
    stated = {"content-sha256": hashlib.sha256(body).hexdigest().upper()}
    made = Request("POST", "/", "", {**HEADERS, **stated, **changed}, body, "127.0.0.1")
    made.headers.setdefault("authorization", f"Bearer {signature(string_to_sign(made))}")
    return made


def signature(text: str, key: rsa.RSAPrivateKey = PRIVATE_KEY) -> str:
    """RSASSA-PKCS1-v1_5 with SHA-256, in Base64."""
    return base64.b64encode(key.sign(text.encode(), padding.PKCS1v15(), SHA256())).decode()
