"""``keylease`` and ``python -m keylease``."""

from keylease.cli.main import main

__all__ = ["main"]

if __name__ == "__main__":
    main()
