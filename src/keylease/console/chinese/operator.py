"""The texts of the pages of operator."""

TEXTS: dict[str, str] = {}
