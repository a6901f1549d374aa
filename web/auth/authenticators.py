"""One's own sign-in: password, authenticator apps, passkeys and codes on paper, each changed after a fresh proof."""

from __future__ import annotations

from flask import Blueprint, abort, flash, redirect, render_template, request, url_for
from pydantic import BaseModel, ConfigDict, Field
from werkzeug.wrappers import Response

from web.auth.passkeys import own_account, strengthen_session
from web.auth.second_step import Code
from web.forms import model_forms
from web.forms.model_forms import WebForm
from web.forms.new_password import ChangedPassword, show_refusal, twice_the_same
from web.request import access_guards, security_log
from web.request.clock import now
from web.request.database import db_session, open_unit
from web.request.reader import current_reader, remember_cookie
from web.request.template_globals import current_settings
from web.request.translate import N_, gettext
from workflow.acts.accounts import (
    passwords,
    recovery_codes,
    second_factors,
    sessions,
    throttle,
    totp,
)
from workflow.acts.accounts.passwords import PasswordRefused, WrongPassword
from workflow.acts.accounts.totp import AppSetup, CodeRefused
from workflow.record.models import Party

pages = Blueprint("authenticators", __name__)


class FactorName(BaseModel):
    """What the reader calls her telephone or key."""

    model_config = ConfigDict(extra="forbid")
    name: str = Field(
        title=N_("Hva vil du kalle den?"),
        max_length=totp.LONGEST_NAME,
        json_schema_extra={"help": N_("For eksempel: jobbtelefonen.")},
    )


def secret() -> str:
    """The installation's secret, which seals the apps' keys."""
    return current_settings().secret_key.get_secret_value()


def mine_or_404() -> Party:
    """The reader's local account; 404 for a guest, a lent screen and whoever signs in elsewhere."""
    who = current_reader()
    party = own_account(db_session())
    if party is None or who.plan_id is not None or who.beside_plan_id is not None:
        abort(404)
    return party


@pages.get("/min-konto/innlogging")
@access_guards.signed_in(kind="account")
def mine() -> str:
    """What the reader signs in with, and what she may change."""
    who = current_reader()
    return render_template(
        "account/authenticators.html",
        local=own_account(db_session()) is not None and who.beside_plan_id is None,
        factors=second_factors.of(db_session(), who.party_id),
        must=second_factors.must_set_up(who, current_settings().staff_second_factor),
        added=model_forms.show(FactorName),
    )


@pages.get("/min-konto/innlogging/passord")
@access_guards.signed_in(kind="account")
def password() -> str:
    """The form for another password."""
    mine_or_404()
    return render_template("account/password.html", form=model_forms.show(ChangedPassword))


@pages.post("/min-konto/innlogging/passord")
@access_guards.signed_in()
def change_password() -> Response | tuple[str, int]:
    """Another password in place of the current one; the reader's other sessions end."""
    party = mine_or_404()
    form = twice_the_same(model_forms.read(ChangedPassword, request.form))
    if form.value is not None:
        done = answer_change(party, form)
        if isinstance(done, Response):
            return done
        form = done
    return render_template("account/password.html", form=form), 422


def answer_change(
    party: Party, form: WebForm[ChangedPassword]
) -> Response | WebForm[ChangedPassword]:
    """Leads on with a new cookie, or gives the form back with what is to be mended."""
    assert form.value is not None
    current, new = (one.get_secret_value() for one in (form.value.current, form.value.password))
    tried = throttle.key(secret(), "account", party.email, throttle.ACCOUNT)
    with open_unit() as session:
        # Counted first, in a transaction of its own: tries at the same moment would all be free.
        if throttle.take(session, (tried,), now()):
            return form.with_error(gettext("Det er prøvd mange ganger. Vent litt, og prøv igjen."))
    try:
        with open_unit() as session:
            passwords.change(
                session,
                party,
                current,
                new,
                now(),
                here=current_reader().sign_in_id,
                breached=current_settings().breached_passwords,
            )
            throttle.clear(session, tried, (), now())
            second_factors.tell_change(session, party, now())
            token = sessions.renew(session, current_reader().sign_in_id, now())
    except WrongPassword:
        return form.with_error(gettext("Passordet stemmer ikke. Prøv igjen."), "current")
    except PasswordRefused as why:
        return show_refusal(form, str(why))
    security_log.note("password_changed", party=party.id, reason="own")
    flash(gettext("Passordet er byttet. Andre steder du var logget inn, er logget ut."))
    return remember_cookie(redirect(url_for("authenticators.mine"), 303), token)


@pages.post("/min-konto/innlogging/app")
@access_guards.signed_in()
@access_guards.proved
def begin_app() -> Response | tuple[str, int]:
    """Begins to set up an app: a fresh key, which opens nothing yet."""
    party = mine_or_404()
    form = model_forms.read(FactorName, request.form)
    if form.value is None:
        factors = second_factors.of(db_session(), party.id)
        page = render_template(
            "account/authenticators.html", local=True, factors=factors, must=False, added=form
        )
        return page, 422
    with open_unit() as session:
        totp.begin(session, party, form.value.name, secret(), now())
    return redirect(url_for("authenticators.app"), 303)


@pages.get("/min-konto/innlogging/app")
@access_guards.signed_in(kind="account")
@access_guards.proved
def app() -> str | Response:
    """The key as a picture and as text, and the field for the first code."""
    begun = totp.app_in_setup(db_session(), mine_or_404(), secret())
    if begun is None:
        return redirect(url_for("authenticators.mine"), 303)
    return app_page(begun, model_forms.show(Code))


def app_page(begun: AppSetup, form: WebForm[Code]) -> str:
    """The page with the key."""
    title = gettext("Bilde av nøkkelen, til å lese av med appen")
    return render_template(
        "account/app.html", form=form, typed=begun.typed, picture=begun.picture(title)
    )


@pages.post("/min-konto/innlogging/app/bekreft")
@access_guards.signed_in()
@access_guards.proved
def confirm_app() -> Response | tuple[str, int]:
    """Takes the app into use with its first code; the reader goes on with a stronger session."""
    party = mine_or_404()
    form = model_forms.read(Code, request.form)
    try:
        if form.value is not None:
            with open_unit() as session:
                totp.confirm(session, party, form.value.code, secret(), now())
                security_log.note("authenticator", method="totp", reason="added")
                return strengthen_session(party, "totp", now())
    except CodeRefused:
        form = form.with_error(gettext("Koden stemmer ikke. Vent på den neste."), "code")
    begun = totp.app_in_setup(db_session(), party, secret())
    if begun is None:
        return redirect(url_for("authenticators.mine"), 303)
    return app_page(begun, form), 422


@pages.post("/min-konto/innlogging/fjern")
@access_guards.signed_in()
@access_guards.proved
def take_away() -> Response:
    """Takes an app or a passkey away; the reader's other sessions end."""
    party = mine_or_404()
    with open_unit() as session:
        key = request.form.get("authenticator", "")
        if not second_factors.take_away(session, party, key, now()):
            abort(404)
        sessions.end_all(session, party.id, now(), "revoked", but=current_reader().sign_in_id)
    security_log.note("authenticator", reason="removed")
    flash(gettext("Det er fjernet."))
    return redirect(url_for("authenticators.mine"), 303)


@pages.post("/min-konto/innlogging/koder")
@access_guards.signed_in()
@access_guards.proved
def new_codes() -> str:
    """Ten new codes for paper, shown once; the older ones are dead."""
    party = mine_or_404()
    with open_unit() as session:
        if not second_factors.of(session, party.id).any:
            abort(404)
        codes = recovery_codes.renew(session, party, now())
        sessions.end_all(session, party.id, now(), "revoked", but=current_reader().sign_in_id)
        second_factors.tell_change(session, party, now())
    security_log.note("authenticator", method="recovery", reason="renewed")
    return render_template("account/codes.html", codes=codes, first=False)
