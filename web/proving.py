"""«Er det deg?»: the reader proves anew who she is before something that matters; the rule stands in guards.proved."""

from __future__ import annotations

from flask import Blueprint, abort, render_template, request
from pydantic import BaseModel, ConfigDict, Field, SecretStr
from werkzeug.wrappers import Response

from web import forms, guards
from web.clock import now
from web.database import unit
from web.forms import Form
from web.onward import asked_for, go
from web.sessions import reader, remember
from web.signin import demo_allowed
from web.words import N_, gettext
from workflow.acts import sessions, signin
from workflow.record.models import Party

pages = Blueprint("proving", __name__)


class Proof(BaseModel):
    """What a local account proves itself with."""

    model_config = ConfigDict(extra="forbid")
    password: SecretStr = Field(
        title=N_("Passord"), max_length=200, json_schema_extra={"widget": "password"}
    )


@pages.get("/bevis")
@guards.signed_in(kind="sign-in")
def ask() -> str:
    """Asks for the proof; a guest has none to give."""
    if reader().plan_id is not None:
        abort(404)
    return asking_page(forms.show(Proof))


def asking_page(form: Form[Proof]) -> str:
    """The page, in the way that this session was opened: one click in the demo, else the password."""
    by_click = reader().method == "demo" and demo_allowed()
    return render_template("signin/prove.html", form=form, by_click=by_click, where=asked_for())


@pages.post("/bevis")
@guards.signed_in(kind="sign-in")
def prove() -> Response | tuple[str, int]:
    """Leads on once the proof is right, with a new cookie."""
    if reader().method == "demo" and demo_allowed():
        return proved()
    form = forms.read(Proof, request.form, only=["password"])
    if form.value is None:
        return asking_page(form), 422
    with unit() as session:
        party = session.get(Party, reader().party_id)
        given = form.value.password.get_secret_value()
        if party is not None and signin.by_password(session, party.email, given) is party:
            return proved()
    return asking_page(form.with_error(gettext("Passordet stemmer ikke. Prøv igjen."))), 422


def proved() -> Response:
    """Notes the proof with a new token, and leads back."""
    with unit() as session:
        token = sessions.renew(session, reader().sign_in_id, now())
    return remember(go(asked_for()), token)
