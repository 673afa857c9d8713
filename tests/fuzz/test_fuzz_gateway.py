"""Whatever an application sends: it is answered with its message, or with an Error below 500."""

from fuzz.answers import check
from fuzz.harness import NUMBERS, ODD, Damage, fuzz
from fuzz.world import World, on_the_wire
from keylease.api.gateway.messages import API_NAMES, MESSAGES, decode, encode

NAMES = sorted(API_NAMES)
HEADERS = (
    *("date", "host", "content-type", "content-sha256", "x-kms-acccesskeyid", "authorization"),
    *("x-kms-apiversion", "x-kms-apiname", "x-kms-signaturemethod", "x-kms-migrationkeyversionid"),
)
FEW = "EC_P256"  # a pair of RSA keys takes long

TEXTS = {
    "Algorithm": ("AES_GCM", "AES_CBC", "SM4_GCM", "RSAES_OAEP_SHA_256", "ECDSA_SHA_256", "SM2PKE"),
    "PaddingMode": ("NO_PADDING", "PKCS7_PADDING", ""),
    "MessageType": ("RAW", "DIGEST", ""),
    "KeyPairSpec": (FEW, "EC_SM2", "EC_P256K"),
    "KeyFormat": ("PEM", "DER"),
    "SecretName": ("db", "db/other"),
    "VersionId": ("v1", ""),
    "VersionStage": ("ACSCurrent", "ACSPrevious", ""),
}


def fields_of(name: str) -> list[tuple[str, str]]:
    """Names and types of the fields of a request."""
    lines = MESSAGES[f"{name}Request"].split(", ")
    return [(parts[1], (*parts, "")[2]) for parts in map(str.split, lines)]


class Messages:
    """Makes bodies of every operation, from plausible to nonsense."""

    def __init__(self, world: World) -> None:
        self._keys = [key for key, _ in world.keys.values()]
        self._blobs = [b"x", b"", b"\0" * 32, b"eA==", world.instance.encode()]
        for key in ("aes", "sm4"):
            body = encode("EncryptRequest", {"KeyId": world.keys[key][0], "Plaintext": b"x"})
            answer = world.answer(world.app.request("Encrypt", body))
            made = decode("EncryptResponse", answer.body)
            self._blobs += [made.data("CiphertextBlob"), made.data("Iv")]

    def body(self, damage: Damage, name: str) -> bytes:
        """Fields by their types, and now and then a flaw in the bytes."""
        said = {one: self._value(damage, one, kind) for one, kind in fields_of(name)}
        for one in damage.some(sorted(said)):
            if damage.now_and_then(0.3):
                del said[one]
        body = encode(f"{name}Request", said)
        return damage.data(body, self._blobs) if damage.now_and_then(0.4) else body

    def _value(self, damage: Damage, name: str, kind: str) -> str | bytes | int | bool:
        if kind == "int32":
            return damage.one_of((0, 1, 16, 32, 1024, 1025, -1, 2**31 - 1, -(2**31)))
        if kind == "bool":
            return damage.now_and_then(0.5)
        if kind == "bytes":
            good = damage.one_of(self._blobs)
            return damage.data(good, self._blobs) if damage.now_and_then(0.3) else good
        text = damage.one_of(self._keys if name == "KeyId" else TEXTS[name])
        return self._text(damage, text) if damage.now_and_then(0.15) else text

    def _text(self, damage: Damage, text: str) -> str:
        return damage.text(text, self._keys).encode("utf-8", "replace").decode()


def test_a_damaged_message_is_answered_with_a_message_or_an_error_of_the_callers(
    world: World,
) -> None:
    messages = Messages(world)

    def damaged(damage: Damage) -> bytes:
        """Mostly signed as it is, so that it gets past the door."""
        name = damage.one_of(NAMES)
        changed = _headers(damage) if damage.now_and_then(0.15) else {}
        request = world.app.request(name, messages.body(damage, name), **changed)
        wire = on_the_wire(request)
        return damage.data(wire) if damage.now_and_then(0.1) else wire

    def answered(data: bytes) -> None:
        for request, answer in world.answers(data):
            check(request, answer)

    fuzz(damaged, answered)


def _headers(damage: Damage) -> dict[str, str]:
    """Other values for a header or two, such as HTTP can carry."""
    others = [one for one in ODD + NUMBERS if len(one) < 5000]
    found = {}
    for name in damage.some(HEADERS):
        text = damage.text("dkms-gcs-0.2", others)
        kept = "".join(sign for sign in text if sign.isprintable() and ord(sign) < 256)
        found[name] = kept[:5000].strip()
    return found
