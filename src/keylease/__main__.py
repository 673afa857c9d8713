"""``keylease`` and ``python -m keylease``.

What the imports make stays until the end. The garbage collector does not search it, neither now nor
when a command ends: that is a fifth of what a short command costs.
"""

import gc

gc.disable()

from keylease.cli.main import main  # noqa: E402 - nothing is collected while this is imported

gc.freeze()
gc.enable()

__all__ = ["main"]

if __name__ == "__main__":
    main()
