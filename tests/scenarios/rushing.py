"""Many who ask at the same moment."""

import threading
from collections import Counter
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor

from product import refusal_of


def rush(calls: Sequence[Callable[[], object]]) -> Counter[str]:
    """How often which answer comes when all of them are called at once: a code, or ``done``."""
    ready = threading.Barrier(len(calls))

    def one(call: Callable[[], object]) -> str:
        ready.wait(60)
        try:
            call()
        except Exception as error:  # noqa: BLE001 - each SDK raises kinds of its own
            return refusal_of(error)[1]
        return "done"

    with ThreadPoolExecutor(len(calls)) as pool:
        return Counter(pool.map(one, calls))
