"""Forgotten passwords and guests: a link by e-mail, with the same answer whether the e-mail is known or not."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime

from flask import Blueprint, g, redirect, render_template, request, url_for
from pydantic import BaseModel, ConfigDict, Field
from sqlalchemy.orm import Session
from werkzeug.wrappers import Response

from web.forms import model_forms
from web.forms.model_forms import WebForm
from web.request import access_guards, security_log
from web.request.clock import now
from web.request.database import db_session, open_unit
from web.request.device_name import device_of
from web.request.doorbell import ring_workers
from web.request.reader import remember_cookie
from web.request.template_globals import current_settings
from web.request.translate import N_
from workflow.acts.accounts import guest_links, password_reset, sessions
from workflow.acts.accounts.guest_links import LinkOver

pages = Blueprint("links", __name__)
Ask = Callable[[Session, str, str, datetime], None]


class EmailForm(BaseModel):
    """The e-mail that a link is wanted to."""

    model_config = ConfigDict(extra="forbid")
    email: str = Field(title=N_("E-post"), max_length=200, json_schema_extra={"widget": "email"})


def ask_for_link(ask: Ask, template: str) -> str | tuple[str, int]:
    """Asks for the link; the answer is one and the same."""
    form = model_forms.read(EmailForm, request.form)
    if form.value is None:
        return render_template(template, form=form, done=False), 422
    with open_unit() as session:
        ask(session, form.value.email, current_settings().secret_key.get_secret_value(), now())
    # Rung for an unknown e-mail too, and the worker makes the mail: asking takes as long for both.
    ring_workers()
    return render_template(template, form=form, done=True)


@pages.get("/glemt-passord")
@access_guards.public(kind="sign-in")
def forgot() -> str:
    """The form for a link to a new password."""
    return render_template("signin/forgotten.html", form=model_forms.show(EmailForm), done=False)


@pages.post("/glemt-passord")
@access_guards.public()
def send_new() -> str | tuple[str, int]:
    """Sends it, if there is such an account."""
    security_log.note("password_changed", reason="link_asked")
    return ask_for_link(password_reset.ask, "signin/forgotten.html")


@pages.get("/gjest")
@access_guards.public(kind="sign-in")
def guest() -> str:
    """The form for a new link to the plan that somebody shares."""
    return render_template("signin/guest.html", form=model_forms.show(EmailForm), done=False)


@pages.post("/gjest")
@access_guards.public()
def send_guest() -> str | tuple[str, int]:
    """Sends it, if this e-mail was sent one before."""
    security_log.note("guest_link", reason="asked")
    return ask_for_link(guest_links.ask_again, "signin/guest.html")


@pages.get("/gjest/lenke/<token>")
@access_guards.public(kind="sign-in")
def guest_door(token: str) -> str | tuple[str, int]:
    """One button, so that a mail program that looks at links does not use them up."""
    try:
        guest_links.find_guest(db_session(), token, now())
    except LinkOver:
        return over()
    return render_template("signin/guest_door.html")


@pages.post("/gjest/lenke/<token>")
@access_guards.public()
def guest_in(token: str) -> Response | tuple[str, int]:
    """Spends the link and opens the one plan."""
    try:
        with open_unit() as session:
            device = device_of(request.user_agent.string)
            visitor, opened = guest_links.enter(session, token, now(), device)
            if g.get("reader"):
                sessions.end_one(session, g.reader.sign_in_id, now(), "replaced")
    except LinkOver:
        return over()
    security_log.note("guest_link", reason="opened", plan=visitor.plan_id, party=visitor.party.id)
    return remember_cookie(redirect(url_for("person.home", plan_id=visitor.plan_id), 303), opened)


def over() -> tuple[str, int]:
    """The page for a link that opens nothing any more."""
    form: WebForm[EmailForm] = model_forms.show(EmailForm)
    return render_template("signin/guest.html", form=form, done=False, over=True), 404
