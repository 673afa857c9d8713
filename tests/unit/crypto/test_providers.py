"""The hardware module of a process: opened at its first use, and tried once only."""

import pytest

from keylease.core.entropy import SystemEntropy
from keylease.core.errors import Code, Misuse, Refusal
from keylease.crypto.algorithms import ProtectionLevel
from keylease.crypto.providers import Providers
from keylease.crypto.software import SoftwareProvider

SOFTWARE = SoftwareProvider(SystemEntropy())


class Module:
    """A hardware module that is there."""

    is_available = True


class Opener:
    """Counts how often the module is opened; ``wrong`` is what is Misuse about it."""

    def __init__(self, wrong=""):
        self.wrong = wrong
        self.opened = 0

    def __call__(self):
        self.opened += 1
        if self.wrong:
            raise Misuse(self.wrong)
        return Module()


def test_without_a_module_hardware_keys_are_refused_as_retryable():
    providers = Providers(SOFTWARE)
    assert not providers.offers_hardware
    assert not providers.has_hardware_now
    assert providers.opened_hardware is None
    with pytest.raises(Refusal) as refused:
        providers.of(ProtectionLevel.HSM)
    assert refused.value.code is Code.UNAVAILABLE
    assert providers.of(ProtectionLevel.SOFTWARE) is SOFTWARE


def test_the_module_is_opened_once_and_at_its_first_use():
    opener = Opener()
    providers = Providers(SOFTWARE, opener)
    assert providers.offers_hardware
    assert providers.opened_hardware is None
    assert opener.opened == 0
    module = providers.hardware()
    assert providers.of(ProtectionLevel.HSM) is module
    assert providers.opened_hardware is module
    assert providers.has_hardware_now
    assert opener.opened == 1


def test_a_module_that_does_not_open_is_not_tried_again_so_that_it_does_not_lock_itself():
    opener = Opener("the PIN is wrong")
    providers = Providers(SOFTWARE, opener)
    for use in (providers.hardware, lambda: providers.has_hardware_now, providers.hardware):
        with pytest.raises(Misuse, match=r"^the PIN is wrong$"):
            use()
    assert opener.opened == 1
    assert providers.opened_hardware is None
