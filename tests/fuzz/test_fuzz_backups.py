"""Whatever is given as a backup file: it is refused, nothing is imported, nothing takes long."""

from dataclasses import dataclass
from io import BytesIO
from pathlib import Path

import msgspec
import pytest

from fuzz.harness import Damage, fuzz
from fuzz.world import World
from keylease.app import backup_files, backups
from keylease.core.errors import Misuse
from keylease.crypto.secret import SecretBytes
from keylease.custody.backups import files
from keylease.custody.backups.files import read_header, read_parts
from keylease.custody.backups.parts import _context, with_last

pytestmark = pytest.mark.usefixtures("cheap_passphrases")

PASSPHRASE = SecretBytes(b"correct horse")
BEGIN = len(files.MAGIC) + 1


@dataclass
class Exported:
    """A backup that was exported, taken apart; and the only one that may be taken in."""

    world: World
    place: Path
    whole: bytes
    digest: bytes

    def __post_init__(self) -> None:
        file = BytesIO(self.whole)
        self.id, self._key = read_header(file, PASSPHRASE)
        self.header = self.whole[BEGIN + 4 : file.tell()]
        self._head = self.whole[: file.tell()]
        self.parts = list(read_parts(file))
        self.plain = [
            self._key.unwrap(part, _context(self.id, number, last=last)).reveal()
            for number, (part, last) in enumerate(with_last(self.parts), 1)
        ]

    def with_header(self, header: bytes) -> bytes:
        """The file with this header."""
        return self.whole[:BEGIN] + _framed(header) + self.whole[len(self._head) :]

    def with_parts(self, parts: list[bytes]) -> bytes:
        """The file with these parts, as they are."""
        return self._head + b"".join(map(_framed, parts))

    def resealed(self, plain: list[bytes]) -> bytes:
        """The file with these contents, sealed as somebody would who knows the passphrase."""
        nonces = self.world.deployment.nonces
        return self.with_parts(
            [
                self._key.wrap(SecretBytes(one), _context(self.id, number, last=last), nonces)
                for number, (one, last) in enumerate(with_last(plain), 1)
            ]
        )

    def is_imported(self) -> bool:
        """Whether anything of it is there."""
        with self.world.deployment.database.read() as work:
            return work.backups.find(self.id) is not None


def _framed(content: bytes) -> bytes:
    return len(content).to_bytes(4) + content


@pytest.fixture
def exported(world: World, tmp_path: Path) -> Exported:
    """Of a whole instance."""
    place = tmp_path / "backup"
    made = backups.create(world.deployment, world.instance)
    backup_files.export_backup(world.deployment, made.id, place, PASSPHRASE)
    backups.delete(world.deployment, made.id)
    return Exported(world, place, place.read_bytes(), made.digest)


def test_a_damaged_backup_file_is_refused_and_nothing_of_it_stays(exported: Exported) -> None:
    tried = [outcome(exported, only_verified, exported.whole) for only_verified in (True, False)]
    assert tried == ["", ""]

    def damaged(damage: Damage) -> tuple[bool, bytes]:
        return damage.now_and_then(0.5), another(exported, damage)

    def refused(tried: tuple[bool, bytes]) -> None:
        assert outcome(exported, *tried).isprintable()
        assert not exported.is_imported()

    fuzz(damaged, refused)


def another(exported: Exported, damage: Damage) -> bytes:
    """A damaged file: from outside, or by somebody who has the passphrase."""
    way = damage.chance.random()
    if way < 0.2:
        return damage.data(exported.whole)
    if way < 0.4:
        return exported.with_header(damage.data(exported.header))
    if way < 0.5:
        return exported.with_header(_other_header(damage, exported.header))
    if way < 0.6:
        return exported.with_parts(damage.some(exported.parts) + damage.some(exported.parts))
    plain = list(exported.plain)
    at = damage.chance.randrange(len(plain))
    plain[at] = damage.data(plain[at], plain)
    return exported.resealed(plain)


def outcome(exported: Exported, only_verified: bool, content: bytes) -> str:
    """Why a file is refused; "" if it is just what was exported, and then it is let go again."""
    exported.place.write_bytes(content)
    deployment = exported.world.deployment
    try:
        if only_verified:
            digest = backup_files.verify_file(exported.place, PASSPHRASE).digest
        else:
            backup = backup_files.import_backup(deployment, exported.place, PASSPHRASE, "ada")
            digest = backup.digest
            backups.delete(deployment, backup.id)
    except Misuse as misuse:
        return str(misuse)
    assert digest == exported.digest, "it is another backup"
    return ""


def _other_header(damage: Damage, header: bytes) -> bytes:
    """A header that is well written and says something else."""
    said = msgspec.msgpack.decode(header)
    numbers = (0, 1, 2, 4, 2**13, 2**17, 2**20, 2**21, 2**40, 2**63, -1, None, "x", b"")
    spot = said if damage.now_and_then(0.3) else said["scrypt"]
    spot[damage.one_of(sorted(spot))] = damage.one_of(numbers)
    return msgspec.msgpack.encode(said)
