"""A PKCS#11 library, loaded and initialised so that threads may use it.

python-pkcs11 initialises a library with ``C_Initialize(NULL)``, which promises that one thread
alone will call it, and then lets go of the interpreter's lock around each call: with two threads
SoftHSM crashes within seconds. So each start here finalises the library and initialises it again
with CKF_OS_LOCKING_OK, through the library's own table of functions, before there is a session.
Source: PKCS #11 v2.40 5.4, CK_C_INITIALIZE_ARGS; tech.md 3.
"""

import ctypes
from pathlib import Path
from typing import Any

import pkcs11
from pkcs11.exceptions import (
    MultipleTokensReturned,
    NoSuchToken,
    PinExpired,
    PinIncorrect,
    PinInvalid,
    PinLenRange,
    PinLocked,
    PKCS11Error,
    UserPinNotInitialized,
)

from keylease.crypto.secret import SecretBytes

_OS_LOCKING_OK = 2
_OK, _CANNOT_LOCK = 0x0, 0xA

_BAD_PIN = (
    PinExpired,
    PinIncorrect,
    PinInvalid,
    PinLenRange,
    PinLocked,
    UnicodeDecodeError,
    UserPinNotInitialized,
)


class Trouble(Exception):
    """The token cannot be opened; the text tells the operator what to do.

    ``is_final`` if it must not be tried again by itself: each try with a wrong PIN brings the
    token closer to locking itself.
    """

    def __init__(self, message: str, *, is_final: bool = False) -> None:
        super().__init__(message)
        self.is_final = is_final


#: A function of one pointer that answers with a CK_RV.
_Call = ctypes.CFUNCTYPE(ctypes.c_ulong, ctypes.c_void_p)

#: Where CK_FUNCTION_LIST has the functions, in words; the first word is the version.
_INITIALIZE, _FINALIZE = 1, 2


class Library:
    """The library at a path. A process may have one `Library` for a path, opened after any fork."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self._loaded: Any = None

    def start(self) -> None:
        """Initialise the library, afresh if it was; Trouble. No other call may be under way."""
        try:
            self._loaded = pkcs11.lib(str(self.path))
        except PKCS11Error as error:
            raise Trouble(
                f"{self.path} does not work as a PKCS#11 library ({_name(error)}): check the path, "
                "and the configuration that the library reads (SOFTHSM2_CONF for SoftHSM)."
            ) from None
        self.stop()
        # CK_C_INITIALIZE_ARGS is six words: four functions for locks, flags, and one reserved.
        arguments = (ctypes.c_size_t * 6)(0, 0, 0, 0, _OS_LOCKING_OK, 0)
        answer = self._function(_INITIALIZE)(ctypes.addressof(arguments))
        if answer == _CANNOT_LOCK:
            raise Trouble(
                f"{self.path} cannot be used by several threads: ask its maker for a release that "
                "accepts CKF_OS_LOCKING_OK.",
                is_final=True,
            )
        if answer != _OK:
            raise Trouble(f"{self.path} does not start: C_Initialize answers {answer:#x}.")

    def stop(self) -> None:
        """Finalise the library: all its sessions and handles end. No call may be under way."""
        if self._loaded is not None:
            self._function(_FINALIZE)(None)

    def log_in(self, label: str, pin: SecretBytes) -> tuple[pkcs11.Token, pkcs11.Session]:
        """The token with this label, and a session for writing that holds the login; Trouble."""
        try:
            token = self._loaded.get_token(token_label=label)
            return token, token.open(rw=True, user_pin=pin.reveal().decode())
        except NoSuchToken:
            raise Trouble(
                f"{self.path} shows no token with the label {label!r}: initialise one, or correct "
                "pkcs11_token."
            ) from None
        except MultipleTokensReturned:
            raise Trouble(
                f"{self.path} shows several tokens with the label {label!r}: give them labels of "
                "their own."
            ) from None
        except _BAD_PIN as error:
            raise Trouble(
                f"The token {label!r} does not accept the PIN ({_name(error)}): correct "
                "pkcs11_pin_file and start again. After a few wrong ones a token locks itself.",
                is_final=True,
            ) from None
        except PKCS11Error as error:
            raise Trouble(f"The token {label!r} cannot be opened: {_name(error)}.") from None

    def _function(self, place: int) -> Any:
        """From the table that C_GetFunctionList returns: a library need not export more."""
        table = ctypes.POINTER(ctypes.c_size_t)()
        ctypes.CDLL(str(self.path)).C_GetFunctionList(ctypes.byref(table))
        return _Call(table[place])


def _name(error: Exception) -> str:
    """What happened in one word; python-pkcs11's errors carry no text."""
    return type(error).__name__
