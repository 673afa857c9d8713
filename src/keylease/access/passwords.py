"""Passwords for the console, kept as argon2id hashes."""

import argon2

from keylease.core.errors import Code, Refusal

LENGTH_MIN, LENGTH_MAX = 8, 128

_HASHER = argon2.PasswordHasher()


def check_new_password(password: str) -> str:
    """The password, if somebody can choose it; Refusal InvalidParameter."""
    if not LENGTH_MIN <= len(password) <= LENGTH_MAX:
        raise Refusal(
            Code.INVALID_PARAMETER,
            "Choose a password of {least} to {most} characters.",
            least=LENGTH_MIN,
            most=LENGTH_MAX,
        )
    return password


def hash_password(password: str) -> str:
    """The argon2id hash, parameters included."""
    return _HASHER.hash(password)


def check_password(stored: str, password: str) -> None:
    """Refusal Forbidden.NoPermission unless the password is the one that was hashed."""
    try:
        _HASHER.verify(stored, password)
    except (argon2.exceptions.VerificationError, argon2.exceptions.InvalidHashError):
        raise wrong() from None


def wrong() -> Refusal:
    """For a wrong password, and for a name that nobody has: they are told alike."""
    return Refusal(Code.NO_PERMISSION, "The name or the password is wrong.")
