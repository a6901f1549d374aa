"""Passkeys in pages: the challenge that a browser's script asks for, and what it sends back."""

from __future__ import annotations

from datetime import datetime

from flask import Blueprint, flash, jsonify, redirect, render_template, request, url_for
from flask import session as form_cookie
from werkzeug.wrappers import Response

from web.auth import pending_second_step
from web.auth.sign_in import SignInForm, enter, sign_in_page
from web.forms import model_forms
from web.request import access_guards, security_log
from web.request.clock import now
from web.request.database import db_session, open_unit
from web.request.reader import current_reader, open_session, remember_cookie
from web.request.safe_redirects import next_page, redirect_to
from web.request.template_globals import current_settings
from web.request.translate import gettext
from workflow.acts.accounts import passkeys, passwords, second_factors, sessions
from workflow.acts.accounts.passkey_place import PasskeyRefused, RelyingParty
from workflow.acts.accounts.passkeys import PasskeyChallenge
from workflow.record.models import Party

pages = Blueprint("passkeys", __name__)
KEPT = "passkey"


def place() -> RelyingParty:
    """Where this installation's passkeys are good."""
    return RelyingParty.of(current_settings().base_url)


def give_challenge(question: PasskeyChallenge, purpose: str) -> Response:
    """The script's question; its challenge is bound to this browser by the signed cookie."""
    until = (now() + passkeys.LASTS).timestamp()
    form_cookie[KEPT] = {"challenge": question.challenge, "until": until, "for": purpose}
    return jsonify(question.options)


def challenge(purpose: str) -> str:
    """The challenge that this browser was given for the purpose, once; nothing where there is none."""
    # Taken out before it is judged: a wrong answer needs a new challenge.
    kept = form_cookie.pop(KEPT, None)
    good = kept and kept["for"] == purpose and kept["until"] > now().timestamp()
    return str(kept["challenge"]) if good else ""


@pages.post("/logg-inn/passkey/sporsmal")
@access_guards.public()
def ask() -> Response:
    """A challenge for whoever wants to sign in; says nothing of any account."""
    return give_challenge(passkeys.ask(place()), "sign-in")


@pages.post("/logg-inn/passkey")
@access_guards.public()
def sign_in() -> Response | tuple[str, int]:
    """In with a passkey, which is a password and a second factor in one."""
    given = challenge("sign-in")
    with open_unit() as session:
        try:
            party, _ = passkeys.prove(
                session, request.form.get("answer", ""), given, place(), now()
            )
        except PasskeyRefused as why:
            security_log.note("sign_in_failed", method="passkey", reason=code_of(why))
        else:
            return in_as(party)
    words = gettext("Det gikk ikke med passnøkkelen. Prøv igjen, eller bruk passordet.")
    return sign_in_page(model_forms.show(SignInForm).with_error(words)), 422


def in_as(party: Party) -> Response:
    """Opens the session; inside a unit."""
    waiting = pending_second_step.pending_step()
    where = next_page() or (waiting.where if waiting else "")
    security_log.note("sign_in", party=party.id, method="passkey")
    return enter(open_session(db_session(), party, method="passkey"), where)


def code_of(why: PasskeyRefused) -> str:
    """The reason as a code for the log."""
    return str(why).lower().replace(" ", "_").replace("'", "")


@pages.post("/bevis/passkey")
@access_guards.signed_in()
def prove() -> Response:
    """The reader proves anew who she is, by a passkey of her own."""
    given, who = challenge("sign-in"), current_reader()
    with open_unit() as session:
        try:
            party, _ = passkeys.prove(
                session, request.form.get("answer", ""), given, place(), now()
            )
        except PasskeyRefused as why:
            security_log.note("second_factor_failed", method="passkey", reason=code_of(why))
        else:
            if party.id == who.party_id and who.plan_id is None and who.beside_plan_id is None:
                token = sessions.renew(session, who.sign_in_id, now())
                security_log.note("proved", method="passkey")
                return remember_cookie(redirect_to(next_page()), token)
    flash(gettext("Det gikk ikke med passnøkkelen. Prøv igjen, eller bruk noe annet."))
    return redirect(url_for("proving.ask", next=next_page() or None), 303)


@pages.post("/min-konto/passkey/sporsmal")
@access_guards.signed_in()
@access_guards.proved
def ask_new() -> Response | tuple[str, int]:
    """What the browser needs to make a passkey for the reader's own account."""
    with open_unit() as session:
        party = own_account(session)
        if party is None:
            return "", 404
        return give_challenge(
            passkeys.ask_new(session, party, place()), current_reader().sign_in_id
        )


@pages.post("/min-konto/passkey")
@access_guards.signed_in()
@access_guards.proved
def keep() -> Response | tuple[str, int]:
    """Keeps the passkey; the reader goes on with a stronger session and, the first time, paper codes."""
    given = challenge(current_reader().sign_in_id)
    name = request.form.get("name", "").strip() or gettext("Passnøkkel")
    with open_unit() as session:
        party = own_account(session)
        if party is None:
            return "", 404
        try:
            passkeys.keep(
                session, party, name, request.form.get("answer", ""), given, place(), now()
            )
        except PasskeyRefused as why:
            security_log.note("authenticator", method="passkey", reason=code_of(why))
        else:
            security_log.note("authenticator", method="passkey", reason="added")
            return strengthen_session(party, "passkey", now())
    flash(gettext("Det gikk ikke å lage passnøkkelen. Prøv igjen."))
    return redirect(url_for("authenticators.mine"), 303)


def own_account(session: object) -> Party | None:
    """The reader, where she has a local account."""
    account = passwords.account(db_session(), current_reader().party_id)
    return account.party if account else None


def strengthen_session(party: Party, method: str, at: datetime) -> Response:
    """After something was added: told by e-mail, one new session, and paper codes if there are none.

    Inside a unit.
    """
    session = db_session()
    second_factors.tell_change(session, party, at)
    codes = second_factors.first_codes(session, party, at)
    sessions.end_all(session, party.id, at, "revoked")
    token = open_session(session, party, method=method)
    if not codes:
        flash(gettext("Det er lagt til."))
        return remember_cookie(redirect(url_for("authenticators.mine"), 303), token)
    page = render_template("account/codes.html", codes=codes, first=True)
    return remember_cookie(Response(page, mimetype="text/html"), token)
