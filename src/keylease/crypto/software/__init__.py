"""Keys whose material lives in the database, wrapped, and in memory while they are used.

`SoftwareProvider` fits `keylease.crypto.providers.Provider`; a module for each family of specs.
"""

from keylease.crypto.software.provider import SoftwareProvider

__all__ = ["SoftwareProvider"]
