"""A node's threads and the hardware module: one that hangs or is not needed harms nobody."""

import threading
import time

import pytest

from keylease.app import node
from keylease.app.node import NodeThreads
from keylease.crypto.providers import Providers

SECONDS = 10


class Module:
    """A hardware module whose `check` does not come back before the test lets it."""

    is_available = True

    def __init__(self):
        self.asked, self.go_on = threading.Event(), threading.Event()
        self.times = 0

    def check(self):
        self.times += 1
        self.asked.set()
        return self.go_on.wait(SECONDS)


class Beating:
    """A node with a module, which beats much more often than it would."""

    def __init__(self, deployment):
        self.module, self.opened = Module(), []
        self.deployment = deployment
        software = deployment.services.providers.software
        deployment.services.providers = Providers(software, self.open)
        self.threads = NodeThreads(deployment, None, role="test", runs_agenda=False)

    def open(self):
        self.opened.append(self.module)
        return self.module

    def heartbeat(self):
        with self.deployment.database.read() as work:
            (one,) = work.nodes.all()
            return one.heartbeat

    def beats(self):
        """Once more, now."""
        self.deployment.machine.advance(1)
        now = self.deployment.machine.wall()
        end = time.monotonic() + SECONDS
        while self.heartbeat() != now:
            assert time.monotonic() < end, "it does not beat"
            time.sleep(0.01)


@pytest.fixture
def beating(make_deployment, monkeypatch):
    monkeypatch.setattr(node, "BEAT_SECONDS", 0.02)
    monkeypatch.setattr(node, "MODULE_SECONDS", 0.02)
    one = Beating(make_deployment())
    yield one
    one.module.go_on.set()
    one.threads.stop()


def test_a_module_that_hangs_does_not_silence_the_node(beating):
    beating.deployment.services.providers.hardware()
    beating.threads.start()
    assert beating.module.asked.wait(SECONDS)
    for _ in range(3):
        beating.beats()
    assert beating.module.times == 1


def test_a_module_is_asked_again_and_again_once_the_process_uses_it(beating):
    beating.threads.start()
    beating.beats()
    beating.deployment.services.providers.hardware()
    assert beating.module.asked.wait(SECONDS)
    beating.module.go_on.set()
    end = time.monotonic() + SECONDS
    while beating.module.times < 3:
        assert time.monotonic() < end, "it is not asked again"
        time.sleep(0.01)


def test_a_module_that_the_process_does_not_use_is_not_opened(beating):
    beating.threads.start()
    for _ in range(5):
        beating.beats()
        time.sleep(0.05)
    assert beating.opened == []
