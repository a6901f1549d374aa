"""«Er det deg?»: the reader proves anew who she is before something that matters."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, abort, redirect, render_template, request, url_for
from pydantic import BaseModel, ConfigDict, Field, SecretStr
from werkzeug.wrappers import Response

from web.auth import oidc_state
from web.auth.oidc import lead_to
from web.auth.second_step import Code
from web.auth.sign_in import is_demo_allowed
from web.forms import model_forms
from web.forms.model_forms import WebForm
from web.forms.new_password import MOST_SENT
from web.request import access_guards, security_log
from web.request.clock import now
from web.request.database import db_session, open_unit
from web.request.reader import Reader, current_reader, remember_cookie
from web.request.safe_redirects import next_page, redirect_to
from web.request.template_globals import current_settings
from web.request.translate import N_, gettext
from workflow.acts.accounts import second_factors, sessions
from workflow.acts.accounts.second_factors import TooManyTries
from workflow.record.models import Party

pages = Blueprint("proving", __name__)


class PasswordProof(BaseModel):
    """What a local account without a second factor proves itself with."""

    model_config = ConfigDict(extra="forbid")
    password: SecretStr = Field(
        title=N_("Passord"), max_length=MOST_SENT, json_schema_extra={"widget": "password"}
    )

    def answers(self) -> dict[str, str]:
        """As second_factors.check reads it."""
        return {"password": self.password.get_secret_value()}


class CodeProof(Code):
    """What one with a second factor proves itself with."""

    def answers(self) -> dict[str, str]:
        """As second_factors.check reads it."""
        return {"code": self.code}


def prover() -> Reader:
    """The reader, where she can prove anything: no guest, and nobody at a lent screen."""
    who = current_reader()
    if who.plan_id is not None or who.beside_plan_id is not None:
        abort(404)
    return who


def way(who: Reader) -> str:
    """How the reader proves herself: click (demo), provider, code or password."""
    if who.method == "demo" and is_demo_allowed():
        return "click"
    if who.method == "oidc":
        return "provider"
    return "code" if second_factors.of(db_session(), who.party_id).any else "password"


@pages.get("/bevis")
@access_guards.signed_in(kind="sign-in")
def ask() -> str:
    """Asks for the proof, in the way that this session was opened."""
    how = way(prover())
    return asking_page(how, model_forms.show(form_of_way(how)))


def form_of_way(how: str) -> type[PasswordProof] | type[CodeProof]:
    """The form of a way."""
    return CodeProof if how == "code" else PasswordProof


def asking_page(how: str, form: WebForm[Any]) -> str:
    """The page; a provider's way is a plain link, since forms may lead to our own pages only."""
    passkey = how == "code" and second_factors.of(db_session(), current_reader().party_id).passkey
    return render_template(
        "signin/prove.html", form=form, way=how, where=next_page(), passkey=passkey
    )


@pages.post("/bevis")
@access_guards.signed_in(kind="sign-in")
def prove() -> Response | tuple[str, int]:
    """Leads on once the proof is right, with a new cookie."""
    who = prover()
    how = way(who)
    if how == "click":
        return keep_proof(who)
    form: WebForm[Any] = model_forms.read(form_of_way(how), request.form)
    if how == "provider" or form.value is None:
        return asking_page(how, form), 422
    trouble = wrong(who, form.value)
    if trouble:
        security_log.note("second_factor_failed", method=how, reason="proof")
        return asking_page(how, form.with_error(trouble)), 422
    return keep_proof(who)


def wrong(who: Reader, given: PasswordProof | CodeProof) -> str:
    """What is wrong with the proof, in words; empty when it holds. The try is noted."""
    try:
        with open_unit() as session:
            party = session.get_one(Party, who.party_id)
            secret = current_settings().secret_key.get_secret_value()
            if second_factors.check(session, party, given.answers(), secret=secret, now=now()):
                return ""
    except TooManyTries:
        return gettext("Du har prøvd mange ganger. Vent litt, og prøv igjen.")
    return gettext("Det stemmer ikke. Prøv igjen.")


def keep_proof(who: Reader) -> Response:
    """Notes the proof with a new token, and leads back."""
    with open_unit() as session:
        token = sessions.renew(session, who.sign_in_id, now())
    security_log.note("proved", method=who.method)
    return remember_cookie(redirect_to(next_page()), token)


@pages.get("/bevis/hos")
@access_guards.signed_in(kind="sign-in")
def at_provider() -> Response | tuple[str, int]:
    """Leads to the provider that opened this session, which must ask her anew (prompt=login, max_age=0)."""
    who = prover()
    provider = current_settings().oidc.get(who.provider)
    if provider is None:
        return redirect(url_for("proving.ask"), 303)
    return lead_to(provider, oidc_state.new_question(provider.name, now(), next_page(), again=True))
