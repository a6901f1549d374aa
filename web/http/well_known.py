"""Two addresses for programs that visit: whom to tell of a weakness, and that nothing here is to be indexed."""

from __future__ import annotations

from datetime import timedelta

from flask import Blueprint, Response, abort, request

from web.request import access_guards
from web.request.clock import now
from web.request.template_globals import current_settings

pages = Blueprint("machines", __name__)
GOOD_FOR = timedelta(days=180)  # RFC 9116 asks for less than a year


@pages.get("/.well-known/security.txt")
@access_guards.public()
def security_txt() -> Response:
    """Whom to tell of a weakness (RFC 9116); 404 where the installation names nobody."""
    contact = current_settings().security_contact
    if not contact:
        abort(404)
    lines = (
        f"Contact: {contact}",
        f"Expires: {now() + GOOD_FOR:%Y-%m-%dT%H:%M:%SZ}",
        f"Preferred-Languages: {', '.join(current_settings().languages)}",
        f"Canonical: {current_settings().base_url}{request.path}",
    )
    return Response("".join(f"{line}\n" for line in lines), mimetype="text/plain")


@pages.get("/robots.txt")
@access_guards.public()
def robots() -> Response:
    """No page of the product is for search engines."""
    return Response("User-agent: *\nDisallow: /\n", mimetype="text/plain")
