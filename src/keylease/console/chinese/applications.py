"""The texts of the pages of applications."""

TEXTS: dict[str, str] = {}
