"""Who asks: the sign-in cookie and the reader behind it; the sessions themselves live in workflow."""

from __future__ import annotations

from datetime import timedelta

from flask import Flask, g, request
from werkzeug.exceptions import Unauthorized
from werkzeug.wrappers import Response

from web.clock import now
from web.database import db_session, unit
from web.texts import settings as current_settings
from workflow.acts import signin
from workflow.acts.signin import Reader
from workflow.settings import Settings

COOKIE = "planlop"
WITHOUT_READER = frozenset({"static", "health.healthz", "health.readyz"})

__all__ = ["COOKIE", "Reader", "forget", "install", "is_secure", "reader", "remember"]


def install(app: Flask, settings: Settings) -> None:
    """Finds the reader before each request and shows her to the templates."""
    app.before_request(find_reader)
    app.context_processor(lambda: {"reader": g.get("reader")})


def find_reader() -> None:
    """Puts the reader, or None, where reader() finds her; asks the database only with a cookie."""
    g.reader = None
    token = request.cookies.get(COOKIE)
    if not token or request.endpoint in WITHOUT_READER:
        return
    found = signin.reader_of(db_session(), token, now(), lasts())
    if found and now() - found.seen_at > signin.SEEN_EVERY:
        with unit() as session:
            signin.touch(session, found.sign_in_id, now())
    g.reader = found


def lasts() -> timedelta:
    """How long a session lives at most, however much it is used."""
    return timedelta(hours=current_settings().session_hours)


def reader() -> Reader:
    """The reader of this request; raises Unauthorized (the sign-in page) where nobody is signed in."""
    found: Reader | None = g.get("reader")
    if found is None:
        raise Unauthorized
    return found


def is_secure() -> bool:
    """Whether people reach the product over HTTPS only."""
    return current_settings().base_url.startswith("https://")


def remember(response: Response, token: str) -> Response:
    """Sets the sign-in cookie: unreadable to scripts, not sent along from other sites' forms."""
    response.set_cookie(
        COOKIE,
        token,
        max_age=int(lasts().total_seconds()),
        httponly=True,
        samesite="Lax",
        secure=is_secure(),
    )
    return response


def forget(response: Response) -> Response:
    """Takes the sign-in cookie away."""
    response.delete_cookie(COOKIE, httponly=True, samesite="Lax", secure=is_secure())
    return response
