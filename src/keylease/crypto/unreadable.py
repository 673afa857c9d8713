"""What msgspec raises for bytes that are not what was expected."""

import msgspec

#: Besides its own errors: for texts that are not UTF-8, and for what nests without end.
UNREADABLE = (msgspec.MsgspecError, UnicodeDecodeError, RecursionError)
