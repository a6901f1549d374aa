"""Headers that a proxy adds, believed from the proxies of the settings only, so that no visitor forges an address."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from ipaddress import IPv4Network, IPv6Network, ip_address
from typing import Any

from flask import Flask

from workflow.settings import Settings

Network = IPv4Network | IPv6Network
Environment = dict[str, Any]
# Taken out whoever sent them: what a visitor forges must reach no library that believes it.
FORWARDED = (
    "HTTP_FORWARDED",
    "HTTP_X_FORWARDED_FOR",
    "HTTP_X_FORWARDED_PROTO",
    "HTTP_X_FORWARDED_HOST",
    "HTTP_X_FORWARDED_PORT",
    "HTTP_X_FORWARDED_PREFIX",
    "HTTP_X_FORWARDED_SSL",
    "HTTP_X_FORWARDED_PROTOCOL",
    "HTTP_X_REAL_IP",
    "HTTP_X_ORIGINAL_URL",
    "HTTP_X_REWRITE_URL",
    "HTTP_X_SCRIPT_NAME",
)


def install(app: Flask, settings: Settings) -> None:
    """Puts the check before everything else that reads a request."""
    app.wsgi_app = Proxies(app.wsgi_app, settings.proxy_networks)  # type: ignore[assignment,method-assign]


class Proxies:
    """Reads the client's address, scheme and host from a proxy of ours, and from nobody else."""

    def __init__(self, inner: Callable[..., Iterable[bytes]], trusted: Sequence[Network]) -> None:
        self.inner = inner
        self.trusted = tuple(trusted)

    def __call__(self, environ: Environment, start: Callable[..., Any]) -> Iterable[bytes]:
        """Rewrites the environment where the peer is one of ours; drops the headers always."""
        said = {name: environ.pop(name) for name in FORWARDED if name in environ}
        peer = str(environ.get("REMOTE_ADDR", ""))
        if self.is_ours(peer):
            environ.update(self.read_forwarded(said, peer))
        return self.inner(environ, start)

    def is_ours(self, address: str) -> bool:
        """Whether an address is one of the trusted proxies; a text that is no address is not."""
        try:
            ip = ip_address(address.split("%")[0])
        except ValueError:
            return False
        return any(ip in network for network in self.trusted)

    def read_forwarded(self, said: dict[str, str], peer: str) -> Environment:
        """What the nearest proxy says of the client.

        The list of addresses is read from its right end, where our own proxies wrote; the first
        one that is not ours is the client, whatever stands to the left of it.
        """
        environ: Environment = {"REMOTE_ADDR": self.client(said, peer)}
        scheme = last(said.get("HTTP_X_FORWARDED_PROTO", ""))
        if scheme in ("http", "https"):
            environ["wsgi.url_scheme"] = scheme
        host = last(said.get("HTTP_X_FORWARDED_HOST", ""))
        return {**environ, "HTTP_HOST": host} if host else environ

    def client(self, said: dict[str, str], peer: str) -> str:
        """The address of the client; the peer's own where the list names none."""
        for text in reversed(said.get("HTTP_X_FORWARDED_FOR", "").split(",")):
            address = text.strip()
            # A proxy of ours writes addresses only: the rest of the list is not theirs.
            if not is_address(address):
                return peer
            if not self.is_ours(address):
                return address
            peer = address
        return peer


def is_address(text: str) -> bool:
    """Whether a text is an IP address."""
    try:
        ip_address(text)
    except ValueError:
        return False
    return True


def last(listed: str) -> str:
    """The last of a comma list: what the proxy nearest to us wrote."""
    return listed.rsplit(",", 1)[-1].strip().lower()
