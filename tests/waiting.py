"""Waiting for what another thread or process does: for the thing itself, never for a while."""

import time
from collections.abc import Callable

#: How long a test waits before it gives up, where nothing promises less: a busy machine may use it.
PATIENCE_SECONDS = 40.0


def until(
    holds: Callable[[], object],
    what: str = "it never happened",
    *,
    seconds: float = PATIENCE_SECONDS,
    pause: float = 0.01,
) -> None:
    """Return once this holds; AssertionError, which says what did not happen, after so long."""
    give_up = time.monotonic() + seconds
    while not holds():
        assert time.monotonic() < give_up, what
        time.sleep(pause)
