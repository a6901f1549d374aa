"""Headers, the content policy with its nonce, forged-request protection and size limits."""

from __future__ import annotations

import secrets
from ipaddress import ip_address
from urllib.parse import urlsplit

from flask import Flask, Response, abort, current_app, g, request
from flask_wtf.csrf import CSRFProtect

from workflow.record.models import new_id
from workflow.settings import Settings

LARGEST_FORM = 1024 * 1024
LARGEST_UPLOAD = 11 * 1024 * 1024
LOCAL_NAMES = frozenset({"localhost", "127.0.0.1", "::1"})
POLICY = (
    "default-src 'none'; script-src 'nonce-{nonce}'; style-src 'self'; img-src 'self' data:; "
    "font-src 'self'; connect-src 'self'; manifest-src 'self'; form-action 'self'; "
    "base-uri 'none'; frame-ancestors 'none'"
)
HEADERS = {
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "Referrer-Policy": "same-origin",
    "Permissions-Policy": "camera=(), geolocation=(), microphone=()",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
}
csrf = CSRFProtect()


def install(app: Flask, settings: Settings) -> None:
    """Sets limits, cookie flags, forged-request protection and the headers of every answer."""
    app.config.update(
        SECRET_KEY=settings.secret_key.get_secret_value(),
        MAX_CONTENT_LENGTH=LARGEST_FORM,
        MAX_FORM_MEMORY_SIZE=LARGEST_FORM,
        MAX_FORM_PARTS=2000,
        SESSION_COOKIE_NAME="planlop_form",
        SESSION_COOKIE_HTTPONLY=True,
        SESSION_COOKIE_SAMESITE="Lax",
        SESSION_COOKIE_SECURE=settings.base_url.startswith("https://"),
        WTF_CSRF_TIME_LIMIT=None,
    )
    app.before_request(make_room)  # before the token is looked for, which reads the whole form
    csrf.init_app(app)
    if settings.demo:
        app.before_request(only_local)
    app.after_request(add_headers)
    app.jinja_env.globals["nonce"] = nonce
    app.jinja_env.globals["new_press"] = new_id


def make_room() -> None:
    """Raises the size limit for a view that takes files."""
    view = current_app.view_functions.get(request.endpoint or "")
    if getattr(view, "planlop_uploads", False):
        request.max_content_length = LARGEST_UPLOAD


def only_local() -> None:
    """Refuses other machines and other names than this one's own, so that no web page can rebind to it."""
    host = urlsplit(f"//{request.host}").hostname
    if host not in LOCAL_NAMES or not is_loopback(request.remote_addr):
        abort(403)


def is_loopback(address: str | None) -> bool:
    """Whether a request came from this machine."""
    return address is None or ip_address(address).is_loopback


def nonce() -> str:
    """The word that lets this page's own scripts run, fresh for each answer."""
    if "nonce" not in g:
        g.nonce = secrets.token_urlsafe(16)
    word: str = g.nonce
    return word


def add_headers(response: Response) -> Response:
    """Puts the fixed headers on; whatever is not a static file is kept in no cache."""
    for name, value in HEADERS.items():
        response.headers.setdefault(name, value)
    response.headers.setdefault("Content-Security-Policy", POLICY.format(nonce=nonce()))
    if request.is_secure:
        response.headers.setdefault("Strict-Transport-Security", "max-age=31536000")
    if request.endpoint != "static":
        response.headers.setdefault("Cache-Control", "no-store")
    return response
