"""The texts of the pages of secrets."""

TEXTS: dict[str, str] = {}
