"""Serving cryptography from memory: the hot path. It never reaches a database. design.md 3."""
