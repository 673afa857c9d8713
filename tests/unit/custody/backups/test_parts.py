"""Sealed parts and files: what was written is read, and nothing else. docs/formats/backup.md."""

import io
from collections.abc import Iterator
from dataclasses import replace as with_values

import msgspec
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from contracts import samples
from keylease.core.errors import Misuse
from keylease.crypto.envelope import WrappingKey
from keylease.crypto.nonces import NonceSequence
from keylease.crypto.secret import SecretBytes
from keylease.custody.backups.files import (
    BackupFileDamaged,
    read_header,
    read_parts,
    write_header,
    write_part,
)
from keylease.custody.backups.parts import (
    PART_BYTES,
    BackupDamaged,
    PartWriter,
    _context,
    read_records,
)
from keylease.custody.backups.records import (
    AliasRecord,
    Content,
    Fingerprint,
    Head,
    KeyRecord,
    Record,
    SecretRecord,
    SecretVersionRecord,
    Tail,
    VersionRecord,
)
from machine import SeededEntropy
from vectors.backup_v1 import FILE

BACKUP = "bk-000000000000000001"
ENTROPY = SeededEntropy("parts")
NONCES = NonceSequence(ENTROPY)
KEY, OTHER = WrappingKey.generate(ENTROPY), WrappingKey.generate(ENTROPY)
PASSPHRASE = SecretBytes("pass 短语".encode())
HEAD = Head(1, BACKUP, samples.ADA, "cn-hangzhou", "kst-hzz1", "密钥", "software", samples.AT)


pytestmark = pytest.mark.usefixtures("cheap_passphrases")


def key_records(count: int, material: int = 32) -> Iterator[Content]:
    for number in range(1, count + 1):
        key = samples.key(number)
        yield KeyRecord(key, (AliasRecord(f"alias/{number}", 7),), {"env": "生产"})
        yield VersionRecord(samples.version_id(number), key.id, 8, bytes(material), b"")


def secret_records() -> list[Content]:
    record = SecretRecord(
        "db", "Generic", "", "", "", samples.ADA, "", "Disabled", None, None, 1, 2, None, {"a": "b"}
    )
    return [
        record,
        SecretVersionRecord("db", "v1", 1, "text", b"one", '["ACSPrevious"]', 1),
        SecretVersionRecord("db", "v2", 2, "binary", None, '["ACSCurrent"]', 2),
    ]


def sealed(contents: list[Content], backup: str = BACKUP, key: WrappingKey = KEY) -> list[bytes]:
    writer = PartWriter(
        msgspec.structs.replace(HEAD, backup_id=backup),
        lambda secret, context: key.wrap(secret, context, NONCES),
    )
    return list(writer.parts(contents))


def opened(parts: list[bytes], backup: str = BACKUP, key: WrappingKey = KEY) -> list[Record]:
    return list(read_records(key, backup, parts))


CONTENTS = [*key_records(3_000), *secret_records()]
PARTS = sealed(CONTENTS)
SMALL = sealed([*key_records(2), *secret_records()])


def test_what_was_sealed_is_read_and_the_tail_counts_it() -> None:
    head, *contents, tail = opened(PARTS)
    assert head == HEAD
    assert contents == CONTENTS
    assert isinstance(tail, Tail)
    assert (tail.keys, tail.versions, tail.secrets, tail.secret_versions) == (3_000, 3_000, 1, 2)


def test_parts_stay_small_and_an_empty_backup_has_one() -> None:
    assert len(PARTS) > 3
    assert max(len(part) for part in PARTS) < PART_BYTES + 1_000
    assert len(sealed([])) == 1
    assert [type(one) for one in opened(sealed([]))] == [Head, Tail]


@pytest.mark.parametrize(
    "changed",
    [
        [],
        PARTS[:-1],
        PARTS[1:],
        [PARTS[1], PARTS[0], *PARTS[2:]],
        [*PARTS, PARTS[-1]],
        [*PARTS[:-1], SMALL[-1]],
        [PARTS[0], PARTS[0], *PARTS[1:]],
        [*PARTS[:-1], b""],
    ],
    ids=["none", "cut", "headless", "swapped", "longer", "mixed", "twice", "empty"],
)
def test_parts_that_are_missing_moved_or_mixed_do_not_open(changed: list[bytes]) -> None:
    with pytest.raises(BackupDamaged):
        opened(changed)


def test_another_backups_name_or_key_does_not_open_it() -> None:
    with pytest.raises(BackupDamaged):
        opened(SMALL, backup="bk-000000000000000002")
    with pytest.raises(BackupDamaged):
        opened(SMALL, key=OTHER)


@given(st.data())
def test_every_flipped_bit_of_a_part_is_noticed(data: st.DataObject) -> None:
    part = bytearray(SMALL[0])
    bit = data.draw(st.integers(0, len(part) * 8 - 1))
    part[bit // 8] ^= 1 << bit % 8
    with pytest.raises(BackupDamaged):
        opened([bytes(part)])


def test_a_tail_that_counts_wrong_is_noticed_though_every_part_opens() -> None:
    class Forgetful(PartWriter):
        def _counted(self, record: Record) -> bytes:
            if isinstance(record, VersionRecord):
                return msgspec.msgpack.encode(record)
            return super()._counted(record)

    forged = Forgetful(HEAD, lambda secret, context: KEY.wrap(secret, context, NONCES))
    with pytest.raises(BackupDamaged, match="counted"):
        opened(list(forged.parts(key_records(2))))


def test_material_is_in_no_repr() -> None:
    version = VersionRecord("v", "k", 1, b"MATERIAL", b"")
    secret = SecretVersionRecord("s", "v", 1, "text", b"MATERIAL", "[]", 1)
    assert "MATERIAL" not in f"{version!r} {secret!r}"


def fingerprint(contents: list[Content]) -> bytes:
    found = Fingerprint()
    for one in contents:
        found.add(one)
    return found.digest()


def test_a_fingerprint_tells_that_there_is_material_and_not_which() -> None:
    key, version = list(key_records(1))
    assert isinstance(key, KeyRecord)
    assert isinstance(version, VersionRecord)
    base = fingerprint([key, version])

    def other(**changed: object) -> bytes:
        return fingerprint([key, msgspec.structs.replace(version, **changed)])

    assert other(material=b"other") == base
    assert other(material=b"") != base
    assert other(id="another") != base
    disabled = KeyRecord(with_values(key.key, description="new"), key.aliases, key.tags)
    assert fingerprint([disabled, version]) != base


# --- files ----------------------------------------------------------------------------------


def file_of(parts: list[bytes], passphrase: SecretBytes = PASSPHRASE) -> bytes:
    file = io.BytesIO()
    write_header(file, BACKUP, KEY, passphrase, ENTROPY, NONCES)
    for part in parts:
        write_part(file, part)
    return file.getvalue()


def read_file(content: bytes, passphrase: SecretBytes = PASSPHRASE) -> list[Record]:
    file = io.BytesIO(content)
    backup_id, key = read_header(file, passphrase)
    return list(read_records(key, backup_id, read_parts(file)))


def test_a_file_gives_back_what_was_written_into_it() -> None:
    assert read_file(file_of(PARTS)) == opened(PARTS)


def test_a_file_of_the_first_release_is_read() -> None:
    _, key, version, secret, kept, lost, tail = read_file(FILE)
    assert [key, version] == list(key_records(1))
    assert [secret, kept, lost] == secret_records()
    assert isinstance(tail, Tail)
    assert tail.secret_versions == 2


def test_a_file_does_not_open_with_another_passphrase() -> None:
    with pytest.raises(Misuse, match="does not open"):
        read_file(file_of(SMALL), SecretBytes(b"another"))


def test_a_file_that_is_none_says_so() -> None:
    for content in (b"", b"KLBACK", b"PK\x03\x04 a zip file", b"KLBACKUP\x02more"):
        with pytest.raises(BackupFileDamaged):
            read_file(content)


@settings(max_examples=300)
@given(st.data())
def test_every_flipped_bit_of_a_file_is_refused_as_misuse(data: st.DataObject) -> None:
    content = bytearray(file_of(SMALL))
    # The beginning has many fields, the parts one: as many tries go to either.
    end = data.draw(st.sampled_from([250, len(content)]))
    bit = data.draw(st.integers(0, end * 8 - 1))
    content[bit // 8] ^= 1 << bit % 8
    with pytest.raises(Misuse):
        read_file(bytes(content))


@given(st.data())
def test_every_cut_of_a_file_is_refused_as_misuse(data: st.DataObject) -> None:
    content = file_of(PARTS[:1] + SMALL) if data.draw(st.booleans()) else file_of(SMALL)
    with pytest.raises(Misuse):
        read_file(content[: data.draw(st.integers(0, len(content) - 1))])


def with_header(header: bytes) -> bytes:
    return b"KLBACKUP\x01" + len(header).to_bytes(4) + header


@pytest.mark.parametrize(
    "change", [{"n": 2**18}, {"n": 2**20}, {"r": 9}, {"p": 2}, {"n": 3}], ids=str
)
def test_a_file_that_asks_for_more_than_was_ever_written_is_refused_at_once(
    change: dict[str, int],
) -> None:
    scrypt = {"salt": bytes(16), "n": 2**17, "r": 8, "p": 1} | change
    header = {"backup_id": BACKUP, "scrypt": scrypt, "key": bytes(61)}
    with pytest.raises(BackupFileDamaged, match="its beginning is changed"):
        read_file(with_header(msgspec.msgpack.encode(header)))


def test_a_header_that_nests_without_end_is_refused() -> None:
    with pytest.raises(BackupFileDamaged, match="its beginning is changed"):
        read_file(with_header(b"\x81\xa1x" + b"\x91" * 3_000 + b"\x00"))


@pytest.mark.parametrize(
    "record", [b"\x81\xa6record\xa1\xff", b"\x81\xa1x" + b"\x91" * 3_000 + b"\x00"]
)
def test_a_record_that_nobody_could_have_written_is_damage(record: bytes) -> None:
    part = KEY.wrap(SecretBytes(b"\x91" + record), _context(BACKUP, 1, last=True), NONCES)
    with pytest.raises(BackupDamaged):
        opened([part])


@given(st.binary(max_size=400))
def test_any_bytes_after_the_magic_are_refused_as_misuse(rest: bytes) -> None:
    with pytest.raises(Misuse):
        read_file(b"KLBACKUP\x01" + rest)
