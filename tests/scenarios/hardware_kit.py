"""A served product with a hardware token of its own, and a look into that token from outside."""

import os
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from pathlib import Path
from unittest import mock

from product import Product
from scenarios.estate import FIRST_DAY, Estate, settle
from scenarios.town import Town, moment
from softhsm import LIBRARY, PIN, SoftHsm, new_softhsm

#: Prints the label of every object that a token keeps; a program, as a process has one module.
_LABELS = """
import sys
import pkcs11
token = pkcs11.lib(sys.argv[1]).get_token(token_label=sys.argv[2])
with token.open(user_pin=sys.argv[3]) as session:
    for found in session.get_objects({pkcs11.Attribute.TOKEN: True}):
        print(found[pkcs11.Attribute.LABEL])
"""


class HardwareTown(Town):
    """Its command line is a program of its own: a process opens one module once."""

    token: SoftHsm

    def run(self, *arguments: str) -> "subprocess.CompletedProcess[str]":
        """A command as it ends."""
        return Product.run(self, *arguments)

    def labels(self) -> list[str]:
        """The label of each object that the token keeps."""
        command = [sys.executable, "-c", _LABELS, str(LIBRARY), self.token.label, PIN]
        done = subprocess.run(command, capture_output=True, text=True, check=True, timeout=30)
        return done.stdout.splitlines()

    def kept(self, version_id: str) -> int:
        """How many objects the token keeps of a key version."""
        return sum(label.startswith(f"keylease {version_id} ") for label in self.labels())

    def take_away(self) -> None:
        """The token is pulled out: SoftHSM reads its objects from files."""
        self.token.tokens.rename(self.token.directory / "away")

    def put_back(self) -> None:
        """The token is there again."""
        (self.token.directory / "away").rename(self.token.tokens)


@contextmanager
def open_hardware_town(data: Path, *arguments: str) -> Iterator[HardwareTown]:
    """A served product with a new token, whose clock stands still on the first day."""
    with new_softhsm() as token, mock.patch.dict(os.environ, token.environment):
        town = HardwareTown(data)
        town.token = token
        began = moment(FIRST_DAY) - timedelta(hours=1)
        town.start("--clock", f"test={began.isoformat()}", *arguments)
        try:
            town.cli("clock", "freeze")
            town.at(FIRST_DAY)
            yield town
        finally:
            if town.process is not None:
                town.kill()


def hardware_estate(town: Town, name: str, *, months: int = 1) -> Estate:
    """A new customer with an enabled hardware instance."""
    return settle(town, name, months=months, edition="1")
