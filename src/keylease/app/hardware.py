"""The hardware module, opened as the settings say. Each serving process opens its own."""

from pathlib import Path
from typing import TYPE_CHECKING

from keylease.app.settings import Settings
from keylease.core.clock import MachineClock
from keylease.core.errors import Misuse
from keylease.crypto.private_files import read_private
from keylease.crypto.secret import SecretBytes

if TYPE_CHECKING:
    from keylease.crypto.pkcs11 import Pkcs11Provider


def open_module(settings: Settings, machine: MachineClock) -> "Pkcs11Provider | None":
    """The provider of hardware keys, None if no library is set; Misuse says what is wrong.

    Call it after the last fork. A child process tries the library first: one that does not
    survive two threads would take this process with it.
    """
    if not settings.pkcs11_library:
        return None
    # Imported here: most deployments have no module, and python-pkcs11 is large.
    from keylease.crypto.pkcs11 import Module, Pkcs11Provider
    from keylease.crypto.pkcs11.library import Library
    from keylease.crypto.pkcs11.thread_test import require_threads

    library = Path(settings.pkcs11_library)
    if not library.is_file():
        raise Misuse(
            f"There is no PKCS#11 library at {library}: correct pkcs11_library, or install it."
        )
    pin = _pin(settings)
    require_threads(library, settings.pkcs11_token, pin)
    module = Module(Library(library), settings.pkcs11_token, pin)
    return Pkcs11Provider(module, machine, quick=settings.pkcs11_quick == "on")


def _pin(settings: Settings) -> SecretBytes:
    if not settings.pkcs11_pin_file:
        raise Misuse(
            "pkcs11_library is set, pkcs11_pin_file is not: write the token's PIN to a file that "
            "its owner alone can read, and name it."
        )
    path = Path(settings.pkcs11_pin_file)
    content = read_private(path)
    if content is None:
        raise Misuse(f"There is no file {path}: correct pkcs11_pin_file.")
    pin = content.strip(b"\r\n")
    if not pin:
        raise Misuse(f"{path} is empty: write the token's PIN to it.")
    return SecretBytes(pin)
