"""The second step at sign-in: a code from the app or from paper; and the door for staff who have none yet."""

from __future__ import annotations

from flask import Blueprint, Flask, g, redirect, render_template, request, url_for
from pydantic import BaseModel, ConfigDict, Field
from werkzeug.wrappers import Response

from web.auth import pending_second_step
from web.auth.sign_in import enter
from web.forms import model_forms
from web.forms.model_forms import WebForm
from web.request import access_guards, security_log
from web.request.clock import now
from web.request.database import db_session, open_unit
from web.request.reader import Reader, open_session
from web.request.template_globals import current_settings
from web.request.translate import N_, gettext
from workflow.acts.accounts import second_factors
from workflow.acts.accounts.second_factors import TooManyTries
from workflow.settings import Settings

pages = Blueprint("second_step", __name__)
# What is open before staff have set up the second factor that the installation asks for.
BEFORE_SET_UP = frozenset(
    {"static", "health.healthz", "health.readyz", "home.speak", "home.type_size", "signin.leave"}
)
SETTING_UP = ("authenticators", "proving", "passkeys")


class Code(BaseModel):
    """A code from the app, or one from paper."""

    model_config = ConfigDict(extra="forbid")
    code: str = Field(title=N_("Kode"), max_length=40, json_schema_extra={"widget": "code"})


def install(app: Flask, settings: Settings) -> None:
    """Leads staff without a second factor to set one up first; must come after the reader is known."""
    app.before_request(set_up_first)


def set_up_first() -> Response | None:
    """Nothing else opens for staff who came in by a password alone, where more is asked for."""
    who: Reader | None = g.get("reader")
    if who is None or not second_factors.must_set_up(who, current_settings().staff_second_factor):
        return None
    endpoint = request.endpoint or ""
    if endpoint in BEFORE_SET_UP or endpoint.partition(".")[0] in SETTING_UP:
        return None
    return redirect(url_for("authenticators.mine"), 303)


@pages.get("/logg-inn/kode")
@access_guards.public(kind="sign-in")
def ask() -> str | Response:
    """Asks for the code; without a right password before it, leads to the beginning."""
    return asking(model_forms.show(Code)) or redirect(url_for("signin.choose"), 303)


def asking(form: WebForm[Code]) -> str:
    """The page, or nothing where nobody is waited for."""
    waiting = pending_second_step.pending_step()
    party = pending_second_step.party_of(db_session(), waiting) if waiting else None
    if waiting is None or party is None:
        return ""
    factors = second_factors.of(db_session(), party.id)
    return render_template("signin/second_step.html", form=form, factors=factors)


@pages.post("/logg-inn/kode")
@access_guards.public()
def answer() -> Response | tuple[str, int]:
    """In with a right code; the try is kept whatever the answer."""
    form = model_forms.read(Code, request.form)
    again = redirect(url_for("signin.choose"), 303)
    waiting = pending_second_step.pending_step()
    if waiting is None:
        return again
    if form.value is None:
        page = asking(form)
        return (page, 422) if page else again
    try:
        done = in_by(waiting, form.value.code)
    except TooManyTries:
        words = gettext("Det er prøvd mange koder. Vent litt, og prøv igjen.")
        return asking(form.with_error(words)), 429
    if done is not None:
        return done
    words = gettext("Koden stemmer ikke, eller den er brukt. Vent på den neste, og prøv igjen.")
    page = asking(form.with_error(words, "code"))
    return (page, 422) if page else again


def in_by(waiting: pending_second_step.PendingSecondStep, code: str) -> Response | None:
    """The way in, or None for a wrong code. Raises TooManyTries."""
    secret = current_settings().secret_key.get_secret_value()
    with open_unit() as session:
        party = pending_second_step.party_of(session, waiting)
        if party is None:
            return None
        method = second_factors.by_code(session, party.id, code, secret, now())
        if not method or not pending_second_step.spend(session, waiting):
            security_log.note("second_factor_failed", party=party.id, reason="wrong")
            return None
        security_log.note("sign_in", party=party.id, method=method)
        return enter(open_session(session, party, method=method), waiting.where)
