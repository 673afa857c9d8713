"""The appointment to overwrite what was destroyed in the files of the database."""

from keylease.custody.keys.removal import ERASE

__all__ = ["ERASE"]
