"""Pages to sign in and out: one click in the demo, else e-mail and password, or the link of an invitation."""

from __future__ import annotations

from datetime import timedelta

from flask import Blueprint, abort, g, make_response, redirect, render_template, request, url_for
from pydantic import BaseModel, ConfigDict, Field, SecretStr
from werkzeug.datastructures import MultiDict
from werkzeug.wrappers import Response

from web.auth import pending_second_step
from web.auth.demo_sign_in import invented_persons, invented_staff
from web.auth.home import first_page
from web.auth.oidc_logout import leads_on
from web.forms import model_forms
from web.forms.model_forms import WebForm
from web.forms.new_password import MOST_SENT, NewPassword, show_refusal, twice_the_same
from web.http.security_headers import is_loopback
from web.request import access_guards, security_log
from web.request.clock import now
from web.request.database import db_session, open_unit
from web.request.reader import current_reader, forget_cookie, open_session, remember_cookie
from web.request.safe_redirects import next_page, safe_address
from web.request.template_globals import current_settings
from web.request.translate import N_, gettext
from workflow.acts.accounts import invitations, passwords, second_factors, sessions, throttle
from workflow.acts.accounts.passwords import PasswordRefused
from workflow.record.database.header import read_header
from workflow.record.models import Party

pages = Blueprint("signin", __name__)


class SignInForm(BaseModel):
    """What a local account signs in with."""

    model_config = ConfigDict(extra="forbid")
    email: str = Field(title=N_("E-post"), max_length=200, json_schema_extra={"widget": "email"})
    password: SecretStr = Field(
        title=N_("Passord"), max_length=MOST_SENT, json_schema_extra={"widget": "password"}
    )


def account_form(posted: MultiDict[str, str] | None = None) -> WebForm[SignInForm]:
    """The form, blank or as it came."""
    return model_forms.show(SignInForm) if posted is None else model_forms.read(SignInForm, posted)


@pages.get("/logg-inn")
@access_guards.public(kind="sign-in")
def choose() -> str:
    """The sign-in page."""
    return sign_in_page(account_form())


def sign_in_page(form: WebForm[SignInForm]) -> str:
    """The page with the account form, and in the demo the invented people above it."""
    shown = is_demo_allowed()
    return render_template(
        "signin/choose.html",
        form=form,
        staff=invented_staff() if shown else [],
        persons=invented_persons() if shown else [],
    )


@pages.post("/logg-inn")
@access_guards.public(kind="sign-in")
def with_password() -> Response | tuple[str, int]:
    """Signs in with a local account; every wrong pair gets the same sentence, after the same work.

    1. The try is noted, by account and by address, for all web processes.
    2. One hash is verified, whether or not the e-mail is known.
    3. The tries of whoever was right are forgotten; who has a second factor is led to it.
    """
    form = account_form(request.form)
    if form.value is None:
        return sign_in_page(form), 422
    email, given = form.value.email, form.value.password.get_secret_value()
    with open_unit() as session:
        # Committed before the password is looked at: tries at the same moment would all be free.
        wait = throttle.take(session, tries_of(email), now())
    if wait:
        security_log.note("sign_in_failed", method="password", reason="too_many")
        return slow_down(form, wait)
    party = passwords.by_password(db_session(), email, given)
    if party is None:
        security_log.note("sign_in_failed", method="password", reason="wrong")
        wrong = gettext("E-posten eller passordet stemmer ikke. Prøv igjen, eller ring oss.")
        return sign_in_page(form.with_error(wrong)), 422
    with open_unit() as session:
        # The address keeps its other tries: an account of one's own buys no guesses at others'.
        account, *others = tries_of(email)
        throttle.clear(session, account, others, now())
        passwords.keep_strong(session, party, given)
        return second_step_or_in(party.id, "password", next_page())


def tries_of(email: str) -> tuple[throttle.Key, ...]:
    """By which failed tries are counted: the account first, then the networks they come from."""
    secret = current_settings().secret_key.get_secret_value()
    return (
        throttle.key(secret, "account", email, throttle.ACCOUNT),
        *throttle.address_keys(secret, str(request.remote_addr)),
    )


def slow_down(form: WebForm[SignInForm], wait: timedelta) -> Response:
    """The same sentence for every account, known or not."""
    words = gettext("Det er prøvd mange ganger. Vent litt, og prøv igjen.")
    answer = make_response(sign_in_page(form.with_error(words)), 429)
    answer.headers["Retry-After"] = str(int(wait.total_seconds()) + 1)
    return answer


def second_step_or_in(party_id: str, method: str, where: str = "") -> Response:
    """On to the second step where the account has one, else in; inside a unit."""
    session = db_session()
    account = passwords.account(session, party_id)
    assert account is not None
    if second_factors.of(session, party_id).any:
        pending_second_step.wait_for(account.party, account.hashed, where)
        return redirect(url_for("second_step.ask"), 303)
    security_log.note("sign_in", party=party_id, method=method)
    return enter(open_session(session, account.party, method=method), where)


@pages.post("/logg-inn/demo")
@access_guards.public()
def as_invented() -> Response:
    """Signs in as an invented person with one click; only in the demo, only from this machine."""
    if not is_demo_allowed():
        abort(404)
    with open_unit() as session:
        party = session.get(Party, request.form.get("party", ""))
        if party is None:
            abort(404)
        security_log.note("sign_in", party=party.id, method="demo")
        return enter(open_session(session, party, method="demo"), request.form.get("next", ""))


def is_demo_allowed() -> bool:
    """Whether the one-click sign-in answers: the demo, not production, loopback on both ends."""
    on = current_settings().demo and not current_settings().production
    return on and is_loopback(request.remote_addr)


def enter(token: str, where: str = "") -> Response:
    """Leads whoever has just signed in to where she was going, with the cookie of the new session."""
    who = sessions.reader_of(db_session(), token, now())
    assert who is not None
    pending_second_step.forget()
    return remember_cookie(redirect(safe_address(where) or first_page(who), 303), token)


@pages.post("/logg-ut")
@access_guards.signed_in()
def leave() -> Response:
    """Ends the session at once, and the provider's too where one opened it."""
    who = current_reader()
    with open_unit() as session:
        sessions.end_one(session, who.sign_in_id, now(), "signed_out")
    security_log.note("session_ended", reason="signed_out")
    return forget_cookie(leads_on(who) or redirect(url_for("signin.choose"), 303))


@pages.get("/invitasjon/<token>")
@access_guards.public(kind="sign-in")
def invitation(token: str) -> str | tuple[str, int]:
    """The page behind a one-time link."""
    try:
        party = invitations.invited_party(db_session(), token, now())
    except invitations.LinkSpent:
        return render_template("signin/spent.html"), 404
    return password_page(model_forms.show(NewPassword), party)


@pages.post("/invitasjon/<token>")
@access_guards.public(kind="sign-in")
def accept_invitation(token: str) -> Response | tuple[str, int]:
    """Sets the password; the link is spent, and who has a second factor is asked for it too."""
    form = twice_the_same(model_forms.read(NewPassword, request.form))
    try:
        if form.value is not None:
            return choose_password(token, form.value.password.get_secret_value())
    except PasswordRefused as why:
        form = show_refusal(form, str(why))
    except invitations.LinkSpent:
        return render_template("signin/spent.html"), 404
    return invitation_again(token, form)


def choose_password(token: str, password: str) -> Response:
    """The password is stored. Raises LinkSpent and PasswordRefused."""
    with open_unit() as session:
        party = invitations.choose_password(
            session, token, password, now(), current_settings().breached_passwords
        )
        security_log.note("password_changed", party=party.id, reason="link")
        account, *others = tries_of(party.email)
        throttle.clear(session, account, others, now())
        g.reader = None  # every session of the account has ended, this browser's too
        return second_step_or_in(party.id, "invitation")


def invitation_again(token: str, form: WebForm[NewPassword]) -> tuple[str, int]:
    """The page with what is to be mended."""
    try:
        party = invitations.invited_party(db_session(), token, now())
    except invitations.LinkSpent:
        return render_template("signin/spent.html"), 404
    return password_page(form, party), 422


def password_page(form: WebForm[NewPassword], party: Party) -> str:
    """Asks for a new password, and says whose and where."""
    town = read_header(db_session()).name
    return render_template("signin/password.html", form=form, party=party, town=town)
