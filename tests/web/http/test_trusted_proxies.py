"""Whose word is taken for the client's address: the configured proxies' and nobody else's."""

from __future__ import annotations

from collections.abc import Iterable
from ipaddress import ip_network
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient

from tests.web.town import Town
from web.http.trusted_proxies import FORWARDED, Proxies

OURS = tuple(ip_network(text) for text in ("10.0.0.0/8", "fd00::/8"))
SAID = {
    "HTTP_X_FORWARDED_FOR": "198.51.100.7",
    "HTTP_X_FORWARDED_PROTO": "https",
    "HTTP_X_FORWARDED_HOST": "plan.example.invalid",
}


def passed_on(environ: dict[str, Any]) -> dict[str, Any]:
    """What the application behind the check is given."""
    seen: dict[str, Any] = {}

    def inner(given: dict[str, Any], start: Any) -> Iterable[bytes]:
        seen.update(given)
        return []

    Proxies(inner, OURS)({"wsgi.url_scheme": "http", "HTTP_HOST": "x", **environ}, None)  # type: ignore[arg-type]
    return seen


@pytest.mark.parametrize("peer", ["10.1.2.3", "fd00::1", "10.1.2.3%eth0"])
def test_a_proxy_of_ours_is_believed(peer: str) -> None:
    seen = passed_on({"REMOTE_ADDR": peer, **SAID})
    assert seen["REMOTE_ADDR"] == "198.51.100.7" and seen["wsgi.url_scheme"] == "https"
    assert seen["HTTP_HOST"] == "plan.example.invalid"


@pytest.mark.parametrize("peer", ["192.0.2.1", "127.0.0.1", "", "unix:", "::1", "not an address"])
def test_nobody_else_is(peer: str) -> None:
    seen = passed_on({"REMOTE_ADDR": peer, **SAID})
    assert seen["REMOTE_ADDR"] == peer and seen["wsgi.url_scheme"] == "http"
    assert seen["HTTP_HOST"] == "x" and not set(FORWARDED) & set(seen)


@pytest.mark.parametrize(
    ("listed", "client"),
    [
        ("198.51.100.7", "198.51.100.7"),
        ("1.2.3.4, 198.51.100.7", "198.51.100.7"),
        ("1.2.3.4, 198.51.100.7, 10.9.9.9", "198.51.100.7"),
        ("10.0.0.9", "10.0.0.9"),
        ("127.0.0.1, 198.51.100.7", "198.51.100.7"),
        ("198.51.100.7, rubbish", "10.1.1.1"),
        ("", "10.1.1.1"),
        ("2001:db8::5", "2001:db8::5"),
    ],
)
def test_the_client_is_the_last_that_is_not_ours(listed: str, client: str) -> None:
    assert (
        passed_on({"REMOTE_ADDR": "10.1.1.1", "HTTP_X_FORWARDED_FOR": listed})["REMOTE_ADDR"]
        == client
    )


@pytest.mark.parametrize(
    ("scheme", "read"), [("https", "https"), ("javascript", "http"), ("http, https", "https")]
)
def test_only_two_schemes_exist(scheme: str, read: str) -> None:
    seen = passed_on({"REMOTE_ADDR": "10.1.1.1", "HTTP_X_FORWARDED_PROTO": scheme})
    assert seen["wsgi.url_scheme"] == read


def test_without_configured_proxies_the_demo_cannot_be_fooled(
    client: FlaskClient, app: Flask, town: Town
) -> None:
    far = {"REMOTE_ADDR": "192.0.2.7"}
    head = {"X-Forwarded-For": "127.0.0.1", "Forwarded": "for=127.0.0.1"}
    answer = client.post(
        "/logg-inn/demo", data={"party": town.coordinator}, environ_overrides=far, headers=head
    )
    assert answer.status_code == 403
