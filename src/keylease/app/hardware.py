"""The hardware module, opened as the settings say. Each serving process opens its own."""

import fcntl
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager, suppress
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

import structlog

from keylease.app.settings import Settings
from keylease.core.clock import MachineClock
from keylease.core.errors import Misuse
from keylease.crypto.private_files import read_private
from keylease.crypto.secret import SecretBytes

if TYPE_CHECKING:
    from keylease.app.deployment import Deployment
    from keylease.crypto.pkcs11 import Pkcs11Provider

log = structlog.get_logger()

#: Younger keys may be about to be written down by who made them.
SWEEP_AGE = 24 * 3_600.0


def module_opener(
    settings: Settings, machine: MachineClock
) -> "Callable[[], Pkcs11Provider] | None":
    """What opens the hardware module that the settings name; None if they name none."""
    if not settings.pkcs11_library:
        return None
    return lambda: open_module(settings, machine)


def open_module(settings: Settings, machine: MachineClock) -> "Pkcs11Provider":
    """The provider of hardware keys; Misuse says what is wrong.

    Call it after the last fork. A child process tries the library first: one that does not
    survive two threads would take this process with it.
    """
    # Imported here: most deployments have no module, and python-pkcs11 is large.
    from keylease.crypto.pkcs11 import Module, Pkcs11Provider
    from keylease.crypto.pkcs11.library import Library
    from keylease.crypto.pkcs11.thread_test import require_threads

    library = Path(settings.pkcs11_library)
    if not library.is_file():
        raise Misuse(
            "There is no PKCS#11 library at {library}: correct pkcs11_library, or install it.",
            library=library,
        )
    pin = _pin(settings)
    alone = partial(_alone, Path(settings.pkcs11_pin_file))
    with alone():
        require_threads(library, settings.pkcs11_token, pin)
    module = Module(Library(library), settings.pkcs11_token, pin, alone=alone)
    try:
        return Pkcs11Provider(module, machine, quick=settings.pkcs11_quick == "on")
    except BaseException:
        module.close()  # else it could not be opened again
        raise


def check_module(deployment: "Deployment") -> None:
    """Notice if the hardware module was lost; nothing where this process has not opened it."""
    hardware = deployment.services.providers.opened_hardware
    if hardware is not None:
        hardware.check()


def sweep_module(deployment: "Deployment") -> None:
    """Remove from the module what is left of keys that nobody knows: a crash left it there."""
    providers = deployment.services.providers
    if not providers.offers_hardware or not providers.hardware().check():
        return
    with deployment.database.read() as work:
        known = set(work.keys.in_token())
    left = providers.hardware().sweep(known, deployment.machine.wall() - SWEEP_AGE)
    if left:
        log.warning("keys of nobody were removed from the hardware module", versions=len(left))


@contextmanager
def _alone(pin_file: Path) -> Iterator[None]:
    """Only one process at a time gets past: all that use a token read its PIN from one file.

    Two that log in to a SoftHSM at the same moment may both find no token, or none with a PIN.
    """
    with ExitStack() as until_then:
        with suppress(OSError):  # it may be gone after the start
            fcntl.flock(until_then.enter_context(pin_file.open("rb")), fcntl.LOCK_EX)
        yield


def _pin(settings: Settings) -> SecretBytes:
    if not settings.pkcs11_pin_file:
        raise Misuse(
            "pkcs11_library is set, pkcs11_pin_file is not: write the token's PIN to a file that "
            "its owner alone can read, and name it."
        )
    path = Path(settings.pkcs11_pin_file)
    content = read_private(path)
    if content is None:
        raise Misuse("There is no file {path}: correct pkcs11_pin_file.", path=path)
    pin = content.strip(b"\r\n")
    if not pin:
        raise Misuse("{path} is empty: write the token's PIN to it.", path=path)
    return SecretBytes(pin)
