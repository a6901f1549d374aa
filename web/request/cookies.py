"""How the small cookies are named and set."""

from __future__ import annotations

from flask import request
from werkzeug.wrappers import Response

from web.request.template_globals import current_settings

HOST_ONLY = "__Host-"  # browsers then hold it to this host, https and the whole site (RFC 6265bis)
A_YEAR = 365 * 24 * 3600


def is_secure() -> bool:
    """Whether people reach the product over https only."""
    return current_settings().base_url.startswith("https://")


def cookie_name(name: str) -> str:
    """The name as browsers get it: bound to this host over https, plain on loopback."""
    return HOST_ONLY + name if is_secure() else name


def read_choice(name: str) -> str:
    """What the cookie holds, or an empty text."""
    return request.cookies.get(cookie_name(name), "")


def keep_choice(answer: Response, name: str, value: str) -> None:
    """Keeps a choice about looks, which says nothing of who the reader is, for a year."""
    answer.set_cookie(
        cookie_name(name),
        value,
        max_age=A_YEAR,
        path="/",
        httponly=True,
        samesite="Lax",
        secure=is_secure(),
    )
