"""Keys inside a hardware token, by PKCS#11: the token works with them, their material stays there.

`Pkcs11Provider` fits `keylease.crypto.providers.Provider`. From the bottom up: `library` (a loaded
library, made safe for threads), `sessions` (one opened token), `module` (losing it and opening it
again), `thread_test` (whether threads may use it at all), `mechanisms` (what the token can do),
`objects` (keys as the token's objects), `keys` (key versions ready for use), `provider`.
Source: PKCS #11 v2.40; design.md 4.
"""

from keylease.crypto.pkcs11.module import Module
from keylease.crypto.pkcs11.provider import Pkcs11Provider

__all__ = ["Module", "Pkcs11Provider"]
