"""The texts of the pages of expenses."""

TEXTS: dict[str, str] = {}
