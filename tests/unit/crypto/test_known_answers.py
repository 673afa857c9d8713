"""Published known answers, through our own keys. Which files: each test's source line.

All files are those of the package cryptography_vectors.
"""

import hashlib
import subprocess

import pytest
from cryptography.hazmat.primitives.asymmetric import ec, rsa
from cryptography.hazmat.primitives.asymmetric.utils import encode_dss_signature
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from keylease.core.entropy import SystemEntropy
from keylease.crypto import sm2
from keylease.crypto.algorithms import KEY_SPECS, Algorithm
from keylease.crypto.providers import BadSignature, Made, Storage, UndecryptableInput
from keylease.crypto.secret import SecretBytes
from keylease.crypto.software import SoftwareProvider
from unit.crypto.outside import pkcs8
from vectors.nist import cases, labelled

PROVIDER = SoftwareProvider(SystemEntropy())
VERSION = "0d0c1f60-7a3f-4c1e-9c53-0f6f1f2a9b11"


class Fixed:
    """Entropy that draws one seed."""

    def __init__(self, seed):
        self._seed = seed

    def random(self, size):
        assert size == len(self._seed)
        return self._seed


def loaded(spec, made):
    return PROVIDER.load(KEY_SPECS[spec], Storage.SOFTWARE, VERSION, made)


def adopted(spec, material):
    material = SecretBytes(material)
    return loaded(spec, PROVIDER.adopt(KEY_SPECS[spec], Storage.SOFTWARE, VERSION, material))


def seeded(spec, seed):
    made = SoftwareProvider(Fixed(seed)).generate(KEY_SPECS[spec], Storage.SOFTWARE, VERSION)
    return loaded(spec, made)


def hexed(case, *names):
    return [bytes.fromhex(case.get(name, "")) for name in names]


# AES and SM4.


@pytest.mark.parametrize("bits", [128, 192, 256])
@pytest.mark.parametrize("name", ["gcmDecrypt{}.rsp", "gcmEncryptExtIV{}.rsp"])
def test_aes_gcm_opens_what_it_should_and_nothing_else(name, bits):
    """Source: NIST CAVP, gcmDecrypt and gcmEncryptExtIV; our form: IVlen 96, Taglen 128."""
    opened = refused = 0
    for case in cases("ciphers/AES/GCM/" + name.format(bits)):
        if case.get("IVlen") != "96" or case.get("Taglen") != "128":
            continue
        key, nonce, text, context, sealed, tag = hexed(case, "Key", "IV", "PT", "AAD", "CT", "Tag")
        ours = adopted(f"Aliyun_AES_{bits}", key)
        if "PT" in case:
            assert ours.open(nonce + sealed + tag, context) == text
            opened += 1
        else:
            with pytest.raises(UndecryptableInput):
                ours.open(nonce + sealed + tag, context)
            refused += 1
    assert opened + refused == 375
    assert opened == 375 if name.startswith("gcmE") else refused > 100


def test_sm4_gcm_opens_what_it_should():
    """Source: RFC 8998 appendix A.1 (named A.2 in the file), ciphers/SM4/rfc8998.txt."""
    case = next(case for case in cases("ciphers/SM4/rfc8998.txt") if case["IV"].startswith("0000"))
    names = ("KEY", "IV", "PLAINTEXT", "AAD", "CIPHERTEXT", "TAG")
    key, nonce, text, context, sealed, tag = hexed(case, *names)
    ours = adopted("Aliyun_SM4", key)
    assert ours.open(nonce + sealed + tag, context) == text
    with pytest.raises(UndecryptableInput):
        ours.open(nonce + sealed + tag[::-1], context)


# Authentication codes and SM3.


@pytest.mark.parametrize("bits", [224, 256, 384, 512])
def test_hmac_gives_the_codes_of_its_standard(bits):
    """Source: RFC 4231. A key shorter than ours is the same key with zeros after it (RFC 2104)."""
    done = 0
    for case in cases(f"HMAC/rfc-4231-sha{bits}.txt"):
        key, message, tag = hexed(case, "Key", "Msg", "MD")
        spec = KEY_SPECS[f"HMAC_SHA_{bits}"]
        if len(key) > spec.material_bytes:
            continue
        ours, algorithm = adopted(spec.name, key.ljust(spec.material_bytes, b"\0")), spec.name
        assert ours.mac(Algorithm(algorithm), message) == tag
        ours.verify_mac(Algorithm(algorithm), message, tag)
        done += 1
    assert done >= 3


def test_sm3_gives_the_digests_of_its_standard():
    """Source: GM/T 0004-2012, hashes/SM3/oscca.txt. What SM2 signs is made with it."""
    done = 0
    for case in cases("hashes/SM3/oscca.txt"):
        message, digest = hexed(case, "Msg", "MD")
        assert sm2.sm3(message[: int(case["Len"]) // 8]) == digest
        done += 1
    assert done == 6


# RSA.


def rsa_pair(p, q, e=65_537):
    """PKCS#8 from two primes."""
    d = pow(e, -1, (p - 1) * (q - 1))
    public = rsa.RSAPublicNumbers(e, p * q)
    exponents = rsa.rsa_crt_dmp1(d, p), rsa.rsa_crt_dmq1(d, q), rsa.rsa_crt_iqmp(p, q)
    return pkcs8(rsa.RSAPrivateNumbers(p, q, d, *exponents, public).private_key())


def rsa_verifications(name):
    """The cases of SHA-256 whose key is one of ours, each with its key.

    Cases whose public exponent was changed are left out: they have no private key.
    """
    primes, keys = {}, {}
    for case in cases(name):
        primes |= {which: int(case[which], 16) for which in "pq" if which in case}
        ours = f"RSA_{case['mod']}" in KEY_SPECS and case.get("SHAAlg") == "SHA256"
        if ours and "e changed" not in case["Result"]:
            e = int(case["e"], 16)
            if (case["mod"], e) not in keys:
                keys[case["mod"], e] = adopted(f"RSA_{case['mod']}", rsa_pair(**primes, e=e))
            yield keys[case["mod"], e], case


def test_rsa_pkcs1_takes_the_signatures_it_should_and_no_others():
    """Source: NIST CAVP, SigVer15_186-3.rsp."""
    taken = refused = 0
    for key, case in rsa_verifications("asymmetric/RSA/FIPS_186-2/SigVer15_186-3.rsp"):
        message, signature = hexed(case, "Msg", "S")
        digest = hashlib.sha256(message).digest()
        if case["Result"].startswith("P"):
            key.verify(Algorithm.RSA_PKCS1_SHA_256, digest, signature)
            assert key.sign(Algorithm.RSA_PKCS1_SHA_256, digest) == signature
            taken += 1
        else:
            with pytest.raises(BadSignature):
                key.verify(Algorithm.RSA_PKCS1_SHA_256, digest, signature)
            refused += 1
    assert taken >= 3
    assert refused >= 9


def test_rsa_pss_takes_a_salt_of_32_bytes_only():
    """Source: NIST CAVP, SigVerPSS_186-3.rsp: good signatures, with a salt of 10 bytes."""
    done = 0
    for key, case in rsa_verifications("asymmetric/RSA/FIPS_186-2/SigVerPSS_186-3.rsp"):
        message, signature = hexed(case, "Msg", "S")
        with pytest.raises(BadSignature):
            key.verify(Algorithm.RSA_PSS_SHA_256, hashlib.sha256(message).digest(), signature)
        done += 1
    assert done >= 9


def test_rsa_pss_takes_the_signatures_of_the_systems_openssl(tmp_path):
    """No published file has a salt of 32 bytes with SHA-256, so another program signs."""
    private = pkcs8(rsa.generate_private_key(65_537, 2_048))
    (tmp_path / "key.der").write_bytes(private)
    (tmp_path / "digest").write_bytes(digest := hashlib.sha256(b"message").digest())
    options = [
        part
        for option in ("digest:sha256", "rsa_padding_mode:pss", "rsa_pss_saltlen:32")
        for part in ("-pkeyopt", option)
    ]
    command = ["openssl", "pkeyutl", "-sign", "-keyform", "DER", "-inkey", "key.der"]
    made = subprocess.run(
        [*command, "-in", "digest", *options], cwd=tmp_path, capture_output=True, check=True
    )
    key = adopted("RSA_2048", private)
    key.verify(Algorithm.RSA_PSS_SHA_256, digest, made.stdout)
    with pytest.raises(BadSignature):
        key.verify(Algorithm.RSA_PSS_SHA_256, digest[::-1], made.stdout)


@pytest.mark.parametrize(
    ("name", "algorithm", "count"),
    [
        ("pkcs-1v2-1d2-vec/oaep-vect.txt", Algorithm.RSAES_OAEP_SHA_1, 6),
        ("oaep-custom/oaep-sha256-sha256.txt", Algorithm.RSAES_OAEP_SHA_256, 60),
    ],
)
def test_rsa_oaep_decrypts_what_it_should(name, algorithm, count):
    """Source: RSA Laboratories, oaep-vect.txt, and what pyca derived from it for SHA-256."""
    done, numbers, message, key = 0, {}, b"", None
    for label, value in labelled(f"asymmetric/RSA/{name}"):
        if label.lower().startswith(("prime 1", "prime 2")):
            numbers[label[:7].lower()] = int.from_bytes(value)
            key = None
        elif label == "Message":
            message = value
        elif label == "Encryption" and len(value) == 256:
            key = key or adopted("RSA_2048", rsa_pair(numbers["prime 1"], numbers["prime 2"]))
            assert key.decrypt(algorithm, value) == message
            with pytest.raises(UndecryptableInput):
                key.decrypt(algorithm, value[:-1] + bytes([value[-1] ^ 1]))
            done += 1
    assert done == count


# ECDSA.


@pytest.mark.parametrize(
    ("name", "section", "spec", "curve"),
    [
        ("FIPS_186-3/SigGen.txt", "P-256,SHA-256", "EC_P256", ec.SECP256R1()),
        ("SECP256K1/SigGen.txt", "K-256,SHA-256", "EC_P256K", ec.SECP256K1()),
    ],
)
def test_ecdsa_takes_the_signatures_it_should(name, section, spec, curve):
    """Source: NIST CAVP, SigGen.txt; for secp256k1 what pyca made in its form."""
    done = 0
    for case in cases(f"asymmetric/ECDSA/{name}"):
        if case.get("section") != section:
            continue
        key = adopted(spec, pkcs8(ec.derive_private_key(int(case["d"], 16), curve)))
        digest = hashlib.sha256(bytes.fromhex(case["Msg"])).digest()
        r, s = int(case["R"], 16), int(case["S"], 16)
        key.verify(Algorithm.ECDSA_SHA_256, digest, encode_dss_signature(r, s))
        for wrong in ((r, s + 1), (s, r), (0, s), (r, 0)):
            with pytest.raises(BadSignature):
                key.verify(Algorithm.ECDSA_SHA_256, digest, encode_dss_signature(*wrong))
        done += 1
    assert done >= 10


# Post-quantum.


@pytest.mark.parametrize("level", [44, 65, 87])
def test_ml_dsa_makes_the_keys_and_takes_the_signatures_it_should(level):
    """Source: kat_MLDSA_*_det_pure.rsp, FIPS 204; ``mu`` as in its algorithm 7, line 6."""
    done = 0
    for case in cases(f"asymmetric/MLDSA/kat_MLDSA_{level}_det_pure.rsp"):
        seed, public, message, signed, context = hexed(case, "xi", "pk", "msg", "sm", "ctx")
        key = seeded(f"Keylease_ML_DSA_{level}", seed)
        assert key.public.endswith(public)
        framed = bytes([0, len(context)]) + context + message
        mu = hashlib.shake_256(hashlib.shake_256(public).digest(64) + framed).digest(64)
        signature = signed.removesuffix(message)
        key.verify(Algorithm.ML_DSA, mu, signature)
        with pytest.raises(BadSignature):
            key.verify(Algorithm.ML_DSA, mu[::-1], signature)
        done += 1
    assert done >= 20


@pytest.mark.parametrize("level", [768, 1024])
def test_ml_kem_makes_the_keys_and_finds_the_secrets_it_should(level):
    """Source: kat_MLKEM_*.rsp, FIPS 203; ``ct_n`` is an invalid one, with its implicit secret."""
    done = 0
    for case in cases(f"asymmetric/MLKEM/kat_MLKEM_{level}.rsp"):
        seed, public = bytes.fromhex(case["d"] + case["z"]), bytes.fromhex(case["pk"])
        key = seeded(f"Keylease_ML_KEM_{level}", seed)
        assert key.public.endswith(public)
        for encapsulation, secret in (("ct", "ss"), ("ct_n", "ss_n")):
            body = AESGCM(bytes.fromhex(case[secret])).encrypt(bytes(12), b"text", b"context")
            sealed = bytes.fromhex(case[encapsulation]) + bytes(12) + body
            assert key.open(sealed, b"context") == b"text"
        done += 1
    assert done >= 20


def test_a_seed_that_was_kept_gives_the_same_key_again():
    seed = bytes(range(64))
    key = loaded("Keylease_ML_KEM_768", Made(SecretBytes(seed)))
    other = seeded("Keylease_ML_KEM_768", seed)
    body = bytes(1_088 + 12 + 16)
    for one in (key, other):
        with pytest.raises(UndecryptableInput):
            one.open(body, b"")
