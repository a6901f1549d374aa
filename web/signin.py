"""Pages to sign in and out: one click on a name in the demo, else e-mail and password; sessions live in workflow."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from flask import Blueprint, abort, redirect, render_template, request, url_for
from pydantic import BaseModel, ConfigDict, Field, SecretStr
from sqlalchemy import select
from werkzeug.wrappers import Response

from web import forms, guards
from web.clock import now
from web.database import db_session, unit
from web.forms import Form
from web.home import first_page
from web.onward import back
from web.language import language
from web.security import is_loopback
from web.sessions import forget, opened, reader, remember
from web.texts import settings
from web.throttle import Throttle
from web.words import N_, gettext
from workflow.acts import sessions, signin
from workflow.acts.sessions import in_force
from workflow.record.models import Participant, Party, Plan, Representation, StaffRole, Unit
from workflow.rules.ladders import SOFT_KINDS
from workflow.words.relations import label

pages = Blueprint("signin", __name__)
throttle = Throttle(most=10, minutes=15)


class Account(BaseModel):
    """What a local account signs in with."""

    model_config = ConfigDict(extra="forbid")
    email: str = Field(title=N_("E-post"), max_length=200, json_schema_extra={"widget": "email"})
    password: SecretStr = Field(
        title=N_("Passord"), max_length=200, json_schema_extra={"widget": "password"}
    )


class NewPassword(BaseModel):
    """A password chosen with a one-time link."""

    model_config = ConfigDict(extra="forbid")
    password: SecretStr = Field(
        title=N_("Passord"),
        min_length=signin.SHORTEST_PASSWORD,
        max_length=signin.LONGEST_PASSWORD,
        json_schema_extra={
            "widget": "password",
            "help": N_("Minst 12 tegn. Noen ord etter hverandre er lett å huske."),
        },
    )
    again: SecretStr = Field(
        title=N_("Passordet en gang til"),
        max_length=signin.LONGEST_PASSWORD,
        json_schema_extra={"widget": "password"},
    )


@dataclass(frozen=True)
class Invented:
    """One invented person on the demo's list: who she is and what she does."""

    party_id: str
    name: str
    what: str


@pages.get("/logg-inn")
@guards.public(kind="sign-in")
def choose() -> str:
    """The sign-in page."""
    return sign_in_page(forms.show(Account))


def sign_in_page(form: Form[Account]) -> str:
    """The page with the account form, and in the demo the invented people above it."""
    shown = demo_allowed()
    return render_template(
        "signin/choose.html",
        form=form,
        staff=invented_staff() if shown else [],
        persons=invented_persons() if shown else [],
    )


@pages.post("/logg-inn")
@guards.public(kind="sign-in")
def with_password() -> Response | tuple[str, int]:
    """Signs in with a local account; every wrong pair gets the same sentence."""
    form = forms.read(Account, request.form)
    if form.value is None:
        return sign_in_page(form), 422
    email = form.value.email
    if not throttle.lets(f"{request.remote_addr} {email.lower()}", now()):
        wait = gettext("Du har prøvd mange ganger. Vent et kvarter, og prøv igjen.")
        return sign_in_page(form.with_error(wait)), 429
    with unit() as session:
        party = signin.by_password(session, email, form.value.password.get_secret_value())
        if party is not None:
            return entered(opened(session, party, method="password"))
    wrong = gettext("E-posten eller passordet stemmer ikke. Prøv igjen, eller ring oss.")
    return sign_in_page(form.with_error(wrong)), 422


@pages.post("/logg-inn/demo")
@guards.public()
def as_invented() -> Response:
    """Signs in as an invented person with one click; only in the demo, only from this machine."""
    if not demo_allowed():
        abort(404)
    with unit() as session:
        party = session.get(Party, request.form.get("party", ""))
        if party is None:
            abort(404)
        return entered(opened(session, party, method="demo"))


def demo_allowed() -> bool:
    """Whether the one-click sign-in answers: the demo, not production, loopback on both ends."""
    on = settings().demo and not settings().production
    return on and is_loopback(request.remote_addr)


def entered(token: str) -> Response:
    """Leads whoever has just signed in to where she was going, with the cookie of the new session."""
    found = sessions.reader_of(db_session(), token, now())
    assert found is not None
    where = back() if request.form.get("next") else first_page(found)
    return remember(redirect(where, 303), token)


@pages.post("/logg-ut")
@guards.signed_in()
def leave() -> Response:
    """Ends the session at once."""
    with unit() as session:
        sessions.end_one(session, reader().sign_in_id, now(), "signed_out")
    return forget(redirect(url_for("signin.choose"), 303))


@pages.get("/invitasjon/<token>")
@guards.public(kind="sign-in")
def invitation(token: str) -> str | tuple[str, int]:
    """The page behind a one-time link."""
    try:
        party = signin.invited(db_session(), token, now())
    except signin.LinkSpent:
        return render_template("signin/spent.html"), 404
    return render_template("signin/password.html", form=forms.show(NewPassword), party=party)


@pages.post("/invitasjon/<token>")
@guards.public(kind="sign-in")
def accept_invitation(token: str) -> Response | tuple[str, int]:
    """Sets the password and signs in; the link is spent."""
    form = forms.read(NewPassword, request.form)
    if form.value and form.value.password != form.value.again:
        form = form.with_error(gettext("De to passordene er ikke like."), "again")
    try:
        with unit() as session:
            if form.value is None:
                party = signin.invited(session, token, now())
                page = render_template("signin/password.html", form=form, party=party)
                return page, 422
            chosen = form.value.password.get_secret_value()
            party = signin.choose_password(session, token, chosen, now())
            return entered(opened(session, party, method="invitation"))
    except signin.LinkSpent:
        return render_template("signin/spent.html"), 404


def invented_staff() -> list[Invented]:
    """Everybody with a role today, by unit and name."""
    rows = db_session().execute(
        select(Party.id, Party.name, StaffRole.role, Unit.name)
        .join(StaffRole, StaffRole.party_id == Party.id)
        .join(Unit, Unit.id == StaffRole.unit_id)
        .where(in_force(now()), Party.deactivated_at.is_(None))
        .order_by(Unit.kind, Unit.name, Party.sort_key)
    )
    found: dict[str, Invented] = {}
    for party_id, name, role, unit_name in rows:
        what = ", ".join(dict.fromkeys((label("role", role, language()), unit_name)))
        found.setdefault(party_id, Invented(party_id, name, what))
    return list(invented_first(list(found.values())))


def invented_persons() -> Sequence[Invented]:
    """Who has a plan, acts for somebody or is a relative or volunteer; those the demo proposes first."""
    owners = select(Plan.person_id).where(Plan.person_id.is_not(None))
    acting = select(Representation.representative_id)
    beside = select(Participant.party_id).where(
        Participant.kind.in_(SOFT_KINDS), Participant.party_id.is_not(None)
    )
    rows = db_session().execute(
        select(Party.id, Party.name)
        .where(Party.id.in_(owners.union(acting, beside)), Party.deactivated_at.is_(None))
        .order_by(Party.sort_key)
    )
    people = [Invented(row.id, row.name, "") for row in rows]
    return sorted(people, key=lambda who: place(who.name))


def invented_first(staff: Sequence[Invented]) -> Sequence[Invented]:
    """The staff in the order the demo proposes them; the rest as they were."""
    return sorted(staff, key=lambda who: place(who.name))


def place(name: str) -> int:
    """Where the demo puts a name; whoever it does not propose comes after."""
    # The invented municipality is loaded for the demo only, not at every start.
    from workflow.demo.load import demo_sign_ins

    proposed = [proposal for proposal, _ in demo_sign_ins()]
    return proposed.index(name) if name in proposed else len(proposed)
