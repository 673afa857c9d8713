"""The texts of the pages of calendar."""

TEXTS: dict[str, str] = {}
