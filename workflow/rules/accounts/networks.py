"""Whose tries an address counts for: of IPv6 one customer has a whole network, and changes the rest at will."""

from __future__ import annotations

from dataclasses import dataclass
from ipaddress import IPv4Address, ip_address, ip_network

# A line has a /64, a household a /56, an organisation a /48 (RFC 6177, BCP 157): each with its share of tries.
WIDTHS = {64: 1, 56: 4, 48: 16}
SHARES = tuple(WIDTHS.values())


@dataclass(frozen=True, slots=True)
class Network:
    """A network in words, and how many times the tries of one line it may make."""

    text: str
    share: int


def networks_of(address: str) -> tuple[Network, ...]:
    """The networks by which an address is counted, the narrowest first.

    Of IPv4 the address itself, also where it is written as IPv6 (::ffff:192.0.2.7). What is no address, as
    from a socket without one, counts as it stands.
    """
    try:
        read = ip_address(address.partition("%")[0])
    except ValueError:
        return (Network(address, 1),)
    plain = read if isinstance(read, IPv4Address) else read.ipv4_mapped
    if plain is not None:
        return (Network(str(plain), 1),)
    return tuple(
        Network(str(ip_network((int(read), width), strict=False)), share)
        for width, share in WIDTHS.items()
    )
