"""«Er det deg?»: the reader proves anew who she is before something that matters."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, abort, redirect, render_template, request, url_for
from pydantic import BaseModel, ConfigDict, Field, SecretStr
from werkzeug.wrappers import Response

from web.auth import oidc_state
from web.auth.oidc import lead_to
from web.auth.second_step import Code
from web.auth.sign_in import demo_allowed
from web.forms import model_forms
from web.forms.model_forms import Form
from web.forms.new_password import MOST_SENT
from web.request import access_guards, security_log
from web.request.clock import now
from web.request.database import db_session, unit
from web.request.reader import Reader, reader, remember
from web.request.safe_redirects import asked_for, go
from web.request.template_globals import settings
from web.request.translate import N_, gettext
from workflow.acts.accounts import second_factors, sessions
from workflow.acts.accounts.second_factors import TooManyTries
from workflow.record.models import Party

pages = Blueprint("proving", __name__)


class Proof(BaseModel):
    """What a local account without a second factor proves itself with."""

    model_config = ConfigDict(extra="forbid")
    password: SecretStr = Field(
        title=N_("Passord"), max_length=MOST_SENT, json_schema_extra={"widget": "password"}
    )

    def answers(self) -> dict[str, str]:
        """As second_factors.check reads it."""
        return {"password": self.password.get_secret_value()}


class ProofByCode(Code):
    """What one with a second factor proves itself with."""

    def answers(self) -> dict[str, str]:
        """As second_factors.check reads it."""
        return {"code": self.code}


def prover() -> Reader:
    """The reader, where she can prove anything: no guest, and nobody at a lent screen."""
    who = reader()
    if who.plan_id is not None or who.beside_plan_id is not None:
        abort(404)
    return who


def way(who: Reader) -> str:
    """How the reader proves herself: click (demo), provider, code or password."""
    if who.method == "demo" and demo_allowed():
        return "click"
    if who.method == "oidc":
        return "provider"
    return "code" if second_factors.of(db_session(), who.party_id).any else "password"


@pages.get("/bevis")
@access_guards.signed_in(kind="sign-in")
def ask() -> str:
    """Asks for the proof, in the way that this session was opened."""
    how = way(prover())
    return asking_page(how, model_forms.show(asked_in(how)))


def asked_in(how: str) -> type[Proof] | type[ProofByCode]:
    """The form of a way."""
    return ProofByCode if how == "code" else Proof


def asking_page(how: str, form: Form[Any]) -> str:
    """The page; a provider's way is a plain link, since forms may lead to our own pages only."""
    passkey = how == "code" and second_factors.of(db_session(), reader().party_id).passkey
    return render_template(
        "signin/prove.html", form=form, way=how, where=asked_for(), passkey=passkey
    )


@pages.post("/bevis")
@access_guards.signed_in(kind="sign-in")
def prove() -> Response | tuple[str, int]:
    """Leads on once the proof is right, with a new cookie."""
    who = prover()
    how = way(who)
    if how == "click":
        return proved(who)
    form: Form[Any] = model_forms.read(asked_in(how), request.form)
    if how == "provider" or form.value is None:
        return asking_page(how, form), 422
    trouble = wrong(who, form.value)
    if trouble:
        security_log.note("second_factor_failed", method=how, reason="proof")
        return asking_page(how, form.with_error(trouble)), 422
    return proved(who)


def wrong(who: Reader, given: Proof | ProofByCode) -> str:
    """What is wrong with the proof, in words; empty when it holds. The try is noted."""
    try:
        with unit() as session:
            party = session.get_one(Party, who.party_id)
            secret = settings().secret_key.get_secret_value()
            if second_factors.check(session, party, given.answers(), secret=secret, now=now()):
                return ""
    except TooManyTries:
        return gettext("Du har prøvd mange ganger. Vent litt, og prøv igjen.")
    return gettext("Det stemmer ikke. Prøv igjen.")


def proved(who: Reader) -> Response:
    """Notes the proof with a new token, and leads back."""
    with unit() as session:
        token = sessions.renew(session, who.sign_in_id, now())
    security_log.note("proved", method=who.method)
    return remember(go(asked_for()), token)


@pages.get("/bevis/hos")
@access_guards.signed_in(kind="sign-in")
def at_provider() -> Response | tuple[str, int]:
    """Leads to the provider that opened this session, which must ask her anew (prompt=login, max_age=0)."""
    who = prover()
    provider = settings().oidc.get(who.provider)
    if provider is None:
        return redirect(url_for("proving.ask"), 303)
    return lead_to(provider, oidc_state.begun(provider.name, now(), asked_for(), again=True))
