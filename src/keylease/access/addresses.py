"""The address that a call comes from, as every rule about addresses sees it."""

from ipaddress import IPv4Address, IPv6Address, ip_address


def peer_address(text: str) -> IPv4Address | IPv6Address | None:
    """The address, without a scope, which means something on one machine only; None if it is none.

    A socket for both families shows IPv4 peers inside of IPv6: they are IPv4.
    """
    try:
        address = ip_address(text.partition("%")[0])
    except ValueError:
        return None
    mapped = address.ipv4_mapped if isinstance(address, IPv6Address) else None
    return mapped or address
