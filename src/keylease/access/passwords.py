"""Passwords for the console, kept as argon2id hashes."""

import argon2

from keylease.core.errors import Code, Refusal

_HASHER = argon2.PasswordHasher()


def hash_password(password: str) -> str:
    """The argon2id hash, parameters included."""
    return _HASHER.hash(password)


def check_password(stored: str, password: str) -> None:
    """Refusal Forbidden.NoPermission unless the password is the one that was hashed."""
    try:
        _HASHER.verify(stored, password)
    except (argon2.exceptions.VerificationError, argon2.exceptions.InvalidHashError):
        raise Refusal(Code.NO_PERMISSION, "The name or the password is wrong.") from None
