"""Keylease: a key management service sold by subscription, in one program."""

__version__ = "0.1.0"
