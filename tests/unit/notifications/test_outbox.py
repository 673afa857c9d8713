import pytest

from contracts.outbox import MemoryOutbox, OutboxContract


class TestMemoryOutbox(OutboxContract):
    @pytest.fixture
    def make_outbox(self):
        return MemoryOutbox
