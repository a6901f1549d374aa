"""Who asks: the sign-in cookie, and the reader behind it, asked for anew each time so that an end counts at once."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from flask import Flask, g, request
from flask import session as form_cookie
from sqlalchemy.orm import Session
from werkzeug.exceptions import Unauthorized
from werkzeug.wrappers import Response

from web.request.clock import now
from web.request.database import db_session, open_unit
from web.request.device_name import device_of
from web.request.template_globals import current_settings as current_settings
from workflow.acts.accounts import sessions
from workflow.acts.accounts.sessions import Limits, Reader
from workflow.record.models import Party
from workflow.settings import Settings

COOKIE = "planlop"  # over plain http, which is this machine alone
HOST_COOKIE = "__Host-planlop"  # browsers tie it to https, to this host and to every path
WITHOUT_READER = frozenset({"static", "health.healthz", "health.readyz"})

__all__ = [
    "COOKIE",
    "Reader",
    "current_reader",
    "forget_cookie",
    "install",
    "is_secure",
    "open_session",
    "remember_cookie",
]


def install(app: Flask, settings: Settings) -> None:
    """Finds the reader before each request and shows her to the templates."""
    app.before_request(find_reader)
    app.context_processor(lambda: {"reader": g.get("reader")})


def find_reader() -> None:
    """Puts the reader, or None, where current_reader() finds her; asks the database only with a cookie."""
    g.reader = None
    token = request.cookies.get(cookie_name(), "")
    if not token or request.endpoint in WITHOUT_READER:
        return
    who = sessions.reader_of(db_session(), token, now(), session_limits())
    # Seldom: a write for each page would wait for SQLite's only writer.
    if who and now() - who.seen_at > sessions.SEEN_EVERY:
        with open_unit() as session:
            sessions.touch(session, who.sign_in_id, now())
    g.reader = as_let_in(who) if who else None


def as_let_in(who: Reader) -> Reader:
    """The reader as a private person where she came by a provider that is for persons alone.

    One that the settings do not know any more may have been such a one.
    """
    provider = current_settings().oidc.get(who.provider)
    if not who.provider or (provider is not None and provider.who != "person"):
        return who
    return replace(who, roles=frozenset(), units=(), private=True)


def session_limits() -> Limits:
    """How long sessions last in this installation."""
    return Limits.of(current_settings())


def current_reader() -> Reader:
    """The reader of this request; raises Unauthorized (the sign-in page) where nobody is signed in."""
    who: Reader | None = g.get("reader")
    if who is None:
        raise Unauthorized
    return who


def open_session(session: Session, party: Party, *, method: str, **facts: Any) -> str:
    """Opens a session for whoever has just signed in, from this device; the browser's older one ends.

    `facts` are those of workflow.acts.accounts.sessions.open_session. Returns the token to `remember_cookie`.
    """
    older: Reader | None = g.get("reader")
    return sessions.open_session(
        session,
        party,
        now(),
        method=method,
        device=device_of(request.user_agent.string),
        replaces=older.sign_in_id if older else None,
        **facts,
    )


def is_secure() -> bool:
    """Whether people reach the product over HTTPS only."""
    return current_settings().base_url.startswith("https://")


def cookie_name() -> str:
    """The name of the sign-in cookie here."""
    return HOST_COOKIE if is_secure() else COOKIE


def remember_cookie(response: Response, token: str) -> Response:
    """Sets the sign-in cookie: unreadable to scripts, not sent along from other sites' forms."""
    response.set_cookie(
        cookie_name(),
        token,
        max_age=int(session_limits().lasts.total_seconds()),
        path="/",
        httponly=True,
        # Not Strict: links in our mails and a provider's answer come from elsewhere.
        samesite="Lax",
        secure=is_secure(),
    )
    return response


def forget_cookie(response: Response) -> Response:
    """Takes the sign-in cookie away, and what the browser kept for forms."""
    form_cookie.clear()
    response.delete_cookie(
        cookie_name(), path="/", httponly=True, samesite="Lax", secure=is_secure()
    )
    return response
