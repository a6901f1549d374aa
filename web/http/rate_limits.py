"""How often one reader may ask, by class of address, as data: nobody takes the others' turn."""

from __future__ import annotations

import time
from typing import Any

from flask import Flask, current_app, g, request
from flask_limiter import ApplicationLimit, Limiter
from flask_limiter.errors import RateLimitExceeded

from web.request.access_guards import READING, guard_of
from web.request.municipality import require_municipality
from web.request.template_globals import current_settings as current_settings
from workflow.registry import redis_prefix
from workflow.rules.accounts.networks import SHARES, Network, networks_of
from workflow.settings import Settings

# Class -> (how many, within how many seconds), each for itself. A coordinator who works fast opens
# ten pages and takes five steps a minute; a whole office may sign in from one address at eight.
LIMITS: dict[str, tuple[tuple[int, int], ...]] = {
    "sign-in": ((60, 60), (600, 3600)),
    "search": ((60, 60), (1200, 3600)),
    "download": ((40, 60), (400, 3600)),
    "write": ((120, 60), (2400, 3600)),
    "read": ((600, 60), (12000, 3600)),
}
# Addresses whose class does not follow from their method and kind of page.
CLASS_OF: dict[str, str] = {
    "goodbye.ended": "read",  # a provider ends many sessions at once, all from its own address
    "home.speak": "write",
    "home.type_size": "write",
    "staff.download": "download",
    "staff.search": "search",
}
TAKES_AWAY = ("_file", "_csv", "_json", "_export")  # how such endpoints' names end
# Addresses without a limit, each with its reason.
UNLIMITED: dict[str, str] = {
    "static": "files that everybody may have, kept by browsers; no database is asked",
    "health.healthz": "the service's keeper asks every few seconds, from one address",
    "health.readyz": "the same; one small question to the database",
}
QUICKLY = 0.25  # seconds to wait for the broker before this process counts for itself
KIND_OF_SIGN_IN, KIND_OF_PAPER = "sign-in", "print"
LIMITER = "planlop_limiter"


def install(app: Flask, settings: Settings) -> None:
    """Counts in the broker that all web processes share; in this process's memory while it is away."""
    limiter = Limiter(
        who_asks,
        application_limits=[limit_of_network(number) for number in range(len(SHARES))],
        storage_uri=storage(settings.redis_url),
        storage_options=patience(settings.redis_url),
        strategy="fixed-window",
        in_memory_fallback_enabled=True,
        # Those under way in the moment it goes away are answered and not counted; the log says so.
        swallow_errors=True,
        key_prefix="planlop",
        enabled=settings.limit_factor > 0,
    )
    limiter.request_filter(is_unlimited)
    limiter.init_app(app)
    app.extensions[LIMITER] = limiter


def limit_of_network(number: int) -> ApplicationLimit:
    """The limit of a reader, else of the narrowest network she comes from (0), or of a wider one, which has more."""
    return ApplicationLimit(
        lambda: limit_here(SHARES[number]),
        key_function=lambda: key(asks_as()[number].text),
        exempt_when=lambda: number >= len(asks_as()),
    )


def storage(address: str) -> str:
    """The broker's address as the counter's library writes it."""
    return (
        address.replace("unix://", "redis+unix://", 1) if address.startswith("unix://") else address
    )


def patience(address: str) -> dict[str, Any]:
    """How long to wait for the broker: a page is worth more than a count."""
    waits = {"socket_timeout": QUICKLY}
    return waits if address.startswith("unix://") else {**waits, "socket_connect_timeout": QUICKLY}


def is_unlimited() -> bool:
    """Whether this address has no limit."""
    return request.endpoint in UNLIMITED


def class_of(endpoint: str, method: str) -> str:
    """The class of an address: by its name, else by its kind of page and whether it changes anything."""
    named = CLASS_OF.get(endpoint)
    if named:
        return named
    guard = guard_of(current_app.view_functions[endpoint])
    if method not in READING:
        signs_in = guard is not None and guard.door == "public"
        return "sign-in" if signs_in else "write"
    takes_away = guard is not None and guard.kind == KIND_OF_PAPER
    return "download" if takes_away or endpoint.endswith(TAKES_AWAY) else "read"


def limit_here(share: int) -> str:
    """The limits of this request's class, `share` times, in the words of the library."""
    factor = current_settings().limit_factor * share
    chosen = LIMITS[class_of(request.endpoint or "", request.method)]
    return ";".join(
        f"{max(1, int(most * factor))} per {seconds} second" for most, seconds in chosen
    )


def key(who: str) -> str:
    """Whose count, and of which class, in which municipality."""
    return f"{redis_prefix(require_municipality().code)}{class_of(request.endpoint or '', request.method)}:{who}"


def asks_as() -> tuple[Network, ...]:
    """The reader, else where she comes from: a whole office behind one address shares no reader's count."""
    reader = g.get("reader")
    return (Network(reader.party_id, 1),) if reader else networks_of(str(request.remote_addr))


def who_asks() -> str:
    """The narrowest of them."""
    return asks_as()[0].text


def wait_for(error: RateLimitExceeded) -> int:
    """Seconds until the reader may try again."""
    limiter: Limiter = current_app.extensions[LIMITER]
    current = limiter.current_limit
    return max(1, current.reset_at - int(time.time())) if current else 60
