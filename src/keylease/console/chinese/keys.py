"""The texts of the pages of keys."""

TEXTS: dict[str, str] = {}
