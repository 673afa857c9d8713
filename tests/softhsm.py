"""A hardware token of our own for the tests: real SoftHSM 2, new, and gone afterwards.

A missing SoftHSM is an error, never a skip: what was not tested does not work. SoftHSM reads
``SOFTHSM2_CONF`` each time it is initialised, so a process may go from one token to another as
long as it closes the module in between.
"""

import os
import shutil
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import pytest

from keylease.crypto.pkcs11 import Module
from keylease.crypto.pkcs11.library import Library
from keylease.crypto.pkcs11.module import Pauses
from keylease.crypto.secret import SecretBytes

#: Where Debian puts it.
LIBRARY = Path("/usr/lib/softhsm/libsofthsm2.so")
PIN = "4711-keylease"
#: Tests do not wait long for a lost token.
PAUSES = Pauses(first=0.02, longest=0.1)


@dataclass(frozen=True)
class SoftHsm:
    """A token: ``directory`` holds its configuration, its objects, and the file with its PIN."""

    directory: Path
    label: str = "keylease"

    @property
    def configuration(self) -> Path:
        """What ``SOFTHSM2_CONF`` names."""
        return self.directory / "softhsm2.conf"

    @property
    def tokens(self) -> Path:
        """Where the token's objects are: files, read again at each use."""
        return self.directory / "tokens"

    @property
    def pin_file(self) -> Path:
        """What the setting ``pkcs11_pin_file`` names."""
        return self.directory / "pin"

    @property
    def environment(self) -> dict[str, str]:
        """What a served product needs to use this token."""
        return {
            "SOFTHSM2_CONF": str(self.configuration),
            "KEYLEASE_PKCS11_LIBRARY": str(LIBRARY),
            "KEYLEASE_PKCS11_TOKEN": self.label,
            "KEYLEASE_PKCS11_PIN_FILE": str(self.pin_file),
        }

    def initialise(self) -> None:
        """Make the token; it is found by processes with `environment` only."""
        self.tokens.mkdir(parents=True)
        self.configuration.write_text(
            f"directories.tokendir = {self.tokens}\nobjectstore.backend = file\n"
            "log.level = ERROR\nslots.removable = false\n"
        )
        self.pin_file.write_text(PIN + "\n")
        self.pin_file.chmod(0o600)
        program = shutil.which("softhsm2-util")
        if program is None:
            raise RuntimeError("softhsm2-util is missing: apt-get install softhsm2")
        options = ["--init-token", "--free", "--label", self.label]
        subprocess.run(
            [program, *options, "--pin", PIN, "--so-pin", "so-" + PIN],
            env={**os.environ, **self.environment},
            check=True,
            stdout=subprocess.DEVNULL,
        )

    @contextmanager
    def opened(self) -> Iterator[Module]:
        """The token's module, opened in this process; no other may be open."""
        before = os.environ.get("SOFTHSM2_CONF")
        os.environ["SOFTHSM2_CONF"] = str(self.configuration)
        try:
            module = Module(Library(LIBRARY), self.label, SecretBytes(PIN.encode()), PAUSES)
            try:
                yield module
            finally:
                module.close()
        finally:
            if before is None:
                del os.environ["SOFTHSM2_CONF"]
            else:
                os.environ["SOFTHSM2_CONF"] = before


@contextmanager
def new_softhsm() -> Iterator[SoftHsm]:
    """A token in a directory that is removed afterwards."""
    with tempfile.TemporaryDirectory(prefix="keylease-hsm-") as name:
        token = SoftHsm(Path(name))
        token.initialise()
        yield token


@pytest.fixture(scope="session")
def softhsm() -> Iterator[SoftHsm]:
    """A token for all tests that do not harm it."""
    with new_softhsm() as token:
        yield token
