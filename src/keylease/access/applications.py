"""What an application may do that signs with a client key: compiled, so that deciding is quick.

An application has no account's access key. Its client key belongs to an application access point,
whose permission policies say which keys and secrets of which instances it may use, and from which
addresses. Everything here is pure. Source: facts/kms-api.md A.2 (Access), facts/kms.md 6.1.
"""

from collections.abc import Iterable
from dataclasses import dataclass, field
from functools import lru_cache
from ipaddress import (
    IPv4Network,
    IPv6Network,
    ip_network,
)

from cryptography.hazmat.primitives.asymmetric.rsa import RSAPublicKey

from keylease.access.accounts import Principal
from keylease.access.addresses import peer_address
from keylease.core.errors import Code, Refusal

Network = IPv4Network | IPv6Network

#: Stands for every key, or every secret.
EVERY = "*"


@dataclass(frozen=True, slots=True)
class Grant:
    """What one permission policy allows: keys and secrets by id and name, or `EVERY` one.

    ``instance_id`` is empty for secrets of the whole account. ``networks`` is None where callers
    may come from anywhere.
    """

    instance_id: str
    keys: frozenset[str] = frozenset()
    secrets: frozenset[str] = frozenset()
    networks: tuple[Network, ...] | None = None

    def is_for(self, peer: str) -> bool:
        """Whether somebody may use it who calls from this address."""
        if self.networks is None:
            return True
        address = _address(peer)
        return address is not None and any(address in one for one in self.networks)


@dataclass(frozen=True, slots=True)
class ClientKey:
    """A client key, ready to verify signatures with; valid from ``not_before`` to ``not_after``."""

    id: str
    principal: Principal
    region: str
    public_key: RSAPublicKey = field(repr=False)
    not_before: int
    not_after: int
    grants: tuple[Grant, ...]

    def is_valid(self, now: int) -> bool:
        """Whether it can sign at this moment: the end is excluded, as everywhere."""
        return self.not_before <= now < self.not_after

    def key_grants(self, peer: str) -> tuple[Grant, ...]:
        """Those that allow the use of keys, from this address."""
        return tuple(one for one in self.grants if one.keys and one.is_for(peer))

    def secret_grants(self, peer: str) -> tuple[Grant, ...]:
        """Those that allow reading secrets, from this address."""
        return tuple(one for one in self.grants if one.secrets and one.is_for(peer))


def covers(names: Iterable[str], name: str) -> bool:
    """Whether a name is among these, or all are."""
    return EVERY in names or name in names


def network(text: str) -> Network:
    """A network like 10.0.0.0/8, or a single address; ValueError."""
    if "%" in text:
        raise ValueError("an address with a scope means something on one machine only")
    return ip_network(text, strict=False)


def not_permitted() -> Refusal:
    """The one answer for whatever a client key's policies do not allow, there or not."""
    return Refusal(
        Code.NO_PERMISSION,
        "This operation is forbidden by permission system: the permission policies of the "
        "application access point must allow it for this resource and from this address.",
    )


_address = lru_cache(maxsize=4096)(peer_address)
