"""Before a process serves: does every algorithm still give its known answers?

A library that was damaged, replaced or miscompiled would make keys and signatures that nobody else
can use, or ciphertexts that nobody can open. So each algorithm is run once, through the same code
as a customer's calls; all together take some 20 milliseconds.
"""

import hashlib
from collections.abc import Sequence

from cryptography.hazmat.primitives.asymmetric import ec, rsa

from keylease.core.errors import Misuse, Refusal
from keylease.crypto import sm2
from keylease.crypto.algorithms import Algorithm, Family, KeyUsage
from keylease.crypto.key_pairs import CURVES, PUBLIC_EXPONENT, pkcs8
from keylease.crypto.known_answers import KNOWN_ANSWERS, KnownAnswer
from keylease.crypto.providers import (
    BadSignature,
    Made,
    Provider,
    Storage,
    UndecryptableInput,
    UsableKey,
)
from keylease.crypto.secret import SecretBytes
from keylease.crypto.software import ml_dsa

_VERSION_ID = "00000000-0000-0000-0000-000000000000"


class SelfTestFailed(Misuse):
    """An algorithm gives another answer than it must: nothing may be served with it."""


class _Different(Exception):
    """An answer is not the known one."""


#: What `check` raises where something computes wrongly.
WRONG = (_Different, BadSignature, UndecryptableInput, Refusal, ValueError)


def self_test(provider: Provider, answers: Sequence[KnownAnswer] = KNOWN_ANSWERS) -> None:
    """SelfTestFailed unless every algorithm that is offered gives its known answers."""
    for known in answers:
        if known.spec.family is Family.SM2 and not sm2.is_available():
            continue  # not offered
        try:
            kept = material_of(known)
            check(known, provider.load(known.spec, Storage.SOFTWARE, _VERSION_ID, Made(kept)))
        except WRONG:
            raise SelfTestFailed(
                "The self-test of {algorithm} with {spec} failed: this "
                "installation computes wrongly and must not serve. Install the program and its "
                "libraries anew, and check the machine's memory and processor.",
                algorithm=known.algorithm,
                spec=known.spec.name,
            ) from None


def check(known: KnownAnswer, key: UsableKey) -> None:
    """One of `WRONG` unless a key of the known material gives the known answer."""
    given, answer = bytes.fromhex(known.given), bytes.fromhex(known.answer)
    algorithm, spec = known.algorithm, known.spec
    if algorithm is Algorithm.SEAL:
        _same(key.open(answer, bytes.fromhex(known.context)), given)
    elif spec.family is Family.HMAC:
        _same(key.mac(algorithm, given), answer)
    elif algorithm in spec.algorithms.get(KeyUsage.ENCRYPT_DECRYPT, ()):
        _same(key.decrypt(algorithm, answer), given)
        _same(key.decrypt(algorithm, key.encrypt(algorithm, given)), given)
    elif spec.family is Family.ML_DSA:
        seed = material_of(known).reveal()
        public = ml_dsa.PRIVATE[spec.size].from_seed_bytes(seed).public_key()
        _same(hashlib.sha256(public.public_bytes_raw()).digest(), answer)
        _verifies(key, algorithm, given, key.sign(algorithm, given))
    else:
        _verifies(key, algorithm, given, answer)
        key.verify(algorithm, given, key.sign(algorithm, given))


def _verifies(key: UsableKey, algorithm: Algorithm, digest: bytes, signature: bytes) -> None:
    """A signature is one of its digest, and of no other."""
    key.verify(algorithm, digest, signature)
    try:
        key.verify(algorithm, digest[:-1] + bytes([digest[-1] ^ 1]), signature)
    except BadSignature:
        return
    raise _Different


def _same(computed: bytes, known: bytes) -> None:
    if computed != known:
        raise _Different


def material_of(known: KnownAnswer) -> SecretBytes:
    """The known material as a customer brings it, and as a provider in software keeps it."""
    spec, material = known.spec, bytes.fromhex(known.material)
    match spec.family:
        case Family.RSA:
            return pkcs8(_rsa(material))
        case Family.EC:
            return pkcs8(ec.derive_private_key(int.from_bytes(material), CURVES[spec.curve]))
        case Family.SM2:
            return sm2.from_scalar(material).private_pkcs8()
        case _:
            return SecretBytes(material)


def _rsa(primes: bytes) -> rsa.RSAPrivateKey:
    p, q = int.from_bytes(primes[: len(primes) // 2]), int.from_bytes(primes[len(primes) // 2 :])
    d = pow(PUBLIC_EXPONENT, -1, (p - 1) * (q - 1))
    public = rsa.RSAPublicNumbers(PUBLIC_EXPONENT, p * q)
    exponents = rsa.rsa_crt_dmp1(d, p), rsa.rsa_crt_dmq1(d, q), rsa.rsa_crt_iqmp(p, q)
    numbers = rsa.RSAPrivateNumbers(p, q, d, *exponents, public)
    return numbers.private_key(unsafe_skip_rsa_key_validation=True)  # it would take 45 ms
