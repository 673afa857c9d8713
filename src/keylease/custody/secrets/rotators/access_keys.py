"""Access keys of an account's own users: a new one is made, the one before the last goes.

The key that was current stays usable until the next rotation, so that who still has it goes on.
"""

from typing import Protocol

from keylease.custody.secrets.rotators import Change, RotationFailed


class UserAccessKeys(Protocol):
    """The access keys of users, each call in a transaction of its own."""

    def owner(self, access_key_id: str) -> tuple[str, str] | None:
        """The account and the user of an active access key."""
        ...

    def add(self, account_id: str, user: str, access_key_id: str, secret: str) -> None:
        """Give a user an access key."""
        ...

    def remove(self, access_key_id: str) -> None:
        """Take an access key away, now and on every node."""
        ...


class AccessKeyRotator:
    """Fits `keylease.custody.secrets.rotators.Rotator`."""

    def __init__(self, keys: UserAccessKeys) -> None:
        self._keys = keys

    def apply(self, change: Change) -> None:
        """Make the new key of the user, take the retired one away; RotationFailed."""
        user, new = str(change.config["UserName"]), change.new["AccessKeyId"]
        whose = (change.account_id, user)
        if self._keys.owner(change.current["AccessKeyId"]) != whose:
            raise RotationFailed("the current access key is not an active one of this user")
        if self._keys.owner(new) is None:
            self._keys.add(*whose, new, change.new["AccessKeySecret"])
        retired = change.retired["AccessKeyId"] if change.retired else ""
        if retired and self._keys.owner(retired) == whose:
            self._keys.remove(retired)

    def verify(self, change: Change) -> None:
        """RotationFailed unless the new key is one of the user."""
        whose = (change.account_id, str(change.config["UserName"]))
        if self._keys.owner(change.new["AccessKeyId"]) != whose:
            raise RotationFailed("the new access key is not one of this user")
