"""A sign-in on its way: what this browser asked a provider, sealed in a cookie of ten minutes; nothing is stored."""

from __future__ import annotations

import json
import secrets
from dataclasses import asdict, dataclass
from datetime import datetime, timedelta

from flask import request
from werkzeug.wrappers import Response

from web.request.cookies import cookie_name, is_secure
from web.request.template_globals import current_settings
from workflow.acts.accounts.sealing import SealBroken, seal_text, unseal_text

ON_ITS_WAY = "planlop_oidc"
HINT = "planlop_hint"
LASTS = timedelta(minutes=10)
LONGEST_HINT = 3000  # browsers keep cookies of 4096 bytes


@dataclass(frozen=True, slots=True)
class PendingProvider:
    """One question to a provider and what it was for; `began` counts seconds from 1970."""

    provider: str
    state: str
    nonce: str
    verifier: str
    began: float
    onward: str = ""
    again: bool = False
    other: bool = False


def new_question(
    provider: str, now: datetime, onward: str, again: bool = False, other: bool = False
) -> PendingProvider:
    """A new question with its own secrets."""
    state, nonce, verifier = (secrets.token_urlsafe(size) for size in (32, 32, 48))
    return PendingProvider(provider, state, nonce, verifier, now.timestamp(), onward, again, other)


def keep(response: Response, pending: PendingProvider) -> Response:
    """Gives the question to this browser, unreadable even to it."""
    sealed = seal_cookie(json.dumps(asdict(pending)), ON_ITS_WAY)
    return set_cookie(response, ON_ITS_WAY, sealed, int(LASTS.total_seconds()))


def take_question(response: Response) -> Response:
    """Takes the question away."""
    return set_cookie(response, ON_ITS_WAY, "", 0)


def on_its_way(now: datetime) -> PendingProvider | None:
    """This browser's question, unless there is none or it is too old."""
    text = unseal_cookie(ON_ITS_WAY)
    pending = PendingProvider(**json.loads(text)) if text else None
    if pending is None or now.timestamp() - pending.began > LASTS.total_seconds():
        return None
    return pending


def keep_hint(response: Response, id_token: str, lasts: timedelta) -> Response:
    """Keeps what the provider wants to see again when the reader signs out; long ones are left out."""
    sealed = seal_cookie(id_token, HINT)
    fits = len(sealed) <= LONGEST_HINT
    return set_cookie(response, HINT, sealed if fits else "", int(lasts.total_seconds()) * fits)


def hint() -> str:
    """The id_token of this browser's session, or an empty text."""
    return unseal_cookie(HINT)


def drop_hint(response: Response) -> Response:
    """Takes the hint away."""
    return set_cookie(response, HINT, "", 0)


def seal_cookie(text: str, name: str) -> str:
    """The text sealed with the installation's secret, for one cookie only."""
    return seal_text(current_settings().secret_key.get_secret_value(), "oidc", text, name)


def unseal_cookie(name: str) -> str:
    """What a cookie of ours holds; empty where there is none or it was not sealed here."""
    sealed = request.cookies.get(cookie_name(name), "")
    try:
        return unseal_text(current_settings().secret_key.get_secret_value(), "oidc", sealed, name)
    except SealBroken:
        return ""


def set_cookie(response: Response, name: str, value: str, lasts: int) -> Response:
    """Sent along when the provider leads back here (Lax), never shown to scripts."""
    response.set_cookie(
        cookie_name(name),
        value,
        max_age=lasts,
        path="/",
        httponly=True,
        samesite="Lax",
        secure=is_secure(),
    )
    return response
