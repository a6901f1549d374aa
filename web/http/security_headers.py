"""Headers, the content policy with its nonce, forged-request protection, our own host's name and size limits."""

from __future__ import annotations

import hashlib
import secrets
from ipaddress import ip_address
from urllib.parse import urlsplit

from flask import Flask, Response, abort, current_app, g, request
from flask_wtf.csrf import CSRFProtect

from web.request import security_log
from web.request.cookies import HOST_ONLY, read_choice
from web.request.municipality import REGISTRY, WITHOUT, find_municipality
from web.request.template_globals import current_settings as current_settings
from workflow.record.models import new_id
from workflow.registry import Registry
from workflow.settings import Settings

LARGEST_FORM = 1024 * 1024
LARGEST_UPLOAD = 11 * 1024 * 1024  # ten for the file, and the form around it
LARGEST_HEAD = 32 * 1024
LONGEST_ADDRESS = 4000
LONGEST_COOKIES = 8000
FORM_COOKIE = "planlop_form"
LOCAL_NAMES = frozenset({"localhost", "127.0.0.1", "::1"})
# Named one by one, nothing inline: a script that somebody wrote into a text is not run.
POLICY = (
    "default-src 'none'; script-src 'nonce-{nonce}'; style-src 'self'; img-src 'self' data:; "
    "font-src 'self'; connect-src 'self'; manifest-src 'self'; form-action 'self'; "
    "object-src 'none'; base-uri 'none'; frame-ancestors 'none'"
)
# ASVS 3.4.1 asks for a year at least, with subdomains.
TWO_YEARS = "max-age=63072000; includeSubDomains"
# What a file that somebody sent may do in a browser: nothing at all.
SANDBOX = "default-src 'none'; sandbox; frame-ancestors 'none'"
HEADERS = {
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    # Our own pages find their way back by it; another site would learn a plan's address.
    "Referrer-Policy": "same-origin",
    "Permissions-Policy": "camera=(), geolocation=(), microphone=(), payment=(), usb=()",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "X-Robots-Tag": "noindex, nofollow",
    "X-Permitted-Cross-Domain-Policies": "none",
}
GOODBYE = "signin.leave"
csrf = CSRFProtect()
# Changes without a form's token, each with its reason; a test holds the list against the routes.
WITHOUT_TOKEN: dict[str, str] = {}


def install(app: Flask, settings: Settings) -> None:
    """Sets limits, cookie flags, forged-request protection and the headers of every answer."""
    addresses = [one.base_url for one in app.extensions[REGISTRY].municipalities]
    https = all(address.startswith("https://") for address in addresses)
    app.config.update(
        SECRET_KEY=common_key(app.extensions[REGISTRY]),
        MAX_CONTENT_LENGTH=LARGEST_FORM,
        # Werkzeug's own 500 kB would refuse a text that MAX_CONTENT_LENGTH lets through.
        MAX_FORM_MEMORY_SIZE=LARGEST_FORM,
        MAX_FORM_PARTS=2000,
        PROVIDE_AUTOMATIC_OPTIONS=False,  # OPTIONS is refused like every method that no page has
        SESSION_COOKIE_NAME=f"{HOST_ONLY}{FORM_COOKIE}" if https else FORM_COOKIE,
        SESSION_COOKIE_PATH="/",
        SESSION_COOKIE_HTTPONLY=True,
        SESSION_COOKIE_SAMESITE="Lax",  # not Strict: a provider's answer comes from its own site
        SESSION_COOKIE_SECURE=https,
        # A token lasts as long as its session: a page stands open through a meeting.
        WTF_CSRF_TIME_LIMIT=None,
    )
    if settings.demo:
        app.before_request(only_local)
    for check in (only_our_host, only_short_addresses, only_our_pages):
        app.before_request(check)
    app.before_request(make_room)  # before the token is looked for, which reads the whole form
    csrf.init_app(app)
    app.after_request(add_headers)
    app.jinja_env.globals["nonce"] = nonce
    app.jinja_env.globals["chosen_look"] = read_choice
    app.jinja_env.globals["new_press"] = new_id


def common_key(registry: Registry) -> str:
    """What signs a form's token, which is tied to a cookie that the municipality's own key signs."""
    keys = [one.secret_key() for one in registry.municipalities]
    return keys[0] if len(keys) == 1 else hashlib.sha256("\n".join(keys).encode()).hexdigest()


def make_room() -> None:
    """Raises the size limit for a view that takes files."""
    view = current_app.view_functions.get(request.endpoint or "")
    if getattr(view, "planlop_uploads", False):
        request.max_content_length = LARGEST_UPLOAD


def only_local() -> None:
    """Refuses other machines and other names than this one's own, so that no web page can rebind to it."""
    host = urlsplit(f"//{request.host}").hostname or ""
    if not (host in LOCAL_NAMES or host.endswith(".localhost")) or not is_loopback(
        request.remote_addr
    ):
        abort(403)


def only_our_host() -> None:
    """Refuses a request that names another host than ours, so that no link of ours can be led astray.

    Where a registry names the hosts it has been asked already.
    """
    current = find_municipality()
    if current is None or current.code:
        return
    ours = urlsplit(current_settings().base_url).hostname
    named = urlsplit(f"//{request.host}").hostname
    local = not current_settings().production and named in LOCAL_NAMES
    if named != ours and not local and request.endpoint not in WITHOUT:
        security_log.note("wrong_host")
        abort(400)


def only_short_addresses() -> None:
    """Refuses an address longer than any of ours, and more cookies than we ever set."""
    if len(request.full_path) > LONGEST_ADDRESS:
        abort(414)
    if len(request.headers.get("Cookie", "")) > LONGEST_COOKIES:
        abort(431)


def only_our_pages() -> None:
    """Refuses a change that the browser says was started on another site, with or without a token."""
    from_afar = request.headers.get("Sec-Fetch-Site") in ("cross-site", "same-site")
    changes = request.method not in ("GET", "HEAD", "OPTIONS")
    if changes and from_afar and request.endpoint not in WITHOUT_TOKEN:
        security_log.note("csrf", reason="other_site")
        abort(400)


def without_token(app: Flask, endpoint: str, reason: str) -> None:
    """Lets one address take changes without a form's token; the reason is required and listed."""
    WITHOUT_TOKEN[endpoint] = reason
    csrf.exempt(app.view_functions[endpoint])


def is_loopback(address: str | None) -> bool:
    """Whether a request came from this machine; a text that is no address did not."""
    try:
        return address is None or ip_address(address).is_loopback
    except ValueError:
        return False


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
    # setdefault: a file that somebody sent has come with its sandbox, which must stand.
    response.headers.setdefault("Content-Security-Policy", POLICY.format(nonce=nonce()))
    if current_settings().base_url.startswith("https://"):
        response.headers.setdefault("Strict-Transport-Security", TWO_YEARS)
    if request.endpoint != "static":
        # The next one at a shared machine would find a plan by the back button.
        response.headers.setdefault("Cache-Control", "no-store")
    if request.endpoint == GOODBYE and response.status_code < 400:
        response.headers["Clear-Site-Data"] = '"cache", "storage"'
    return response
