"""Importing a key's material: parameters to wrap it with, the import, and taking it away again.

What is imported never passes this page unwrapped. Source: facts/kms-api.md A.2 (Import).
"""

from base64 import b64decode, b64encode

from keylease.console.pages import key_page
from keylease.console.pages.asking import base64_of, moment_of, require_typed
from keylease.console.visit import Goto, Page, Visit
from keylease.core.clock import parse_iso
from keylease.crypto.pem import public_pem

#: OpenSSL's options for each way to wrap.
_OPENSSL = {
    "RSAES_OAEP_SHA_256": (
        "-pkeyopt rsa_padding_mode:oaep -pkeyopt rsa_oaep_md:sha256 -pkeyopt rsa_mgf1_md:sha256"
    ),
    "RSAES_OAEP_SHA_1": "-pkeyopt rsa_padding_mode:oaep -pkeyopt rsa_oaep_md:sha1",
    "RSAES_PKCS1_V1_5": "-pkeyopt rsa_padding_mode:pkcs1",
    "SM2PKE": "",
}


def get_parameters(visit: Visit) -> Page:
    """GetParametersForImport: a public key and a token on the key's page, good for a day."""
    spec, _, algorithm = visit.given("wrapping").partition(" ")
    made = visit.perform(
        "GetParametersForImport",
        KeyId=visit.path["key_id"],
        WrappingKeySpec=spec,
        WrappingAlgorithm=algorithm,
    )
    token = made["ImportToken"]
    pem = public_pem(b64decode(made["PublicKey"]))
    visit.form = {**visit.form, "ImportToken": token}
    visit.query = {"tab": "import"}
    parameters = {
        "public": pem,
        "links": {"public": _link(pem), "token": _link(token)},
        "expires": parse_iso(made["TokenExpireTime"]),
        "options": _OPENSSL.get(algorithm, ""),
    }
    return key_page.shown_again(visit, parameters=parameters)


def import_material(visit: Visit) -> Goto:
    """ImportKeyMaterial: what was wrapped, with the token that belongs to it."""
    visit.perform(
        "ImportKeyMaterial",
        KeyId=visit.path["key_id"],
        EncryptedKeyMaterial=_base64(visit, "EncryptedKeyMaterial"),
        ImportToken=_base64(visit, "ImportToken"),
        KeyMaterialExpireUnix=str(moment_of(visit, "expires", "Expires (UTC+8)") or 0),
    )
    return _back(visit, "The material is imported: the key can be used.")


def delete_material(visit: Visit) -> Goto:
    """DeleteKeyMaterial, after the id of the key was typed again."""
    require_typed(visit, visit.path["key_id"])
    visit.perform("DeleteKeyMaterial", KeyId=visit.path["key_id"])
    return _back(visit, "The material is deleted: the key waits until it is imported again.")


def _base64(visit: Visit, name: str) -> str:
    """What was pasted, or in place of it a file: with Base64 in it, or with the bytes themselves.

    Line ends that tools put into Base64 are left out; no ciphertext looks like Base64 by chance.
    """
    chosen = visit.files.get(f"{name}File")
    if not chosen:
        return base64_of(visit, name)
    try:
        text = "".join(chosen.decode("ascii").split())
        b64decode(text, validate=True)
    except ValueError:
        return b64encode(chosen).decode()
    return text


def _link(text: str) -> str:
    return f"data:application/octet-stream;base64,{b64encode(text.encode()).decode()}"


def _back(visit: Visit, done: str) -> Goto:
    return Goto(f"/console/keys/{visit.path['key_id']}?tab=import", done)
