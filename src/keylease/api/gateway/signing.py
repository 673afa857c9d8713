"""Sign, Verify, GetPublicKey and Hmac. Source: facts/kms-api.md C (Cryptography)."""

from collections.abc import Callable
from dataclasses import dataclass

from keylease.api.gateway.calls import QUICK_BYTES_MAX, Answer, Asked, invalid
from keylease.core.errors import Code, Refusal
from keylease.crypto.algorithms import DIGEST_BYTES, Algorithm, KeyUsage, algorithm_of
from keylease.crypto.digests import signed_of
from keylease.crypto.pem import public_pem
from keylease.crypto.providers import BadSignature, UsableKey
from keylease.runtime.gate import Step, primary_of

_RAW, _DIGEST = "RAW", "DIGEST"


@dataclass(frozen=True, slots=True)
class _Signing:
    """What is to be signed, or was: ``signed`` gives the digest."""

    key_id: str
    version: UsableKey
    algorithm: Algorithm
    message_type: str
    is_quick: bool
    signed: Callable[[], bytes]

    def answer(self, **found: bytes | bool) -> Answer:
        """The fields of the response."""
        return {"Algorithm": self.algorithm.value, "MessageType": self.message_type, **found}


def sign(asked: Asked) -> Step[Answer]:
    """Sign a message, or its digest."""
    one = _signing(asked)

    def run() -> Answer:
        return one.answer(Signature=one.version.sign(one.algorithm, one.signed()))

    return Step(one.key_id, one.version.version_id, one.is_quick, run)


def verify(asked: Asked) -> Step[Answer]:
    """Verify a signature: a wrong one is answered with ``Value`` false."""
    one, signature = _signing(asked), asked.message.data("Signature")

    def run() -> Answer:
        try:
            one.version.verify(one.algorithm, one.signed(), signature)
        except BadSignature:
            return one.answer(Value=False)
        return one.answer(Value=True)

    return Step(one.key_id, one.version.version_id, one.is_quick, run)


def get_public_key(asked: Asked) -> Step[Answer]:
    """GetPublicKey, in PEM."""
    key = asked.key()
    version = asked.version(key)
    if not version.public:
        raise Refusal(
            Code.UNSUPPORTED,
            "This action is not supported: a {spec} key has no public key.",
            spec=key.spec.name,
        )
    pem = public_pem(version.public)
    return Step(key.id, version.version_id, is_quick=True, run=lambda: {"PublicKey": pem})


def hmac(asked: Asked) -> Step[Answer]:
    """Hmac: the authentication code of a message, by the primary version."""
    key, message = asked.key(), asked.message.data("Message")
    chosen = algorithm_of(key.spec, key.usage, KeyUsage.GENERATE_VERIFY_MAC, None)
    version = primary_of(key)
    return Step(
        key.id,
        version.version_id,
        version.is_quick and len(message) <= QUICK_BYTES_MAX,
        lambda: {"Signature": version.mac(chosen, message)},
    )


def _signing(asked: Asked) -> _Signing:
    key = asked.key()
    named = asked.message.text("Algorithm") or None
    chosen = algorithm_of(key.spec, key.usage, KeyUsage.SIGN_VERIFY, named)
    version = asked.version(key)
    message, kind = _message(asked)
    if kind == _DIGEST:
        if len(message) != DIGEST_BYTES[chosen]:
            raise invalid("Message", f"a digest for {chosen} has {DIGEST_BYTES[chosen]} bytes")
        return _Signing(key.id, version, chosen, kind, version.is_quick, lambda: message)
    is_quick = version.is_quick and len(message) <= QUICK_BYTES_MAX
    return _Signing(
        key.id,
        version,
        chosen,
        kind,
        is_quick,
        lambda: signed_of(chosen, version.public, message),
    )


def _message(asked: Asked) -> tuple[bytes, str]:
    """What the call is about, and whether it is a message or a digest.

    Old clients send a digest in a field of its own, without saying what it is.
    """
    message, digest = asked.message.data("Message"), asked.message.data("Digest")
    kind = asked.message.text("MessageType") or (_DIGEST if digest and not message else _RAW)
    if kind not in {_RAW, _DIGEST}:
        raise invalid("MessageType", f"it takes {_RAW} or {_DIGEST}")
    return (message or digest if kind == _DIGEST else message), kind
