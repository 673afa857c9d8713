"""The texts of the pages of buying."""

TEXTS: dict[str, str] = {}
