"""Where a reader may be led on to: pages of this product and nothing else."""

from __future__ import annotations

from urllib.parse import unquote, urlsplit

from flask import current_app, redirect, request, url_for
from werkzeug.exceptions import HTTPException
from werkzeug.routing import RequestRedirect
from werkzeug.wrappers import Response

from web.request import security_log

LONGEST = 2000


def safe_address(where: str) -> str:
    """The address if it is a page of ours, as a path with its question; else an empty text."""
    if not where:
        return ""
    if not is_path(where) or not is_page(where):
        security_log.note("redirect_refused")
        return ""
    return where


def is_path(where: str) -> bool:
    """Whether browsers read the text as a path on this very host: no scheme, host or odd sign.

    Backslashes, control characters and double slashes are read as a host by some browsers, also
    when they are written as %5c, %0d or %2f.
    """
    for text in (where, unquote(where)):
        odd = "\\" in text or any(sign < " " or sign == "\x7f" for sign in text)
        if odd or not text.startswith("/") or text.startswith("//"):
            return False
    parts = urlsplit(where)
    return len(where) <= LONGEST and not parts.scheme and not parts.netloc


def is_page(where: str) -> bool:
    """Whether one of our addresses answers a GET there."""
    adapter = current_app.url_map.bind("localhost")
    try:
        endpoint, _ = adapter.match(urlsplit(where).path, method="GET")
    except (HTTPException, RequestRedirect):
        return False
    return bool(endpoint != "static")


def next_page() -> str:
    """The page that the form or the question names as `next`, if it is one of ours."""
    return safe_address(request.form.get("next", "") or request.args.get("next", ""))


def page_of_form() -> str:
    """The page the form stood on, if it is one of ours; else the front door."""
    return ours(request.form.get("next", ""))


def ours(where: str) -> str:
    """The address, if it is a page of ours; else the front door."""
    return safe_address(where) or url_for("home.front")


def previous_page() -> str:
    """The page of ours that the reader came from; else the front door."""
    parts = urlsplit(request.referrer or "")
    path = f"{parts.path}?{parts.query}" if parts.query else parts.path
    return ours(path if parts.netloc == request.host else "")


def redirect_to(where: str) -> Response:
    """An answer that leads on to a page of ours; anything else leads to the front door."""
    # 303: the browser asks for the page anew, so a reload posts nothing a second time.
    return redirect(ours(where), 303)
