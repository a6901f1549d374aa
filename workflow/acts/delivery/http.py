"""One HTTP POST that says for certain whether it can have arrived, and goes to no address but the one checked."""

from __future__ import annotations

import ipaddress
import socket
import ssl
from collections.abc import Mapping
from dataclasses import dataclass
from urllib.parse import urlsplit

from urllib3.connection import HTTPConnection, HTTPSConnection
from urllib3.exceptions import HTTPError

from workflow.acts.delivery.channel import NotAccepted, Unknown

# Status and id are all that is asked for: an answer without end must not fill the memory.
MOST_READ = 4096
# IPv4 in IPv6's dress (RFC 6052): a private address would pass under another name.
CARRIES_IPV4 = ipaddress.ip_network("64:ff9b::/96")
Address = ipaddress.IPv4Address | ipaddress.IPv6Address


class AddressRefused(NotAccepted):
    """An address that nothing is posted to; the message is its code."""

    def __init__(self, code: str) -> None:
        super().__init__(code, away=True)


@dataclass(frozen=True, slots=True)
class AddressRules:
    """Which addresses may be posted to: those of the whole net, also private ones, also this machine."""

    private: bool = False
    this_machine: bool = False
    plain: bool = False  # http instead of https

    def refusal(self, address: Address) -> str:
        """Why nothing goes to this address, or nothing."""
        mapped = getattr(address, "ipv4_mapped", None)
        if mapped is not None:
            return self.refusal(mapped)
        if address.version == 6 and address in CARRIES_IPV4:
            return "private_address"
        if address.is_link_local or address.is_multicast or address.is_unspecified:
            return "private_address"
        if address.is_loopback:
            return "" if self.this_machine else "private_address"
        return "" if address.is_global or self.private else "private_address"


ANYWHERE = AddressRules(private=True, this_machine=True, plain=True)


@dataclass(frozen=True, slots=True)
class Destination:
    """Where to post: the address's parts."""

    host: str
    port: int
    path: str
    plain: bool


@dataclass(frozen=True, slots=True)
class HttpAnswer:
    """What came back: the status and the first few kilobytes."""

    status: int
    body: bytes


def place_of(url: str, door: AddressRules) -> Destination:
    """The parts of an address. Raises AddressRefused: bad_url, plain_http, with_user."""
    try:
        parts = urlsplit(url)
        port = parts.port
    except ValueError as problem:
        raise AddressRefused("bad_url") from problem
    if parts.scheme not in ("http", "https") or not parts.hostname or not _printable(url):
        raise AddressRefused("bad_url")
    if parts.username is not None or parts.password is not None:
        raise AddressRefused("with_user")
    plain = parts.scheme == "http"
    if plain and not door.plain:
        raise AddressRefused("plain_http")
    path = (parts.path or "/") + (f"?{parts.query}" if parts.query else "")
    return Destination(parts.hostname, port or (80 if plain else 443), path, plain)


def _printable(url: str) -> bool:
    return url.isascii() and url.isprintable() and " " not in url


def look_up(place: Destination, door: AddressRules) -> str:
    """The one address that the connection will go to, looked up now and checked.

    The connection goes to this very address, so a name that answers differently a moment later
    gains nothing. Raises AddressRefused private_address, or OSError where the name is not known.
    """
    entries = socket.getaddrinfo(place.host, place.port, type=socket.SOCK_STREAM)
    addresses = [str(entry[4][0]) for entry in entries]
    for address in addresses:
        if refusal := door.refusal(ipaddress.ip_address(address.partition("%")[0])):
            raise AddressRefused(refusal)
    return addresses[0]


def post_once(
    url: str,
    body: bytes,
    headers: Mapping[str, str],
    timeout: float,
    door: AddressRules = ANYWHERE,
    ca_file: str = "",
) -> HttpAnswer:
    """Posts once and gives the answer; redirects are not followed. Seconds for each wait.

    Raises NotAccepted while no connection stands: nothing can have arrived. Raises Unknown when
    the request went out and no answer came. Raises AddressRefused.
    """
    place = place_of(url, door)
    try:
        line = _connected(place, look_up(place, door), timeout, ca_file)
    except (OSError, HTTPError, ValueError) as problem:
        raise NotAccepted(type(problem).__name__, away=True) from problem
    try:
        host = place.host if place.port in (80, 443) else f"{place.host}:{place.port}"
        line.request(
            "POST",
            place.path,
            body=body,
            headers={"Host": host, "User-Agent": "Planlop", **headers},
            # Else the library reads all there is before the limit is asked.
            preload_content=False,
        )
        answer = line.getresponse()
        return HttpAnswer(answer.status, answer.read(MOST_READ))
    # The words have left: an answer that does not come says nothing of whether they arrived.
    except (OSError, HTTPError) as problem:
        raise Unknown(type(problem).__name__) from problem
    finally:
        line.close()


def _connected(place: Destination, address: str, timeout: float, ca_file: str) -> HTTPConnection:
    """An open connection to one address, which proves that it is the named host."""
    if place.plain:
        line = HTTPConnection(address, place.port, timeout=timeout)
    else:
        line = HTTPSConnection(
            address,
            place.port,
            timeout=timeout,
            server_hostname=place.host,
            ssl_context=ssl.create_default_context(cafile=ca_file or None),
        )
    try:
        line.connect()
    except BaseException:
        line.close()
        raise
    return line
